// SPDX-License-Identifier: Apache-2.0
// Codes of attestations: the files they lie in, bare DSSE envelopes, and the predicates they sign.

import type { CodeTable } from "./code.ts";

export const attestationCodes = {
  ATTESTATION_FILE_TOO_LARGE: {
    severity: "high",
    exit: 3,
    message: "the attestation file is {size} bytes, limit is {limit}",
    hint: "split the file: one attestation a file, or fewer lines",
    explain:
      "The size is checked before anything is read, so that a file cannot exhaust memory. Nothing in it was looked at.",
  },
  ATTESTATION_FILE_EMPTY: {
    severity: "high",
    exit: 1,
    message: "there is no attestation in it",
    hint: "download the attestations again; a registry answers with an empty list when it has none",
    explain:
      "A file that was given as evidence and proves nothing is not a clean result: whoever asked for it expected an attestation.",
  },
  ATTESTATION_TOO_MANY: {
    severity: "high",
    exit: 3,
    message: "the file holds more than {limit} attestations",
    hint: "keep the attestations of this artifact and leave out the rest",
    explain:
      "Each attestation costs a signature check, so their number is bounded. None of them was used: which ones would " +
      "count must not depend on their order.",
  },
  ATTESTATION_UNRECOGNISED: {
    severity: "high",
    exit: 1,
    message: "no known form of attestation at {pointer}: {reason}",
    hint: "give a Sigstore bundle, a DSSE envelope, or the answer of the npm, PyPI or GitHub attestation API",
    explain:
      "Attestations are recognised by their fields. What is not recognised is reported and never skipped as if it were not there.",
  },
  ATTESTATION_MALFORMED: {
    severity: "high",
    exit: 1,
    message: "the attestation is malformed at {pointer}: {reason}",
    hint: "download the attestation again; it is damaged or was changed",
    explain:
      "The form was recognised and a part of it is not what it must be. These parts are not signed, so a stray field is a " +
      "reason for refusal and not for guessing.",
  },
  ATTESTATION_COSIGN_LEGACY: {
    severity: "high",
    exit: 1,
    message: "this is a bundle of cosign before version 3 ({field}), which does not hold what it signs",
    hint: "sign again with `cosign sign-blob --new-bundle-format` or `cosign attest-blob --new-bundle-format`",
    explain:
      "The old format keeps the signature of a file beside it, without a payload and without a bound log entry (CVE-2022-36056, " +
      "CVE-2026-22703). It is recognised by name and not read.",
  },
  ATTESTATION_UNSIGNED: {
    severity: "high",
    exit: 1,
    message: "this is a statement without a signature",
    hint: "have the statement signed; anybody could have written this one",
    explain:
      "Build tools write in-toto statements without an envelope. Such a file is a claim of unknown origin and proves nothing.",
  },
  ATTESTATION_BUNDLE_ELSEWHERE: {
    severity: "high",
    exit: 1,
    message: "the bundle at {pointer} is only linked, not included",
    hint: "download the bundles too, for example with `gh attestation download`",
    explain:
      "The attestation API may answer with a link in place of a bundle. Links are not followed: a verification opens no connection.",
  },
  ATTESTATION_OF_OTHER_BYTES: {
    severity: "high",
    exit: 1,
    message: "a statement of {identity} ({type}) names {count} subjects, none of which is a file here",
    hint: "get the attestation that belongs to these files; subjects are compared by digest, never by name",
    explain:
      "An attestation is about the bytes whose digests it names. One about other bytes, an earlier version for " +
      "example, says nothing about these.",
  },
  ATTESTATION_OF_OTHER_PACKAGE: {
    severity: "high",
    exit: 1,
    message: "a statement of {identity} about {name} has the digest that a record here pins for {package}",
    hint: "find out why the record pins another package's archive; do not install from it",
    explain:
      "A lock file, direct_url.json or npm's integrity pins an archive by its digest, and the signed statement about that " +
      "archive calls it by another name or version. It then says nothing about the package that is recorded here.",
  },
  ENVELOPE_MALFORMED: {
    severity: "high",
    exit: 1,
    message: "the DSSE envelope is malformed at {pointer}: {reason}",
    hint: "get the envelope again; it is damaged or was changed",
    explain:
      "An envelope has a payload, its type and signatures, in canonical base64, and nothing else: what is not signed is not tolerated.",
  },
  ENVELOPE_SIGNATURE_COUNT: {
    severity: "high",
    exit: 3,
    message: "the envelope has {count} signatures, expected 1 to {limit}",
    hint: "get the envelope again; no real one has so many signers, or none",
    explain:
      "Each signature may be tried with several keys, so their number is bounded; without any there is nothing to check.",
  },
  ENVELOPE_KEY_UNKNOWN: {
    severity: "high",
    exit: 1,
    message: "no key of the trust root has the key id {keyid}",
    hint: "add the signer's key to the trust root if you trust it (`aibom trust add`)",
    explain:
      "The key id of an envelope is a hint for the look-up. Without a key that the trust root names nothing can be verified.",
  },
  ENVELOPE_KEYS_TOO_MANY: {
    severity: "high",
    exit: 3,
    message: "{count} keys of the trust root answer to the key id {keyid}, limit is {limit}",
    hint: "sign with a tool that writes the key id into the envelope",
    explain: "Trying every key for every signature would let an envelope buy unbounded work.",
  },
  ENVELOPE_CERTIFICATE: {
    severity: "high",
    exit: 1,
    message: "the envelope carries a certificate, and nothing that proves when it was used",
    hint: "ask for a Sigstore bundle, which holds the log entry or time stamp as well",
    explain:
      "Early provenance generators put a short-lived certificate beside the signature and the proof of time into an online log. " +
      "Offline, such a certificate has expired and proves nothing.",
  },
  ENVELOPE_SIGNATURE_INVALID: {
    severity: "critical",
    exit: 1,
    message: "the signature with key id {keyid} does not verify",
    hint: "the payload or the signature was changed, or another key made it; get the envelope again from its origin",
    explain: "The cryptographic check failed with every key that answers to this key id.",
  },
  ENVELOPE_SIGNER_REPEATED: {
    severity: "high",
    exit: 1,
    message: "the signature with key id {keyid} is by a key that already signed this envelope",
    hint: "get the envelope again; a signer signs once",
    explain:
      "Thresholds count signers, not signatures (GHSA-9vcr-p3rj-q5q6). A second signature by the same key adds nothing.",
  },
  PREDICATE_MALFORMED: {
    severity: "high",
    exit: 1,
    message: "the predicate {type} is malformed at {pointer}: {reason}",
    hint: "ask the signer to attest again with a tool that follows the specification of this predicate",
    explain:
      "The signature is good and what it signs does not follow the specification of its predicate type. No claim is taken from " +
      "a predicate that cannot be read completely (CVE-2026-39395).",
  },
  PREDICATE_CLAIM_TOO_LONG: {
    severity: "high",
    exit: 3,
    message: "the value of {name} is longer than {limit} characters",
    hint: "ask the signer to attest with shorter values",
    explain: "A claim is compared and printed whole. Cutting it would make two different values equal.",
  },
  PREDICATE_CLAIMS_TOO_MANY: {
    severity: "high",
    exit: 3,
    message: "the predicate makes more than {limit} claims",
    hint: "ask the signer to attest parts, for example one test suite each",
    explain: "Leaving some out could hide the one that matters, so none is used.",
  },
} as const satisfies CodeTable;
