// SPDX-License-Identifier: Apache-2.0
// Codes of the area "pytorch": files of PyTorch, TorchScript and TorchServe, old and new.

import type { CodeTable } from "./code.ts";

export const pytorchCodes = {
  PYTORCH_MAGIC_FORGED: {
    severity: "high",
    exit: 1,
    message: "the first pickle of a PyTorch file computes the magic number instead of holding it",
    hint: "do not load it; PyTorch never writes this",
    explain:
      "An old PyTorch file starts with a pickled number. Here the number is the result of a call, so that scanners that look " +
      "for the number take the file for something else while PyTorch loads it.",
  },
  PYTORCH_STORAGE_MISMATCH: {
    severity: "high",
    exit: 3,
    message: "the tensors need {expected} bytes in {member}, it has {actual}",
    hint: "the file is truncated or was changed; fetch it again from its source",
    explain:
      "The pickle of a PyTorch file says for each storage how many elements it has. The bytes of the storage do not match, so " +
      "loading fails or reads foreign bytes.",
  },
  PYTORCH_STORAGE_MISSING: {
    severity: "medium",
    exit: 3,
    message: "{count} storages of tensors are not in the file, first {key}",
    hint: "the file is truncated or was changed; fetch it again from its source",
    explain:
      "The pickle of a PyTorch file names storages that the archive does not hold. The model cannot be loaded.",
  },
  PYTORCH_SCRIPT_OPENS_FILE: {
    severity: "high",
    exit: 1,
    message: "the TorchScript code in {member} opens files of the machine ({call})",
    hint: "do not load it; a model has no reason to open files",
    explain:
      "TorchScript is code that runs in PyTorch's own interpreter. It cannot start programs, but some of its operators read and " +
      "write files, so that a model can take data of the machine that runs it.",
  },
  PYTORCH_NATIVE_CODE: {
    severity: "medium",
    exit: 3,
    message: "the archive holds native code in {member}",
    hint: "load it only if you trust who compiled it; a policy can deny it",
    explain:
      "A model compiled ahead of time (AOTInductor) is a shared library. Loading it runs native code on the machine, which is " +
      "what the format is for and what no scanner can look through.",
  },
  TORCHSERVE_MANIFEST_INVALID: {
    severity: "medium",
    exit: 3,
    message: "the manifest of the TorchServe archive has no valid {member}",
    hint: "pack the archive again with torch-model-archiver",
    explain:
      "The manifest says which file is the model and which code handles requests. Without it neither is known.",
  },
  TORCHSERVE_HANDLER: {
    severity: "medium",
    exit: 3,
    message: "the archive brings its own code: {files}",
    hint: "read the handler before you serve it; TorchServe runs it",
    explain:
      "TorchServe runs the handler and the model file of an archive as Python code. Other entries can be read by that code, too.",
  },
} as const satisfies CodeTable;
