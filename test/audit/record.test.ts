// SPDX-License-Identifier: Apache-2.0
// The record's schema and its type say the same.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { auditRecord, largeAuditRecord } from "../../fixtures/audit-record.ts";
import {
  auditRecordSchemaId,
  componentKinds,
  evidenceGrades,
  notCoveredKinds,
  recordedInputKinds,
  relationKinds,
} from "../../src/audit/record.ts";
import { loadValidator } from "../../src/schemas/validators.ts";

const schema = JSON.parse(
  readFileSync(new URL("../../schemas/audit-record.schema.json", import.meta.url), "utf8"),
);

test("the example record, and one of 1,000 nodes, are valid", async () => {
  const validate = await loadValidator("audit-record");
  for (const record of [auditRecord(), largeAuditRecord(1000)]) {
    const isValid = validate(JSON.parse(JSON.stringify(record)));
    assert.ok(isValid, JSON.stringify(validate.errors?.slice(0, 3)));
  }
});

test("the schema has the same words as the type", () => {
  const { $defs } = schema;
  assert.equal(schema.$id, auditRecordSchemaId);
  assert.deepEqual($defs.component.properties.kind.enum, componentKinds);
  assert.deepEqual($defs.relation.properties.kind.enum, relationKinds);
  assert.deepEqual($defs.notCovered.properties.kind.enum, notCoveredKinds);
  assert.deepEqual($defs.input.properties.kind.enum, recordedInputKinds);
  assert.deepEqual($defs.artifact.properties.evidence.properties.grade.enum, evidenceGrades);
});

test("a path that leads out of data, or a key that nobody knows, is refused", async () => {
  const validate = await loadValidator("audit-record");
  const changed = (change: (record: ReturnType<typeof auditRecord>) => object): unknown =>
    JSON.parse(JSON.stringify(change(auditRecord())));
  assert.equal(validate(changed((record) => ({ ...record, extra: 1 }))), false);
  assert.equal(validate(changed((record) => ({ ...record, at: "yesterday" }))), false);
  assert.equal(
    validate(changed((record) => ({ ...record, files: { ...record.files, bom: "/etc/passwd" } }))),
    false,
  );
});
