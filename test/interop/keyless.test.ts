// SPDX-License-Identifier: Apache-2.0
// Keyless signatures on a private Sigstore made of the real servers. The control comes first: cosign and the
// Python clients agree with each other there, so that a disagreement with us is ours.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { emailClaims, workflowClaims, workflowUrl } from "./claims.ts";
import { makeModel } from "./model.ts";
import { reference, referenceIsMissing, sigstorePython } from "./reference.ts";
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

/** Writes a file into the stack's directory. */
function writeArtifact(name: string): string {
  const path = join(stack.directory, name);
  writeFileSync(path, `weights of ${name}\n`);
  return path;
}

const online = () => ["--signing-config", stack.signingConfig, "--trusted-root", stack.trustedRoot];

/** cosign signs a file; answers the path of the bundle. */
async function cosignSigns(artifact: string, kind: IdentityKind): Promise<string> {
  const bundle = `${artifact}.${kind}.json`;
  const args = ["sign-blob", "--yes", "--identity-token", tokenOf(kind), ...online(), "--bundle", bundle];
  const { code, stderr } = await stack.cosign.run([...args, artifact]);
  assert.equal(code, 0, stderr);
  return bundle;
}

const cosignExpects = (kind: IdentityKind, name: string = identities[kind].name) => [
  ...["--trusted-root", stack.trustedRoot, "--certificate-identity", name],
  ...["--certificate-oidc-issuer", stack.issuer.url(kind)],
];

/** The reference implementation signs a model; answers the path of the signature. */
async function referenceSigns(model: string, kind: IdentityKind): Promise<string> {
  const signature = join(model, "model.sig");
  const trust = ["--trust_config", stack.clientTrustConfig, "--identity_token", tokenOf(kind)];
  const { code, stdout, stderr } = await reference([
    ...["sign", "sigstore", model, "--signature", signature, ...trust],
  ]);
  assert.equal(code, 0, stdout + stderr);
  return signature;
}

for (const kind of kinds) {
  test(`control, ${kind}: cosign signs a file, sigstore-python verifies`, { skip }, async () => {
    const artifact = writeArtifact(`control-${kind}.bin`);
    // cosign leaves out the index and the empty proof of a log's first entry, which sigstore-python demands.
    await cosignSigns(writeArtifact(`first-${kind}.bin`), kind);
    const bundle = await cosignSigns(artifact, kind);
    const verify = (name: string) =>
      sigstorePython([
        ...["--trust-config", stack.clientTrustConfig, "verify", "identity", "--bundle", bundle],
        ...["--cert-identity", name, "--cert-oidc-issuer", stack.issuer.url(kind), artifact],
      ]);
    const good = await verify(identities[kind].name);
    assert.equal(good.code, 0, good.stderr);
    const wrong = await verify("somebody@example.com");
    assert.notEqual(wrong.code, 0);
    writeFileSync(artifact, "other weights\n");
    assert.notEqual((await verify(identities[kind].name)).code, 0);
  });

  test(`control, ${kind}: the reference implementation signs a model, cosign verifies`, {
    skip,
  }, async () => {
    const model = makeModel(join(stack.directory, `control-${kind}`));
    const signature = await referenceSigns(model, kind);
    const { payload } = JSON.parse(readFileSync(signature, "utf8")).dsseEnvelope;
    const [subject] = JSON.parse(Buffer.from(payload, "base64").toString()).subject;
    const verify = (name: string) =>
      stack.cosign.run([
        ...["verify-blob-attestation", "--bundle", signature, ...cosignExpects(kind, name)],
        ...["--type", "https://model_signing/signature/v1.0"],
        ...["--digestAlg", "sha256", "--digest", subject.digest.sha256],
      ]);
    const good = await verify(identities[kind].name);
    assert.equal(good.code, 0, good.stderr);
    const wrong = await verify("somebody@example.com");
    assert.equal(wrong.code, 1, wrong.stderr);
  });
}
