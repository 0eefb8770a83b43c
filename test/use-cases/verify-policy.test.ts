// SPDX-License-Identifier: Apache-2.0
// The policy's part of a verification, from files: environments, trust root, packs, names.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { signPolicy } from "../../src/sign-policy.ts";
import { addIdentity, saveTrustRoot } from "../../src/trust/edit.ts";
import { loadTrustRoot } from "../../src/trust/load.ts";
import { waive } from "../../src/waive.ts";
import { aibom } from "../cli/run-aibom.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { at, codesOf, type Release, signedRelease, writeKey } from "./release.ts";

const head = "apiVersion: aibom/policy/v1\nname: test\n";
const signed = "rules: [{ id: signed, kind: signature, signers: any }]\n";
const sha256 = (bytes: Uint8Array | string) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

async function release(t: TestContext): Promise<Release> {
  return signedRelease(temporaryDirectory(t));
}

function write({ directory }: Release, text: string, name = "policy.yaml"): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

test("a policy bound to a trust root is used with no other", async (t) => {
  const made = await release(t);
  const digest = sha256(readFileSync(join(made.trustRoot, "trust.json")));
  const bound = write(made, `${head}trustRoot: ${digest}\n${signed}`);
  assert.equal((await made.verify({ policy: bound })).outcome, "allow");
  const other = write(made, `${head}trustRoot: ${sha256("")}\n${signed}`);
  await assert.rejects(made.verify({ policy: other }), { code: "POLICY_TRUST_ROOT_DIFFERS" });
});

test("packs are read beside the policy, by digest", async (t) => {
  const made = await release(t);
  mkdirSync(join(made.directory, "packs"));
  const pack = `${head}rules: [{ id: weights, kind: format, deny: [pickle] }]\n`;
  write(made, pack, "packs/a.yaml");
  const policy = write(made, `${head}packs: [{ path: packs/a.yaml, digest: "${sha256(pack)}" }]\n${signed}`);
  const verdict = await made.verify({ policy });
  assert.deepEqual(
    [verdict.outcome, verdict.rules.map(({ rule }) => rule)],
    ["allow", ["weights", "signed"]],
  );
  write(made, `${pack}# changed\n`, "packs/a.yaml");
  await assert.rejects(made.verify({ policy }), { code: "POLICY_PACK_CHANGED" });
});

test("a misspelt signer is in the verdict, a misspelt claim is an error", async (t) => {
  const made = await release(t);
  const signer = write(made, `${head}rules: [{ id: s, kind: signature, signers: [relaese, release] }]\n`);
  const verdict = await made.verify({ policy: signer });
  assert.equal(verdict.outcome, "allow");
  assert.ok(codesOf(verdict).has("POLICY_SIGNER_UNKNOWN"));
  const claim = write(
    made,
    `${head}rules: [{ id: a, kind: attestation, signers: any, predicateType: https://slsa.dev/provenance/v1, claims: { slsa.builder.i: x } }]\n`,
  );
  await assert.rejects(made.verify({ policy: claim }), { code: "POLICY_UNKNOWN_NAME" });
});

test("a property that the BOM gives selects the artifact", async (t) => {
  const made = await release(t);
  const scope = "scope: { property: { name: aibom:artifact:kind } }";
  const document = JSON.parse(readFileSync(made.bom, "utf8"));
  const names = document.components[0].properties.map((each: { name: string }) => each.name);
  const policy = write(
    made,
    `${head}rules: [{ id: s, kind: signature, signers: any, ${scope.replace("aibom:artifact:kind", names[0])} }]\n`,
  );
  assert.equal((await made.verify({ policy })).rules[0]?.status, "pass");
  const { bom: _, ...without } = made;
  assert.equal(_, made.bom);
  assert.equal((await without.verify({ policy, bom: undefined as never })).outcome, "deny");
});

/** A release whose trust root names who signs policies. */
async function withOfficer(t: TestContext) {
  const made = await release(t);
  const { path: officer, publicPem } = writeKey(made.directory, "officer");
  const { document } = loadTrustRoot(made.trustRoot);
  const added = addIdentity(document, { name: "officer", publicKey: publicPem, usages: ["policy"] });
  saveTrustRoot(made.trustRoot, added);
  const sign = async (path: string, key = officer) => {
    const { bundle } = await signPolicy(path, { signer: { kind: "key", key }, at });
    writeFileSync(`${path}.sigstore.json`, bundle);
  };
  return { ...made, officer, sign };
}

test("where the trust root names who signs policies, only signed ones count, and nothing of others is read", async (t) => {
  const made = await withOfficer(t);
  const policy = write(made, head + signed);
  await assert.rejects(made.verify({ policy }), { code: "POLICY_UNSIGNED" });
  await made.sign(policy);
  const verdict = await made.verify({ policy });
  assert.deepEqual([verdict.outcome, verdict.inputs.policy.signer?.identity], ["allow", "officer"]);
  write(made, `${head}${signed}# changed\n`);
  await assert.rejects(made.verify({ policy }), {
    code: "POLICY_SIGNATURE_REFUSED",
    message: /POLICY_SIGNATURE_OTHER/,
  });
  write(made, "{{ not even YAML");
  await assert.rejects(made.verify({ policy }), { code: "POLICY_SIGNATURE_REFUSED" });
  write(made, head + signed);
  // Somebody whom the trust root knows, and who may not.
  await made.sign(policy, made.key);
  await assert.rejects(made.verify({ policy }), {
    code: "POLICY_SIGNATURE_REFUSED",
    message: /TRUST_USAGE_NOT_ALLOWED/,
  });
  // A waiver, or a signature of something else, is no signature of a policy.
  const bundle = `${made.bom}.sigstore.json`;
  await assert.rejects(made.verify({ policy, policySignature: bundle }), {
    code: "POLICY_SIGNATURE_REFUSED",
  });
  // The built-in policy is part of the program.
  assert.equal((await made.verify()).outcome, "allow");
});

test("a waiver's signature does not sign a policy, nor the other way round", async (t) => {
  const made = await withOfficer(t);
  const policy = write(made, head + signed);
  await made.sign(policy);
  const verdict = await made.verify({ policy, waivers: [`${policy}.sigstore.json`] });
  assert.ok(codesOf(verdict).has("WAIVER_NOT_APPLIED"));
  const { bundle } = await waive(
    `sha256:${createHash("sha256")
      .update(head + signed)
      .digest("hex")}`,
    {
      signer: { kind: "key", key: made.officer },
      at,
      policy,
      rule: "signed",
      isFile: true,
      reason: "r",
      ticket: "t",
      notAfter: new Date(at.getTime() + 1000),
    },
  );
  writeFileSync(`${policy}.sigstore.json`, bundle);
  await assert.rejects(made.verify({ policy }), { code: "POLICY_SIGNATURE_REFUSED" });
});

test("an older version than the trust root wants is refused, signed or not", async (t) => {
  const made = await release(t);
  const run = await aibom([
    "trust",
    "policy",
    "test",
    "--minimum-version",
    "4",
    "--trust-root",
    made.trustRoot,
  ]);
  assert.equal(run.code, 0, run.stderr);
  for (const [version, expected] of [
    ["version: 3\n", "POLICY_ROLLED_BACK"],
    ["", "POLICY_ROLLED_BACK"],
    ["version: 4\n", "allow"],
    ["version: 5\n", "allow"],
  ] as const) {
    const policy = write(made, `${head}${version}${signed}`);
    const outcome = await made.verify({ policy }).then(
      (verdict) => verdict.outcome,
      (error) => error.code,
    );
    assert.equal(outcome, expected, version);
  }
  const other = write(made, `${head.replace("test", "other")}${signed}`);
  assert.equal((await made.verify({ policy: other })).outcome, "allow");
  assert.match((await aibom(["trust", "list", "--trust-root", made.trustRoot])).stdout, /test {2,}4/);
});

test("the sign command checks the policy first and writes beside it", async (t) => {
  const made = await withOfficer(t);
  const policy = write(made, `${head}version: 2\n${signed}`);
  const run = await aibom(["policy", "sign", policy, "--key", made.officer]);
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stderr, /signed policy test 2/);
  assert.equal((await made.verify({ policy })).outcome, "allow");
  const bad = write(made, `${head}ruels: []\n`, "bad.yaml");
  assert.equal((await aibom(["policy", "sign", bad, "--key", made.officer])).code, 2);
});

test("an audit ends with 0 and says so; enforce and errors do not", async (t) => {
  const made = await release(t);
  const policy = write(
    made,
    `${head}environments: { production: enforce, laboratory: audit }\nrules: [{ id: s, kind: signature, signers: [nobody] }]\n`,
  );
  const run = (...extra: string[]) =>
    aibom(["verify", ...made.targets, "--trust-root", made.trustRoot, "--policy", policy, ...extra]);
  const audit = await run("--env", "laboratory", "--format", `text,json=${join(made.directory, "v.json")}`);
  assert.equal(audit.code, 0, audit.stderr);
  assert.match(audit.stdout, /^DENY {2}\(audit, not enforced\)/);
  const verdict = JSON.parse(readFileSync(join(made.directory, "v.json"), "utf8"));
  assert.deepEqual(verdict.inputs.environment, { name: "laboratory", mode: "audit" });
  assert.equal((await run("--env", "production")).code, 1);
  assert.equal((await run()).code, 2);
  assert.equal((await run("--env", "laboratry")).code, 2);
});
