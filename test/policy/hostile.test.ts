// SPDX-License-Identifier: Apache-2.0
// Hostile documents in the parts of the language that hold other things than rules: a clear error, and soon.

import assert from "node:assert/strict";
import test from "node:test";
import { AibomError } from "../../src/errors.ts";
import { loadPolicy } from "../../src/policy/load.ts";

const head = "apiVersion: aibom/policy/v1\nname: x\n";
const rules = "rules: [{ id: r, kind: complete }]\n";
const many = (count: number, item: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => item(i)).join("");
const digest = `sha256:${"0".repeat(64)}`;

const hostile: readonly [string, string, string][] = [
  ["aliases in tests", "POLICY_YAML_REFUSED", `${head}${rules}tests: &a [*a, *a]\n`],
  ["an anchor on packs", "POLICY_YAML_REFUSED", `${head}packs: &p []\n${rules}`],
  ["deep claims", "POLICY_TOO_DEEP", `${head}${rules}tests: ${"[".repeat(5000)}${"]".repeat(5000)}\n`],
  [
    "deep environments",
    "POLICY_TOO_DEEP",
    `${head}${rules}environments: ${"{a: ".repeat(5000)}1${"}".repeat(5000)}\n`,
  ],
  [
    "100,000 environments",
    "POLICY_TOO_LARGE",
    `${head}${rules}environments:\n${many(100_000, (i) => `  e${i}: warn\n`)}`,
  ],
  [
    "5,000 environments",
    "POLICY_INVALID_VALUE",
    `${head}${rules}environments:\n${many(5000, (i) => `  e${i}: warn\n`)}`,
  ],
  [
    "5,000 packs",
    "POLICY_INVALID_VALUE",
    `${head}packs:\n${many(5000, (i) => `  - { path: p${i}, digest: "${digest}" }\n`)}`,
  ],
  [
    "50,000 packs",
    "POLICY_TOO_LARGE",
    `${head}packs:\n${many(50_000, (i) => `  - { path: p${i}, digest: x }\n`)}`,
  ],
  [
    "1,500 tests",
    "POLICY_INVALID_VALUE",
    `${head}${rules}tests:\n${many(1500, (i) => `  - { name: t${i}, artifacts: [], outcome: deny }\n`)}`,
  ],
  [
    "a path that makes an expression backtrack",
    "POLICY_INVALID_VALUE",
    `${head}packs: [{ path: "${"a/".repeat(200)}!", digest: "${digest}" }]\n`,
  ],
  [
    "a prototype as environment",
    "POLICY_INVALID_VALUE",
    `${head}${rules}environments: { __proto__: enforce }\n`,
  ],
  ["a key twice", "POLICY_DUPLICATE_KEY", `${head}${rules}environments: { a: warn, a: enforce }\n`],
];

for (const [name, code, text] of hostile) {
  test(`${name}: ${code}`, async () => {
    const started = performance.now();
    await assert.rejects(loadPolicy(Buffer.from(text), "policy.yaml"), (error) => {
      assert.ok(error instanceof AibomError, String(error));
      assert.equal(error.code, code, error.message);
      return true;
    });
    // A second on an idle machine.
    assert.ok(performance.now() - started < 5000);
  });
}
