// SPDX-License-Identifier: Apache-2.0
// Environments: named or nothing is decided; audit and warn say what they are.

import assert from "node:assert/strict";
import test from "node:test";
import { AibomError } from "../../src/errors.ts";
import { inEnvironment } from "../../src/policy/environment.ts";
import { evaluatePolicy } from "../../src/policy/evaluate.ts";
import { gate, gated, policyOf, signature } from "./gate-inputs.ts";

const signed = { id: "signed", kind: "signature", signers: "any" };
const hashes = { id: "hashes", kind: "digest", allow: ["sha512"], mode: "warn" };
const environments = { production: "enforce", staging: "warn", laboratory: "audit" };
const good = gate([gated({ signatures: [signature()] })]);
const unsigned = gate([gated()]);

function refusedWith(code: string, run: () => unknown): AibomError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof AibomError && error.code === code, String(error));
    assert.equal(error.exitCode, 2);
    return error;
  }
  assert.fail("was accepted");
}

test("a policy with environments decides in a named one only", async () => {
  const policy = await policyOf([signed], { environments });
  refusedWith("POLICY_ENVIRONMENT_MISSING", () => inEnvironment(policy, undefined));
  const near = refusedWith("POLICY_ENVIRONMENT_UNKNOWN", () => inEnvironment(policy, "prodution"));
  assert.match(near.message, /did you mean production\?/);
  for (const name of ["constructor", "__proto__", "toString", ""]) {
    refusedWith("POLICY_ENVIRONMENT_UNKNOWN", () => inEnvironment(policy, name));
  }
});

test("a policy without environments takes none", async () => {
  const policy = await policyOf([signed]);
  assert.equal(inEnvironment(policy, undefined), policy);
  const error = refusedWith("POLICY_ENVIRONMENT_UNKNOWN", () => inEnvironment(policy, "production"));
  assert.match(error.message, /leave --env out/);
});

test("enforce is the mode of rules that state none, also over the policy's own mode", async () => {
  const policy = inEnvironment(
    await policyOf([signed, hashes], { environments, mode: "warn" }),
    "production",
  );
  assert.deepEqual(policy.environment, { name: "production", mode: "enforce" });
  const verdict = evaluatePolicy(policy, unsigned);
  assert.deepEqual([verdict.outcome, verdict.rules.map(({ mode }) => mode)], ["deny", ["enforce", "warn"]]);
  assert.equal(evaluatePolicy(policy, good).outcome, "allow");
});

test("warn turns every rule to warn, also one that says enforce, and the verdict says so", async () => {
  const rules = [{ ...signed, mode: "enforce" }, hashes];
  const policy = inEnvironment(await policyOf(rules, { environments }), "staging");
  const verdict = evaluatePolicy(policy, unsigned);
  assert.equal(verdict.outcome, "allow");
  assert.deepEqual(
    verdict.rules.at(-1)?.findings.map(({ code }) => code),
    ["POLICY_WARN_ONLY"],
  );
  // What no rule can say is no matter of modes.
  assert.equal(evaluatePolicy(policy, gate([])).outcome, "deny");
});

test("audit decides as enforce does", async () => {
  const policy = inEnvironment(await policyOf([signed], { environments }), "laboratory");
  assert.equal(evaluatePolicy(policy, unsigned).outcome, "deny");
  assert.equal(policy.environment?.mode, "audit");
});

test("a mode or a name that is none is an error of the document", async () => {
  for (const bad of [{ production: "off" }, {}, { "": "warn" }, { production: ["warn"] }, []]) {
    await assert.rejects(policyOf([signed], { environments: bad }), { code: "POLICY_INVALID_VALUE" });
  }
});
