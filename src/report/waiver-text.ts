// SPDX-License-Identifier: Apache-2.0
// Exceptions in one sentence. They are never small print: who, for which rule, until when, and why.

import { escapeText } from "../codes/escape.ts";
import type { WaiverUse } from "../model/waiver.ts";

/** A waiver: whether it was used, and what it says. */
export function waiverText({ waiver, applied }: WaiverUse): {
  readonly label: string;
  readonly text: string;
} {
  const { rule, signer, notAfter, reason, ticket, path } = waiver;
  const what = applied.length === 0 ? escapeText(path) : applied.map(escapeText).join(", ");
  return {
    label: applied.length === 0 ? "not used" : "waived",
    text: `${escapeText(rule)}, ${what}: by ${escapeText(signer.identity)} until ${notAfter}: ${escapeText(reason)} (${escapeText(ticket)})`,
  };
}
