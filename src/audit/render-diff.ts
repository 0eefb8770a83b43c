// SPDX-License-Identifier: Apache-2.0
// The differences of two audit folders as text, JSON and Markdown. Values are texts of strangers: they are escaped.

import { escapeText } from "../codes/escape.ts";
import { counted } from "../report/counted.ts";
import { markdownText } from "../report/markdown-text.ts";
import type { RecordChange, RecordDiff } from "./compare-records.ts";

export const recordDiffFormats = ["text", "json", "markdown"] as const;
export type RecordDiffFormat = (typeof recordDiffFormats)[number];

/** Values of one change that are shown to people. */
const maxShown = 5;

export function renderRecordDiff(diff: RecordDiff, format: RecordDiffFormat): string {
  switch (format) {
    case "json":
      return `${JSON.stringify(diff, null, 2)}\n`;
    case "text":
      return textOf(diff);
    case "markdown":
      return markdownOf(diff);
  }
}

function textOf(diff: RecordDiff): string {
  const { before, after, matched, changes } = diff;
  const lines = changes.map(({ kind, subject, ...values }) => {
    const about = subject === "" ? "" : ` ${escapeText(subject)}`;
    return `${kind}${about}: ${sentence(values, escapeText)}`;
  });
  const head = `${escapeText(before.title)}, ${before.at} -> ${escapeText(after.title)}, ${after.at}`;
  return `${[head, ...lines, `${counted(matched, "artifact")} in both, ${counted(changes.length, "change")}`].join("\n")}\n`;
}

function markdownOf({ before, after, matched, changes }: RecordDiff): string {
  const rows = changes.map(
    ({ kind, subject, ...values }) =>
      `| ${kind} | ${markdownText(subject)} | ${shown(values.before, markdownText)} | ${shown(values.after, markdownText)} |`,
  );
  const table =
    rows.length === 0 ? [] : ["", "| change | of | before | after |", "|---|---|---|---|", ...rows];
  return `${[
    `**${markdownText(before.title)}**, ${before.at} → **${markdownText(after.title)}**, ${after.at}: ${counted(changes.length, "change")}, ${counted(matched, "artifact")} in both`,
    ...table,
  ].join("\n")}\n`;
}

function sentence(
  { before, after }: Pick<RecordChange, "before" | "after">,
  clean: (text: string) => string,
): string {
  if (before.length === 0) {
    return `now ${shown(after, clean)}`;
  }
  return after.length === 0
    ? `no longer ${shown(before, clean)}`
    : `${shown(before, clean)} -> ${shown(after, clean)}`;
}

function shown(values: readonly string[], clean: (text: string) => string): string {
  const more = values.length - maxShown;
  const first = values.slice(0, maxShown).map(clean).join("; ");
  return more > 0 ? `${first}; and ${more} more` : first;
}
