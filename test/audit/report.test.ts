// SPDX-License-Identifier: Apache-2.0
// The report use-case: what is in the folder, that it says what the gate said, and that the same inputs give the same bytes.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { auditPaths } from "../../src/audit/record.ts";
import { readBom } from "../../src/bom/read.ts";
import { profile } from "../../src/profile.ts";
import { verdictJson } from "../../src/report/json-shape.ts";
import { renderProfileJson } from "../../src/report/profile-text.ts";
import { loadValidator } from "../../src/schemas/validators.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { at, signTo } from "../use-cases/release.ts";
import { type AuditedRelease, auditedRelease, fileOf, unsealedOf } from "./audited-release.ts";

function release(t: TestContext): Promise<AuditedRelease> {
  return auditedRelease(temporaryDirectory(t));
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

test("the folder has the verdict of the gate, a receipt for each artifact, and every signature byte for byte", async (t) => {
  const audited = await release(t);
  const report = await audited.report();
  const verdict = await audited.verify({ isAtChosen: true });
  assert.equal(report.verdict.outcome, "allow");
  const written = JSON.parse(fileOf(report, auditPaths.verdict).toString());
  assert.deepEqual(written.artifacts, JSON.parse(JSON.stringify(verdictJson(verdict)))["artifacts"]);
  const { record } = report;
  assert.deepEqual(
    record.artifacts.map(({ name, evidence, status }) => [name, evidence.grade, status]),
    [
      ["tiny-gguf", "recomputed", "pass"],
      ["tiny-safetensors", "recomputed", "pass"],
    ],
  );
  for (const artifact of record.artifacts) {
    const listing = fileOf(report, `${artifact.receipt}/files.sha256`);
    assert.equal(`sha256:${sha256(listing)}`, artifact.manifest);
    assert.equal(artifact.receipt, `data/receipts/${sha256(listing)}`);
    const [signer] = artifact.signers;
    const { readFileSync } = await import("node:fs");
    const original = readFileSync(join(audited.directory, artifact.name, "model.sig"));
    assert.deepEqual(fileOf(report, signer?.path ?? ""), original);
  }
});

test("a denied folder says what would make it pass, in the record and on the page; an allowed one has nothing to say", async (t) => {
  const audited = await release(t);
  const steps = (record: { readonly rules: readonly { readonly remedies?: readonly string[] }[] }) =>
    record.rules.flatMap(({ remedies }) => remedies ?? []);
  assert.deepEqual(steps((await audited.report()).record), []);
  rmSync(join(audited.directory, "tiny-gguf/model.sig"));
  const denied = await audited.report();
  assert.equal(denied.record.verdict.outcome, "deny");
  const [step = ""] = steps(denied.record);
  assert.match(step, /^sign tiny-gguf.*: aibom sign tiny-gguf --key KEY$/);
  assert.ok(fileOf(denied, auditPaths.startHere).includes(step));
  const validate = await loadValidator("audit-record");
  assert.ok(
    validate(JSON.parse(fileOf(denied, auditPaths.record).toString())),
    JSON.stringify(validate.errors),
  );
});

test("record and receipts fit their schemas", async (t) => {
  const report = await (await release(t)).report();
  const [record, receipt] = [await loadValidator("audit-record"), await loadValidator("audit-receipt")];
  assert.ok(record(JSON.parse(fileOf(report, auditPaths.record).toString())), JSON.stringify(record.errors));
  for (const { path, pieces } of report.files.filter((each) => each.path.endsWith("/receipt.json"))) {
    assert.ok(
      receipt(JSON.parse(Buffer.concat(pieces).toString())),
      `${path} ${JSON.stringify(receipt.errors)}`,
    );
  }
});

test("each file is in exactly one manifest with its digest, and the seal is over them all", async (t) => {
  const report = await (await release(t)).report();
  const lines = (name: string): string[] => fileOf(report, name).toString().trimEnd().split("\n");
  const listed = [...lines("manifest-sha256.txt"), ...lines("tagmanifest-sha256.txt")];
  for (const line of listed) {
    assert.equal(sha256(fileOf(report, line.slice(66))), line.slice(0, 64), line);
  }
  const names = report.files.map(({ path }) => path);
  const unlisted = names.filter((name) => !listed.some((line) => line.slice(66) === name));
  assert.deepEqual(unlisted, ["tagmanifest-sha256.txt", "seal/statement.sigstore.json"]);
  assert.deepEqual(names.slice(0, -1), names.slice(0, -1).toSorted());
  const bundle = JSON.parse(fileOf(report, auditPaths.sealStatement).toString());
  const statement = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, "base64").toString());
  assert.deepEqual(statement.subject, [
    { name: "tagmanifest-sha256.txt", digest: { sha256: sha256(fileOf(report, "tagmanifest-sha256.txt")) } },
  ]);
  assert.match(fileOf(report, "bag-info.txt").toString(), /^Payload-Oxum: \d+\.\d+$/m);
});

test("another place, another home, another time zone: the same bytes but for the seal", async (t) => {
  const audited = await release(t);
  const [first, again] = [await audited.report(), await audited.report()];
  const elsewhere = join(temporaryDirectory(t), "elsewhere");
  cpSync(audited.directory, elsewhere, { recursive: true });
  const zone = process.env["TZ"];
  process.env["TZ"] = "Pacific/Kiritimati";
  t.after(() => {
    if (zone === undefined) {
      delete process.env["TZ"];
    } else {
      process.env["TZ"] = zone;
    }
  });
  const there = await audited.report(
    {
      trustRoot: join(elsewhere, "trust"),
      bom: join(elsewhere, "aibom.cdx.json"),
      local: { homeDirectory: elsewhere, user: "other" },
    },
    audited.targets.map((target) => target.replace(audited.directory, elsewhere)),
  );
  assert.deepEqual(unsealedOf(again), unsealedOf(first));
  assert.deepEqual(unsealedOf(there), unsealedOf(first));
  assert.equal(there.tagManifestSha256, first.tagManifestSha256);
  const sealOf = (report: typeof first): string => fileOf(report, auditPaths.sealStatement).toString();
  assert.notEqual(sealOf(again), sealOf(first));
});

test("a deny makes a folder, too; it names what failed and keeps what was rejected", async (t) => {
  const audited = await release(t);
  writeFileSync(join(audited.directory, "tiny-gguf/model.sig"), "{}");
  const { record, ...report } = await audited.report();
  assert.equal(record.verdict.outcome, "deny");
  const [gguf] = record.artifacts;
  assert.deepEqual([gguf?.status, gguf?.signers], ["fail", []]);
  const [rejected] = record.rejected;
  assert.equal(fileOf({ record, ...report }, rejected?.path ?? "").toString(), "{}");
  assert.match(record.verdict.summary, /^The policy is violated\. 2 artifacts: 1 passed, 1 failed\.$/);
});

test("an undecided verdict makes a folder, and the file that nobody could read is in it", async (t) => {
  const audited = await release(t);
  rmSync(join(audited.directory, "tiny-gguf/model.sig"));
  appendFileSync(join(audited.directory, "tiny-gguf/broken.safetensors"), Buffer.alloc(64, 0xff));
  const { record } = await audited.report({ bom: undefined as never });
  assert.notEqual(record.verdict.outcome, "allow");
  const unread = record.notCovered.filter(({ kind }) => kind === "unread");
  assert.deepEqual(
    unread.map(({ subject, path }) => [subject, path]),
    [["tiny-gguf", "broken.safetensors"]],
  );
  assert.equal(record.artifacts[0]?.evidence.isRead, false);
});

test("without --bom the BOM is made of what was read, and lists the artifacts by their refs", async (t) => {
  const audited = await release(t);
  const { bom: _, ...options } = { bom: "" };
  const report = await audited.report({ ...options, bom: undefined as never });
  const bom = await readBom(fileOf(report, auditPaths.bom), "bom");
  assert.deepEqual(
    bom.artifacts
      .flatMap(({ ref, digests }) => (digests.length > 0 && ref?.startsWith("model:") ? [ref] : []))
      .sort(),
    report.record.artifacts.map(({ ref }) => ref).sort(),
  );
  assert.ok(report.record.artifacts.every(({ evidence }) => evidence.bomFiles === 0));
});

test("a perimeter gives the folder a sovereignty profile, the same as that of the profile command", async (t) => {
  const audited = await release(t);
  assert.ok(!(await audited.report()).files.some(({ path }) => path === auditPaths.profile));
  const perimeter = join(audited.directory, "perimeter.json");
  const said = { name: "acme", expires: "2027-06-30", home: ["DE"], adverse: ["XX"] };
  const sites = [{ id: "cellar", country: "DE", operator: "self" }];
  writeFileSync(perimeter, JSON.stringify({ apiVersion: "aibom/perimeter/v1", ...said, sites }));
  const signature = await signTo(perimeter, audited.key);
  const report = await audited.report({ perimeter });
  const { targets, trustRoot, bom } = audited;
  const alone = await profile(targets, { trustRoot, bom, perimeter, at, ignore: [] });
  assert.equal(fileOf(report, auditPaths.profile).toString(), renderProfileJson(alone));
  assert.ok(alone.checks.some(({ layer, status }) => layer === "IN" && status === "pass"));
  assert.equal(report.record.files.profile, auditPaths.profile);
  assert.match(fileOf(report, auditPaths.startHere).toString(), /href="data\/decisions\/profile\.json"/);
  const input = report.record.inputs.find(({ kind }) => kind === "perimeter");
  assert.deepEqual(fileOf(report, input?.path ?? ""), readFileSync(perimeter));
  const copies = report.files.map(({ pieces }) => Buffer.concat(pieces));
  assert.ok(copies.some((bytes) => bytes.equals(readFileSync(signature))));
  const validate = await loadValidator("audit-record");
  assert.ok(
    validate(JSON.parse(fileOf(report, auditPaths.record).toString())),
    JSON.stringify(validate.errors),
  );
  await assert.rejects(audited.report({ perimeter: join(targets[0] ?? "", "perimeter.json") }), {
    code: "JUDGE_IN_TARGET",
  });
});

test("what was left out, skipped, or is unknown is said", async (t) => {
  const audited = await release(t);
  const { record } = await audited.report({
    isAtChosen: true,
    ignore: [{ path: "README.md", reason: "--ignore" }],
  });
  const kinds = new Set(record.notCovered.map(({ kind }) => kind));
  for (const kind of ["ignored", "skipped", "out-of-scope"] as const) {
    assert.ok(kinds.has(kind), kind);
  }
  assert.ok(record.notCovered.some(({ subject }) => subject === "the current time"));
});

test("two targets of the same bytes share a receipt and have a ref each", async (t) => {
  const audited = await release(t);
  const copy = join(audited.directory, "copy/tiny-gguf");
  cpSync(join(audited.directory, "tiny-gguf"), copy, { recursive: true });
  const { record, files } = await audited.report({}, [...audited.targets, copy]);
  const same = record.artifacts.filter(({ name }) => name === "tiny-gguf");
  assert.equal(new Set(same.map(({ receipt }) => receipt)).size, 1);
  assert.equal(new Set(record.artifacts.map(({ ref }) => ref)).size, 3);
  assert.equal(files.filter(({ path }) => path.endsWith("/receipt.json")).length, 2);
});

test("the folder without a key says so where people look", async (t) => {
  const audited = await release(t);
  const report = await audited.report({ seal: undefined as never });
  assert.equal(report.record.seal, "unsealed");
  assert.match(fileOf(report, "bag-info.txt").toString(), /^Aibom-Seal: NONE/m);
  assert.ok(!report.files.some(({ path }) => path.startsWith("seal/")));
});

test("the instant stands in the record, not the time of the run", async (t) => {
  const { record } = await (await release(t)).report();
  assert.equal(record.at, at.toISOString());
});
