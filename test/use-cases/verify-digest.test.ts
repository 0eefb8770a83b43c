// SPDX-License-Identifier: Apache-2.0
// Targets given by their digest: what rests on digests can be verified, what needs the content cannot.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { AibomError } from "../../src/errors.ts";
import { addIdentity, createTrustRoot, emptyTrustDocument, saveTrustRoot } from "../../src/trust/edit.ts";
import { verify } from "../../src/verify.ts";
import type { VerifyOptions } from "../../src/verify-options.ts";
import { at, sha256, signAny, testKey } from "../signers/signing.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const hex = sha256("weights");
const target = `sha256:${hex}`;
const predicateType = "https://example.com/checked/v1";

async function material(t: TestContext) {
  const directory = temporaryDirectory(t);
  const key = testKey();
  const trustRoot = join(directory, "trust");
  createTrustRoot(trustRoot);
  const identity = { name: "checker", publicKey: key.publicPem, usages: ["statement"] } as const;
  saveTrustRoot(trustRoot, addIdentity(emptyTrustDocument, identity));
  const statement = {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: "w", digest: { sha256: hex } }],
    predicateType,
    predicate: {},
  };
  const attestation = join(directory, "w.sigstore.json");
  writeFileSync(attestation, await signAny(statement, key.signer));
  const policy = join(directory, "policy.yaml");
  const rule = `{ id: checked, kind: attestation, predicateType: "${predicateType}", signers: [checker] }`;
  writeFileSync(policy, `apiVersion: aibom/policy/v1\nname: p\nrules: [${rule}]\n`);
  const run = (of: string, options: Partial<VerifyOptions> = {}) =>
    verify([of], { trustRoot, at, attestations: [attestation], ...options });
  return { directory, policy, run };
}

test("an attestation about the digest passes a rule that asks for it, and the verdict says what was not read", async (t) => {
  const { policy, run } = await material(t);
  const verdict = await run(target, { policy });
  assert.equal(verdict.outcome, "allow");
  assert.deepEqual(verdict.evidence.map((each) => (each.kind === "package" ? undefined : each.covers))[0], [
    target,
  ]);
  assert.deepEqual(
    verdict.skipped.map(({ check }) => check),
    [`bytes of ${target}`],
  );
});

test("a rule that needs the content is undecided, never passed", async (t) => {
  const { directory, run } = await material(t);
  for (const rule of ["kind: content", "kind: complete", "kind: format, deny: [pickle]"]) {
    const policy = join(directory, "content.yaml");
    writeFileSync(policy, `apiVersion: aibom/policy/v1\nname: p\nrules: [{ id: r, ${rule} }]\n`);
    assert.equal((await run(target, { policy })).outcome, "undecided", rule);
  }
  // The baseline asks for a model signature, which an attestation is not.
  assert.equal((await run(target)).outcome, "deny");
});

test("another digest, or another spelling of it, is something else", async (t) => {
  const { policy, run } = await material(t);
  assert.equal((await run(`sha256:${sha256("other")}`, { policy })).outcome, "deny");
  for (const wrong of [target.toUpperCase(), `sha256:${hex.slice(1)}`, `md5:${hex}`, hex]) {
    await assert.rejects(run(wrong, { policy }), { code: "SOURCE_NOT_FOUND" });
  }
});

test("without anything signed nothing can be said", async (t) => {
  const { policy, run } = await material(t);
  await assert.rejects(
    run(target, { policy, attestations: [] }),
    (error) => error instanceof AibomError && error.code === "DIGEST_TARGET_UNSIGNED",
  );
});

test("a file of that name is a file", async (t) => {
  const { directory, policy, run } = await material(t);
  mkdirSync(join(directory, "in"));
  const path = join(directory, "in", target);
  writeFileSync(path, "something else");
  assert.equal((await run(path, { policy })).outcome, "deny");
});
