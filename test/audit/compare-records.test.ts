// SPDX-License-Identifier: Apache-2.0
// What changed from one record to the next: each kind by a change that has it, and none without one.

import assert from "node:assert/strict";
import test from "node:test";
import { auditRecord } from "../../fixtures/audit-record.ts";
import {
  compareRecords,
  hasChange,
  type RecordChangeKind,
  recordChangeKinds,
} from "../../src/audit/compare-records.ts";
import type { AuditRecord } from "../../src/audit/record.ts";
import { renderRecordDiff } from "../../src/audit/render-diff.ts";

const base = auditRecord();
const [image, model, ...others] = base.artifacts;
assert.ok(image !== undefined && model !== undefined);
const withModel = (changes: object): Partial<AuditRecord> => ({
  artifacts: [image, { ...model, ...changes }, ...others],
});
const other = `sha256:${"0".repeat(64)}`;

const changes: Readonly<Record<RecordChangeKind, Partial<AuditRecord>>> = {
  verdict: { verdict: { ...base.verdict, outcome: "allow" } },
  "artifact-removed": { artifacts: [image, ...others] },
  "artifact-added": { artifacts: [...base.artifacts, { ...model, name: "new", ref: "new" }] },
  digest: withModel({ manifest: other }),
  version: withModel({ version: "2" }),
  license: withModel({ licenses: ["MIT"] }),
  evidence: withModel({ evidence: { ...model.evidence, grade: "claim" } }),
  status: withModel({ status: "fail" }),
  signer: withModel({ signers: [] }),
  rule: { rules: base.rules.map((each) => ({ ...each, status: "pass" as const })) },
  finding: { findings: [] },
  waiver: { waivers: [] },
  policy: { inputs: base.inputs.map((each) => (each.kind === "policy" ? { ...each, digest: other } : each)) },
  "trust-root": { trustRoot: { ...base.trustRoot, digest: other } },
  identity: { trustRoot: { ...base.trustRoot, identities: [] } },
  input: { inputs: base.inputs.filter(({ kind }) => kind !== "osv") },
  "not-covered": { notCovered: [] },
  seal: { seal: "unsealed" },
};

test("the same record has no changes", () => {
  const diff = compareRecords(base, auditRecord());
  assert.deepEqual([diff.changes, diff.matched], [[], 5]);
  assert.equal(hasChange(diff, ["any"]), false);
});

for (const kind of recordChangeKinds) {
  test(`a change of kind ${kind}, forth and back`, () => {
    const changed = { ...base, ...changes[kind] };
    for (const diff of [compareRecords(base, changed), compareRecords(changed, base)]) {
      const found = new Set(diff.changes.map((each) => each.kind));
      const back = kind === "artifact-added" ? "artifact-removed" : "artifact-added";
      assert.ok(found.has(kind) || (kind.startsWith("artifact-") && found.has(back)), [...found].join());
      assert.equal(found.size, 1, [...found].join());
      assert.equal(hasChange(diff, ["any"]), true);
    }
  });
}

test("texts of strangers are escaped in text and Markdown", () => {
  const hostile = {
    ...base,
    artifacts: [...base.artifacts, { ...model, name: "\u001b[31m<b>|x\n# y", ref: "h" }],
  };
  const diff = compareRecords(base, hostile);
  const text = renderRecordDiff(diff, "text");
  assert.ok(!text.includes("\u001b") && text.trimEnd().split("\n").length === 3, text);
  const markdown = renderRecordDiff(diff, "markdown");
  assert.ok(!markdown.includes("<b>") && !markdown.includes("\n# y"), markdown);
  assert.deepEqual(JSON.parse(renderRecordDiff(diff, "json")).changes.length, 1);
});
