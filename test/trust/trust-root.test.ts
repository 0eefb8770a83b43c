// SPDX-License-Identifier: Apache-2.0
// The trust root: what loads, what is refused and with which code, and the decision about an identity.

import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { AibomError } from "../../src/errors.ts";
import { generateKey, keyTypes } from "../../src/signers/generate-key.ts";
import { parseTrustDocument, serializeTrustDocument, trustRootSchemaId } from "../../src/trust/document.ts";
import {
  addIdentity,
  createTrustRoot,
  emptyTrustDocument,
  removeIdentity,
  revokeIdentity,
  saveTrustRoot,
} from "../../src/trust/edit.ts";
import { loadTrustRoot } from "../../src/trust/load.ts";
import { parsePublicKey } from "../../src/trust/public-key.ts";
import { at, sha256, testKey, trustOf } from "../signers/signing.ts";

const scratch = mkdtempSync(join(tmpdir(), "aibom-trust-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

const key = generateKey("ecdsa-p256");
const usages = ["model"] as const;
const good = addIdentity(emptyTrustDocument, { name: "release", publicKey: key.publicPem, usages });

const code = (expected: string) => (error: unknown) => {
  assert.ok(error instanceof AibomError, String(error));
  assert.equal(error.code, expected);
  return true;
};
// biome-ignore lint/suspicious/noExplicitAny: tests break the shape on purpose
const broken = (change: (document: any) => void): Uint8Array => {
  const parsed = JSON.parse(Buffer.from(serializeTrustDocument(good)).toString());
  change(parsed);
  return Buffer.from(JSON.stringify(parsed));
};
const schema = JSON.parse(
  readFileSync(new URL("../../schemas/trust-root.schema.json", import.meta.url), "utf8"),
);
const isSchemaValid = new Ajv2020({ strict: true, allErrors: true }).compile(schema);

test("create, add, save, load: digest of the bytes, mode 0644, no leftovers", () => {
  const directory = join(scratch, "created");
  createTrustRoot(directory);
  assert.throws(() => createTrustRoot(directory), code("TRUST_ROOT_EXISTS"));
  saveTrustRoot(directory, good);
  const root = loadTrustRoot(directory);
  assert.equal(root.digest.hex, sha256(readFileSync(join(directory, "trust.json"))));
  assert.deepEqual(readdirSync(directory), ["trust.json"]);
  assert.equal(statSync(join(directory, "trust.json")).mode & 0o777, 0o644);
  const trusted = root.byName.get("release");
  assert.ok(trusted?.kind === "key" && trusted.keyId === key.keyId);
  for (const hint of [sha256(key.publicPem), key.keyId, Buffer.from(key.keyId, "hex").toString("base64")]) {
    assert.equal(root.byHint.get(hint)?.identity.name, "release");
  }
  for (const hint of ["constructor", "__proto__", "toString", ""]) {
    assert.equal(root.byHint.get(hint), undefined);
  }
});

test("a trust root that others may write is refused, file and directory", () => {
  const directory = join(scratch, "writable");
  createTrustRoot(directory);
  const file = join(directory, "trust.json");
  for (const [path, mode] of [
    [file, 0o664],
    [file, 0o646],
    [directory, 0o775],
    [directory, 0o757],
  ] as const) {
    const before = statSync(path).mode;
    chmodSync(path, mode);
    assert.throws(() => loadTrustRoot(directory), code("TRUST_ROOT_WRITABLE"));
    chmodSync(path, before);
  }
  loadTrustRoot(directory);
});

test("a missing trust root has its own code", () => {
  assert.throws(() => loadTrustRoot(join(scratch, "absent")), code("TRUST_ROOT_MISSING"));
});

test("the schema has the id that the loader knows and accepts what the loader accepts", () => {
  assert.equal(schema.$id, trustRootSchemaId);
  let document = emptyTrustDocument;
  for (const type of keyTypes) {
    document = addIdentity(document, {
      name: type,
      publicKey: generateKey(type).publicPem,
      usages: ["model", "bom"],
      validFrom: "2026-01-01T00:00:00Z",
      validUntil: "2027-01-01T00:00:00Z",
      comment: "a comment",
    });
  }
  document = revokeIdentity(document, "ed25519", { revokedAt: "2026-05-01T00:00:00Z", reason: "leaked" });
  const bytes = serializeTrustDocument(document);
  assert.deepEqual(parseTrustDocument(bytes).document, document);
  assert.ok(isSchemaValid(JSON.parse(Buffer.from(bytes).toString())), JSON.stringify(isSchemaValid.errors));
});

// Each case: change, code, and whether the schema sees it too.
// biome-ignore lint/suspicious/noExplicitAny: tests break the shape on purpose
const refused: readonly [string, (document: any) => void, string, boolean][] = [
  [
    "unknown field",
    (d) => {
      d.identites = [];
    },
    "TRUST_UNKNOWN_FIELD",
    true,
  ],
  [
    "unknown field of an identity",
    (d) => {
      d.identities[0].validUntill = "x";
    },
    "TRUST_UNKNOWN_FIELD",
    true,
  ],
  [
    "unknown kind",
    (d) => {
      d.identities[0].kind = "pgp";
    },
    "TRUST_ROOT_INVALID",
    true,
  ],
  [
    "version 2",
    (d) => {
      d.version = 2;
    },
    "TRUST_ROOT_VERSION",
    true,
  ],
  [
    "version as text",
    (d) => {
      d.version = "1";
    },
    "TRUST_ROOT_VERSION",
    true,
  ],
  [
    "no usages",
    (d) => {
      d.identities[0].usages = [];
    },
    "TRUST_ROOT_INVALID",
    true,
  ],
  [
    "unknown usage",
    (d) => {
      d.identities[0].usages = ["models"];
    },
    "TRUST_ROOT_INVALID",
    true,
  ],
  [
    "usage twice",
    (d) => {
      d.identities[0].usages = ["bom", "bom"];
    },
    "TRUST_DUPLICATE",
    true,
  ],
  [
    "key id of another key",
    (d) => {
      d.identities[0].keyId = "0".repeat(64);
    },
    "TRUST_KEY_ID_MISMATCH",
    false,
  ],
  [
    "algorithm of another key",
    (d) => {
      d.identities[0].algorithm = "ed25519";
    },
    "TRUST_ALGORITHM_MISMATCH",
    false,
  ],
  [
    "identity twice",
    (d) => {
      d.identities.push(d.identities[0]);
    },
    "TRUST_DUPLICATE",
    false,
  ],
  [
    "key twice",
    (d) => {
      d.identities.push({ ...d.identities[0], name: "b" });
    },
    "TRUST_DUPLICATE",
    false,
  ],
  [
    "date that does not exist",
    (d) => {
      d.identities[0].validFrom = "2026-02-30T00:00:00Z";
    },
    "TRUST_ROOT_INVALID",
    false,
  ],
  [
    "date with an offset",
    (d) => {
      d.identities[0].validFrom = "2026-02-03T00:00:00+01:00";
    },
    "TRUST_ROOT_INVALID",
    true,
  ],
  [
    "window that ends first",
    (d) => {
      Object.assign(d.identities[0], {
        validFrom: "2026-02-03T00:00:00Z",
        validUntil: "2026-02-02T00:00:00Z",
      });
    },
    "TRUST_ROOT_INVALID",
    false,
  ],
  [
    "name with a control character",
    (d) => {
      d.identities[0].name = "a\u001b[2J";
    },
    "TRUST_ROOT_INVALID",
    true,
  ],
  [
    "revocation without reason",
    (d) => {
      d.revocations = [{ keyId: "0".repeat(64), revokedAt: "2026-02-02T00:00:00Z" }];
    },
    "TRUST_ROOT_INVALID",
    true,
  ],
  [
    "identities missing",
    (d) => {
      delete d.identities;
    },
    "TRUST_ROOT_INVALID",
    true,
  ],
  [
    "null key",
    (d) => {
      d.identities[0].publicKey = null;
    },
    "TRUST_ROOT_INVALID",
    true,
  ],
];
for (const [name, change, expected, isInSchema] of refused) {
  test(`refused: ${name}`, () => {
    const bytes = broken(change);
    assert.throws(() => parseTrustDocument(bytes), code(expected));
    assert.equal(isSchemaValid(JSON.parse(Buffer.from(bytes).toString())), !isInSchema);
  });
}

test("refused: duplicate keys, a prototype key, other JSON", () => {
  assert.throws(
    () => parseTrustDocument(Buffer.from('{"version":1,"version":1}')),
    code("JSON_DUPLICATE_KEY"),
  );
  const sneaky = '{"version":1,"identities":[],"revocations":[],"__proto__":{}}';
  assert.throws(() => parseTrustDocument(Buffer.from(sneaky)), code("TRUST_UNKNOWN_FIELD"));
  assert.throws(() => parseTrustDocument(Buffer.from("[]")), code("TRUST_ROOT_INVALID"));
  assert.throws(() => parseTrustDocument(Buffer.from("")), code("JSON_INVALID"));
});

test("the nearest known field is named", () => {
  assert.throws(
    () =>
      parseTrustDocument(
        broken((d) => {
          d.identities[0].validuntill = "x";
        }),
      ),
    (error) => error instanceof AibomError && error.args["nearest"] === "validUntil",
  );
});

test("a private key is refused and never shown", () => {
  const { privatePem } = generateKey("ed25519");
  const encrypted = generateKey("ed25519", "secret").privatePem;
  for (const pem of [privatePem, encrypted]) {
    assert.throws(
      () => addIdentity(emptyTrustDocument, { name: "a", publicKey: pem, usages }),
      (error) => {
        assert.ok(code("TRUST_KEY_PRIVATE")(error));
        const secret = pem.split("\n")[1] ?? "";
        assert.ok(
          !JSON.stringify([error, (error as Error).message, (error as Error).stack]).includes(secret),
        );
        return true;
      },
    );
  }
});

test("weak and foreign keys are refused", () => {
  const pem = (pair: { publicKey: { export(options: { type: "spki"; format: "pem" }): unknown } }): string =>
    String(pair.publicKey.export({ type: "spki", format: "pem" }));
  const weak = [
    pem(generateKeyPairSync("rsa", { modulusLength: 2048 })),
    pem(generateKeyPairSync("ec", { namedCurve: "secp256k1" })),
    pem(generateKeyPairSync("ec", { namedCurve: "P-256", paramEncoding: "explicit" })),
    pem(generateKeyPairSync("ed448")),
    pem(generateKeyPairSync("x25519")),
    pem(generateKeyPairSync("ml-dsa-44")),
  ];
  const codes = weak.map((text) => {
    try {
      return parsePublicKey(text).algorithm;
    } catch (error) {
      return error instanceof AibomError ? error.code : String(error);
    }
  });
  // OpenSSL recognises explicit parameters of a named curve as that curve; its canonical form is the named one.
  assert.deepEqual(
    codes.filter((_, index) => index !== 2),
    Array(5).fill("TRUST_KEY_WEAK"),
  );
  assert.ok(["TRUST_KEY_WEAK", "ecdsa-p256-sha256"].includes(codes[2] ?? ""));
  const certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
  for (const text of [
    certificate,
    "",
    "no key",
    key.publicPem + key.publicPem,
    key.publicPem.replace("M", "!"),
  ]) {
    assert.throws(() => parsePublicKey(text), code("TRUST_KEY_INVALID"));
  }
});

test("one key has one id, however its point is written", () => {
  const der = createPublicKey(key.publicPem).export({ type: "spki", format: "der" });
  const x = der.subarray(27, 59);
  const prefix = Buffer.from("3039301306072a8648ce3d020106082a8648ce3d030107032200", "hex");
  const sign = (der[90] ?? 0) % 2 === 0 ? 2 : 3;
  const compressed = Buffer.concat([prefix, Buffer.from([sign]), x]).toString("base64");
  const pem = `-----BEGIN PUBLIC KEY-----\n${compressed}\n-----END PUBLIC KEY-----\n`;
  assert.equal(parsePublicKey(pem).keyId, key.keyId);
});

test("windows are inclusive; revocation and usage decide", () => {
  const { publicPem } = testKey();
  const window = { validFrom: "2026-01-01T00:00:00Z", validUntil: "2026-12-31T00:00:00Z" };
  const root = trustOf([{ publicKey: publicPem, usages: ["model"], ...window }]);
  const identity = root.document.identities[0]!;
  const decide = (instant: string, usage: "model" | "bom" = "model") => {
    const decision = root.check(identity, usage, { at: new Date(instant), times: [] });
    return decision.trusted ? "trusted" : decision.code;
  };
  assert.equal(decide("2025-12-31T23:59:59.999Z"), "TRUST_KEY_NOT_YET_VALID");
  assert.equal(decide(window.validFrom), "trusted");
  assert.equal(decide(window.validUntil), "trusted");
  assert.equal(decide("2026-12-31T00:00:00.001Z"), "TRUST_KEY_EXPIRED");
  assert.equal(decide("2026-06-01T00:00:00Z", "bom"), "TRUST_USAGE_NOT_ALLOWED");
  assert.equal(decide("not a date"), "TRUST_KEY_NOT_YET_VALID");
  const revokedAt = "2026-06-01T00:00:00Z";
  const revoked = trustOf(
    [{ publicKey: publicPem }],
    [{ keyId: root.byKeyId.keys().next().value ?? "", revokedAt, reason: "leaked" }],
  );
  const before = revoked.check(identity, "model", { at: new Date("2026-05-31T23:59:59Z"), times: [] });
  const after = revoked.check(identity, "model", { at, times: [] });
  assert.ok(before.trusted);
  assert.ok(!after.trusted && after.code === "TRUST_KEY_REVOKED");
});

test("editing: remove, unknown name, bad name, save over a planted link", () => {
  assert.deepEqual(removeIdentity(good, "release"), emptyTrustDocument);
  assert.throws(() => removeIdentity(good, "Release"), code("TRUST_IDENTITY_NOT_FOUND"));
  assert.throws(
    () => addIdentity(good, { name: "../x", publicKey: generateKey("ed25519").publicPem, usages }),
    code("TRUST_ROOT_INVALID"),
  );
  assert.throws(
    () => addIdentity(good, { name: "again", publicKey: key.publicPem, usages }),
    code("TRUST_DUPLICATE"),
  );
  const directory = join(scratch, "planted");
  createTrustRoot(directory);
  writeFileSync(join(directory, `trust.json.${process.pid}.new`), "planted");
  assert.throws(() => saveTrustRoot(directory, good), code("SOURCE_NOT_READABLE"));
});
