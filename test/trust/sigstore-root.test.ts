// SPDX-License-Identifier: Apache-2.0
// Trusted roots: both versions, client trust configs, JSONL; what is refused, and what is left out with a reason.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { keyPair, spkiOf } from "../../fixtures/pki.ts";
import {
  ctLog,
  fulcio,
  type LogJson,
  logJson,
  type RootJson,
  rekor1,
  rekor2,
  toBytes,
  trustedRoot,
  tsa,
} from "../../fixtures/sigstore.ts";
import { virtualLog } from "../../fixtures/transparency-log.ts";
import { AibomError } from "../../src/errors.ts";
import { parseSigstoreRoot, parseSigstoreRoots } from "../../src/trust/sigstore-root.ts";

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
const sha256 = (bytes: Uint8Array | string): Buffer => createHash("sha256").update(bytes).digest();

function codeOf(change: (root: RootJson) => unknown): string {
  const root = trustedRoot();
  change(root);
  return codeOfBytes(toBytes(root));
}

function codeOfBytes(
  bytes: Uint8Array,
  parse: typeof parseSigstoreRoots = (...args) => [parseSigstoreRoot(...args)],
) {
  try {
    parse(bytes, "trusted_root.json");
    return "parsed";
  } catch (error) {
    assert.ok(error instanceof AibomError, (error as Error).stack);
    return error.code;
  }
}

const firstLog = (root: RootJson): LogJson => root.tlogs[0] as LogJson;

test("everything that a root says", () => {
  const json = trustedRoot();
  Object.assign(json.tlogs[0] ?? {}, { operator: "example.com" });
  Object.assign(json.timestampAuthorities[0]?.validFor ?? {}, { end: "2027-01-01T00:00:00.5Z" });
  const bytes = toBytes(json);
  const root = parseSigstoreRoot(bytes, "trusted_root.json");
  assert.equal(root.digest, sha256(bytes).toString("hex"));
  const [v1, v2] = root.logs;
  assert.equal(v1?.logId, rekor1.logId.toString("hex"));
  assert.equal(v1?.operator, "example.com");
  assert.equal(v1?.validFrom.toISOString(), "2026-01-01T00:00:00.000Z");
  assert.equal(v1?.validUntil, undefined);
  assert.equal(v2?.logId, rekor2.logId.toString("hex"));
  assert.deepEqual(v2?.origins, ["log2026-1.rekor.example.com"]);
  assert.ok(v2?.publicKey.equals(rekor2.keys.publicKey));
  assert.ok(root.ctLogs[0]?.publicKey.equals(ctLog.publicKey));
  const [authority] = root.certificateAuthorities;
  assert.equal(authority?.uri, "https://fulcio.example.com");
  assert.deepEqual(authority?.certificates[0].der, Buffer.from(fulcio.der));
  assert.equal(authority?.certificates.length, 2);
  const [stamper] = root.timestampAuthorities;
  assert.deepEqual(stamper?.certificates[0].der, Buffer.from(tsa.der));
  assert.equal(stamper?.validUntil?.toISOString(), "2027-01-01T00:00:00.500Z");
  assert.deepEqual(root.skipped, []);
  assert.equal(root.signingConfig, undefined);
});

test("media types: exactly those of the two versions", () => {
  for (const mediaType of [
    "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
    "application/vnd.dev.sigstore.trustedroot.v0.1+json",
    "application/vnd.dev.sigstore.trustedroot.v0.2+json",
  ]) {
    assert.equal(
      codeOf((root) => Object.assign(root, { mediaType })),
      "parsed",
    );
  }
  for (const mediaType of [
    "application/vnd.dev.sigstore.trustedroot+json;version=0.2",
    "application/vnd.dev.sigstore.trustedroot.v0.3+json",
    "application/json",
    "",
    null,
  ]) {
    assert.equal(
      codeOf((root) => Object.assign(root, { mediaType })),
      "SIGSTORE_ROOT_MEDIA_TYPE",
    );
  }
});

test("a client trust config holds a root and how to sign", () => {
  const mediaType = "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json";
  const signingConfig = { caUrls: [{ url: "https://fulcio.example.com" }] };
  const config = { mediaType, trustedRoot: trustedRoot(), signingConfig };
  const root = parseSigstoreRoot(toBytes(config), "config.json");
  assert.deepEqual(root.signingConfig, signingConfig);
  assert.equal(root.logs.length, 2);
  assert.equal(codeOfBytes(toBytes({ ...config, signingConfig: [] })), "SIGSTORE_ROOT_INVALID");
  assert.equal(codeOfBytes(toBytes({ ...config, extra: 1 })), "SIGSTORE_ROOT_UNKNOWN_FIELD");
  assert.equal(codeOfBytes(toBytes({ mediaType, signingConfig })), "SIGSTORE_ROOT_INVALID");
  assert.equal(codeOfBytes(toBytes({ ...config, trustedRoot: config })), "SIGSTORE_ROOT_MEDIA_TYPE");
});

test("several roots, one a line; or one over many lines", () => {
  const line = JSON.stringify(trustedRoot());
  const other = JSON.stringify({ ...trustedRoot(), tlogs: [] });
  const parse = (text: string) => parseSigstoreRoots(Buffer.from(text), "roots.jsonl");
  assert.equal(parse(line).length, 1);
  assert.equal(parse(`${line}\n`).length, 1);
  const roots = parse(`${line}\r\n\n${other}\n`);
  assert.deepEqual(
    roots.map((root) => root.logs.length),
    [2, 0],
  );
  assert.notEqual(roots[0]?.digest, roots[1]?.digest);
  assert.equal(parse(JSON.stringify(trustedRoot(), undefined, 2)).length, 1);
  const codeOfText = (text: string): string => codeOfBytes(Buffer.from(text), parseSigstoreRoots);
  assert.equal(codeOfText(""), "JSON_INVALID");
  assert.equal(codeOfText("\n"), "JSON_INVALID");
  assert.equal(codeOfText(`${line}\n{`), "JSON_INVALID");
  assert.equal(codeOfText(`${line} ${line}`), "JSON_INVALID");
  assert.equal(codeOfText(`${line}\n`.repeat(65)), "SIGSTORE_ROOT_INVALID");
  assert.equal(codeOfText(`${line}\n`.repeat(2000)), "JSON_TOO_LARGE");
});

test("the start of every window is mandatory", () => {
  for (const change of [
    (root: RootJson) => Reflect.deleteProperty(firstLog(root).publicKey, "validFor"),
    (root: RootJson) => Object.assign(firstLog(root).publicKey, { validFor: {} }),
    (root: RootJson) =>
      Object.assign(firstLog(root).publicKey, { validFor: { end: "2027-01-01T00:00:00Z" } }),
    (root: RootJson) => Object.assign(root.ctlogs[0]?.publicKey ?? {}, { validFor: { start: null } }),
    (root: RootJson) => Object.assign(root.certificateAuthorities[0] ?? {}, { validFor: {} }),
    (root: RootJson) => Object.assign(root.timestampAuthorities[0] ?? {}, { validFor: null }),
  ]) {
    assert.equal(codeOf(change), "SIGSTORE_ROOT_VALIDITY");
  }
  const window = (validFor: unknown) =>
    codeOf((root) => Object.assign(firstLog(root).publicKey, { validFor }));
  assert.equal(
    window({ start: "2026-01-02T00:00:00Z", end: "2026-01-01T00:00:00Z" }),
    "SIGSTORE_ROOT_INVALID",
  );
  assert.equal(window({ start: "2026-01-01" }), "SIGSTORE_ROOT_INVALID");
  assert.equal(window({ start: "2026-01-01T00:00:00Z", until: "" }), "SIGSTORE_ROOT_UNKNOWN_FIELD");
});

test("the id of a log is that of its key", () => {
  const stranger = virtualLog(1, "stranger.example.com");
  const withId = (logId: unknown, log = rekor1): string =>
    codeOf((root) => {
      root.tlogs = [{ ...logJson(log), logId: logId as { keyId: string } }];
    });
  assert.equal(withId({ keyId: base64(rekor1.logId) }), "parsed");
  assert.equal(withId({ keyId: base64(stranger.logId) }), "SIGSTORE_ROOT_LOG_ID");
  assert.equal(withId({ keyId: base64(rekor1.logId.subarray(0, 4)) }), "SIGSTORE_ROOT_LOG_ID");
  assert.equal(withId(undefined), "SIGSTORE_ROOT_INVALID");
  // Ed25519: of a log with promises, or of a log with signed notes, whose name counts.
  assert.equal(withId({ keyId: base64(sha256(spkiOf(rekor2.keys))) }, rekor2), "parsed");
  assert.equal(withId({ keyId: base64(rekor2.logId) }, rekor2), "parsed");
  assert.equal(withId({ keyId: base64(virtualLog(2, "other").logId) }, rekor2), "SIGSTORE_ROOT_LOG_ID");
  // A key exchanged behind a known id.
  const exchanged = (root: RootJson) => {
    firstLog(root).publicKey.rawBytes = base64(spkiOf(stranger.keys));
  };
  assert.equal(codeOf(exchanged), "SIGSTORE_ROOT_LOG_ID");
  const renamed = (root: RootJson) => Object.assign(root.tlogs[1] ?? {}, { baseUrl: "https://example.net" });
  assert.equal(codeOf(renamed), "SIGSTORE_ROOT_LOG_ID");
});

test("version 0.2 names the checkpoint key, cut or whole", () => {
  const withIds = (ids: object): string =>
    codeOf((root) => {
      const { logId: _, ...log } = logJson(rekor2);
      root.mediaType = "application/vnd.dev.sigstore.trustedroot.v0.2+json";
      root.tlogs = [{ ...log, operator: "example.com", ...ids }];
    });
  const id = (bytes: Uint8Array) => ({ keyId: base64(bytes) });
  assert.equal(withIds({ logId: id(rekor2.logId), checkpointKeyId: id(rekor2.logId) }), "parsed");
  assert.equal(
    withIds({ logId: id(rekor2.logId), checkpointKeyId: id(rekor2.logId.subarray(0, 4)) }),
    "parsed",
  );
  assert.equal(withIds({ checkpointKeyId: id(rekor2.logId.subarray(0, 4)) }), "parsed");
  for (const checkpointKeyId of [
    id(rekor1.logId),
    id(rekor2.logId.subarray(0, 3)),
    id(rekor1.logId.subarray(0, 4)),
  ]) {
    assert.equal(withIds({ logId: id(rekor2.logId), checkpointKeyId }), "SIGSTORE_ROOT_LOG_ID");
  }
  // Two ids of two different logs.
  const mixed = { logId: id(sha256(spkiOf(rekor2.keys))), checkpointKeyId: id(rekor2.logId) };
  assert.equal(withIds(mixed), "SIGSTORE_ROOT_LOG_ID");
});

test("base URLs: schemes, ports and paths", () => {
  const originsOf = (baseUrl: string): readonly string[] => {
    const root = trustedRoot();
    root.tlogs = [{ ...logJson(rekor1), baseUrl }];
    return parseSigstoreRoot(toBytes(root), "x").logs[0]?.origins ?? [];
  };
  assert.deepEqual(originsOf("https://rekor.example.com"), ["rekor.example.com"]);
  assert.deepEqual(originsOf("rekor.example.com/"), ["rekor.example.com"]);
  assert.deepEqual(originsOf("http://localhost:8000/log"), [
    "localhost:8000/log",
    "localhost:8000",
    "localhost",
  ]);
});

test("keys: decoded, and of the type that is stated", () => {
  const withKey = (rawBytes: string, keyDetails = "PKIX_ECDSA_P256_SHA_256"): string =>
    codeOf((root) => {
      const keyId = base64(sha256(Buffer.from(rawBytes, "base64")));
      root.tlogs = [{ ...logJson(rekor1), logId: { keyId } }];
      Object.assign(firstLog(root).publicKey, { rawBytes, keyDetails });
    });
  assert.equal(withKey(base64(spkiOf(rekor1.keys))), "parsed");
  assert.equal(withKey(base64(spkiOf(keyPair("p384", "log"))), "PKIX_ECDSA_P384_SHA_256"), "parsed");
  assert.equal(withKey(base64(spkiOf(keyPair("rsa2048", "log"))), "PKIX_RSA_PKCS1V15_2048_SHA256"), "parsed");
  assert.equal(withKey(base64(Buffer.from("no key"))), "SIGSTORE_ROOT_KEY");
  assert.equal(withKey(base64(spkiOf(keyPair("p384", "log")))), "SIGSTORE_ROOT_KEY");
  assert.equal(
    withKey(base64(spkiOf(keyPair("rsa3072", "log"))), "PKIX_RSA_PKCS1V15_2048_SHA256"),
    "SIGSTORE_ROOT_KEY",
  );
  assert.equal(withKey(base64(spkiOf(keyPair("rsa1024", "log"))), "PKIX_RSA_PKCS1V5"), "SIGSTORE_ROOT_KEY");
});

test("what cannot be verified is left out and said", () => {
  const json = trustedRoot();
  Object.assign(json.tlogs[0]?.publicKey ?? {}, { keyDetails: "ML_DSA_65" });
  Object.assign(json.ctlogs[0] ?? {}, { hashAlgorithm: "SHA2_512" });
  const root = parseSigstoreRoot(toBytes(json), "x");
  assert.equal(root.logs.length, 1);
  assert.equal(root.ctLogs.length, 0);
  assert.deepEqual(root.skipped, [
    { instance: "tlogs[0]", reason: "key type ML_DSA_65" },
    { instance: "ctlogs[0]", reason: "hash algorithm SHA2_512" },
  ]);
});

test("unknown fields anywhere, texts of another type, chains that are none", () => {
  const places: readonly ((root: RootJson) => object | undefined)[] = [
    (root) => root,
    (root) => firstLog(root),
    (root) => firstLog(root).publicKey,
    (root) => firstLog(root).publicKey.validFor,
    (root) => firstLog(root).logId,
    (root) => root.certificateAuthorities[0],
    (root) => root.certificateAuthorities[0]?.subject,
    (root) => root.certificateAuthorities[0]?.certChain,
    (root) => root.certificateAuthorities[0]?.certChain.certificates[0],
    (root) => root.timestampAuthorities[0]?.validFor,
  ];
  for (const place of places) {
    const code = codeOf((root) => Object.assign(place(root) ?? {}, { revoked: true }));
    assert.equal(code, "SIGSTORE_ROOT_UNKNOWN_FIELD");
  }
  const chain = (certificates: unknown): string =>
    codeOf((root) => Object.assign(root.certificateAuthorities[0]?.certChain ?? {}, { certificates }));
  assert.equal(chain([]), "SIGSTORE_ROOT_INVALID");
  assert.equal(chain({}), "SIGSTORE_ROOT_INVALID");
  assert.equal(chain([{ rawBytes: "AA" }]), "SIGSTORE_ROOT_INVALID");
  assert.match(chain([{ rawBytes: "AAAA" }]), /^DER_/);
  assert.equal(
    chain(Array.from({ length: 9 }, () => ({ rawBytes: base64(fulcio.der) }))),
    "SIGSTORE_ROOT_INVALID",
  );
  const many = (root: RootJson) => {
    root.tlogs = Array.from({ length: 257 }, () => logJson(rekor1));
  };
  assert.equal(codeOf(many), "SIGSTORE_ROOT_INVALID");
  assert.equal(codeOfBytes(Buffer.from('{"mediaType":"a","mediaType":"b"}')), "JSON_DUPLICATE_KEY");
  assert.equal(codeOfBytes(Buffer.from("[]")), "SIGSTORE_ROOT_INVALID");
});

const corpora = process.env["AIBOM_CORPORA"] ?? join(import.meta.dirname, "../../../shared/corpora");
const trust = join(corpora, "signing/trust");

test("the roots of the public instances", {
  skip: existsSync(trust) ? false : "corpora not present: signing/trust",
}, () => {
  const load = (name: string) => parseSigstoreRoot(readFileSync(join(trust, name)), name);
  const production = load("public-good.trusted_root.json");
  assert.deepEqual(production.skipped, []);
  assert.deepEqual(
    production.logs.flatMap(({ origins }) => origins),
    ["rekor.sigstore.dev", "log2025-1.rekor.sigstore.dev"],
  );
  assert.equal(production.certificateAuthorities.length, 2);
  assert.equal(production.ctLogs.length, 2);
  assert.equal(production.timestampAuthorities.length, 1);
  assert.deepEqual(load("staging.trusted_root.json").skipped, []);
});
