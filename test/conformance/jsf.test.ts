// SPDX-License-Identifier: Apache-2.0
// JSF: the vectors of the format's author. Each of the 65 verifies with the key that its file name names. Three
// kinds are refused as they are: HMAC (their signed bytes are checked here), exclusions (what they exclude is
// unsigned, so they verify once it is taken out), extensions (until the caller says that it understands them).

import assert from "node:assert/strict";
import { createHmac, createPublicKey } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../src/bytes/json.ts";
import { AibomError } from "../../src/errors.ts";
import { publicKeyId } from "../../src/trust/public-key.ts";
import { parseSignatureObject } from "../../src/verifiers/jsf/signature-object.ts";
import { SignedObject, signedSignatureObject } from "../../src/verifiers/jsf/signed-bytes.ts";
import {
  type JsfKey,
  type JsfKeyNames,
  parseJsfDocument,
  verifyJsf,
} from "../../src/verifiers/jsf/verify-jsf.ts";

const corpora = join(import.meta.dirname, "../../../shared/corpora/cyclonedx/jsf-vectors");
const skip = existsSync(corpora) ? false : "corpora not present: cyclonedx/jsf-vectors";

interface NamedKey extends JsfKey {
  readonly name: string;
}

const files = (): string[] => readdirSync(join(corpora, "openkeystore")).sort();
const read = (file: string): Uint8Array => readFileSync(join(corpora, "openkeystore", file));
const keyNames = (file: string): string[] =>
  (file.split("@")[0] ?? "").split(",").map((each) => each.split("#")[0] ?? "");

function namedKey(name: string): NamedKey {
  const key = createPublicKey(readFileSync(join(corpora, "keys", `${name}publickey.pem`)));
  return { name, key, keyId: publicKeyId(key) };
}

/** Looks among the named keys; a signature that names none may be by any of them. */
const finderOf =
  (keys: readonly NamedKey[]) =>
  ({ keyId, publicKey, certificate }: JsfKeyNames): readonly NamedKey[] => {
    const digest = publicKey ?? certificate;
    return keys.filter(
      (key) =>
        (digest === undefined || digest === key.keyId) &&
        (keyId === undefined || keyId === `example.com:${key.name}`),
    );
  };

/** The member that holds the signature. */
function propertyOf(document: JsonObject): string {
  const isSignature = (value: JsonValue | undefined): boolean =>
    isJsonObject(value) && ["algorithm", "signers", "chain"].some((name) => Object.hasOwn(value, name));
  const name = Object.keys(document).find((key) => isSignature(document[key]));
  assert.ok(name !== undefined);
  return name;
}

const understoodExtensions = new Set(["otherExt", "https://example.com/extension"]);

function verify(document: JsonObject, keys: readonly NamedKey[], understood = understoodExtensions) {
  return verifyJsf(document, {
    path: "vector.json",
    findKeys: finderOf(keys),
    property: propertyOf(document),
    understoodExtensions: understood,
  });
}

function thrownCode(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof AibomError, String(error));
    return error.code;
  }
  return "nothing thrown";
}

/** The same document without what it excludes from the signature, and without saying so. */
function withoutExcluded(document: JsonObject): JsonObject {
  const property = propertyOf(document);
  const signature = document[property];
  assert.ok(isJsonObject(signature) && isJsonArray(signature["excludes"]));
  const { excludes, ...signed } = signature;
  const kept = Object.entries(document).filter(([key]) => !(excludes as readonly JsonValue[]).includes(key));
  return { ...Object.fromEntries(kept), [property]: signed };
}

/** The same document with another value in its first member that is signed. */
function tampered(document: JsonObject): JsonObject {
  const property = propertyOf(document);
  const key = Object.keys(document).find((each) => each !== property);
  assert.ok(key !== undefined);
  return { ...document, [key]: `${String(document[key])}x` };
}

test("asymmetric vectors verify with the named keys, and no longer once changed", { skip }, (t) => {
  const counts = { verified: 0, excludes: 0, extensions: 0, chains: 0, lists: 0 };
  for (const file of files().filter((name) => !/#hs|@arr-/.test(name))) {
    const keys = keyNames(file).map(namedKey);
    const asWritten = parseJsfDocument(read(file), file);
    let document = asWritten;
    if (file.includes("excl-")) {
      assert.equal(
        thrownCode(() => verify(asWritten, keys)),
        "JSF_EXCLUDES",
        file,
      );
      document = withoutExcluded(asWritten);
      counts.excludes++;
    }
    if (file.includes("exts-")) {
      assert.equal(
        thrownCode(() => verify(document, keys, new Set())),
        "JSF_EXTENSION",
        file,
      );
      counts.extensions++;
    }
    const result = verify(document, keys);
    assert.deepEqual(result.rejected, [], file);
    assert.deepEqual(
      result.signers.map((signer) => signer.keyId),
      keys.map((key) => key.keyId),
      file,
    );
    const changed = verify(tampered(document), keys);
    assert.deepEqual(changed.signers, [], file);
    assert.ok(
      changed.rejected.every(({ code }) => code === "JSF_SIGNATURE_INVALID"),
      file,
    );
    // The same signature under a key that is not the named one.
    const others = ["p256", "p384", "p521", "ed25519", "ed448", "r2048"].filter(
      (name) => !keyNames(file).includes(name),
    );
    const foreign = verifyJsf(document, {
      path: file,
      findKeys: () => others.map(namedKey),
      property: propertyOf(document),
      understoodExtensions,
    });
    assert.deepEqual(foreign.signers, [], file);
    counts.verified++;
    counts.chains += result.mode === "chain" ? 1 : 0;
    counts.lists += result.mode === "multiple" ? 1 : 0;
  }
  t.diagnostic(
    `${counts.verified} verify (${counts.lists} lists, ${counts.chains} chains), each fails once changed; of them ` +
      `${counts.excludes} with exclusions and ${counts.extensions} with extensions are refused as they are`,
  );
  assert.deepEqual(counts, { verified: 59, excludes: 8, extensions: 7, chains: 11, lists: 11 });
});

test("HMAC vectors are refused; what we would have verified is what was authenticated", { skip }, (t) => {
  let refused = 0;
  for (const file of files().filter((name) => name.includes("#hs"))) {
    const document = parseJsfDocument(read(file), file);
    const result = verifyJsf(document, { path: file, findKeys: () => assert.fail("looked for a key") });
    assert.deepEqual(
      result.rejected.map(({ code }) => code),
      ["JSF_ALGORITHM_SYMMETRIC"],
    );
    assert.deepEqual(result.signers, []);
    const [name = ""] = keyNames(file);
    const hex = readFileSync(join(corpora, "keys", `${name}bitkey.hex`), "utf8").trim();
    const signature = parseSignatureObject(document["signature"] ?? null);
    const data = new SignedObject(document, "signature").bytes(signedSignatureObject(signature, 0));
    const mac = createHmac(`sha${name.slice(1)}`, Buffer.from(hex, "hex"))
      .update(data)
      .digest("base64url");
    assert.equal(mac, signature.entries[0]?.["value"], file);
    refused++;
  }
  t.diagnostic(`${refused} refused, their signed bytes are right; 59 + ${refused} = 65`);
  assert.equal(refused, 6);
});

test("the 2 vectors whose root is an array are refused", { skip }, (t) => {
  const arrays = files().filter((name) => name.includes("@arr-"));
  for (const file of arrays) {
    assert.equal(
      thrownCode(() => parseJsfDocument(read(file), file)),
      "JSF_DOCUMENT",
    );
  }
  t.diagnostic(`${arrays.length} refused`);
  assert.equal(arrays.length, 2);
});

test("every bit of a signature value counts", { skip }, (t) => {
  let flipped = 0;
  for (const file of ["p256#es256@jwk.json", "ed25519#ed25519@kid.json", "r2048#ps256@jwk.json"]) {
    const document = parseJsfDocument(read(file), file);
    const signature = document["signature"];
    assert.ok(isJsonObject(signature));
    const value = Buffer.from(String(signature["value"]), "base64url");
    const keys = keyNames(file).map(namedKey);
    for (let bit = 0; bit < value.length * 8; bit++) {
      const changed = Buffer.from(value);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const forged: JsonObject = {
        ...document,
        signature: { ...signature, value: changed.toString("base64url") },
      };
      assert.deepEqual(verify(forged, keys).signers, [], `${file} bit ${bit}`);
      flipped++;
    }
  }
  t.diagnostic(`${flipped} flips, none verifies`);
});

test("a certificate path is read strictly, and its leaf must be the trusted key", { skip }, () => {
  const document = parseJsfDocument(read("p256#es256@cer.json"), "cer");
  const signature = document["signature"] as JsonObject;
  const [leaf, issuer] = signature["certificatePath"] as readonly string[];
  assert.ok(leaf !== undefined && issuer !== undefined);
  const der = Buffer.from(leaf, "base64url");
  const pem = `-----BEGIN CERTIFICATE-----\n${der.toString("base64")}\n-----END CERTIFICATE-----\n`;
  const cases: [JsonValue, string][] = [
    [[Buffer.concat([der, Buffer.of(0)]).toString("base64url")], "JSF_KEY_MALFORMED"],
    [[Buffer.from(pem).toString("base64url")], "JSF_KEY_MALFORMED"],
    [[der.toString("base64")], "JSF_KEY_MALFORMED"],
    [[`${leaf}=`], "JSF_KEY_MALFORMED"],
    [[leaf.slice(0, 400)], "JSF_KEY_MALFORMED"],
    [[leaf, "not a certificate"], "JSF_KEY_MALFORMED"],
    [[issuer, leaf], "JSF_KEY_MISMATCH"],
    [[leaf], "JSF_SIGNATURE_INVALID"],
    [[], "JSF_MALFORMED"],
    [leaf, "JSF_MALFORMED"],
    [[1], "JSF_MALFORMED"],
    [Array(11).fill(leaf), "JSF_MALFORMED"],
  ];
  for (const [certificatePath, code] of cases) {
    const changed: JsonObject = { ...document, signature: { ...signature, certificatePath } };
    const result = verifyJsf(changed, { path: "cer", findKeys: () => [namedKey("p256")] });
    assert.deepEqual(result.signers, []);
    assert.equal(result.rejected[0]?.code, code, JSON.stringify(certificatePath).slice(0, 100));
  }
});
