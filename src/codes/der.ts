// SPDX-License-Identifier: Apache-2.0
// Codes of the DER reader: certificates, time-stamp tokens and whatever else is ASN.1.

import type { CodeTable } from "./code.ts";

export const derCodes = {
  DER_TOO_LARGE: {
    severity: "high",
    exit: 3,
    message: "{what} is {size} bytes, limit is {limit}",
    hint: "no real one is so large; treat the file as damaged or hostile",
    explain:
      "Oversized structures exhaust memory before anything can be verified, so the size is checked first.",
  },
  DER_TRUNCATED: {
    severity: "high",
    exit: 1,
    message: "{what} ends too early: at byte {offset}, {need} bytes are needed and {left} are left",
    hint: "get the file again; it is cut or damaged",
    explain:
      "A length field asks for more bytes than its surroundings hold. Nothing is read past the end of the enclosing element.",
  },
  DER_TRAILING: {
    severity: "high",
    exit: 1,
    message: "{what} has {count} bytes too many at byte {offset}",
    hint: "get the file again; something was appended or inserted",
    explain:
      "Every element must be used up exactly. Bytes that one reader ignores are where another reader finds something else.",
  },
  DER_LENGTH: {
    severity: "high",
    exit: 1,
    message: "{what} has a length field at byte {offset} that {reason}",
    hint: "ask for the structure in DER; this one is BER or damaged",
    explain:
      "DER writes each length in exactly one way: definite and shortest (X.690, section 10.1). Other spellings of the same " +
      "structure would let one signature have many files.",
  },
  DER_FORM: {
    severity: "high",
    exit: 1,
    message: "{what} has a tag at byte {offset} that {reason}",
    hint: "ask for the structure in DER; this one is BER or damaged",
    explain:
      "DER builds strings in one piece, and the structures that are read here use no tag above 30. Everything else is refused " +
      "rather than interpreted.",
  },
  DER_TOO_DEEP: {
    severity: "high",
    exit: 1,
    message: "{what} nests deeper than {limit} levels",
    hint: "no real one does; treat the file as hostile",
    explain:
      "Deep nesting overflows the stack of readers that follow it. The depth is counted before descending.",
  },
  DER_TOO_MANY: {
    severity: "high",
    exit: 1,
    message: "{what} is a list of more than {limit} elements",
    hint: "no real one is so long; treat the file as hostile",
    explain:
      "Each element of a list takes memory of its own, many times its size. Long lists of nothing are cut off.",
  },
  DER_TAG: {
    severity: "high",
    exit: 1,
    message: "{what} at byte {offset} is {got}, expected {expected}",
    hint: "get the file again; it is damaged or something else than its name says",
    explain:
      "The standard fixes the type of each field. A field of another type is refused, never guessed at.",
  },
  DER_VALUE: {
    severity: "high",
    exit: 1,
    message: "{what} at byte {offset} {reason}",
    hint: "get the file again; it is damaged or was written by a faulty tool",
    explain:
      "The value of a field is not what its type allows, or not in its one canonical form (X.690, sections 8 and 11).",
  },
} as const satisfies CodeTable;
