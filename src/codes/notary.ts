// SPDX-License-Identifier: Apache-2.0
// Codes of Notary Project signatures and of revocation lists, on which they rest.

import type { CodeTable } from "./code.ts";

export const notaryCodes = {
  NOTARY_MALFORMED: {
    severity: "high",
    exit: 1,
    message: "not a Notary Project signature: {reason}",
    hint: "get the signature again; it is damaged or was written by another tool",
    explain:
      "A signature is one JWS in JSON or one tagged COSE_Sign1 (Notary Project, signature-envelope-jws.md and " +
      "signature-envelope-cose.md). Fields that are not signed and not known are refused, since anybody may have added them.",
  },
  NOTARY_TOO_LARGE: {
    severity: "high",
    exit: 3,
    message: "the signature is {size} bytes, limit is {limit}",
    hint: "no real one is so large; treat the file as hostile",
    explain: "The size is checked before anything is decoded.",
  },
  NOTARY_ALGORITHM: {
    severity: "high",
    exit: 1,
    message: "the signature's algorithm is {got}, that of its certificate's key is {expected}",
    hint: "sign again with a current notation",
    explain:
      "The key decides the algorithm: PS256, PS384 and PS512 for RSA keys of 2048, 3072 and 4096 bits, ES256, ES384 and ES512 " +
      "for the curves. Nothing else is accepted, so that nobody can choose a weaker one.",
  },
  NOTARY_CRITICAL: {
    severity: "high",
    exit: 1,
    message: "the signature's critical headers: {reason}",
    hint: "verify it with the tool or plug-in that it names",
    explain:
      "A critical header changes what a signature means. One that is not understood, is missing or is not marked as the " +
      "specification asks refuses the signature.",
  },
  NOTARY_CONTENT_TYPE: {
    severity: "high",
    exit: 1,
    message: "the signature is over {got}, expected {expected}",
    hint: "this signature is about something else; use the one made for this artifact",
    explain: "The content type is part of what is signed and says how the payload is read.",
  },
  NOTARY_EXPIRED: {
    severity: "high",
    exit: 1,
    message: "the signature expired at {expiry}, the check is for {at}",
    hint: "get a newer signature, or a newer release",
    explain: "The signer limited for how long the signature may be relied on.",
  },
  NOTARY_SIGNING_TIME: {
    severity: "high",
    exit: 1,
    message: "the signature was made at {time}, after the time of the check, {at}",
    hint: "check the date of the machine, or of --at",
    explain:
      "The signing authority states when the signature was made. If that lies after the instant that is verified for, it did " +
      "not exist yet.",
  },
  NOTARY_CHAIN: {
    severity: "high",
    exit: 1,
    message: "the signature's certificates are no chain: {reason}",
    hint: "sign again; the signature must carry its whole chain, leaf first",
    explain:
      "The chain must be ordered and complete, so that no reader has to guess which certificate issued which.",
  },
  NOTARY_SCHEME_AUTHORITY: {
    severity: "high",
    exit: 1,
    message: "no authority of the trust root vouches for signatures of the scheme {scheme}",
    hint: "import the trust store of that kind: aibom trust import DIRECTORY --name NAME",
    explain:
      "Signatures of the scheme notary.x509 need a CA; those of notary.x509.signingAuthority, whose signing time is believed, " +
      "need a signing authority. The two are never taken for each other.",
  },
  CERTIFICATE_REVOCATION_LIST: {
    severity: "high",
    exit: 2,
    message: "not a certificate revocation list that can be used: {reason}",
    hint: "give complete lists (RFC 5280, section 5) in DER or PEM, as the authority publishes them",
    explain:
      "A list that is damaged, partial or not understood would leave out what was revoked. It is refused instead of being ignored.",
  },
  CERTIFICATE_REVOCATION_STALE: {
    severity: "high",
    exit: 3,
    message: "the revocation list of {issuer} is valid from {from} until {until}, not at {at}",
    hint: "get the authority's current list",
    explain:
      "A list says what was revoked when it was made. Outside of its validity it says nothing about the instant that is verified for.",
  },
  CERTIFICATE_REVOCATION_SIGNATURE: {
    severity: "critical",
    exit: 1,
    message: "the revocation list of {issuer} is not signed by it",
    hint: "get the list again from the authority",
    explain: "A list counts only with the signature of the authority that issued the certificates on it.",
  },
  CERTIFICATE_REVOKED: {
    severity: "high",
    exit: 1,
    message: "the certificate of {subject} was revoked at {revokedAt} ({reason})",
    hint: "do not use what it signed; ask the signer for a new signature",
    explain:
      "The authority's revocation list names the certificate. Only a proof that the signature is older than the revocation would save it.",
  },
} as const satisfies CodeTable;
