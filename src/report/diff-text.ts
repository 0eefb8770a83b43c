// SPDX-License-Identifier: Apache-2.0
// A diff as text: what came, what went, and below each changed component its changes by kind.

import { escapeText } from "../codes/escape.ts";
import type { Change, Diff, DiffSide } from "../model/bom-diff.ts";
import { counted } from "./counted.ts";
import { type DiffGroup, diffGroups, diffSummary, shortHash, sideText, subjectName } from "./diff-groups.ts";
import { plainStyle, type Style, type TextOptions } from "./style.ts";

/** Columns of the kinds. */
const kindColumns = 14;

/** How the two files are called. */
export interface DiffNames {
  readonly before: string;
  readonly after: string;
}

export function renderDiffText(
  diff: Diff,
  names: DiffNames,
  { style = plainStyle }: TextOptions = {},
): string {
  const head = [
    ...sideLines("before", names.before, diff.before, style),
    ...sideLines("after", names.after, diff.after, style),
  ];
  const groups = diffGroups(diff).flatMap((group) => groupLines(group, style));
  const body = groups.length === 0 ? [] : ["", ...groups];
  return `${[...head, ...body, "", diffSummary(diff)].join("\n")}\n`;
}

function sideLines(label: string, path: string, side: DiffSide, style: Style): string[] {
  const { invalid } = side;
  const line = `${label.padEnd(8)}${style.bold(escapeText(path))}: ${escapeText(sideText(side))}`;
  return invalid === undefined
    ? [line]
    : [
        line,
        `        ${style.warn("invalid")}: ${counted(invalid.findings, "grave finding")}, first ${invalid.first}; ask \`aibom validate\``,
      ];
}

const signs = { added: "+", removed: "-", changed: "~" } as const;

function groupLines({ sign, subject, changes, inside }: DiffGroup, style: Style): string[] {
  const mark = { added: style.allow, removed: style.deny, changed: style.bold }[sign];
  const within = inside === 0 ? "" : style.dim(`, with ${inside} inside`);
  return [
    `${mark(`${signs[sign]} ${escapeText(subjectName(subject))}`)}${within}`,
    ...changes.flatMap((change) => changeLines(change, style)),
  ];
}

function changeLines({ kind, field, before, after }: Change, style: Style): string[] {
  const label = kind.padEnd(kindColumns);
  const name = field === undefined ? "" : `${escapeText(field)}: `;
  const shown = (text: string): string => escapeText(shortHash(text));
  const [old, young] = [before[0], after[0]];
  if (before.length === 1 && after.length === 1 && old !== undefined && young !== undefined) {
    return [`    ${label}${name}${shown(old)} ${style.dim("->")} ${shown(young)}`];
  }
  const values = [
    ...before.map((text) => style.deny(`- ${shown(text)}`)),
    ...after.map((text) => style.allow(`+ ${shown(text)}`)),
  ];
  return values.map((text, index) => `    ${index === 0 ? label : " ".repeat(kindColumns)}${name}${text}`);
}
