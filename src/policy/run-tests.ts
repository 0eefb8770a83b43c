// SPDX-License-Identifier: Apache-2.0
// Runs the cases of a policy. A rule is covered when one case saw it pass and another saw it fail: a rule that no
// case fails may be one that cannot fail.

import type { RuleStatus } from "../model/verdict.ts";
import { inEnvironment } from "./environment.ts";
import { evaluateSample } from "./evaluate.ts";
import type { Policy } from "./policy.ts";
import type { PolicyTest, SampleMaterial } from "./policy-test.ts";
import type { GateInput } from "./rule.ts";
import { sampleInput } from "./sample.ts";

/** Something that ended otherwise than the case says. `what` is a rule's id, or `outcome`. */
export interface TestMiss {
  readonly what: string;
  readonly expected: string;
  readonly got: string;
}

export interface TestResult {
  readonly name: string;
  /** Empty if the case holds. */
  readonly misses: readonly TestMiss[];
}

/**
 * How often the cases saw a rule end in each way that counts for coverage. `complete` refuses by not deciding: what could
 * not be read is not known to be bad.
 */
export interface RuleCoverage {
  readonly rule: string;
  readonly passed: number;
  readonly failed: number;
}

export interface PolicyTestReport {
  readonly results: readonly TestResult[];
  /** In the policy's order, every rule. */
  readonly coverage: readonly RuleCoverage[];
}

export const noMaterial: SampleMaterial = { artifacts: [], components: [], vex: [] };

/**
 * Runs every case of the policy at the instant `at`. `materialOf`: what a case names by path.
 * @throws {AibomError} POLICY_ENVIRONMENT_*: a case names no environment, or none that there is
 */
export function runPolicyTests(
  policy: Policy,
  at: Date,
  materialOf: (test: PolicyTest) => SampleMaterial = () => noMaterial,
): PolicyTestReport {
  const seen = new Map(policy.rules.map(({ id }) => [id, { passed: 0, failed: 0 }]));
  const results = (policy.tests ?? []).map((test) =>
    runTest(policy, test, sampleInput({ ...test, material: materialOf(test) }, at), seen),
  );
  return { results, coverage: [...seen].map(([rule, counts]) => ({ rule, ...counts })) };
}

function runTest(
  policy: Policy,
  test: PolicyTest,
  input: GateInput,
  seen: ReadonlyMap<string, { passed: number; failed: number }>,
): TestResult {
  const verdict = evaluateSample(inEnvironment(policy, test.env), input);
  const statuses = new Map<string, RuleStatus>(verdict.rules.map(({ rule, status }) => [rule, status]));
  for (const { rule, kind, status } of verdict.rules) {
    const counts = seen.get(rule);
    if (counts !== undefined) {
      counts.passed += status === "pass" ? 1 : 0;
      counts.failed += status === "fail" || (kind === "complete" && status === "undecided") ? 1 : 0;
    }
  }
  const misses: TestMiss[] = Object.entries(test.expect ?? {})
    .map(([what, expected]) => ({ what, expected, got: statuses.get(what) ?? "no such rule" }))
    .filter(({ expected, got }) => expected !== got);
  if (test.outcome !== undefined && test.outcome !== verdict.outcome) {
    misses.push({ what: "outcome", expected: test.outcome, got: verdict.outcome });
  }
  return { name: test.name, misses };
}

/** Rules that the cases did not see both pass and fail. */
export function uncovered({ coverage }: PolicyTestReport): readonly RuleCoverage[] {
  return coverage.filter(({ passed, failed }) => passed === 0 || failed === 0);
}
