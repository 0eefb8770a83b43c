// SPDX-License-Identifier: Apache-2.0
// `aibom report`, `renew` and `diff` as a user types them: what is written, what is refused, and that a folder is whole or not
// there.

import assert from "node:assert/strict";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { zstdCompressSync } from "node:zlib";
import { stamp, startService, timestampReply, tsaPem } from "../signers/services.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { aibom, errorCode } from "./run-aibom.ts";

let template = "";

/** A trust root with a releaser, an auditor and a clock, and a signed model: made once, copied for each test. */
before(async () => {
  template = mkdtempSync(join(tmpdir(), "aibom-test-report-"));
  const cwd = template;
  mkdirSync(join(cwd, "model"));
  writeFileSync(join(cwd, "model/config.json"), '{"model_type":"llama"}');
  writeFileSync(join(cwd, "tsa.pem"), tsaPem);
  for (const args of [
    ["init"],
    ["keygen", "--out", "release.key", "--no-passphrase"],
    ["keygen", "--out", "auditor.key", "--no-passphrase"],
    ["trust", "add", "release", "--key", "release.pub"],
    ["trust", "add", "auditor", "--key", "auditor.pub", "--usage", "report"],
    ["trust", "import", "tsa.pem", "--kind", "tsa", "--name", "clock"],
    ["sign", "model", "--key", "release.key"],
  ]) {
    const { code, stderr } = await aibom(args, { cwd });
    assert.equal(code, 0, stderr);
  }
});

after(() => rmSync(template, { recursive: true, force: true }));

function workspace(t: TestContext): string {
  const cwd = temporaryDirectory(t);
  cpSync(template, cwd, { recursive: true });
  return cwd;
}

const sealed = ["report", "model", "--key", "auditor.key", "--out", "audit"];

function sealFiles(cwd: string): readonly string[] {
  return readdirSync(join(cwd, "audit/seal")).sort();
}

test("a folder is written, verified and replaced only if asked; nothing else is ever replaced", async (t) => {
  const cwd = workspace(t);
  const run = (...args: readonly string[]) => aibom(args, { cwd });
  const made = await run(...sealed);
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stdout, /^ALLOW {2}model/);
  assert.match(made.stderr, /wrote audit: \d+ files, 1 receipt, tag manifest sha256:[0-9a-f]{64}/);
  const { code, stdout } = await run("report", "verify", "audit", "--expect-signer", "auditor");
  assert.equal(code, 3, stdout);
  assert.doesNotMatch(stdout, /^FAIL/m);
  assert.equal(errorCode(await run(...sealed)), "REPORT_OUTPUT_NOT_EMPTY");
  assert.equal((await run(...sealed, "--replace")).code, 0);
  assert.deepEqual(
    readdirSync(cwd).filter((name) => name.startsWith(".audit")),
    [],
  );

  writeFileSync(join(cwd, "audit/notes.txt"), "of the auditor");
  assert.equal(errorCode(await run(...sealed, "--replace")), "REPORT_OUTPUT_NOT_EMPTY");
  assert.equal(readFileSync(join(cwd, "audit/notes.txt"), "utf8"), "of the auditor");
  mkdirSync(join(cwd, "mine"));
  writeFileSync(join(cwd, "mine/thesis.txt"), "irreplaceable");
  const other = await run("report", "model", "--key", "auditor.key", "--out", "mine", "--replace");
  assert.equal(errorCode(other), "REPORT_OUTPUT_NOT_EMPTY");
  assert.equal(readFileSync(join(cwd, "mine/thesis.txt"), "utf8"), "irreplaceable");
});

test("without a key nothing is written; --unsealed writes and warns, in output and folder", async (t) => {
  const cwd = workspace(t);
  const refused = await aibom(["report", "model", "--out", "audit"], { cwd });
  assert.deepEqual([refused.code, errorCode(refused)], [2, "REPORT_UNSEALED"]);
  assert.ok(!existsSync(join(cwd, "audit")));
  const both = await aibom([...sealed, "--unsealed"], { cwd });
  assert.equal(errorCode(both), "CLI_USAGE");
  const made = await aibom(["report", "model", "--unsealed", "--out", "audit", "--quiet"], { cwd });
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stderr, /NOT SEALED/);
  assert.match(readFileSync(join(cwd, "audit/bag-info.txt"), "utf8"), /^Aibom-Seal: NONE/m);
  const none = await aibom(["report", "renew", "audit", "--request", "x.tsq"], { cwd });
  assert.equal(errorCode(none), "REPORT_RENEWAL_REFUSED");
});

test("the exit code is the verdict's, and the folder is there all the same", async (t) => {
  const cwd = workspace(t);
  rmSync(join(cwd, "model/model.sig"));
  const denied = await aibom(sealed, { cwd });
  assert.equal(denied.code, 1, denied.stderr);
  const record = JSON.parse(readFileSync(join(cwd, "audit/data/record.json"), "utf8"));
  assert.equal(record.verdict.outcome, "deny");
});

test("a folder inside a target, an escrow inside the folder, no place at all", async (t) => {
  const cwd = workspace(t);
  const code = async (...args: readonly string[]) => errorCode(await aibom(args, { cwd }));
  const report = ["report", "model", "--key", "auditor.key"];
  assert.equal(await code(...report), "CLI_USAGE");
  for (const name of ["audit.zip", "audit.tar", "audit.tgz", "audit.tar.gz", "audit.zst"]) {
    assert.equal(await code(...report, "-o", name), "CLI_OPTION_INVALID", name);
  }
  assert.equal(await code(...report, "--out", "model/audit"), "REPORT_OUTPUT_IN_TARGET");
  assert.equal(await code(...report, "--out", "audit", "--escrow", "audit/who.json"), "ESCROW_INVALID");
  writeFileSync(join(cwd, "who.json"), '{"mine": true}');
  assert.equal(await code(...report, "--out", "audit", "--escrow", "who.json"), "ESCROW_INVALID");
  assert.deepEqual([existsSync(join(cwd, "audit")), existsSync(join(cwd, "model/audit"))], [false, false]);
});

test("the escrow is for its owner alone, and used again", async (t) => {
  const cwd = workspace(t);
  const first = await aibom([...sealed, "--escrow", "who.json"], { cwd });
  assert.equal(first.code, 0, first.stderr);
  assert.equal(statSync(join(cwd, "who.json")).mode & 0o777, 0o600);
  const salt = () => JSON.parse(readFileSync(join(cwd, "who.json"), "utf8")).salt;
  const before = salt();
  assert.equal((await aibom([...sealed, "--escrow", "who.json", "--replace"], { cwd })).code, 0);
  assert.equal(salt(), before);
});

test("the seal is stamped, then renewed online and over an air gap; a seal of another folder is not", async (t) => {
  const cwd = workspace(t);
  const run = (...args: readonly string[]) => aibom(args, { cwd });
  const url = await startService(t, (body) => timestampReply(stamp(body)));
  const made = await run(...sealed, "--timestamp", url);
  assert.equal(made.code, 0, made.stderr);
  assert.deepEqual(sealFiles(cwd), ["statement.sigstore.json", "token.tsr"]);
  const before = readFileSync(join(cwd, "audit/tagmanifest-sha256.txt"));

  const online = await run("report", "renew", "audit", "--url", url);
  assert.equal(online.code, 0, online.stderr);
  const asked = await run("report", "renew", "audit", "--request", "renewal.tsq");
  assert.equal(asked.code, 0, asked.stderr);
  writeFileSync(join(cwd, "renewal.tsr"), timestampReply(stamp(readFileSync(join(cwd, "renewal.tsq")))).body);
  const carried = await run("report", "renew", "audit", "--token", "renewal.tsr", "--request", "renewal.tsq");
  assert.equal(carried.code, 0, carried.stderr);
  assert.deepEqual(sealFiles(cwd), [
    "renewal-1.tsr",
    "renewal-2.tsr",
    "statement.sigstore.json",
    "token.tsr",
  ]);
  assert.deepEqual(readFileSync(join(cwd, "audit/tagmanifest-sha256.txt")), before);
  const checked = await run("report", "verify", "audit", "--expect-signer", "auditor");
  assert.equal(checked.code, 0, checked.stdout);
  assert.equal(checked.stdout.match(/^ok +seal\.renewal/gm)?.length, 2);

  const twice = await run("report", "renew", "audit", "--token", "renewal.tsr");
  assert.equal(errorCode(twice), "SIGNER_TIMESTAMP");
  writeFileSync(join(cwd, "audit/seal/renewal-1.tsr"), readFileSync(join(cwd, "audit/seal/renewal-2.tsr")));
  assert.equal(errorCode(await run("report", "renew", "audit", "--url", url)), "SIGNER_TIMESTAMP");
  writeFileSync(join(cwd, "audit/tagmanifest-sha256.txt"), "");
  assert.equal(errorCode(await run("report", "renew", "audit", "--url", url)), "REPORT_RENEWAL_REFUSED");
  assert.equal(sealFiles(cwd).length, 4);
});

test("a seal without a time stamp is not renewed, and says how to get one", async (t) => {
  const cwd = workspace(t);
  assert.equal((await aibom(sealed, { cwd })).code, 0);
  const refused = await aibom(["report", "renew", "audit", "--request", "x.tsq"], { cwd });
  assert.equal(errorCode(refused), "REPORT_RENEWAL_REFUSED");
  assert.match(refused.stderr, /audit\/seal\/statement\.sigstore\.json/);
});

test("two folders compared: what changed, --fail-on, a record that was changed, no folder", async (t) => {
  const cwd = workspace(t);
  const run = (...args: readonly string[]) => aibom(args, { cwd });
  assert.equal((await run(...sealed)).code, 0);
  rmSync(join(cwd, "model/model.sig"));
  assert.equal((await run("report", "model", "--key", "auditor.key", "--out", "later")).code, 1);
  const same = await run("report", "diff", "audit", "audit", "--fail-on", "any");
  assert.equal(same.code, 0, same.stderr);
  const diff = await run("report", "diff", "audit", "later", "--format", "markdown", "--fail-on", "signer");
  assert.equal(diff.code, 1, diff.stderr);
  assert.match(diff.stdout, /^\| verdict \| .* \| allow \| deny \|$/m);
  assert.equal((await run("report", "diff", "audit", "later", "--fail-on", "trust-root")).code, 0);
  const record = join(cwd, "later/data/record.json");
  writeFileSync(record, readFileSync(record, "utf8").replace('"deny"', '"allow"'));
  assert.equal(errorCode(await run("report", "diff", "audit", "later")), "REPORT_FILE_CHANGED");
  assert.equal(errorCode(await run("report", "diff", "audit", "model")), "REPORT_NOT_A_FOLDER");
});

test("one file instead of a folder: the same files, and never over something else", async (t) => {
  const cwd = workspace(t);
  const archive = ["report", "model", "--key", "auditor.key", "--out", "audit.tar.zst"];
  const at = ["--at", "2026-11-20T00:00:00Z"];
  const made = await aibom([...archive, ...at], { cwd });
  assert.equal(made.code, 0, made.stderr);
  const { stdout } = await aibom(["report", "verify", "audit.tar.zst"], { cwd });
  assert.doesNotMatch(stdout, /^FAIL/m);
  assert.equal((await aibom([...archive, "--replace"], { cwd })).code, 0);
  const renewal = await aibom(["report", "renew", "audit.tar.zst", "--request", "x.tsq"], { cwd });
  assert.equal(errorCode(renewal), "REPORT_NOT_A_FOLDER");
  writeFileSync(join(cwd, "audit.tar.zst"), "not ours");
  assert.equal(errorCode(await aibom([...archive, "--replace"], { cwd })), "REPORT_OUTPUT_NOT_EMPTY");
  const backup = zstdCompressSync("somebody's only copy");
  writeFileSync(join(cwd, "audit.tar.zst"), backup);
  assert.equal(errorCode(await aibom([...archive, "--replace"], { cwd })), "REPORT_OUTPUT_NOT_EMPTY");
  assert.deepEqual(readFileSync(join(cwd, "audit.tar.zst")), backup);
});
