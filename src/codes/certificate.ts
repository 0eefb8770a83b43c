// SPDX-License-Identifier: Apache-2.0
// Codes of X.509 certificates and their chains.

import type { CodeTable } from "./code.ts";

export const certificateCodes = {
  CERTIFICATE_MALFORMED: {
    severity: "high",
    exit: 1,
    message: "the certificate is malformed: {reason}",
    hint: "get the certificate again; it is damaged or was written by a faulty tool",
    explain: "The bytes are DER, and what they say is not a certificate as RFC 5280 defines it.",
  },
  CERTIFICATE_PEM: {
    severity: "high",
    exit: 1,
    message: "not a file of certificates: {reason}",
    hint: "expected is one certificate in DER, or PEM blocks that begin with -----BEGIN CERTIFICATE-----",
    explain:
      "Certificates are read from strict PEM (RFC 7468) or DER. Text around the blocks is ignored; blocks of other kinds, " +
      "private keys above all, do not belong in such a file.",
  },
  CERTIFICATE_FILE_TOO_LARGE: {
    severity: "high",
    exit: 3,
    message: "the certificates are {size} bytes, limit is {limit}",
    hint: "name the roots that you trust instead of a whole store",
    explain: "The size is checked before anything is decoded.",
  },
  CERTIFICATE_TOO_MANY: {
    severity: "high",
    exit: 3,
    message: "there are {count} {what}, limit is {limit}",
    hint: "give only the certificates that the chain needs",
    explain: "Work grows with every certificate that may be an issuer. Real chains need two to four.",
  },
  CERTIFICATE_KEY_UNSUPPORTED: {
    severity: "high",
    exit: 1,
    message: "the certificate of {subject} has a key of an unsupported kind: {key}",
    hint: "supported are RSA, EC on the NIST and Brainpool curves by name, and Ed25519",
    explain:
      "A key of another kind cannot be checked. Curves given by their parameters instead of by name are refused always: " +
      "that is how forged keys passed as known ones (CVE-2020-0601).",
  },
  CERTIFICATE_KEY_WEAK: {
    severity: "high",
    exit: 1,
    message: "the certificate of {subject} has a weak key: {key}, expected {expected}",
    hint: "ask the issuer for a certificate with a stronger key",
    explain: "Keys below the minimum can be broken with means that an attacker has or will soon have.",
  },
  CERTIFICATE_SIGNATURE_ALGORITHM: {
    severity: "high",
    exit: 1,
    message: "the certificate of {subject} is signed with {algorithm}, which is not accepted",
    hint: "ask the issuer for a certificate signed with SHA-256 or better",
    explain:
      "Accepted are RSA (PKCS #1 v1.5 and PSS), ECDSA and Ed25519 with SHA-256, SHA-384 or SHA-512. Collisions of MD5 and " +
      "SHA-1 have been used to forge certificates.",
  },
  CERTIFICATE_SIGNATURE_INVALID: {
    severity: "critical",
    exit: 1,
    message: "the certificate of {subject} was not signed by {issuer}",
    hint: "the certificate was changed, or another authority of the same name issued it",
    explain: "The name of the issuer fits and its key does not. Anybody can write a name.",
  },
  CERTIFICATE_UNTRUSTED: {
    severity: "high",
    exit: 1,
    message: "the certificate of {subject} leads to no trusted root: its issuer {issuer} is unknown",
    hint: "add the issuing authority to the trust root if you trust it, or ask the signer for the missing intermediate",
    explain:
      "A chain must end in a root that the user trusts. Roots that come along with the signature are not trusted: whoever " +
      "made the signature put them there.",
  },
  CERTIFICATE_NOT_YET_VALID: {
    severity: "high",
    exit: 1,
    message: "the certificate of {subject} is valid from {from}, the time in question is {at}",
    hint: "check the clock, and the time stamp if there is one",
    explain: "Every certificate of the chain, the root included, must be valid at the time of the signature.",
  },
  CERTIFICATE_EXPIRED: {
    severity: "high",
    exit: 1,
    message: "the certificate of {subject} expired at {until}, the time in question is {at}",
    hint: "if the signature was made before, ask for one with a time stamp that proves it",
    explain:
      "Every certificate of the chain, the root included, must be valid at the time of the signature. Without a trusted " +
      "time that is the present: the time that the signer claims proves nothing (CVE-2026-24122).",
  },
  CERTIFICATE_ISSUER_NOT_CA: {
    severity: "critical",
    exit: 1,
    message: "{issuer} issued a certificate and is not an authority",
    hint: "refuse this chain; somebody used an ordinary certificate to issue another",
    explain:
      "Only certificates whose basic constraints say CA may issue. Without this rule each holder of a certificate could " +
      "make one in any name.",
  },
  CERTIFICATE_ISSUER_KEY_USAGE: {
    severity: "high",
    exit: 1,
    message: "the key usage of {issuer} does not allow to sign certificates",
    hint: "ask the authority for a correct intermediate certificate",
    explain:
      "An issuer that has a key usage extension must have keyCertSign in it (RFC 5280, section 4.2.1.3).",
  },
  CERTIFICATE_PATH_LENGTH: {
    severity: "high",
    exit: 1,
    message: "below {issuer} are {count} intermediate certificates, it allows {limit}",
    hint: "refuse this chain; an authority issued to further authorities without permission",
    explain: "The path length says how many authorities may follow. Node.js does not check it; aibom does.",
  },
  CERTIFICATE_CRITICAL_EXTENSION: {
    severity: "high",
    exit: 1,
    message: "the certificate of {subject} has a critical extension {oid} that is not understood",
    hint: "use a certificate without it; if many have it, please report it",
    explain:
      "An issuer marks an extension critical to say: whoever does not understand it must not rely on this.",
  },
  CERTIFICATE_NAME_CONSTRAINT: {
    severity: "critical",
    exit: 1,
    message: "{issuer} may not issue for {name}, the name of {subject}",
    hint: "refuse this chain; the authority was limited to other names",
    explain: "Name constraints limit for whom an authority may issue (RFC 5280, section 4.2.1.10).",
  },
  CERTIFICATE_NAME_CONSTRAINT_UNSUPPORTED: {
    severity: "high",
    exit: 1,
    message: "the name constraints of {issuer} cannot be checked: {reason}",
    hint: "ask the authority for an intermediate that is limited by DNS names, addresses, URIs or directory names",
    explain: "A limit that cannot be checked is treated as violated.",
  },
  CERTIFICATE_EXTENDED_KEY_USAGE: {
    severity: "high",
    exit: 1,
    message: "the certificate of {subject} is not for {purpose}",
    hint: "ask the issuer for a certificate with this extended key usage",
    explain:
      "A certificate made for one purpose must not serve another: a web server's certificate signs no model. An issuer " +
      "that is limited to purposes must be allowed this one too.",
  },
  CERTIFICATE_USAGE: {
    severity: "high",
    exit: 1,
    message: "the certificate of {subject} may not sign artifacts: expected {expected}",
    hint: "ask the issuer for a certificate for code signing",
    explain: "The certificate says what its key may be used for, and signing is not among it.",
  },
  CERTIFICATE_CHAIN_TOO_LONG: {
    severity: "high",
    exit: 1,
    message: "no chain of at most {limit} certificates leads from {subject} to a trusted root",
    hint: "real chains have two to four certificates; ask the signer for the short one",
    explain: "The search for a chain stops at a fixed length.",
  },
  CERTIFICATE_CHAIN_WORK: {
    severity: "high",
    exit: 1,
    message: "no chain to a trusted root was found within {limit} steps",
    hint: "give only the certificates that the chain needs",
    explain:
      "Certificates that share one name can be ordered in exponentially many ways. The search is cut off, and the chain " +
      "counts as not found.",
  },
} as const satisfies CodeTable;
