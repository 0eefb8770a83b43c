// SPDX-License-Identifier: Apache-2.0
// Codes of the area "npy": arrays of NumPy.

import type { CodeTable } from "./code.ts";

export const npyCodes = {
  NPY_HEADER_INVALID: {
    severity: "high",
    exit: 3,
    message: "the array's header has no valid {what}",
    hint: "the file is damaged, or its header holds code instead of a literal; fetch it again from its source",
    explain:
      "The header of an NPY file is a Python literal with three entries: descr, fortran_order, shape. aibom reads it by a fixed " +
      "grammar and evaluates nothing. Anything else, such as a call, is refused, so the file is listed as unverified.",
  },
  NPY_HEADER_CODE: {
    severity: "high",
    exit: 1,
    message: "the array's header calls something: it is code, not a literal",
    hint: "do not load it; ask who wrote the file",
    explain:
      "The header of an NPY file is a Python literal. This one holds a call, which no writer of arrays makes and which a reader " +
      "that evaluates the header would run. NumPy itself reads literals only and refuses the file.",
  },
  NPY_SIZE_MISMATCH: {
    severity: "high",
    exit: 3,
    message: "the array needs {expected} bytes, the file has {actual}",
    hint: "the file is truncated or its header lies; fetch it again from its source",
    explain:
      "Shape and type of the array say how many bytes follow. Fewer are there, so the array cannot be loaded.",
  },
  NPY_TRAILING_BYTES: {
    severity: "medium",
    exit: 3,
    message: "{length} bytes behind the array belong to nothing",
    hint: "ask who wrote the file; several arrays in one file are legal and rare",
    explain:
      "NumPy stops reading at the end of the array. What follows is read by nobody, or by another program.",
  },
  NPY_HOLDS_PICKLE: {
    severity: "low",
    exit: 3,
    message: "the array holds Python objects: a pickle stands for its elements",
    hint: "it loads only with allow_pickle=True; what it imports is listed",
    explain:
      "NumPy writes arrays of objects as a pickle, which can run code when it is loaded. NumPy refuses to load it unless it is " +
      "told to (CVE-2019-6446).",
  },
} as const satisfies CodeTable;
