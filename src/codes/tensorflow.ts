// SPDX-License-Identifier: Apache-2.0
// Codes of TensorFlow graphs, SavedModels and checkpoints.

import type { CodeTable } from "./code.ts";

export const tensorflowCodes = {
  TF_NOT_A_MODEL: {
    severity: "high",
    exit: 3,
    message: "not a TensorFlow model: {reason}",
    hint: "fetch the file again from its source; if it is another format, name it so",
    explain:
      "The name or the first bytes are those of a TensorFlow model, and a part that every model has is missing. The file is " +
      "damaged, cut short or something else.",
  },
  TF_OVER_LIMIT: {
    severity: "high",
    exit: 3,
    message: "more than {limit} {what}",
    hint: "no real model needs that; treat the file as damaged or hostile",
    explain: "A count or length in the model is larger than in any real model, so reading stopped.",
  },
  TF_UNKNOWN_FIELD: {
    severity: "medium",
    exit: 3,
    message: "{message} has an unknown field {field} ({bytes} bytes)",
    hint: "find out which tool wrote it; unknown fields can hide a payload or a second file",
    explain:
      "Protobuf readers skip fields they do not know. The outermost message of a TensorFlow file has had the same few " +
      "fields for years: what is appended to a model shows up as another one.",
  },
  TF_PYTHON_CALLBACK: {
    severity: "high",
    exit: 1,
    message: "the node {node} runs Python code of the process ({operator})",
    hint: "do not load it; ask its author for a model without Python callbacks",
    explain:
      "PyFunc and its kin call back into Python. A model that is meant to be passed on has none: no server can run it, and " +
      "which function runs is decided outside the model.",
  },
  TF_FILE_WRITE: {
    severity: "high",
    exit: 1,
    message: "the node {node} writes files ({operator})",
    hint: "do not run it before its author has explained why a model must write files",
    explain:
      "TensorFlow runs any operator that a graph names, with the rights of the process. This one writes to a path that the " +
      "graph or its input decides: a start-up script, a key file. Saving variables, which every SavedModel can do, does " +
      "not count.",
  },
  TF_FILE_READ: {
    severity: "medium",
    exit: 3,
    message: "the node {node} reads files ({operator})",
    hint: "check which files it reads: those of the model, those that the caller names, or those of the host",
    explain:
      "The graph opens files while it runs. Models that take a path as input do that; so does one that puts a secret of the " +
      "host into its output.",
  },
  TF_NETWORK: {
    severity: "medium",
    exit: 3,
    message: "the node {node} reaches other machines ({operator})",
    hint: "check what it connects to; a model needs no network",
    explain: "The operator belongs to TensorFlow's distributed runtime or configures a remote file system.",
  },
  TF_HOST_PATH: {
    severity: "high",
    exit: 1,
    message: "the graph holds the path {path} and opens files ({operator})",
    hint: "do not run it: no model has business with that path",
    explain:
      "The path leads to accounts, keys, start-up files or the kernel. Together with an operator that opens files it is what " +
      "the graph was made for.",
  },
  TF_CUSTOM_OPERATOR: {
    severity: "medium",
    exit: 3,
    message: "needs a library that registers the operator {operator} ({count} nodes)",
    hint: "find out which native library that is, and review and pin it as well",
    explain:
      "Operators that TensorFlow does not bring along run native code of a library that somebody has to load beside the " +
      "model. The model alone says nothing about that code.",
  },
  TF_LIBRARY_OPERATOR: {
    severity: "info",
    exit: 3,
    message: "uses the operator {operator} of {library} ({count} nodes)",
    hint: "the model needs this library; pin it as well",
    explain: "The operator is registered by a known library of TensorFlow's own family.",
  },
  TF_ASSET_PATH: {
    severity: "high",
    exit: 1,
    message: "the asset {asset} leaves the model's directory",
    hint: "do not load this model: it makes TensorFlow read a file outside its directory",
    explain: "Assets of a SavedModel are files below its `assets/` directory, named by a relative path.",
  },
  TF_ASSET_MISSING: {
    severity: "medium",
    exit: 3,
    message: "the asset {asset} is missing",
    hint: "restore the file; the model cannot be used without it",
    explain:
      "The SavedModel names a file (a vocabulary, for example) that is not in its `assets/` directory.",
  },
  TF_VARIABLES_MISSING: {
    severity: "medium",
    exit: 3,
    message: "the file {file} with variables is missing ({count} tensors)",
    hint: "restore the file; without it the weights cannot be verified",
    explain:
      "A checkpoint is an index and the data files that it names. One of them is not part of this artifact, so nothing is " +
      "known about these weights.",
  },
  TF_VARIABLES_RANGE: {
    severity: "high",
    exit: 3,
    message: "the variable {tensor} needs bytes {offset} to {end} of {file}, which has {size}",
    hint: "the data file is truncated or belongs to another model",
    explain: "A variable's range lies outside the data file that the checkpoint's index names.",
  },
  TF_CHECKPOINT_INVALID: {
    severity: "high",
    exit: 3,
    message: "not a valid checkpoint index: {reason}",
    hint: "the file is damaged or made to confuse readers; fetch it again from its source",
    explain:
      "The index of a TensorFlow checkpoint is a sorted table of names and places. It breaks the rules of its format, so the " +
      "variables cannot be located.",
  },
  TF_CHECKPOINT_UNSUPPORTED: {
    severity: "medium",
    exit: 3,
    message: "uses {what}, which aibom does not read",
    hint: "a newer aibom may read it; until then the file is unverified",
    explain: "TensorFlow writes the index of a checkpoint without compression. This one is packed.",
  },
  TF_CHECKPOINT_SIZE: {
    severity: "high",
    exit: 3,
    message: "the variable {tensor} has {got} bytes, its shape and type need {expected}",
    hint: "the index lies about the variable; fetch the checkpoint again from its source",
    explain: "The bytes of a variable must be exactly its elements times their size.",
  },
} as const satisfies CodeTable;
