// SPDX-License-Identifier: Apache-2.0
// A diff as Markdown for a pull request: what changed in a table, the components folded below. The comment in the first line
// is what a bot looks for to replace its earlier comment.

import { type Change, changeKinds, type Diff, type DiffSide } from "../model/bom-diff.ts";
import { counted } from "./counted.ts";
import { type DiffGroup, diffGroups, diffSummary, shortHash, sideText, subjectName } from "./diff-groups.ts";
import type { DiffNames } from "./diff-text.ts";
import { codeSpan } from "./markdown-text.ts";

/** GitHub takes 65,536 characters for a comment; what stands around the list fits into the rest. */
const maxListCharacters = 60_000;
/** Values of one change that are shown. */
const maxValues = 10;

export function renderDiffMarkdown(diff: Diff, names: DiffNames): string {
  const sections = [
    `<!-- aibom diff -->\n## aibom diff: ${diff.changes.length === 0 ? "no changes" : diffSummary(diff)}`,
    [sideLine("before", names.before, diff.before), sideLine("after", names.after, diff.after)].join("\n"),
    kindTable(diff),
    details(diffGroups(diff)),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function sideLine(label: string, path: string, side: DiffSide): string {
  const { invalid } = side;
  const warning =
    invalid === undefined
      ? ""
      : `; **invalid**: ${counted(invalid.findings, "grave finding")}, first \`${invalid.first}\``;
  return `- ${label}: ${codeSpan(path)}, ${codeSpan(sideText(side))}${warning}`;
}

function kindTable({ changes }: Diff): string {
  const rows = changeKinds.flatMap((kind) => {
    const count = changes.filter((change) => change.kind === kind).length;
    return count === 0 ? [] : [`| ${kind} | ${count} |`];
  });
  return rows.length === 0 ? "" : ["| Kind | Changes |", "|---|---|", ...rows].join("\n");
}

function details(groups: readonly DiffGroup[]): string {
  if (groups.length === 0) {
    return "";
  }
  const lines: string[] = [];
  let characters = 0;
  let left = 0;
  for (const group of groups) {
    const text = groupText(group);
    characters += text.length + 1;
    if (characters > maxListCharacters) {
      left++;
    } else {
      lines.push(text);
    }
  }
  const more = left === 0 ? [] : [`- and ${left} more, all in the JSON report`];
  const title = groups.length === 1 ? "1 entry" : `${groups.length} entries`;
  return `<details><summary>${title}</summary>\n\n${[...lines, ...more].join("\n")}\n\n</details>`;
}

const marks = { added: "➕", removed: "➖", changed: "✏️" } as const;

function groupText({ sign, subject, changes, inside }: DiffGroup): string {
  const within = inside === 0 ? "" : `, with ${inside} inside`;
  return [`- ${marks[sign]} ${codeSpan(subjectName(subject))}${within}`, ...changes.map(changeText)].join(
    "\n",
  );
}

function changeText({ kind, field, before, after }: Change): string {
  const name = field === undefined ? kind : `${kind} ${codeSpan(field)}`;
  return `  - ${name}: ${[...values("−", before), ...values("+", after)].join(", ")}`;
}

function values(sign: string, texts: readonly string[]): readonly string[] {
  const shown = texts.slice(0, maxValues).map((text) => `${sign} ${codeSpan(shortHash(text))}`);
  const left = texts.length - shown.length;
  return left === 0 ? shown : [...shown, `and ${left} more`];
}
