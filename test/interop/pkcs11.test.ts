// SPDX-License-Identifier: Apache-2.0
// Keys on a PKCS #11 token (SoftHSM2): what the reference implementation signs with one, we verify.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { aibom, errorCode } from "../cli/run-aibom.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { makeModel } from "./model.ts";
import { reference, referenceIsMissing } from "./reference.ts";
import { makeTokenKey, softHsmIsMissing } from "./softhsm.ts";

const skip = softHsmIsMissing || referenceIsMissing;

for (const curve of ["prime256v1", "secp384r1", "secp521r1"] as const) {
  test(`${curve}: the reference implementation signs with a token's key, we verify`, { skip }, async (t) => {
    const cwd = temporaryDirectory(t);
    const key = makeTokenKey(cwd, curve);
    const model = makeModel(join(cwd, "model"));
    const signature = join(model, "model.sig");
    const signed = await reference(
      ["sign", "pkcs11-key", model, "--signature", signature, "--pkcs11_uri", key.uri],
      key.env,
    );
    assert.equal(signed.code, 0, signed.stdout + signed.stderr);
    await aibom(["init"], { cwd });
    await aibom(["trust", "add", "token", "--key", key.publicKey], { cwd });
    const good = await aibom(["verify", "model"], { cwd });
    assert.equal(good.code, 0, good.stdout + good.stderr);
    writeFileSync(join(model, "a/b"), "x");
    const bad = await aibom(["verify", "model"], { cwd });
    assert.equal(bad.code, 1, bad.stdout);
    assert.match(bad.stdout, /a\/b/);
    assert.equal(errorCode(bad), undefined);
  });
}

test("aibom signs with a token's key: openssl for messages, pkcs11-tool for digests", { skip }, async (t) => {
  const cwd = temporaryDirectory(t);
  const key = makeTokenKey(cwd);
  const model = makeModel(join(cwd, "model"));
  await aibom(["init"], { cwd });
  await aibom(["trust", "add", "token", "--key", key.publicKey], { cwd });
  const inputs = [
    ["message", key.messageCommand],
    ["digest", key.digestCommand],
  ] as const;
  for (const [input, command] of inputs) {
    const signer = ["--signer-command", command, "--signer-input", input, "--public-key", key.publicKey];
    const signed = await aibom(["sign", "model", ...signer], { cwd, env: key.env });
    assert.equal(signed.code, 0, signed.stderr);
    const verified = await aibom(["verify", "model"], { cwd });
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
    const theirs = await reference([
      ...["verify", "key", model, "--signature", join(model, "model.sig"), "--public_key", key.publicKey],
    ]);
    assert.equal(theirs.code, 0, theirs.stdout + theirs.stderr);
  }
});
