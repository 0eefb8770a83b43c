// SPDX-License-Identifier: Apache-2.0
// Replays of verdicts that rest on attestations and on waivers: with the same files the same bytes, in any order; without one of
// them, or with another in its place, never.

import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileManifest } from "../../src/bom/file-manifest.ts";
import { inventory } from "../../src/inventory.ts";
import { type Replay, replay } from "../../src/replay.ts";
import { jsonReporter } from "../../src/report/reporters/json.ts";
import { signPolicy } from "../../src/sign-policy.ts";
import { loadSigner } from "../../src/signers/load-signer.ts";
import type { Signer } from "../../src/signers/signer.ts";
import { signStatement } from "../../src/signers/statement-bundle.ts";
import { addIdentity, saveTrustRoot } from "../../src/trust/edit.ts";
import { loadTrustRoot } from "../../src/trust/load.ts";
import { verify } from "../../src/verify.ts";
import type { VerifyOptions } from "../../src/verify-options.ts";
import { waive } from "../../src/waive.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { at, signedRelease, writeKey } from "./release.ts";

const predicateType = "https://example.com/evaluation/v1";

async function setting(t: TestContext) {
  const made = await signedRelease(temporaryDirectory(t));
  const { directory, trustRoot } = made;
  const [target = ""] = made.targets;
  const officer = writeKey(directory, "officer");
  const root = loadTrustRoot(trustRoot).document;
  const named = { name: "officer", publicKey: officer.publicPem, usages: ["policy", "statement"] } as const;
  saveTrustRoot(trustRoot, addIdentity(root, named));
  const key = { kind: "key", key: officer.path } as const;
  const policy = join(directory, "policy.yaml");
  writeFileSync(
    policy,
    [
      "apiVersion: aibom/policy/v1",
      "name: gate",
      "rules:",
      `  - { id: evaluated, kind: attestation, predicateType: "${predicateType}", signers: [officer] }`,
      "  - { id: no-gguf, kind: format, deny: [gguf] }",
      "",
    ].join("\n"),
  );
  writeFileSync(`${policy}.sigstore.json`, (await signPolicy(policy, { signer: key, at })).bundle);
  const signer = (await loadSigner(key, at)) as Signer;
  const [artifact] = await inventory([target]);
  assert.ok(artifact);
  const attest = async (name: string, score: number): Promise<string> => {
    const statement = {
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ name: "tiny-gguf", digest: { sha256: fileManifest(artifact.files).hex } }],
      predicateType,
      predicate: { score },
    };
    const path = join(directory, name);
    writeFileSync(path, await signStatement(Buffer.from(JSON.stringify(statement)), signer, 1 << 20));
    return path;
  };
  const waiveFor = async (name: string, ticket: string): Promise<string> => {
    const options = { policy, rule: "no-gguf", isFile: false, reason: "converted next week", ticket };
    const notAfter = new Date("2026-08-01T00:00:00Z");
    const { bundle } = await waive(target, { signer: key, at, notAfter, ...options });
    const path = join(directory, name);
    writeFileSync(path, bundle);
    return path;
  };
  const again = async (options: Partial<VerifyOptions>, change: Partial<VerifyOptions>): Promise<Replay> => {
    const given = { trustRoot, policy, bom: made.bom, ...options };
    const verdict = await verify([target], { ...given, at });
    const path = join(directory, "verdict.json");
    writeFileSync(path, jsonReporter.render(verdict));
    return replay(path, [target], { ...given, ...change });
  };
  return { attest, waiveFor, again };
}

test("attestations: the same files in any order give the same bytes", async (t) => {
  const { attest, waiveFor, again } = await setting(t);
  const [first, second] = [await attest("a.json", 1), await attest("b.json", 2)];
  const waivers = [await waiveFor("w.json", "SEC-1")];
  const both = await again({ attestations: [first, second], waivers }, { attestations: [second, first] });
  assert.equal(both.verdict.outcome, "allow");
  assert.deepEqual([both.isSame, both.difference], [true, undefined]);
});

test("attestations: without one, or with another in its place, the replay differs and says where", async (t) => {
  const { attest, waiveFor, again } = await setting(t);
  const [first, second] = [await attest("a.json", 1), await attest("b.json", 2)];
  const options = { attestations: [first], waivers: [await waiveFor("w.json", "SEC-1")] };
  const without = await again(options, { attestations: [] });
  assert.equal(without.verdict.outcome, "deny");
  assert.equal(without.isSame, false);
  assert.equal(without.difference, "/verdict");
  const more = await again(options, { attestations: [first, second] });
  assert.equal(more.verdict.outcome, "allow");
  assert.equal(more.isSame, false, "evidence that was not there is not passed over");
  const other = await again(options, { attestations: [second] });
  assert.equal(other.isSame, false);
  assert.match(other.difference ?? "", /^\/evidence\/\d+\/signature$/);
  rmSync(first);
  await assert.rejects(again(options, {}), { code: "SOURCE_NOT_FOUND" });
});

test("waivers: the same give the same bytes; none, more and others are other inputs", async (t) => {
  const { attest, waiveFor, again } = await setting(t);
  const attestations = [await attest("a.json", 1)];
  const [waiver, other] = [await waiveFor("w.json", "SEC-1"), await waiveFor("v.json", "SEC-2")];
  const options = { attestations, waivers: [waiver] };
  const same = await again(options, {});
  assert.deepEqual([same.isSame, same.verdict.outcome], [true, "allow"]);
  for (const waivers of [[], [other], [waiver, other]]) {
    await assert.rejects(again(options, { waivers }), { code: "REPLAY_INPUT_DIFFERS", message: /waivers/ });
  }
  // A verdict of deny is replayed, too, and a waiver that comes later does not turn it.
  const denied = await again({ attestations }, {});
  assert.deepEqual([denied.isSame, denied.verdict.outcome], [true, "deny"]);
  await assert.rejects(again({ attestations }, { waivers: [waiver] }), { code: "REPLAY_INPUT_DIFFERS" });
});
