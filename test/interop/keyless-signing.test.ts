// SPDX-License-Identifier: Apache-2.0
// Keyless signatures on a private Sigstore made of the real servers. The control comes first: cosign and the
// Python clients agree with each other there, so that a disagreement with us is ours.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { aibom, errorCode, type RunResult } from "../cli/run-aibom.ts";
import { emailClaims, workflowClaims, workflowUrl } from "./claims.ts";
import { makeModel } from "./model.ts";
import { reference, referenceIsMissing } from "./reference.ts";
import { type SigstoreStack, stackIsMissing, startSigstoreStack } from "./sigstore-stack.ts";

const skip = stackIsMissing || referenceIsMissing;

let stack: SigstoreStack;
before(async () => {
  if (skip === false) {
    stack = await startSigstoreStack();
  }
});
after(() => stack?.stop());

/** Two kinds of identity: a person's e-mail address, a workflow's URI. */
const identities = {
  email: { claims: emailClaims("release@example.com"), name: "release@example.com" },
  workflow: {
    claims: workflowClaims("example/llama", "release.yml"),
    name: `${workflowUrl}/example/llama/.github/workflows/release.yml@refs/tags/v1`,
  },
} as const;
type IdentityKind = keyof typeof identities;
const kinds = Object.keys(identities) as IdentityKind[];

const tokenOf = (kind: IdentityKind): string => stack.issuer.token(kind, identities[kind].claims);

const cosignExpects = (kind: IdentityKind, name: string = identities[kind].name) => [
  ...["--trusted-root", stack.trustedRoot, "--certificate-identity", name],
  ...["--certificate-oidc-issuer", stack.issuer.url(kind)],
];

/** aibom signs keyless, with the token in a file. */
function aibomSigns(cwd: string, target: string, kind: IdentityKind, config: string): Promise<RunResult> {
  const token = join(cwd, `token-${kind}`);
  writeFileSync(token, `${tokenOf(kind)}\n`, { mode: 0o600 });
  const keyless = ["--method", "keyless", "--online", "--signing-config", config, "--identity-token", token];
  return aibom(["sign", target, ...keyless], { cwd });
}

/** A directory with a trust root that trusts the stack, and in it one identity. */
async function trusting(name: string, kind: IdentityKind): Promise<string> {
  const cwd = join(stack.directory, name);
  mkdirSync(cwd);
  for (const args of [
    ["init"],
    ["trust", "import", stack.trustedRoot, "--name", "private", "--time-threshold", "1"],
    [
      ...["trust", "add", "release", "--authority", "private", "--identity", identities[kind].name],
      ...["--issuer", stack.issuer.url(kind)],
    ],
  ]) {
    const { code, stderr } = await aibom(args, { cwd });
    assert.equal(code, 0, stderr);
  }
  return cwd;
}

for (const kind of kinds) {
  test(`${kind}: aibom signs a model; aibom, cosign and the reference implementation verify`, {
    skip,
  }, async () => {
    const cwd = await trusting(`model-${kind}`, kind);
    const model = makeModel(join(cwd, "model"));
    const signature = join(model, "model.sig");
    const signed = await aibomSigns(cwd, "model", kind, stack.clientTrustConfig);
    assert.equal(signed.code, 0, signed.stderr);
    assert.ok(signed.stderr.replaceAll("\n", " ").includes(identities[kind].name), signed.stderr);
    assert.ok(
      !readFileSync(signature, "utf8").includes(readFileSync(join(cwd, `token-${kind}`), "utf8").trim()),
    );

    const good = await aibom(["verify", "model"], { cwd });
    assert.equal(good.code, 0, good.stdout + good.stderr);
    const referenceVerifies = (name: string) =>
      reference([
        ...["verify", "sigstore", model, "--signature", signature, "--identity", name],
        ...["--identity_provider", stack.issuer.url(kind), "--trust_config", stack.clientTrustConfig],
      ]);
    const theirs = await referenceVerifies(identities[kind].name);
    assert.equal(theirs.code, 0, theirs.stdout + theirs.stderr);
    assert.notEqual((await referenceVerifies("somebody@example.com")).code, 0);
    const { payload } = JSON.parse(readFileSync(signature, "utf8")).dsseEnvelope;
    const [subject] = JSON.parse(Buffer.from(payload, "base64").toString()).subject;
    const cosign = await stack.cosign.run([
      ...["verify-blob-attestation", "--bundle", signature, ...cosignExpects(kind)],
      ...["--type", "https://model_signing/signature/v1.0"],
      ...["--digestAlg", "sha256", "--digest", subject.digest.sha256],
    ]);
    assert.equal(cosign.code, 0, cosign.stderr);

    writeFileSync(join(model, "a/b"), "x");
    assert.equal((await aibom(["verify", "model"], { cwd })).code, 1);
    assert.notEqual((await referenceVerifies(identities[kind].name)).code, 0);
  });
}

test("aibom signs a BOM; cosign and aibom verify, and notice each change", { skip }, async () => {
  const cwd = await trusting("bom", "workflow");
  makeModel(join(cwd, "model"));
  assert.equal((await aibomSigns(cwd, "model", "workflow", stack.signingConfig)).code, 0);
  assert.equal((await aibom(["inventory", "model", "-o", "aibom.cdx.json"], { cwd })).code, 0);
  const signed = await aibomSigns(cwd, "aibom.cdx.json", "workflow", stack.signingConfig);
  assert.equal(signed.code, 0, signed.stderr);
  const bom = join(cwd, "aibom.cdx.json");
  const bundle = `${bom}.sigstore.json`;
  const cosignVerifies = (name?: string) =>
    stack.cosign.run([
      ...["verify-blob-attestation", "--bundle", bundle, ...cosignExpects("workflow", name)],
      ...["--type", "https://cyclonedx.org/bom", bom],
    ]);
  const theirs = await cosignVerifies();
  assert.equal(theirs.code, 0, theirs.stderr);
  assert.equal((await cosignVerifies("somebody@example.com")).code, 1);
  const verify = () => aibom(["verify", "model", "--bom", "aibom.cdx.json"], { cwd });
  const good = await verify();
  assert.match(good.stdout, /release/);
  assert.equal(good.code, 0, good.stdout + good.stderr);

  const { signatures } = JSON.parse(readFileSync(bundle, "utf8")).dsseEnvelope;
  const flipped = Buffer.from(signatures[0].sig, "base64");
  flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
  const original = readFileSync(bundle, "utf8");
  writeFileSync(bundle, original.replace(signatures[0].sig, flipped.toString("base64")));
  assert.equal((await verify()).code, 1);
  writeFileSync(bundle, original);
  writeFileSync(bom, readFileSync(bom, "utf8").replace('"version": 1', '"version": 2'));
  assert.equal((await verify()).code, 1);
});

test("a forged token is Fulcio's to refuse; nothing is written", { skip }, async () => {
  const cwd = join(stack.directory, "refused");
  mkdirSync(cwd);
  makeModel(join(cwd, "model"));
  const parts = tokenOf("email").split(".");
  // Another last letter may be the same bytes; the first cannot.
  const forged = `${parts[0]}.${parts[1]}.${parts[2]?.startsWith("A") ? "B" : "A"}${parts[2]?.slice(1)}`;
  const result = await aibom(
    ["sign", "model", "--method", "keyless", "--online", "--signing-config", stack.signingConfig],
    { cwd, env: { SIGSTORE_ID_TOKEN: forged } },
  );
  assert.equal(result.code, 3, result.stderr);
  assert.equal(errorCode(result), "FETCH_STATUS");
  assert.ok(!result.stderr.includes(forged));
  assert.throws(() => readFileSync(join(cwd, "model/model.sig")));
});
