// SPDX-License-Identifier: Apache-2.0
// cosign reads what we sign with a key: attestations of BOMs, and model signatures as the attestations they are.
// Left out: P-384 and P-521, which cosign 3.1.3 signs with SHA-384 and SHA-512 as it should, and then checks with
// SHA-256, so that it refuses its own.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { aibom } from "../cli/run-aibom.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { cosignIn } from "./cosign.ts";
import { makeModel } from "./model.ts";
import { missingGoTools } from "./tools.ts";

const skip = missingGoTools("cosign");

const bomType = "https://cyclonedx.org/bom";
const modelType = "https://model_signing/signature/v1.0";

/** A model, its BOM, and a key that signed both. */
async function signedModel(t: TestContext, keyType: string) {
  const directory = temporaryDirectory(t);
  makeModel(join(directory, "model"));
  const steps = [
    ["keygen", "--out", "release.key", "--type", keyType, "--no-passphrase"],
    ["inventory", "model", "-o", "aibom.cdx.json"],
    ["sign", "aibom.cdx.json", "--key", "release.key"],
    ...(keyType.startsWith("ecdsa") ? [["sign", "model", "--key", "release.key"]] : []),
  ];
  for (const step of steps) {
    const { code, stderr } = await aibom(step, { cwd: directory });
    assert.equal(code, 0, stderr);
  }
  const cosign = cosignIn(directory);
  const trustedRoot = await cosign.createTrustedRoot("trusted-root.json");
  const verify = (bundle: string, type: string, ...rest: readonly string[]) =>
    cosign.run([
      ...["verify-blob-attestation", "--key", "release.pub", "--trusted-root", trustedRoot],
      ...["--insecure-ignore-tlog", "--bundle", bundle, "--type", type, ...rest],
    ]);
  return { directory, verify };
}

/** The digest that a bundle's statement is about. */
function subjectDigest(bundle: string): string {
  const { payload } = JSON.parse(readFileSync(bundle, "utf8")).dsseEnvelope;
  return JSON.parse(Buffer.from(payload, "base64").toString()).subject[0].digest.sha256;
}

for (const keyType of ["ecdsa-p256", "ed25519"]) {
  test(`${keyType}: cosign verifies our BOM attestation, and finds a changed BOM`, { skip }, async (t) => {
    const { directory, verify } = await signedModel(t, keyType);
    const bom = join(directory, "aibom.cdx.json");
    const good = await verify("aibom.cdx.json.sigstore.json", bomType, bom);
    assert.match(good.stderr, /Verified OK/);
    assert.equal(good.code, 0);
    writeFileSync(bom, `${readFileSync(bom, "utf8")} `);
    const bad = await verify("aibom.cdx.json.sigstore.json", bomType, bom);
    assert.match(bad.stderr, /digests do not match/);
    assert.equal(bad.code, 1);
  });
}

test("cosign verifies our model signature as an attestation of its root digest", { skip }, async (t) => {
  const { directory, verify } = await signedModel(t, "ecdsa-p256");
  const bundle = join(directory, "model/model.sig");
  const digest = ["--digestAlg", "sha256", "--digest"];
  const good = await verify(bundle, modelType, ...digest, subjectDigest(bundle));
  assert.match(good.stderr, /Verified OK/);
  assert.equal(good.code, 0);
  const bad = await verify(bundle, modelType, ...digest, "0".repeat(64));
  assert.match(bad.stderr, /digest does not match/);
  assert.equal(bad.code, 1);
  const parsed = JSON.parse(readFileSync(bundle, "utf8"));
  const payload = Buffer.from(parsed.dsseEnvelope.payload, "base64").toString();
  parsed.dsseEnvelope.payload = Buffer.from(payload.replace("config.json", "Config.json")).toString("base64");
  writeFileSync(bundle, JSON.stringify(parsed));
  const changed = await verify(bundle, modelType, ...digest, subjectDigest(bundle));
  assert.match(changed.stderr, /could not verify envelope/);
  assert.equal(changed.code, 1);
});
