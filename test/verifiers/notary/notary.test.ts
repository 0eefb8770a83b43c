// SPDX-License-Identifier: Apache-2.0
// Notary Project signatures in both envelopes: what is accepted, and every rule of the specification broken once.

import assert from "node:assert/strict";
import test from "node:test";
import {
  type NotarySpec,
  notaryCose,
  notaryJws,
  notaryJwsJson,
  notaryLeaf,
  notaryLeafWith,
  notaryRoot,
  notaryTsaRoot,
} from "../../../fixtures/notary.ts";
import {
  caExtensions,
  extendedKeyUsage,
  fixtureTime,
  issue,
  keyPair,
  keyUsage,
} from "../../../fixtures/pki.ts";
import { AibomError } from "../../../src/errors.ts";
import { limits } from "../../../src/limits.ts";
import type { TrustRoot } from "../../../src/trust/trust-root.ts";
import { type NotarySignature, verifyNotarySignature } from "../../../src/verifiers/notary/verify-notary.ts";
import { mutate, seeded } from "../../random.ts";
import { type TrustParts, trustWith } from "../../trust/in-memory.ts";

const target = {
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  digest: `sha256:${"ab".repeat(32)}`,
  size: 525,
};
const subject = "CN=release,O=Example,C=US";
const named: TrustParts = { ca: [{ pem: notaryRoot.pem, identities: [{ subject }] }] };
const trust = trustWith(named);
const hour = 3_600_000;
const later = (hours: number): Date => new Date(fixtureTime.getTime() + hours * hour);

type Format = "jws" | "cose";
const write = { jws: notaryJws, cose: notaryCose } as const;

function verifyBytes(format: Format, bundle: Uint8Array, trustRoot: TrustRoot = trust, at = fixtureTime) {
  return verifyNotarySignature(format, { bundle, signature: "sig", trustRoot, at }, { usage: "model" });
}

/** What came of it in both envelopes, which must be the same. */
function outcome(spec: Partial<NotarySpec>, trustRoot?: TrustRoot, at?: Date): string {
  const outcomes = (["jws", "cose"] as const).map((format) =>
    codeOf(() => verifyBytes(format, write[format]({ target, ...spec }), trustRoot, at)),
  );
  assert.equal(outcomes[0], outcomes[1]);
  return outcomes[0] ?? "";
}

function codeOf(check: () => NotarySignature): string {
  try {
    return check().proven.signer.identity;
  } catch (error) {
    assert.ok(error instanceof AibomError, String(error));
    return error.code;
  }
}

test("a signature by a certificate of a CA in the trust root is accepted, with its target", () => {
  for (const format of ["jws", "cose"] as const) {
    const bytes = write[format]({ target: { ...target, annotations: { build: "7" } }, expiry: later(24) });
    const { proven, target: signed, expiry } = verifyBytes(format, bytes);
    assert.equal(proven.signer.identity, "signer-0");
    assert.equal(proven.signer.method, "certificate");
    assert.equal(proven.signer.algorithm, "ecdsa-p256-sha256");
    assert.deepEqual(proven.times, []);
    assert.equal(signed.digest, target.digest);
    assert.equal(signed.annotations.get("build"), "7");
    assert.equal(expiry?.toISOString(), later(24).toISOString());
  }
});

test("each kind of key goes with its one algorithm", () => {
  for (const [kind, algorithm] of [
    ["p256", "ES256"],
    ["p384", "ES384"],
    ["p521", "ES512"],
    ["rsa2048", "PS256"],
    ["rsa3072", "PS384"],
  ] as const) {
    const chain = [notaryLeafWith(kind), notaryRoot] as const;
    assert.equal(outcome({ chain }), "signer-0", kind);
    const other =
      algorithm === "ES256" ? "ES384" : algorithm === "PS256" ? "PS512" : algorithm.replace(/\d+/, "256");
    assert.equal(outcome({ chain, algorithm: other }), "NOTARY_ALGORITHM", kind);
  }
  // Keys that the specification leaves out.
  assert.equal(
    outcome({ chain: [notaryLeafWith("secp256k1"), notaryRoot], algorithm: "ES256" }),
    "NOTARY_ALGORITHM",
  );
  assert.equal(
    codeOf(() => verifyBytes("jws", jwsWithAlgorithm("none"))),
    "NOTARY_ALGORITHM",
  );
  assert.equal(
    codeOf(() => verifyBytes("jws", jwsWithAlgorithm("HS256"))),
    "NOTARY_ALGORITHM",
  );
  assert.equal(
    codeOf(() =>
      verifyBytes("cose", notaryCose({ target, algorithm: "EdDSA", chain: [notaryLeaf, notaryRoot] })),
    ),
    "NOTARY_ALGORITHM",
  );
});

function jwsWithAlgorithm(alg: string): Uint8Array {
  const json = notaryJwsJson({ target });
  const headers = { ...JSON.parse(Buffer.from(json.protected, "base64url").toString()), alg };
  return Buffer.from(
    JSON.stringify({ ...json, protected: Buffer.from(JSON.stringify(headers)).toString("base64url") }),
  );
}

test("who signed must be named by the trust root, under the CA that issued the certificate", () => {
  const stranger = trustWith({
    ca: [{ pem: notaryRoot.pem, identities: [{ subject: "CN=other,O=Example,C=US" }] }],
  });
  assert.equal(outcome({}, stranger), "TRUST_CERTIFICATE_UNKNOWN");
  const foreign = issue({
    subject: "CN=notary-root,O=Example,C=US",
    keys: keyPair("p256", "foreign"),
    extensions: caExtensions(),
  });
  const forged = issue({
    subject,
    issuer: foreign,
    keys: keyPair("p256", "forged"),
    extensions: [keyUsage(["digitalSignature"])],
  });
  assert.match(outcome({ chain: [forged, foreign] }), /^CERTIFICATE_/);
  assert.equal(outcome({}, trustWith({ keys: [] })), "NOTARY_SCHEME_AUTHORITY");
  const spoilSignature = (signature: Buffer): Buffer =>
    Buffer.from(signature.map((byte, index) => (index === 40 ? byte ^ 1 : byte)));
  assert.equal(outcome({ spoilSignature }), "SIGNATURE_INVALID");
  assert.equal(outcome({ spoilSignature: (signature) => signature.subarray(1) }), "SIGNATURE_INVALID");
});

test("a self-signed certificate counts if it is itself in the store", () => {
  const own = issue({
    subject: "CN=own",
    extensions: [keyUsage(["digitalSignature"]), extendedKeyUsage(["codeSigning"])],
  });
  const pinned = trustWith({ ca: [{ pem: own.pem, identities: [{ subject: "CN=own" }] }] });
  assert.equal(outcome({ chain: [own] }, pinned), "signer-0");
  assert.match(outcome({ chain: [own] }), /^CERTIFICATE_/);
});

test("the chain is ordered, complete, and of certificates that may sign", () => {
  const middle = issue({ subject: "CN=middle", issuer: notaryRoot, extensions: caExtensions(0) });
  const leaf = issue({
    subject,
    issuer: middle,
    keys: keyPair("p256", "below"),
    extensions: [keyUsage(["digitalSignature"])],
  });
  assert.equal(outcome({ chain: [leaf, middle, notaryRoot] }), "signer-0");
  assert.equal(outcome({ chain: [leaf, notaryRoot, middle] }), "NOTARY_CHAIN");
  assert.equal(outcome({ chain: [leaf, middle] }), "NOTARY_CHAIN");
  const server = issue({
    subject,
    issuer: notaryRoot,
    extensions: [keyUsage(["digitalSignature"]), extendedKeyUsage(["serverAuth"])],
  });
  assert.equal(outcome({ chain: [server, notaryRoot] }), "CERTIFICATE_USAGE");
  const noSign = issue({ subject, issuer: notaryRoot, extensions: [keyUsage(["keyEncipherment"])] });
  assert.equal(outcome({ chain: [noSign, notaryRoot] }), "CERTIFICATE_USAGE");
});

test("critical headers: all that must be, none that is unknown, none twice", () => {
  const scheme = "io.cncf.notary.signingScheme";
  assert.equal(outcome({ critical: ["com.example.other"] }), "NOTARY_CRITICAL");
  assert.equal(
    outcome({ critical: [scheme, "com.example.other"], moreHeaders: { "com.example.other": "x" } }),
    "NOTARY_CRITICAL",
  );
  assert.equal(outcome({ critical: [scheme, scheme] }), "NOTARY_CRITICAL");
  assert.equal(outcome({ critical: [scheme, "io.cncf.notary.expiry"] }), "NOTARY_CRITICAL");
  assert.equal(outcome({ critical: [scheme], expiry: later(1) }), "NOTARY_CRITICAL");
  assert.equal(outcome({ critical: [] }), "NOTARY_CRITICAL");
  assert.equal(outcome({ moreHeaders: { "io.cncf.notary.verificationPlugin": "x" } }), "NOTARY_CRITICAL");
  // What is signed, not critical and not known is ignored, as JWS and COSE ask.
  assert.equal(outcome({ moreHeaders: { "com.example.note": "x" } }), "signer-0");
  // What is not signed and not known may come from anybody.
  assert.equal(outcome({ moreUnsigned: { "com.example.note": "x" } }), "NOTARY_MALFORMED");
});

test("the content type and the payload are those of the specification", () => {
  assert.equal(outcome({ contentType: "application/json" }), "NOTARY_CONTENT_TYPE");
  for (const payload of [
    "{}",
    '{"targetArtifact":[]}',
    '{"targetArtifact":{"mediaType":"a","digest":"b"}}',
  ]) {
    assert.equal(outcome({ payload: Buffer.from(payload) }), "NOTARY_MALFORMED", payload);
  }
  assert.equal(
    outcome({ payload: Buffer.from('{"targetArtifact":{},"targetArtifact":{}}') }),
    "JSON_DUPLICATE_KEY",
  );
});

test("an expired signature is refused, one without expiry never is", () => {
  assert.equal(outcome({ expiry: later(1) }, trust, later(1)), "signer-0");
  assert.equal(outcome({ expiry: later(1) }, trust, later(2)), "NOTARY_EXPIRED");
  assert.equal(outcome({ expiry: later(1) }, trust, new Date(Number.NaN)), "CERTIFICATE_NOT_YET_VALID");
});

test("the signer's own clock proves nothing; a time stamp over the signature does", () => {
  const old = issue({
    subject,
    issuer: notaryRoot,
    notBefore: later(-48),
    notAfter: later(1),
    extensions: [keyUsage(["digitalSignature"])],
  });
  const chain = [old, notaryRoot] as const;
  const withTsa = trustWith({ ...named, tsa: [{ pem: notaryTsaRoot.pem }] });
  assert.equal(outcome({ chain }, withTsa, later(48)), "CERTIFICATE_EXPIRED");
  assert.equal(outcome({ chain, timestamp: {} }, withTsa, later(48)), "signer-0");
  assert.equal(outcome({ chain, timestamp: {} }, trust, later(48)), "TIMESTAMP_UNTRUSTED");
  assert.match(
    outcome({ chain, timestamp: { signed: Buffer.from("other") } }, withTsa, later(48)),
    /^TIMESTAMP_/,
  );
  const { proven } = verifyBytes("cose", notaryCose({ target, chain, timestamp: {} }), withTsa, later(48));
  assert.equal(proven.times[0]?.source, "rfc3161");
});

test("a signing authority's time is believed, and only a signing authority's", () => {
  const authority = trustWith({
    ca: [{ pem: notaryRoot.pem, signingAuthority: true, identities: [{ subject }] }],
  });
  const spec = { scheme: "notary.x509.signingAuthority", authenticSigningTime: fixtureTime };
  assert.equal(outcome(spec, authority), "signer-0");
  // CVE-2024-51746 and its like: a witness of one kind must not pass for one of another.
  assert.equal(outcome(spec, trust), "NOTARY_SCHEME_AUTHORITY");
  assert.equal(outcome({}, authority), "NOTARY_SCHEME_AUTHORITY");
  assert.equal(outcome({ ...spec, authenticSigningTime: later(1) }, authority), "NOTARY_SIGNING_TIME");
  assert.equal(outcome({ scheme: "notary.x509.signingAuthority" }, authority), "NOTARY_MALFORMED");
  assert.equal(outcome({ authenticSigningTime: fixtureTime }), "NOTARY_MALFORMED");
  assert.equal(outcome({ scheme: "notary.x509.other" }), "NOTARY_MALFORMED");
  const old = issue({
    subject,
    issuer: notaryRoot,
    notBefore: later(-48),
    notAfter: later(1),
    extensions: [keyUsage(["digitalSignature"])],
  });
  assert.equal(outcome({ ...spec, chain: [old, notaryRoot] }, authority, later(48)), "signer-0");
});

test("one signature, one serialization, one tag", () => {
  const json = notaryJwsJson({ target });
  const { payload, header, signature } = json;
  const general = { payload, signatures: [{ protected: json.protected, header, signature }] };
  const documents = [
    general,
    { ...json, signatures: [] },
    { ...json, signature: `${signature}=` },
    { ...json, payload: `${payload}\n` },
    { ...json, header: { ...header, x5c: [] } },
    { ...json, header: { ...header, x5c: ["????"] } },
    [],
  ];
  for (const document of documents) {
    assert.equal(
      codeOf(() => verifyBytes("jws", Buffer.from(JSON.stringify(document)))),
      "NOTARY_MALFORMED",
    );
  }
  assert.equal(
    codeOf(() => verifyBytes("cose", notaryCose({ target, tag: 98 }))),
    "NOTARY_MALFORMED",
  );
  assert.equal(
    codeOf(() => verifyBytes("cose", notaryCose({ target }).subarray(1))),
    "NOTARY_MALFORMED",
  );
  const large = Buffer.alloc(limits.maxNotaryEnvelopeBytes + 1, 0x20);
  assert.equal(
    codeOf(() => verifyBytes("jws", large)),
    "NOTARY_TOO_LARGE",
  );
});

test("changed at random, a signature is refused or the same as it was", () => {
  const originals = {
    jws: notaryJws({ target, expiry: later(1) }),
    cose: notaryCose({ target, expiry: later(1) }),
  };
  const next = seeded(18);
  for (let run = 0; run < 3000; run += 1) {
    const format = run % 2 === 0 ? "jws" : "cose";
    let accepted: NotarySignature | undefined;
    const code = codeOf(() => {
      accepted = verifyBytes(format, mutate(originals[format], next));
      return accepted;
    });
    if (accepted !== undefined) {
      assert.equal(code, "signer-0");
      assert.deepEqual({ ...accepted.target, annotations: undefined }, { ...target, annotations: undefined });
    }
  }
});
