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
  KEYLESS_OFFLINE: {
    severity: "high",
    exit: 2,
    message: "keyless signing goes online, and nobody allowed it; it would ask {hosts}",
    hint: "add --online if these hosts may learn who signs and when; or sign with --key",
    explain:
      "A keyless signature is made with a certificate that a server issues for minutes, is time-stamped and logged by " +
      "servers. Without --online not one connection is opened.",
  },
  SIGNING_CONFIG_MALFORMED: {
    severity: "high",
    exit: 2,
    message: "the signing config cannot be used: {reason}",
    hint: "give a signing_config.v0.2.json or a client trust config, as the operator of the Sigstore instance publishes it",
    explain:
      "The signing config says which servers make a keyless signature. Unknown fields are refused: one may say how many " +
      "logs or authorities are needed.",
  },
  SIGNING_CONFIG_NO_SERVICE: {
    severity: "high",
    exit: 2,
    message: "the signing config names too few usable services of the kind {kind}: {found}, needed {needed}",
    hint: "get the current signing config; services have validity windows and API versions (Fulcio 1, Rekor 2, time stamps 1)",
    explain:
      "A service is usable if it is valid now and speaks a version that aibom speaks; of each operator one counts. A " +
      "time-stamp authority is always needed, since Rekor v2 says nothing about time.",
  },
  IDENTITY_TOKEN_MISSING: {
    severity: "high",
    exit: 2,
    message: "there is no identity token: {reason}",
    hint: "give --identity-token FILE or SIGSTORE_ID_TOKEN, or run in a CI job that may ask for one (GitHub: permissions: id-token: write)",
    explain:
      "Who signs keyless proves an identity with a token of an OpenID Connect issuer. aibom opens no browser; the token is " +
      "sent to the certificate authority only, never printed and never stored.",
  },
  IDENTITY_TOKEN_INVALID: {
    severity: "high",
    exit: 2,
    message: "the identity token cannot be used: {reason}",
    hint: "ask the issuer for a fresh token with the audience that the certificate authority expects (mostly sigstore)",
    explain:
      "The token must be a JWT that has not expired and has a verified e-mail address or a subject. Its signature is for " +
      "the certificate authority to check.",
  },
  KEYLESS_ANSWER: {
    severity: "high",
    exit: 3,
    message: "what {url} answered cannot be used: {reason}",
    hint: "nothing was written; check the signing config, and ask the operator of the service",
    explain:
      "Before a keyless signature is written, its parts are compared with each other: the certificate must be of the key " +
      "that signed, the log entry about this signature, the time stamp within the certificate's life.",
  },
} as const satisfies CodeTable;
