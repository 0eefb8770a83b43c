// SPDX-License-Identifier: Apache-2.0
// What others publish, brought into a trust root: Sigstore roots, certificates, registry keys, Notary trust stores;
// roots of private instances written from files; and what `trust check` finds.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { caExtensions, fixtureTime, issue, keyPair, spkiOf, tsaExtensions } from "../../fixtures/pki.ts";
import {
  ctLog,
  ctLogJson,
  fulcio,
  fulcioRoot,
  rekor1,
  rekor2,
  toBytes,
  trustedRoot,
  tsa,
  tsaRoot,
} from "../../fixtures/sigstore.ts";
import { AibomError } from "../../src/errors.ts";
import { limits } from "../../src/limits.ts";
import { generateKey } from "../../src/signers/generate-key.ts";
import { checkTrustRoot } from "../../src/trust/check.ts";
import { createSigstoreRoot, type NewLog } from "../../src/trust/create-sigstore-root.ts";
import { emptyTrustDocument, type TrustChange } from "../../src/trust/edit.ts";
import { type ImportOptions, importTrust } from "../../src/trust/import.ts";
import { readNotaryStores } from "../../src/trust/notary-store.ts";
import { parseSigstoreRoot } from "../../src/trust/sigstore-root.ts";
import { corpus } from "../corpora.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { trustWith } from "./in-memory.ts";

const code = (expected: string) => (error: unknown) => {
  assert.ok(error instanceof AibomError, String(error));
  assert.equal(error.code, expected, error.message);
  return true;
};

const take = (bytes: Uint8Array | string, options: Partial<ImportOptions> = {}, from = emptyTrustDocument) =>
  importTrust(from, typeof bytes === "string" ? Buffer.from(bytes) : bytes, "file", {
    name: "imported",
    usages: ["statement"],
    ...options,
  });

const refuses = (
  bytes: Uint8Array | string,
  expected: string,
  options: Partial<ImportOptions> = {},
): void => {
  assert.throws(() => take(bytes, options), code(expected));
};

/** Names and thresholds, and that each file is there under its hash. */
function authoritiesOf({ document, files }: TrustChange): string[] {
  for (const { file, sha256 } of document.authorities) {
    const bytes = files.get(file);
    assert.ok(bytes !== undefined, file);
    assert.equal(createHash("sha256").update(bytes).digest("hex"), sha256);
  }
  return document.authorities.map((each) =>
    each.kind === "sigstore"
      ? `${each.name} ${each.thresholds.log}/${each.thresholds.sct}/${each.thresholds.time}`
      : `${each.name} ${each.kind}`,
  );
}

test("a Sigstore root: byte for byte, asking for every proof that it offers", () => {
  const bytes = toBytes(trustedRoot());
  const change = take(bytes);
  assert.deepEqual(authoritiesOf(change), ["imported 1/1/1"]);
  assert.deepEqual([...change.files.values()], [bytes]);
  const pretty = Buffer.from(`${JSON.stringify(trustedRoot(), null, 2)}\n`);
  assert.deepEqual([...take(pretty).files.values()], [pretty]);
  const { tlogs: _logs, ...noLogs } = trustedRoot();
  assert.deepEqual(authoritiesOf(take(toBytes(noLogs))), ["imported 0/1/1"]);
  const { ctlogs: _ctLogs, ...noCtLogs } = trustedRoot();
  assert.deepEqual(authoritiesOf(take(toBytes(noCtLogs))), ["imported 1/0/1"]);
  assert.deepEqual(authoritiesOf(take(bytes, { thresholds: { log: 2, sct: 0 } })), ["imported 2/0/1"]);
  for (const thresholds of [
    { log: 0, time: 0 },
    { log: 17 },
    { log: -1 },
    { log: 1.5 },
    { log: Number.NaN },
  ]) {
    refuses(bytes, "TRUST_ROOT_INVALID", { thresholds });
  }
});

test("client trust configs, and several roots, one a line", () => {
  const config = {
    mediaType: "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json",
    trustedRoot: trustedRoot(),
    signingConfig: { anything: 1 },
  };
  assert.deepEqual(authoritiesOf(take(toBytes(config))), ["imported 1/1/1"]);
  const line = JSON.stringify(trustedRoot());
  const { tlogs: _, ...other } = trustedRoot();
  for (const text of [
    `${line}\n${JSON.stringify(other)}\n`,
    `${line}\n\n  \n${JSON.stringify(other)}`,
    `${line}\r\n${JSON.stringify(other)} \r\n`,
  ]) {
    const change = take(text);
    assert.deepEqual(authoritiesOf(change), ["imported-1 1/1/1", "imported-2 0/1/1"]);
    assert.deepEqual([...change.files.values()].map(String), [line, JSON.stringify(other)]);
  }
  refuses(`${line}\n{"mediaType":"x"}\n`, "SIGSTORE_ROOT_MEDIA_TYPE");
  refuses(`${line}\n{}\n`, "SIGSTORE_ROOT_MEDIA_TYPE");
  refuses(`${line}\n${line.slice(0, -1)}\n`, "JSON_INVALID");
  refuses(`${line} ${line}`, "JSON_INVALID");
  refuses(
    Array(limits.maxSigstoreRoots + 1)
      .fill(line)
      .join("\n"),
    "TRUST_IMPORT_INVALID",
  );
  // What is not text stays what it is, and is refused, also in a line of several.
  const bytes = Buffer.from(`${line}\n${line}`);
  bytes[line.indexOf("example")] = 0xff;
  refuses(bytes, "TEXT_NOT_UTF8");
});

test("a Sigstore root that is damaged, of another kind, or with unknown fields is refused", () => {
  const change = (edit: (root: ReturnType<typeof trustedRoot>) => unknown): Uint8Array => {
    const root = trustedRoot();
    edit(root);
    return toBytes(root);
  };
  refuses(
    change((root) => Object.assign(root, { mediaType: "application/json" })),
    "SIGSTORE_ROOT_MEDIA_TYPE",
  );
  refuses(
    change((root) => Object.assign(root, { extra: [] })),
    "SIGSTORE_ROOT_UNKNOWN_FIELD",
  );
  refuses(
    change((root) => delete root.certificateAuthorities[0]?.validFor?.start),
    "SIGSTORE_ROOT_VALIDITY",
  );
  refuses(
    change((root) => root.certificateAuthorities[0]?.certChain.certificates.splice(0)),
    "SIGSTORE_ROOT_INVALID",
  );
  refuses('{"mediaType":1}', "SIGSTORE_ROOT_MEDIA_TYPE");
  refuses('{"a":1,"a":2}', "JSON_DUPLICATE_KEY");
  refuses("{", "JSON_INVALID");
  refuses("", "TRUST_IMPORT_KIND");
  refuses("[]", "TRUST_IMPORT_KIND");
});

const ca = issue({ subject: "CN=ca", extensions: caExtensions() });

test("certificates: their kind must be said; only certificates, bounded, within a window", () => {
  const pem = `a note\n${ca.pem}another\n${tsaRoot.pem}`;
  refuses(pem, "TRUST_IMPORT_KIND");
  for (const kind of ["ca", "tsa"] as const) {
    const change = take(pem, { kind, validUntil: "2027-01-01T00:00:00Z", comment: "by post" });
    assert.deepEqual(authoritiesOf(change), [`imported ${kind}`]);
    // Notes are left behind: what is stored is certificates and nothing else.
    assert.equal(String([...change.files.values()][0]), ca.pem + tsaRoot.pem);
    assert.equal("validUntil" in (change.document.authorities[0] ?? {}), true);
    assert.equal(take(ca.der, { kind }).document.authorities.length, 1, "DER");
    for (const [bytes, expected] of [
      ["", "TRUST_IMPORT_INVALID"],
      ["no certificate", "TRUST_IMPORT_INVALID"],
      [generateKey("ed25519").publicPem, "TRUST_IMPORT_INVALID"],
      [ca.pem + generateKey("ed25519").privatePem, "TRUST_IMPORT_INVALID"],
      [ca.pem.slice(0, -20), "TRUST_IMPORT_INVALID"],
      [ca.pem.repeat(limits.maxAuthorityCertificates + 1), "TRUST_IMPORT_INVALID"],
      [JSON.stringify(trustedRoot()), "TRUST_IMPORT_INVALID"],
    ] as const) {
      refuses(bytes, expected, { kind });
    }
    refuses(ca.der.subarray(0, 100), "TRUST_IMPORT_INVALID", { kind });
    refuses(pem, "TRUST_ROOT_INVALID", {
      kind,
      validFrom: "2028-01-01T00:00:00Z",
      validUntil: "2027-01-01T00:00:00Z",
    });
  }
  refuses(pem, "JSON_INVALID", { kind: "sigstore" });
  refuses(pem, "JSON_INVALID", { kind: "registry-keys" });
});

test("options that would have no effect are refused", () => {
  const window = { validUntil: "2027-01-01T00:00:00Z" };
  refuses(toBytes(trustedRoot()), "TRUST_IMPORT_INVALID", window);
  refuses(registryKeys(), "TRUST_IMPORT_INVALID", window);
  refuses(registryKeys(), "TRUST_IMPORT_INVALID", { thresholds: { log: 1 } });
  refuses(ca.pem, "TRUST_IMPORT_INVALID", { kind: "ca", thresholds: { log: 1 } });
  assert.equal(take(ca.pem, { kind: "ca", thresholds: {} }).document.authorities.length, 1);
});

test("names: bad ones, and those that are taken", () => {
  for (const name of ["../x", "a/b", "", ".hidden", "n".repeat(129), "a\u001b[2J"]) {
    refuses(toBytes(trustedRoot()), "TRUST_ROOT_INVALID", { name });
    refuses(ca.pem, "TRUST_ROOT_INVALID", { name, kind: "ca" });
  }
  const { document } = take(ca.pem, { kind: "ca" });
  assert.throws(() => take(toBytes(trustedRoot()), {}, document), code("TRUST_DUPLICATE"));
  assert.throws(() => take(tsaRoot.pem, { kind: "tsa" }, document), code("TRUST_DUPLICATE"));
  assert.throws(() => take(registryKeys(), {}, document), code("TRUST_DUPLICATE"));
});

interface RegistryKeySpec {
  readonly name?: string;
  readonly start?: unknown;
  readonly end?: unknown;
  readonly usage?: string;
  readonly rawBytes?: unknown;
}

/** keys.json as the npm registry publishes it. */
function registryKeys(...specs: readonly RegistryKeySpec[]): string {
  const keys = (specs.length === 0 ? [{}] : specs).map((spec) => {
    const spki = spkiOf(keyPair("p256", spec.name ?? "registry"));
    return {
      keyId: "SHA256:x",
      keyUsage: spec.usage ?? "npm:signatures",
      publicKey: {
        rawBytes: "rawBytes" in spec ? spec.rawBytes : Buffer.from(spki).toString("base64"),
        keyDetails: "PKIX_ECDSA_P256_SHA_256",
        validFor: {
          start: "start" in spec ? spec.start : "1999-01-01T00:00:00.000Z",
          ...("end" in spec ? { end: spec.end } : {}),
        },
      },
    };
  });
  return JSON.stringify({ keys });
}

test("registry keys become identities, each key once, in the narrower of its windows", () => {
  const { document, files } = take(
    registryKeys(
      { name: "old", end: "2025-01-29T00:00:00.000Z" },
      { name: "old", end: "2024-01-29T00:00:00.000Z", usage: "npm:attestations" },
      { name: "new", start: "2025-01-13T00:00:00.000Z" },
      { name: "new", start: "2025-02-13T00:00:00.000Z" },
    ),
  );
  assert.equal(files.size, 0);
  assert.deepEqual(
    document.identities.map(({ name, usages, validFrom, validUntil }) => [
      name,
      usages,
      validFrom,
      validUntil,
    ]),
    [
      ["imported-1", ["statement"], "1999-01-01T00:00:00.000Z", "2024-01-29T00:00:00.000Z"],
      ["imported-2", ["statement"], "2025-02-13T00:00:00.000Z", undefined],
    ],
  );
  assert.deepEqual(
    take(registryKeys()).document.identities.map((each) => each.name),
    ["imported"],
  );
  for (const spec of [
    { rawBytes: "AAAA" },
    { rawBytes: "no base64!" },
    { rawBytes: 1 },
    { rawBytes: Buffer.alloc(60).toString("base64") },
    { start: undefined },
    { start: 5 },
    { start: "yesterday" },
    { end: 5 },
    { end: "1998-01-01T00:00:00Z" },
  ]) {
    assert.throws(() => take(registryKeys(spec)), AibomError, JSON.stringify(spec));
  }
  for (const text of ['{"keys":[]}', '{"keys":{}}', '{"keys":[null]}', '{"keys":[{}]}', '{"keys":["x"]}']) {
    refuses(text, "TRUST_IMPORT_INVALID");
  }
  refuses(toBytes(trustedRoot()), "TRUST_IMPORT_INVALID", { kind: "registry-keys" });
});

const { path: published, missing } = corpus("signing/trust");

test("what is published today: public good, staging, npm keys", { skip: missing }, (t) => {
  const read = (name: string) => readFileSync(join(published, name));
  for (const name of ["public-good.trusted_root.json", "staging.trusted_root.json"]) {
    assert.deepEqual(authoritiesOf(take(read(name))), ["imported 1/1/1"], name);
  }
  const lines = ["public-good.trusted_root.json", "staging.trusted_root.json"].map((name) =>
    JSON.stringify(JSON.parse(read(name).toString())),
  );
  assert.deepEqual(authoritiesOf(take(lines.join("\n"))), ["imported-1 1/1/1", "imported-2 1/1/1"]);
  const { identities } = take(read("npm/keys.json")).document;
  t.diagnostic(
    `${identities.length} npm keys: ${identities.map((each) => each.validUntil ?? "no end").join(", ")}`,
  );
  assert.ok(identities.length >= 2);
  for (const name of ["signing_config.json", "signing_config.v0.2.json", "github-tuf-root.json"]) {
    assert.throws(() => take(read(name)), AibomError, name);
  }
});

function writeStore(directory: string, files: Readonly<Record<string, string>>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

test("a Notary trust store: by type and name, from each of its levels", (t) => {
  const directory = writeStore(temporaryDirectory(t), {
    "truststore/x509/ca/acme/root.crt": ca.pem,
    "truststore/x509/ca/acme/other.pem": fulcioRoot.pem,
    "truststore/x509/ca/globex/root.crt": fulcioRoot.pem,
    "truststore/x509/signingAuthority/acme/root.crt": ca.pem,
    "truststore/x509/tsa/acme/tsa.crt": tsaRoot.pem,
    "trustpolicy.json": "{}",
  });
  const expected = ["ca ca acme 2", "ca ca globex 1", "signingAuthority ca acme 1", "tsa tsa acme 1"];
  for (const level of ["", "truststore", "truststore/x509"]) {
    const stores = readNotaryStores(join(directory, level));
    assert.deepEqual(
      stores.map(({ type, kind, name, certificates }) => `${type} ${kind} ${name} ${certificates.length}`),
      expected,
      level,
    );
  }
});

test("a Notary trust store that is none, is empty or holds something else is refused", (t) => {
  const scratch = temporaryDirectory(t);
  const refusesStore = (name: string, files: Readonly<Record<string, string>>, expected: string): void => {
    assert.throws(() => readNotaryStores(writeStore(join(scratch, name), files)), code(expected), name);
  };
  refusesStore("none", { "readme.txt": "" }, "TRUST_IMPORT_INVALID");
  refusesStore("no-name", { "x509/ca/root.crt": ca.pem }, "TRUST_IMPORT_INVALID");
  refusesStore("unknown-type", { "x509/people/acme/root.crt": ca.pem }, "TRUST_IMPORT_INVALID");
  refusesStore("no-certificate", { "x509/ca/acme/readme.txt": "hello" }, "CERTIFICATE_PEM");
  refusesStore("a-key", { "x509/ca/acme/key.pem": generateKey("ed25519").privatePem }, "CERTIFICATE_PEM");
  const empty = join(scratch, "empty");
  mkdirSync(join(empty, "x509/ca/acme"), { recursive: true });
  assert.throws(() => readNotaryStores(empty), code("TRUST_IMPORT_INVALID"));
  // Links are not certificates: a carried store must not make us read elsewhere.
  const linked = join(scratch, "linked");
  mkdirSync(join(linked, "x509/ca/acme"), { recursive: true });
  writeFileSync(join(scratch, "elsewhere.pem"), ca.pem);
  symlinkSync(join(scratch, "elsewhere.pem"), join(linked, "x509/ca/acme/root.crt"));
  assert.throws(() => readNotaryStores(linked), code("TRUST_IMPORT_INVALID"));
  assert.throws(() => readNotaryStores(join(scratch, "nowhere")), AibomError);
});

const logOf = (
  key: { readonly publicKey: ReturnType<typeof keyPair>["publicKey"] },
  rest: Partial<NewLog> = {},
): NewLog => ({
  url: "https://rekor.example.com",
  publicKey: Buffer.from(key.publicKey.export({ type: "spki", format: "pem" })),
  start: "2026-01-01T00:00:00Z",
  ...rest,
});

test("the root of a private instance: what the flags of cosign mean", () => {
  const bytes = createSigstoreRoot({
    fulcio: [
      {
        url: "https://fulcio.example.com",
        chain: Buffer.from(fulcio.pem + fulcioRoot.pem),
        end: "2027-01-01T00:00:00Z",
      },
    ],
    rekor: [
      logOf(rekor1.keys, { url: "https://rekor.example.com", end: "2026-12-31T00:00:00Z" }),
      logOf(rekor2.keys, { url: `https://${rekor2.name}`, origin: rekor2.name }),
    ],
    ctfe: [logOf(ctLog, { url: "https://ct.example.com/2026" })],
    tsa: [
      {
        url: "https://tsa.example.com",
        chain: Buffer.from(tsa.pem + tsaRoot.pem),
        start: "2026-06-01T00:00:00Z",
      },
    ],
  });
  const json = JSON.parse(Buffer.from(bytes).toString());
  // Without an origin the id is that of RFC 6962; with one, that of a signed note. The fixtures compute both anew.
  assert.deepEqual(
    json.tlogs.map((each: { logId: { keyId: string } }) => each.logId.keyId),
    [rekor1, rekor2].map((each) => Buffer.from(each.logId).toString("base64")),
  );
  assert.equal(json.ctlogs[0].logId.keyId, ctLogJson(ctLog).logId?.keyId);
  assert.equal(json.tlogs[1].publicKey.keyDetails, "PKIX_ED25519");
  assert.deepEqual(json.tlogs[0].publicKey.validFor, {
    start: "2026-01-01T00:00:00Z",
    end: "2026-12-31T00:00:00Z",
  });
  const root = parseSigstoreRoot(bytes, "root.json");
  assert.deepEqual(root.skipped, []);
  assert.deepEqual(
    [
      root.logs.length,
      root.ctLogs.length,
      root.certificateAuthorities.length,
      root.timestampAuthorities.length,
    ],
    [2, 1, 1, 1],
  );
  const [authority] = root.certificateAuthorities;
  assert.deepEqual(
    authority?.validFrom,
    fulcio.certificate.notBefore,
    "the default is the certificate's own",
  );
  assert.deepEqual(authority?.validUntil, new Date("2027-01-01T00:00:00Z"));
  assert.deepEqual(
    authority?.certificates.map((each) => each.fingerprint),
    [fulcio, fulcioRoot].map((each) => each.certificate.fingerprint),
  );
  assert.deepEqual(root.timestampAuthorities[0]?.validFrom, new Date("2026-06-01T00:00:00Z"));
  assert.deepEqual(authoritiesOf(take(bytes)), ["imported 1/1/1"]);
});

test("the root of a private instance: keys and chains that cannot be used", () => {
  const create = (parts: Partial<Parameters<typeof createSigstoreRoot>[0]>) => () =>
    createSigstoreRoot({ fulcio: [], rekor: [], ctfe: [], tsa: [], ...parts });
  assert.throws(create({}), code("TRUST_IMPORT_INVALID"));
  assert.throws(create({ tsa: [{ url: "u", chain: Buffer.from(tsa.pem) }] }), code("TRUST_IMPORT_INVALID"));
  assert.throws(create({ fulcio: [{ url: "u", chain: Buffer.from("") }] }), code("CERTIFICATE_PEM"));
  for (const [kind, expected] of [
    ["secp256k1", "TRUST_KEY_WEAK"],
    ["rsa1024", "TRUST_KEY_WEAK"],
    ["ed448", "TRUST_KEY_INVALID"],
  ] as const) {
    assert.throws(create({ rekor: [logOf(keyPair(kind, "log"))] }), code(expected), kind);
  }
  // A certificate is no key, and a private one must not get into a file that is published.
  const { privatePem } = generateKey("ecdsa-p256");
  for (const [text, expected] of [
    ["x", "TRUST_KEY_INVALID"],
    [ca.pem, "TRUST_KEY_INVALID"],
    [privatePem, "TRUST_KEY_PRIVATE"],
  ] as const) {
    const log = { ...logOf(ctLog), publicKey: Buffer.from(text) };
    assert.throws(create({ rekor: [log] }), code(expected));
    assert.throws(create({ rekor: [logOf(ctLog)], ctfe: [log] }), code(expected));
  }
  for (const kind of ["p384", "p521", "rsa2048", "rsa3072"] as const) {
    assert.ok(create({ rekor: [logOf(keyPair(kind, "log"))] })().length > 0, kind);
  }
});

const dayMs = 86_400_000;

test("trust check: each finding, where it belongs and nowhere else", () => {
  const usual = { at: fixtureTime, soonMs: 30 * dayMs };
  const found = (parts: Parameters<typeof trustWith>[0], options = usual): string[] =>
    checkTrustRoot(trustWith(parts), options).map(
      ({ code: each, subject, severity }) => `${each} ${subject} ${severity}`,
    );
  const publicKey = generateKey("ed25519").publicPem;
  const until = (validUntil: string) => ({ keys: [{ publicKey, validUntil }] });
  assert.deepEqual(found(until("2027-06-01T00:00:00Z")), []);
  assert.deepEqual(found({ keys: [{ publicKey }] }), ["TRUST_CHECK_ENDLESS signer-0 info"]);
  assert.deepEqual(found(until("2026-11-20T00:00:00Z")), ["TRUST_CHECK_EXPIRES_SOON signer-0 medium"]);
  assert.deepEqual(found(until("2026-10-20T00:00:00Z")), ["TRUST_CHECK_EXPIRED signer-0 high"]);
  assert.deepEqual(found(until("2026-11-20T00:00:00Z"), { ...usual, soonMs: 0 }), []);
  assert.deepEqual(
    found({
      ...until("2027-06-01T00:00:00Z"),
      revocations: [{ identity: "signer-0", revokedAt: "2026-01-01T00:00:00Z", reason: "x" }],
    }),
    ["TRUST_CHECK_REVOKED signer-0 low"],
  );
  const named = [{ subject: "CN=x" }];
  assert.deepEqual(found({ ca: [{ pem: ca.pem, identities: named }] }), []);
  assert.deepEqual(found({ ca: [{ pem: ca.pem, identities: [] }] }), ["TRUST_CHECK_UNUSED ca-0 low"]);
  assert.deepEqual(found({ ca: [{ pem: ca.pem, identities: named }] }, { ...usual, soonMs: 365 * dayMs }), [
    "TRUST_CHECK_EXPIRES_SOON ca-0 medium",
  ]);
  assert.deepEqual(found({ ca: [{ pem: ca.pem, identities: named, validUntil: "2026-10-01T00:00:00Z" }] }), [
    "TRUST_CHECK_EXPIRED ca-0 high",
  ]);
  const past = issue({
    subject: "CN=past",
    extensions: caExtensions(),
    notBefore: new Date("2020-01-01T00:00:00Z"),
    notAfter: new Date("2021-01-01T00:00:00Z"),
  });
  // Older generations are kept for older signatures: only if all have ended has the authority.
  assert.deepEqual(found({ ca: [{ pem: past.pem + ca.pem, identities: named }] }), []);
  assert.deepEqual(found({ ca: [{ pem: past.pem, identities: named }] }), ["TRUST_CHECK_EXPIRED ca-0 high"]);
  const rsa = issue({ subject: "CN=rsa", extensions: caExtensions(), keys: keyPair("rsa2048", "weak") });
  const strong = issue({ subject: "CN=rsa", extensions: caExtensions(), keys: keyPair("rsa3072", "strong") });
  assert.deepEqual(found({ ca: [{ pem: rsa.pem, identities: named }] }), ["TRUST_CHECK_WEAK ca-0 low"]);
  assert.deepEqual(found({ ca: [{ pem: strong.pem, identities: named }] }), []);
  // A time-stamping authority is needed by nobody in particular.
  const clock = issue({ subject: "CN=clock", extensions: tsaExtensions() });
  assert.deepEqual(found({ tsa: [{ pem: clock.pem }] }), []);
  assert.deepEqual(found({ tsa: [{ pem: past.pem }] }), ["TRUST_CHECK_EXPIRED tsa-0 high"]);
  const who = { issuer: "https://issuer.example" };
  const instance = (root: unknown, names: object = { subjectAltName: "x" }) => ({
    sigstore: [{ root: toBytes(root), identities: [{ ...who, ...names }] }],
  });
  assert.deepEqual(found(instance(trustedRoot())), []);
  assert.deepEqual(found(instance(trustedRoot(), { subjectAltNameGlob: "https://example.com/**" })), [
    "TRUST_CHECK_BROAD signer-0 low",
  ]);
  assert.deepEqual(found({ sigstore: [{ root: toBytes(trustedRoot()), identities: [] }] }), [
    "TRUST_CHECK_UNUSED sigstore-0 low",
  ]);
  const ended = trustedRoot();
  Object.assign(ended.certificateAuthorities[0] ?? {}, {
    validFor: { start: "2026-01-01T00:00:00Z", end: "2026-10-01T00:00:00Z" },
  });
  assert.deepEqual(found(instance(ended)), ["TRUST_CHECK_EXPIRED sigstore-0 high"]);
  const foreign = trustedRoot();
  Object.assign(foreign.tlogs[0]?.publicKey ?? {}, { keyDetails: "LMS_SHA256" });
  assert.deepEqual(found(instance(foreign)), ["TRUST_CHECK_SKIPPED sigstore-0 info"]);
});
