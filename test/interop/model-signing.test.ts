// SPDX-License-Identifier: Apache-2.0
// The Python reference implementation (PyPI: model-signing), both directions. It is not installed by this
// repository: AIBOM_INTEROP_PYTHON names an interpreter that has it, else the one of install.ts or python3 is tried.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { hashFiles } from "../../src/digests/engine.ts";
import { generateKey, type KeyType } from "../../src/signers/generate-key.ts";
import { loadPrivateKey } from "../../src/signers/key.ts";
import { signModel } from "../../src/signers/model-signature.ts";
import { readTarget } from "../../src/sources/target.ts";
import { openModelSignature } from "../../src/verifiers/model-signing.ts";
import { at, trustOf } from "../signers/signing.ts";
import { makeModel as writeModel } from "./model.ts";
import { referenceIsMissing, reference as runReference } from "./reference.ts";
import { python } from "./tools.ts";

const skip = referenceIsMissing;

const scratch = mkdtempSync(join(tmpdir(), "aibom-interop-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** Runs the reference command line; answers whether it succeeded and what it said. */
async function reference(...args: readonly string[]): Promise<{ isGood: boolean; text: string }> {
  const { code, stdout, stderr } = await runReference(args);
  return { isGood: code === 0, text: `${stdout}${stderr}` };
}

const makeModel = (name: string, weights?: string): string => writeModel(join(scratch, name), weights);

function writeKey(name: string, type: KeyType, passphrase?: string) {
  const key = generateKey(type, passphrase);
  const privatePath = join(scratch, `${name}.key`);
  const publicPath = join(scratch, `${name}.pub`);
  writeFileSync(privatePath, key.privatePem, { mode: 0o600 });
  writeFileSync(publicPath, key.publicPem);
  return { privatePath, publicPath, trustRoot: trustOf([{ publicKey: key.publicPem }]) };
}

async function hashModel(model: string, shards?: { algorithm: "sha256"; sizeBytes: number }) {
  const tree = readTarget(model);
  const hashed = await hashFiles(
    tree.files.map((file) => ({
      path: file.path,
      absolutePath: file.absolutePath,
      size: file.size,
      algorithms: ["sha256", "blake2b-512", "blake3"],
      ...(shards === undefined ? {} : { shards }),
    })),
  );
  return { tree, hashed };
}

async function verifyOurs(model: string, bundle: Uint8Array, trustRoot: ReturnType<typeof trustOf>) {
  const opened = await openModelSignature({ bundle, signature: "model.sig", trustRoot, at }, basename(model));
  const size = opened.plan?.shardsFor("config.json", 2)?.sizeBytes;
  const { tree, hashed } = await hashModel(
    model,
    size === undefined ? undefined : { algorithm: "sha256", sizeBytes: size },
  );
  const { isSingleFile, ignored, refused } = tree;
  return opened.verify({ isSingleFile, files: hashed, ignored, refused, signaturePath: "model.sig" });
}

const read = (path: string): Uint8Array => readFileSync(path);

for (const type of ["ecdsa-p256", "ecdsa-p384", "ecdsa-p521"] as const) {
  test(`${type}: it signs, we verify, tampering is found by both`, { skip }, async () => {
    const model = makeModel(`theirs-${type}`);
    const key = writeKey(`theirs-${type}`, type);
    const signature = join(model, "model.sig");
    const signed = await reference(
      "sign",
      "key",
      model,
      "--signature",
      signature,
      "--private_key",
      key.privatePath,
    );
    assert.ok(signed.isGood, signed.text);
    const good = await verifyOurs(model, read(signature), key.trustRoot);
    assert.deepEqual(good.rejected, []);
    assert.equal(good.evidence[0]?.covers.length, 5);
    writeFileSync(join(model, "a b"), "x");
    const bad = await verifyOurs(model, read(signature), key.trustRoot);
    assert.deepEqual(
      bad.findings.filter((each) => each.severity !== "info").map((each) => [each.code, each.location.path]),
      [["OMS_FILE_CHANGED", "a b"]],
    );
    const theirs = await reference(
      "verify",
      "key",
      model,
      "--signature",
      signature,
      "--public_key",
      key.publicPath,
    );
    assert.ok(!theirs.isGood && theirs.text.includes("a b"), theirs.text);
  });

  for (const shardSizeBytes of [undefined, 8]) {
    test(`${type}, ${shardSizeBytes === undefined ? "files" : "shards"}: we sign, it verifies, tampering is found by both`, {
      skip,
    }, async () => {
      const weights = shardSizeBytes === undefined ? "w:1.bin" : "w-1.bin";
      const model = makeModel(`ours-${type}-${shardSizeBytes}`, weights);
      const key = writeKey(`ours-${type}`, type, "secret");
      const { hashed } = await hashModel(
        model,
        shardSizeBytes === undefined ? undefined : { algorithm: "sha256", sizeBytes: shardSizeBytes },
      );
      const bundle = await signModel(hashed, loadPrivateKey(key.privatePath, "secret"), {
        name: basename(model),
        ignorePaths: [".git", ".gitattributes", ".github", ".gitignore", "model.sig"],
        ...(shardSizeBytes === undefined ? {} : { shardSizeBytes }),
      });
      const signature = join(model, "model.sig");
      writeFileSync(signature, bundle);
      const check = async () =>
        shardSizeBytes === undefined
          ? reference("verify", "key", model, "--signature", signature, "--public_key", key.publicPath)
          : verifyThroughApi(model, signature, key.publicPath);
      const good = await check();
      assert.ok(good.isGood, good.text);
      assert.equal((await verifyOurs(model, bundle, key.trustRoot)).evidence.length, 1);
      writeFileSync(join(model, weights), `${"0123456789".repeat(4)}012345678x`);
      const bad = await check();
      assert.ok(!bad.isGood && bad.text.includes(weights), bad.text);
      const own = await verifyOurs(model, bundle, key.trustRoot);
      assert.ok(
        own.findings.some((each) => each.code === "OMS_FILE_CHANGED" && each.location.path === weights),
      );
      rmSync(join(model, "config.json"));
      assert.ok(!(await check()).isGood);
      const missing = await verifyOurs(model, bundle, key.trustRoot);
      assert.equal(missing.rejected[0]?.code, "OMS_MODEL_DIFFERS");
    });
  }
}

/** Verifies through the Python interface: the command line of 1.1.1 always hashes whole files. */
function verifyThroughApi(model: string, signature: string, publicPath: string) {
  const [modelText, signatureText, keyText] = [model, signature, publicPath].map((each) =>
    JSON.stringify(each),
  );
  const { status, stdout, stderr } = spawnSync(python, [
    "-c",
    `
import pathlib, model_signing
model, signature, key = map(pathlib.Path, (${modelText}, ${signatureText}, ${keyText}))
model_signing.verifying.Config().use_elliptic_key_verifier(public_key=key).verify(model, signature)
`,
  ]);
  return { isGood: status === 0, text: `${stdout}${stderr}` };
}

/** Signs through the Python interface: the command line of 1.1.1 has no hash and mishandles passwords. */
function signThroughApi(model: string, privatePath: string, hashing: string, password?: string): string {
  const signature = join(model, "model.sig");
  const [modelText, signatureText, keyText] = [model, signature, privatePath].map((each) =>
    JSON.stringify(each),
  );
  const run = spawnSync(python, [
    "-c",
    `
import pathlib, model_signing
model, signature, key = map(pathlib.Path, (${modelText}, ${signatureText}, ${keyText}))
hashing = model_signing.hashing.Config().${hashing}
hashing.set_ignored_paths(paths=[signature], ignore_git_paths=True)
signing = model_signing.signing.Config()
signing.use_elliptic_key_signer(private_key=key, password=${password === undefined ? "None" : `b"${password}"`})
signing.set_hashing_config(hashing).sign(model, signature)
`,
  ]);
  assert.equal(run.status, 0, String(run.stderr));
  return signature;
}

const variants = [
  ["sha256 files", "use_file_serialization(hashing_algorithm='sha256')"],
  ["sha256 shards", "use_shard_serialization(shard_size=8, hashing_algorithm='sha256')"],
  ["blake2b files", "use_file_serialization(hashing_algorithm='blake2')"],
  ["blake3 files", "use_file_serialization(hashing_algorithm='blake3')"],
] as const;
for (const [name, hashing] of variants) {
  test(`${name}: it signs with a key that we made and encrypted`, { skip }, async () => {
    const model = makeModel(`api-${name}`, name === "sha256 shards" ? "w:1.bin" : undefined);
    const key = writeKey(`api-${name}`, "ecdsa-p256", "secret");
    const signature = signThroughApi(model, key.privatePath, hashing, "secret");
    const result = await verifyOurs(model, read(signature), key.trustRoot);
    assert.deepEqual(result.rejected, []);
    assert.equal(result.evidence[0]?.covers.length, 5);
  });
}

test("a single file", { skip }, async () => {
  const file = join(scratch, "single.onnx");
  writeFileSync(file, "onnx");
  const key = writeKey("single", "ecdsa-p256");
  const signature = `${file}.sig`;
  const signed = await reference(
    "sign",
    "key",
    file,
    "--signature",
    signature,
    "--private_key",
    key.privatePath,
  );
  assert.ok(signed.isGood, signed.text);
  const good = await verifyOurs(file, read(signature), key.trustRoot);
  assert.deepEqual(good.evidence[0]?.covers, ["single.onnx"]);
  writeFileSync(file, "onnX");
  assert.equal(
    (await verifyOurs(file, read(signature), key.trustRoot)).rejected[0]?.code,
    "OMS_MODEL_DIFFERS",
  );
});
