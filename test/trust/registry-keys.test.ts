// SPDX-License-Identifier: Apache-2.0
// The keys of a package registry, in both forms; files that are none.

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { AibomError } from "../../src/errors.ts";
import { importTrust } from "../../src/trust/import.ts";
import type { TrustDocument } from "../../src/trust/trust-root.ts";

const nobody: TrustDocument = {
  version: 1,
  identities: [],
  authorities: [],
  revocations: [],
};

function spki(): string {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return publicKey.export({ type: "spki", format: "der" }).toString("base64");
}

function identitiesOf(text: string) {
  const { document } = importTrust(nobody, Buffer.from(text), "keys.json", {
    name: "npm",
    usages: ["statement"],
  });
  return document.identities.map(({ name, validFrom, validUntil }) => ({ name, validFrom, validUntil }));
}

function refusalOf(text: string, kind?: "ca" | "tsa"): string {
  try {
    const options = { name: "x", usages: ["statement"] as const, ...(kind === undefined ? {} : { kind }) };
    importTrust(nobody, Buffer.from(text), "file", options);
  } catch (error) {
    assert.ok(error instanceof AibomError);
    assert.equal(error.where?.path, "file");
    return `${error.code}: ${error.message}`;
  }
  return "accepted";
}

test("keys of a registry as Sigstore's TUF repository has them: each with its window", () => {
  const key = spki();
  const entry = (keyUsage: string, start: string) => ({
    keyId: "x",
    keyUsage,
    publicKey: { rawBytes: key, keyDetails: "PKIX_ECDSA_P256_SHA_256", validFor: { start } },
  });
  const keys = [
    entry("npm:signatures", "2022-12-01T00:00:00.000Z"),
    entry("npm:attestations", "2023-01-01T00:00:00.000Z"),
  ];
  assert.deepEqual(identitiesOf(JSON.stringify({ keys })), [
    { name: "npm", validFrom: "2023-01-01T00:00:00.000Z", validUntil: undefined },
  ]);
});

test("keys as the registry itself answers them: expires is the last instant, or null", () => {
  const common = { keytype: "ecdsa-sha2-nistp256", scheme: "ecdsa-sha2-nistp256" };
  const keys = [
    { expires: "2025-01-29T00:00:00.000Z", keyid: "SHA256:a", ...common, key: spki() },
    { expires: null, keyid: "SHA256:b", ...common, key: spki() },
  ];
  assert.deepEqual(identitiesOf(JSON.stringify({ keys })), [
    { name: "npm-1", validFrom: undefined, validUntil: "2025-01-29T00:00:00.000Z" },
    { name: "npm-2", validFrom: undefined, validUntil: undefined },
  ]);
});

test("keys that are none are refused with their place", () => {
  assert.match(refusalOf('{"keys":[{"key":"!"}]}'), /^TRUST_IMPORT_INVALID: .*\/keys\/0: key is not base64/);
  assert.match(refusalOf(`{"keys":[{"key":"${spki()}","expires":7}]}`), /^TRUST_IMPORT_INVALID: .*expires/);
  assert.match(refusalOf('{"keys":[{}]}'), /^TRUST_IMPORT_INVALID: .*publicKey\.rawBytes/);
  assert.match(refusalOf('{"keys":[]}'), /^TRUST_IMPORT_INVALID: /);
});

test("a file without certificates is a wrong argument, with its path", () => {
  assert.match(refusalOf("text", "ca"), /^TRUST_IMPORT_INVALID: .*no certificate/);
  assert.match(
    refusalOf("-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n", "tsa"),
    /^TRUST_IMPORT_INVALID: /,
  );
  assert.match(refusalOf("-----BEGIN CERTIFICATE-----"), /^TRUST_IMPORT_KIND: /);
});
