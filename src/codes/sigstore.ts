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
  BUNDLE_TOO_MANY: {
    severity: "high",
    exit: 1,
    message: "{field} of the bundle has {count} entries, limit is {limit}",
    hint: "no real bundle has so many; get the signature again",
    explain:
      "Each entry costs work before anything is known to be genuine (GHSA-cq38-jh5f-37mq), so their number is bounded.",
  },
  SIGSTORE_REJECTED: {
    severity: "high",
    exit: 1,
    message: "Sigstore verification failed: {reason}",
    hint: "get the signature again from its origin",
    explain:
      "The Sigstore library refused the bundle, or broke on it. Whatever a library throws counts as a rejection, never " +
      "as acceptance.",
  },
  SIGSTORE_THRESHOLD_INVALID: {
    severity: "high",
    exit: 2,
    message: "the threshold {what} is {value}, expected a whole number from 0 on",
    hint: "correct the thresholds of the authority in the trust root",
    explain: "A threshold that is not a number could never be missed, so that nothing would be asked for.",
  },
  SIGSTORE_THRESHOLD: {
    severity: "high",
    exit: 1,
    message: "{got} independent {what}, expected {expected}",
    hint: "ask for a signature with the missing proof, or lower the threshold of this authority on purpose",
    explain:
      "The trust root says for each Sigstore instance how many independent parties must vouch for a signature. Several " +
      "proofs of one party, or of parties with one operator, count once (GHSA-9vcr-p3rj-q5q6).",
  },
  SIGSTORE_METHOD: {
    severity: "high",
    exit: 1,
    message: "the bundle is signed with a {got}, expected a {expected}",
    hint: "name the kind of signer that is expected: an identity for certificates, a public key for keys",
    explain:
      "Whoever verifies says whether a key or an identity must have signed. A bundle must not choose for itself.",
  },
  SIGSTORE_KEY_OTHER: {
    severity: "high",
    exit: 1,
    message: "the bundle names the key {hint}, which is not the expected one",
    hint: "get the signature again, or verify with the key of its signer",
    explain: "A bundle names its key by a hint. It must be a name of the key that is trusted.",
  },
  SIGSTORE_KEY_WINDOW: {
    severity: "high",
    exit: 1,
    message: "the key is not trusted at {at}",
    hint: "have the artifact signed again with a key that is in its window",
    explain:
      "A key is trusted from one instant to another. The signature must have been made in between: at every proven time, " +
      "or now if none is proven (GHSA-wqqc-jjcq-vfxm).",
  },
  SIGSTORE_ALGORITHM: {
    severity: "high",
    exit: 1,
    message: "signatures by {found} are not supported",
    hint: "sign with ECDSA P-256 and SHA-256, P-384 and SHA-384, P-521 and SHA-512, or Ed25519",
    explain:
      "Each type of key goes with one hash. RSA, other curves and other combinations are refused by name, so that nobody " +
      "can choose a weaker one.",
  },
  SIGSTORE_PREHASH: {
    severity: "high",
    exit: 1,
    message: "a signature by {algorithm} cannot be verified with a digest alone",
    hint: "give the file itself",
    explain:
      "Only ECDSA signs a digest. The other algorithms hash the artifact in a way that needs its bytes.",
  },
  SIGSTORE_SIGNATURE_INVALID: {
    severity: "critical",
    exit: 1,
    message: "the signature of the bundle does not verify",
    hint: "the artifact or the signature was changed; get both again from their origin",
    explain: "The cryptographic check failed: the signer named in the bundle did not sign these bytes.",
  },
  SIGSTORE_ARTIFACT_NEEDED: {
    severity: "high",
    exit: 1,
    message: "the bundle signs an artifact, and none was given",
    hint: "give the artifact or its digest",
    explain:
      "A message signature covers the artifact itself. The digest inside the bundle is anybody's to write and proves nothing.",
  },
  SIGSTORE_ARTIFACT_DIGEST: {
    severity: "critical",
    exit: 1,
    message: "the artifact has digest {got}, the bundle is about {expected}",
    hint: "this is another artifact, or it was changed; get it again from its origin",
    explain: "The bundle names the digest of what it signs. The artifact that was given has another one.",
  },
  SIGSTORE_DIGEST_ALGORITHM: {
    severity: "high",
    exit: 1,
    message: "the bundle uses {algorithm}, and no such digest of the artifact was given",
    hint: "give the artifact itself, or its digest by this hash function",
    explain: "Only digests by the same hash function can be compared.",
  },
  SIGSTORE_SUBJECT_MISSING: {
    severity: "critical",
    exit: 1,
    message: "none of the {count} subjects of the signed statement is this artifact",
    hint: "use the signature that was made for this artifact",
    explain:
      "The statement is genuine and is about something else. Subjects are compared by SHA-256, SHA-384 or SHA-512, never " +
      "by name; a subject with one digest that agrees and another that does not is not the artifact.",
  },
  SIGSTORE_CERTIFICATE: {
    severity: "high",
    exit: 1,
    message: "the certificate was refused: {reason}",
    hint: "get the signature again, or check the certificate authorities of the trusted root",
    explain: "The Sigstore library could not build a valid chain from the certificate to the trusted root.",
  },
  SIGSTORE_CERTIFICATE_CA: {
    severity: "critical",
    exit: 1,
    message: "the certificate {subject} belongs to an authority, not to a signer",
    hint: "get the signature again from its origin",
    explain: "Certificates of authorities issue others. One that signs artifacts is misused or forged.",
  },
  SIGSTORE_CERTIFICATE_AUTHORITY: {
    severity: "high",
    exit: 1,
    message: "no certificate authority {issuer} is trusted at {at}",
    hint: "check that the signature comes from this Sigstore instance, or update its trusted root",
    explain:
      "A certificate counts only if an authority of the trusted root issued it while that authority was trusted.",
  },
  SIGSTORE_SCT: {
    severity: "high",
    exit: 1,
    message: "the certificate's transparency proof was refused: {reason}",
    hint: "get the signature again, or check the CT logs of the trusted root",
    explain:
      "Each certificate must be in a certificate transparency log, so that a certificate issued in somebody else's name " +
      "can be found. The log's promise is in the certificate.",
  },
  SIGSTORE_IDENTITY_MISSING: {
    severity: "high",
    exit: 1,
    message: "the certificate has no {what}",
    hint: "this certificate was not issued by Fulcio for an identity; verify it with the certificate method",
    explain:
      "A Sigstore certificate names an identity and the provider that vouched for it. Without both nobody has signed.",
  },
  SIGSTORE_IDENTITY_INCOMPLETE: {
    severity: "high",
    exit: 2,
    message: "an expected identity needs an issuer, and a name or a pattern with a fixed part",
    hint: "state the exact issuer URL and one of name and pattern",
    explain:
      "A name without its issuer is anybody's to claim at another provider, and a pattern without a fixed part matches " +
      "everybody. Both must be stated.",
  },
  SIGSTORE_IDENTITY_AMBIGUOUS: {
    severity: "high",
    exit: 1,
    message: "the certificate names several identities: {names}",
    hint: "sign with a certificate for one identity",
    explain: "With several names it would be a matter of the reader who signed. Fulcio writes one.",
  },
  SIGSTORE_IDENTITY_MISMATCH: {
    severity: "high",
    exit: 1,
    message: "signed by {got}, expected {expected}",
    hint: "if you trust this signer, add the identity to the trust root",
    explain:
      "The signature is genuine and made by somebody else. Names are compared exactly, patterns with the whole name.",
  },
  SIGSTORE_ISSUER_MISMATCH: {
    severity: "high",
    exit: 1,
    message: "the identity was vouched for by {got}, expected {expected}",
    hint: "if you trust this provider for the identity, state it in the trust root",
    explain: "The same name at another identity provider may be somebody else.",
  },
  SIGSTORE_LOG_UNKNOWN: {
    severity: "high",
    exit: 1,
    message: "{entry} is of the log {logId}, which the trusted root does not name",
    hint: "check that the signature comes from this Sigstore instance, or update its trusted root",
    explain: "Log keys come from the trusted root only. An entry of a log that is not in it proves nothing.",
  },
  SIGSTORE_LOG_ENTRY: {
    severity: "high",
    exit: 1,
    message: "the body of {entry} is malformed: {reason}",
    hint: "get the signature again from its origin",
    explain:
      "The body of a log entry says what was logged. One that cannot be read binds nothing to the signature.",
  },
  SIGSTORE_LOG_ENTRY_OTHER: {
    severity: "critical",
    exit: 1,
    message: "{entry} is about another {what}",
    hint: "get the signature again; its log entry belongs to another signature",
    explain:
      "A genuine log entry of another signature, of another artifact or by another key was put into the bundle " +
      "(CVE-2022-36056, CVE-2026-22703). All three must be those of the bundle.",
  },
  SIGSTORE_LOG_UNSIGNED: {
    severity: "high",
    exit: 1,
    message: "{field} of the log entry {entry} is signed by nobody",
    hint: "get the bundle again from who made it; somebody edited it",
    explain:
      "Only a log's promise signs the time of an entry, and only its inclusion proof the place. A bundle whose entry says " +
      "something else beside them was changed after it was made.",
  },
  SIGSTORE_LOG_DUPLICATE: {
    severity: "high",
    exit: 1,
    message: "{entry} is in the bundle twice",
    hint: "get the signature again from its origin",
    explain: "The same entry twice would count as two proofs.",
  },
  SIGSTORE_LOG_PROMISE: {
    severity: "high",
    exit: 1,
    message: "the log's promise (signed entry timestamp) does not verify",
    hint: "get the signature again, or update the trusted root",
    explain:
      "The log signs when it took an entry in. Without a valid signature the time and the entry are unproven.",
  },
  SIGSTORE_LOG_PROOF: {
    severity: "high",
    exit: 1,
    message: "the inclusion proof of {entry} does not verify: {reason}",
    hint: "get the signature again, or update the trusted root",
    explain:
      "An inclusion proof shows with a checkpoint signed by the log that an entry is in it. Proof, checkpoint and the " +
      "trusted root must agree on the log, its size and its root hash.",
  },
  SIGSTORE_LOG_WINDOW: {
    severity: "high",
    exit: 1,
    message: "the log of {entry} is not trusted at {at}",
    hint: "update the trusted root, or have the artifact signed again",
    explain:
      "A log is trusted from one instant to another. The key of a retired log could otherwise be used to log signatures " +
      "for ever.",
  },
  SIGSTORE_TIME_IN_FUTURE: {
    severity: "high",
    exit: 1,
    message: "{what} says {time}, which is after {at}",
    hint: "check the clock of this machine; if it is right, the signature is not to be trusted",
    explain: "Nothing that is proven now can have happened later than now.",
  },
} as const satisfies CodeTable;
