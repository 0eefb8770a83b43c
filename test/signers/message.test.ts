// SPDX-License-Identifier: Apache-2.0
// Message signatures by keys, certificates and programs: what is written verifies and fits the one file only; a file
// that changes between its two readings, wrong keys and wrong targets give no signature. cosign is in test/interop.

import assert from "node:assert/strict";
import { createHash, createPublicKey, verify } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { AibomError } from "../../src/errors.ts";
import { generateKey } from "../../src/signers/generate-key.ts";
import { keySigner, parsePrivateKey } from "../../src/signers/key.ts";
import { signMessage } from "../../src/signers/message-bundle.ts";
import { readChunks } from "../../src/sources/read-chunks.ts";
import { aibom, errorCode } from "../cli/run-aibom.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { testKey } from "./signing.ts";

const hashes = { "ecdsa-p256": "sha256", "ecdsa-p384": "sha384", "ecdsa-p521": "sha512" } as const;
type Curve = keyof typeof hashes;

/** More than one chunk, and not a whole number of them. */
const content = Buffer.alloc((1 << 20) + 4711, "weights of a model\n");

/** A directory with a file, a key, and a trust root that knows the key. */
async function setUp(t: TestContext, type = "ecdsa-p256"): Promise<string> {
  const cwd = temporaryDirectory(t);
  writeFileSync(join(cwd, "model.bin"), content);
  for (const args of [
    ["init"],
    ["keygen", "--out", "release.key", "--type", type, "--no-passphrase"],
    ["trust", "add", "release", "--key", "release.pub"],
  ]) {
    const { code, stderr } = await aibom(args, { cwd });
    assert.equal(code, 0, stderr);
  }
  return cwd;
}

const sign = (cwd: string, ...args: readonly string[]) =>
  aibom(["sign", "model.bin", "--message", ...args], { cwd });
const verdict = async (cwd: string, ...args: readonly string[]) => {
  const { code, stdout } = await aibom(["verify", "model.bin", ...args, "--format", "json"], { cwd });
  return { code, ...JSON.parse(stdout) };
};
const bundleIn = (cwd: string) => JSON.parse(readFileSync(join(cwd, "model.bin.sigstore.json"), "utf8"));

for (const [type, hash] of Object.entries(hashes) as [Curve, string][]) {
  test(`${type}: the signature is over the bytes, is found beside the file, and fits no other`, async (t) => {
    const cwd = await setUp(t, type);
    const signed = await sign(cwd, "--key", "release.key");
    assert.equal(signed.code, 0, signed.stderr);
    const { messageSignature } = bundleIn(cwd);
    const { algorithm, digest } = messageSignature.messageDigest;
    assert.equal(algorithm, hash.replace("sha", "SHA2_"));
    assert.equal(digest, createHash(hash).update(content).digest("base64"));
    const publicKey = createPublicKey(readFileSync(join(cwd, "release.pub")));
    assert.ok(verify(hash, content, publicKey, Buffer.from(messageSignature.signature, "base64")));
    const good = await verdict(cwd);
    assert.equal(good.code, 0);
    assert.deepEqual(
      good.evidence.map(({ scheme, covers, signer }: never) => [scheme, covers, (signer as Named).identity]),
      [["sigstore", ["model.bin"], "release"]],
    );
    assert.equal((await verdict(cwd, "--signature", "model.bin.sigstore.json")).code, 0);
    truncateSync(join(cwd, "model.bin"), content.length - 1);
    const changed = await verdict(cwd);
    assert.equal(changed.code, 1);
    assert.equal(changed.rejected[0].code, "SIGNATURE_OF_OTHER_BYTES");
    assert.deepEqual(changed.evidence, []);
  });
}

interface Named {
  readonly identity: string;
}

test("an empty file can be signed; whoever is not trusted, and every spoilt bundle, is rejected", async (t) => {
  const cwd = await setUp(t);
  writeFileSync(join(cwd, "model.bin"), "");
  assert.equal((await sign(cwd, "--key", "release.key")).code, 0);
  assert.equal((await verdict(cwd)).code, 0);
  const good = bundleIn(cwd);
  const { messageSignature: message, verificationMaterial } = good;
  const flipped = Buffer.from(message.signature, "base64");
  flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
  const spoilt = {
    TRUST_KEY_UNKNOWN: {
      verificationMaterial: { ...verificationMaterial, publicKey: { hint: "0".repeat(64) } },
    },
    SIGNATURE_INVALID: { messageSignature: { ...message, signature: flipped.toString("base64") } },
    SIGNATURE_OF_OTHER_BYTES: {
      messageSignature: { ...message, messageDigest: { algorithm: "SHA2_512", digest: "AAAA" } },
    },
    BUNDLE_MALFORMED: { dsseEnvelope: {} },
    BUNDLE_UNKNOWN_FIELD: { messageSignature: { ...message, surprise: 1 } },
  };
  for (const [code, change] of Object.entries(spoilt)) {
    writeFileSync(join(cwd, "model.bin.sigstore.json"), JSON.stringify({ ...good, ...change }));
    const bad = await verdict(cwd);
    assert.equal(bad.code, 1, code);
    assert.equal(bad.rejected[0]?.code, code);
  }
});

test("what cannot be signed so: directories, keys that hash for themselves, flags of statements", async (t) => {
  const cwd = await setUp(t, "ed25519");
  mkdirSync(join(cwd, "model"));
  writeFileSync(join(cwd, "model/w.bin"), "w");
  const outcome = async (target: string, ...args: readonly string[]) => {
    const result = await aibom(["sign", target, "--message", "--key", "release.key", ...args], { cwd });
    assert.equal(result.code, 2, result.stderr);
    return errorCode(result);
  };
  assert.equal(await outcome("model"), "SIGN_MESSAGE_DIRECTORY");
  assert.equal(await outcome("model.bin"), "SIGN_MESSAGE_ALGORITHM");
  writeFileSync(join(cwd, "aibom.cdx.json"), '{"bomFormat":"CycloneDX","specVersion":"1.7"}');
  assert.equal(await outcome("aibom.cdx.json"), "SIGN_MESSAGE_BOM");
  assert.equal(await outcome("missing.bin"), "SOURCE_NOT_FOUND");
  for (const flags of [["--shards"], ["--embed-signature"], ["--ignore", "a"]]) {
    assert.equal(await outcome("model.bin", ...flags), "CLI_USAGE");
  }
  assert.ok(!existsSync(join(cwd, "model.bin.sigstore.json")));
});

test("a file that changes between hashing and signing is not signed", async () => {
  const message = (bytes: string) => ({
    digest: createHash("sha256").update("before").digest(),
    async *chunks() {
      yield Buffer.from(bytes);
    },
  });
  const { signer } = testKey();
  const code = (error: unknown) => error instanceof AibomError && error.code === "SOURCE_CHANGED";
  await assert.rejects(signMessage(message("after"), signer), code);
  const bundle = JSON.parse(Buffer.from(await signMessage(message("before"), signer)).toString());
  assert.ok("messageSignature" in bundle);
  // A signer that answers with the signature of another key is caught by the same check.
  const impostor = keySigner(parsePrivateKey(generateKey("ecdsa-p256").privatePem));
  const mixed = { ...signer, signMessage: impostor.signMessage };
  await assert.rejects(signMessage(message("before"), mixed), code);
});

test("chunks: all bytes in order, a missing file, and a user who stops it", async (t) => {
  const path = join(temporaryDirectory(t), "file");
  writeFileSync(path, content);
  const chunks: Uint8Array[] = [];
  for await (const chunk of readChunks(path)) {
    chunks.push(chunk);
  }
  assert.ok(chunks.length > 1);
  assert.ok(Buffer.concat(chunks).equals(content));
  const first = (signal?: AbortSignal, from = path) => readChunks(from, signal).next();
  await assert.rejects(first(undefined, `${path}x`), { code: "SOURCE_NOT_FOUND" });
  await assert.rejects(first(AbortSignal.abort(new Error("stop"))), /stop/);
});

/** A program that signs what it gets, as it is told. */
const program = `
import { createHash, createPrivateKey, createSign, sign } from "node:crypto";
import { readFileSync } from "node:fs";
const [how, path] = process.argv.slice(2);
const key = createPrivateKey(readFileSync(path));
if (how === "all") process.stdout.write(sign("sha256", readFileSync(0), key));
if (how === "start") process.stdin.once("data", (chunk) => { process.stdout.write(sign("sha256", chunk, key)); process.stdin.destroy(); });
if (how === "nothing") process.exit(1);
`;

test("a program gets all bytes of the message; one that signs only its start gives no signature", async (t) => {
  const cwd = await setUp(t);
  writeFileSync(join(cwd, "program.mjs"), program);
  const run = (how: string) =>
    sign(
      cwd,
      ...["--signer-command", `'${process.execPath}' program.mjs ${how} release.key`],
      ...["--public-key", "release.pub"],
    );
  for (const [how, code] of [
    ["start", "SIGNER_COMMAND_WRONG"],
    ["nothing", "SIGNER_COMMAND_FAILED"],
  ] as const) {
    assert.equal(errorCode(await run(how)), code);
    assert.ok(!existsSync(join(cwd, "model.bin.sigstore.json")));
  }
  const signed = await run("all");
  assert.equal(signed.code, 0, signed.stderr);
  assert.equal((await verdict(cwd)).code, 0);
});
