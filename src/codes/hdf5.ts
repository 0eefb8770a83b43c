// SPDX-License-Identifier: Apache-2.0
// Codes of HDF5 files: their structure, and the other files that they draw in.

import type { CodeTable } from "./code.ts";

export const hdf5Codes = {
  HDF5_NO_SIGNATURE: {
    severity: "high",
    exit: 3,
    message: "there is no HDF5 signature",
    hint: "the file is another format, damaged or a stand-in; fetch it again from its source",
    explain:
      "An HDF5 file has its signature at its start, or behind a user block of 512, 1024, 2048 … bytes. None of these places " +
      "has it.",
  },
  HDF5_INVALID: {
    severity: "high",
    exit: 3,
    message: "not a valid HDF5 structure: {reason}",
    hint: "the file is damaged or made to confuse readers; fetch it again from its source",
    explain:
      "A structure of the file breaks the HDF5 specification: an address without a target, a structure that is not where it " +
      "should be, a tree that leads back to itself. What could be read is listed; the file is unverified.",
  },
  HDF5_UNSUPPORTED: {
    severity: "medium",
    exit: 3,
    message: "uses {what}, which aibom does not read",
    hint: "a newer aibom may read it; until then the file is unverified",
    explain:
      "HDF5 has many ways to store one thing. This file uses one that neither Keras nor h5py writes by default. What could be " +
      "read is listed; the file is unverified.",
  },
  HDF5_OVER_LIMIT: {
    severity: "high",
    exit: 3,
    message: "more than {limit} {what}",
    hint: "no real model needs that; treat the file as damaged or hostile",
    explain: "A count in the file is larger than in any real model, so reading stopped.",
  },
  HDF5_USER_BLOCK: {
    severity: "low",
    exit: 3,
    message: "{bytes} bytes come before the HDF5 data",
    hint: "look at what they are; Keras writes none",
    explain:
      "HDF5 allows a user block before its signature. MATLAB keeps a text there; anything else, another file for example, " +
      "fits as well.",
  },
  HDF5_EXTERNAL_LINK: {
    severity: "medium",
    exit: 3,
    message: "the link {link} leads to {target} in the file {file}",
    hint: "do not load it before you know that file; ask for a model that holds all its weights",
    explain:
      "An external link makes the HDF5 library open another file and use what it finds there. In a Keras model, or with a path " +
      "that leaves the directory, it is high: models have no such links, and any file of the host can be read so " +
      "(CVE-2026-1669).",
  },
  HDF5_EXTERNAL_STORAGE: {
    severity: "medium",
    exit: 3,
    message: "the dataset {dataset} takes its values from the file {file}",
    hint: "do not load it before you know that file; ask for a model that holds all its weights",
    explain:
      "External storage and virtual datasets take their values from other files, whatever these are: a model's weights can so be " +
      "the content of any file of the host (CVE-2026-1669). In a Keras model, or with a path that leaves the directory, it " +
      "is high.",
  },
  HDF5_USER_DEFINED_LINK: {
    severity: "high",
    exit: 1,
    message: "the link {link} is of the user-defined type {type}",
    hint: "do not load it; what such a link does is decided by a plug-in",
    explain: "User-defined links are resolved by native code that a program registers. No model needs them.",
  },
  HDF5_UNBACKED_SHAPE: {
    severity: "medium",
    exit: 3,
    message: "the dataset {dataset} claims {claimed} bytes, the file has {size}",
    hint: "do not load it; its shape would fill the memory of the machine",
    explain:
      "A dataset can claim a shape without storing a value. Loading it takes the memory that the shape asks for " +
      "(CVE-2026-0897). In a Keras model it is high.",
  },
  HDF5_SEVERAL_FILES: {
    severity: "medium",
    exit: 3,
    message: "the data are spread over several files (an HDF5 driver)",
    hint: "ask for the model in one file",
    explain:
      "HDF5 can spread one file over several. aibom reads single files, so this one is listed as unverified.",
  },
} as const satisfies CodeTable;
