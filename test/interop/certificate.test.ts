// SPDX-License-Identifier: Apache-2.0
// Certificates of a private CA that openssl made: the reference implementation and we verify each other's model
// signatures, find the same changed file, and refuse the same strangers. Time stamps of openssl keep ours alive.

import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { temporaryDirectory } from "../temporary-directory.ts";
import { expectExit as run, verdictOf } from "./expect-exit.ts";
import { makeModel } from "./model.ts";
import {
  authorityExtensions,
  type IssuedCertificate,
  makeCertificate,
  openssl,
  signerExtensions,
} from "./openssl-ca.ts";
import { startOpensslTsa } from "./openssl-tsa.ts";
import { reference, referenceIsMissing } from "./reference.ts";
import { missingPrograms } from "./tools.ts";

const skip = referenceIsMissing || missingPrograms("openssl");

const subject = "CN=release,OU=Models,O=Example,C=DE";
const ec = (curve: string) => ["-algorithm", "EC", "-pkeyopt", `ec_paramgen_curve:${curve}`];
const rsa = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"];

interface Pki {
  readonly root: IssuedCertificate;
  readonly intermediate: IssuedCertificate;
  readonly signer: IssuedCertificate;
}

interface PkiOptions {
  readonly authorityKey?: readonly string[];
  readonly signerKey?: readonly string[];
  readonly signerDays?: number;
}

function makePki(directory: string, name: string, options: PkiOptions = {}): Pki {
  const keyType = options.authorityKey ?? ec("P-256");
  const authority = { directory, keyType, days: 3650 };
  const root = makeCertificate({
    ...authority,
    name: `${name}-root`,
    subject: `/O=${name}/CN=root`,
    extensions: authorityExtensions(1),
  });
  const intermediate = makeCertificate({
    ...authority,
    name: `${name}-intermediate`,
    subject: `/O=${name}/CN=intermediate`,
    extensions: authorityExtensions(0),
    issuer: root,
  });
  const signer = makeCertificate({
    directory,
    name: `${name}-signer`,
    subject: "/C=DE/O=Example/OU=Models/CN=release",
    extensions: [...signerExtensions("codeSigning"), "subjectAltName=email:release@example.com"],
    issuer: intermediate,
    keyType: options.signerKey ?? ec("P-256"),
    days: options.signerDays ?? 365,
  });
  return { root, intermediate, signer };
}

/** A directory with a model, and a trust root that knows the CA's release signer. */
async function setUp(t: TestContext, options: PkiOptions = {}) {
  const cwd = temporaryDirectory(t);
  const pki = makePki(cwd, "company", options);
  const model = makeModel(join(cwd, "model"));
  await run(cwd, 0, "init");
  await run(cwd, 0, "trust", "import", pki.root.certificate, "--kind", "ca", "--name", "company");
  await run(cwd, 0, "trust", "add", "release", "--authority", "company", "--subject", subject);
  return { cwd, pki, model, signature: join(model, "model.sig") };
}

const referenceVerifies = (model: string, root: IssuedCertificate) =>
  reference([
    ...["verify", "certificate", model, "--signature", join(model, "model.sig")],
    ...["--certificate_chain", root.certificate],
  ]);

async function referenceSigns(model: string, { signer, intermediate, root }: Pki): Promise<void> {
  const signed = await reference([
    ...["sign", "certificate", model, "--signature", join(model, "model.sig")],
    ...["--private_key", signer.key, "--signing_certificate", signer.certificate],
    ...["--certificate_chain", intermediate.certificate, "--certificate_chain", root.certificate],
  ]);
  assert.equal(signed.code, 0, signed.stdout + signed.stderr);
}

const weSign = (cwd: string, { signer }: Pki, ...more: readonly string[]) =>
  run(cwd, 0, "sign", "model", "--key", signer.key, "--certificate-chain", signer.chain, ...more);

/** Changes one file and adds another; both sides must name exactly these two. */
async function expectBothFind(cwd: string, model: string, root: IssuedCertificate): Promise<void> {
  writeFileSync(join(model, "a b"), "x");
  writeFileSync(join(model, "extra.py"), "print()");
  const theirs = await referenceVerifies(model, root);
  assert.notEqual(theirs.code, 0);
  const { findings } = await verdictOf(cwd, 1, "model");
  const named = findings
    .filter((each) => each.code.startsWith("OMS_FILE_"))
    .map((each) => each.location.path);
  assert.deepEqual(named.sort(), ["a b", "extra.py"]);
  for (const path of named) {
    assert.ok(theirs.stderr.includes(path) || theirs.stdout.includes(path), theirs.stderr + theirs.stdout);
  }
}

const kinds: Readonly<Record<string, PkiOptions>> = {
  "P-256": {},
  "P-384 under RSA": { authorityKey: rsa, signerKey: ec("P-384") },
  "P-521 under P-384": { authorityKey: ec("P-384"), signerKey: ec("P-521") },
};

for (const [name, options] of Object.entries(kinds)) {
  test(`${name}: it signs, we verify, both find the same changes`, { skip }, async (t) => {
    const { cwd, pki, model } = await setUp(t, options);
    await referenceSigns(model, pki);
    await run(cwd, 0, "verify", "model");
    assert.equal((await referenceVerifies(model, pki.root)).code, 0);
    await expectBothFind(cwd, model, pki.root);
  });

  test(`${name}: we sign, it verifies, both find the same changes`, { skip }, async (t) => {
    const { cwd, pki, model } = await setUp(t, options);
    await weSign(cwd, pki);
    const good = await referenceVerifies(model, pki.root);
    assert.equal(good.code, 0, good.stdout + good.stderr);
    await run(cwd, 0, "verify", "model");
    await expectBothFind(cwd, model, pki.root);
  });
}

test("both refuse a signature under another CA of the same names", { skip }, async (t) => {
  const { cwd, model, pki } = await setUp(t);
  const directory = join(cwd, "model");
  const stranger = makePki(temporaryDirectory(t), "company");
  await referenceSigns(directory, stranger);
  assert.notEqual((await referenceVerifies(model, pki.root)).code, 0);
  const { stdout } = await run(cwd, 1, "verify", "model");
  assert.match(stdout, /CERTIFICATE_/);
});

test("both refuse a chain without its intermediate", { skip }, async (t) => {
  const { cwd, model, pki, signature } = await setUp(t);
  await referenceSigns(model, pki);
  const bundle = JSON.parse(readFileSync(signature, "utf8"));
  bundle.verificationMaterial.x509CertificateChain.certificates.splice(1, 1);
  writeFileSync(signature, JSON.stringify(bundle));
  assert.notEqual((await referenceVerifies(model, pki.root)).code, 0);
  assert.match((await run(cwd, 1, "verify", "model")).stdout, /CERTIFICATE_UNTRUSTED/);
});

test("a time stamp of openssl keeps a signature alive after its certificate", { skip }, async (t) => {
  const { cwd, pki, model, signature } = await setUp(t, { signerDays: 2 });
  const tsa = await startOpensslTsa(temporaryDirectory(t));
  t.after(() => tsa.stop());
  const later = new Date(Date.now() + 30 * 86_400_000).toISOString();
  await weSign(cwd, pki);
  await run(cwd, 0, "verify", "model");
  assert.match((await run(cwd, 1, "verify", "model", "--at", later)).stdout, /CERTIFICATE_EXPIRED/);
  rmSync(signature);

  await weSign(cwd, pki, "--timestamp", tsa.url);
  assert.equal((await referenceVerifies(model, pki.root)).code, 0);
  // The token alone changes nothing: nobody has said that this authority may tell the time.
  await run(cwd, 1, "verify", "model", "--at", later);
  await run(cwd, 0, "trust", "import", tsa.chain, "--kind", "tsa", "--name", "clock");
  await run(cwd, 0, "verify", "model", "--at", later);

  const { verificationMaterial, dsseEnvelope } = JSON.parse(readFileSync(signature, "utf8"));
  const [stamp] = verificationMaterial.timestampVerificationData.rfc3161Timestamps;
  writeFileSync(join(cwd, "token.tsr"), Buffer.from(stamp.signedTimestamp, "base64"));
  writeFileSync(join(cwd, "signature"), Buffer.from(dsseEnvelope.signatures[0].sig, "base64"));
  const answer = openssl(
    ...["ts", "-verify", "-in", join(cwd, "token.tsr"), "-data", join(cwd, "signature")],
    ...["-CAfile", tsa.chain, "-untrusted", tsa.chain],
  );
  assert.match(answer.toString(), /Verification: OK/);
});
