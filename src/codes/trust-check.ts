// SPDX-License-Identifier: Apache-2.0
// Codes of `aibom trust check` and of imports into a trust root.

import type { CodeTable } from "./code.ts";

export const trustCheckCodes = {
  TRUST_CHECK_EXPIRED: {
    severity: "high",
    exit: 1,
    message: "{name} ended on {end}",
    hint: "import the newer one, or remove it if nothing signed before that day must be verified",
    explain:
      "Nothing that is made after this instant can be verified with it. What has a trusted time before it still can.",
  },
  TRUST_CHECK_EXPIRES_SOON: {
    severity: "medium",
    exit: 1,
    message: "{name} ends on {end}",
    hint: "have its successor ready before that day (`aibom trust import`, `aibom trust add`)",
    explain:
      "After this instant, signatures without a trusted time are refused. --within says what soon means.",
  },
  TRUST_CHECK_ENDLESS: {
    severity: "info",
    exit: 1,
    message: "the key {name} is trusted without an end",
    hint: "a key that is rotated yearly limits what a thief can do: --valid-until",
    explain: "A key that leaks unnoticed signs for as long as it is trusted.",
  },
  TRUST_CHECK_REVOKED: {
    severity: "low",
    exit: 1,
    message: "{name} is revoked",
    hint: "keep it as long as older signatures matter: a verdict can then say why a newer one is refused",
    explain:
      "A revoked identity stays in the trust root so that its signatures are refused as revoked, not as unknown.",
  },
  TRUST_CHECK_BROAD: {
    severity: "low",
    exit: 1,
    message: "{name} is whoever matches {glob}",
    hint: "name the identity exactly if it is one: --identity",
    explain:
      "A glob trusts every name that matches, also names that are created later. Names are otherwise compared exactly.",
  },
  TRUST_CHECK_UNUSED: {
    severity: "low",
    exit: 1,
    message: "no identity rests on the authority {name}",
    hint: "add the identity it should certify, or remove it: `aibom trust remove`",
    explain: "An authority by itself vouches for nobody. Only identities under it count.",
  },
  TRUST_CHECK_WEAK: {
    severity: "low",
    exit: 1,
    message: "the authority {name} has a key of type {key} ({subject})",
    hint: "ask for a certificate with an elliptic curve key, or with RSA of at least 3,072 bits",
    explain:
      "RSA with 2,048 bits is accepted and is expected to be too weak after 2030; shorter keys are refused.",
  },
  TRUST_CHECK_SKIPPED: {
    severity: "info",
    exit: 1,
    message: "a part of {name} is not used: {reason}",
    hint: "nothing to do unless a signature is refused because of it",
    explain:
      "A trusted root may list logs with keys or hashes that cannot be verified. They are left out, never guessed.",
  },
  TRUST_IMPORT_KIND: {
    severity: "high",
    exit: 2,
    message: "not JSON, and certificates do not say what they may vouch for",
    hint: "certificates: --kind ca for people, --kind tsa for time; a public key: `aibom trust add NAME --key FILE`",
    explain:
      "A certificate authority that vouches for people must not vouch for time unasked, nor the other way round. JSON " +
      "files (Sigstore trusted roots, registry keys) are recognised by themselves.",
  },
  TRUST_IMPORT_INVALID: {
    severity: "high",
    exit: 2,
    message: "nothing to import: {reason}",
    hint: "give a Sigstore trusted_root.json, PEM certificates, a registry's keys.json or a Notary trust store",
    explain: "The file or directory does not hold what was asked for. The trust root is unchanged.",
  },
} as const satisfies CodeTable;
