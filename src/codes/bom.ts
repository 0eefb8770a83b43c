// SPDX-License-Identifier: Apache-2.0
// Codes of bills of materials: reading, validation against schema and meaning, building.

import type { CodeTable } from "./code.ts";

export const bomCodes = {
  BOM_UNSUPPORTED: {
    severity: "high",
    exit: 2,
    message: "not a CycloneDX BOM in JSON: {reason}",
    hint: "give a CycloneDX document in JSON, version 1.2 to 1.7; `aibom convert` makes one of SPDX 3.0.1",
    explain:
      "aibom reads CycloneDX as JSON. XML, protobuf, SPDX and the coming CycloneDX 2.0 are recognised, so that the message says what was found, but they are not read. SPDX 3.0.1 in JSON-LD is read by `aibom convert` alone.",
  },
  BOM_SPEC_VERSION: {
    severity: "high",
    exit: 2,
    message: "specVersion {given} is not one that aibom knows",
    hint: "use CycloneDX 1.2 to 1.7",
    explain:
      "The version decides which schema counts. An unknown version is refused: guessing a schema would accept fields that mean something else.",
  },
  BOM_MERGE_OLDER: {
    severity: "high",
    exit: 2,
    message: "is CycloneDX {given}, which {wanted} cannot hold",
    hint: "leave --spec-version out, or name the newer version",
    explain: "A merge into an older version would drop what only the newer one can say.",
  },
  BOM_SCHEMA: {
    severity: "high",
    exit: 3,
    message: "does not fit the CycloneDX schema: {reason}",
    hint: "correct the field, or make the BOM again with a tool that validates its output",
    explain:
      "The document breaks the JSON schema of its CycloneDX version. Readers may drop or misread the field.",
  },
  BOM_MORE: {
    severity: "high",
    exit: 3,
    message: "{count} more findings of {code} are not listed",
    hint: "correct those that are listed and run again",
    explain:
      "Findings of one kind are listed up to a limit, so that a hostile document cannot flood a report. The rest are counted.",
  },
  BOM_REF_DUPLICATE: {
    severity: "high",
    exit: 3,
    message: "the bom-ref {ref} is used twice",
    hint: "give every element its own bom-ref",
    explain:
      "References would point at two things at once. An attacker can use that to move a dependency or a signature to another component.",
  },
  BOM_REF_DANGLING: {
    severity: "high",
    exit: 3,
    message: "{field} refers to {ref}, which is not in the BOM",
    hint: "add the missing element or remove the reference",
    explain:
      "A reference points at nothing, so the relation it should state is lost. References into other BOMs are written as BOM-Links (urn:cdx:...).",
  },
  BOM_POINTER_DANGLING: {
    severity: "medium",
    exit: 3,
    message: "the citation points to {pointer}, which is not in the BOM",
    hint: "citation pointers are positions: write them after the document is sorted",
    explain:
      "A citation says where the value of a field came from. Its JSON pointer (RFC 6901) leads nowhere, so the statement is about nothing.",
  },
  BOM_DATASET_EMPTY: {
    severity: "high",
    exit: 3,
    message: "an entry of the data sets says nothing",
    hint: "give the data set a ref, or a type and a name",
    explain:
      "The model card lists a data set with neither a reference nor a description. It looks like provenance and is none.",
  },
  BOM_MODELCARD_TYPE: {
    severity: "high",
    exit: 3,
    message: "a component of type {type} has a model card",
    hint: "use the type machine-learning-model, or remove the model card",
    explain: "A model card belongs to a model. On another type, tools that look for models do not find it.",
  },
  BOM_DATA_TYPE: {
    severity: "high",
    exit: 3,
    message: "a component of type {type} has a data section",
    hint: "use the type data, or remove the section",
    explain:
      "The data section belongs to components of type data. On another type, tools that look for data sets do not find it.",
  },
  BOM_PURL: {
    severity: "high",
    exit: 3,
    message: "the purl {purl} is not valid",
    hint: "see the package-url specification: pkg:type/namespace/name@version",
    explain:
      "The package URL cannot be read. Vulnerability and licence lookups by purl would miss the component.",
  },
  BOM_CPE: {
    severity: "high",
    exit: 3,
    message: "the CPE {cpe} is not valid",
    hint: "write a CPE 2.3 name: cpe:2.3:a:vendor:product:version:*:*:*:*:*:*:*",
    explain:
      "The CPE fits neither the 2.2 URI nor the 2.3 formatted string (NISTIR 7695). Vulnerability lookups by CPE would miss the component.",
  },
  BOM_HASH_LENGTH: {
    severity: "high",
    exit: 3,
    message: "a {algorithm} value has {given} hexadecimal digits, expected {expected}",
    hint: "compute the hash again, or correct its algorithm",
    explain:
      "The length of a hash value is given by its algorithm. A value of another length can never match a file.",
  },
  BOM_HASH_CASE: {
    severity: "low",
    exit: 3,
    message: "a {algorithm} value is written in capitals",
    hint: "write hash values in lower case",
    explain:
      "Both cases name the same value, but tools that compare text see two. aibom compares in lower case.",
  },
  BOM_URL: {
    severity: "high",
    exit: 3,
    message: "the URL or IRI reference {url} is not valid",
    hint: "escape reserved characters with %XX (RFC 3986, RFC 3987)",
    explain:
      "The schema asks for an IRI reference. A text that is none is read differently by different tools.",
  },
  BOM_LICENSE_EXPRESSION: {
    severity: "high",
    exit: 3,
    message: "the license expression {expression} is not valid SPDX",
    hint: "use ids of the SPDX license list, LicenseRef-..., AND, OR, WITH and parentheses",
    explain:
      "The expression cannot be read, or names an id that is not on the SPDX list. A policy could not decide it.",
  },
  BOM_EVIDENCE_METHODS: {
    severity: "high",
    exit: 3,
    message: "identity evidence names no method",
    hint: "list the methods with technique and confidence, or remove the evidence",
    explain:
      "Evidence of identity without a method says that somebody is sure, but not why. It is not counted as evidence.",
  },
  BOM_SIGNATURE_ALGORITHM: {
    severity: "high",
    exit: 3,
    message: "the signature algorithm {algorithm} is not one of JSF",
    hint: "sign with ES256, ES384, ES512, PS256, Ed25519 or another algorithm of JSF 0.82",
    explain:
      "The schema lets a signature name a private algorithm by a URI. No verifier can check it, so it is no protection.",
  },
  BOM_SWHID: {
    severity: "high",
    exit: 3,
    message: "the SWHID {id} is not valid",
    hint: "write swh:1:cnt: and 40 lower-case hexadecimal digits (ISO/IEC 18670)",
    explain: "The software hash identifier cannot be read, so it identifies nothing.",
  },
  BOM_OMNIBOR: {
    severity: "high",
    exit: 3,
    message: "the OmniBOR id {id} is not valid",
    hint: "write gitoid:blob:sha256: and 64 lower-case hexadecimal digits",
    explain: "The artifact id cannot be read, so it identifies nothing.",
  },
  BOM_VERSION: {
    severity: "high",
    exit: 3,
    message: "the document has no version",
    hint: 'add "version": 1, and count it up when the document changes',
    explain:
      "Version and serial number together name a document. Without a version, an older BOM can be passed off as the newest.",
  },
  BOM_FILE_DUPLICATE: {
    severity: "high",
    exit: 3,
    message: "the file {name} is listed twice in one component",
    hint: "list every file once, with all its hashes",
    explain:
      "Two entries for one file can name two different hashes. A reader that looks at the other entry than the signer " +
      "did would accept other bytes.",
  },
  BOM_PROPERTY_VALUE: {
    severity: "medium",
    exit: 3,
    message: "the property {name} has no value",
    hint: "give the property a value, or remove it",
    explain:
      "A property without a value looks like an answer and is none: a reader cannot tell an empty value from a lost one.",
  },
  BOM_SELF_INVALID: {
    severity: "high",
    exit: 4,
    message: "the BOM that was built is not valid: {reason}",
    hint: "please report this with the names of the files and the model card, if they may be shared",
    explain:
      "Every BOM is checked against the CycloneDX schema and for meaning before it is handed out. This one failed, " +
      "so nothing was written. The fault is in aibom, not in the model.",
  },
  BOM_DIGEST_MISSING: {
    severity: "high",
    exit: 4,
    message: "has no {algorithm} digest",
    hint: "hash the files with sha256 among the algorithms",
    explain: "The file manifest is made of SHA-256 digests; a file without one cannot be part of a BOM.",
  },
  BOM_TOO_LARGE: {
    severity: "high",
    exit: 3,
    message: "the BOM would be larger than a document can be",
    hint: "inventory fewer files at once; about 800,000 fit into one BOM",
    explain:
      "A BOM is one JSON text, and the JavaScript engine limits a text to 512 MB. Nothing was written.",
  },
} as const satisfies CodeTable;
