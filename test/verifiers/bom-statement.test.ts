// SPDX-License-Identifier: Apache-2.0
// BOM statements: every key type, every bit of BOM and signature, and statements that are wrong and
// correctly signed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { signBom } from "../../src/signers/bom-statement.ts";
import { keyTypes } from "../../src/signers/generate-key.ts";
import { verifyBomStatement } from "../../src/verifiers/bom-statement.ts";
import { at, sha256, signAny, testKey, trustOf } from "../signers/signing.ts";

const key = testKey();
const trustRoot = trustOf([{ name: "release", publicKey: key.publicPem, usages: ["bom"] }]);
const path = "aibom.cdx.json";
const hash = (text: string) => [{ alg: "SHA-256", content: sha256(text) }];
const bom = {
  bomFormat: "CycloneDX",
  specVersion: "1.7",
  version: 1,
  metadata: { component: { type: "machine-learning-model", name: "m", hashes: hash("m") } },
  components: [
    {
      type: "file",
      name: "a",
      hashes: hash("a"),
      components: [{ type: "file", name: "n", hashes: hash("n") }],
    },
    { type: "file", name: "a-again", hashes: hash("a") },
    { type: "file", name: "s", hashes: [{ alg: "SHA-512", content: "0".repeat(128) }] },
    { type: "library", name: "without hash" },
    { type: "file", name: "only md5", hashes: [{ alg: "MD5", content: "0".repeat(32) }] },
  ],
};
const bytes = Buffer.from(`${JSON.stringify(bom, null, 2)}\n`);
const { bundle, subjects } = await signBom(bytes, path, key.signer);

const verify = (signature: Uint8Array, content: Uint8Array = bytes, root = trustRoot) =>
  verifyBomStatement(
    { bundle: signature, signature: `${path}.sigstore.json`, trustRoot: root, at },
    { bytes: content, path },
  );
const rejected = async (signature: Uint8Array, content: Uint8Array = bytes, root = trustRoot) => {
  const result = await verify(signature, content, root);
  assert.deepEqual(result.evidence, []);
  return result.rejected[0]?.code;
};
// biome-ignore lint/suspicious/noExplicitAny: tests break the shape on purpose
const payloadOf = (signed: Uint8Array): any =>
  JSON.parse(
    Buffer.from(JSON.parse(Buffer.from(signed).toString()).dsseEnvelope.payload, "base64").toString(),
  );

test("a good statement: subjects are the file and each artifact once", async () => {
  assert.equal((await verify(bundle)).evidence[0]?.usage, "bom");
  const { subject, predicate, predicateType } = payloadOf(bundle);
  assert.equal(subjects, 5);
  assert.deepEqual(
    subject.map((each: { name: string }) => each.name),
    [path, "m", "a", "n", "s"],
  );
  assert.equal(subject[0].digest.sha256, sha256(bytes));
  assert.deepEqual(predicate, bom);
  assert.equal(predicateType, "https://cyclonedx.org/bom");
});

for (const type of keyTypes) {
  test(`${type} signs BOMs`, async () => {
    const { signer, publicPem } = testKey(type);
    const signed = await signBom(bytes, path, signer);
    const root = trustOf([{ publicKey: publicPem }]);
    assert.equal((await verify(signed.bundle, bytes, root)).evidence.length, 1);
    const tampered = Buffer.from(
      Buffer.from(signed.bundle)
        .toString()
        .replace(/"sig": "(.)/, (_, c) => `"sig": "${c === "M" ? "N" : "M"}`),
    );
    assert.notEqual(await rejected(tampered, bytes, root), undefined);
  });
}

test("property: every bit of the BOM and of its signature counts", async () => {
  const small = Buffer.from(
    '{\n  "bomFormat": "CycloneDX",\n  "specVersion": "1.7",\n  "n": 9007199254740993\n}\n',
  );
  const signed = Buffer.from((await signBom(small, path, key.signer)).bundle);
  assert.equal((await verify(signed, small)).evidence.length, 1);
  const flip = (original: Buffer, bit: number): Buffer => {
    const flipped = Buffer.from(original);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    return flipped;
  };
  for (let bit = 0; bit < small.length * 8; bit++) {
    assert.notEqual(await rejected(signed, flip(small, bit)), undefined, `bit ${bit} of the BOM`);
  }
  for (let bit = 0; bit < signed.length * 8; bit++) {
    assert.notEqual(await rejected(flip(signed, bit), small), undefined, `bit ${bit} of the signature`);
  }
});

test("the bytes of the BOM are bound, not only what it says", async () => {
  assert.equal(await rejected(bundle, Buffer.from(JSON.stringify(bom))), "BOM_STATEMENT_BYTES");
  assert.equal(await rejected(bundle, bytes.subarray(0, -1)), "BOM_STATEMENT_BYTES");
});

test("usage, revocation and window apply to BOMs", async () => {
  const publicKey = key.publicPem;
  assert.equal(
    await rejected(bundle, bytes, trustOf([{ publicKey, usages: ["model"] }])),
    "TRUST_USAGE_NOT_ALLOWED",
  );
  assert.equal(await rejected(bundle, bytes, trustOf([])), "TRUST_KEY_UNKNOWN");
  assert.equal(
    await rejected(bundle, bytes, trustOf([{ publicKey, validUntil: "2026-01-01T00:00:00Z" }])),
    "TRUST_KEY_EXPIRED",
  );
});

// biome-ignore lint/suspicious/noExplicitAny: tests break the shape on purpose
const wrongs: [string, string | undefined, (statement: any) => void][] = [
  [
    "Statement v0.1",
    undefined,
    (s) => {
      s._type = "https://in-toto.io/Statement/v0.1";
    },
  ],
  [
    "versioned type",
    undefined,
    (s) => {
      s.predicateType += "/v1.7";
    },
  ],
  [
    "version of another BOM",
    "BOM_STATEMENT_VERSION",
    (s) => {
      s.predicateType += "/v1.4";
    },
  ],
  [
    "version with more behind it",
    "STATEMENT_PREDICATE_TYPE",
    (s) => {
      s.predicateType += "/v1.7/x";
    },
  ],
  [
    "another type",
    "STATEMENT_PREDICATE_TYPE",
    (s) => {
      s.predicateType = "https://spdx.dev/Document";
    },
  ],
  [
    "unknown statement",
    "STATEMENT_TYPE",
    (s) => {
      s._type = "https://in-toto.io/Statement/v2";
    },
  ],
  [
    "no subject",
    "BOM_STATEMENT_BYTES",
    (s) => {
      s.subject = [];
    },
  ],
  [
    "file not named",
    "BOM_STATEMENT_BYTES",
    (s) => {
      s.subject.shift();
    },
  ],
  [
    "artifact not named",
    "BOM_STATEMENT_SUBJECT_MISSING",
    (s) => {
      s.subject.pop();
    },
  ],
  [
    "other artifact named",
    "BOM_STATEMENT_SUBJECT_UNKNOWN",
    (s) => {
      s.subject.push({ name: "x", digest: { sha256: sha256("x") } });
    },
  ],
  [
    "subject without digest",
    "STATEMENT_MALFORMED",
    (s) => {
      s.subject.push({ name: "x", digest: {} });
    },
  ],
  [
    "digest as number",
    "STATEMENT_MALFORMED",
    (s) => {
      s.subject[0].digest = { sha256: 1 };
    },
  ],
  [
    "other content",
    "BOM_STATEMENT_CONTENT",
    (s) => {
      s.predicate.version = 2;
    },
  ],
  [
    "content left out",
    "BOM_STATEMENT_CONTENT",
    (s) => {
      delete s.predicate.components[0].components;
    },
  ],
  [
    "content added",
    "BOM_STATEMENT_CONTENT",
    (s) => {
      s.predicate.components.push({});
    },
  ],
  [
    "no predicate",
    "STATEMENT_MALFORMED",
    (s) => {
      s.predicate = null;
    },
  ],
];
for (const [name, expected, change] of wrongs) {
  test(`correctly signed: ${name}`, async () => {
    const statement = payloadOf(bundle);
    change(statement);
    const result = await verify(await signAny(statement, key.signer));
    assert.equal(result.rejected[0]?.code, expected);
    assert.equal(result.evidence.length, expected === undefined ? 1 : 0);
  });
}

test("a model signature is no BOM signature", async () => {
  const signed = await signAny(
    { ...payloadOf(bundle), predicateType: "https://model_signing/signature/v1.0" },
    key.signer,
  );
  assert.equal(await rejected(signed), "STATEMENT_PREDICATE_TYPE");
});

test("large integers are not rounded by signing", async () => {
  const large = Buffer.from('{"bomFormat":"CycloneDX","specVersion":"1.7","n":9007199254740993}');
  const signed = await signBom(large, path, key.signer);
  assert.ok(
    Buffer.from(JSON.parse(Buffer.from(signed.bundle).toString()).dsseEnvelope.payload, "base64").includes(
      "9007199254740993",
    ),
  );
  assert.equal((await verify(signed.bundle, large)).evidence.length, 1);
  assert.equal(
    await rejected(signed.bundle, Buffer.from(large.toString().replace("993", "992"))),
    "BOM_STATEMENT_BYTES",
  );
});

test("a BOM of 100,000 files signs and verifies in seconds", async (t) => {
  const components = Array.from({ length: 100_000 }, (_, index) => ({
    type: "file",
    name: `f${index}`,
    hashes: hash(`${index}`),
  }));
  const large = Buffer.from(JSON.stringify({ ...bom, components }));
  const started = performance.now();
  const signed = await signBom(large, path, key.signer);
  const middle = performance.now();
  assert.equal((await verify(signed.bundle, large)).evidence.length, 1);
  t.diagnostic(
    `${signed.subjects} subjects, sign ${Math.round(middle - started)} ms, verify ${Math.round(performance.now() - middle)} ms`,
  );
});
