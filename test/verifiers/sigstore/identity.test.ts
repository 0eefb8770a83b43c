// SPDX-License-Identifier: Apache-2.0
// Identities are compared exactly, name and issuer; patterns are anchored and linear; certificates that name
// nobody, somebody else's kind of name, or several are refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8String } from "../../../fixtures/der-writer.ts";
import { extension, fulcioIssuer, generalName } from "../../../fixtures/pki.ts";
import {
  fulcioLeaf,
  identity,
  identityIssuer,
  type LeafSpec,
  rekor1,
  sigstoreBundle,
} from "../../../fixtures/sigstore.ts";
import {
  certificateSigner,
  compareIdentity,
  type ExpectedIdentity,
} from "../../../src/verifiers/sigstore/identity.ts";
import { codeOf } from "./verifying.ts";

function verdict(expected: Partial<ExpectedIdentity>, leaf: LeafSpec = {}): string {
  const signer = certificateSigner(fulcioLeaf(leaf).certificate);
  const decision = compareIdentity(signer, { issuer: identityIssuer, ...expected });
  return decision.matches ? "same" : decision.code;
}

const mail = { names: [generalName.email("release@example.com")] };

test("the exact name with the exact issuer", () => {
  assert.equal(verdict({ san: identity }), "same");
  assert.equal(verdict({ san: "release@example.com" }, mail), "same");
});

test("what a regular expression would accept is somebody else", () => {
  for (const san of [
    "elease@example",
    ".*",
    "nobody|@example",
    "release.example.com",
    "RELEASE@example.com",
    " ",
  ]) {
    assert.equal(verdict({ san }, mail), "SIGSTORE_IDENTITY_MISMATCH", san);
  }
  for (const issuer of [
    "https://token.example",
    ".*",
    "https://token.example.com/",
    "HTTPS://token.example.com",
  ]) {
    assert.equal(verdict({ san: identity, issuer }), "SIGSTORE_ISSUER_MISMATCH", issuer);
  }
});

test("both parts are needed, and not two kinds of name", () => {
  for (const expected of [
    {},
    { san: "" },
    { sanGlob: "" },
    { san: identity, issuer: "" },
    { san: identity, sanGlob: identity },
    { sanGlob: "**" },
    { sanGlob: "*/**/?" },
  ]) {
    assert.equal(verdict(expected), "SIGSTORE_IDENTITY_INCOMPLETE", JSON.stringify(expected));
  }
});

test("patterns are about the whole name", () => {
  const workflow = "https://example.com/project/.github/workflows/";
  assert.equal(verdict({ sanGlob: `${workflow}release.yml@refs/tags/*` }), "same");
  assert.equal(verdict({ sanGlob: `${workflow}*` }), "SIGSTORE_IDENTITY_MISMATCH");
  assert.equal(verdict({ sanGlob: `${workflow}**` }), "same");
  assert.equal(verdict({ sanGlob: "release.yml" }), "SIGSTORE_IDENTITY_MISMATCH");
  assert.equal(verdict({ sanGlob: "https://example.com/*" }), "SIGSTORE_IDENTITY_MISMATCH");
  assert.equal(verdict({ sanGlob: "*@example.com" }, mail), "same");
  assert.equal(verdict({ sanGlob: "*@example.co" }, mail), "SIGSTORE_IDENTITY_MISMATCH");
});

test("a pattern made to hang a backtracking matcher", () => {
  const names = [generalName.email(`${"a".repeat(2000)}!`)];
  const before = performance.now();
  assert.equal(verdict({ sanGlob: `${"*a".repeat(50)}*b` }, { names }), "SIGSTORE_IDENTITY_MISMATCH");
  assert.ok(performance.now() - before < 2000);
});

test("several names are nobody's", () => {
  const names = [generalName.uri(identity), generalName.email("release@example.com")];
  assert.equal(verdict({ san: identity }, { names }), "SIGSTORE_IDENTITY_AMBIGUOUS");
  assert.equal(verdict({ san: "release@example.com" }, { names }), "SIGSTORE_IDENTITY_AMBIGUOUS");
});

test("names of other kinds with the same text", () => {
  const sameText = "release.example.com";
  assert.equal(verdict({ san: sameText }, { names: [generalName.uri(sameText)] }), "same");
  assert.equal(
    verdict({ san: sameText }, { names: [generalName.dns(sameText)] }),
    "SIGSTORE_IDENTITY_MISMATCH",
  );
  const other = (type: string) => ({ names: [generalName.other(type, utf8String(sameText))] });
  assert.equal(verdict({ san: sameText }, other("1.3.6.1.4.1.57264.1.7")), "same");
  assert.equal(verdict({ san: sameText }, other("1.2.3.4")), "SIGSTORE_IDENTITY_MISMATCH");
});

test("the issuer: either extension, both if they agree", async () => {
  assert.equal(verdict({ san: identity }, { claims: fulcioIssuer(identityIssuer, [1]) }), "same");
  assert.equal(verdict({ san: identity }, { claims: fulcioIssuer(identityIssuer, [8]) }), "same");
  for (const claims of [
    [],
    [...fulcioIssuer(identityIssuer, [1]), ...fulcioIssuer("https://evil.example", [8])],
    // Version 8 in the encoding of version 1.
    [extension("1.3.6.1.4.1.57264.1.8", Buffer.from(identityIssuer))],
    // A neighbour of the arc.
    [extension("1.3.6.1.4.1.57264.11.8", utf8String(identityIssuer))],
  ]) {
    const bundle = sigstoreBundle({ leaf: fulcioLeaf({ claims }), entries: [{ log: rekor1 }] });
    assert.equal(await codeOf(bundle), "SIGSTORE_IDENTITY_MISSING");
  }
});

test("a certificate without names", async () => {
  const bundle = sigstoreBundle({ leaf: fulcioLeaf({ names: [] }), entries: [{ log: rekor1 }] });
  assert.match(await codeOf(bundle), /^SIGSTORE_IDENTITY_MISSING$|^CERTIFICATE_MALFORMED$/);
});
