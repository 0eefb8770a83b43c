// SPDX-License-Identifier: Apache-2.0
// Message signatures of ours by a key and by a certificate of a private CA. cosign verifies those by a key and finds a
// changed file. cosign 3.1.3 refuses its own by a certificate (the chain in a bundle v0.3) and by P-384 and P-521 keys
// (it checks them with SHA-256), and so ours.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { temporaryDirectory } from "../temporary-directory.ts";
import { cosignIn } from "./cosign.ts";
import { expectExit } from "./expect-exit.ts";
import { authorityExtensions, makeCertificate, signerExtensions } from "./openssl-ca.ts";
import { startOpensslTsa } from "./openssl-tsa.ts";
import { missingGoTools, missingPrograms } from "./tools.ts";

const skip = missingGoTools("cosign") || missingPrograms("openssl");

/** A file, and cosign's opinion of its bundle. */
function setUp(t: TestContext) {
  const cwd = temporaryDirectory(t);
  const cosign = cosignIn(cwd);
  writeFileSync(join(cwd, "model.bin"), "weights of a model\n");
  const bundle = ["--bundle", "model.bin.sigstore.json", "--insecure-ignore-tlog"];
  const verifyBlob = (...args: readonly string[]) =>
    cosign.run(["verify-blob", ...bundle, ...args, "model.bin"]);
  const change = () => writeFileSync(join(cwd, "model.bin"), "Weights of a model\n");
  return { cwd, cosign, verifyBlob, change };
}

test("a key signs a file: cosign verifies it, by this key only", { skip }, async (t) => {
  const { cwd, cosign, verifyBlob, change } = setUp(t);
  await expectExit(cwd, 0, "keygen", "--out", "release.key", "--no-passphrase");
  await expectExit(cwd, 0, "keygen", "--out", "other.key", "--no-passphrase");
  await expectExit(cwd, 0, "sign", "model.bin", "--message", "--key", "release.key");
  const trusted = ["--trusted-root", await cosign.createTrustedRoot("trusted-root.json")];
  const good = await verifyBlob("--key", "release.pub", ...trusted);
  assert.match(good.stderr, /Verified OK/);
  assert.equal(good.code, 0, good.stderr);
  assert.equal((await verifyBlob("--key", "other.pub", ...trusted)).code, 1);
  change();
  assert.equal((await verifyBlob("--key", "release.pub", ...trusted)).code, 1);
});

test("a certificate and a time stamp: we verify both; cosign takes ours for as good as its own", {
  skip,
}, async (t) => {
  const { cwd, cosign, verifyBlob, change } = setUp(t);
  const root = makeCertificate({
    ...{ directory: cwd, name: "root", subject: "/O=Example/CN=root", extensions: authorityExtensions(0) },
  });
  const signer = makeCertificate({
    ...{ directory: cwd, name: "signer", subject: "/O=Example/CN=release", issuer: root },
    extensions: [...signerExtensions("codeSigning"), "subjectAltName=email:release@example.com"],
  });
  const tsa = await startOpensslTsa(temporaryDirectory(t));
  t.after(() => tsa.stop());
  const certificate = ["--key", signer.key, "--certificate-chain", signer.chain, "--timestamp", tsa.url];
  await expectExit(cwd, 0, "sign", "model.bin", "--message", ...certificate);
  await expectExit(cwd, 0, "init");
  await expectExit(cwd, 0, "trust", "import", root.certificate, "--kind", "ca", "--name", "company");
  await expectExit(cwd, 0, "trust", "import", tsa.chain, "--kind", "tsa", "--name", "clock");
  const identity = ["--authority", "company", "--identity", "release@example.com"];
  await expectExit(cwd, 0, "trust", "add", "release", ...identity);
  const { stdout } = await expectExit(cwd, 0, "verify", "model.bin");
  assert.match(stdout, /proven by\s+clock/);
  const company = await cosign.createTrustedRoot(
    "company.json",
    `--fulcio=url=https://ca.example.com,certificate-chain=${root.chain}`,
    `--tsa=url=${tsa.url},certificate-chain=${tsa.chain}`,
  );
  const expected = [
    ...["--trusted-root", company, "--insecure-ignore-sct", "--use-signed-timestamps"],
    ...["--certificate-oidc-issuer-regexp", ".*", "--certificate-identity", "release@example.com"],
  ];
  const opinion = await verifyBlob(...expected);
  const own = ["--key", "cosign.key", "--certificate", signer.certificate, "--certificate-chain", root.chain];
  const clock = `url=${tsa.url},api-version=1,start-time=2026-01-01T00:00:00Z,operator=example`;
  const config = await cosign.createSigningConfig("clock.json", `--tsa=${clock}`, "--tsa-config=EXACT:1");
  const online = ["--trusted-root", company, "--signing-config", config];
  await cosign.run(["import-key-pair", "--key", signer.key, "--output-key-prefix", "cosign"]);
  const signed = await cosign.run([
    ...["sign-blob", "--yes", ...own, ...online, "--bundle", "theirs.json", "model.bin"],
  ]);
  assert.equal(signed.code, 0, signed.stderr);
  const theirs = await cosign.run([
    ...["verify-blob", "--bundle", "theirs.json", "--insecure-ignore-tlog", ...expected, "model.bin"],
  ]);
  assert.deepEqual([opinion.code, opinion.stderr], [theirs.code, theirs.stderr]);
  await expectExit(cwd, 0, "verify", "model.bin", "--signature", "theirs.json");
  change();
  await expectExit(cwd, 1, "verify", "model.bin");
});
