// SPDX-License-Identifier: Apache-2.0
// Codes of the area "pickle": pickles, and the files that carry them (PyTorch, joblib, NumPy).

import type { CodeTable } from "./code.ts";

export const pickleCodes = {
  PICKLE_DANGEROUS_IMPORT: {
    severity: "critical",
    exit: 1,
    message: "loading it imports {import}: {why}",
    hint: "do not load it; weights need no such import, so find out who wrote the file",
    explain:
      "A pickle is a program for the unpickler: it imports functions by name and calls them. This one imports something " +
      "that runs code, reaches files, processes or the network, or fetches any other object by its name. It runs while " +
      "the file is loaded, also if loading fails afterwards.",
  },
  PICKLE_STATE_RUNS: {
    severity: "critical",
    exit: 1,
    message: "the state of an object holds text that its class runs as code",
    hint: "do not load it; ask its author what the object is",
    explain:
      "Distributions of SciPy and models of statsmodels keep a text in their state and run it while they are unpickled. This text " +
      "is not what these libraries write, so loading the file runs code of whoever made it.",
  },
  PICKLE_CARRIES_CODE: {
    severity: "high",
    exit: 1,
    message: "it carries the code of functions ({import}): {why}",
    hint: "use a file that names its functions or, better, one that holds weights only (safetensors)",
    explain:
      "cloudpickle, dill and torch.fx write the code of functions into the pickle. It runs when the loaded object is used, and " +
      "no list can tell what it does.",
  },
  PICKLE_UNKNOWN_IMPORT: {
    severity: "medium",
    exit: 3,
    message: "loading it imports {import}: {why}",
    hint: "look at what this class or function does when it is created, or ask for the weights as safetensors",
    explain:
      "The pickle needs a class or function that aibom does not know to be harmless: often a class of the author's own. " +
      "Loading the file runs its constructor. The decision is the policy's.",
  },
  PICKLE_PATCHES_IMPORT: {
    severity: "high",
    exit: 1,
    message: "loading it changes {import} in the program that loads it",
    hint: "do not load it; data has no reason to change the code that reads it",
    explain:
      "The pickle sets attributes or items on something it imported, instead of on an object of its own. A harmless function " +
      "can so be turned into another one, which is then called under a harmless name.",
  },
  PICKLE_EMBEDDED: {
    severity: "info",
    exit: 3,
    message: "a string of {length} bytes is a file of its own: {format}",
    hint: "what it holds was read too and is listed with it",
    explain:
      "Files inside the strings of a pickle (another pickle, perhaps in base64, or an archive) are opened by a second step of " +
      "the loader. Scanners that look at the outer file only never see them.",
  },
  PICKLE_BROKEN: {
    severity: "medium",
    exit: 3,
    message: "not a complete pickle: {reason}",
    hint: "what stands before the fault runs all the same when it is loaded; fetch the file again from its source",
    explain:
      "The unpickler would stop here with an error. Everything before has run by then, which is why hostile files break on " +
      "purpose: scanners give up and the payload has done its work. Imports up to this place are listed; the file is unverified.",
  },
  PICKLE_TOO_LARGE: {
    severity: "medium",
    exit: 3,
    message: "more {what} than the limit of {limit}",
    hint: "no real file has so many; treat it as hostile",
    explain:
      "Reading stopped at a limit that keeps a file from exhausting time or memory. What lies behind was not read, so the " +
      "file is unverified.",
  },
  PICKLE_ARRAY_UNKNOWN: {
    severity: "medium",
    exit: 3,
    message: "an array's bytes follow and its shape or type cannot be read",
    hint: "write the file again with a current joblib",
    explain:
      "joblib writes the bytes of arrays between the opcodes of the pickle. Where they end follows from the array's shape and " +
      "type. Without those the rest of the file cannot be read, so it is unverified.",
  },
  PICKLE_TRAILING_BYTES: {
    severity: "medium",
    exit: 3,
    message: "{length} bytes behind the last pickle belong to no pickle",
    hint: "ask who wrote the file; loaders stop before these bytes",
    explain:
      "The unpickler stops at the end of the pickle. What follows is read by nobody, or by another program that takes the same " +
      "file for something else.",
  },
  PICKLE_PROTOCOL_MISMATCH: {
    severity: "low",
    exit: 3,
    message: "it declares protocol {declared} and uses an opcode of protocol {protocol}",
    hint: "the file was not written by Python's own pickler; ask who made it",
    explain:
      "Python's pickler never writes opcodes that are newer than the protocol it declares; the unpickler does not check. Such " +
      "files are put together by hand or by other tools, at times to confuse scanners.",
  },
} as const satisfies CodeTable;
