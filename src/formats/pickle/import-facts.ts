// SPDX-License-Identifier: Apache-2.0
// The imports of a pickle as facts, each with its verdict, and as findings where they are not allowed.

import { finding } from "../../model/finding.ts";
import type { ClaimList } from "../claim-list.ts";
import type { FindingList } from "../finding-list.ts";
import type { PickleScan } from "./scan.ts";
import type { Import } from "./value.ts";
import { type Judgement, judge } from "./verdict.ts";

/** Gravest first: lists that are cut lose the harmless. */
const order: readonly Judgement["verdict"][] = ["dangerous", "unknown", "allowed"];

export function addImports(scan: PickleScan, path: string, claims: ClaimList, findings: FindingList): void {
  const judged = scan.imports.all.map((each) => ({ each, judgement: judgeUse(each, scan) }));
  judged.sort((a, b) => order.indexOf(a.judgement.verdict) - order.indexOf(b.judgement.verdict));
  for (const { each, judgement } of judged) {
    const { module, name, offset, count } = each;
    const { verdict } = judgement;
    const pointer = `offset ${offset}`;
    claims.computed("import", { module, name, verdict, count, offset }, { path, pointer });
    addFinding(each, judgement, path, findings);
  }
  const { codeInState } = scan.notes;
  if (codeInState !== undefined) {
    findings.add(finding("PICKLE_STATE_RUNS", { path, offset: codeInState }, {}));
  }
  for (const [target, offset] of scan.notes.patched) {
    findings.add(finding("PICKLE_PATCHES_IMPORT", { path, offset }, { import: shown(target) }));
  }
}

function addFinding(
  each: Import,
  { verdict, why, carriesCode }: Judgement,
  path: string,
  findings: FindingList,
): void {
  if (verdict === "allowed") {
    return;
  }
  const where = { path, offset: each.offset };
  const args = { import: shown(each), why };
  if (verdict === "unknown") {
    findings.add(finding("PICKLE_UNKNOWN_IMPORT", where, args));
  } else {
    findings.add(finding(carriesCode ? "PICKLE_CARRIES_CODE" : "PICKLE_DANGEROUS_IMPORT", where, args));
  }
}

/** A function that fetches by names is as harmless as what it fetches, if that is known and listed. */
function judgeUse(each: Import, scan: PickleScan): Judgement {
  return scan.notes.isResolved(each)
    ? { verdict: "allowed", why: "what it fetches is listed by its own name" }
    : judge(each.module, each.name);
}

function shown({ module, name }: Import): string {
  return `${module}.${name}`.slice(0, 300);
}
