// SPDX-License-Identifier: Apache-2.0
// Bundles and envelopes that are not what they should be, each with its code.

import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { limits } from "../../src/limits.ts";
import { modelStatement } from "../../src/signers/model-signature.ts";
import { verifyBomStatement } from "../../src/verifiers/bom-statement.ts";
import { preAuthenticationEncoding } from "../../src/verifiers/dsse.ts";
import { openModelSignature } from "../../src/verifiers/model-signing.ts";
import { at, changed, fileOf, signAny, testKey, trustOf } from "../signers/signing.ts";

const key = testKey();
const trustRoot = trustOf([{ publicKey: key.publicPem }]);
const files = [fileOf("a", "a")];
const payload = Buffer.from(modelStatement(files, { name: "m", ignorePaths: [] })).toString();
const good = await signAny(payload, key.signer);

async function verify(bundle: Uint8Array) {
  const context = { bundle, signature: "model.sig", trustRoot, at };
  const opened = await openModelSignature(context, "m");
  return opened.verify({ isSingleFile: false, files, ignored: [], refused: [] });
}
const rejectedCode = async (bundle: Uint8Array) => (await verify(bundle)).rejected[0]?.code;

// biome-ignore lint/suspicious/noExplicitAny: tests break the shape on purpose
const cases: [string, string, (bundle: any) => void][] = [
  [
    "v0.2",
    "BUNDLE_MEDIA_TYPE",
    (b) => {
      b.mediaType = "application/vnd.dev.sigstore.bundle+json;version=0.2";
    },
  ],
  [
    "no media type",
    "BUNDLE_MEDIA_TYPE",
    (b) => {
      delete b.mediaType;
    },
  ],
  [
    "unknown field",
    "BUNDLE_UNKNOWN_FIELD",
    (b) => {
      b.comment = "hi";
    },
  ],
  [
    "unknown field of the material",
    "BUNDLE_UNKNOWN_FIELD",
    (b) => {
      b.verificationMaterial.x = 1;
    },
  ],
  [
    "unknown field of the key",
    "BUNDLE_UNKNOWN_FIELD",
    (b) => {
      b.verificationMaterial.publicKey.x = 1;
    },
  ],
  [
    "unknown field of the envelope",
    "BUNDLE_UNKNOWN_FIELD",
    (b) => {
      b.dsseEnvelope.x = 1;
    },
  ],
  [
    "unknown field of the signature",
    "BUNDLE_UNKNOWN_FIELD",
    (b) => {
      b.dsseEnvelope.signatures[0].cert = "";
    },
  ],
  [
    "certificate in place of the key",
    "TRUST_NO_AUTHORITY",
    (b) => {
      b.verificationMaterial = { certificate: { rawBytes: "AA==" } };
    },
  ],
  [
    "certificate beside the key",
    "BUNDLE_MALFORMED",
    (b) => {
      b.verificationMaterial.x509CertificateChain = {};
    },
  ],
  [
    "message signature beside the envelope",
    "BUNDLE_MALFORMED",
    (b) => {
      b.messageSignature = {};
    },
  ],
  [
    "log entry that is none",
    "BUNDLE_MALFORMED",
    (b) => {
      b.verificationMaterial.tlogEntries = [{}];
    },
  ],
  [
    "time stamp that is none",
    "BUNDLE_MALFORMED",
    (b) => {
      b.verificationMaterial.timestampVerificationData = { rfc3161Timestamps: [{}] };
    },
  ],
  [
    "log entries as object",
    "BUNDLE_MALFORMED",
    (b) => {
      b.verificationMaterial.tlogEntries = {};
    },
  ],
  [
    "no material",
    "BUNDLE_MALFORMED",
    (b) => {
      delete b.verificationMaterial;
    },
  ],
  [
    "no key",
    "BUNDLE_MALFORMED",
    (b) => {
      delete b.verificationMaterial.publicKey;
    },
  ],
  [
    "key without a name",
    "BUNDLE_KEY_UNNAMED",
    (b) => {
      b.verificationMaterial.publicKey = {};
    },
  ],
  [
    "key with an empty hint",
    "BUNDLE_KEY_UNNAMED",
    (b) => {
      b.verificationMaterial.publicKey.hint = "";
    },
  ],
  [
    "details of another algorithm",
    "BUNDLE_KEY_INCONSISTENT",
    (b) => {
      b.verificationMaterial.publicKey.keyDetails = "PKIX_ED25519";
    },
  ],
  [
    "keyid of another key",
    "BUNDLE_KEY_INCONSISTENT",
    (b) => {
      b.dsseEnvelope.signatures[0].keyid = "x";
    },
  ],
  [
    "no envelope",
    "BUNDLE_MALFORMED",
    (b) => {
      delete b.dsseEnvelope;
    },
  ],
  [
    "no signatures",
    "BUNDLE_SIGNATURE_COUNT",
    (b) => {
      b.dsseEnvelope.signatures = [];
    },
  ],
  [
    "two signatures",
    "BUNDLE_SIGNATURE_COUNT",
    (b) => {
      b.dsseEnvelope.signatures.push(b.dsseEnvelope.signatures[0]);
    },
  ],
  [
    "signatures as object",
    "BUNDLE_MALFORMED",
    (b) => {
      b.dsseEnvelope.signatures = { length: 1 };
    },
  ],
  [
    "payload type swapped",
    "DSSE_PAYLOAD_TYPE",
    (b) => {
      b.dsseEnvelope.payloadType = "application/json";
    },
  ],
  [
    "payload as number",
    "BUNDLE_MALFORMED",
    (b) => {
      b.dsseEnvelope.payload = 1;
    },
  ],
  [
    "empty payload",
    "BUNDLE_BASE64",
    (b) => {
      b.dsseEnvelope.payload = "";
    },
  ],
  [
    "base64 with a line break",
    "BUNDLE_BASE64",
    (b) => {
      b.dsseEnvelope.payload += "\n";
    },
  ],
  [
    "base64url",
    "BUNDLE_BASE64",
    (b) => {
      b.dsseEnvelope.signatures[0].sig = "-_-_";
    },
  ],
  [
    "base64 with loose trailing bits",
    "BUNDLE_BASE64",
    (b) => {
      b.dsseEnvelope.signatures[0].sig = "AB==";
    },
  ],
  [
    "empty signature",
    "BUNDLE_BASE64",
    (b) => {
      b.dsseEnvelope.signatures[0].sig = "";
    },
  ],
];
for (const [name, expected, change] of cases) {
  test(`rejected: ${name}`, async () => assert.equal(await rejectedCode(changed(good, change)), expected));
}

test("rejected: empty, huge and doubled files", async () => {
  assert.equal(await rejectedCode(new Uint8Array(0)), "JSON_INVALID");
  assert.equal(await rejectedCode(Buffer.from("null")), "BUNDLE_MALFORMED");
  assert.equal(await rejectedCode(Buffer.from(`\ufeff${Buffer.from(good)}`)), "JSON_INVALID");
  assert.equal(
    await rejectedCode(Buffer.from(`{"mediaType":"x",${Buffer.from(good).toString().slice(1)}`)),
    "JSON_DUPLICATE_KEY",
  );
  assert.equal(await rejectedCode(new Uint8Array(limits.maxBundleBytes + 1)), "BUNDLE_TOO_LARGE");
  assert.equal(await rejectedCode(Buffer.from('{"__proto__":{"mediaType":"x"}}')), "BUNDLE_MALFORMED");
});

test("what may be absent may be absent", async () => {
  const sparse = changed(good, (b) => {
    delete b.verificationMaterial.tlogEntries;
    delete b.dsseEnvelope.signatures[0].keyid;
  });
  const nulls = changed(good, (b) => {
    b.dsseEnvelope.signatures[0].keyid = null;
  });
  const named = changed(good, (b) => {
    b.dsseEnvelope.signatures[0].keyid = key.signer.keyId;
    b.verificationMaterial.publicKey = { hint: key.signer.keyId, keyDetails: "PKIX_ECDSA_P256_SHA_256" };
  });
  for (const bundle of [good, sparse, nulls, named]) {
    assert.equal((await verify(bundle)).evidence.length, 1);
  }
});

test("a carried key is looked up and never used", async () => {
  const carry = (pem: string) =>
    changed(good, (b) => {
      b.verificationMaterial.publicKey = { rawBytes: Buffer.from(pem).toString("base64") };
    });
  const known = await verify(carry(key.publicPem));
  assert.equal(known.evidence.length, 1);
  assert.deepEqual(
    known.findings.map((each) => each.code),
    ["OMS_BUNDLE_OLD"],
  );
  assert.equal(await rejectedCode(carry(testKey().publicPem)), "TRUST_KEY_UNKNOWN");
  assert.equal(await rejectedCode(carry(`${key.publicPem}\n`)), "TRUST_KEY_UNKNOWN");
});

test("ECDSA signatures have one spelling", async () => {
  const parsed = JSON.parse(Buffer.from(good).toString());
  const der = Buffer.from(parsed.dsseEnvelope.signatures[0].sig, "base64");
  const withSignature = (bytes: Uint8Array) =>
    changed(good, (b) => {
      b.dsseEnvelope.signatures[0].sig = Buffer.from(bytes).toString("base64");
    });
  const body = der.subarray(2);
  const spellings = [
    Buffer.concat([der, Buffer.from([0])]),
    Buffer.concat([Buffer.from([0x30, 0x81, body.length]), body]),
    Buffer.concat([Buffer.from([0x30, body.length + 1, 0x02, (body[1] ?? 0) + 1, 0]), body.subarray(2)]),
    Buffer.concat([Buffer.from([0x31]), der.subarray(1)]),
    Buffer.from([0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00]),
    Buffer.from([0x30]),
    der.subarray(0, -1),
  ];
  for (const spelling of spellings) {
    assert.equal(await rejectedCode(withSignature(spelling)), "SIGNATURE_ENCODING");
  }
});

test("PAE counts bytes", async () => {
  const encoded = preAuthenticationEncoding("ü", Buffer.from("é"));
  assert.equal(Buffer.from(encoded).toString(), "DSSEv1 2 ü 2 é");
  // The example of the DSSE specification, protocol.md.
  const example = preAuthenticationEncoding("http://example.com/HelloWorld", Buffer.from("hello world"));
  assert.equal(Buffer.from(example).toString(), "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
});

test("a trusted key that does not say how it signs verifies no bundle, however good the signature", async () => {
  for (const { privateKey, publicKey } of [
    generateKeyPairSync("rsa", { modulusLength: 2048 }),
    generateKeyPairSync("ed448"),
  ]) {
    const publicKeyPem = String(publicKey.export({ type: "spki", format: "pem" }));
    // What OpenSSL does with an RSA key if nobody says which hash: SHA-256.
    const signer = {
      ...key.signer,
      publicKeyPem,
      sign: async (data: Uint8Array) => sign(null, data, privateKey),
    };
    const context = {
      bundle: await signAny(payload, signer),
      signature: "model.sig",
      trustRoot: trustOf([{ publicKey: publicKeyPem }]),
      at,
    };
    const opened = await openModelSignature(context, "m");
    const model = opened.verify({ isSingleFile: false, files, ignored: [], refused: [] });
    assert.deepEqual([model.evidence, model.rejected[0]?.code], [[], "BUNDLE_KEY_TYPE"]);
    const bom = await verifyBomStatement(context, { bytes: Buffer.from("{}"), path: "bom.json" });
    assert.deepEqual([bom.evidence, bom.rejected[0]?.code], [[], "BUNDLE_KEY_TYPE"]);
  }
});
