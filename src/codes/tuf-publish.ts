// SPDX-License-Identifier: Apache-2.0
// Codes of publishing a trust root as a TUF repository.

import type { CodeTable } from "./code.ts";

export const tufPublishCodes = {
  TUF_KEY_UNSUPPORTED: {
    severity: "high",
    exit: 2,
    message: "keys of type {algorithm} cannot sign TUF metadata",
    hint: "use ECDSA P-256 or Ed25519: `aibom keygen --type ecdsa-p256`",
    explain:
      "TUF names few signature schemes. ECDSA P-256 and Ed25519 are the ones that every client verifies; a trust root " +
      "that some clients cannot read would lock them out.",
  },
  TUF_ROLE_INVALID: {
    severity: "high",
    exit: 2,
    message: "the role {role} is not usable: {reason}",
    hint: "each role needs at least one key, no key twice, and a threshold from 1 to the number of its keys",
    explain:
      "A threshold above the number of keys can never be met, and one key listed twice would count for two people.",
  },
  TUF_EXPIRY_INVALID: {
    severity: "high",
    exit: 2,
    message: "the expiry of {role}, {expires}, is not after {at}",
    hint: "give a later time",
    explain: "Metadata that has expired when it is made would be refused by every client.",
  },
  TUF_SIGNER_UNKNOWN: {
    severity: "high",
    exit: 2,
    message: "the key {keyId} has no say in this metadata",
    hint: "give a key that root.json names; to sign a rotation with a key that leaves, give the root before it with --previous",
    explain:
      "A signature by a key that no root names counts for nothing. Making one is most likely a mistake.",
  },
  TUF_SIGNATURE_WRONG: {
    severity: "high",
    exit: 2,
    message: "the signature made with key {keyId} does not verify",
    hint: "check the signing device or program: it signs other bytes or with another key",
    explain: "Every signature is verified before it is written.",
  },
  TUF_SIGNERS_MISSING: {
    severity: "high",
    exit: 2,
    message: "{role} must be signed anew, {threshold} of its keys are needed and {got} were given",
    hint: "give the missing keys with --key",
    explain:
      "A role is written anew if its content changes or has expired. A role that stays as it was needs no signature.",
  },
  TUF_ROOT_INCOMPLETE: {
    severity: "high",
    exit: 2,
    message: "the new root has {got} of {threshold} signatures needed ({signedFor})",
    hint: "have further key holders sign the file with `aibom trust sign-root`",
    explain:
      "A root is published only when its own threshold and, after the first, that of the root before it are met. " +
      "Until then it is a draft that can be carried from machine to machine.",
  },
  TUF_ROOT_SEQUENCE: {
    severity: "high",
    exit: 2,
    message: "the new root has version {got}, expected {expected}",
    hint: "make it again from the root that is published now (--previous)",
    explain: "Clients go from one root version to the next, one at a time.",
  },
  TUF_REPOSITORY_DAMAGED: {
    severity: "high",
    exit: 2,
    message: "the repository that would be extended is damaged: {reason}",
    hint: "restore it from a backup; versions must go on from the published ones",
    explain:
      "New versions follow the published ones. Starting again at 1 beside clients that have seen more would lock " +
      "them out, so a repository that cannot be read is not written to.",
  },
  TUF_OUT_FOREIGN: {
    severity: "high",
    exit: 2,
    message: "is not empty and is no trust repository",
    hint: "name an empty or new directory",
    explain: "A repository is never written among other files.",
  },
  TUF_PUBLISH_FILE: {
    severity: "high",
    exit: 2,
    message: "cannot be published: {reason}",
    hint: "a trust root holds regular files with plain names, and nothing secret",
    explain:
      "Every file of the trust root becomes public. Links, special files, names that other systems cannot hold and " +
      "private keys are refused.",
  },
} as const satisfies CodeTable;
