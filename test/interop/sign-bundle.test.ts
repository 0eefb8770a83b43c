// SPDX-License-Identifier: Apache-2.0
// The conformance clients sign on a private Sigstore made of the real servers, in the form of a message and of a
// statement, and models; `aibom sign --message` does. We, cosign and the Python clients verify all of it, and nobody
// verifies it for another name or another file.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type RunResult, runProgram } from "../cli/run-aibom.ts";
import { emailClaims, workflowClaims, workflowUrl } from "./claims.ts";
import { expectExit } from "./expect-exit.ts";
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

const identities = {
  email: { claims: emailClaims("release@example.com"), name: "release@example.com" },
  workflow: {
    claims: workflowClaims("example/llama", "release.yml"),
    name: `${workflowUrl}/example/llama/.github/workflows/release.yml@refs/tags/v1`,
  },
} as const;
type IdentityKind = keyof typeof identities;
const stranger = "somebody@example.com";

const tokenOf = (kind: IdentityKind): string => stack.issuer.token(kind, identities[kind].claims);
const clientAt = (name: string): string => join(import.meta.dirname, "../../conformance", name);
const conformance = (args: readonly string[]): Promise<RunResult> =>
  runProgram(clientAt("sigstore-client"), args, { env: { OMS_SIGNING_CONFIG: "", OMS_TRUSTED_ROOT: "" } });

function newDirectory(name: string): string {
  const directory = join(stack.directory, name);
  mkdirSync(directory);
  return directory;
}

type Verifier = (bundle: string, artifact: string, kind: IdentityKind, name: string) => Promise<RunResult>;

const certificateFlags = (kind: IdentityKind, name: string): readonly string[] => [
  ...["--certificate-identity", name, "--certificate-oidc-issuer", stack.issuer.url(kind)],
];

const ours: Verifier = (bundle, artifact, kind, name) =>
  conformance([
    ...["verify-bundle", "--bundle", bundle, ...certificateFlags(kind, name)],
    ...["--trusted-root", stack.trustedRoot, artifact],
  ]);
const cosignBlob: Verifier = (bundle, artifact, kind, name) =>
  stack.cosign.run([
    ...["verify-blob", "--bundle", bundle, "--trusted-root", stack.trustedRoot],
    ...[...certificateFlags(kind, name), artifact],
  ]);
const cosignAttestation: Verifier = (bundle, artifact, kind, name) =>
  stack.cosign.run([
    ...["verify-blob-attestation", "--bundle", bundle, "--trusted-root", stack.trustedRoot],
    ...["--type", "https://example.com/predicate/v1", ...certificateFlags(kind, name), artifact],
  ]);
const python: Verifier = (bundle, artifact, kind, name) =>
  sigstorePython([
    ...["--trust-config", stack.clientTrustConfig, "verify", "identity", "--bundle", bundle],
    ...["--cert-identity", name, "--cert-oidc-issuer", stack.issuer.url(kind), artifact],
  ]);

/** The right name verifies; another name and another file do not. */
async function allAgree(
  verifiers: Readonly<Record<string, Verifier>>,
  bundle: string,
  artifact: string,
  kind: IdentityKind,
): Promise<void> {
  const other = `${artifact}.other`;
  writeFileSync(other, `${readFileSync(artifact, "utf8")} `);
  for (const [who, verifier] of Object.entries(verifiers)) {
    const good = await verifier(bundle, artifact, kind, identities[kind].name);
    assert.equal(good.code, 0, `${who}: ${good.stdout}${good.stderr}`);
    assert.notEqual((await verifier(bundle, artifact, kind, stranger)).code, 0, who);
    assert.notEqual((await verifier(bundle, other, kind, identities[kind].name)).code, 0, who);
  }
}

for (const kind of ["email", "workflow"] as const) {
  test(`${kind}: sign-bundle of a file and of a statement`, { skip }, async () => {
    const cwd = newDirectory(`client-${kind}`);
    const artifact = join(cwd, "artifact.txt");
    const statement = join(cwd, "statement.json");
    writeFileSync(artifact, `an artifact for ${kind}\n`);
    const sha256 = createHash("sha256").update(readFileSync(artifact)).digest("hex");
    writeFileSync(
      statement,
      JSON.stringify({
        _type: "https://in-toto.io/Statement/v1",
        subject: [{ name: "artifact.txt", digest: { sha256 } }],
        predicateType: "https://example.com/predicate/v1",
        predicate: { answer: 42 },
      }),
    );
    const signBundle = async (bundle: string, file: string, ...flags: readonly string[]) => {
      const { code, stdout, stderr } = await conformance([
        ...["sign-bundle", ...flags, "--identity-token", tokenOf(kind), "--bundle", bundle],
        ...["--trusted-root", stack.trustedRoot, "--signing-config", stack.signingConfig, file],
      ]);
      assert.equal(code, 0, stdout + stderr);
      assert.equal(stdout + stderr, "");
    };
    const message = join(cwd, "message.json");
    await signBundle(message, artifact);
    assert.ok("messageSignature" in JSON.parse(readFileSync(message, "utf8")));
    await allAgree({ ours, cosign: cosignBlob, python }, message, artifact, kind);
    const envelope = join(cwd, "envelope.json");
    await signBundle(envelope, statement, "--staging", "--in-toto");
    const { dsseEnvelope } = JSON.parse(readFileSync(envelope, "utf8"));
    assert.ok(Buffer.from(dsseEnvelope.payload, "base64").equals(readFileSync(statement)));
    await allAgree({ ours, cosign: cosignAttestation, python }, envelope, artifact, kind);
  });
}

test("sign-bundle writes nothing without a config, a statement, a good token or the right root", {
  skip,
}, async () => {
  const cwd = newDirectory("client-refuses");
  const artifact = join(cwd, "artifact.txt");
  const bundle = join(cwd, "bundle.json");
  writeFileSync(artifact, "an artifact\n");
  const config = ["--signing-config", stack.signingConfig];
  const outcome = async (expected: RegExp, token: string, ...args: readonly string[]) => {
    const given = ["sign-bundle", "--identity-token", token, "--bundle", bundle, ...args, artifact];
    const { code, stderr } = await conformance(given);
    assert.match(stderr, expected);
    assert.ok(!stderr.includes(token));
    assert.ok(!existsSync(bundle));
    return code;
  };
  const token = tokenOf("email");
  assert.equal(await outcome(/--signing-config is needed/, token), 2);
  assert.equal(await outcome(/JSON_/, token, "--in-toto", ...config), 3);
  assert.equal(await outcome(/IDENTITY_TOKEN_INVALID/, "a.b.c", ...config), 2);
  const forged = `${token.slice(0, token.lastIndexOf("."))}.${Buffer.alloc(256).toString("base64url")}`;
  assert.equal(await outcome(/FETCH_STATUS/, forged, ...config), 3);
  const other = ["--trusted-root", stack.emptyTrustedRoot];
  assert.notEqual(await outcome(/SIGSTORE_|TRUST_|CERTIFICATE_/, token, ...other, ...config), 0);
});

test("aibom signs a file keyless as a message; all verify it", { skip }, async () => {
  const cwd = newDirectory("cli");
  const artifact = join(cwd, "model.bin");
  writeFileSync(artifact, "weights\n");
  writeFileSync(join(cwd, "token"), tokenOf("workflow"), { mode: 0o600 });
  const keyless = ["--online", "--signing-config", stack.clientTrustConfig, "--identity-token", "token"];
  await expectExit(cwd, 0, "sign", "model.bin", "--message", ...keyless);
  await allAgree({ ours, cosign: cosignBlob, python }, `${artifact}.sigstore.json`, artifact, "workflow");
  await expectExit(cwd, 0, "init");
  const trusted = ["import", stack.trustedRoot, "--name", "private", "--time-threshold", "1"];
  await expectExit(cwd, 0, "trust", ...trusted);
  await expectExit(cwd, 1, "verify", "model.bin");
  await expectExit(
    ...([cwd, 0, "trust", "add", "release", "--authority", "private"] as const),
    ...["--identity", identities.workflow.name, "--issuer", stack.issuer.url("workflow")],
  );
  await expectExit(cwd, 0, "verify", "model.bin");
  writeFileSync(artifact, "Weights\n");
  await expectExit(cwd, 1, "verify", "model.bin");
});

test("oms-client signs a model by the method sigstore; it and the reference implementation verify", {
  skip,
}, async () => {
  const cwd = newDirectory("oms");
  const model = makeModel(join(cwd, "model"));
  const signature = join(cwd, "model.sig");
  const omsClient = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    runProgram(clientAt("oms-client"), args, {
      env: { OMS_SIGNING_CONFIG: "", OMS_TRUSTED_ROOT: "", ...env },
    });
  const base = ["--method", "sigstore", "--model-path", model];
  const sign = ["sign-model", ...base, "--output-bundle", signature, "--identity-token", tokenOf("email")];
  assert.equal((await omsClient(sign)).code, 2);
  const signed = await omsClient(sign, { OMS_SIGNING_CONFIG: stack.signingConfig });
  assert.equal(signed.code, 0, signed.stderr);
  assert.equal((await omsClient([...sign, "--signing-config", stack.signingConfig])).code, 0);
  const issuer = stack.issuer.url("email");
  const verifiers = {
    ours: (name: string) =>
      omsClient([
        ...["verify-model", ...base, "--bundle", signature, "--trusted-root", stack.trustedRoot],
        ...["--identity", name, "--identity-provider", issuer],
      ]),
    reference: (name: string) =>
      reference([
        ...["verify", "sigstore", model, "--signature", signature, "--identity", name],
        ...["--identity_provider", issuer, "--trust_config", stack.clientTrustConfig],
      ]),
  };
  for (const verifier of Object.values(verifiers)) {
    const good = await verifier(identities.email.name);
    assert.equal(good.code, 0, good.stdout + good.stderr);
    assert.notEqual((await verifier(stranger)).code, 0);
  }
  writeFileSync(join(model, "a/b"), "x");
  for (const verifier of Object.values(verifiers)) {
    assert.notEqual((await verifier(identities.email.name)).code, 0);
  }
});
