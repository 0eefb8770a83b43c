// SPDX-License-Identifier: Apache-2.0
// Signing through a program: real child processes that answer as a device may, and as none should. OpenSSL is one of
// the good ones; a PKCS #11 token is in test/interop.

import assert from "node:assert/strict";
import { createHash, createPublicKey, verify } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Code } from "../../src/codes/index.ts";
import { AibomError } from "../../src/errors.ts";
import { externalSigner } from "../../src/signers/external-command.ts";
import { generateKey, type KeyType } from "../../src/signers/generate-key.ts";
import type { SignerInput } from "../../src/signers/signer.ts";
import { keyAlgorithms, parsePublicKey, requireSignatureKey } from "../../src/trust/public-key.ts";
import { aibom, errorCode } from "../cli/run-aibom.ts";
import { missingPrograms } from "../interop/tools.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const data = Buffer.from("what is to be signed");
const signatureKey = (pem: string) => requireSignatureKey(parsePublicKey(pem));

/** A program in JavaScript: `input` holds standard input, `key` the private key, `env` the environment. */
const program = (body: string) => `
import { createPrivateKey, sign } from "node:crypto";
import { readFileSync } from "node:fs";
const [path] = process.argv.slice(2);
const key = createPrivateKey(readFileSync(path));
const input = readFileSync(0);
const { env } = process;
const write = (bytes) => process.stdout.write(bytes);
${body}
`;

interface Setup {
  readonly type?: KeyType;
  readonly input?: SignerInput;
  readonly signal?: AbortSignal;
  /** The key that the program has, if another than the one that is expected. */
  readonly otherKey?: true;
}

function signerOf(t: TestContext, body: string, setup: Setup = {}) {
  const { type = "ecdsa-p256", input = "message", signal } = setup;
  const directory = temporaryDirectory(t);
  const script = join(directory, "a program.mjs");
  const keyFile = join(directory, "key.pem");
  const { privatePem, publicPem } = generateKey(type);
  writeFileSync(script, program(body));
  writeFileSync(keyFile, setup.otherKey ? generateKey(type).privatePem : privatePem);
  const publicKey = signatureKey(publicPem);
  const signer = externalSigner({
    command: `'${process.execPath}' '${script}' '${keyFile}'`,
    publicKey,
    input,
    environment: { PATH: process.env["PATH"] },
    ...(signal === undefined ? {} : { signal }),
  });
  return { signer, publicKey, directory };
}

async function signs(t: TestContext, body: string, setup?: Setup): Promise<void> {
  const { signer, publicKey } = signerOf(t, body, setup);
  const signature = await signer.sign(data);
  const hash = keyAlgorithms[publicKey.algorithm].hash ?? null;
  assert.ok(verify(hash, data, createPublicKey(publicKey.pem), signature));
}

async function refuses(t: TestContext, code: Code, body: string, setup?: Setup): Promise<AibomError> {
  const error = await signerOf(t, body, setup)
    .signer.sign(data)
    .then(
      () => assert.fail("it signed"),
      (cause: unknown) => cause,
    );
  assert.ok(error instanceof AibomError, String(error));
  assert.equal(error.code, code, error.message);
  return error;
}

const hashOf = { "ecdsa-p256": "sha256", "ecdsa-p384": "sha384", "ecdsa-p521": "sha512" } as const;

for (const [type, hash] of Object.entries(hashOf) as [keyof typeof hashOf, string][]) {
  const der = `sign("${hash}", input, key)`;
  const p1363 = `sign("${hash}", input, { key, dsaEncoding: "ieee-p1363" })`;
  test(`${type}: DER, r || s, and both as base64 text`, async (t) => {
    await signs(t, `write(${der})`, { type });
    await signs(t, `write(${p1363})`, { type });
    await signs(t, `write(${der}.toString("base64") + "\\n")`, { type });
    await signs(t, `write(${p1363}.toString("base64").replace(/.{64}/g, "$&\\r\\n"))`, { type });
  });
}

for (const type of ["ed25519", "ml-dsa-65"] as const) {
  test(`${type}: binary and base64; its digest cannot be signed`, async (t) => {
    await signs(t, "write(sign(null, input, key))", { type });
    await signs(t, 'write(sign(null, input, key).toString("base64"))', { type });
    assert.throws(
      () => signerOf(t, "", { type, input: "digest" }),
      (error) => error instanceof AibomError && error.code === "SIGNER_COMMAND_INVALID",
    );
  });
}

test("the program is told the protocol, the algorithm, the input and the key, and gets the digest if asked", async (t) => {
  const body = `const said = [env.AIBOM_SIGNER_PROTOCOL, env.AIBOM_SIGNER_ALGORITHM, env.AIBOM_SIGNER_INPUT,
      env.AIBOM_SIGNER_KEY_ID, input.toString("hex")];
    const { writeFileSync } = await import("node:fs");
    writeFileSync(path + ".said", JSON.stringify(said));
    process.exit(3);`;
  const { signer, publicKey, directory } = signerOf(t, body, { type: "ecdsa-p384", input: "digest" });
  await assert.rejects(signer.sign(data), /exit code 3/);
  const digest = createHash("sha384").update(data).digest("hex");
  assert.deepEqual(JSON.parse(readFileSync(join(directory, "key.pem.said"), "utf8")), [
    ...["1", "ecdsa-p384-sha384", "digest", publicKey.keyId, digest],
  ]);
});

test("answers that are no signature", async (t) => {
  await refuses(t, "SIGNER_COMMAND_FAILED", "");
  await refuses(t, "SIGNER_COMMAND_FAILED", 'write("error: no such key")');
  await refuses(t, "SIGNER_COMMAND_FAILED", 'write(sign("sha256", input, key).subarray(1))');
  const flood =
    'for (let i = 0; i < 64; i++) write("A".repeat(1024)); setInterval(() => write("A".repeat(1024)), 1)';
  assert.match((await refuses(t, "SIGNER_COMMAND_FAILED", flood)).message, /more than 16384 bytes/);
});

test("signatures of another key, over other bytes, over a digest of a digest", async (t) => {
  const good = 'write(sign("sha256", input, key))';
  await refuses(t, "SIGNER_COMMAND_WRONG", good, { otherKey: true });
  await refuses(t, "SIGNER_COMMAND_WRONG", 'write(sign("sha256", "other", key))');
  await refuses(t, "SIGNER_COMMAND_WRONG", 'write(sign("sha512", input, key))');
  await refuses(t, "SIGNER_COMMAND_WRONG", good, { input: "digest" });
});

test("programs that fail: exit code, signal, not found, not a program", async (t) => {
  assert.match((await refuses(t, "SIGNER_COMMAND_FAILED", "process.exit(1)")).message, /exit code 1/);
  // A good answer does not help if the program says that it failed.
  const both = 'write(sign("sha256", input, key)); process.exitCode = 7';
  assert.match((await refuses(t, "SIGNER_COMMAND_FAILED", both)).message, /exit code 7/);
  const killed = 'process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)';
  assert.match((await refuses(t, "SIGNER_COMMAND_FAILED", killed)).message, /SIGTERM/);
  const publicKey = signatureKey(generateKey("ecdsa-p256").publicPem);
  for (const command of ["/nowhere/at-all --x", `'${temporaryDirectory(t)}'`]) {
    const signer = externalSigner({ command, publicKey, input: "message", environment: {} });
    await assert.rejects(
      signer.sign(data),
      (error) => error instanceof AibomError && error.code === "SIGNER_COMMAND_FAILED",
      command,
    );
  }
});

test("a program that hangs is ended with the command", { timeout: 20_000 }, async (t) => {
  const signal = AbortSignal.timeout(500);
  await refuses(t, "SIGNER_COMMAND_FAILED", "setInterval(() => {}, 1000)", { signal });
});

test("a program that is not found keeps nobody waiting", { timeout: 30_000 }, async (t) => {
  const cwd = temporaryDirectory(t);
  writeFileSync(join(cwd, "w.bin"), "w");
  writeFileSync(join(cwd, "hsm.pub"), generateKey("ecdsa-p256").publicPem);
  const args = ["--signer-command", "/nowhere/at-all", "--public-key", "hsm.pub"];
  const result = await aibom(["sign", "w.bin", ...args], { cwd });
  assert.equal(errorCode(result), "SIGNER_COMMAND_FAILED", result.stderr);
});

test("a program that does not read its input may still sign", async (t) => {
  const publicKey = generateKey("ecdsa-p256");
  const directory = temporaryDirectory(t);
  writeFileSync(join(directory, "quiet.mjs"), "process.stdin.destroy(); process.stdout.write('nothing');");
  const signer = externalSigner({
    command: `'${process.execPath}' '${join(directory, "quiet.mjs")}'`,
    publicKey: signatureKey(publicKey.publicPem),
    input: "message",
    environment: {},
  });
  // 8 MB do not fit into a pipe: the write fails, and the answer is what counts.
  await assert.rejects(
    signer.sign(Buffer.alloc(8 << 20)),
    (error) => error instanceof AibomError && error.code === "SIGNER_COMMAND_FAILED",
  );
});

test("no shell: what a shell would do does not happen", async (t) => {
  const directory = temporaryDirectory(t);
  const trace = join(directory, "trace");
  const signer = externalSigner({
    command: `'${process.execPath}' -e 0 ; touch ${trace} && $(touch ${trace})`,
    publicKey: signatureKey(generateKey("ecdsa-p256").publicPem),
    input: "message",
    environment: { PATH: process.env["PATH"] },
  });
  await assert.rejects(signer.sign(data), AibomError);
  assert.ok(!existsSync(trace));
});

test("openssl signs models for aibom, from messages and from digests", {
  skip: missingPrograms("openssl"),
}, async (t) => {
  const cwd = temporaryDirectory(t);
  const { privatePem, publicPem } = generateKey("ecdsa-p384");
  writeFileSync(join(cwd, "hsm.pem"), privatePem, { mode: 0o600 });
  writeFileSync(join(cwd, "hsm.pub"), publicPem);
  writeFileSync(join(cwd, "w.bin"), "w");
  await aibom(["init"], { cwd });
  await aibom(["trust", "add", "hsm", "--key", "hsm.pub"], { cwd });
  const commands = [
    ["message", "openssl dgst -sha384 -sign hsm.pem"],
    ["digest", "openssl pkeyutl -sign -inkey hsm.pem"],
  ] as const;
  for (const [input, command] of commands) {
    const signer = ["--signer-command", command, "--signer-input", input, "--public-key", "hsm.pub"];
    const signed = await aibom(["sign", "w.bin", ...signer], { cwd });
    assert.equal(signed.code, 0, signed.stderr);
    const verified = await aibom(["verify", "w.bin"], { cwd });
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  }
  const before = readFileSync(join(cwd, "w.bin.sig"));
  writeFileSync(join(cwd, "w.bin"), "changed");
  const wrong = ["--signer-command", commands[0][1], "--signer-input", "digest", "--public-key", "hsm.pub"];
  const refused = await aibom(["sign", "w.bin", ...wrong], { cwd });
  assert.equal(errorCode(refused), "SIGNER_COMMAND_WRONG", refused.stderr);
  assert.deepEqual(readFileSync(join(cwd, "w.bin.sig")), before);
});
