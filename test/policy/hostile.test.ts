// SPDX-License-Identifier: Apache-2.0
// Hostile documents in the parts of the language that hold other things than rules: a clear error, and soon.

import assert from "node:assert/strict";
import test from "node:test";
import { AibomError } from "../../src/errors.ts";
import { loadPolicy } from "../../src/policy/load.ts";
import { artifact, evaluateRule, file, gate, gated } from "./gate-inputs.ts";
import { withinASecond } from "./within-a-second.ts";

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
  [
    "a laugh that doubles ten times",
    "POLICY_YAML_REFUSED",
    `${head}x: &a [ha]\n${many(10, (i) => `x${i}: &x${i} [*a, *a]\n`)}${rules}`,
  ],
  [
    "a list of 5,000 names",
    "POLICY_INVALID_VALUE",
    `${head}rules: [{ id: r, kind: license, allow: [${many(5000, (i) => `l${i}, `)}] }]\n`,
  ],
  [
    "2,000 rules",
    "POLICY_INVALID_VALUE",
    `${head}rules:\n${many(2000, (i) => `  - { id: r${i}, kind: complete }\n`)}`,
  ],
  [
    "a pattern of 100,000 characters",
    "POLICY_INVALID_VALUE",
    `${head}rules: [{ id: r, kind: complete, scope: { path: "${"**/".repeat(33_000)}" } }]\n`,
  ],
  [
    "an expression within an expression within an expression",
    "POLICY_INVALID_VALUE",
    `${head}rules: [{ id: r, kind: assert, assert: "files.all(a, files.all(b, files.all(c, a.path == b.path)))" }]\n`,
  ],
  [
    "an expression with a regular expression of JavaScript",
    "POLICY_INVALID_VALUE",
    `${head}rules: [{ id: r, kind: assert, assert: "artifact.name.matches('^(a+)+$')" }]\n`,
  ],
  [
    "an expression of 3,000 brackets",
    "POLICY_INVALID_VALUE",
    `${head}rules: [{ id: r, kind: assert, assert: "${"(".repeat(3000)}true${")".repeat(3000)}" }]\n`,
  ],
  ["a key twice", "POLICY_DUPLICATE_KEY", `${head}${rules}environments: { a: warn, a: enforce }\n`],
];

for (const [name, code, text] of hostile) {
  test(`${name}: ${code}`, async () => {
    await withinASecond(name, () =>
      assert.rejects(loadPolicy(Buffer.from(text), "policy.yaml"), (error) => {
        assert.ok(error instanceof AibomError, String(error));
        assert.equal(error.code, code, error.message);
        return true;
      }),
    );
  });
}

test("patterns that make others backtrack take no time on names that they nearly match", async () => {
  const path = `${"**/a*".repeat(40)}b`;
  const files = [file(`${"a/".repeat(400)}${"a".repeat(2000)}`)];
  const rule = { kind: "complete", scope: { path } };
  const input = gate([gated({ artifact: artifact({ files }) })]);
  const verdict = await withinASecond("the pattern", () => evaluateRule(rule, input));
  assert.equal(verdict.outcome, "deny");
});

test("licence expressions that are nested or long are answered at once", async () => {
  const licenses = [
    `${"(".repeat(5000)}MIT${")".repeat(5000)}`,
    Array.from({ length: 5000 }, (_, index) => `L${index}`).join(" OR "),
    Array.from({ length: 500 }, () => "(MIT AND Apache-2.0)").join(" OR "),
  ];
  for (const license of licenses) {
    const input = gate([gated({ artifact: artifact({ licenses: [license] }) })]);
    const rule = { kind: "license", allow: ["MIT"] };
    await withinASecond(license.slice(0, 20), () => evaluateRule(rule, input));
  }
});
