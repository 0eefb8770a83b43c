// SPDX-License-Identifier: Apache-2.0
// Codes of Sigstore: its trusted roots, and what is checked of a bundle beyond its shape (signature.ts).

import type { CodeTable } from "./code.ts";

export const sigstoreCodes = {
  SIGSTORE_ROOT_INVALID: {
    severity: "high",
    exit: 2,
    message: "not a Sigstore trusted root: {reason}",
    hint: "get trusted_root.json again from the operator of the Sigstore instance",
    explain:
      "A trusted root names the certificate authorities, logs and time stamp authorities of one Sigstore instance. " +
      "Nothing in it is guessed: a field of the wrong type may mean that something else was meant than would be trusted.",
  },
  SIGSTORE_ROOT_UNKNOWN_FIELD: {
    severity: "high",
    exit: 2,
    message: "the trusted root has an unknown field {field} in {object}",
    hint: "use a version of aibom that knows the field, or report it",
    explain:
      "A field that is not understood may restrict what is trusted. Ignoring it could trust more than the operator " +
      "said, so the file is refused.",
  },
  SIGSTORE_ROOT_MEDIA_TYPE: {
    severity: "high",
    exit: 2,
    message: "the media type of the trusted root is {got}",
    hint: "give a trusted_root.json (version 0.1 or 0.2) or a client trust config (version 0.1)",
    explain: "The media type says how the rest is read. An unknown one is refused.",
  },
  SIGSTORE_ROOT_VALIDITY: {
    severity: "high",
    exit: 2,
    message: "{object} has no start of its validity (validFor.start)",
    hint: "get trusted_root.json again from the operator, or state since when the key is trusted",
    explain:
      "Without a start a key would count as trusted since ever, also for the time before it was. Every log and every " +
      "authority must state it.",
  },
  SIGSTORE_ROOT_LOG_ID: {
    severity: "critical",
    exit: 2,
    message: "{field} of {log} is not the id of its key",
    hint: "somebody changed the key or the id; get trusted_root.json again from the operator",
    explain:
      "The id of a log follows from its key (and, for Rekor v2, from its name). A different one means that a key was " +
      "exchanged behind a known id.",
  },
  SIGSTORE_ROOT_KEY: {
    severity: "high",
    exit: 2,
    message: "the key of {log} is not usable: {reason}",
    hint: "get trusted_root.json again from the operator of the Sigstore instance",
    explain: "The key of a log must decode, and must be of the type that the trusted root says.",
  },
} as const satisfies CodeTable;
