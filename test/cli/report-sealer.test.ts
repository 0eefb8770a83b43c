// SPDX-License-Identifier: Apache-2.0
// Who seals a report, as a user meets it: a key that the folder's own verifier would refuse is refused first, one that nobody knows is
// said, and the log names the sealer.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { createLogWithKey, openLog, readEntries } from "../../src/custody-log.ts";
import { addIdentity, emptyTrustDocument, saveTrustRoot } from "../../src/trust/edit.ts";
import { auditedRelease } from "../audit/audited-release.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { type Release, signedRelease, writeKey } from "../use-cases/release.ts";
import { aibom, errorCode, runProgram } from "./run-aibom.ts";

const reportOf = ({ trustRoot, bom }: Release, key: string, ...more: readonly string[]) => [
  ...["report", "tiny-gguf", "--trust-root", trustRoot, "--bom", bom, "--key", key],
  ...["--out", "audit", "--quiet", ...more],
];

test("a key that the trust root knows and does not trust with reports is refused, and nothing is written", async (t) => {
  const cwd = temporaryDirectory(t);
  const release = await signedRelease(cwd);
  const refused = await aibom(reportOf(release, release.key), { cwd });
  assert.deepEqual([refused.code, errorCode(refused)], [2, "REPORT_SEALER_REFUSED"]);
  assert.match(refused.stderr.replaceAll(/\s+/g, " "), /release is trusted for model, bom, not for report/);
  assert.match(
    refused.stderr.replaceAll(/\s+/g, " "),
    /`aibom trust add NAME --key KEY\.pub --usage report`/,
  );
  assert.ok(!existsSync(join(cwd, "audit")));
});

test("a key whose time is over, or is not there yet, is refused", async (t) => {
  const audited = await auditedRelease(temporaryDirectory(t));
  const { path, publicPem } = writeKey(audited.directory, "late");
  for (const window of [{ validUntil: "2020-01-01T00:00:00Z" }, { validFrom: "2999-01-01T00:00:00Z" }]) {
    const trustRoot = join(audited.directory, `trust-${Object.keys(window)[0]}`);
    const identity = { name: "late", publicKey: publicPem, usages: ["report"] as const, ...window };
    mkdirSync(trustRoot);
    saveTrustRoot(trustRoot, addIdentity(emptyTrustDocument, identity));
    const seal = { ...audited.seal, signer: { kind: "key", key: path } as const };
    await assert.rejects(audited.report({ trustRoot, seal }), { code: "REPORT_SEALER_REFUSED" });
  }
});

test("a key that nobody knows seals, and that verifiers need it is said once; the log has it as the actor", async (t) => {
  const cwd = temporaryDirectory(t);
  const release = await signedRelease(cwd);
  const { path, publicPem } = writeKey(cwd, "stranger");
  writeFileSync(join(cwd, "stranger.pub"), publicPem);
  const log = join(cwd, "log");
  await createLogWithKey(log, {});
  const made = await aibom(
    reportOf(release, path, "--log", log).filter((each) => each !== "--quiet"),
    { cwd },
  );
  assert.equal(made.code, 0, made.stderr);
  assert.equal(made.stderr.match(/--expect-key FILE/g)?.length, 1);
  const program = join(cwd, "audit/verify.mjs");
  const alone = await runProgram(process.execPath, [program], { cwd });
  assert.match(alone.stdout, /^not checked seal\.signature/m);
  const told = await runProgram(process.execPath, [program, "--expect-key", "stranger.pub"], { cwd });
  assert.match(told.stdout, /^ok +seal\.signature/m);
  for (const { stdout } of [alone, told]) {
    assert.doesNotMatch(stdout, /^FAIL/m);
  }
  const [shown] = await readEntries(openLog(log), 0, 1);
  const { keyId } = (await import("../../src/signers/key.ts")).loadPrivateKey(path);
  assert.deepEqual([shown?.entry.type, shown?.entry.actor.authenticated?.keyId], ["report", keyId]);
});
