// SPDX-License-Identifier: Apache-2.0
// Keyless signatures on a private Sigstore made of the real servers. The control comes first: cosign and the
// Python clients agree with each other there, so that a disagreement with us is ours. Then what they sign, we
// verify, also when every server is gone.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { temporaryDirectory } from "../temporary-directory.ts";
import { emailClaims, workflowClaims, workflowUrl } from "./claims.ts";
import { expectExit, verdictOf } from "./expect-exit.ts";
import { makeModel } from "./model.ts";
import { authorityExtensions, makeCertificate, openssl, signerExtensions } from "./openssl-ca.ts";
import { samplePredicates } from "./predicates.ts";
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
async function cosignSigns(
  artifact: string,
  kind: IdentityKind,
  ...more: readonly string[]
): Promise<string> {
  const bundle = `${artifact}.${kind}.json`;
  const args = ["sign-blob", "--yes", "--identity-token", tokenOf(kind), ...online(), "--bundle", bundle];
  const { code, stderr } = await stack.cosign.run([...args, ...more, artifact]);
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

/** A directory whose trust root knows the stack under these names, and both identities. */
async function trustingDirectory(t: TestContext, trustedRoot = stack.trustedRoot): Promise<string> {
  const cwd = temporaryDirectory(t);
  await expectExit(cwd, 0, "init");
  await expectExit(cwd, 0, "trust", "import", trustedRoot, "--name", "private");
  for (const kind of kinds) {
    const identity = ["--authority", "private", "--identity", identities[kind].name];
    const issuer = ["--issuer", stack.issuer.url(kind), "--usage", "model,bom,statement"];
    await expectExit(cwd, 0, "trust", "add", kind, ...identity, ...issuer);
  }
  return cwd;
}

const both = ["transparency-log", "rfc3161"];

for (const kind of kinds) {
  test(`${kind}: cosign signs a file, we verify`, { skip }, async (t) => {
    const cwd = await trustingDirectory(t);
    const artifact = writeArtifact(`verified-${kind}.bin`);
    const bundle = await cosignSigns(artifact, kind);
    const verify = [artifact, "--signature", bundle];
    const { evidence, rejected } = await verdictOf(cwd, 0, ...verify);
    assert.deepEqual(rejected, []);
    assert.equal(evidence[0]?.signer.identity, kind);
    assert.equal(evidence[0]?.logEntries, 1);
    assert.ok(evidence[0]?.times.every(({ source }) => both.includes(source)));
    await expectExit(cwd, 0, "trust", "remove", kind);
    assert.equal((await verdictOf(cwd, 1, ...verify)).rejected[0]?.code, "TRUST_CERTIFICATE_UNKNOWN");
    // The right name from another issuer is somebody else.
    const issuer = ["--issuer", stack.issuer.url(kind === "email" ? "workflow" : "email")];
    const identity = ["--authority", "private", "--identity", identities[kind].name];
    await expectExit(cwd, 0, "trust", "add", kind, ...identity, ...issuer);
    await verdictOf(cwd, 1, ...verify);
  });

  test(`${kind}: the reference implementation signs a model, we verify, both find the same changes`, {
    skip,
  }, async (t) => {
    const cwd = await trustingDirectory(t);
    const model = makeModel(join(cwd, "model"));
    const signature = await referenceSigns(model, kind);
    const { evidence } = await verdictOf(cwd, 0, "model");
    assert.equal(evidence[0]?.signer.identity, kind);
    writeFileSync(join(model, "a b"), "x");
    writeFileSync(join(model, "extra.py"), "print()");
    const { findings } = await verdictOf(cwd, 1, "model");
    const named = findings
      .filter(({ code }) => code.startsWith("OMS_FILE_"))
      .map(({ location }) => location.path);
    assert.deepEqual(named.sort(), ["a b", "extra.py"]);
    const theirs = await reference([
      ...["verify", "sigstore", model, "--signature", signature, "--trust_config", stack.clientTrustConfig],
      ...["--identity", identities[kind].name, "--identity_provider", stack.issuer.url(kind)],
    ]);
    assert.notEqual(theirs.code, 0);
    for (const path of named) {
      assert.ok(`${theirs.stdout}${theirs.stderr}`.includes(path), theirs.stderr);
    }
  });
}

for (const algorithm of ["ecdsa-sha2-384-nistp384", "ecdsa-sha2-512-nistp521"]) {
  test(`cosign signs a file with a keyless ${algorithm}, we verify`, { skip }, async (t) => {
    const cwd = await trustingDirectory(t);
    const artifact = writeArtifact(`${algorithm}.bin`);
    const bundle = await cosignSigns(artifact, "email", "--signing-algorithm", algorithm);
    await verdictOf(cwd, 0, artifact, "--signature", bundle);
    writeFileSync(artifact, "other weights\n");
    await verdictOf(cwd, 1, artifact, "--signature", bundle);
  });
}

test("cosign attests keyless, we read what it says", { skip }, async (t) => {
  const cwd = await trustingDirectory(t);
  const artifact = writeArtifact("attested.bin");
  const signature = await cosignSigns(artifact, "workflow");
  const { type, predicate, claim } = samplePredicates["SLSA provenance 1"] ?? assert.fail();
  const path = join(cwd, "predicate.json");
  writeFileSync(path, JSON.stringify(predicate));
  const bundle = join(cwd, "attested.json");
  const { code, stderr } = await stack.cosign.run([
    ...["attest-blob", "--yes", "--identity-token", tokenOf("workflow"), ...online(), "--type", type],
    ...["--predicate", path, "--bundle", bundle, artifact],
  ]);
  assert.equal(code, 0, stderr);
  const { evidence } = await verdictOf(cwd, 0, artifact, "--signature", signature, "--attestation", bundle);
  const statement = evidence.find(({ usage }) => usage === "statement");
  assert.ok(statement?.claims.some(({ name, value }) => name === claim.name && value === claim.value));
});

/** The services of a trusted root, as flags of `trust create`. */
function services(): Record<"fulcio" | "rekor" | "ctfe" | "tsa", string> {
  const { urls, keys, startTime } = stack;
  return {
    fulcio: `url=${urls.fulcio},certificate-chain=${keys.fulcioChain},start-time=${startTime}`,
    rekor: `url=${urls.rekor},public-key=${keys.rekorKey},start-time=${startTime},origin=localhost`,
    ctfe: `url=${urls.ctLog},public-key=${keys.ctLogKey},start-time=${startTime}`,
    tsa: `url=${urls.timestamp},certificate-chain=${keys.timestampChain},start-time=${startTime}`,
  };
}

/** The same services with keys of somebody else. */
function strangers(directory: string): Record<keyof ReturnType<typeof services>, string> {
  const key = (name: string, ...type: readonly string[]): string => {
    openssl("genpkey", ...type, "-out", join(directory, `${name}.key`));
    openssl("pkey", "-in", join(directory, `${name}.key`), "-pubout", "-out", join(directory, `${name}.pub`));
    return join(directory, `${name}.pub`);
  };
  const extensions = authorityExtensions(1);
  const ca = makeCertificate({
    directory,
    name: "ca",
    subject: "/O=aibom interop/CN=fulcio root",
    extensions,
  });
  const clock = makeCertificate({
    ...{ directory, name: "clock", subject: "/O=aibom interop/CN=timestamp signer", issuer: ca },
    extensions: signerExtensions("critical,timeStamping"),
  });
  const { keys } = stack;
  const own = services();
  return {
    fulcio: own.fulcio.replace(keys.fulcioChain, ca.chain),
    rekor: own.rekor.replace(keys.rekorKey, key("rekor", "-algorithm", "ED25519")),
    ctfe: own.ctfe.replace(
      keys.ctLogKey,
      key("ct", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
    ),
    tsa: own.tsa.replace(keys.timestampChain, clock.chain),
  };
}

const wrongServices = [undefined, "fulcio", "rekor", "ctfe", "tsa"] as const;
for (const wrong of wrongServices) {
  const name = wrong === undefined ? "good" : `bad for a stranger's ${wrong}`;
  test(`a trusted root that we create is ${name}, for cosign and for us`, { skip }, async (t) => {
    const directory = temporaryDirectory(t);
    const chosen = {
      ...services(),
      ...(wrong === undefined ? {} : { [wrong]: strangers(directory)[wrong] }),
    };
    const flags = Object.entries(chosen).map(([service, fields]) => `--${service}=${fields}`);
    const trustedRoot = join(directory, "created.json");
    await expectExit(directory, 0, "trust", "create", ...flags, "--out", trustedRoot);
    const artifact = writeArtifact(`created-${wrong ?? "root"}.bin`);
    const bundle = await cosignSigns(artifact, "email");
    const cwd = await trustingDirectory(t, trustedRoot);
    await verdictOf(cwd, wrong === undefined ? 0 : 1, artifact, "--signature", bundle);
    const theirs = await stack.cosign.run([
      ...["verify-blob", "--trusted-root", trustedRoot, "--bundle", bundle],
      ...["--certificate-identity", identities.email.name],
      ...["--certificate-oidc-issuer", stack.issuer.url("email"), artifact],
    ]);
    assert.equal(theirs.code === 0, wrong === undefined, theirs.stderr);
  });
}

// The last of all: it ends the stack.
test("all of it is verified when every server is gone", { skip }, async (t) => {
  const cwd = await trustingDirectory(t);
  const artifact = join(cwd, "offline.bin");
  writeFileSync(artifact, "weights");
  const bundle = await cosignSigns(artifact, "email");
  const model = makeModel(join(cwd, "model"));
  await referenceSigns(model, "workflow");
  await stack.stop();
  await verdictOf(cwd, 0, artifact, "--signature", bundle);
  await verdictOf(cwd, 0, "model");
});
