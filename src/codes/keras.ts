// SPDX-License-Identifier: Apache-2.0
// Codes of Keras models, whatever file their configuration is in.

import type { CodeTable } from "./code.ts";

export const kerasCodes = {
  KERAS_LAMBDA_CODE: {
    severity: "high",
    exit: 1,
    message: "the layer {layer} holds Python bytecode ({bytes} bytes) that names {names}",
    hint: "do not load it; ask its author for a model without Lambda layers",
    explain:
      "A Lambda layer stores a Python function as marshalled bytecode. Loading the model runs it with all rights of the " +
      "process: Keras refuses it in `.keras` files unless told otherwise, and runs it from HDF5 files whatever it was told " +
      "(CVE-2024-3660, CVE-2025-9905). It is critical if the bytecode names a way to the host, such as `os` or `exec`.",
  },
  KERAS_HOST_REFERENCE: {
    severity: "critical",
    exit: 1,
    message: "the configuration refers to {reference}, which {reason}",
    hint: "do not load this model: its configuration is made to reach the host",
    explain:
      "Keras looks up classes and functions by the module and name that the configuration gives. A model is built of layers; " +
      "a reference to the standard library, to a download or to a switch of Keras itself runs when the model is loaded " +
      "(CVE-2025-1550, CVE-2025-8747, CVE-2025-9906).",
  },
  KERAS_CUSTOM_CODE: {
    severity: "medium",
    exit: 3,
    message: "needs {reference}, which is not part of Keras",
    hint: "find out where its code comes from, and review and pin it as well",
    explain:
      "The configuration names a class or function that the loading program must bring along. The model alone says nothing " +
      "about that code.",
  },
  KERAS_SAVED_MODEL_LAYER: {
    severity: "high",
    exit: 1,
    message: "the layer {layer} loads the TensorFlow model {path} from outside this file",
    hint: "do not load it; a TensorFlow graph can read and write files",
    explain:
      "A TFSMLayer runs a TensorFlow SavedModel that lies elsewhere, named by a path in the configuration. Keras loaded it even " +
      "in safe mode (CVE-2026-1462). What it would run is not in this file and was not read.",
  },
  KERAS_PICKLED_MODULE: {
    severity: "high",
    exit: 1,
    message: "the layer {layer} holds a pickled PyTorch module",
    hint: "do not load it; unpickling runs code",
    explain:
      "A TorchModuleWrapper stores its module as a pickle, which Keras handed to `torch.load` without a check " +
      "(CVE-2025-49655). Unpickling runs whatever the pickle names.",
  },
  KERAS_HOST_OPERATION: {
    severity: "high",
    exit: 1,
    message: "the layer {layer} calls the TensorFlow operation {operation}, which {reason}",
    hint: "do not run it before its author has explained why a model needs that",
    explain:
      "Keras stores calls of TensorFlow functions as layers. This one reaches files or runs Python code of the host " +
      "when the model is built or run.",
  },
  KERAS_FILE_PATH: {
    severity: "medium",
    exit: 3,
    message: "the layer {layer} reads {path} when it is loaded",
    hint: "make sure that this file is the one its author means, or ask for a model that holds its vocabulary",
    explain:
      "A preprocessing layer may name a file as its vocabulary. It is high if the path is absolute, a URL or climbs with `..`: " +
      "a model can so read any file of the host, or fetch one, into its outputs (CVE-2025-12058).",
  },
  KERAS_CONFIG_INVALID: {
    severity: "high",
    exit: 3,
    message: "the configuration in {member} cannot be read: {reason}",
    hint: "fetch the file again from its source; without its configuration nothing is known about its layers",
    explain:
      "The configuration says which layers a model has and which code they need. Without it the file is listed as unverified.",
  },
  KERAS_MEMBER_MISSING: {
    severity: "medium",
    exit: 3,
    message: "the Keras file has no {member}",
    hint: "fetch the file again from its source",
    explain:
      "A `.keras` file is an archive of metadata.json, config.json and weights. A part is missing, so the model cannot be " +
      "what its author saved.",
  },
} as const satisfies CodeTable;
