// SPDX-License-Identifier: Apache-2.0
// Codes of the CBOR reader: COSE signatures.

import type { CodeTable } from "./code.ts";

export const cborCodes = {
  CBOR_INVALID: {
    severity: "high",
    exit: 1,
    message: "{what} is not strict CBOR: at byte {offset}, it {reason}",
    hint: "get the file again; it is cut, damaged or was written by a faulty tool",
    explain:
      "Signed structures are read in one spelling only: definite lengths, shortest heads, keys that occur once, an exact end " +
      "(RFC 8949, section 4.2). What one reader takes for one thing and another for something else is refused.",
  },
  CBOR_TOO_DEEP: {
    severity: "high",
    exit: 3,
    message: "{what} nests deeper than {limit} levels",
    hint: "no real one is so deep; treat the file as hostile",
    explain: "Every level costs stack, so the depth is limited before it is followed.",
  },
  CBOR_TOO_MANY: {
    severity: "high",
    exit: 3,
    message: "{what} has more than {limit} items",
    hint: "no real one is so large; treat the file as hostile",
    explain: "Every item takes memory many times its bytes, so their number is limited.",
  },
} as const satisfies CodeTable;
