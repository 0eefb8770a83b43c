// SPDX-License-Identifier: Apache-2.0
// What a change of a policy changes for the components of a BOM. Judged on what the BOM says, file by file, since
// nothing is on disk: no bytes are read and no signature is verified. Signers can be supposed.

import { type BomArtifact, bomArtifacts } from "./bom/read.ts";
import { requireValidBom } from "./bom/require-valid.ts";
import { sampleOfComponent } from "./bom-samples.ts";
import { limits } from "./limits.ts";
import type { Outcome, RuleStatus } from "./model/verdict.ts";
import { readPolicyFile } from "./open-policy.ts";
import { inEnvironment } from "./policy/environment.ts";
import { evaluateSample } from "./policy/evaluate.ts";
import type { Policy } from "./policy/policy.ts";
import { sampleInput } from "./policy/sample.ts";
import { readBounded } from "./sources/read-bounded.ts";

export interface DiffOptions {
  readonly bom: string;
  readonly environment?: string;
  /** Identities that are supposed to have signed every component and the BOM. */
  readonly signers: readonly string[];
  readonly at: Date;
}

/** A rule that ends otherwise; `none` where there is no such rule. */
export interface RuleChange {
  readonly rule: string;
  readonly before: RuleStatus | "none";
  readonly after: RuleStatus | "none";
}

/** A component whose outcome or rules end otherwise. */
export interface ComponentChange {
  readonly component: string;
  readonly before: Outcome;
  readonly after: Outcome;
  readonly rules: readonly RuleChange[];
}

export interface PolicyDiff {
  /** Components that were judged. */
  readonly components: number;
  /** Those that change, in the order of the BOM. */
  readonly changes: readonly ComponentChange[];
}

/**
 * Judges every component of a BOM by two policies.
 * @throws {AibomError} SOURCE_*, POLICY_*, BOM_INVALID, JSON_*
 */
export async function diffPolicies(before: string, after: string, options: DiffOptions): Promise<PolicyDiff> {
  const { bom, environment } = options;
  const [old, young] = [await readPolicyFile(before), await readPolicyFile(after)].map((policy) =>
    policy.environments === undefined ? policy : inEnvironment(policy, environment),
  ) as [Policy, Policy];
  const { document } = await requireValidBom(readBounded(bom, limits.maxBomBytes), bom);
  const artifacts = bomArtifacts(document);
  const changes = artifacts.flatMap((artifact) => changeOf(artifact, old, young, options) ?? []);
  return { components: artifacts.length, changes };
}

function changeOf(
  artifact: BomArtifact,
  old: Policy,
  young: Policy,
  { signers, at }: DiffOptions,
): ComponentChange | undefined {
  const sample = { artifacts: [sampleOfComponent(artifact, signers)], bom: { signers } };
  const input = sampleInput(sample, at);
  const [before, after] = [evaluateSample(old, input), evaluateSample(young, input)];
  const statuses = [before, after].map(
    ({ rules }) => new Map<string, RuleStatus>(rules.map(({ rule, status }) => [rule, status])),
  );
  const [was, is] = statuses;
  const names = [...new Set(statuses.flatMap((each) => [...each.keys()]))];
  const rules = names
    .map((rule) => ({ rule, before: was?.get(rule) ?? "none", after: is?.get(rule) ?? "none" }) as const)
    .filter((change) => change.before !== change.after);
  return before.outcome === after.outcome && rules.length === 0
    ? undefined
    : { component: artifact.name, before: before.outcome, after: after.outcome, rules };
}
