// SPDX-License-Identifier: Apache-2.0
// Signatures by every method, through the gate: real files, real certificates and tokens of virtual authorities.

import assert from "node:assert/strict";
import { sign as rawSign } from "node:crypto";
import { copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { fixtureTime, generalName, issue, keyPair } from "../../fixtures/pki.ts";
import {
  type BundleSpec,
  fulcio,
  fulcioLeaf,
  fulcioRoot,
  identity,
  identityIssuer,
  rekor1,
  rekor2,
  sigstoreBundle,
  toBytes,
  trustedRoot,
} from "../../fixtures/sigstore.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import type { NewAuthority } from "../../src/trust/edit.ts";
import type { SigstoreIdentity } from "../../src/trust/identities.ts";
import { seeded } from "../random.ts";
import { sha256, testKey } from "../signers/signing.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { codesOf } from "./release.ts";
import {
  ca,
  caAuthority,
  certificateSigner,
  intermediate,
  leaf,
  signModelBy,
  type TrustSpec,
  tsaAuthority,
  vendor,
  writeModel,
} from "./signed-model.ts";

const day = 86_400_000;
const afterDays = (days: number): Date => new Date(fixtureTime.getTime() + days * day);
const tenYearsLater = afterDays(3652);
const instant = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

function allowed(verdict: Verdict, what = ""): void {
  assert.equal(verdict.outcome, "allow", `${what} ${[...codesOf(verdict)].join(", ")}`);
}

function denied(verdict: Verdict, code: string, what = ""): void {
  assert.equal(verdict.outcome, "deny", what);
  assert.ok(codesOf(verdict).has(code), `${what}: ${code} is not among ${[...codesOf(verdict)].join(", ")}`);
}

const vendorTrust: TrustSpec = { authorities: [caAuthority, tsaAuthority], identities: [vendor] };

test("a certificate with a time stamp verifies ten years later, without one it does not", async (t) => {
  const model = await writeModel(temporaryDirectory(t));
  const bundle = await signModelBy(model, certificateSigner(leaf, {}));
  const verdict = await model.verify(vendorTrust, { at: tenYearsLater });
  allowed(verdict);
  const [evidence] = verdict.evidence;
  assert.ok(evidence?.kind === "signature");
  assert.equal(evidence.signer.identity, "vendor");
  assert.equal(evidence.signer.method, "certificate");
  assert.equal(evidence.times[0]?.source, "rfc3161");
  assert.equal(evidence.times[0]?.time.getTime(), fixtureTime.getTime());
  // The authority of the time must be trusted; a token that nobody can check is not left out.
  denied(
    await model.verify({ ...vendorTrust, authorities: [caAuthority] }, { at: tenYearsLater }),
    "TIMESTAMP_UNTRUSTED",
  );
  // Before the time that is proven it did not exist.
  denied(await model.verify(vendorTrust, { at: afterDays(-1) }), "SIGNATURE_TIME_LATER");
  const stripped = JSON.parse(readFileSync(bundle, "utf8"));
  delete stripped.verificationMaterial.timestampVerificationData;
  writeFileSync(bundle, JSON.stringify(stripped));
  denied(await model.verify(vendorTrust, { at: tenYearsLater }), "CERTIFICATE_EXPIRED", "stripped");
  allowed(await model.verify(vendorTrust), "while the certificate is valid");
});

test("a time stamp over another signature, by another authority or of another time is refused", async (t) => {
  const model = await writeModel(temporaryDirectory(t));
  const stranger = issue({ subject: "CN=stranger", extensions: [] });
  for (const [name, token] of [
    ["another signature", { signed: Buffer.from("something else") }],
    ["another authority", { tsa: stranger }],
    ["after the certificate expired", { genTime: afterDays(1000) }],
    ["before the certificate was valid", { genTime: afterDays(-1000) }],
    [
      "a spoilt signature",
      { spoilSignature: (bytes: Uint8Array) => bytes.map((byte, i) => (i === 12 ? byte ^ 1 : byte)) },
    ],
  ] as const) {
    await signModelBy(model, certificateSigner(leaf, token));
    const verdict = await model.verify(vendorTrust, { at: tenYearsLater });
    assert.equal(verdict.outcome, "deny", name);
    assert.equal(verdict.evidence.length, 0, name);
  }
});

test("revocations: key, serial number, issuing key and identity, before and after the time stamp", async (t) => {
  const model = await writeModel(temporaryDirectory(t));
  const reason = "leaked";
  const { keyId } = leaf.certificate;
  const issuing = intermediate.certificate;
  const ways = [
    ["key", { keyId }],
    ["serial number", { authority: "vendor-ca", serialNumber: "4f2a09" }],
    ["key of the issuing CA", { keyId: issuing.keyId }],
    ["serial number of the issuing CA", { authority: "vendor-ca", serialNumber: issuing.serialNumber }],
    ["key of the root", { keyId: ca.certificate.keyId }],
    ["identity", { identity: "vendor" }],
  ] as const;
  for (const [name, way] of ways) {
    const revokedAt = (date: Date) => ({
      ...vendorTrust,
      revocations: [{ ...way, revokedAt: instant(date), reason }],
    });
    await signModelBy(model, certificateSigner(leaf, {}));
    const late = { at: tenYearsLater };
    denied(await model.verify(revokedAt(afterDays(-1)), late), "TRUST_KEY_REVOKED", `${name} before`);
    denied(await model.verify(revokedAt(fixtureTime), late), "TRUST_KEY_REVOKED", `${name} at the time`);
    allowed(await model.verify(revokedAt(afterDays(1)), late), `${name} after`);
    // Without a proof of time the time of the check counts.
    await signModelBy(model, certificateSigner());
    denied(await model.verify(revokedAt(afterDays(0.25))), "TRUST_KEY_REVOKED", `${name} without time`);
    allowed(await model.verify(revokedAt(afterDays(2))), `${name} without time, later`);
  }
  // Others are not meant.
  for (const way of [
    { keyId: "ab".repeat(32) },
    { authority: "vendor-ca", serialNumber: "4f2a0a" },
    { authority: "stamps", serialNumber: "4f2a09" },
    { identity: "vendors" },
  ]) {
    const revocations = [{ ...way, revokedAt: instant(afterDays(-1)), reason }];
    allowed(await model.verify({ ...vendorTrust, revocations }), JSON.stringify(way));
  }
});

test("a private CA vouches for names, exactly, and for its own window only", async (t) => {
  const model = await writeModel(temporaryDirectory(t));
  await signModelBy(model, certificateSigner());
  const withName = (names: object) => ({
    authorities: [caAuthority],
    identities: [
      { name: "vendor", kind: "x509", authority: "vendor-ca", usages: ["model"], ...names } as never,
    ],
  });
  allowed(await model.verify(withName({ subject: "CN=release,O=Vendor" })));
  for (const names of [
    { subject: "CN=release" },
    { subject: "CN=release,O=Vendo" },
    { subject: "CN=RELEASE,O=Vendor" },
    { subject: "O=Vendor,CN=release" },
    { subject: "CN=release,O=Vendor", subjectAltName: "release@vendor.example" },
    { subjectAltName: "CN=release,O=Vendor" },
  ]) {
    denied(await model.verify(withName(names)), "TRUST_CERTIFICATE_UNKNOWN", JSON.stringify(names));
  }
  denied(
    await model.verify(withName({ subject: "CN=release,O=Vendor", usages: ["bom"] })),
    "TRUST_USAGE_NOT_ALLOWED",
  );
  const windowed = (window: object) => ({
    authorities: [{ ...caAuthority, ...window }] as NewAuthority[],
    identities: [vendor],
  });
  denied(
    await model.verify(windowed({ validUntil: instant(fixtureTime) })),
    "TRUST_AUTHORITY_OUTSIDE_WINDOW",
  );
  denied(
    await model.verify(windowed({ validFrom: instant(afterDays(30)) })),
    "TRUST_AUTHORITY_OUTSIDE_WINDOW",
  );
  denied(await model.verify({ authorities: [tsaAuthority] }), "TRUST_NO_AUTHORITY");
  // Another CA of the same name certifies nobody here.
  const impostor = issue({ subject: "CN=vendor-ca,O=Vendor", keys: keyPair("p256", "impostor") });
  const bytes = Buffer.from(impostor.pem);
  const verdict = await model.verify({ authorities: [{ ...caAuthority, bytes }], identities: [vendor] });
  assert.equal(verdict.outcome, "deny");
});

const instance = (
  name: string,
  thresholds = { log: 1, sct: 1, time: 1 },
  root = trustedRoot(),
): NewAuthority => ({
  name,
  kind: "sigstore",
  bytes: toBytes(root),
  thresholds,
});
const workflow = (changes: Partial<SigstoreIdentity> = {}): SigstoreIdentity => ({
  name: "workflow",
  kind: "sigstore",
  authority: "public",
  subjectAltName: identity,
  issuer: identityIssuer,
  usages: ["model"],
  ...changes,
});
const sigstoreTrust = (changes: Partial<SigstoreIdentity> = {}): TrustSpec => ({
  authorities: [instance("public")],
  identities: [workflow(changes)],
});

test("a Sigstore identity: name and issuer exactly, under its own authority", async (t) => {
  const model = await writeModel(temporaryDirectory(t));
  const path = join(model.target, "model.sig");
  const write = (spec: BundleSpec = {}) =>
    writeFileSync(
      path,
      toBytes(sigstoreBundle({ payload: model.payload, entries: [{ log: rekor1 }], ...spec })),
    );
  write();
  const verdict = await model.verify(sigstoreTrust());
  allowed(verdict);
  const [evidence] = verdict.evidence;
  assert.ok(evidence?.kind === "signature");
  assert.deepEqual([evidence.signer.method, evidence.logEntries], ["sigstore", 1]);
  assert.equal(evidence.signer.certificate?.authority, "public");
  allowed(await model.verify(sigstoreTrust(), { at: tenYearsLater }), "years later: the log proves the time");
  const glob = { subjectAltNameGlob: "https://example.com/project/**" };
  const { subjectAltName: _, ...unnamed } = workflow();
  allowed(
    await model.verify({ authorities: [instance("public")], identities: [{ ...unnamed, ...glob }] }),
    "glob",
  );
  const other = fulcioLeaf({ names: [generalName.email("someone@example.com")] });
  for (const [name, trust] of [
    ["wrong name", sigstoreTrust({ subjectAltName: `${identity}x` })],
    ["part of the name", sigstoreTrust({ subjectAltName: identity.slice(1) })],
    ["a pattern where a name belongs", sigstoreTrust({ subjectAltName: ".*" })],
    ["right name, wrong issuer", sigstoreTrust({ issuer: "https://token.example.org" })],
    ["right name, issuer with a slash", sigstoreTrust({ issuer: `${identityIssuer}/` })],
  ] as const) {
    denied(await model.verify(trust), "TRUST_CERTIFICATE_UNKNOWN", name);
  }
  denied(await model.verify(sigstoreTrust({ usages: ["bom"] })), "TRUST_USAGE_NOT_ALLOWED");
  // Right both, under another authority: that one has other keys, so it cannot vouch for this signature.
  const foreign = trustedRoot();
  foreign.certificateAuthorities = [];
  const elsewhere = { authorities: [instance("public"), instance("other", undefined, foreign)] };
  denied(
    await model.verify({ ...elsewhere, identities: [workflow({ authority: "other" })] }),
    "TRUST_NO_AUTHORITY_ACCEPTS",
  );
  write({ leaf: other });
  denied(
    await model.verify(sigstoreTrust()),
    "TRUST_CERTIFICATE_UNKNOWN",
    "somebody else of the same issuer",
  );
  for (const [name, revocation] of [
    ["identity", { identity: "workflow" }],
    ["serial number", { authority: "public", serialNumber: fulcioLeaf().certificate.serialNumber }],
    ["key", { keyId: fulcioLeaf().certificate.keyId }],
    ["issuing CA", { keyId: fulcio.certificate.keyId }],
    ["root", { keyId: fulcioRoot.certificate.keyId }],
  ] as const) {
    write();
    const revoked = (date: Date) => ({
      ...sigstoreTrust(),
      revocations: [{ ...revocation, revokedAt: instant(date), reason: "x" }],
    });
    denied(await model.verify(revoked(afterDays(-1))), "TRUST_KEY_REVOKED", name);
    allowed(await model.verify(revoked(afterDays(0.5))), `${name}, later`);
  }
});

test("two instances with different thresholds are never merged", async (t) => {
  const model = await writeModel(temporaryDirectory(t));
  const path = join(model.target, "model.sig");
  const strict = instance("strict", { log: 1, sct: 1, time: 1 });
  const lax = instance("lax", { log: 0, sct: 0, time: 1 });
  const under = (...names: readonly string[]): TrustSpec => ({
    authorities: [strict, lax],
    identities: names.map((authority) => workflow({ name: `by-${authority}`, authority })),
  });
  // A time stamp, and no log entry.
  writeFileSync(path, toBytes(sigstoreBundle({ payload: model.payload, timestamps: [{}] })));
  denied(await model.verify(under("strict")), "TRUST_NO_AUTHORITY_ACCEPTS", "needs the lax one");
  const byLax = await model.verify(under("lax"));
  allowed(byLax);
  const both = await model.verify(under("strict", "lax"));
  allowed(both);
  const signers = both.evidence.map((each) => each.kind === "signature" && each.signer.identity);
  assert.deepEqual(signers, ["by-lax"], "who accepted it is who is named");
  // One proof that each lacks, from the other's material: two logs, each in one instance only.
  const only = (log: number): NewAuthority => {
    const root = trustedRoot();
    root.tlogs = root.tlogs.slice(log, log + 1);
    return instance(`log-${log}`, { log: 2, sct: 1, time: 1 }, root);
  };
  writeFileSync(
    path,
    toBytes(
      sigstoreBundle({
        payload: model.payload,
        entries: [{ log: rekor1 }, { log: rekor2 }],
        timestamps: [{}],
      }),
    ),
  );
  const halves = {
    authorities: [only(0), only(1)],
    identities: [0, 1].map((log) => workflow({ name: `w-${log}`, authority: `log-${log}` })),
  };
  const verdict = await model.verify(halves);
  assert.equal(verdict.outcome, "deny");
  assert.equal(verdict.evidence.length, 0);
  const whole = instance("whole", { log: 2, sct: 1, time: 1 });
  allowed(
    await model.verify({ authorities: [whole], identities: [workflow({ authority: "whole" })] }),
    "both logs in one",
  );
});

test("a message signature is about one file, and about its bytes", async (t) => {
  const model = await writeModel(temporaryDirectory(t));
  const bytes = readFileSync(model.file);
  const write = (spec: BundleSpec, path = `${model.file}.sig`) =>
    writeFileSync(path, toBytes(sigstoreBundle({ message: bytes, ...spec })));
  write({ entries: [{ log: rekor1 }] });
  const verdict = await model.verify(sigstoreTrust(), {}, model.file);
  allowed(verdict);
  const [evidence] = verdict.evidence;
  assert.ok(evidence?.kind === "signature");
  assert.deepEqual(
    [evidence.scheme, evidence.usage, evidence.covers],
    ["sigstore", "model", [basename(model.file)]],
  );
  denied(
    await model.verify(sigstoreTrust({ usages: ["bom", "statement"] }), {}, model.file),
    "TRUST_USAGE_NOT_ALLOWED",
  );
  denied(
    await model.verify(sigstoreTrust({ subjectAltName: "x" }), {}, model.file),
    "TRUST_CERTIFICATE_UNKNOWN",
  );
  // Over a directory it says nothing, not even with the one file in it.
  copyFileSync(`${model.file}.sig`, join(model.directory, "moved.sig"));
  rmSync(`${model.file}.sig`);
  const moved = { signatures: [join(model.directory, "moved.sig")] };
  denied(await model.verify(sigstoreTrust(), moved), "SIGNATURE_OF_ONE_FILE");
  allowed(await model.verify(sigstoreTrust(), moved, model.file));
  for (const kind of ["p256", "p384", "p521"] as const) {
    const key = keyPair(kind, "message");
    const publicKey = key.publicKey.export({ type: "spki", format: "pem" }).toString();
    write({ key });
    const byKey: TrustSpec = { keys: [{ name: "release", publicKey }] };
    const result = await model.verify(byKey, {}, model.file);
    allowed(result, kind);
    assert.equal(result.evidence[0]?.kind === "signature" && result.evidence[0].signer.identity, "release");
    const changed = Buffer.from(bytes);
    changed[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(model.file, changed);
    denied(await model.verify(byKey, {}, model.file), "SIGNATURE_OF_OTHER_BYTES", kind);
    // The digest that the signer noted, adapted to the new bytes: the signature gives it away.
    const forged = sigstoreBundle({ message: bytes, key });
    const other = sigstoreBundle({ message: changed, key: keyPair(kind, "attacker") });
    if (forged.messageSignature !== undefined && other.messageSignature !== undefined) {
      forged.messageSignature.messageDigest = other.messageSignature.messageDigest;
    }
    writeFileSync(`${model.file}.sig`, toBytes(forged));
    denied(await model.verify(byKey, {}, model.file), "SIGNATURE_INVALID", kind);
    writeFileSync(model.file, bytes);
  }
  const signature = rawSign(null, bytes, keyPair("ed25519", "message").privateKey);
  const ed25519 = sigstoreBundle({ message: bytes, key: keyPair("ed25519", "message") });
  assert.ok(ed25519.messageSignature);
  ed25519.messageSignature.signature = signature.toString("base64");
  writeFileSync(`${model.file}.sig`, toBytes(ed25519));
  const publicKey = keyPair("ed25519", "message")
    .publicKey.export({ type: "spki", format: "pem" })
    .toString();
  denied(
    await model.verify({ keys: [{ name: "release", publicKey }] }, {}, model.file),
    "SIGNATURE_NEEDS_BYTES",
  );
});

test("a signature from before OMS v1.0: only where it was asked for, and the verdict says so", async (t) => {
  const model = await writeModel(temporaryDirectory(t));
  const key = keyPair("p384", "legacy");
  const publicKey = key.publicKey.export({ type: "spki", format: "pem" }).toString();
  const type = "application/vnd.in-toto+json";
  const statement = (subjects: readonly object[]) =>
    Buffer.from(
      JSON.stringify({
        _type: "https://in-toto.io/Statement/v1",
        subject: subjects,
        predicateType: "https://model_signing/Digests/v0.1",
        predicate: {},
      }),
    );
  const name = basename(model.file);
  const right = [{ name, digest: { sha256: sha256(readFileSync(model.file)) } }];
  const write = (bytes: Uint8Array, isLegacyEncoding = true) => {
    const payload = Buffer.from(bytes);
    const bundle = sigstoreBundle({ payload, key });
    if (isLegacyEncoding && bundle.dsseEnvelope?.signatures[0] !== undefined) {
      // As Python printed bytes, for ASCII without a single quote or a backslash.
      const literal = payload.toString().replaceAll("\n", "\\n");
      const signed = Buffer.from(`DSSEV1 ${type.length} ${type} ${payload.length} b'${literal}'`);
      bundle.dsseEnvelope.signatures[0].sig = rawSign("sha256", signed, key.privateKey).toString("base64");
    }
    writeFileSync(join(model.target, "model.sig"), toBytes(bundle));
  };
  const byKey: TrustSpec = { keys: [{ name: "release", publicKey }] };
  const legacy = { allowLegacyUnsafe: true };
  write(statement(right));
  denied(await model.verify(byKey), "SIGNATURE_INVALID");
  const verdict = await model.verify(byKey, legacy);
  allowed(verdict);
  assert.deepEqual(verdict.inputs.unsafe, ["--allow-legacy"]);
  assert.ok(codesOf(verdict).has("OMS_LEGACY_ACCEPTED"));
  write(statement(right), false);
  denied(await model.verify(byKey), "OMS_PREDICATE_LEGACY");
  allowed(await model.verify(byKey, legacy), "legacy statement, today's encoding");
  // The flag admits old statements, not the old encoding of new ones, nor wrong ones.
  write(model.payload);
  denied(await model.verify(byKey, legacy), "STATEMENT_PREDICATE_TYPE");
  write(statement([{ name, digest: { sha256: sha256("other") } }]));
  denied(await model.verify(byKey, legacy), "OMS_FILE_CHANGED");
  write(statement([{ name: "../x", digest: { sha256: sha256("other") } }, ...right]));
  denied(await model.verify(byKey, legacy), "OMS_NAME_UNSAFE");
  // The flag is in the verdict also where it was not needed.
  const plain = testKey();
  await signModelBy(model, plain.signer);
  const today = await model.verify({ keys: [{ name: "release", publicKey: plain.publicPem }] }, legacy);
  allowed(today);
  assert.deepEqual(today.inputs.unsafe, ["--allow-legacy"]);
});

test("a signature that lies beside the model and that nobody verifies is never evidence", async (t) => {
  const model = await writeModel(temporaryDirectory(t));
  const key = testKey();
  const byKey: TrustSpec = { keys: [{ name: "release", publicKey: key.publicPem }] };
  const path = await signModelBy(model, key.signer, join(model.directory, "good.sig"));
  for (const name of ["model.sig.json", "model.bundle", "signature.sig", "model.sigstore"]) {
    cpSync(path, join(model.directory, name));
    const verdict = await model.verify(byKey);
    denied(verdict, "SIGNATURE_MISSING", name);
    assert.equal(verdict.evidence.length, 0, name);
  }
  // Inside the model, under another name, it is a file that nobody signed.
  cpSync(path, join(model.target, "other.sig"));
  assert.equal((await model.verify(byKey)).evidence.length, 0);
  rmSync(join(model.target, "other.sig"));
  // At its place, and by a stranger: a rejection, and no evidence.
  await signModelBy(model, testKey().signer);
  const stranger = await model.verify(byKey);
  denied(stranger, "TRUST_KEY_UNKNOWN");
  assert.equal(stranger.evidence.length, 0);
  assert.equal(stranger.rejected.length, 1);
  cpSync(path, join(model.target, "model.sig"));
  allowed(await model.verify(byKey));
});

test("one flipped bit anywhere in a bundle is never allowed", async (t) => {
  const model = await writeModel(temporaryDirectory(t));
  const path = join(model.target, "model.sig");
  const below = seeded(20261125);
  const kinds: readonly [name: string, trust: TrustSpec, write: () => unknown][] = [
    ["certificate", vendorTrust, () => signModelBy(model, certificateSigner())],
    [
      "certificate and time stamp",
      vendorTrust,
      () => signModelBy(model, certificateSigner(leaf, { certificates: [] })),
    ],
    [
      "Sigstore",
      sigstoreTrust(),
      () =>
        writeFileSync(path, toBytes(sigstoreBundle({ payload: model.payload, entries: [{ log: rekor1 }] }))),
    ],
  ];
  const seen = new Map<string, number>();
  const survivors: string[] = [];
  let flips = 0;
  for (const [name, trust, write] of kinds) {
    await write();
    const original = readFileSync(path);
    allowed(await model.verify(trust), name);
    for (let round = 0; round < 250; round++) {
      const bytes = Buffer.from(original);
      const index = below(bytes.length);
      const bit = below(8);
      bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
      writeFileSync(path, bytes);
      const verdict = await model.verify(trust);
      flips++;
      if (verdict.outcome === "allow") {
        survivors.push(
          `${name} ${index} ${JSON.stringify(original.subarray(index - 60, index + 20).toString("latin1"))}`,
        );
      }
      const code = verdict.rejected[0]?.code ?? verdict.outcome;
      seen.set(code, (seen.get(code) ?? 0) + 1);
    }
    writeFileSync(path, original);
  }
  t.diagnostic(`${flips} flips: ${JSON.stringify(Object.fromEntries(seen))}`);
  assert.deepEqual(survivors, []);
});
