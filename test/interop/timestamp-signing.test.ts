// SPDX-License-Identifier: Apache-2.0
// Time stamps of real authorities (openssl ts, Sigstore's timestamp-server) over signatures of ours, and openssl's
// opinion of what we put into the bundle.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { aibom } from "../cli/run-aibom.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { makeModel } from "./model.ts";
import { startOpensslTsa } from "./openssl-tsa.ts";
import { stackIsMissing, startSigstoreStack } from "./sigstore-stack.ts";
import { missingPrograms } from "./tools.ts";

interface Clock {
  readonly url: string;
  readonly chain: string;
}

/** Signs with a key, has the signature stamped at signing and again later, and checks both times. */
async function stampTwice(cwd: string, { url, chain }: Clock): Promise<void> {
  makeModel(join(cwd, "model"));
  for (const args of [
    ["init"],
    ["keygen", "--out", "release.key", "--no-passphrase"],
    ["trust", "add", "release", "--key", "release.pub"],
    ["trust", "import", chain, "--kind", "tsa", "--name", "clock"],
    ["sign", "model", "--key", "release.key", "--timestamp", url],
    ["timestamp", "model/model.sig", "--url", url],
  ]) {
    const { code, stderr } = await aibom(args, { cwd });
    assert.equal(code, 0, stderr);
  }
  const verified = await aibom(["verify", "model"], { cwd });
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  assert.match(verified.stdout, /proven by\s+clock/);
  const bundle = JSON.parse(readFileSync(join(cwd, "model/model.sig"), "utf8"));
  const stamps = bundle.verificationMaterial.timestampVerificationData.rfc3161Timestamps;
  assert.equal(stamps.length, 2);
  writeFileSync(join(cwd, "signature"), Buffer.from(bundle.dsseEnvelope.signatures[0].sig, "base64"));
  for (const { signedTimestamp } of stamps) {
    writeFileSync(join(cwd, "reply.tsr"), Buffer.from(signedTimestamp, "base64"));
    const args = [
      "ts",
      "-verify",
      "-data",
      "signature",
      "-in",
      "reply.tsr",
      "-CAfile",
      chain,
      "-untrusted",
      chain,
    ];
    assert.match(execFileSync("openssl", args, { cwd, stdio: "pipe" }).toString(), /Verification: OK/);
  }
}

test("openssl ts", { skip: missingPrograms("openssl") }, async (t) => {
  const cwd = temporaryDirectory(t);
  const authority = await startOpensslTsa(cwd);
  t.after(() => authority.stop());
  await stampTwice(cwd, authority);
  // The way over an air gap: the authority answers a file.
  assert.equal((await aibom(["timestamp", "model/model.sig", "--request", "m.tsq"], { cwd })).code, 0);
  writeFileSync(join(cwd, "m.tsr"), await authority.reply(readFileSync(join(cwd, "m.tsq"))));
  const added = await aibom(["timestamp", "model/model.sig", "--token", "m.tsr", "--request", "m.tsq"], {
    cwd,
  });
  assert.equal(added.code, 0, added.stderr);
});

test("timestamp-server", { skip: stackIsMissing }, async (t) => {
  const stack = await startSigstoreStack();
  t.after(() => stack.stop());
  await stampTwice(temporaryDirectory(t), { url: stack.urls.timestamp, chain: stack.keys.timestampChain });
});
