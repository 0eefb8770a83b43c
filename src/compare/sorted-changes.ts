// SPDX-License-Identifier: Apache-2.0
// The order of changes: the document first, then by subject, then by kind. It does not depend on the order of lists.

import { compareText } from "../bom/order.ts";
import { type Change, type ChangeSubject, changeKinds } from "../model/bom-diff.ts";

const ranks = new Map<string, number>(changeKinds.map((kind, index) => [kind, index]));

/** `changes` in their order. */
export function sortedChanges(changes: readonly Change[]): readonly Change[] {
  return changes
    .map((change) => ({ change, text: subjectText(change.subject), rank: ranks.get(change.kind) ?? 0 }))
    .sort(
      (a, b) =>
        compareText(a.text, b.text) ||
        a.rank - b.rank ||
        compareText(a.change.field ?? "", b.change.field ?? "") ||
        compareText(JSON.stringify(a.change), JSON.stringify(b.change)),
    )
    .map(({ change }) => change);
}

/** Outer components before what is inside them. */
function subjectText({ type, name, inside = [], version = "", ref = "" }: ChangeSubject): string {
  const first = type === "document" ? "0" : "1";
  return [first, ...inside, name, "", type, version, ref].join("\0");
}
