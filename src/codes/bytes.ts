// SPDX-License-Identifier: Apache-2.0
// Codes for reading bytes: bounds, strict JSON, text.

import type { CodeTable } from "./code.ts";

export const bytesCodes = {
  BYTES_OUT_OF_RANGE: {
    severity: "high",
    exit: 3,
    message: "needs bytes {offset} to {end}, the file has {size}",
    hint: "the file is truncated or its length fields lie; fetch it again from its source",
    explain:
      "A reader was asked for bytes that lie outside the file. The file is cut short, or a length field in it " +
      "was chosen to make a careless reader read past the end. It is listed as unverified.",
  },
  BYTES_READ_TOO_LARGE: {
    severity: "high",
    exit: 3,
    message: "one read of {length} bytes is over the limit of {limit}",
    hint: "a length field is larger than any real file needs; treat the file as damaged or hostile",
    explain:
      "A length field asked for more memory in one piece than any real file of this format needs. aibom checks " +
      "such fields before it allocates memory, so that a file cannot exhaust the machine.",
  },
  JSON_INVALID: {
    severity: "high",
    exit: 3,
    message: "not valid JSON: {reason}",
    hint: "the file must be strict JSON (RFC 8259): no comments, no trailing commas, UTF-8 only",
    explain:
      "The text is not JSON as RFC 8259 defines it. aibom reads strict JSON only, so that every reader sees the same document.",
  },
  JSON_DUPLICATE_KEY: {
    severity: "high",
    exit: 3,
    message: "the key {key} occurs twice in one object",
    hint: "remove one of the two; readers disagree on which one counts",
    explain:
      "JSON readers disagree on which of two equal keys wins. An attacker can show one value to the signer and " +
      "another to the loader, so a document with duplicate keys is refused.",
  },
  JSON_TOO_MANY_VALUES: {
    severity: "high",
    exit: 3,
    message: "more than {limit} values",
    hint: "no real document of this kind has so many; treat it as hostile",
    explain:
      "A list of empty lists takes a hundred times the memory of its text. Values are counted before the document is parsed.",
  },
  JSON_TOO_DEEP: {
    severity: "high",
    exit: 3,
    message: "nested deeper than {limit} levels",
    hint: "no real document of this kind nests so deep; treat it as hostile",
    explain:
      "Deep nesting exhausts the stack of recursive readers. The depth is checked before the document is parsed.",
  },
  JSON_TOO_LARGE: {
    severity: "high",
    exit: 3,
    message: "the document is {size} bytes, limit is {limit}",
    hint: "no real document of this kind is so large; treat it as damaged or hostile",
    explain: "The document is larger than the limit for its kind. It was not parsed.",
  },
  JSON_NUMBER_UNSAFE: {
    severity: "high",
    exit: 3,
    message: "a number is larger than a double can hold exactly",
    hint: "write integers beyond 2^53 as strings; readers round them differently",
    explain:
      "JSON readers that use double precision round integers beyond 2^53, others do not. Two readers then see two " +
      "different documents, so such a number is refused where the exact value matters (RFC 7493, section 2.2).",
  },
  VALIDATORS_NOT_BUILT: {
    severity: "high",
    exit: 4,
    message: "the schema validator {name} is not built",
    hint: "run `npm run build`",
    explain:
      "The validators for CycloneDX and for aibom's own formats are generated from their schemas when aibom is built. " +
      "Without them no document can be checked, so nothing is accepted.",
  },
  TEXT_NOT_UTF8: {
    severity: "high",
    exit: 3,
    message: "the text is not valid UTF-8",
    hint: "the format demands UTF-8; the file is damaged or written by a faulty tool",
    explain: "Bytes that are not UTF-8 are read differently by different tools, so aibom refuses to guess.",
  },
  PROTOBUF_INVALID: {
    severity: "high",
    exit: 3,
    message: "not a valid protobuf message: {reason}",
    hint: "the file is truncated, damaged or another format; fetch it again from its source",
    explain:
      "The bytes break the protobuf wire format: a number without end, a length beyond its message, a reserved " +
      "field number. Reading stopped there, so the file is unverified.",
  },
  FLATBUFFER_INVALID: {
    severity: "high",
    exit: 3,
    message: "not a sound FlatBuffer: {reason}",
    hint: "fetch the file again from its source",
    explain:
      "A FlatBuffer is a net of offsets, and one of them leads nowhere. Runtimes that do not check them read memory that is " +
      "not theirs, so the file was not read further.",
  },
  PROTOBUF_TOO_DEEP: {
    severity: "high",
    exit: 3,
    message: "messages nest deeper than {limit} levels",
    hint: "no real file of this kind nests so deep; treat it as hostile",
    explain:
      "Deep nesting exhausts the stack of recursive readers. Standard protobuf readers stop at 100 levels.",
  },
  PROTOBUF_TOO_MANY_FIELDS: {
    severity: "high",
    exit: 3,
    message: "more than {limit} fields",
    hint: "no real file of this kind has so many; treat it as hostile",
    explain: "Millions of tiny fields only serve to keep a reader busy. Reading stopped there.",
  },
  THRIFT_INVALID: {
    severity: "high",
    exit: 3,
    message: "not a valid Thrift structure: {reason}",
    hint: "the file is truncated or damaged; fetch it again from its source",
    explain:
      "The bytes break Thrift's compact protocol: a list with more elements than bytes, a length beyond the end, endless " +
      "nesting. Readers that believe such lengths run out of memory. Reading stopped there, so the file is unverified.",
  },
  JSON_NOT_CANONICAL: {
    severity: "high",
    exit: 3,
    message: "the JSON has no canonical form: {reason}",
    hint: "get the document again; it is damaged or was made by a faulty tool",
    explain:
      "A signature over JSON covers its canonical form (RFC 8785), which exists only for text in whole characters and for " +
      "numbers that a double can hold.",
  },
} as const satisfies CodeTable;
