// SPDX-License-Identifier: Apache-2.0
// Codes of the trust root and of keys: what is trusted, for what, and until when.

import type { CodeTable } from "./code.ts";

export const trustCodes = {
  TRUST_ROOT_MISSING: {
    severity: "high",
    exit: 2,
    message: "there is no trust root in {directory}",
    hint: "run `aibom init`, or name the directory with --trust-root",
    explain:
      "A trust root is a directory with a file trust.json that names the keys you trust and what each may vouch for. " +
      "Verification reads nothing else: no system store and no network. Without it nothing can be trusted.",
  },
  TRUST_ROOT_EXISTS: {
    severity: "high",
    exit: 2,
    message: "there is a trust root in {directory} already",
    hint: "add identities with `aibom trust add`; remove the directory by hand to start again",
    explain:
      "Creating a trust root never replaces one that exists: that would silently drop every key you trust.",
  },
  TRUST_ROOT_WRITABLE: {
    severity: "high",
    exit: 2,
    message: "can be changed by other users (mode {mode})",
    hint: "chmod go-w on trust.json and on its directory",
    explain:
      "Whoever can write the trust root decides which signatures count. A trust root that the group or everybody " +
      "may write is refused, because its content may not be yours.",
  },
  TRUST_ROOT_INVALID: {
    severity: "high",
    exit: 2,
    message: "the trust root is not valid at {pointer}: {reason}",
    hint: "compare it with schemas/trust-root.schema.json, or edit it with `aibom trust`",
    explain:
      "trust.json must match its schema exactly. Nothing is guessed: a field with the wrong type may mean that the " +
      "author wanted something else than what would be enforced.",
  },
  TRUST_ROOT_VERSION: {
    severity: "high",
    exit: 2,
    message: "trust root version {got} is not supported, expected 1",
    hint: "use the version of aibom that wrote it, or a newer one",
    explain: "The version says how trust.json is read. An unknown one could mean anything, so it is refused.",
  },
  TRUST_UNKNOWN_FIELD: {
    severity: "high",
    exit: 2,
    message: "unknown field {field} at {pointer}, did you mean {nearest}",
    hint: "correct the spelling; unknown fields are refused so that a mistyped limit is never ignored",
    explain:
      "A mistyped `validUntill` that is ignored would trust a key for ever. Every unknown field is therefore an error, " +
      "and the nearest field that exists is named.",
  },
  TRUST_DUPLICATE: {
    severity: "high",
    exit: 2,
    message: "the {what} {value} occurs twice in the trust root",
    hint: "choose another name; to replace what is there, run `aibom trust remove NAME` first",
    explain:
      "Two identities with one name or one key would make it a matter of order which usages and which validity " +
      "window apply.",
  },
  TRUST_AUTHORITY_NOT_FOUND: {
    severity: "high",
    exit: 2,
    message: "the trust root has no authority named {name} of kind {kind}",
    hint: "import it first with `aibom trust import`, or run `aibom trust list` to see the names",
    explain:
      "An identity that rests on certificates names the one authority whose certificates count for it: a Sigstore " +
      "instance or a private CA of this trust root. No other authority can stand in.",
  },
  TRUST_AUTHORITY_IN_USE: {
    severity: "high",
    exit: 2,
    message: "the authority {name} is still needed by the identity {identity}",
    hint: "remove the identity first",
    explain: "Removing an authority would leave identities that nothing can certify.",
  },
  TRUST_AUTHORITY_CHANGED: {
    severity: "critical",
    exit: 2,
    message: "the file of authority {name} has sha256 {got}, trust.json says {expected}",
    hint: "somebody changed the file; restore it, or import the authority again",
    explain:
      "trust.json names the SHA-256 of every authority file, so that its own digest, which stands in every verdict, " +
      "covers all that is trusted. A file that differs is never used.",
  },
  TRUST_AUTHORITY_OUTSIDE_WINDOW: {
    severity: "high",
    exit: 1,
    message: "the authority {name} is not trusted at {at}",
    hint: "check the validity window of the authority (`aibom trust show`)",
    explain:
      "The trust root gives an authority a validity window. The signature's trusted time, or without one the time of " +
      "the check, lies outside of it.",
  },
  TRUST_NO_AUTHORITY: {
    severity: "high",
    exit: 1,
    message: "signed by a certificate, and the trust root has no authority of kind {kind}",
    hint: "import what certifies the signer with `aibom trust import`, then name the signer with `aibom trust add`",
    explain:
      "A certificate proves something only through an authority that the trust root names: a Sigstore instance or a " +
      "private CA. Roots that a signature file carries are never used.",
  },
  TRUST_NO_AUTHORITY_ACCEPTS: {
    severity: "high",
    exit: 1,
    message: "no authority of the trust root accepts the signature: {reasons}",
    hint: "find the authority that should accept it and run `aibom explain` with its code",
    explain:
      "Each authority of the trust root judges the signature alone, by its own certificates, logs and thresholds. " +
      "What one of them lacks another cannot add.",
  },
  TRUST_CERTIFICATE_UNKNOWN: {
    severity: "high",
    exit: 1,
    message: "signed by {names}, certified by {authority}, whom the trust root does not name",
    hint: "if you trust the signer, run `aibom trust add NAME --authority AUTHORITY` with their exact name",
    explain:
      "An authority certifies many people. Only those whom the trust root names as identities under it may vouch " +
      "for anything; names are compared exactly, the issuer included.",
  },
  TRUST_IDENTITY_NOT_FOUND: {
    severity: "high",
    exit: 2,
    message: "the trust root has no identity named {name}",
    hint: "run `aibom trust list`",
    explain: "Identities are compared exactly, upper and lower case included.",
  },
  TRUST_KEY_INVALID: {
    severity: "high",
    exit: 2,
    message: "not a usable public key: {reason}",
    hint: "give one PEM block with the line BEGIN PUBLIC KEY (SubjectPublicKeyInfo)",
    explain:
      "Public keys are read as SubjectPublicKeyInfo in PEM. Certificates and other containers are not keys: their " +
      "names and dates would be ignored silently.",
  },
  TRUST_KEY_PRIVATE: {
    severity: "critical",
    exit: 2,
    message: "this is a private key; a trust root holds public keys only",
    hint: "give the .pub file; if the private key was stored or sent anywhere, replace it",
    explain:
      "A private key was given where a public key belongs. It was not stored and is not shown. A private key in a " +
      "trust root would be handed to everyone who verifies.",
  },
  TRUST_KEY_WEAK: {
    severity: "high",
    exit: 2,
    message: "keys of type {found} are not accepted",
    hint: "use ECDSA P-256, P-384 or P-521, Ed25519, or ML-DSA-65 (`aibom keygen`)",
    explain:
      "Accepted are ECDSA on the three NIST curves, Ed25519 and ML-DSA-65; and for signatures inside a BOM also Ed448, and " +
      "RSA from 2048 bits with an exponent from 65537. Shorter RSA keys, secp256k1 and anything else are refused by name.",
  },
  TRUST_KEY_ID_MISMATCH: {
    severity: "critical",
    exit: 2,
    message: "the keyId of {name} is {expected}, its public key has {got}",
    hint: "somebody changed the key or the id; restore trust.json or add the key again",
    explain:
      "The keyId is the SHA-256 of the public key in DER. It is computed again when the trust root is loaded, so that " +
      "a key exchanged behind a known id is noticed.",
  },
  TRUST_ALGORITHM_MISMATCH: {
    severity: "high",
    exit: 2,
    message: "the algorithm of {name} is {expected}, its public key is {got}",
    hint: "restore trust.json or add the key again",
    explain:
      "The algorithm follows from the key. A different one in trust.json means that one of the two was changed.",
  },
  TRUST_KEY_UNKNOWN: {
    severity: "high",
    exit: 1,
    message: "signed with key {hint}, which the trust root does not name",
    hint: "if you trust the signer, get the public key from them and run `aibom trust add`",
    explain:
      "A signature proves something only if its key is trusted. Keys carried inside a signature file are never used: " +
      "anybody can sign with a key of their own.",
  },
  TRUST_KEY_REVOKED: {
    severity: "critical",
    exit: 1,
    message: "{identity} was revoked on {revokedAt}: {reason}",
    hint: "get the artifact again, signed with a key that is not revoked",
    explain:
      "The trust root revokes this key, certificate or identity. Whoever holds a leaked key can date a signature as " +
      "they like, so only a signature with a trusted time before the revocation stays good; without one, every " +
      "signature is refused from the moment of the revocation on.",
  },
  TRUST_KEY_NOT_YET_VALID: {
    severity: "high",
    exit: 1,
    message: "{identity} is trusted from {validFrom} on, checked for {at}",
    hint: "check the date of the machine, or the validity window in the trust root",
    explain: "The trust root gives each identity a validity window. Both ends belong to it.",
  },
  TRUST_KEY_EXPIRED: {
    severity: "high",
    exit: 1,
    message: "{identity} was trusted until {validUntil}, checked for {at}",
    hint: "have the artifact signed again, or extend the window in the trust root on purpose",
    explain:
      "The trust root gives each identity a validity window. Without a trusted time stamp nobody can tell when a " +
      "signature was made, so the window is compared with the time of the check.",
  },
  TRUST_USAGE_NOT_ALLOWED: {
    severity: "high",
    exit: 1,
    message: "{identity} is trusted for {usages}, not for {usage}",
    hint: "sign with an identity that has this usage, or add the usage to the trust root on purpose",
    explain:
      "Each identity says what it may vouch for. A key that signs bills of materials must not be able to sign a model.",
  },
  KEY_PERMISSIONS: {
    severity: "high",
    exit: 2,
    message: "the private key can be read by other users (mode {mode})",
    hint: "chmod 600 on the key file; if others could read it, replace the key",
    explain: "A private key that the group or everybody may read is not private. aibom refuses to use it.",
  },
  KEY_INVALID: {
    severity: "high",
    exit: 2,
    message: "not a usable private key: {reason}",
    hint: "give a PKCS#8 private key in PEM (`aibom keygen` writes one)",
    explain: "The file does not hold one private key in PEM that can be read. Its content is never shown.",
  },
  KEY_UNSUPPORTED: {
    severity: "high",
    exit: 2,
    message: "private keys of type {found} are not supported",
    hint: "use ECDSA P-256, P-384 or P-521, Ed25519, or ML-DSA-65 (`aibom keygen`)",
    explain: "aibom signs only with algorithms that it would accept when verifying.",
  },
  KEY_PASSPHRASE_NEEDED: {
    severity: "high",
    exit: 2,
    message: "the private key is encrypted and no passphrase was given",
    hint: "run it on a terminal, or use --passphrase-file or --passphrase-fd",
    explain:
      "Passphrases come from a prompt, a file or a file descriptor, never from the command line: arguments are visible " +
      "to every process of the machine.",
  },
  KEY_PASSPHRASE_WRONG: {
    severity: "high",
    exit: 2,
    message: "the passphrase does not open the private key",
    hint: "check the passphrase; a final newline of a passphrase file is not part of it",
    explain: "The key could not be decrypted with this passphrase. The file may also be damaged.",
  },
} as const satisfies CodeTable;
