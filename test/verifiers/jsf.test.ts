// SPDX-License-Identifier: Apache-2.0
// JSF against an attacker who writes any document: every algorithm with its key and with no other, embedded
// keys, exclusions, lists and chains, signatures of parts, and documents that two readers see differently.

import assert from "node:assert/strict";
import { constants, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { test } from "node:test";
import type { JsonObject, JsonValue } from "../../src/bytes/json.ts";
import { AibomError } from "../../src/errors.ts";
import { publicKeyId } from "../../src/trust/public-key.ts";
import { findSignatures, partialSignatures } from "../../src/verifiers/jsf/find-signatures.ts";
import { trustRootKeys } from "../../src/verifiers/jsf/trust-root-keys.ts";
import {
  type FindJsfKeys,
  type JsfKey,
  parseJsfDocument,
  verifyJsf,
  verifyJsfSite,
} from "../../src/verifiers/jsf/verify-jsf.ts";
import { mutate, seeded } from "../random.ts";
import { at, testKey, trustOf } from "../signers/signing.ts";
import {
  type ForgedSigner,
  jwkOf,
  type Loose,
  plainCanonical,
  rawValue,
  signChain,
  signMultiple,
  signSingle,
} from "./jsf-forger.ts";

interface Pair {
  readonly privateKey: KeyObject;
  readonly key: KeyObject;
  readonly keyId: string;
}

const pairOf = ({ privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject }): Pair => ({
  privateKey,
  key: publicKey,
  keyId: publicKeyId(publicKey),
});
const ec = (namedCurve: string): Pair => pairOf(generateKeyPairSync("ec", { namedCurve }));
const rsa = (modulusLength: number, publicExponent = 65_537): Pair =>
  pairOf(generateKeyPairSync("rsa", { modulusLength, publicExponent }));

const p256 = ec("P-256");
const other256 = ec("P-256");
const p384 = ec("P-384");
const p521 = ec("P-521");
const ed25519 = pairOf(generateKeyPairSync("ed25519"));
const ed448 = pairOf(generateKeyPairSync("ed448"));
const rsa2048 = rsa(2048);
const rsa1024 = rsa(1024);

const bom: Loose = {
  bomFormat: "CycloneDX",
  specVersion: "1.7",
  version: 1,
  components: [
    { type: "machine-learning-model", name: "m", "bom-ref": "m" },
    { type: "data", name: "d", "bom-ref": "d" },
  ],
};

/** Trusts these keys, whatever the signature says, unless it embeds a key. */
const trusting =
  (...keys: readonly JsfKey[]): FindJsfKeys<JsfKey> =>
  ({ publicKey }) =>
    publicKey === undefined ? keys : keys.filter((each) => each.keyId === publicKey);

const pinned =
  (...keys: readonly JsfKey[]): FindJsfKeys<JsfKey> =>
  () =>
    keys;

function verify(document: Loose, findKeys: FindJsfKeys<JsfKey>) {
  const bytes = Buffer.from(JSON.stringify(document));
  return verifyJsf(parseJsfDocument(bytes, "bom.json"), { path: "bom.json", findKeys });
}

/** The code that refused a signature: of the first rejection, or thrown. `accepted` if nothing did. */
function outcome(document: Loose, findKeys: FindJsfKeys<JsfKey>): string {
  try {
    const { signers, rejected } = verify(document, findKeys);
    assert.equal(signers.length === 0, rejected.length > 0);
    return rejected[0]?.code ?? "accepted";
  } catch (error) {
    assert.ok(error instanceof AibomError, String(error));
    return error.code;
  }
}

const es256 = (pair: Pair, members: Loose = {}): ForgedSigner => ({
  algorithm: "ES256",
  privateKey: pair.privateKey,
  members,
});

const fitting: readonly (readonly [string, Pair, string])[] = [
  ["ES256", p256, "ecdsa-p256-sha256"],
  ["ES384", p384, "ecdsa-p384-sha384"],
  ["ES512", p521, "ecdsa-p521-sha512"],
  ["Ed25519", ed25519, "ed25519"],
  ["Ed448", ed448, "ed448"],
  ["RS256", rsa2048, "rsa-pkcs1v15-sha256"],
  ["RS384", rsa2048, "rsa-pkcs1v15-sha384"],
  ["RS512", rsa2048, "rsa-pkcs1v15-sha512"],
  ["PS256", rsa2048, "rsa-pss-sha256"],
  ["PS384", rsa2048, "rsa-pss-sha384"],
  ["PS512", rsa2048, "rsa-pss-sha512"],
];

test("every algorithm verifies with its key, and with no other type of key", () => {
  for (const [algorithm, pair, name] of fitting) {
    const document = signSingle(bom, { algorithm, privateKey: pair.privateKey });
    const { signers, rejected, mode, covers } = verify(document, pinned(pair));
    assert.deepEqual([rejected, mode, covers], [[], "single", ""]);
    assert.equal(signers[0]?.algorithm, name);
    assert.equal(signers[0]?.keyId, pair.keyId);
    assert.equal(signers[0]?.signature, "bom.json#/signature");
    for (const [, wrong] of fitting.filter(([, each]) => each !== pair)) {
      assert.equal(outcome(document, pinned(wrong)), "JSF_ALGORITHM_KEY");
    }
  }
});

test("an algorithm that was exchanged for another is refused", () => {
  for (const [signed] of fitting) {
    for (const [claimed, pair] of fitting.filter(([name]) => name !== signed)) {
      const signer = fitting.find(([name]) => name === signed)?.[1];
      assert.ok(signer !== undefined);
      const document = signSingle(bom, { algorithm: signed, privateKey: signer.privateKey });
      document.signature.algorithm = claimed;
      assert.notEqual(outcome(document, pinned(pair)), "accepted", `${signed} as ${claimed}`);
    }
  }
});

test("the hash function goes with the curve: ES256 made with a P-384 key is refused", () => {
  const core = { algorithm: "ES256" };
  const data = Buffer.from(plainCanonical({ ...bom, signature: core }));
  const value = sign("sha256", data, { key: p384.privateKey, dsaEncoding: "ieee-p1363" });
  const document = { ...bom, signature: { ...core, value: value.toString("base64url") } };
  assert.equal(outcome(document, pinned(p384)), "JSF_ALGORITHM_KEY");
});

test("weak keys are refused even if the caller trusts them", () => {
  const signedBy = (pair: Pair, algorithm: string) =>
    outcome(signSingle(bom, { algorithm, privateKey: pair.privateKey }), pinned(pair));
  assert.equal(signedBy(rsa1024, "RS256"), "JSF_ALGORITHM_KEY");
  assert.equal(signedBy(rsa(2048, 3), "PS256"), "JSF_ALGORITHM_KEY");
  assert.equal(signedBy(ec("secp256k1"), "ES256"), "JSF_ALGORITHM_KEY");
  // Only public keys verify: a private key here is a mistake of the caller, not a key that fits.
  const asPrivate = { keyId: p256.keyId, key: p256.privateKey };
  assert.equal(outcome(signSingle(bom, es256(p256)), pinned(asPrivate)), "JSF_ALGORITHM_KEY");
});

test("HMAC is refused whatever the secret, the public key in particular", () => {
  for (const algorithm of ["HS256", "HS384", "HS512"]) {
    for (const secret of [
      p256.key.export({ type: "spki", format: "pem" }).toString(),
      p256.key.export({ type: "spki", format: "der" }).toString("latin1"),
      JSON.stringify(jwkOf(p256.privateKey)),
      "",
    ]) {
      const document = signSingle(bom, { algorithm, privateKey: secret });
      assert.equal(outcome(document, pinned(p256)), "JSF_ALGORITHM_SYMMETRIC");
    }
  }
});

test("unknown algorithms are refused", () => {
  const names = [
    "none",
    "EdDSA",
    "es256",
    "ES256K",
    "ES256 ",
    "ML-DSA-65",
    "__proto__",
    "constructor",
    "https://a",
  ];
  for (const algorithm of names) {
    const document = signSingle(bom, es256(p256));
    document.signature.algorithm = algorithm;
    assert.equal(outcome(document, pinned(p256)), "JSF_ALGORITHM_UNKNOWN", algorithm);
  }
});

test("an embedded key decides nothing", () => {
  const own = jwkOf(other256.privateKey);
  const forged = signSingle(bom, es256(other256, { publicKey: own }));
  assert.equal(outcome(forged, trusting(p256)), "JSF_KEY_UNKNOWN");
  assert.equal(outcome(forged, pinned(p256)), "JSF_KEY_MISMATCH");
  const named = signSingle(bom, es256(other256, { keyId: p256.keyId, publicKey: own }));
  assert.equal(outcome(named, pinned(p256)), "JSF_KEY_MISMATCH");
  const posing = signSingle(bom, es256(other256, { publicKey: jwkOf(p256.privateKey) }));
  assert.equal(outcome(posing, trusting(p256)), "JSF_SIGNATURE_INVALID");
  const nameless = signSingle(bom, es256(other256));
  assert.equal(outcome(nameless, pinned(p256)), "JSF_SIGNATURE_INVALID");
  assert.equal(outcome(nameless, pinned()), "JSF_KEY_UNNAMED");
  assert.equal(outcome(signSingle(bom, es256(p256, { keyId: "x" })), pinned()), "JSF_KEY_UNKNOWN");
  const good = signSingle(bom, es256(p256, { keyId: "x", publicKey: jwkOf(p256.privateKey) }));
  assert.equal(outcome(good, trusting(other256, p256)), "accepted");
});

test("a malformed embedded key is refused before any key is looked up", () => {
  const good = jwkOf(p256.privateKey);
  const rsaJwk = jwkOf(rsa2048.privateKey);
  const zero = Buffer.alloc(32).toString("base64url");
  const longer = (text: string) =>
    Buffer.concat([Buffer.of(0), Buffer.from(text, "base64url")]).toString("base64url");
  const bad: Loose[] = [
    {},
    { ...good, d: zero },
    { ...good, alg: "ES256" },
    { kty: "EC", crv: "P-256", x: good.x },
    { ...good, kty: "ec" },
    { ...good, kty: "oct" },
    { ...good, crv: "P-384" },
    { ...good, crv: "secp256k1" },
    { ...good, crv: "__proto__" },
    { ...good, y: zero },
    { ...good, x: longer(good.x) },
    { ...good, x: `${good.x}=` },
    { ...good, x: "" },
    { ...good, x: 1 },
    { ...rsaJwk, n: longer(rsaJwk.n) },
    { ...rsaJwk, n: Buffer.alloc(4096, 0xff).toString("base64url") },
    { ...rsaJwk, n: "" },
    { ...rsaJwk, d: rsaJwk.n },
    { kty: "OKP", crv: "X25519", x: zero },
    { kty: "OKP", crv: "Ed448", x: zero },
  ];
  const never: FindJsfKeys<JsfKey> = () => assert.fail("looked for a key");
  for (const publicKey of bad) {
    const document = signSingle(bom, es256(p256, { publicKey }));
    assert.equal(outcome(document, never), "JSF_KEY_MALFORMED", JSON.stringify(publicKey).slice(0, 120));
  }
  assert.equal(outcome(signSingle(bom, es256(p256, { publicKey: "x" })), never), "JSF_MALFORMED");
});

test("exclusions are refused wherever they stand", () => {
  const single = signSingle(bom, es256(p256));
  const injected = { ...single, vulnerabilities: [{ id: "CVE-0" }] };
  injected.signature = { ...single.signature, excludes: ["vulnerabilities"] };
  assert.equal(outcome(injected, pinned(p256)), "JSF_EXCLUDES");
  for (const excludes of [[], null, "components", {}]) {
    assert.equal(
      outcome({ ...single, signature: { ...single.signature, excludes } }, pinned(p256)),
      "JSF_EXCLUDES",
    );
  }
  for (const signAll of [signMultiple, signChain]) {
    const listed = signAll(bom, [es256(p256)]);
    const outside = { ...listed, signature: { ...listed.signature, excludes: ["components"] } };
    assert.equal(outcome(outside, pinned(p256)), "JSF_EXCLUDES");
    const inside = signAll(bom, [es256(p256, { excludes: ["components"] })]);
    assert.equal(outcome(inside, pinned(p256)), "JSF_EXCLUDES");
  }
  // Without the word, the injected section is part of the document.
  assert.equal(outcome({ ...single, vulnerabilities: [] }, pinned(p256)), "JSF_SIGNATURE_INVALID");
});

test("extensions and unknown members are refused, correctly signed or not", () => {
  const extended = signSingle(bom, es256(p256, { extensions: ["x"], x: 1 }));
  assert.equal(outcome(extended, pinned(p256)), "JSF_EXTENSION");
  for (const members of [{ x: 1 }, { kid: "a" }, { __proto__x: 1 }, { "": 1 }, { toJSON: 1 }]) {
    assert.equal(outcome(signSingle(bom, es256(p256, members)), pinned(p256)), "JSF_UNKNOWN_MEMBER");
    assert.equal(outcome(signMultiple(bom, [es256(p256, members)]), pinned(p256)), "JSF_UNKNOWN_MEMBER");
  }
  const beside = signMultiple(bom, [es256(p256)]);
  beside.signature.note = "unsigned";
  assert.equal(outcome(beside, pinned(p256)), "JSF_UNKNOWN_MEMBER");
  for (const extensions of [[], "x", ["algorithm"], ["value"], [1], ["x", "x"]]) {
    const document = parseJsfDocument(
      Buffer.from(JSON.stringify(signSingle(bom, es256(p256, { extensions })))),
      "bom.json",
    );
    assert.throws(
      () =>
        verifyJsf(document, {
          path: "bom.json",
          findKeys: pinned(p256),
          understoodExtensions: new Set(["x", "algorithm", "value"]),
        }),
      (error: unknown) => error instanceof AibomError && error.code === "JSF_MALFORMED",
      JSON.stringify(extensions),
    );
  }
});

test("a signature value has one spelling and one length", () => {
  const good = signSingle(bom, es256(p256));
  const value = Buffer.from(good.signature.value, "base64url");
  const data = Buffer.from(plainCanonical({ ...bom, signature: { algorithm: "ES256" } }));
  const half = (bytes: Buffer, index: number) => bytes.subarray(32 * index, 32 * index + 32);
  const pad = Buffer.of(0);
  const spellings = [
    `${good.signature.value}=`,
    `${good.signature.value}==`,
    ` ${good.signature.value}`,
    `${good.signature.value}\n`,
    value.toString("hex"),
    sign("sha256", data, p256.privateKey).toString("base64url"),
    Buffer.concat([pad, half(value, 0), pad, half(value, 1)]).toString("base64url"),
    Buffer.concat([value, pad]).toString("base64url"),
    value.subarray(0, 63).toString("base64url"),
    rawValue("ES384", p384.privateKey, data).toString("base64url"),
  ];
  // The last letter of 64 bytes has four loose bits, which a lenient decoder ignores.
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = letters.indexOf(good.signature.value.at(-1));
  assert.equal(last % 16, 0);
  for (let loose = 1; loose < 16; loose++) {
    spellings.push(good.signature.value.slice(0, -1) + letters[last + loose]);
  }
  for (const spelling of spellings) {
    const document = { ...bom, signature: { ...good.signature, value: spelling } };
    assert.equal(outcome(document, pinned(p256)), "JSF_VALUE_ENCODING", spelling);
  }
  const rsaSigned = signSingle(bom, { algorithm: "RS256", privateKey: rsa2048.privateKey });
  rsaSigned.signature.value = Buffer.alloc(255, 1).toString("base64url");
  assert.equal(outcome(rsaSigned, pinned(rsa2048)), "JSF_VALUE_ENCODING");
});

test("the salt of PSS has the length of the hash, as JWA says", () => {
  const data = Buffer.from(plainCanonical({ ...bom, signature: { algorithm: "PS256" } }));
  for (const saltLength of [0, 20, 32, 48]) {
    const parameters = { key: rsa2048.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
    const value = sign("sha256", data, parameters).toString("base64url");
    const expected = saltLength === 32 ? "accepted" : "JSF_SIGNATURE_INVALID";
    assert.equal(
      outcome({ ...bom, signature: { algorithm: "PS256", value } }, pinned(rsa2048)),
      expected,
      String(saltLength),
    );
  }
});

test("r and s of zero, of the order and beyond never verify", () => {
  const order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
  const numbers = ["00".repeat(32), `${"00".repeat(31)}01`, order, "ff".repeat(32)];
  for (const r of numbers) {
    for (const s of numbers) {
      const value = Buffer.from(r + s, "hex").toString("base64url");
      const document = { ...bom, signature: { algorithm: "ES256", value } };
      assert.equal(outcome(document, pinned(p256)), "JSF_SIGNATURE_INVALID");
    }
  }
});

test("a list of signatures: each is judged for itself", () => {
  const document = signMultiple(bom, [
    es256(p256, { keyId: p256.keyId }),
    es256(other256, { publicKey: jwkOf(other256.privateKey) }),
    {
      algorithm: "Ed25519",
      privateKey: ed25519.privateKey,
      members: { publicKey: jwkOf(ed25519.privateKey) },
    },
  ]);
  document.signature.signers[2].value = document.signature.signers[0].value;
  const find: FindJsfKeys<JsfKey> = ({ keyId, publicKey }) =>
    [p256, ed25519].filter((each) => each.keyId === (publicKey ?? keyId));
  const { mode, signers, rejected } = verify(document, find);
  assert.equal(mode, "multiple");
  assert.deepEqual(
    signers.map(({ index, keyId, signature }) => [index, keyId, signature]),
    [[0, p256.keyId, "bom.json#/signature/signers/0"]],
  );
  assert.deepEqual(
    rejected.map(({ code, signature, subject }) => [code, signature, subject]),
    [
      ["JSF_KEY_UNKNOWN", "bom.json#/signature/signers/1", "bom.json"],
      ["JSF_SIGNATURE_INVALID", "bom.json#/signature/signers/2", "bom.json"],
    ],
  );
});

test("a fault of one entry of a list rejects that entry only", () => {
  const document = signMultiple(bom, [es256(p256), es256(p256, { note: 1 }), es256(p256)]);
  delete document.signature.signers[2].value;
  const { signers, rejected } = verify(document, pinned(p256));
  assert.deepEqual(
    signers.map(({ index }) => index),
    [0],
  );
  assert.deepEqual(
    rejected.map(({ code }) => code),
    ["JSF_UNKNOWN_MEMBER", "JSF_MALFORMED"],
  );
});

test("a chain counts as a whole, in its order", () => {
  const signer = (pair: Pair) => es256(pair, { publicKey: jwkOf(pair.privateKey) });
  const document = signChain(bom, [signer(p256), signer(other256)]);
  const { mode, signers } = verify(document, trusting(p256, other256));
  assert.equal(mode, "chain");
  assert.deepEqual(
    signers.map(({ keyId }) => keyId),
    [p256.keyId, other256.keyId],
  );
  const [first, second] = document.signature.chain;
  const chained = (...chain: readonly Loose[]) =>
    verify({ ...bom, signature: { chain } }, trusting(p256, other256));
  const codes = (...chain: readonly Loose[]) => {
    const result = chained(...chain);
    assert.deepEqual(result.signers, []);
    return result.rejected.map(({ code }) => code);
  };
  assert.deepEqual(codes(second, first), ["JSF_SIGNATURE_INVALID", "JSF_SIGNATURE_INVALID"]);
  assert.deepEqual(codes(second), ["JSF_SIGNATURE_INVALID"]);
  assert.deepEqual(codes(first, first), ["JSF_SIGNATURE_INVALID", "JSF_CHAIN_BROKEN"]);
  // The end can be cut off unnoticed: what is left is what the first signer signed.
  assert.equal(chained(first).signers.length, 1);
  // A chain passed off as a list or as single signatures, and the other way round.
  assert.equal(
    verify({ ...bom, signature: { signers: [first, second] } }, trusting(p256, other256)).signers.length,
    0,
  );
  assert.equal(outcome({ ...bom, signature: first }, trusting(p256)), "JSF_SIGNATURE_INVALID");
  const single = signSingle(bom, signer(p256)).signature;
  assert.deepEqual(codes(single), ["JSF_SIGNATURE_INVALID"]);
  // An unknown signer in the middle: those around it confirmed something that nobody can check.
  const partly = verify(document, trusting(other256));
  assert.deepEqual(partly.signers, []);
  assert.deepEqual(
    partly.rejected.map(({ code, args }) => [code, args["place"]]),
    [
      ["JSF_KEY_UNKNOWN", undefined],
      ["JSF_CHAIN_BROKEN", "bom.json#/signature/chain/0"],
    ],
  );
});

test("signature objects of another shape are refused", () => {
  const core = signSingle(bom, es256(p256)).signature;
  const cases: [Loose, string][] = [
    [{}, "JSF_MALFORMED"],
    [[], "JSF_MALFORMED"],
    ["x", "JSF_MALFORMED"],
    [null, "JSF_MALFORMED"],
    [{ value: core.value }, "JSF_MALFORMED"],
    [{ algorithm: "ES256" }, "JSF_MALFORMED"],
    [{ ...core, value: "" }, "JSF_MALFORMED"],
    [{ ...core, value: [core.value] }, "JSF_MALFORMED"],
    [{ ...core, algorithm: ["ES256"] }, "JSF_MALFORMED"],
    [{ ...core, keyId: 1 }, "JSF_MALFORMED"],
    [{ ...core, keyId: "x".repeat(70_000) }, "JSF_MALFORMED"],
    [{ signers: [] }, "JSF_SIGNER_COUNT"],
    [{ chain: [] }, "JSF_SIGNER_COUNT"],
    [{ signers: Array(33).fill(core) }, "JSF_SIGNER_COUNT"],
    [{ signers: core }, "JSF_MALFORMED"],
    [{ signers: [core, [core]] }, "JSF_MALFORMED"],
    [{ chain: [null] }, "JSF_MALFORMED"],
    [{ signers: [core], chain: [core] }, "JSF_MALFORMED"],
    [{ signers: [{ signers: [core] }] }, "JSF_UNKNOWN_MEMBER"],
    [{ ...core, signers: [core] }, "JSF_UNKNOWN_MEMBER"],
  ];
  for (const [signature, code] of cases) {
    assert.equal(outcome({ ...bom, signature }, pinned(p256)), code, JSON.stringify(signature).slice(0, 80));
  }
  assert.equal(outcome(bom, pinned(p256)), "JSF_SIGNATURE_MISSING");
  assert.equal(outcome({ ...bom, signatures: core, Signature: core }, pinned(p256)), "JSF_SIGNATURE_MISSING");
});

test("a signature of a part covers that part and is never one of the BOM", () => {
  const component = signSingle(bom.components[0], es256(p256));
  const document: Loose = {
    ...bom,
    metadata: { "a/b~c": signSingle({ name: "x" }, es256(p256)) },
    components: [component, bom.components[1]],
  };
  assert.equal(outcome(document, pinned(p256)), "JSF_SIGNATURE_MISSING");
  const parsed = parseJsfDocument(Buffer.from(JSON.stringify(document)), "bom.json");
  const sites = findSignatures(parsed);
  assert.deepEqual(
    sites.map(({ covers }) => covers),
    ["/components/0", "/metadata/a~1b~0c"],
  );
  for (const site of sites) {
    const result = verifyJsfSite(site, { path: "bom.json", findKeys: pinned(p256) });
    assert.equal(result.covers, site.covers);
    assert.equal(result.signers[0]?.signature, `bom.json#${site.covers}/signature`);
  }
  assert.deepEqual(
    partialSignatures(sites, "bom.json").map(({ code, args, severity }) => [code, args, severity]),
    [["JSF_COVERS_PART", { count: 2, pointer: "/components/0" }, "info"]],
  );
  // Passed off: moved to the top, or the BOM wrapped around what was signed.
  assert.equal(
    outcome({ ...document, signature: component.signature }, pinned(p256)),
    "JSF_SIGNATURE_INVALID",
  );
  assert.equal(
    outcome({ ...component, ...bom, signature: component.signature }, pinned(p256)),
    "JSF_SIGNATURE_INVALID",
  );
  // Signed as a whole, the parts' signatures are content.
  const whole = signSingle(document, es256(p256));
  assert.equal(outcome(whole, pinned(p256)), "accepted");
  assert.deepEqual(
    findSignatures(whole).map(({ covers }) => covers),
    ["", "/components/0", "/metadata/a~1b~0c"],
  );
  assert.deepEqual(partialSignatures(findSignatures(signSingle(bom, es256(p256))), "bom.json"), []);
  whole.components[0].signature.value = component.signature.value.replace(/^./, "_");
  assert.equal(outcome(whole, pinned(p256)), "JSF_SIGNATURE_INVALID");
});

test("finding signatures looks everywhere, in order, and not into signatures", () => {
  const nested = signSingle({ inner: { signature: { signature: {} } } }, es256(p256));
  const document = {
    services: [{ signature: {} }, [{ signature: {} }]],
    signature: { publicKey: { signature: {} } },
    a: { signature: "text" },
    b: { signature: [{ signature: {} }] },
    nested,
  } as JsonObject;
  assert.deepEqual(
    findSignatures(document).map(({ covers }) => covers),
    ["", "/services/0", "/services/1/0", "/b/signature/0", "/nested", "/nested/inner"],
  );
  let deep: JsonObject = {};
  for (let level = 0; level < 200_000; level++) {
    deep = level % 2 === 0 ? { a: [deep] } : { a: deep };
  }
  assert.deepEqual(findSignatures(deep), []);
});

test("documents that two readers see differently are refused before any signature", () => {
  const text = JSON.stringify(signSingle(bom, es256(p256)));
  const refusal = (changed: string | Uint8Array): string => {
    try {
      parseJsfDocument(Buffer.from(changed), "bom.json");
      return "parsed";
    } catch (error) {
      assert.ok(error instanceof AibomError, String(error));
      return error.code;
    }
  };
  assert.equal(refusal(text), "parsed");
  const value = /"signature":(.*)\}$/.exec(text)?.[1];
  assert.equal(refusal(text.replace("{", `{"signature":${value},`)), "JSON_DUPLICATE_KEY");
  assert.equal(refusal(text.replace('"version":1', '"version":1,"v\\u0065rsion":2')), "JSON_DUPLICATE_KEY");
  assert.equal(refusal(text.replace('"name":"m"', '"name":"evil","name":"m"')), "JSON_DUPLICATE_KEY");
  assert.equal(refusal(text.replace('"version":1', '"version":9007199254740993')), "JSON_NUMBER_UNSAFE");
  assert.equal(refusal(text.replace('"version":1', '"version":1e999')), "JSON_NUMBER_UNSAFE");
  assert.equal(refusal(text.replace('"name":"m"', '"name":"\\ud800"')), "JSON_INVALID");
  assert.equal(refusal(`\ufeff${text}`), "JSON_INVALID");
  assert.equal(refusal(`${text} {}`), "JSON_INVALID");
  for (const unit of ["[", '{"signature":', '{"signature":{"chain":[']) {
    assert.equal(refusal(unit.repeat(500_000)), "JSON_TOO_DEEP");
  }
  assert.equal(refusal("[]"), "JSF_DOCUMENT");
  assert.equal(refusal('"x"'), "JSF_DOCUMENT");
});

test("values that no strict parser gives are refused, not crashed upon", () => {
  const check = (more: JsonObject) => outcomeOfParsed({ ...signSingle(bom, es256(p256)), ...more });
  let deep: JsonValue = [];
  for (let level = 0; level < 100_000; level++) {
    deep = [deep];
  }
  assert.equal(check({ deep }), "JSON_TOO_DEEP");
  assert.equal(check({ half: "\ud800" }), "JSON_NOT_CANONICAL");
  assert.equal(check({ number: Number.POSITIVE_INFINITY }), "JSON_NOT_CANONICAL");
});

function outcomeOfParsed(document: JsonObject): string {
  const { signers, rejected } = verifyJsf(document, { path: "bom.json", findKeys: pinned(p256) });
  assert.deepEqual(signers, []);
  return rejected[0]?.code ?? "accepted";
}

test("members with names of the engine are content like others", () => {
  const text = JSON.stringify(signSingle(bom, es256(p256)));
  for (const member of ['"__proto__":{"a":1}', '"toJSON":1', '"constructor":{}', '"":0']) {
    const parsed = parseJsfDocument(Buffer.from(text.replace("{", `{${member},`)), "bom.json");
    assert.equal(outcomeOfParsed(parsed), "JSF_SIGNATURE_INVALID", member);
  }
  const proto = JSON.parse('{"__proto__":{"a":1},"bomFormat":"CycloneDX"}');
  assert.equal(outcome(signSingle(proto, es256(p256)), pinned(p256)), "accepted");
  // Signed with it, the document does not verify without it.
  const { signature } = signSingle(proto, es256(p256));
  assert.equal(outcome({ bomFormat: "CycloneDX", signature }, pinned(p256)), "JSF_SIGNATURE_INVALID");
});

test("one flipped bit: never verified, unless it is the same document", (t) => {
  const document = signSingle(
    { ...bom, note: "é\n/" },
    es256(p256, { keyId: p256.keyId, publicKey: jwkOf(p256.privateKey) }),
  );
  const data = Buffer.from(
    plainCanonical({ ...document, signature: { ...document.signature, value: undefined } }).replace(
      ',"value":undefined',
      "",
    ),
  );
  document.signature.value = rawValue("ES256", p256.privateKey, data).toString("base64url");
  const bytes = Buffer.from(`${JSON.stringify(document, null, 2).replace("é", "\\u00e9")}\n`);
  const original = parseJsfDocument(bytes, "bom.json");
  const find: FindJsfKeys<JsfKey> = ({ publicKey }) => (publicKey === p256.keyId ? [p256] : []);
  const isVerified = (changed: Uint8Array): JsonObject | undefined => {
    try {
      const parsed = parseJsfDocument(changed, "bom.json");
      const { signers } = verifyJsf(parsed, { path: "bom.json", findKeys: find });
      return signers.length > 0 ? parsed : undefined;
    } catch (error) {
      assert.ok(error instanceof AibomError, String(error));
      return undefined;
    }
  };
  assert.ok(isVerified(bytes) !== undefined);
  let same = 0;
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const verified = isVerified(changed);
    if (verified !== undefined) {
      assert.deepEqual(verified, original, `bit ${bit}`);
      same++;
    }
  }
  t.diagnostic(
    `${bytes.length * 8} flips: ${same} spell the same document (spaces, the case of an escape), none other verifies`,
  );
  assert.ok(same > 0 && same < 400);
});

test("10,000 random mutations: an answer with a code, and no other document verifies", () => {
  const document = signMultiple(bom, [
    es256(p256, { keyId: "a" }),
    es256(p256, { publicKey: jwkOf(p256.privateKey) }),
  ]);
  const bytes = Buffer.from(JSON.stringify(document, null, 1));
  const { signature: _, ...content } = document;
  const next = seeded(20_261_123);
  for (let round = 0; round < 10_000; round++) {
    const changed = mutate(bytes, next);
    try {
      const parsed = parseJsfDocument(changed, "bom.json");
      const { signers } = verifyJsf(parsed, { path: "bom.json", findKeys: trusting(p256) });
      if (signers.length > 0) {
        const { signature: __, ...rest } = parsed;
        assert.deepEqual(rest, content);
      }
    } catch (error) {
      assert.ok(error instanceof AibomError, String(error));
    }
  }
});

test("what the caller's look-up throws is the reason of a rejection", () => {
  const document = signSingle(bom, es256(p256));
  const broken: FindJsfKeys<JsfKey> = () => {
    throw new TypeError("broken");
  };
  assert.equal(outcome(document, broken), "SIGNATURE_VERIFIER_FAULT");
  // Of several keys any may be the one; the reason of the first is told.
  assert.equal(outcome(document, pinned(other256, ed25519, p256)), "accepted");
  assert.equal(outcome(document, pinned(other256, ed25519)), "JSF_SIGNATURE_INVALID");
  assert.equal(outcome(document, pinned(ed25519, other256)), "JSF_ALGORITHM_KEY");
});

test("keys of a trust root: by digest, by name, by embedded key; all names must agree", () => {
  const release = testKey("ecdsa-p256");
  const other = testKey("ecdsa-p384");
  const root = trustOf([
    { name: "release", publicKey: release.publicPem, validUntil: "2026-12-31T00:00:00Z" },
    { name: "other", publicKey: other.publicPem, usages: ["model"] },
  ]);
  const find = trustRootKeys(root, "bom", at);
  const { keyId } = release.signer;
  const code = (run: () => unknown): string => {
    try {
      run();
      return "nothing thrown";
    } catch (error) {
      return error instanceof AibomError ? error.code : String(error);
    }
  };
  for (const names of [
    { keyId },
    { keyId: "release" },
    { publicKey: keyId },
    { certificate: keyId },
    { keyId: "urn:whatever", publicKey: keyId },
    { keyId, publicKey: keyId },
  ]) {
    assert.deepEqual(
      find(names).map((each) => [each.identity, each.keyId]),
      [["release", keyId]],
    );
    assert.ok(find(names)[0]?.key.equals(createPublicKey(release.publicPem)));
  }
  for (const names of [{}, { keyId: "nobody" }, { keyId: "__proto__" }, { publicKey: "00" }]) {
    assert.deepEqual(find(names), []);
  }
  assert.equal(
    code(() => find({ keyId: "other", publicKey: keyId })),
    "JSF_KEY_MISMATCH",
  );
  assert.equal(
    code(() => find({ keyId: "other" })),
    "TRUST_USAGE_NOT_ALLOWED",
  );
  assert.equal(
    code(() => trustRootKeys(root, "bom", new Date("2027-01-01T00:00:00Z"))({ keyId })),
    "TRUST_KEY_EXPIRED",
  );
  const revokedAt = "2026-01-01T00:00:00Z";
  const revoked = trustOf([{ publicKey: release.publicPem }], [{ keyId, revokedAt, reason: "leaked" }]);
  assert.equal(
    code(() => trustRootKeys(revoked, "bom", at)({ keyId })),
    "TRUST_KEY_REVOKED",
  );
});

test("RSA and Ed448 keys of a trust root verify", () => {
  for (const [algorithm, pair] of [
    ["RS512", rsa2048],
    ["PS256", rsa2048],
    ["Ed448", ed448],
  ] as const) {
    const publicKey = String(pair.key.export({ type: "spki", format: "pem" }));
    const find = trustRootKeys(trustOf([{ name: "a", publicKey }]), "bom", at);
    const members = { publicKey: jwkOf(pair.privateKey) };
    const document = signSingle(bom, { algorithm, privateKey: pair.privateKey, members });
    assert.equal(outcome(document, find), "accepted");
    assert.equal(outcome({ ...document, version: 2 }, find), "JSF_SIGNATURE_INVALID");
  }
});
