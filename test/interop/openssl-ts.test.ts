// SPDX-License-Identifier: Apache-2.0
// OpenSSL's time stamps, both directions: it answers our request and we verify, we stamp and it verifies. And its
// verdict on chains beside ours, rule by rule.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { nullValue, sequence } from "../../fixtures/der-writer.ts";
import {
  basicConstraints,
  type CertificateSpec,
  caExtensions,
  extendedKeyUsage,
  extension,
  generalName,
  type Issued,
  issue,
  type KeyKind,
  keyPair,
  keyUsage,
  nameConstraints,
  pemOf,
  signing,
  subjectAltNames,
  tsaExtensions,
} from "../../fixtures/pki.ts";
import { timestampResponse, timestampToken } from "../../fixtures/tsa.ts";
import { inspectTimestamp } from "../../src/verifiers/timestamp/inspect-timestamp.ts";
import { createTimestampRequest } from "../../src/verifiers/timestamp/timestamp-request.ts";
import { parseTimestampResponse } from "../../src/verifiers/timestamp/timestamp-response.ts";
import { verifyTimestamp } from "../../src/verifiers/timestamp/verify-timestamp.ts";
import { verifyChain } from "../../src/x509/chain.ts";

const probe = spawnSync("openssl", ["version"], { encoding: "utf8" });
const skip = probe.status === 0 ? false : "openssl is not installed";

const scratch = mkdtempSync(join(tmpdir(), "aibom-openssl-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

function file(name: string, content?: string | Uint8Array): string {
  const path = join(scratch, name);
  if (content !== undefined) {
    writeFileSync(path, content);
  }
  return path;
}

function openssl(...args: readonly string[]): { readonly isGood: boolean; readonly text: string } {
  const { status, stdout, stderr } = spawnSync("openssl", args, { encoding: "utf8" });
  return { isGood: status === 0, text: `${stdout}${stderr}` };
}

const signed = new TextEncoder().encode("a signature that gets a time\n");
const data = file("data", signed);
// OpenSSL's authority stamps with the clock: its certificates are valid around now, whenever that is.
const day = 86_400_000;
const now = Date.now();
const validity = { notBefore: new Date(now - day), notAfter: new Date(now + day) };
const root = issue({ subject: "CN=ts root,O=Example", extensions: caExtensions(), ...validity });
const rootPath = file("root.pem", root.pem);

function configuration(tsa: Issued, name: string, options: string): string {
  const key = tsa.keys.privateKey.export({ type: "pkcs8", format: "pem" });
  return file(
    `${name}.cnf`,
    [
      "[tsa]",
      "default_tsa = own",
      "[own]",
      `serial = ${file(`${name}.serial`, "0A\n")}`,
      `signer_cert = ${file(`${name}.pem`, tsa.pem)}`,
      `signer_key = ${file(`${name}.key`, key)}`,
      `certs = ${rootPath}`,
      "default_policy = 1.3.6.1.4.1.99999.2",
      "digests = sha1, sha256, sha384, sha512",
      "accuracy = secs:1, millisecs:500, microsecs:100",
      options,
      "",
    ].join("\n"),
  );
}

const kinds: readonly (readonly [KeyKind, string])[] = [
  ["p256", "signer_digest = sha256"],
  ["p384", "signer_digest = sha384\ness_cert_id_alg = sha512"],
  ["rsa2048", "signer_digest = sha512\ness_cert_id_alg = sha1\nclock_precision_digits = 6"],
  ["rsa3072", "signer_digest = sha256\nordering = yes\ntsa_name = yes\ness_cert_id_chain = yes"],
];

test("OpenSSL answers our requests, and we verify its tokens", { skip }, (t) => {
  t.diagnostic(probe.stdout.trim());
  for (const [kind, options] of kinds) {
    const keys = keyPair(kind, "openssl");
    const tsa = issue({
      subject: `CN=${kind},O=Example`,
      issuer: root,
      keys,
      extensions: tsaExtensions(),
      ...validity,
    });
    const config = configuration(tsa, kind, options);
    const authority = { name: kind, certificates: [root.certificate] };
    for (const hashAlgorithm of ["sha256", "sha384", "sha512"] as const) {
      for (const certReq of [true, false]) {
        const nonce = 2n ** 63n + 7n;
        const request = createTimestampRequest({ hashAlgorithm, signed, nonce, certReq });
        const query = file("request.tsq", request);
        assert.match(openssl("ts", "-query", "-in", query, "-text").text, /Nonce: 0x8000000000000007/);
        const answer = file("answer.tsr");
        const reply = openssl("ts", "-reply", "-config", config, "-queryfile", query, "-out", answer);
        assert.ok(reply.isGood, reply.text);
        const response = readFileSync(answer);
        const authorities = certReq
          ? [authority]
          : [{ ...authority, certificates: [tsa.certificate, root.certificate] }];
        const expected = { nonce, policy: "1.3.6.1.4.1.99999.2" };
        const verified = verifyTimestamp(response, signed, authorities, expected);
        assert.equal(verified.accuracyMicroseconds, 1_500_100);
        assert.ok(Math.abs(verified.genTime.getTime() - Date.now()) < 60_000);
        assert.ok(verified.time.getTime() - verified.genTime.getTime() >= 1501);
        assert.equal(inspectTimestamp(response).hashAlgorithm, hashAlgorithm);
        assert.throws(() => verifyTimestamp(response, signed, authorities, { nonce: 1n }), {
          code: "TIMESTAMP_NONCE",
        });
        assert.throws(() => verifyTimestamp(response, Uint8Array.of(1), authorities), {
          code: "TIMESTAMP_IMPRINT",
        });
      }
    }
  }
});

test("OpenSSL's tokens made on the spot: bare, with SHA-1, refused", { skip }, () => {
  const tsa = issue({ subject: "CN=spot,O=Example", issuer: root, extensions: tsaExtensions(), ...validity });
  const config = configuration(tsa, "spot", "signer_digest = sha256");
  const authorities = [{ name: "spot", certificates: [root.certificate] }];
  const stamp = (name: string, ...options: readonly string[]): Uint8Array => {
    const query = file(`${name}.tsq`);
    assert.ok(openssl("ts", "-query", "-data", data, "-cert", "-out", query, ...options).isGood);
    const answer = file(`${name}.tsr`);
    openssl("ts", "-reply", "-config", config, "-queryfile", query, "-out", answer);
    return readFileSync(answer);
  };
  const response = stamp("good", "-sha256");
  const { token } = parseTimestampResponse(response);
  assert.ok(token);
  assert.equal(verifyTimestamp(token, signed, authorities).authority, "spot");
  assert.throws(() => verifyTimestamp(stamp("weak", "-sha1"), signed, authorities), {
    code: "TIMESTAMP_HASH",
  });
  const refused = stamp("refused", "-sha224");
  assert.throws(() => verifyTimestamp(refused, signed, authorities), { code: "TIMESTAMP_NOT_GRANTED" });
  assert.deepEqual(parseTimestampResponse(refused).failures, ["badAlg"]);
});

test("OpenSSL verifies the tokens of the virtual authority, and refuses wrong ones", { skip }, () => {
  const genTime = new Date(now);
  const check = (name: string, response: Uint8Array): { readonly isGood: boolean; readonly text: string } =>
    openssl("ts", "-verify", "-data", data, "-in", file(`${name}.tsr`, response), "-CAfile", rootPath);
  for (const kind of ["p256", "p384", "rsa2048"] as const) {
    const keys = keyPair(kind, "virtual");
    const tsa = issue({
      subject: `CN=${kind}`,
      issuer: root,
      keys,
      extensions: tsaExtensions(),
      ...validity,
    });
    for (const ess of ["v1", "v2", "both"] as const) {
      const spec = { tsa, signed, genTime, ess, nonce: 9n, accuracy: { seconds: 1 } };
      const { isGood, text } = check(kind, timestampResponse({ token: timestampToken(spec) }));
      assert.ok(isGood, `${kind} ${ess}: ${text}`);
    }
    const fractional = timestampToken({ tsa, signed, genTime: `${stampText(genTime)}.123456789Z` });
    assert.ok(check(kind, timestampResponse({ token: fractional })).isGood);
    const wrong = timestampToken({ tsa, signed: Uint8Array.of(1), genTime });
    assert.equal(check(kind, timestampResponse({ token: wrong })).isGood, false);
    const other = issue({ subject: "CN=other", issuer: root, extensions: tsaExtensions(), ...validity });
    const unbound = timestampToken({ tsa, signed, genTime, essCertificate: other });
    assert.equal(check(kind, timestampResponse({ token: unbound })).isGood, false);
  }
});

function stampText(time: Date): string {
  return time.toISOString().slice(0, 19).replace(/\D/g, "");
}

interface ChainCase {
  readonly name: string;
  readonly root?: Partial<CertificateSpec>;
  readonly middle?: Partial<CertificateSpec>;
  readonly leaf?: Partial<CertificateSpec>;
}

const limited = (spec: Parameters<typeof nameConstraints>[0]) => ({
  extensions: [...caExtensions(), nameConstraints(spec)],
});
const named = (...names: readonly Uint8Array[]) => ({ extensions: [subjectAltNames(names)] });
const { dns, email, uri, ip, directory } = generalName;
const spoil = (signature: Uint8Array): Uint8Array =>
  signature.map((byte, at) => (at === 20 ? byte ^ 1 : byte));

/** Chains on which OpenSSL, at its security level 2, and aibom must agree. */
const chainCases: readonly ChainCase[] = [
  { name: "plain" },
  { name: "RSA issuers", root: { keys: keyPair("rsa3072") }, middle: { keys: keyPair("rsa2048") } },
  { name: "PSS issuers", root: { keys: keyPair("rsa-pss") } },
  { name: "Ed25519 issuer", middle: { keys: keyPair("ed25519") } },
  { name: "expired leaf", leaf: { notAfter: new Date(now - 1000) } },
  { name: "expired middle", middle: { notAfter: new Date(now - 1000) } },
  { name: "expired root", root: { notAfter: new Date(now - 1000) } },
  { name: "future middle", middle: { notBefore: new Date(now + 60_000) } },
  { name: "no CA", middle: { extensions: [basicConstraints(false)] } },
  { name: "no basic constraints", middle: { extensions: [] } },
  { name: "no keyCertSign", middle: { extensions: [basicConstraints(true), keyUsage(["cRLSign"])] } },
  { name: "path length 0", root: { extensions: caExtensions(0) } },
  { name: "path length 1", root: { extensions: caExtensions(1) } },
  { name: "spoiled signature", leaf: { spoilSignature: spoil } },
  { name: "spoiled middle", middle: { spoilSignature: spoil } },
  {
    name: "SHA-1",
    middle: { signing: signing(keyPair("p256", "sha1"), "sha1") },
    root: { keys: keyPair("p256", "sha1") },
  },
  { name: "weak key", middle: { keys: keyPair("rsa1024") } },
  { name: "critical extension", leaf: { extensions: [extension("1.2.3.4", nullValue(), true)] } },
  {
    name: "critical in middle",
    middle: { extensions: [...caExtensions(), extension("1.2.3", sequence(), true)] },
  },
  { name: "critical policies", leaf: { extensions: [extension("2.5.29.32", sequence(), false)] } },
  {
    name: "DNS inside",
    middle: limited({ permitted: [dns("example.com")] }),
    leaf: named(dns("a.example.com")),
  },
  {
    name: "DNS outside",
    middle: limited({ permitted: [dns("example.com")] }),
    leaf: named(dns("badexample.com")),
  },
  {
    name: "DNS excluded",
    middle: limited({ excluded: [dns("example.com")] }),
    leaf: named(dns("a.EXAMPLE.com")),
  },
  {
    name: "e-mail inside",
    middle: limited({ permitted: [email("example.com")] }),
    leaf: named(email("a@example.com")),
  },
  {
    name: "e-mail outside",
    middle: limited({ permitted: [email("example.com")] }),
    leaf: named(email("a@x.example.com")),
  },
  {
    name: "e-mail below",
    middle: limited({ permitted: [email(".example.com")] }),
    leaf: named(email("a@x.example.com")),
  },
  {
    name: "URI inside",
    middle: limited({ permitted: [uri("example.com")] }),
    leaf: named(uri("https://example.com/x")),
  },
  {
    name: "URI outside",
    middle: limited({ permitted: [uri("example.com")] }),
    leaf: named(uri("https://evil.org/x")),
  },
  {
    name: "IP inside",
    middle: limited({ permitted: [ip(10, 0, 0, 0, 255, 0, 0, 0)] }),
    leaf: named(ip(10, 1, 1, 1)),
  },
  {
    name: "IP outside",
    middle: limited({ permitted: [ip(10, 0, 0, 0, 255, 0, 0, 0)] }),
    leaf: named(ip(11, 1, 1, 1)),
  },
  {
    name: "directory inside",
    middle: limited({ permitted: [directory("O=Example")] }),
    leaf: { subject: "CN=x,O=EXAMPLE" },
  },
  {
    name: "directory outside",
    middle: limited({ permitted: [directory("O=Example")] }),
    leaf: { subject: "CN=x,O=Other" },
  },
  {
    name: "directory excluded",
    root: limited({ excluded: [directory("O=Evil")] }),
    leaf: { subject: "CN=x,O=eVil" },
  },
  { name: "version 1 with nothing", leaf: { version: 1 } },
  { name: "purpose of leaf", leaf: { extensions: [extendedKeyUsage(["codeSigning"])] } },
  { name: "negative serial number", leaf: { serialNumber: -5 } },
];

test("OpenSSL and aibom agree on chains", { skip }, (t) => {
  let held = 0;
  for (const { name, ...parts } of chainCases) {
    const own = issue({ subject: "CN=root", extensions: caExtensions(), ...validity, ...parts.root });
    const middle = issue({
      subject: "CN=middle",
      issuer: own,
      extensions: caExtensions(),
      ...validity,
      ...parts.middle,
    });
    const leaf = issue({ subject: "CN=leaf", issuer: middle, ...validity, ...parts.leaf });
    const [anchor, untrusted, last] = [
      file("r.pem", own.pem),
      file("m.pem", middle.pem),
      file("l.pem", leaf.pem),
    ];
    const theirs = openssl("verify", "-auth_level", "2", "-CAfile", anchor, "-untrusted", untrusted, last);
    const ours = chainVerdict(own, middle, leaf);
    held += ours === "accepted" ? 1 : 0;
    assert.equal(ours === "accepted", theirs.isGood, `${name}: ours ${ours}, theirs ${theirs.text}`);
  }
  t.diagnostic(`${chainCases.length} chains, ${held} hold for both`);
});

function chainVerdict(own: Issued, middle: Issued, leaf: Issued): string {
  try {
    verifyChain({
      leaf: leaf.certificate,
      intermediates: [middle.certificate],
      roots: [own.certificate],
      at: new Date(),
    });
    return "accepted";
  } catch (error) {
    return String(error);
  }
}

test("OpenSSL reads what the virtual authority writes", { skip }, () => {
  const { der } = issue({ subject: "CN=x,O=Example", extensions: caExtensions(3), ...validity });
  const { isGood, text } = openssl(
    "x509",
    "-in",
    file("x.pem", pemOf("CERTIFICATE", der)),
    "-noout",
    "-text",
  );
  assert.ok(isGood);
  assert.match(text, /CA:TRUE, pathlen:3/);
  const fingerprint = openssl("x509", "-in", file("x.pem"), "-noout", "-fingerprint", "-sha256").text;
  const expected = createHash("sha256").update(der).digest("hex").toUpperCase();
  assert.equal(fingerprint.split("=")[1]?.trim().replaceAll(":", ""), expected);
});
