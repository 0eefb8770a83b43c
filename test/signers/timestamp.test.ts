// SPDX-License-Identifier: Apache-2.0
// Time stamps over signatures of keys and certificates: `sign --timestamp`, and `timestamp` for a signature that
// exists, at once or over an air gap. A certificate with a time stamp is believed ten years later; without, it is not.

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type CertificateSpec, caExtensions, extendedKeyUsage, issue, keyUsage } from "../../fixtures/pki.ts";
import { type TokenSpec, timestampResponse } from "../../fixtures/tsa.ts";
import { aibom, errorCode } from "../cli/run-aibom.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { type Answer, stamp, startService, timestampReply, tsaPem } from "./services.ts";

const day = 86_400_000;
const inDays = (count: number) => new Date(Math.floor(Date.now() / 1000) * 1000 + count * day);
const tenYearsLater = ["--at", inDays(3650).toISOString()];

const root = issue({
  subject: "CN=company root",
  extensions: caExtensions(),
  notBefore: inDays(-10),
  notAfter: inDays(7300),
});
const middle = issue({
  subject: "CN=company issuer",
  issuer: root,
  extensions: caExtensions(0),
  notBefore: inDays(-10),
  notAfter: inDays(400),
});

/** A signing key and its certificate, with changes. */
function certify(change: Partial<CertificateSpec> = {}) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const leaf = issue({
    subject: "CN=release",
    issuer: middle,
    spki: publicKey.export({ type: "spki", format: "der" }),
    notBefore: inDays(-1),
    notAfter: inDays(90),
    extensions: [keyUsage(["digitalSignature"]), extendedKeyUsage(["codeSigning"])],
    ...change,
  });
  return { key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(), leaf };
}

/** A directory with a model, a key with its certificates, and a trust root for both authorities. */
async function workspace(t: TestContext, change: Partial<CertificateSpec> = {}): Promise<string> {
  const cwd = temporaryDirectory(t);
  const { key, leaf } = certify(change);
  writeFileSync(join(cwd, "release.key"), key, { mode: 0o600 });
  writeFileSync(join(cwd, "chain.pem"), leaf.pem + middle.pem + root.pem);
  writeFileSync(join(cwd, "root.pem"), root.pem);
  writeFileSync(join(cwd, "tsa.pem"), tsaPem);
  mkdirSync(join(cwd, "model"));
  writeFileSync(join(cwd, "model/w.bin"), "w");
  for (const args of [
    ["init"],
    ["trust", "import", "root.pem", "--kind", "ca", "--name", "company"],
    ["trust", "import", "tsa.pem", "--kind", "tsa", "--name", "clock"],
    ["trust", "add", "release", "--authority", "company", "--subject", "CN=release"],
  ]) {
    const { code, stderr } = await aibom(args, { cwd });
    assert.equal(code, 0, stderr);
  }
  return cwd;
}

const signArgs = ["sign", "model", "--key", "release.key", "--certificate-chain", "chain.pem"];
const startClock = (t: TestContext, change: Partial<TokenSpec> = {}) =>
  startService(t, (body) => timestampReply(stamp(body, change)));

interface Material {
  readonly x509CertificateChain?: { readonly certificates: readonly object[] };
  readonly timestampVerificationData?: { readonly rfc3161Timestamps: readonly { signedTimestamp: string }[] };
}

function materialOf(cwd: string): Material {
  return JSON.parse(readFileSync(join(cwd, "model/model.sig"), "utf8")).verificationMaterial;
}

test("a certificate signs: the root stays at home; ten years later the time stamp decides", async (t) => {
  const cwd = await workspace(t);
  const verify = (...args: readonly string[]) => aibom(["verify", "model", ...args], { cwd });
  const signed = await aibom(signArgs, { cwd });
  assert.equal(signed.code, 0, signed.stderr);
  assert.equal(materialOf(cwd).x509CertificateChain?.certificates.length, 2);
  const now = await verify();
  assert.equal(now.code, 0, now.stdout + now.stderr);
  const later = await verify(...tenYearsLater);
  assert.equal(later.code, 1, later.stdout);
  assert.match(later.stdout, /CERTIFICATE_/);

  const url = await startClock(t);
  const stamped = await aibom([...signArgs, "--timestamp", url], { cwd });
  assert.equal(stamped.code, 0, stamped.stderr);
  const proven = await verify(...tenYearsLater);
  assert.equal(proven.code, 0, proven.stdout + proven.stderr);
  assert.match(proven.stdout, /proven by\s+clock/);

  writeFileSync(join(cwd, "model/w.bin"), "x");
  assert.equal((await verify(...tenYearsLater)).code, 1);
});

const unusable: readonly (readonly [string, Partial<CertificateSpec>, string])[] = [
  [
    "it is of another key",
    { spki: certify().leaf.certificate.publicKey.export({ type: "spki", format: "der" }) },
    "SIGNER_CERTIFICATE",
  ],
  ["it has expired", { notAfter: inDays(-0.5) }, "SIGNER_CERTIFICATE"],
  ["it is not valid yet", { notBefore: inDays(1) }, "SIGNER_CERTIFICATE"],
  [
    "it is for servers",
    { extensions: [keyUsage(["keyAgreement"]), extendedKeyUsage(["serverAuth"])] },
    "CERTIFICATE_",
  ],
];

for (const [name, change, code] of unusable) {
  test(`no signature with a certificate: ${name}`, async (t) => {
    const cwd = await workspace(t, change);
    const result = await aibom(signArgs, { cwd });
    assert.notEqual(result.code, 0);
    assert.ok(errorCode(result)?.startsWith(code), result.stderr);
    assert.ok(!existsSync(join(cwd, "model/model.sig")));
  });
}

const answers: readonly (readonly [string, (query: Buffer) => Answer | undefined, string])[] = [
  ["another nonce", (query) => timestampReply(stamp(query, { nonce: 7 })), "SIGNER_TIMESTAMP"],
  [
    "another imprint",
    (query) => timestampReply(stamp(query, { imprint: new Uint8Array(32) })),
    "SIGNER_TIMESTAMP",
  ],
  [
    "SHA-1",
    (query) => timestampReply(stamp(query, { imprintHash: "sha1", imprint: new Uint8Array(20) })),
    "SIGNER_TIMESTAMP",
  ],
  [
    "an answer inside an answer",
    (query) => timestampReply(timestampResponse({ token: stamp(query) })),
    "DER_",
  ],
  ["noise", () => timestampReply(Buffer.from("noise")), "DER_"],
  ["nothing", () => timestampReply(new Uint8Array()), "DER_"],
  ["text", (query) => ({ type: "text/plain", body: stamp(query) }), "FETCH_STATUS"],
  ["an error", () => ({ status: 500, type: "application/timestamp-reply", body: "" }), "FETCH_STATUS"],
  ["too much", () => timestampReply(Buffer.alloc(1 << 20)), "FETCH_TOO_LONG"],
  [
    "packed bytes",
    (query) => ({ ...timestampReply(stamp(query)), headers: { "content-encoding": "gzip" } }),
    "FETCH_STATUS",
  ],
  [
    "a redirect",
    () => ({ status: 302, type: "text/plain", body: "", headers: { location: "/other" } }),
    "FETCH_STATUS",
  ],
];

test("what an authority must not answer: nothing is written, what was there stays", async (t) => {
  const cwd = await workspace(t);
  let answer: (query: Buffer) => Answer | undefined = () => undefined;
  const url = await startService(t, (body) => answer(body));
  const signature = join(cwd, "model/model.sig");
  for (const [name, wrong, code] of answers) {
    answer = wrong;
    const result = await aibom([...signArgs, "--timestamp", url], { cwd });
    assert.ok(errorCode(result)?.startsWith(code), `${name}: ${result.stderr}`);
    assert.ok(!existsSync(signature), name);
  }
  assert.equal((await aibom(signArgs, { cwd })).code, 0);
  const before = readFileSync(signature);
  for (const [name, wrong, code] of answers) {
    answer = wrong;
    const result = await aibom(["timestamp", "model/model.sig", "--url", url], { cwd });
    assert.ok(errorCode(result)?.startsWith(code), `${name}: ${result.stderr}`);
    assert.deepEqual(readFileSync(signature), before, name);
  }
  const plain = await aibom(["timestamp", "model/model.sig", "--url", "http://tsa.example"], { cwd });
  assert.equal(errorCode(plain), "FETCH_ADDRESS");
});

test("a time stamp for a signature that exists: online, then over an air gap; earlier ones stay", async (t) => {
  const cwd = await workspace(t);
  assert.equal((await aibom(signArgs, { cwd })).code, 0);
  const file = (name: string) => join(cwd, name);
  const timestamp = (...args: readonly string[]) => aibom(["timestamp", "model/model.sig", ...args], { cwd });
  const stamps = () =>
    (materialOf(cwd).timestampVerificationData?.rfc3161Timestamps ?? []).map((each) => each.signedTimestamp);

  const online = await timestamp("--url", await startClock(t));
  assert.equal(online.code, 0, online.stderr);
  const [first] = stamps();
  const verified = await aibom(["verify", "model", ...tenYearsLater], { cwd });
  assert.equal(verified.code, 0, verified.stdout);

  assert.equal((await timestamp("--request", "model.tsq")).code, 0);
  const query = readFileSync(file("model.tsq"));
  assert.equal(errorCode(await timestamp("--request", "model.tsq")), "CLI_OUTPUT_EXISTS");
  writeFileSync(file("model.tsr"), stamp(query));
  const added = await timestamp("--token", "model.tsr", "--request", "model.tsq");
  assert.equal(added.code, 0, added.stderr);
  assert.match(added.stderr, /2 time stamps/);
  assert.deepEqual(stamps(), [first, readFileSync(file("model.tsr")).toString("base64")]);
  assert.equal((await aibom(["verify", "model", ...tenYearsLater], { cwd })).code, 0);

  const before = readFileSync(file("model/model.sig"));
  writeFileSync(file("other-nonce.tsr"), stamp(query, { nonce: 1 }));
  writeFileSync(file("other-bytes.tsr"), stamp(query, { imprint: new Uint8Array(32) }));
  writeFileSync(file("other.tsq"), Buffer.concat([query.subarray(0, -12), Buffer.alloc(12)]));
  const refused: readonly (readonly [string, readonly string[]])[] = [
    ["SIGNER_TIMESTAMP", ["--token", "other-nonce.tsr", "--request", "model.tsq"]],
    ["SIGNER_TIMESTAMP", ["--token", "other-bytes.tsr"]],
    ["DER_", ["--token", "model.tsr", "--request", "other.tsq"]],
    ["DER_", ["--token", "chain.pem"]],
    ["SOURCE_NOT_FOUND", ["--token", "absent.tsr"]],
    ["CLI_USAGE", []],
    ["CLI_USAGE", ["--url", "https://tsa.example", "--token", "model.tsr"]],
  ];
  for (const [code, args] of refused) {
    const result = await timestamp(...args);
    assert.ok(errorCode(result)?.startsWith(code), `${args.join(" ")}: ${result.stderr}`);
  }
  assert.deepEqual(readFileSync(file("model/model.sig")), before);
  const noBundle = await aibom(["timestamp", "chain.pem", "--request", "new.tsq"], { cwd });
  assert.notEqual(noBundle.code, 0);
  assert.ok(!existsSync(file("new.tsq")));
});
