// SPDX-License-Identifier: Apache-2.0
// Signatures by certificates of a private CA, forged with our own DER writer: who is named, under which authority,
// valid when, and what a time stamp may save.

import assert from "node:assert/strict";
import { sign } from "node:crypto";
import test from "node:test";
import { element, sequence, set, utf8String } from "../../fixtures/der-writer.ts";
import {
  attribute,
  caExtensions,
  type ExtensionSpec,
  fixtureTime,
  generalName,
  type Issued,
  issue,
  keyUsage,
  nameConstraints,
  subjectAltNames,
  tsaExtensions,
} from "../../fixtures/pki.ts";
import { type TokenSpec, timestampToken } from "../../fixtures/tsa.ts";
import { AibomError } from "../../src/errors.ts";
import { limits } from "../../src/limits.ts";
import type { Revocation } from "../../src/trust/revocations.ts";
import { bundleMediaType } from "../../src/verifiers/bundle.ts";
import { inTotoPayloadType, preAuthenticationEncoding } from "../../src/verifiers/dsse.ts";
import { openSignature } from "../../src/verifiers/open-signature.ts";
import { type TrustParts, trustWith } from "../trust/in-memory.ts";

const root = issue({ subject: "CN=root,O=Example", extensions: caExtensions() });
const intermediate = issue({ subject: "CN=models,O=Example", issuer: root, extensions: caExtensions(0) });
const tsaRoot = issue({ subject: "CN=tsa-root", extensions: caExtensions() });
const tsa = issue({ subject: "CN=tsa", issuer: tsaRoot, extensions: tsaExtensions() });

const bmpString = (text: string): Uint8Array => element(0x1e, Buffer.from(text, "utf16le").swap16());

const release = "CN=release,O=Example";
const address = "release@example.com";

function leafOf(
  names: readonly Uint8Array[] = [generalName.email(address)],
  spec: Partial<Parameters<typeof issue>[0]> = {},
): Issued {
  const alternative: readonly ExtensionSpec[] = names.length === 0 ? [] : [subjectAltNames(names)];
  return issue({
    subject: release,
    issuer: intermediate,
    extensions: [keyUsage(["digitalSignature"]), ...alternative],
    ...spec,
  });
}

interface Forged {
  readonly chain?: readonly Issued[];
  readonly timestamps?: readonly (Partial<TokenSpec> & { readonly signed?: Uint8Array })[];
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

function bundleOf({ chain = [leafOf(), intermediate], timestamps = [] }: Forged): Uint8Array {
  const payload = Buffer.from("{}");
  const [leaf] = chain;
  assert.ok(leaf);
  const signature = sign(
    "sha256",
    preAuthenticationEncoding(inTotoPayloadType, payload),
    leaf.keys.privateKey,
  );
  const tokens = timestamps.map((token) => timestampToken({ tsa, signed: signature, ...token }));
  return Buffer.from(
    JSON.stringify({
      mediaType: bundleMediaType,
      verificationMaterial: {
        x509CertificateChain: { certificates: chain.map(({ der }) => ({ rawBytes: base64(der) })) },
        timestampVerificationData: {
          rfc3161Timestamps: tokens.map((token) => ({ signedTimestamp: base64(token) })),
        },
      },
      dsseEnvelope: {
        payload: base64(payload),
        payloadType: inTotoPayloadType,
        signatures: [{ sig: base64(signature), keyid: "" }],
      },
    }),
  );
}

const byAddress: TrustParts = { ca: [{ pem: root.pem, identities: [{ subjectAltName: address }] }] };
const bySubject: TrustParts = { ca: [{ pem: root.pem, identities: [{ subject: release }] }] };
const withTsa = (parts: TrustParts): TrustParts => ({ tsa: [{ pem: tsaRoot.pem }], ...parts });

/** The identity that signed, or the code of the refusal. */
async function opened(forged: Forged, parts: TrustParts, at = fixtureTime): Promise<string> {
  const context = { bundle: bundleOf(forged), signature: "model.sig", trustRoot: trustWith(parts), at };
  try {
    const rules = { usage: "model", maxBytes: limits.maxBundleBytes } as const;
    return (await openSignature(context, rules)).signer.identity;
  } catch (error) {
    assert.ok(error instanceof AibomError, String(error));
    return error.code;
  }
}

test("a certificate is known by its subject or by an alternative name, of the authority that is named", async () => {
  assert.equal(await opened({}, byAddress), "signer-0");
  assert.equal(await opened({}, bySubject), "signer-0");
  const both = { subject: release, subjectAltName: "other@example.com" };
  assert.equal(
    await opened({}, { ca: [{ pem: root.pem, identities: [both] }] }),
    "TRUST_CERTIFICATE_UNKNOWN",
  );
  // A root that the bundle brings is no anchor.
  const foreignRoot = issue({ subject: "CN=root,O=Foreign", extensions: caExtensions() });
  const foreign = leafOf(undefined, { issuer: foreignRoot });
  assert.match(await opened({ chain: [foreign, foreignRoot] }, byAddress), /^CERTIFICATE_/);
  // Two authorities: the identity rests on the other one.
  const split: TrustParts = {
    ca: [
      { pem: foreignRoot.pem, identities: [{ subjectAltName: address }] },
      { pem: root.pem, identities: [{ subjectAltName: "other@example.com" }] },
    ],
  };
  assert.equal(await opened({}, split), "TRUST_NO_AUTHORITY_ACCEPTS");
});

test("an alternative name of another kind with the same text is another name", async () => {
  // May certify addresses at partner.example; a DNS name or a user name is not limited by that.
  const partner = issue({
    subject: "CN=partner",
    issuer: root,
    extensions: [...caExtensions(0), nameConstraints({ permitted: [generalName.email("partner.example")] })],
  });
  const upn = "1.3.6.1.4.1.311.20.2.3";
  const forgeries: [string, Uint8Array][] = [
    ["email", generalName.email(address)],
    ["dns", generalName.dns(address)],
    ["uri", generalName.uri(address)],
    ["other", generalName.other(upn, utf8String(address))],
  ];
  for (const [kind, name] of forgeries) {
    const leaf = leafOf([name], { issuer: partner, subject: "CN=mallory" });
    const code = kind === "email" ? "CERTIFICATE_NAME_CONSTRAINT" : "TRUST_CERTIFICATE_UNKNOWN";
    assert.equal(await opened({ chain: [leaf, partner] }, byAddress), code, kind);
  }
  const named: [string, Uint8Array, Uint8Array][] = [
    ["models.example.com", generalName.dns("models.example.com"), generalName.uri("models.example.com")],
    [
      "spiffe://example.com/ci",
      generalName.uri("spiffe://example.com/ci"),
      generalName.dns("spiffe://example.com/ci"),
    ],
    ["192.0.2.7", generalName.ip(192, 0, 2, 7), generalName.dns("192.0.2.7")],
    [
      "2001:db8::7",
      generalName.ip(0x20, 1, 0xd, 0xb8, ...new Array(11).fill(0), 7),
      generalName.uri("2001:db8::7"),
    ],
    ["CN=release", generalName.directory("CN=release"), generalName.dns("CN=release")],
    [
      "user!example.com",
      generalName.other(upn, utf8String("user!example.com")),
      generalName.email("user!example.com"),
    ],
  ];
  for (const [subjectAltName, right, wrong] of named) {
    const parts: TrustParts = { ca: [{ pem: root.pem, identities: [{ subjectAltName }] }] };
    const by = (name: Uint8Array) => opened({ chain: [leafOf([name]), intermediate] }, parts);
    assert.equal(await by(right), "signer-0", subjectAltName);
    assert.equal(await by(wrong), "TRUST_CERTIFICATE_UNKNOWN", subjectAltName);
  }
});

test("a subject cannot be spelled so that it reads like another", async () => {
  const rdn = (type: string, text: string, string = utf8String) => set(attribute(type, string(text)));
  const forged: [string, Uint8Array][] = [
    ["one value with the separators in it", sequence(rdn("CN", "release,O=Example"))],
    ["escaped separators", sequence(rdn("O", "Example"), rdn("CN", "release\\"))],
    [
      "both in one relative name",
      sequence(set(attribute("O", utf8String("Example")), attribute("CN", utf8String("release")))),
    ],
    ["the other order", sequence(rdn("CN", "release"), rdn("O", "Example"))],
    ["a NUL behind it", sequence(rdn("O", "Example"), rdn("CN", "release\0"))],
    ["a space behind it", sequence(rdn("O", "Example"), rdn("CN", "release "))],
    ["another case", sequence(rdn("O", "Example"), rdn("CN", "Release"))],
    ["a letter that looks alike", sequence(rdn("O", "Example"), rdn("CN", "rele\u0430se"))],
    ["another attribute called CN by its number", sequence(rdn("O", "Example"), rdn("2.5.4.65", "release"))],
    ["one more attribute", sequence(rdn("C", "DE"), rdn("O", "Example"), rdn("CN", "release"))],
  ];
  for (const [what, subject] of forged) {
    const code = await opened({ chain: [leafOf([], { subject }), intermediate] }, bySubject);
    assert.match(code, /^(?:TRUST_CERTIFICATE_UNKNOWN|DER_|CERTIFICATE_)/, what);
  }
  // The same text in another string type is the same name.
  const wide = sequence(rdn("O", "Example"), rdn("CN", "release", bmpString));
  assert.equal(await opened({ chain: [leafOf([], { subject: wide }), intermediate] }, bySubject), "signer-0");
});

const expired = leafOf(undefined, {
  notBefore: new Date("2026-06-01T00:00:00Z"),
  notAfter: new Date("2026-07-01T00:00:00Z"),
});
const inside = new Date("2026-06-15T00:00:00Z");
const after = new Date("2026-08-01T00:00:00Z");
const expiredChain = [expired, intermediate];

test("an expired certificate counts if every time stamp is of its lifetime, by an authority that is trusted", async () => {
  const trusted = withTsa(byAddress);
  const stamped = (...timestamps: NonNullable<Forged["timestamps"]>) =>
    opened({ chain: expiredChain, timestamps }, trusted);
  assert.equal(await opened({ chain: expiredChain }, trusted), "CERTIFICATE_EXPIRED");
  assert.equal(await stamped({ genTime: inside }), "signer-0");
  assert.equal(await stamped({ genTime: after }), "CERTIFICATE_EXPIRED");
  assert.equal(await stamped({ genTime: inside }, { genTime: after }), "CERTIFICATE_EXPIRED");
  assert.equal(await stamped({ genTime: after }, { genTime: inside }), "CERTIFICATE_EXPIRED");
  assert.match(await stamped({ genTime: inside, signed: Buffer.from("another signature") }), /^TIMESTAMP_/);
  assert.match(
    await stamped({ genTime: inside }, { genTime: inside, signed: Buffer.from("another") }),
    /^TIMESTAMP_/,
  );
  const strangerRoot = issue({ subject: "CN=stranger-root", extensions: caExtensions() });
  const stranger = issue({ subject: "CN=stranger", issuer: strangerRoot, extensions: tsaExtensions() });
  assert.equal(await stamped({ genTime: inside, tsa: stranger }), "CERTIFICATE_UNTRUSTED");
  // A CA for signers is no time-stamping authority, and the other way round.
  const ownStamps = issue({ subject: "CN=own-tsa", issuer: root, extensions: tsaExtensions() });
  assert.equal(await stamped({ genTime: inside, tsa: ownStamps }), "CERTIFICATE_UNTRUSTED");
  const asSigner = leafOf(undefined, { issuer: tsaRoot });
  assert.match(await opened({ chain: [asSigner] }, trusted), /^CERTIFICATE_/);
  const closed: TrustParts = {
    ...byAddress,
    tsa: [{ pem: tsaRoot.pem, validUntil: "2026-06-10T00:00:00Z" }],
  };
  assert.match(
    await opened({ chain: expiredChain, timestamps: [{ genTime: inside }] }, closed),
    /^TIMESTAMP_/,
  );
});

test("a time stamp from after the instant to verify for is refused", async () => {
  const later = { timestamps: [{ genTime: new Date(fixtureTime.getTime() + 1000) }] };
  assert.equal(await opened(later, withTsa(byAddress)), "SIGNATURE_TIME_LATER");
});

test("the window of an authority is judged at every time of the signature", async () => {
  const parts = (window: { validFrom?: string; validUntil?: string }): TrustParts =>
    withTsa({ ca: [{ pem: root.pem, identities: [{ subjectAltName: address }], ...window }] });
  const closed = parts({ validUntil: "2026-07-15T00:00:00Z" });
  assert.equal(await opened({}, closed), "TRUST_AUTHORITY_OUTSIDE_WINDOW");
  assert.equal(await opened({ timestamps: [{ genTime: inside }] }, closed), "signer-0");
  const mixed = { timestamps: [{ genTime: inside }, { genTime: after }] };
  assert.equal(await opened(mixed, closed), "TRUST_AUTHORITY_OUTSIDE_WINDOW");
  assert.equal(
    await opened({ timestamps: [{ genTime: inside }] }, parts({ validFrom: "2026-07-15T00:00:00Z" })),
    "TRUST_AUTHORITY_OUTSIDE_WINDOW",
  );
});

test("revocations: leaf, issuer, key, identity; only signatures that are proven to be older survive", async () => {
  const leaf = leafOf();
  const serial = (issued: Issued) => issued.serialNumber.toString(16);
  const common = { revokedAt: "2026-07-01T00:00:00Z", reason: "lost" };
  const revocations: [string, Revocation][] = [
    ["leaf", { ...common, authority: "ca-0", serialNumber: serial(leaf) }],
    ["issuer", { ...common, authority: "ca-0", serialNumber: serial(intermediate) }],
    ["leaf key", { ...common, keyId: leaf.certificate.keyId }],
    ["issuer key", { ...common, keyId: intermediate.certificate.keyId }],
    ["root key", { ...common, keyId: root.certificate.keyId }],
    ["identity", { ...common, identity: "signer-0" }],
  ];
  for (const [what, revocation] of revocations) {
    const trusted = withTsa({ ...byAddress, revocations: [revocation] });
    const stamped = (...times: readonly Date[]) =>
      opened({ chain: [leaf, intermediate], timestamps: times.map((genTime) => ({ genTime })) }, trusted);
    assert.equal(await stamped(), "TRUST_KEY_REVOKED", what);
    assert.equal(await stamped(inside), "signer-0", what);
    assert.equal(await stamped(new Date(common.revokedAt)), "TRUST_KEY_REVOKED", what);
    assert.equal(await stamped(inside, after), "TRUST_KEY_REVOKED", what);
    assert.equal(await stamped(after, inside), "TRUST_KEY_REVOKED", what);
  }
  // Who is revoked under one name is not let in under another.
  for (const identity of ["signer-0", "signer-1"]) {
    const identities = [{ subject: release }, { subjectAltName: address }];
    const twice: TrustParts = {
      ca: [{ pem: root.pem, identities }],
      revocations: [{ ...common, identity }],
    };
    assert.equal(await opened({ chain: [leaf, intermediate] }, twice), "TRUST_KEY_REVOKED");
  }
  // The serial number of another authority's certificate says nothing here.
  const elsewhere: TrustParts = {
    ca: [
      { pem: root.pem, identities: [{ subjectAltName: address }] },
      { pem: tsaRoot.pem, identities: [] },
    ],
    revocations: [{ ...common, authority: "ca-1", serialNumber: serial(leaf) }],
  };
  assert.equal(await opened({ chain: [leaf, intermediate] }, elsewhere), "signer-0");
});

test("a revoked time-stamping authority proves nothing any more, whatever time it states", async () => {
  const common = { revokedAt: "2026-10-01T00:00:00Z", reason: "compromised" };
  const revocations: [string, Revocation][] = [
    ["its key", { ...common, keyId: tsa.certificate.keyId }],
    ["the key of its issuer", { ...common, keyId: tsaRoot.certificate.keyId }],
    ["its certificate", { ...common, authority: "tsa-0", serialNumber: tsa.serialNumber.toString(16) }],
  ];
  const forged = { chain: expiredChain, timestamps: [{ genTime: inside }] };
  for (const [what, revocation] of revocations) {
    const trusted = withTsa({ ...byAddress, revocations: [revocation] });
    assert.equal(await opened(forged, trusted), "TRUST_KEY_REVOKED", what);
    assert.equal(await opened(forged, trusted, new Date("2026-09-30T00:00:00Z")), "signer-0", what);
    // Without its help the signature is what it was.
    assert.equal(await opened({}, trusted), "signer-0", what);
  }
});
