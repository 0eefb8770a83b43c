// SPDX-License-Identifier: Apache-2.0
// Folders as `aibom report` writes them: both verifiers accept what was sealed, whatever the verdict was, and refuse every
// one of its files after a change.

import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import type { AuditReport } from "../../src/audit-report.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { auditedRelease } from "./audited-release.ts";
import { type Both, verifyBoth, writeFiles } from "./verify-both.ts";

const root = temporaryDirectory({ after });
const release = await auditedRelease(root);
const folder = join(root, "exported");

const filesOf = ({ files }: AuditReport) =>
  new Map(files.map(({ path, pieces }) => [path, Buffer.concat(pieces)]));

function requireAgreement({ ownLines, selfLines, ownFaults, selfFaults }: Both): void {
  const checks = (lines: Both["ownLines"]) =>
    lines.map(({ id, state, place }) => `${state} ${id} ${place}`).sort();
  assert.deepEqual(checks(ownLines), checks(selfLines));
  // Only an authority could say when it was sealed, and there is none here.
  assert.deepEqual(ownFaults, ["not checked seal.time"]);
  assert.deepEqual(selfFaults, ownFaults);
}

test("an export that allows: every check of both is ok, but for the time that nobody stamped", async () => {
  const made = await release.report();
  assert.equal(made.verdict.outcome, "allow");
  writeFiles(folder, filesOf(made));
  requireAgreement(await verifyBoth(folder));
});

test("an export that denies is as whole as one that allows", async () => {
  const empty = join(root, "unsigned");
  writeFiles(empty, new Map([["model.bin", Buffer.from("nobody signed this")]]));
  const made = await release.report({}, [empty]);
  assert.equal(made.verdict.outcome, "deny");
  writeFiles(join(root, "denied"), filesOf(made));
  requireAgreement(await verifyBoth(join(root, "denied")));
});

test("each of its files, changed or gone", async () => {
  const files = filesOf(await release.report());
  writeFiles(folder, files);
  for (const [name, bytes] of files) {
    const path = join(folder, name);
    writeFileSync(path, Buffer.concat([bytes, Buffer.from(" ")]));
    const changed = await verifyBoth(folder);
    // White space behind JSON says nothing; the seal's own file is in no manifest, all others are.
    const isHarmless = name === "seal/statement.sigstore.json";
    assert.deepEqual([changed.own, changed.self], isHarmless ? [3, 3] : [1, 1], `${name} changed`);
    rmSync(path);
    const gone = await verifyBoth(folder);
    assert.deepEqual([gone.own, gone.self], [1, 1], `${name} gone`);
    writeFileSync(path, bytes);
  }
  requireAgreement(await verifyBoth(folder));
});
