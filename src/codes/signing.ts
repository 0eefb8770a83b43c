// SPDX-License-Identifier: Apache-2.0
// Codes of signing: external programs, certificates, time stamps.

import type { CodeTable } from "./code.ts";

export const signingCodes = {
  SIGNER_COMMAND_INVALID: {
    severity: "high",
    exit: 2,
    message: "the signer command cannot be used: {reason}",
    hint: "give a program and its arguments in one text; docs/signing.md has the protocol and examples",
    explain:
      "The command is split into words as a shell would split it and is started without a shell: variables, globs and " +
      "pipes mean nothing. Devices that sign digests can be used with ECDSA keys only.",
  },
  SIGNER_COMMAND_FAILED: {
    severity: "high",
    exit: 3,
    message: "the signer command gave no signature: {program}: {reason}",
    hint: "run the program by hand with the same input; its own messages stand above this one",
    explain:
      "The program must read what is to be signed from standard input, write the signature to standard output (binary " +
      "or base64) and end with exit code 0 within two minutes.",
  },
  SIGNER_COMMAND_WRONG: {
    severity: "high",
    exit: 2,
    message: "the signature of {program} does not verify with the key {keyId}",
    hint: "check that --public-key is that of the program's key, and --signer-input what it expects",
    explain:
      "What an external program signs is verified with the public key before anything is written. A signature by " +
      "another key, or over a digest of a digest, is noticed here and not by the first user.",
  },
  SIGNER_CERTIFICATE: {
    severity: "high",
    exit: 2,
    message: "the certificate cannot be used for signing: {reason}",
    hint: "give the chain of the signing key in PEM, leaf first, with a certificate that is valid now",
    explain:
      "What a certificate signs is refused by verifiers unless it belongs to the key, may sign, and is valid at the time " +
      "of signing. All of that is checked before the hashing begins.",
  },
  SIGNER_TIMESTAMP: {
    severity: "high",
    exit: 3,
    message: "the time stamp cannot be used: {reason}",
    hint: "ask the authority again; the signature was not written",
    explain:
      "A time stamp covers the SHA-256 of the signature, and answers the request by its random number. One that does not " +
      "would be refused by every verifier.",
  },
} as const satisfies CodeTable;
