// SPDX-License-Identifier: Apache-2.0
// Authorities, the identities that rest on them, and revocations in trust.json: what loads, what is refused and
// with which code, and whether the schema says the same.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { caExtensions, issue } from "../../fixtures/pki.ts";
import { identity, identityIssuer, toBytes, trustedRoot, tsa, tsaRoot } from "../../fixtures/sigstore.ts";
import { AibomError } from "../../src/errors.ts";
import { generateKey } from "../../src/signers/generate-key.ts";
import { parseTrustDocument, serializeTrustDocument } from "../../src/trust/document.ts";
import {
  addAuthority,
  addCertifiedIdentity,
  addIdentity,
  createTrustRoot,
  emptyTrustDocument,
  removeIdentity,
  revoke,
  revokeIdentity,
  saveTrustRoot,
  type TrustChange,
} from "../../src/trust/edit.ts";
import { loadTrustRoot } from "../../src/trust/load.ts";

const scratch = mkdtempSync(join(tmpdir(), "aibom-authorities-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

const code = (expected: string) => (error: unknown) => {
  assert.ok(error instanceof AibomError, String(error));
  assert.equal(error.code, expected);
  return true;
};
const schema = JSON.parse(
  readFileSync(new URL("../../schemas/trust-root.schema.json", import.meta.url), "utf8"),
);
const isSchemaValid = new Ajv2020({ strict: true, allErrors: true }).compile(schema);

const ca = issue({ subject: "CN=vendor-ca", extensions: caExtensions() });
const window = { validFrom: "2026-01-01T00:00:00Z", validUntil: "2027-01-01T00:00:00.5Z" };
const usages = ["model"] as const;

/** One of everything. */
function complete(): TrustChange {
  const files = new Map<string, Uint8Array>();
  let document = emptyTrustDocument;
  for (const authority of [
    {
      name: "public-good",
      kind: "sigstore" as const,
      bytes: toBytes(trustedRoot()),
      thresholds: { log: 1, sct: 1, time: 1 },
      comment: "from root-signing",
    },
    { name: "vendor-ca", kind: "ca" as const, bytes: Buffer.from(ca.pem), ...window, comment: "by post" },
    { name: "tsa", kind: "tsa" as const, bytes: Buffer.from(tsa.pem + tsaRoot.pem), ...window },
  ]) {
    const change = addAuthority(document, authority);
    document = change.document;
    for (const [path, bytes] of change.files) {
      files.set(path, bytes);
    }
  }
  document = addIdentity(document, { name: "key", publicKey: generateKey("ed25519").publicPem, usages });
  const issuer = identityIssuer;
  const sigstore = { kind: "sigstore", authority: "public-good", issuer, usages } as const;
  const x509 = { kind: "x509", authority: "vendor-ca", usages } as const;
  for (const each of [
    { name: "workflow", ...sigstore, subjectAltName: identity, ...window, comment: "release" },
    { name: "workflows", ...sigstore, subjectAltNameGlob: "https://example.com/**" },
    { name: "by-dn", ...x509, subject: "CN=signer,O=Vendor" },
    { name: "by-san", ...x509, subjectAltName: "signer@vendor.example", comment: "mail" },
    { name: "by-both", ...x509, subject: "CN=signer", subjectAltName: "signer@vendor.example", ...window },
  ]) {
    document = addCertifiedIdentity(document, each);
  }
  const because = { revokedAt: "2026-06-01T00:00:00Z", reason: "leaked" };
  document = revoke(document, { keyId: "ab".repeat(32), ...because });
  document = revoke(document, { authority: "vendor-ca", serialNumber: "4f2a09", ...because });
  document = revoke(document, { authority: "vendor-ca", serialNumber: "0", ...because });
  document = revokeIdentity(document, "workflow", because);
  document = revokeIdentity(document, "key", because);
  return { document, files };
}

const { document: good, files: goodFiles } = complete();
// biome-ignore lint/suspicious/noExplicitAny: tests break the shape on purpose
type Loose = any;
const asJson = (): Loose => JSON.parse(Buffer.from(serializeTrustDocument(good)).toString());
const named = (document: Loose, name: string): Loose =>
  [...document.identities, ...document.authorities].find((each: Loose) => each.name === name);

test("one of everything loads, is valid by the schema, and comes back as it was", () => {
  const bytes = serializeTrustDocument(good);
  assert.deepEqual(parseTrustDocument(bytes).document, good);
  assert.ok(isSchemaValid(asJson()), JSON.stringify(isSchemaValid.errors, null, 1));
  const directory = join(scratch, "complete");
  createTrustRoot(directory);
  saveTrustRoot(directory, good, goodFiles);
  const root = loadTrustRoot(directory);
  assert.deepEqual(root.document, good);
  assert.deepEqual(readdirSync(directory).sort(), ["authorities", "trust.json"]);
  assert.equal(root.authorities.sigstore[0]?.root.logs.length, 2);
  assert.equal(root.authorities.ca[0]?.certificates.length, 1);
  assert.equal(root.authorities.tsa[0]?.certificates.length, 2);
  assert.deepEqual([...root.byName.keys()].sort(), [
    "by-both",
    "by-dn",
    "by-san",
    "key",
    "workflow",
    "workflows",
  ]);
});

test("a document without authorities may leave the member out; the longest name has room for its file", () => {
  const { authorities: _, ...rest } = asJson();
  const bare = { ...rest, identities: [named(rest.authorities === undefined ? asJson() : rest, "key")] };
  assert.ok(isSchemaValid(bare));
  assert.deepEqual(parseTrustDocument(toBytes(bare)).document.authorities, []);
  const name = "n".repeat(128);
  const { document } = addAuthority(emptyTrustDocument, {
    name,
    kind: "sigstore",
    bytes: toBytes(trustedRoot()),
    thresholds: { log: 1, sct: 1, time: 1 },
  });
  assert.ok(isSchemaValid(JSON.parse(Buffer.from(serializeTrustDocument(document)).toString())));
});

// Each case: change, code, and whether the schema sees it too.
type Case = readonly [name: string, change: (document: Loose) => unknown, code: string, inSchema: boolean];
const set =
  (name: string, field: string, value: unknown) =>
  (document: Loose): unknown =>
    Object.assign(named(document, name), { [field]: value });
const unset = (name: string, field: string) => (document: Loose) => delete named(document, name)[field];
const thresholds = (value: unknown): Case[1] => set("public-good", "thresholds", value);
const revocation = (value: object): Case[1] => {
  const common = { revokedAt: "2026-06-01T00:00:00Z", reason: "leaked" };
  return (document) => {
    document.revocations = [{ ...common, ...value }];
  };
};

const invalid = "TRUST_ROOT_INVALID";
const unknown = "TRUST_UNKNOWN_FIELD";
const refused: readonly Case[] = [
  // Authorities: kind, fields, references.
  ["authority of an unknown kind", set("vendor-ca", "kind", "vault"), invalid, true],
  ["authority without a kind", unset("vendor-ca", "kind"), invalid, true],
  ["authority of kind constructor", set("vendor-ca", "kind", "constructor"), invalid, true],
  ["authority with an unknown field", set("vendor-ca", "trusted", true), unknown, true],
  ["CA with thresholds", set("vendor-ca", "thresholds", { log: 1, sct: 1, time: 1 }), unknown, true],
  ["Sigstore instance with a window", set("public-good", "validFrom", window.validFrom), unknown, true],
  ["authority without a file", unset("vendor-ca", "file"), invalid, true],
  ["authority without sha256", unset("vendor-ca", "sha256"), invalid, true],
  ["sha256 in upper case", set("vendor-ca", "sha256", "AB".repeat(32)), invalid, true],
  ["sha256 too short", set("vendor-ca", "sha256", "ab".repeat(31)), invalid, true],
  ["authorities that are no list", (d) => Object.assign(d, { authorities: {} }), invalid, true],
  ["authority that is null", (d) => d.authorities.push(null), invalid, true],
  ["authority with an empty comment", set("vendor-ca", "comment", ""), invalid, true],
  [
    "authority whose window ends first",
    (d) =>
      Object.assign(named(d, "tsa"), {
        validFrom: "2026-02-02T00:00:00Z",
        validUntil: "2026-01-01T00:00:00Z",
      }),
    invalid,
    false,
  ],
  [
    "two authorities of one name",
    (d) => d.authorities.push({ ...named(d, "tsa") }),
    "TRUST_DUPLICATE",
    false,
  ],
  ["identity with the name of an authority", set("workflow", "name", "vendor-ca"), "TRUST_DUPLICATE", false],
  // Paths: a trust root that somebody carries in must not name a file elsewhere.
  ...[
    "../trust.json",
    "authorities/../trust.json",
    "authorities/..",
    "authorities/.",
    "authorities/",
    "authorities/.hidden",
    "authorities/a/b.pem",
    "authorities//a.pem",
    "authorities/a\\b.pem",
    "authorities/a\u0000.pem",
    "authorities/a.pem\n",
    "authorities/ü.pem",
    "/etc/ssl/cert.pem",
    "Authorities/a.pem",
    "./authorities/a.pem",
    "file:authorities/a.pem",
    "a.pem",
    `authorities/${"a".repeat(160)}`,
    "",
  ].map(
    (file): Case => [
      `file ${JSON.stringify(file.slice(0, 30))}`,
      set("vendor-ca", "file", file),
      invalid,
      true,
    ],
  ),
  ["file that is no text", set("vendor-ca", "file", ["authorities/a.pem"]), invalid, true],
  // Thresholds.
  ["thresholds all zero", thresholds({ log: 0, sct: 0, time: 0 }), invalid, true],
  ["thresholds that ask for neither log nor time", thresholds({ log: 0, sct: 1, time: 0 }), invalid, true],
  ["threshold 17", thresholds({ log: 17, sct: 1, time: 1 }), invalid, true],
  ["threshold -1", thresholds({ log: 1, sct: -1, time: 1 }), invalid, true],
  ["threshold 1.5", thresholds({ log: 1, sct: 1, time: 1.5 }), invalid, true],
  ["threshold as text", thresholds({ log: "1", sct: 1, time: 1 }), invalid, true],
  ["threshold null", thresholds({ log: 1, sct: null, time: 1 }), invalid, true],
  ["threshold missing", thresholds({ log: 1, time: 1 }), invalid, true],
  ["unknown threshold", thresholds({ log: 1, sct: 1, time: 1, scts: 1 }), unknown, true],
  ["thresholds missing", unset("public-good", "thresholds"), invalid, true],
  ["thresholds a list", thresholds([1, 1, 1]), invalid, true],
  // Identities under an authority.
  ["identity of an unknown kind", set("workflow", "kind", "saml"), invalid, true],
  ["Sigstore identity without issuer", unset("workflow", "issuer"), invalid, true],
  ["Sigstore identity with an empty issuer", set("workflow", "issuer", ""), invalid, true],
  ["Sigstore identity without a name", unset("workflow", "subjectAltName"), invalid, true],
  ["Sigstore identity with name and glob", set("workflow", "subjectAltNameGlob", "**"), invalid, true],
  ["Sigstore identity with a subject", set("workflow", "subject", "CN=x"), unknown, true],
  ["Sigstore identity with a key", set("workflow", "publicKey", "x"), unknown, true],
  ["Sigstore identity without authority", unset("workflow", "authority"), invalid, true],
  ["Sigstore identity without usages", unset("workflow", "usages"), invalid, true],
  ["Sigstore identity with no usage", set("workflow", "usages", []), invalid, true],
  ["Sigstore identity with an unknown usage", set("workflow", "usages", ["models"]), invalid, true],
  [
    "Sigstore identity with a usage twice",
    set("workflow", "usages", ["bom", "bom"]),
    "TRUST_DUPLICATE",
    true,
  ],
  ["x509 identity without names", unset("by-dn", "subject"), invalid, true],
  ["x509 identity with an issuer", set("by-dn", "issuer", "https://x.example"), unknown, true],
  ["x509 identity with a glob", set("by-dn", "subjectAltNameGlob", "**"), unknown, true],
  ["x509 identity with an empty subject", set("by-dn", "subject", ""), invalid, true],
  ["key identity under an authority", set("key", "authority", "vendor-ca"), unknown, true],
  [
    "identity under an authority that is not there",
    set("by-dn", "authority", "x"),
    "TRUST_AUTHORITY_NOT_FOUND",
    false,
  ],
  [
    "x509 identity under Sigstore",
    set("by-dn", "authority", "public-good"),
    "TRUST_AUTHORITY_NOT_FOUND",
    false,
  ],
  ["x509 identity under a TSA", set("by-dn", "authority", "tsa"), "TRUST_AUTHORITY_NOT_FOUND", false],
  [
    "Sigstore identity under a CA",
    set("workflow", "authority", "vendor-ca"),
    "TRUST_AUTHORITY_NOT_FOUND",
    false,
  ],
  ["authority with a path as name", set("by-dn", "authority", "../x"), invalid, true],
  [
    "one Sigstore identity twice",
    (d) => d.identities.push({ ...named(d, "workflow"), name: "again" }),
    "TRUST_DUPLICATE",
    false,
  ],
  [
    "one x509 identity twice",
    (d) => d.identities.push({ ...named(d, "by-dn"), name: "again" }),
    "TRUST_DUPLICATE",
    false,
  ],
  // Revocations.
  ["revocation of nothing", revocation({}), invalid, true],
  ["revocation of two things", revocation({ keyId: "ab".repeat(32), identity: "key" }), invalid, true],
  [
    "revocation with an authority for a key",
    revocation({ keyId: "ab".repeat(32), authority: "vendor-ca" }),
    invalid,
    true,
  ],
  ["revocation of an authority alone", revocation({ authority: "vendor-ca" }), invalid, true],
  ["serial number without authority", revocation({ serialNumber: "1" }), invalid, true],
  ["serial number with leading zero", revocation({ authority: "a", serialNumber: "0a" }), invalid, true],
  ["serial number in upper case", revocation({ authority: "a", serialNumber: "4F" }), invalid, true],
  ["serial number with colons", revocation({ authority: "a", serialNumber: "4f:2a" }), invalid, true],
  ["serial number as number", revocation({ authority: "a", serialNumber: 4 }), invalid, true],
  ["serial number too long", revocation({ authority: "a", serialNumber: "f".repeat(65) }), invalid, true],
  ["revocation with an unknown field", revocation({ identity: "key", until: "x" }), unknown, true],
  ["revocation without an instant", revocation({ identity: "key", revokedAt: undefined }), invalid, true],
  ["revocation by half a key id", revocation({ keyId: "ab".repeat(16) }), invalid, true],
  [
    "one thing revoked twice",
    (d) => d.revocations.push({ ...d.revocations[0], revokedAt: "2026-07-01T00:00:00Z" }),
    "TRUST_DUPLICATE",
    false,
  ],
];

for (const [name, change, expected, inSchema] of refused) {
  test(`refused: ${name}`, () => {
    const document = asJson();
    change(document);
    const bytes = toBytes(document);
    assert.throws(() => parseTrustDocument(bytes), code(expected));
    assert.equal(isSchemaValid(JSON.parse(Buffer.from(bytes).toString())), !inSchema);
  });
}

test("thresholds that are accepted: each extreme that still asks for a log entry or a time", (t) => {
  let count = 0;
  for (const log of [0, 1, 16]) {
    for (const sct of [0, 1, 16]) {
      for (const time of [0, 1, 16]) {
        const document = asJson();
        named(document, "public-good").thresholds = { log, sct, time };
        const isRefused = log === 0 && time === 0;
        assert.equal(isSchemaValid(document), !isRefused);
        if (isRefused) {
          assert.throws(() => parseTrustDocument(toBytes(document)), code(invalid));
        } else {
          parseTrustDocument(toBytes(document));
        }
        count++;
      }
    }
  }
  t.diagnostic(`${count} combinations, loader and schema agree`);
});

function saved(name: string): string {
  const directory = join(scratch, name);
  createTrustRoot(directory);
  saveTrustRoot(directory, good, goodFiles);
  return directory;
}

test("the file of an authority: changed, cut, swapped, missing, a directory, writable, a link", () => {
  const { file } = good.authorities.find((each) => each.name === "vendor-ca") ?? { file: "" };
  const other = good.authorities.find((each) => each.name === "tsa")?.file ?? "";
  const cases: readonly [name: string, code: string, (path: string, directory: string) => unknown][] = [
    ["changed", "TRUST_AUTHORITY_CHANGED", (path) => appendFileSync(path, "\n")],
    ["empty", "TRUST_AUTHORITY_CHANGED", (path) => writeFileSync(path, "")],
    [
      "swapped",
      "TRUST_AUTHORITY_CHANGED",
      (path, directory) => writeFileSync(path, readFileSync(join(directory, other))),
    ],
    ["missing", "TRUST_ROOT_MISSING", (path) => rmSync(path)],
    ["writable", "TRUST_ROOT_WRITABLE", (path) => chmodSync(path, 0o666)],
    [
      "directory",
      "SOURCE_NOT_REGULAR",
      (path) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
  ];
  for (const [name, expected, change] of cases) {
    const directory = saved(`file-${name}`);
    change(join(directory, file), directory);
    assert.throws(() => loadTrustRoot(directory), code(expected), name);
  }
  // A link is followed, and what it leads to is held to the same hash.
  const linked = saved("file-link");
  const elsewhere = join(scratch, "elsewhere.pem");
  writeFileSync(elsewhere, "something else");
  rmSync(join(linked, file));
  symlinkSync(elsewhere, join(linked, file));
  assert.throws(() => loadTrustRoot(linked), code("TRUST_AUTHORITY_CHANGED"));
});

test("the right hash of the wrong content: no certificates, another kind's file, a damaged root", () => {
  const load = (bytes: Uint8Array, authority: string): (() => unknown) => {
    const directory = mkdtempSync(join(scratch, "content-"));
    const document = asJson();
    const entry = named(document, authority);
    entry.sha256 = createHash("sha256").update(bytes).digest("hex");
    const files = new Map([...goodFiles, [entry.file as string, bytes]]);
    for (const [path, content] of files) {
      mkdirSync(join(directory, "authorities"), { recursive: true });
      writeFileSync(join(directory, path), content);
    }
    writeFileSync(join(directory, "trust.json"), toBytes(document));
    return () => loadTrustRoot(directory);
  };
  assert.throws(load(Buffer.from("no certificate"), "vendor-ca"), AibomError);
  assert.throws(load(Buffer.from(""), "vendor-ca"), AibomError);
  assert.throws(load(Buffer.from(generateKey("ed25519").publicPem), "tsa"), AibomError);
  assert.throws(load(Buffer.from(ca.pem), "public-good"), code("JSON_INVALID"));
  assert.throws(load(Buffer.from("{}"), "public-good"), code("SIGSTORE_ROOT_MEDIA_TYPE"));
  assert.doesNotThrow(load(toBytes(trustedRoot()), "public-good"));
});

test("editing: an authority that is needed stays, one that is not goes, its name is free again", () => {
  assert.throws(() => removeIdentity(good, "vendor-ca"), code("TRUST_AUTHORITY_IN_USE"));
  assert.equal(removeIdentity(good, "tsa").authorities.length, good.authorities.length - 1);
  let document = good;
  for (const name of ["by-dn", "by-san", "by-both", "vendor-ca"]) {
    document = removeIdentity(document, name);
  }
  // The revocation of its certificates stays: an authority of this name may come back.
  assert.deepEqual(document.revocations, good.revocations);
  const again = addAuthority(document, { name: "vendor-ca", kind: "ca", bytes: Buffer.from(ca.pem) });
  assert.ok(isSchemaValid(JSON.parse(Buffer.from(serializeTrustDocument(again.document)).toString())));
  for (const name of ["key", "public-good"]) {
    assert.throws(
      () => addAuthority(good, { name, kind: "tsa", bytes: Buffer.from(tsa.pem) }),
      code("TRUST_DUPLICATE"),
      name,
    );
  }
});

test("the digest of trust.json changes with any file of an authority", () => {
  const directory = saved("digest");
  const before = loadTrustRoot(directory).digest.hex;
  const { document, files } = addAuthority(removeIdentity(good, "tsa"), {
    name: "tsa",
    kind: "tsa",
    bytes: Buffer.from(tsaRoot.pem),
    ...window,
  });
  saveTrustRoot(directory, document, files);
  assert.notEqual(loadTrustRoot(directory).digest.hex, before);
});
