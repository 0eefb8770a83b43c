// SPDX-License-Identifier: Apache-2.0
// Codes of signatures: bundles, envelopes, statements, and model signatures (OMS). Codes with exit 1 are
// mostly seen as the reason of a rejection.

import type { CodeTable } from "./code.ts";

export const signatureCodes = {
  BUNDLE_TOO_LARGE: {
    severity: "high",
    exit: 3,
    message: "the signature bundle is {size} bytes, limit is {limit}",
    hint: "no real signature is so large; for a very large BOM, sign its parts",
    explain:
      "Oversized bundles exhaust memory before anything can be verified, so the size is checked first.",
  },
  BUNDLE_MALFORMED: {
    severity: "high",
    exit: 1,
    message: "not a signature bundle: {reason}",
    hint: "get the signature again; it is damaged or not a Sigstore bundle",
    explain: "A Sigstore bundle has fixed fields with fixed types. One that differs is refused as a whole.",
  },
  SIGNATURE_OF_ONE_FILE: {
    severity: "high",
    exit: 1,
    message: "the signature covers the bytes of one file, and the target is a directory",
    hint: "verify the file by itself, or sign the directory with `aibom sign`",
    explain: "A message signature (`cosign sign-blob`) names no files. It cannot vouch for a directory.",
  },
  SIGNATURE_OF_OTHER_BYTES: {
    severity: "critical",
    exit: 1,
    message: "the signature is over other bytes: {algorithm} is {got}, signed was {expected}",
    hint: "restore the file from where it was signed; do not sign again before you know why it differs",
    explain: "The signer noted the digest of the file that was signed. The file here has another one.",
  },
  SIGNATURE_NEEDS_BYTES: {
    severity: "high",
    exit: 1,
    message: "a {algorithm} signature over a bare file cannot be verified by its digest",
    hint: "sign a statement instead (`aibom sign`), or with an ECDSA key",
    explain:
      "Ed25519 and ML-DSA hash the message themselves, so the digest of the hashing pass cannot stand for the file. " +
      "Statements name files by digest and have no such limit.",
  },
  SIGNATURE_TIME_LATER: {
    severity: "high",
    exit: 1,
    message: "the signature is proven for {time} by {authority}, after the time of the check, {at}",
    hint: "check the date of the machine, or of --at",
    explain:
      "A trusted time says when the signature existed. If that lies after the instant that is verified for, either a " +
      "clock is wrong or the signature did not exist yet.",
  },
  BUNDLE_UNKNOWN_FIELD: {
    severity: "high",
    exit: 1,
    message: "the signature bundle has an unknown field {field} in {object}",
    hint: "get the signature again; if another tool wrote it, please report the field",
    explain:
      "Nothing outside the payload is signed. A field that is not understood may have been added or changed by " +
      "anybody, so bundles with unknown fields are refused.",
  },
  BUNDLE_MEDIA_TYPE: {
    severity: "high",
    exit: 1,
    message: "the media type of the bundle is {got}, expected {expected}",
    hint: "sign again with a tool that writes Sigstore bundles v0.3",
    explain: "The media type says how the rest is read. Only version 0.3 is used for key signatures.",
  },
  BUNDLE_CONTENT_UNSUPPORTED: {
    severity: "high",
    exit: 1,
    message: "the bundle holds {content}, expected dsseEnvelope",
    hint: "sign the statement, not the bare file (`aibom sign`)",
    explain: "Model signatures and BOM attestations are in-toto statements in a DSSE envelope.",
  },
  BUNDLE_SIGNATURE_COUNT: {
    severity: "high",
    exit: 1,
    message: "the envelope has {count} signatures, expected 1",
    hint: "give each signer its own bundle",
    explain: "With several signatures in one envelope it would be a matter of the reader which one counts.",
  },
  BUNDLE_BASE64: {
    severity: "high",
    exit: 1,
    message: "{field} is not canonical base64",
    hint: "get the signature again; it is damaged",
    explain:
      "Lenient decoders skip bytes and ignore trailing bits, so that two readers see different content (RFC 4648, section 3.5). " +
      "Only the one canonical spelling is accepted.",
  },
  BUNDLE_KEY_UNNAMED: {
    severity: "high",
    exit: 1,
    message: "the bundle does not say which key made it",
    hint: "sign again; bundles name their key by its SHA-256",
    explain:
      "A bundle names its key by a hint, which is looked up in the trust root. Trying every key instead would let a " +
      "signature count for an identity that it does not name.",
  },
  BUNDLE_KEY_INCONSISTENT: {
    severity: "high",
    exit: 1,
    message: "{field} of the bundle does not belong to the key of {identity}",
    hint: "get the signature again; it was changed after signing",
    explain:
      "The bundle describes its key in several places. All of them must mean the key that the trust root names.",
  },
  DSSE_PAYLOAD_TYPE: {
    severity: "high",
    exit: 1,
    message: "the payload type is {got}, expected application/vnd.in-toto+json",
    hint: "this signature is about something else; use the one made for this artifact",
    explain:
      "The payload type is part of what is signed. Reading a payload as a type it was not signed for is the confusion " +
      "that DSSE exists to prevent.",
  },
  SIGNATURE_ENCODING: {
    severity: "high",
    exit: 1,
    message: "the signature is not canonical: {reason}",
    hint: "get the signature again; it is damaged or was made by a faulty tool",
    explain:
      "An ECDSA signature is one DER sequence of two positive integers. Other spellings of the same numbers are refused, " +
      "so that nobody can make a second valid signature file from a first.",
  },
  SIGNATURE_INVALID: {
    severity: "critical",
    exit: 1,
    message: "the signature does not verify with the key of {identity}",
    hint: "the statement or the signature was changed, or another key made it; get both again from their origin",
    explain:
      "The cryptographic check failed: this key did not sign these bytes. Nothing in the statement can be believed.",
  },
  SIGNATURE_VERIFIER_FAULT: {
    severity: "high",
    exit: 4,
    message: "the verifier failed: {reason}",
    hint: "please report this with the signature file, if it may be shared",
    explain: "A verifier broke in a way it should not. The signature counts as rejected; the fault is ours.",
  },
  STATEMENT_MALFORMED: {
    severity: "high",
    exit: 1,
    message: "the signed statement is malformed: {reason}",
    hint: "the signer's tool wrote it; sign again with another tool or version",
    explain:
      "The signature is good, and what it signs is not an in-toto statement. A signature over something unreadable proves nothing.",
  },
  STATEMENT_TYPE: {
    severity: "high",
    exit: 1,
    message: "the statement type is {got}, expected {expected}",
    hint: "sign again with a tool that writes in-toto Statement v1",
    explain: "The type says how the statement is read. An unknown one is refused.",
  },
  STATEMENT_PREDICATE_TYPE: {
    severity: "high",
    exit: 1,
    message: "the statement is a {got}, expected {expected}",
    hint: "use the signature that was made for this purpose",
    explain:
      "A correctly signed statement of another type (a test result, a provenance) says something else. Accepting it " +
      "here was the fault of CVE-2026-39395.",
  },
  STATEMENT_SUBJECT_COUNT: {
    severity: "high",
    exit: 1,
    message: "the statement has {count} subjects, expected {expected}",
    hint: "the signer's tool wrote it; sign again with another tool or version",
    explain: "The number of subjects is fixed by the kind of statement, and bounded (GHSA-cq38-jh5f-37mq).",
  },
  BOM_STATEMENT_BYTES: {
    severity: "critical",
    exit: 1,
    message: "the statement does not name the SHA-256 of this BOM file, {digest}",
    hint: "the BOM was changed or written anew after signing; sign it again or restore the signed one",
    explain:
      "The statement names the BOM file by its digest, so that not one byte can change. This BOM has other bytes than the signed one.",
  },
  BOM_STATEMENT_CONTENT: {
    severity: "critical",
    exit: 1,
    message: "the signed BOM differs from this one at {pointer}",
    hint: "the BOM was changed after signing; sign it again or restore the signed one",
    explain:
      "The statement holds the whole BOM as its predicate. It must say the same as the BOM that is used.",
  },
  BOM_STATEMENT_VERSION: {
    severity: "high",
    exit: 1,
    message: "the statement says it holds {got}, the BOM in it is {expected}",
    hint: "the signer's tool wrote it; sign again with `aibom sign`",
    explain: "A version in the predicate type must be the specVersion of the BOM that the statement holds.",
  },
  BOM_STATEMENT_SUBJECT_MISSING: {
    severity: "high",
    exit: 1,
    message: "the statement does not name {name} ({digest}), which the BOM lists",
    hint: "sign the BOM again",
    explain:
      "The subjects of the statement are the artifacts of the BOM. A BOM that lists more was not what was signed.",
  },
  BOM_STATEMENT_SUBJECT_UNKNOWN: {
    severity: "high",
    exit: 1,
    message: "the statement names {name} ({digest}), which the BOM does not list",
    hint: "sign the BOM again",
    explain:
      "The subjects of the statement are the artifacts of the BOM. A statement about others belongs to another BOM.",
  },
} as const satisfies CodeTable;
