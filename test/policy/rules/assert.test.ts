// SPDX-License-Identifier: Apache-2.0
// Rule kind `assert`: expressions, what is refused at load, and what happens when they fail or take too long.

import assert from "node:assert/strict";
import test from "node:test";
import { claim, computed } from "../../../src/model/fact.ts";
import { evaluatePolicy } from "../../../src/policy/evaluate.ts";
import { artifact, evaluateRule, file, gate, gated, policyOf, signature, summary } from "../gate-inputs.ts";
import { withinASecond } from "../within-a-second.ts";

const content = (complete = true) =>
  artifact({
    complete,
    facts: [
      claim("tag", "quarantine", { path: "README.md" }),
      computed("parameters.count", "7", { path: "model.safetensors" }),
      computed("dtypes", { F32: "7" }, { path: "model.safetensors" }),
    ],
  });
const input = gate([gated({ artifact: content() })]);
const judge = async (rule: object, given = input) =>
  summary(await evaluateRule({ kind: "assert", ...rule }, given)).slice(1);

test("what holds passes, what does not hold fails", async () => {
  for (const [source, status] of [
    ['artifact.name == "tiny" && artifact.files == 2 && artifact.bytes == 20', "pass"],
    ['files.all(f, f.size < 11) && files.exists(f, f.format == "safetensors")', "pass"],
    ['!claims.exists(c, c.name == "tag" && c.value == "quarantine")', "fail"],
    ['facts.exists(f, f.name == "dtypes" && f.value.F32 == "7")', "pass"],
    ['files.all(f, f.path.re2("^(README[.]md|model[.]safetensors)$"))', "pass"],
    ["files.exists(f, files.exists(g, f.path != g.path))", "pass"],
    ["findings.size() == 0", "pass"],
    ["false", "fail"],
  ] as const) {
    const seen = await judge({ assert: source });
    assert.deepEqual(seen, [status, status === "pass" ? [] : ["ASSERT_FAILED"]], source);
  }
});

test("`when` says which artifacts the rule is about", async () => {
  assert.deepEqual(await judge({ when: 'artifact.kind == "dataset"', assert: "false" }), [
    "not-applicable",
    ["POLICY_ARTIFACT_UNCHECKED"],
  ]);
  assert.deepEqual(await judge({ when: 'artifact.kind == "model"', assert: "false" }), [
    "fail",
    ["ASSERT_FAILED"],
  ]);
});

test("an error is undecided, in both places", async () => {
  const missing = 'facts.exists(f, f.value.nothing == "x")';
  assert.deepEqual(await judge({ assert: missing }), ["undecided", ["ASSERT_ERROR"]]);
  assert.deepEqual(await judge({ assert: `!${missing}` }), ["undecided", ["ASSERT_ERROR"]]);
  assert.deepEqual(await judge({ when: missing, assert: "true" }), ["undecided", ["ASSERT_ERROR"]]);
  assert.deepEqual(await judge({ assert: '"a".re2("(")' }), ["undecided", ["ASSERT_ERROR"]]);
  const damaged = gate([gated({ artifact: content(false) })]);
  assert.deepEqual(await judge({ assert: "true" }, damaged), ["undecided", ["ARTIFACT_INCOMPLETE"]]);
});

test("refused when the policy is loaded", async () => {
  for (const source of [
    'artifact.name.matches("a")',
    "artifact.nme == 'x'",
    "unknown == 1",
    "files.size()",
    "dyn(true)",
    "files.exists(a, files.exists(b, files.exists(c, true)))",
    "true &&",
    `artifact.name == "${"x".repeat(2048)}"`,
    `${"(".repeat(500)}true${")".repeat(500)}`,
    Array.from({ length: 300 }, () => "true").join(" && "),
    'artifact.constructor == "x"',
    "signatures.size() == 0",
  ]) {
    const rule = { id: "r", kind: "assert", assert: source };
    await assert.rejects(policyOf([rule]), { code: "POLICY_INVALID_VALUE" }, source.slice(0, 60));
    await assert.rejects(policyOf([{ ...rule, when: source, assert: "true" }]), {
      code: "POLICY_INVALID_VALUE",
    });
  }
});

test("what takes too long is undecided, also for the rules after it, and the next evaluation works", async () => {
  const files = Array.from({ length: 20_000 }, (_, index) => file(`${index}.safetensors`));
  const large = gate([gated({ artifact: artifact({ files }), signatures: [signature()] })]);
  const policy = await policyOf([
    { id: "slow", kind: "assert", assert: "files.all(f, files.all(g, f.path + g.path != 'x'))" },
    { id: "after", kind: "assert", assert: "true" },
  ]);
  const { rules, outcome } = await withinASecond("the bomb", async () => evaluatePolicy(policy, large));
  assert.equal(outcome, "undecided");
  assert.deepEqual(
    rules.map(({ status }) => status),
    ["undecided", "undecided"],
  );
  assert.deepEqual(await judge({ assert: "true" }), ["pass", []]);
});

test("patterns that hang other engines take no time", async () => {
  const files = [file(`${"a".repeat(200)}!`)];
  const given = gate([gated({ artifact: artifact({ files }) })]);
  const rule = { assert: 'files.all(f, !f.path.re2("^(a+)+$"))' };
  assert.deepEqual(await withinASecond("the pattern", () => judge(rule, given)), ["pass", []]);
});

test("matching nothing fails", async () => {
  assert.ok((await judge({ assert: "true", scope: { name: "x" } }))[1]?.includes("POLICY_NO_MATCH"));
});
