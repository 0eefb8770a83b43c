// SPDX-License-Identifier: Apache-2.0
// Results as a shape and a word; the colour only repeats them. The shapes are drawn once and used by reference.

import type { EvidenceGrade } from "../audit/record.ts";
import type { Severity } from "../model/severity.ts";
import type { Outcome, RuleStatus } from "../model/verdict.ts";
import { addressOfElement, type Html, html } from "../report/html.ts";

/** What a colour and a shape stand for. */
export type Tone = "good" | "bad" | "open" | "waived" | "none";

/** The order in which results are sorted: what needs eyes first. */
export const toneOrder: readonly Tone[] = ["bad", "open", "waived", "none", "good"];

const toneOfStatus: Readonly<Record<RuleStatus, Tone>> = {
  pass: "good",
  waived: "waived",
  fail: "bad",
  undecided: "open",
  "not-applicable": "none",
};

/** How an artifact ended, or a component that was never judged by itself. */
export const toneWords: Readonly<Record<Tone, string>> = {
  good: "allowed",
  bad: "denied",
  open: "undecided",
  waived: "waived",
  none: "not judged",
};

export function artifactTone(status: RuleStatus): Tone {
  return toneOfStatus[status];
}

const outcomes = {
  allow: { tone: "good", word: "Allowed" },
  deny: { tone: "bad", word: "Denied" },
  undecided: { tone: "open", word: "Undecided" },
} as const satisfies Record<Outcome, { readonly tone: Tone; readonly word: string }>;

export function outcomeMark(outcome: Outcome): { readonly tone: Tone; readonly word: string } {
  return outcomes[outcome];
}

/** Shape and word. */
export function mark(tone: Tone, word: string): Html {
  return html`<span class="mark ${tone}">${icon(tone)}${word}</span>`;
}

export function icon(name: Tone | EvidenceGrade, classes = "icon"): Html {
  return html`<svg class="${classes}" aria-hidden="true"><use href="${addressOfElement(`s-${name}`)}"/></svg>`;
}

/** Strongest first. */
export const gradeOrder: readonly EvidenceGrade[] = ["recomputed", "signed", "claim"];

export const gradeWords: Readonly<Record<EvidenceGrade, string>> = {
  recomputed: "recomputed",
  signed: "signed",
  claim: "claim only",
};

export const gradeMeanings: Readonly<Record<EvidenceGrade, string>> = {
  recomputed:
    "the digest of every file was computed from its bytes, and a trusted identity signed these digests, itself or in a BOM",
  signed: "a trusted identity vouches for it, and not for all of its bytes",
  claim: "nothing but words: no trusted identity vouches for its bytes",
};

export function gradeMark(grade: EvidenceGrade): Html {
  return html`<span class="mark grade">${icon(grade, "icon ladder")}${gradeWords[grade]}</span>`;
}

export const severityOrder: readonly Severity[] = ["critical", "high", "medium", "low", "info"];

export function severityMark(severity: Severity): Html {
  return html`<span class="severity ${severity}">${severity}</span>`;
}

/** The shapes, once for the page. They take the colour of the text around them. */
export const shapes = html`<svg class="shapes" width="0" height="0" aria-hidden="true">
<symbol id="s-good" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7.25" fill="currentColor"/><path class="cut" d="M4.6 8.3l2.4 2.4 4.4-5.1"/></symbol>
<symbol id="s-bad" viewBox="0 0 16 16"><path d="M5 .75h6L15.25 5v6L11 15.25H5L.75 11V5z" fill="currentColor"/><path class="cut" d="M5.3 5.3l5.4 5.4m0-5.4l-5.4 5.4"/></symbol>
<symbol id="s-open" viewBox="0 0 16 16"><path d="M8 .4L15.6 8 8 15.6.4 8z" fill="currentColor"/><path class="cut" d="M6.2 6.6c0-2.6 3.7-2.4 3.6-.2 0 1.3-1.8 1.3-1.8 2.6M8 11v.4"/></symbol>
<symbol id="s-waived" viewBox="0 0 16 16"><path d="M8 .5l6.5 2.2v4.5c0 4-2.7 6.8-6.5 8.3C4.2 14 1.5 11.2 1.5 7.2V2.7z" fill="currentColor"/><path class="cut" d="M5 8h6"/></symbol>
<symbol id="s-none" viewBox="0 0 16 16"><rect x="1.75" y="1.75" width="12.5" height="12.5" rx="2" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="2.5 2"/><path d="M5 8h6" stroke="currentColor" stroke-width="1.5"/></symbol>
<symbol id="s-recomputed" viewBox="0 0 20 16"><rect x="1" y="10" width="4.5" height="5" rx="1" fill="currentColor"/><rect x="7.5" y="6" width="4.5" height="9" rx="1" fill="currentColor"/><rect x="14" y="1" width="4.5" height="14" rx="1" fill="currentColor"/></symbol>
<symbol id="s-signed" viewBox="0 0 20 16"><rect x="1" y="10" width="4.5" height="5" rx="1" fill="currentColor"/><rect x="7.5" y="6" width="4.5" height="9" rx="1" fill="currentColor"/><rect x="14.5" y="1.5" width="3.5" height="13" rx="1" fill="none" stroke="currentColor"/></symbol>
<symbol id="s-claim" viewBox="0 0 20 16"><rect x="1" y="10" width="4.5" height="5" rx="1" fill="currentColor"/><rect x="8" y="6.5" width="3.5" height="8" rx="1" fill="none" stroke="currentColor"/><rect x="14.5" y="1.5" width="3.5" height="13" rx="1" fill="none" stroke="currentColor"/></symbol>
<pattern id="p-bad" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="hatch-ground bad"/><rect width="2.5" height="6" class="hatch bad"/></pattern>
<pattern id="p-open" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" class="hatch-ground open"/><circle cx="3" cy="3" r="1.2" class="hatch open"/></pattern>
</svg>`;
