// SPDX-License-Identifier: Apache-2.0
// Signing inside a BOM: every other byte stays, the document stays valid, an independent verifier and ours agree,
// and what has no place for a signature is refused.

import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { test } from "node:test";
import { serializeBom } from "../../src/bom/serialize.ts";
import { validateBom } from "../../src/bom/validate.ts";
import type { Code } from "../../src/codes/index.ts";
import { AibomError } from "../../src/errors.ts";
import type { KeyType } from "../../src/signers/generate-key.ts";
import { embedJsfSignature } from "../../src/signers/jsf.ts";
import { trustRootKeys } from "../../src/verifiers/jsf/trust-root-keys.ts";
import { parseJsfDocument, verifyJsf } from "../../src/verifiers/jsf/verify-jsf.ts";
import { type Loose, plainCanonical } from "../verifiers/jsf-forger.ts";
import { at, type TestKey, testKey, trustOf } from "./signing.ts";

const bom = (specVersion: string): Loose => ({
  bomFormat: "CycloneDX",
  specVersion,
  version: 1,
  components: [{ type: "library", name: "é\n", version: "1" }],
});

const pretty = (document: Loose, indent: string | number = 2): string =>
  `${JSON.stringify(document, null, indent)}\n`;

function verifyOurs(bytes: Uint8Array, key: TestKey) {
  const findKeys = trustRootKeys(trustOf([{ name: "me", publicKey: key.publicPem }]), "bom", at);
  return verifyJsf(parseJsfDocument(bytes, "bom.json"), { path: "bom.json", findKeys });
}

async function embed(text: string, key: TestKey): Promise<string> {
  return Buffer.from(await embedJsfSignature(Buffer.from(text), key.signer)).toString();
}

async function refuses(text: string, code: Code, key = testKey()): Promise<void> {
  await assert.rejects(
    embed(text, key),
    (error: unknown) => error instanceof AibomError && error.code === code,
    text.slice(0, 80),
  );
}

const keyTypes: readonly (readonly [KeyType, string, string | null])[] = [
  ["ecdsa-p256", "ES256", "sha256"],
  ["ecdsa-p384", "ES384", "sha384"],
  ["ecdsa-p521", "ES512", "sha512"],
  ["ed25519", "Ed25519", null],
];

for (const [type, algorithm, hash] of keyTypes) {
  test(`${type}: signs as ${algorithm}; ours and OpenSSL verify`, async () => {
    const key = testKey(type);
    // Enough for integers r and s that are shorter than the curve.
    for (let count = 0; count < 40; count++) {
      const text = await embed(pretty(bom("1.6")), key);
      const document = JSON.parse(text);
      const { signers, rejected } = verifyOurs(Buffer.from(text), key);
      assert.deepEqual(rejected, []);
      assert.deepEqual([signers[0]?.keyId, signers[0]?.key.identity], [key.signer.keyId, "me"]);
      assert.equal(signers[0]?.algorithm, key.signer.algorithm);
      assert.equal(document.signature.algorithm, algorithm);
      const { value, ...core } = document.signature;
      const data = Buffer.from(plainCanonical({ ...document, signature: core }));
      const parameters = { key: createPublicKey(key.publicPem), dsaEncoding: "ieee-p1363" } as const;
      assert.ok(verify(hash, data, parameters, Buffer.from(value, "base64url")));
      assert.ok(
        createPublicKey({ key: core.publicKey, format: "jwk" }).equals(createPublicKey(key.publicPem)),
      );
    }
  });
}

test("the signature is the last member, and the text is the one that our serialiser would write", async () => {
  const key = testKey("ed25519");
  const { pieces } = serializeBom(bom("1.7"), undefined);
  const unsigned = Buffer.concat(pieces).toString();
  const text = await embed(unsigned, key);
  assert.equal(text, pretty(JSON.parse(text)));
  assert.deepEqual(Object.keys(JSON.parse(text)).at(-1), "signature");
  assert.deepEqual(Object.keys(JSON.parse(text).signature), ["algorithm", "keyId", "publicKey", "value"]);
  assert.ok(text.startsWith(`${unsigned.slice(0, -"\n}\n".length)},\n  "signature": {\n    "algorithm": `));
  assert.equal(await embed(unsigned, key), text);
  const { signature: _, ...rest } = JSON.parse(text);
  assert.equal(pretty(rest), unsigned);
});

test("other layouts keep theirs, byte for byte", async () => {
  const key = testKey("ed25519");
  const document = bom("1.5");
  for (const indent of ["    ", "\t", ""]) {
    const unsigned = JSON.stringify(document, null, indent);
    const text = await embed(unsigned, key);
    assert.equal(text, JSON.stringify(JSON.parse(text), null, indent));
    assert.equal(verifyOurs(Buffer.from(text), key).signers.length, 1);
  }
  const windows = pretty(document).replaceAll("\n", "\r\n");
  const signed = await embed(windows, key);
  assert.equal(signed, pretty(JSON.parse(signed)).replaceAll("\n", "\r\n"));
  const strange = ' {\n\n "bomFormat" :"CycloneDX","specVersion":"1.5",  "version":1,"x":"}" \n\t } \n ';
  const text = await embed(strange, key);
  assert.ok(
    text.startsWith(
      ' {\n\n "bomFormat" :"CycloneDX","specVersion":"1.5",  "version":1,"x":"}",\n "signature": {',
    ),
  );
  assert.ok(text.endsWith('"\n } \n\t } \n '), JSON.stringify(text.slice(-20)));
  assert.equal(verifyOurs(Buffer.from(text), key).signers.length, 1);
});

test("a signed BOM is valid by the schema of each version that knows signatures", async () => {
  for (const specVersion of ["1.4", "1.5", "1.6", "1.7"]) {
    for (const [type] of keyTypes) {
      const text = await embed(pretty(bom(specVersion)), testKey(type));
      const { findings } = await validateBom(Buffer.from(text), "bom.json");
      assert.deepEqual(findings, [], `${specVersion} ${type}`);
    }
  }
  for (const specVersion of ["1.2", "1.3"]) {
    await refuses(pretty(bom(specVersion)), "JSF_SPEC_VERSION");
    // The refusal is right: the schema has no such member.
    const planted = { ...bom(specVersion), signature: { algorithm: "ES256", value: "AA" } };
    const { findings } = await validateBom(Buffer.from(pretty(planted)), "bom.json");
    assert.ok(findings.some(({ code }) => code === "BOM_SCHEMA"));
  }
});

test("what cannot be signed inside is refused", async () => {
  await refuses(pretty(bom("1.6")), "JSF_SIGNER_UNSUPPORTED", testKey("ml-dsa-65"));
  await refuses(pretty({ ...bom("1.6"), signature: {} }), "JSF_ALREADY_SIGNED");
  await refuses(await embed(pretty(bom("1.6")), testKey()), "JSF_ALREADY_SIGNED");
  for (const text of ["[]", "{}", '{"bomFormat":"SPDX","specVersion":"1.6"}', '{"bomFormat":"CycloneDX"}']) {
    await refuses(text, "JSF_DOCUMENT");
  }
  await refuses('{"bomFormat":"CycloneDX","specVersion":"1.6","a":1,"a":2}', "JSON_DUPLICATE_KEY");
  await refuses('{"bomFormat":"CycloneDX","specVersion":"1.6","a":9007199254740993}', "JSON_NUMBER_UNSAFE");
  await refuses(`{"a":${"[".repeat(1000)}`, "JSON_TOO_DEEP");
  await refuses("", "JSON_INVALID");
});

test("a signer that answers no strict DER is not believed", async () => {
  const { signer } = testKey();
  for (const answer of [Buffer.alloc(64, 1), Buffer.alloc(0), Buffer.from("3006020100020100", "hex")]) {
    await assert.rejects(
      embedJsfSignature(Buffer.from(pretty(bom("1.6"))), { ...signer, sign: () => Promise.resolve(answer) }),
      (error: unknown) => error instanceof AibomError && error.code === "SIGNATURE_ENCODING",
    );
  }
});
