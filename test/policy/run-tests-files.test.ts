// SPDX-License-Identifier: Apache-2.0
// Cases that name files beside the policy: real BOMs, whose components are judged, and VEX documents.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { aibom, errorCode } from "../cli/run-aibom.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const purl = "pkg:pypi/torch@2.1.0";

/** A CycloneDX BOM with a model, its licence, and a library inside. */
const bom = {
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  version: 1,
  components: [
    {
      type: "machine-learning-model",
      "bom-ref": "model",
      name: "classifier",
      licenses: [{ license: { id: "Apache-2.0" } }],
      components: [
        {
          type: "file",
          name: "model.safetensors",
          hashes: [{ alg: "SHA-256", content: "ab".repeat(32) }],
          properties: [{ name: "aibom:file:format", value: "safetensors" }],
        },
        { type: "library", "bom-ref": "torch", name: "torch", version: "2.1.0", purl },
      ],
    },
  ],
};
const vex = {
  "@context": "https://openvex.dev/ns/v0.2.0",
  "@id": "https://example.com/vex/1",
  author: "Example",
  timestamp: "2026-11-01T00:00:00Z",
  version: 1,
  statements: [
    {
      vulnerability: { name: "CVE-2024-0001" },
      products: [{ "@id": purl }],
      status: "not_affected",
      justification: "vulnerable_code_not_in_execute_path",
    },
  ],
};
const advisory = {
  id: "CVE-2024-0001",
  affected: [{ package: { ecosystem: "PyPI", name: "torch" }, versions: ["2.1.0"] }],
  severity: [{ type: "CVSS_V3", score: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" }],
};
const rules = [
  { id: "signed", kind: "signature", signers: ["release"] },
  { id: "licences", kind: "license", allow: ["Apache-2.0"] },
  {
    id: "advisories",
    kind: "vulnerability",
    maxAge: "3650d",
    dataSignedBy: ["security"],
    vex: { signedBy: ["security"], status: ["not_affected"] },
  },
];

function policyWith(t: TestContext, tests: readonly object[], own: readonly object[] = rules): string {
  const cwd = temporaryDirectory(t);
  mkdirSync(join(cwd, "cases"));
  writeFileSync(join(cwd, "cases/aibom.cdx.json"), JSON.stringify(bom));
  writeFileSync(join(cwd, "cases/vex.json"), JSON.stringify(vex));
  writeFileSync(
    join(cwd, "policy.json"),
    JSON.stringify({ apiVersion: "aibom/policy/v1", name: "p", rules: own, tests }),
  );
  return cwd;
}

const run = (cwd: string, ...args: readonly string[]) =>
  aibom(["policy", "test", "policy.json", ...args], { cwd });

test("components of a BOM are judged, with and without signers; a signed VEX document answers an advisory", async (t) => {
  const path = "cases/aibom.cdx.json";
  const osv = { signers: ["security"], records: [advisory] };
  const cwd = policyWith(t, [
    {
      name: "signed and answered",
      bom: { path, componentSigners: ["release"] },
      osv,
      vex: [{ path: "cases/vex.json", signers: ["security"] }],
      expect: { signed: "pass", licences: "pass", advisories: "pass" },
      outcome: "allow",
    },
    {
      name: "the VEX document is not signed",
      bom: { path, componentSigners: ["release"] },
      osv,
      vex: [{ path: "cases/vex.json" }],
      expect: { advisories: "fail" },
      outcome: "deny",
    },
    { name: "nobody signed", bom: { path }, osv, expect: { signed: "fail", advisories: "fail" } },
    {
      name: "beside a component that is made up",
      bom: { path, componentSigners: ["release"] },
      artifacts: [{ licenses: ["GPL-3.0-only"], signatures: [{ signer: "release" }] }],
      expect: { licences: "fail", signed: "pass" },
    },
  ]);
  const result = await run(cwd, "--require-coverage");
  assert.equal(result.code, 0, result.stdout + result.stderr);
  assert.match(result.stdout, /4 of 4 cases hold; 3 of 3 rules covered/);
});

const bad: readonly (readonly [string, object, string])[] = [
  ["no artifacts and no BOM", { name: "x", outcome: "deny" }, "POLICY_INVALID_VALUE"],
  [
    "a BOM without a path and no artifacts",
    { name: "x", bom: { signers: ["a"] }, outcome: "deny" },
    "POLICY_INVALID_VALUE",
  ],
  ["a path upwards", { name: "x", bom: { path: "../x.json" }, outcome: "deny" }, "POLICY_INVALID_VALUE"],
  ["an absolute path", { name: "x", bom: { path: "/etc/passwd" }, outcome: "deny" }, "POLICY_INVALID_VALUE"],
  ["a hidden file", { name: "x", bom: { path: ".git/config" }, outcome: "deny" }, "POLICY_INVALID_VALUE"],
  [
    "a file that is not there",
    { name: "x", bom: { path: "cases/no.json" }, outcome: "deny" },
    "SOURCE_NOT_FOUND",
  ],
  ["no BOM", { name: "x", bom: { path: "cases/vex.json" }, outcome: "deny" }, "BOM_UNSUPPORTED"],
  [
    "no VEX document",
    { name: "x", artifacts: [], vex: [{ path: "cases/aibom.cdx.json" }], outcome: "deny" },
    "VEX_INVALID",
  ],
];

for (const [name, wrong, code] of bad) {
  test(`refused: ${name}`, async (t) => {
    const result = await run(policyWith(t, [wrong]));
    assert.equal(result.code, 2, result.stdout);
    const expected = errorCode(result);
    assert.equal(expected, code, result.stderr);
  });
}

test("a case whose expectation is wrong is a miss, not an error", async (t) => {
  const cwd = policyWith(t, [
    { name: "wrong", bom: { path: "cases/aibom.cdx.json" }, expect: { signed: "pass" } },
  ]);
  const result = await run(cwd);
  assert.equal(result.code, 1);
  assert.match(result.stdout, /FAIL {2}wrong\n {8}signed: expected pass, got fail/);
});
