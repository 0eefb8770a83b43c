// SPDX-License-Identifier: Apache-2.0
// What a Sigstore instance of the trust root vouches for, and for whom: identities under their own instance only,
// thresholds of their own, and nothing by parties that were revoked.

import assert from "node:assert/strict";
import test from "node:test";
import { fixtureTime, generalName, keyPair } from "../../fixtures/pki.ts";
import {
  type BundleSpec,
  ctLog,
  fulcio,
  fulcioLeaf,
  fulcioRoot,
  identity,
  identityIssuer,
  rekor1,
  rekor2,
  sigstoreBundle,
  statement,
  toBytes,
  trustedRoot,
  tsa,
} from "../../fixtures/sigstore.ts";
import { AibomError } from "../../src/errors.ts";
import type { Usage } from "../../src/model/evidence.ts";
import { publicKeyId } from "../../src/trust/public-key.ts";
import type { Revocation } from "../../src/trust/revocations.ts";
import { openSignature } from "../../src/verifiers/open-signature.ts";
import { type TrustParts, trustWith } from "../trust/in-memory.ts";

const later = new Date(fixtureTime.getTime() + 86_400_000);
const exact = { subjectAltName: identity, issuer: identityIssuer };
const root = toBytes(trustedRoot());
const known: TrustParts = { sigstore: [{ root, identities: [exact] }] };
const logged: BundleSpec = { entries: [{ log: rekor1 }] };

/** The identity that signed, or the code of the refusal. */
async function opened(
  spec: BundleSpec,
  parts: TrustParts,
  { usage = "statement", at = later }: { usage?: Usage; at?: Date } = {},
): Promise<string> {
  const bundle = toBytes(sigstoreBundle({ payload: statement(), ...spec }));
  const context = { bundle, signature: "x.sigstore.json", trustRoot: trustWith(parts), at };
  try {
    return (await openSignature(context, { usage, maxBytes: 1_000_000 })).signer.identity;
  } catch (error) {
    assert.ok(error instanceof AibomError, String(error));
    return error.code;
  }
}

test("an identity counts under its own instance, with its own usages, its own issuer", async () => {
  assert.equal(await opened(logged, known), "signer-0");
  const of = (change: object): TrustParts => ({
    sigstore: [{ root, identities: [{ ...exact, ...change }] }],
  });
  assert.equal(await opened(logged, of({ usages: ["model"] })), "TRUST_USAGE_NOT_ALLOWED");
  assert.equal(await opened(logged, of({ issuer: `${identityIssuer}/` })), "TRUST_CERTIFICATE_UNKNOWN");
  assert.equal(await opened(logged, of({ subjectAltName: identity.slice(1) })), "TRUST_CERTIFICATE_UNKNOWN");
  const other: TrustParts = {
    sigstore: [
      { root, identities: [] },
      { root: toBytes({ ...trustedRoot(), tlogs: [] }), identities: [exact] },
    ],
  };
  assert.equal(await opened(logged, other), "TRUST_NO_AUTHORITY_ACCEPTS");
  const twoNames = fulcioLeaf({ names: [generalName.uri(identity), generalName.email("a@example.com")] });
  assert.equal(await opened({ ...logged, leaf: twoNames }, known), "TRUST_CERTIFICATE_UNKNOWN");
  const host = fulcioLeaf({ names: [generalName.dns(identity)] });
  assert.equal(await opened({ ...logged, leaf: host }, known), "TRUST_CERTIFICATE_UNKNOWN");
});

test("what was signed as something else is no statement, though it reads like one", async () => {
  for (const payloadType of ["application/json", "text/plain", "application/vnd.in-toto+json "]) {
    assert.equal(await opened({ ...logged, payloadType }, known), "DSSE_PAYLOAD_TYPE");
    assert.equal(await opened({ ...logged, payloadType }, known, { usage: "model" }), "DSSE_PAYLOAD_TYPE");
  }
  // in-toto's type for one kind of predicate is one of attestations.
  const payloadType = "application/vnd.in-toto.provenance+json";
  assert.equal(await opened({ ...logged, payloadType }, known), "signer-0");
  assert.equal(await opened({ ...logged, payloadType }, known, { usage: "model" }), "DSSE_PAYLOAD_TYPE");
});

test("a pattern does not lend its usages to somebody who is named, nor the other way round", async () => {
  const glob = { subjectAltNameGlob: "https://example.com/**", issuer: identityIssuer };
  const both: TrustParts = {
    sigstore: [
      {
        root,
        identities: [
          { ...glob, usages: ["model"] },
          { ...exact, usages: ["statement"] },
        ],
      },
    ],
  };
  assert.equal(await opened(logged, both), "signer-1");
  assert.equal(await opened(logged, both, { usage: "model" }), "signer-0");
  assert.equal(await opened(logged, both, { usage: "bom" }), "TRUST_USAGE_NOT_ALLOWED");
});

test("who is revoked by name is not let in by a pattern; a pattern may be revoked in favour of names", async () => {
  const glob = { subjectAltNameGlob: "https://example.com/**", issuer: identityIssuer };
  const revoked = (identity: string): TrustParts => ({
    sigstore: [{ root, identities: [glob, exact] }],
    revocations: [{ identity, revokedAt: "2026-01-01T00:00:00Z", reason: "left" }],
  });
  assert.equal(await opened(logged, revoked("signer-1")), "TRUST_KEY_REVOKED");
  assert.equal(await opened(logged, revoked("signer-0")), "signer-1");
});

test("a time-stamping authority of the trust root is none of a Sigstore instance", async () => {
  const withoutTsa = toBytes({ ...trustedRoot(), timestampAuthorities: [] });
  const parts: TrustParts = {
    sigstore: [{ root: withoutTsa, identities: [exact] }],
    tsa: [{ pem: tsa.pem }],
  };
  const stamped: BundleSpec = { entries: [{ log: rekor2 }], timestamps: [{}] };
  assert.match(await opened(stamped, parts), /^TIMESTAMP_/);
  assert.equal(await opened(stamped, known), "signer-0");
});

test("what one instance does not ask for another one still does", async () => {
  const lax = { log: 0, sct: 0, time: 1 };
  const unlogged: BundleSpec = { entries: [], timestamps: [{}], leaf: fulcioLeaf({ scts: [] }) };
  const named = (thresholds?: typeof lax) => ({
    root,
    identities: [exact],
    ...(thresholds && { thresholds }),
  });
  assert.equal(await opened(unlogged, { sigstore: [named()] }), "SIGSTORE_THRESHOLD");
  assert.equal(await opened(unlogged, { sigstore: [named(lax)] }), "signer-0");
  // The lax instance knows nobody: what it accepts does not help the strict one.
  const split: TrustParts = { sigstore: [named(), { root, thresholds: lax, identities: [] }] };
  assert.equal(await opened(unlogged, split), "TRUST_NO_AUTHORITY_ACCEPTS");
  const untimed: BundleSpec = { entries: [], leaf: fulcioLeaf({ scts: [] }) };
  assert.equal(await opened(untimed, { sigstore: [named(lax)] }), "SIGSTORE_THRESHOLD");
});

test("revoked: the signer's own only if not proven to be older, a witness whatever it proves", async () => {
  const spec: BundleSpec = { entries: [{ log: rekor1 }, { log: rekor2 }], timestamps: [{}] };
  const common = { revokedAt: new Date(fixtureTime.getTime() + 3_600_000).toISOString(), reason: "lost" };
  const leaf = fulcioLeaf();
  const keyOf = (keys: { readonly publicKey: Parameters<typeof publicKeyId>[0] }) => ({
    ...common,
    keyId: publicKeyId(keys.publicKey),
  });
  const serialOf = ({ serialNumber }: { readonly serialNumber: bigint }) => ({
    ...common,
    authority: "sigstore-0",
    serialNumber: serialNumber.toString(16),
  });
  const cases: [string, Revocation, string][] = [
    ["log, version 1", keyOf(rekor1.keys), "TRUST_KEY_REVOKED"],
    ["log, version 2", keyOf(rekor2.keys), "TRUST_KEY_REVOKED"],
    ["certificate log", keyOf(ctLog), "TRUST_KEY_REVOKED"],
    ["time-stamping authority", keyOf(tsa.keys), "TRUST_KEY_REVOKED"],
    ["its certificate", serialOf(tsa), "TRUST_KEY_REVOKED"],
    ["signer", keyOf(leaf.keys), "signer-0"],
    ["signer's certificate", serialOf(leaf), "signer-0"],
    ["authority", keyOf(fulcio.keys), "signer-0"],
    ["root", keyOf(fulcioRoot.keys), "signer-0"],
    ["identity", { ...common, identity: "signer-0" }, "signer-0"],
    ["somebody else", keyOf(keyPair("p256", "stranger")), "signer-0"],
  ];
  for (const [what, revocation, expected] of cases) {
    assert.equal(await opened({ ...spec, leaf }, { ...known, revocations: [revocation] }), expected, what);
    const earlier = { ...revocation, revokedAt: new Date(fixtureTime.getTime() - 3_600_000).toISOString() };
    const refused = what === "somebody else" ? "signer-0" : "TRUST_KEY_REVOKED";
    assert.equal(await opened({ ...spec, leaf }, { ...known, revocations: [earlier] }), refused, what);
  }
});
