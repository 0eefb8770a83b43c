// SPDX-License-Identifier: Apache-2.0
// A diff as people read it: one entry per component, with what is inside an added or removed one counted, not listed.

import type { Change, ChangeSubject, Diff } from "../model/bom-diff.ts";

/** What happened to one component. */
export interface DiffGroup {
  readonly sign: "added" | "removed" | "changed";
  readonly subject: ChangeSubject;
  /** Empty for what was added or removed. */
  readonly changes: readonly Change[];
  /** Components inside it that came or went with it. */
  readonly inside: number;
}

/** The entries in the order of the changes. The document as a whole is the first. */
export function diffGroups({ changes }: Diff): readonly DiffGroup[] {
  const groups: { -readonly [K in keyof DiffGroup]: DiffGroup[K] }[] = [];
  const bySubject = Map.groupBy(changes, ({ subject }) => JSON.stringify(subject));
  const outer = { added: new Map<string, number>(), removed: new Map<string, number>() };
  for (const list of bySubject.values()) {
    const [first] = list;
    if (first === undefined) {
      continue;
    }
    const { subject } = first;
    for (const kind of ["removed", "added"] as const) {
      for (const _ of list.filter((change) => change.kind === kind)) {
        const around = outermost(subject.inside ?? [], outer[kind]);
        const group = around === undefined ? undefined : groups[around];
        if (group === undefined) {
          outer[kind].set(JSON.stringify([...(subject.inside ?? []), subject.name]), groups.length);
          groups.push({ sign: kind, subject, changes: [], inside: 0 });
        } else {
          group.inside++;
        }
      }
    }
    const others = list.filter(({ kind }) => kind !== "added" && kind !== "removed");
    if (others.length > 0) {
      groups.push({ sign: "changed", subject, changes: others, inside: 0 });
    }
  }
  return groups;
}

/** Where the entry of the outermost component around stands, if it came or went as well. */
function outermost(inside: readonly string[], known: ReadonlyMap<string, number>): number | undefined {
  for (let depth = 1; depth <= inside.length; depth++) {
    const found = known.get(JSON.stringify(inside.slice(0, depth)));
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

/** What a component is called: `library numpy 1.26.4 in server`. Not escaped. */
export function subjectName({ type, name, version, inside = [] }: ChangeSubject): string {
  if (type === "document") {
    return "document";
  }
  const words = [type, name, ...(version === undefined ? [] : [version])];
  return [...words, ...(inside.length === 0 ? [] : ["in", inside.join(" > ")])].join(" ");
}

/** `2 removed, 1 added, 3 changed, 10 the same`; counts components, nested ones too. */
export function diffSummary(diff: Diff): string {
  const count = (kind: string): number => diff.changes.filter((change) => change.kind === kind).length;
  const changed = diffGroups(diff).filter(
    ({ sign, subject }) => sign === "changed" && subject.type !== "document",
  ).length;
  const words = [
    [count("removed"), "removed"],
    [count("added"), "added"],
    [changed, "changed"],
    [Math.max(0, diff.matched - changed), "the same"],
  ] as const;
  return words.map(([number, word]) => `${number} ${word}`).join(", ");
}

/** `chat 1.4, CycloneDX 1.7, 14 components`. Not escaped. */
export function sideText({ kind, name, version, specVersion, components }: Diff["before"]): string {
  const what = kind === "verdict" ? `verdict ${name ?? ""}` : [name, version].filter(Boolean).join(" ");
  const unit = kind === "verdict" ? "artifact" : "component";
  return [
    ...(what === "" ? [] : [what]),
    ...(specVersion === undefined ? [] : [`CycloneDX ${specVersion}`]),
    `${components} ${unit}${components === 1 ? "" : "s"}`,
  ].join(", ");
}

/** Sixteen digits of a hash value are what people compare. */
export function shortHash(text: string): string {
  return text.replace(/[0-9a-f]{32,128}/g, (hex) => `${hex.slice(0, 16)}…`);
}
