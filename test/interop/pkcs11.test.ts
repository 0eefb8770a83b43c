// SPDX-License-Identifier: Apache-2.0
// Keys on a PKCS #11 token (SoftHSM2): what the reference implementation signs with one, we verify; what we have
// the token sign through openssl's engine or pkcs11-tool, it and cosign verify.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { aibom, errorCode } from "../cli/run-aibom.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { cosignIn } from "./cosign.ts";
import { makeModel } from "./model.ts";
import { authorityExtensions, certifyPublicKey, makeCertificate, signerExtensions } from "./openssl-ca.ts";
import { reference, referenceIsMissing } from "./reference.ts";
import { makeTokenKey, softHsmIsMissing } from "./softhsm.ts";
import { missingGoTools } from "./tools.ts";

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

for (const curve of ["prime256v1", "secp384r1", "secp521r1"] as const) {
  for (const input of ["message", "digest"] as const) {
    test(`${curve}, ${input}: the token signs for us, the reference implementation verifies`, {
      skip,
    }, async (t) => {
      const cwd = temporaryDirectory(t);
      const key = makeTokenKey(cwd, curve);
      const model = makeModel(join(cwd, "model"));
      const command = input === "message" ? key.messageCommand : key.digestCommand;
      const signer = ["--signer-command", command, "--signer-input", input, "--public-key", key.publicKey];
      const signed = await aibom(["sign", "model", ...signer], { cwd, env: key.env });
      assert.equal(signed.code, 0, signed.stderr);
      const verify = () =>
        reference([
          ...["verify", "key", model, "--signature", join(model, "model.sig"), "--public_key", key.publicKey],
        ]);
      const good = await verify();
      assert.equal(good.code, 0, good.stdout + good.stderr);
      await aibom(["init"], { cwd });
      await aibom(["trust", "add", "token", "--key", key.publicKey], { cwd });
      const ours = await aibom(["verify", "model"], { cwd });
      assert.equal(ours.code, 0, ours.stdout + ours.stderr);
      writeFileSync(join(model, "a/b"), "x");
      assert.notEqual((await verify()).code, 0);
    });
  }
}

test("the token signs our BOM, cosign verifies", { skip: skip || missingGoTools("cosign") }, async (t) => {
  const cwd = temporaryDirectory(t);
  const key = makeTokenKey(cwd);
  makeModel(join(cwd, "model"));
  const signer = ["--signer-command", key.messageCommand, "--public-key", key.publicKey];
  for (const args of [
    ["inventory", "model", "-o", "aibom.cdx.json"],
    ["sign", "aibom.cdx.json", ...signer],
  ]) {
    const { code, stderr } = await aibom(args, { cwd, env: key.env });
    assert.equal(code, 0, stderr);
  }
  const cosign = cosignIn(cwd);
  const { code, stderr } = await cosign.run([
    ...["verify-blob-attestation", "--key", key.publicKey, "--insecure-ignore-tlog"],
    ...["--trusted-root", await cosign.createTrustedRoot("trusted-root.json")],
    ...["--type", "https://cyclonedx.org/bom", "--bundle", "aibom.cdx.json.sigstore.json", "aibom.cdx.json"],
  ]);
  assert.equal(code, 0, stderr);
});

test("the token signs with a certificate of a private CA, the reference implementation verifies", {
  skip,
}, async (t) => {
  const cwd = temporaryDirectory(t);
  const key = makeTokenKey(cwd);
  const model = makeModel(join(cwd, "model"));
  const extensions = authorityExtensions(0);
  const issuer = makeCertificate({ directory: cwd, name: "root", subject: "/O=Example/CN=root", extensions });
  const chain = certifyPublicKey(key.publicKey, {
    ...{ directory: cwd, name: "token-certificate", subject: "/O=Example/CN=release", issuer },
    extensions: signerExtensions("codeSigning"),
  });
  const signer = ["--signer-command", key.messageCommand, "--certificate-chain", chain];
  const signed = await aibom(["sign", "model", ...signer], { cwd, env: key.env });
  assert.equal(signed.code, 0, signed.stderr);
  const { code, stdout, stderr } = await reference([
    ...["verify", "certificate", model, "--signature", join(model, "model.sig")],
    ...["--certificate_chain", issuer.certificate],
  ]);
  assert.equal(code, 0, stdout + stderr);
});

test("a token that holds another key than the one named is no signer", { skip }, async (t) => {
  const cwd = temporaryDirectory(t);
  const key = makeTokenKey(cwd);
  const other = makeTokenKey(temporaryDirectory(t));
  makeModel(join(cwd, "model"));
  const signer = ["--signer-command", key.messageCommand, "--public-key", other.publicKey];
  const { code, stderr, stdout } = await aibom(["sign", "model", ...signer], { cwd, env: key.env });
  assert.notEqual(code, 0, stdout);
  assert.match(stderr, /SIGNER_COMMAND_WRONG/);
});
