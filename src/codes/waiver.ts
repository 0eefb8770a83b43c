// SPDX-License-Identifier: Apache-2.0
// Codes of waivers: why one is not applied, and what applied ones leave behind.

import type { CodeTable } from "./code.ts";

export const waiverCodes = {
  WAIVER_INVALID: {
    severity: "medium",
    exit: 2,
    message: "the waiver is not valid: {reason}",
    hint: "write it with `aibom policy waive`; schemas/waiver.schema.json describes it",
    explain:
      "A waiver that does not follow its schema exactly is not applied: what it waives must not be guessed.",
  },
  WAIVER_TOO_LONG: {
    severity: "medium",
    exit: 2,
    message: "the waiver lasts from {issuedAt} to {notAfter}, more than {days} days",
    hint: "choose an earlier --not-after; renew it when it ends and the reason still holds",
    explain:
      "An exception without an end becomes the rule. A waiver lasts 180 days at most and is then looked at again.",
  },
  WAIVER_NOT_YET_VALID: {
    severity: "medium",
    exit: 2,
    message: "the waiver is issued at {issuedAt}, after the time of the check",
    hint: "check the clock of this machine, and --at",
    explain: "A waiver counts from its issue on. One from the future would reach further than its 180 days.",
  },
  WAIVER_EXPIRED: {
    severity: "medium",
    exit: 2,
    message: "the waiver ended at {notAfter}",
    hint: "mend the cause, or have the exception decided again",
    explain: "Waivers end by themselves. What this one waived fails again.",
  },
  WAIVER_TOO_MANY: {
    severity: "high",
    exit: 2,
    message: "{count} waivers were given, at most {limit} are read",
    hint: "a release that needs so many exceptions needs another policy",
    explain:
      "Each waiver costs a verified signature. The limit keeps a hostile call from holding up the gate.",
  },
  WAIVER_NOT_APPLIED: {
    severity: "medium",
    exit: 1,
    message: "the waiver is not applied [{code}]: {reason}",
    hint: "have it written and signed again with `aibom policy waive`, by an identity with the usage `policy`",
    explain:
      "The waiver is damaged, forged, signed by somebody who may not waive, out of date or no waiver at all. It changes " +
      "nothing, and the verdict says so.",
  },
  WAIVER_UNKNOWN_RULE: {
    severity: "medium",
    exit: 1,
    message: "the waiver is for the rule {rule} of {policy}, which is not a rule of this policy",
    hint: "leave the waiver out, or have it written for this policy and rule",
    explain: "A waiver is bound to one rule of one policy, by name. It changes nothing anywhere else.",
  },
  WAIVER_NOT_USED: {
    severity: "low",
    exit: 1,
    message: "the waiver for rule {rule} waives nothing here: {reason}",
    hint: "remove the waiver if its cause is mended; compare its digest with the verdict's `manifest` if it is not",
    explain:
      "No failure of the rule is about the bytes that the waiver names: the rule passed, or failed for other bytes, or for " +
      "something that is not waived (bytes that could not be read, an empty scope).",
  },
  WAIVER_APPLIED: {
    severity: "medium",
    exit: 1,
    message: "rule {rule} failed and is waived by {signer} until {notAfter}: {reason} ({ticket})",
    hint: "mend the cause before the waiver ends",
    explain:
      "Somebody whom the trust root lets decide about policies accepted this failure for a limited time. The rule's " +
      "status is `waived`, and the verdict lists who, why and until when.",
  },
} as const satisfies CodeTable;
