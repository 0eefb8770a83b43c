// SPDX-License-Identifier: Apache-2.0
// Codes of time stamps (RFC 3161).

import type { CodeTable } from "./code.ts";

export const timestampCodes = {
  TIMESTAMP_TOO_LARGE: {
    severity: "high",
    exit: 3,
    message: "the time stamp is {size} bytes, limit is {limit}",
    hint: "no real one is so large; treat the file as damaged or hostile",
    explain: "The size is checked before anything is decoded.",
  },
  TIMESTAMP_NOT_GRANTED: {
    severity: "high",
    exit: 1,
    message: "the time-stamp authority refused: status {status}, {reason}",
    hint: "ask again, or ask another authority",
    explain:
      "The response carries a status other than granted (RFC 3161, section 2.4.2). There is no time in it.",
  },
  TIMESTAMP_MALFORMED: {
    severity: "high",
    exit: 1,
    message: "the time stamp is malformed: {reason}",
    hint: "get the time stamp again; it is damaged or was written by a faulty tool",
    explain:
      "The bytes are DER, and what they say is not a time stamp as RFC 3161 and CMS (RFC 5652) define it.",
  },
  TIMESTAMP_CONTENT_TYPE: {
    severity: "high",
    exit: 1,
    message: "{what} of the time stamp is {got}, expected {expected}",
    hint: "use the time stamp that was made for this signature; this is something else",
    explain:
      "A signed message of another type says something else, even if the same authority signed it. The type is checked " +
      "outside and in the signed attributes.",
  },
  TIMESTAMP_SIGNER_COUNT: {
    severity: "high",
    exit: 1,
    message: "the time stamp has {count} signers, expected 1",
    hint: "ask the authority for a time stamp as RFC 3161 defines it",
    explain:
      "With several signers it would be a matter of the reader which one counts (RFC 3161, section 2.4.2).",
  },
  TIMESTAMP_HASH: {
    severity: "high",
    exit: 1,
    message: "the time stamp uses {algorithm} for {what}, which is not accepted",
    hint: "ask for a time stamp with SHA-256, SHA-384 or SHA-512",
    explain:
      "Two documents with the same MD5 or SHA-1 hash can be made at will, so a time stamp over such a hash proves the " +
      "age of neither.",
  },
  TIMESTAMP_SIGNATURE_ALGORITHM: {
    severity: "high",
    exit: 1,
    message: "the time stamp is signed with {algorithm}, which is not accepted",
    hint: "ask an authority that signs with RSA, ECDSA or Ed25519 and SHA-256 or better",
    explain: "Accepted are RSA (PKCS #1 v1.5 and PSS), ECDSA and Ed25519 with SHA-256, SHA-384 or SHA-512.",
  },
  TIMESTAMP_IMPRINT: {
    severity: "critical",
    exit: 1,
    message: "the time stamp is about other bytes: their {hash} differs",
    hint: "use the time stamp that was made for just these bytes",
    explain: "A time stamp names what it stamps by a hash. This one was made for something else.",
  },
  TIMESTAMP_NONCE: {
    severity: "high",
    exit: 1,
    message: "the time stamp answers another request: its nonce is {got}, expected {expected}",
    hint: "ask again; somebody may have replayed an old answer",
    explain:
      "The nonce of a request comes back in the answer. A different one means an answer to another request.",
  },
  TIMESTAMP_POLICY: {
    severity: "high",
    exit: 1,
    message: "the time stamp was made under policy {got}, expected {expected}",
    hint: "ask for the policy that you need, or accept this one",
    explain: "The policy says how carefully the authority works. The caller asked for another one.",
  },
  TIMESTAMP_ACCURACY: {
    severity: "high",
    exit: 1,
    message: "the accuracy of the time stamp is {reason}",
    hint: "use an authority with a working clock",
    explain:
      "A time stamp may say how far its clock can be off. The latest instant it allows is what counts, and an accuracy " +
      "beyond all measure makes that meaningless.",
  },
  TIMESTAMP_CRITICAL_EXTENSION: {
    severity: "high",
    exit: 1,
    message: "the time stamp has a critical extension {oid} that is not understood",
    hint: "ask for a time stamp without it; if many have it, please report it",
    explain:
      "An authority marks an extension critical to say: whoever does not understand it must not rely on this.",
  },
  TIMESTAMP_ATTRIBUTE: {
    severity: "high",
    exit: 1,
    message: "the signed attribute {attribute} of the time stamp {reason}",
    hint: "get the time stamp again; it is damaged or was written by a faulty tool",
    explain: "RFC 3161 and CMS require this attribute, once, with one value. What is signed hangs on it.",
  },
  TIMESTAMP_MESSAGE_DIGEST: {
    severity: "critical",
    exit: 1,
    message: "the content of the time stamp was changed after it was signed",
    hint: "get the time stamp again from its origin",
    explain:
      "What the authority signed is the hash of the content, in the attribute messageDigest. It does not fit the content.",
  },
  TIMESTAMP_CERTIFICATE_BINDING: {
    severity: "critical",
    exit: 1,
    message: "the time stamp does not name the certificate of its signer: {reason}",
    hint: "get the time stamp again from its origin",
    explain:
      "The signed attributes name the signer's certificate by its hash (ESSCertID, RFC 2634 and RFC 5035), so that nobody " +
      "can put another certificate with the same key in its place.",
  },
  TIMESTAMP_SIGNATURE_INVALID: {
    severity: "critical",
    exit: 1,
    message: "the signature of the time stamp does not verify with the key of {subject}",
    hint: "get the time stamp again from its origin",
    explain: "The cryptographic check failed: this authority did not make this time stamp.",
  },
  TIMESTAMP_PURPOSE: {
    severity: "high",
    exit: 1,
    message: "the certificate of {subject} is not one of a time-stamp authority: {reason}",
    hint: "use an authority whose certificate is for time stamping alone",
    explain:
      "The certificate must have the extended key usage timeStamping, critical and no other (RFC 3161, section 2.3). " +
      "Otherwise each certificate of the same issuer could set the clock back.",
  },
  TIMESTAMP_SIGNER_UNKNOWN: {
    severity: "high",
    exit: 1,
    message: "the signer of the time stamp, {signer}, is not known to the authority {authority}",
    hint: "add the authority's certificates to the trust root if you trust it",
    explain:
      "If the trust root lists the authority's own certificate, only that one may sign; otherwise the time stamp must " +
      "bring a certificate along that leads to the authority's root.",
  },
  TIMESTAMP_AUTHORITY_WINDOW: {
    severity: "high",
    exit: 1,
    message: "the authority {authority} is trusted {window}, the time stamp says {time}",
    hint: "if the authority is to be trusted at that time, change its validity in the trust root",
    explain:
      "The trust root limits when an authority is believed, so that a key lost later cannot speak for then.",
  },
  TIMESTAMP_UNTRUSTED: {
    severity: "high",
    exit: 1,
    message: "no time-stamp authority of the trust root vouches for the time stamp: {reasons}",
    hint: "add the authority to the trust root if you trust it",
    explain: "Each authority was tried; the message says why each one did not fit.",
  },
} as const satisfies CodeTable;
