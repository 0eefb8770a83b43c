// SPDX-License-Identifier: Apache-2.0
// The second implementation on what others signed: all bundles of sigstore-conformance by verify.mjs, which shares no code
// with aibom, by path and by digest. A `_fail` case must be refused.

import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { hexOf } from "../../fixtures/audit-folder.ts";
import { describePublicKey } from "../../src/trust/public-key.ts";
import { selfVerifier } from "../audit/verify-both.ts";
import { corpus } from "../corpora.ts";

interface Signed {
  readonly payload?: Uint8Array;
  readonly message?: { readonly algorithm: string; readonly value: Uint8Array };
}

const verifier = (await import(`${selfVerifier.href}?library`)) as {
  loadTrust(read: (name: string) => Uint8Array): unknown;
  readSignatures(
    bytes: Uint8Array,
    what: string,
    lookup: (hex: string) => Uint8Array | undefined,
  ): readonly Signed[];
  signerOf(
    signed: Signed,
    usage: string,
    trust: unknown,
    moment: { now: Date; sealed: undefined },
  ): { identity: string };
};

const signing = corpus("signing");
const cases = join(signing.path, "sigstore-conformance/bundle-verify");
const now = new Date("2026-11-25T00:00:00Z");
const beacon =
  "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";

function inCase(name: string, file: string, fallback: string): string {
  const path = join(cases, name, file);
  return existsSync(path) ? path : fallback;
}

/** A trust root with the case's instance, and its key or its identity. */
function trustOf(name: string): unknown {
  const root = readFileSync(
    inCase(name, "trusted_root.json", join(signing.path, "trust/public-good.trusted_root.json")),
  );
  const text = (file: string, fallback: string): string =>
    existsSync(join(cases, name, file)) ? readFileSync(join(cases, name, file), "utf8").trim() : fallback;
  const keyPath = inCase(name, "key.pub", "");
  const pem = keyPath === "" ? undefined : readFileSync(keyPath, "utf8");
  const identity =
    pem === undefined
      ? {
          kind: "sigstore",
          authority: "case",
          subjectAltName: text("identity", beacon),
          issuer: text("issuer", "https://token.actions.githubusercontent.com"),
        }
      : { kind: "key", publicKey: pem, keyId: describePublicKey(createPublicKey(pem)).keyId };
  const trust = {
    version: 1,
    identities: [{ name: "signer", usages: ["model"], ...identity }],
    authorities: [
      {
        name: "case",
        kind: "sigstore",
        file: "authorities/root.json",
        sha256: hexOf(root),
        thresholds: { log: 1, sct: 1, time: 1 },
      },
    ],
    revocations: [],
  };
  return verifier.loadTrust((file) => (file === "trust.json" ? Buffer.from(JSON.stringify(trust)) : root));
}

function verifyCase(name: string, isByPath: boolean): void {
  const artifact = readFileSync(inCase(name, "artifact", join(cases, "a.txt")));
  const bundle = readFileSync(join(cases, name, "bundle.sigstore.json"));
  const lookup = (hex: string) => (isByPath && hex === hexOf(artifact) ? artifact : undefined);
  const [signed] = verifier.readSignatures(bundle, name, lookup);
  assert.ok(signed !== undefined);
  verifier.signerOf(signed, "model", trustOf(name), { now, sealed: undefined });
  if (signed.message !== undefined) {
    assert.equal(Buffer.from(signed.message.value).toString("hex"), hexOf(artifact));
    return;
  }
  const statement = JSON.parse(Buffer.from(signed.payload ?? "").toString()) as {
    subject: { digest: { sha256: string } }[];
  };
  assert.ok(statement.subject.some(({ digest }) => digest.sha256 === hexOf(artifact)));
}

test("sigstore-conformance by verify.mjs: 70 cases by path and by digest", { skip: signing.missing }, (t) => {
  const names = readdirSync(cases, { withFileTypes: true })
    .filter((each) => each.isDirectory())
    .map(({ name }) => name);
  const wrong: string[] = [];
  for (const name of names) {
    for (const isByPath of [true, false]) {
      let outcome = "verified";
      try {
        verifyCase(name, isByPath);
      } catch (error) {
        outcome = (error as Error).message;
      }
      if ((outcome === "verified") === name.endsWith("_fail")) {
        wrong.push(`${name} ${isByPath ? "by path" : "by digest"}: ${outcome}`);
      }
    }
  }
  t.diagnostic(`verify.mjs: ${names.length * 2 - wrong.length} of ${names.length * 2}`);
  assert.deepEqual(wrong, []);
});
