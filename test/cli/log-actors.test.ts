// SPDX-License-Identifier: Apache-2.0
// Who signs the entries of commands that make signatures and time stamps: the key that worked, else the log's own.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { stringify } from "yaml";
import { createLogWithKey, openLog, readEntries } from "../../src/custody-log.ts";
import { loadPrivateKey } from "../../src/signers/key.ts";
import { stamp, startService, timestampReply } from "../signers/services.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { writeKey } from "../use-cases/release.ts";
import { aibom, errorCode } from "./run-aibom.ts";

const policyText = stringify({
  apiVersion: "aibom/policy/v1",
  name: "p",
  mode: "enforce",
  rules: [{ id: "signed", kind: "signature", signers: ["nobody"] }],
});

test("policies, time stamps and authorities are logged before their files are written, by whose key there is", async (t) => {
  const cwd = temporaryDirectory(t);
  const file = (name: string): string => join(cwd, name);
  const good = async (...args: readonly string[]): Promise<void> => {
    const { code, stderr } = await aibom(args, { cwd });
    assert.equal(code, 0, stderr);
  };
  const hash = (name: string): string =>
    createHash("sha256")
      .update(readFileSync(file(name)))
      .digest("hex");
  mkdirSync(file(".aibom/trust"), { recursive: true });
  await createLogWithKey(file(".aibom/log"), {});
  const { path: key } = writeKey(cwd, "security");
  writeFileSync(file("policy.yaml"), policyText);
  writeFileSync(file("report.pdf"), "the report\n");
  const url = await startService(t, (body) => timestampReply(stamp(body)));

  await good("policy", "sign", "policy.yaml", "--key", key);
  const bundle = "policy.yaml.sigstore.json";
  const unstamped = hash(bundle);
  await good("timestamp", bundle, "--url", url);
  await good("timestamp", "report.pdf", "--url", url, "-o", "report.tsr");
  await good("tsa", "init", "--out", "tsa", "--no-passphrase");
  await good("timestamp", "report.pdf", "--detached", "--request", "asked.tsq");

  const { keyId } = loadPrivateKey(key);
  const log = openLog(file(".aibom/log"));
  const shown = await readEntries(log, 0, log.checkpoint.size);
  assert.deepEqual(
    shown.map(({ entry: { type, actor, subject, outputs } }) => [
      type,
      actor.authenticated?.keyId,
      subject[0]?.digest["sha256"],
      outputs[0]?.digest["sha256"],
    ]),
    [
      ["sign", keyId, hash("policy.yaml"), unstamped],
      ["timestamp", undefined, unstamped, hash(bundle)],
      ["timestamp", undefined, hash("report.pdf"), hash("report.tsr")],
      ["time-authority", undefined, hash("tsa/chain.pem"), hash("tsa/chain.pem")],
    ],
  );
  assert.equal(shown[0]?.entry.policy?.name, "p");

  // What cannot be logged is not done.
  writeFileSync(file(".aibom/log/tile/0/000.p/4"), Buffer.alloc(128, 7));
  const before = hash(bundle);
  for (const [args, unwritten] of [
    [["policy", "sign", "policy.yaml", "--key", key, "-o", "p2.sigstore.json"], "p2.sigstore.json"],
    [["timestamp", bundle, "--url", url], undefined],
    [["timestamp", "report.pdf", "--url", url, "-o", "again.tsr"], "again.tsr"],
    [["tsa", "init", "--out", "tsa2", "--no-passphrase"], "tsa2"],
  ] as const) {
    const result = await aibom(args, { cwd });
    assert.deepEqual([result.code, errorCode(result)], [1, "CUSTODY_LOG_DAMAGED"], args.join(" "));
    assert.ok(unwritten === undefined || !existsSync(file(unwritten)), unwritten);
  }
  assert.equal(hash(bundle), before);
});
