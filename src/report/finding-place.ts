// SPDX-License-Identifier: Apache-2.0
// Where a reader of a report should look for a finding: a file as the user named it, perhaps with a line. A finding
// names its place within its subject; only the invocation says which path that is.

import type { Finding } from "../model/finding.ts";
import type { RuleResult, Verdict } from "../model/verdict.ts";
import type { ReportOptions } from "./reporter.ts";
import { pathInTarget } from "./target-path.ts";

export interface Place {
  /** Relative to where the command ran, if the target was; `/` separated. */
  readonly path: string;
  /** Counted from 1. Only text files that a person wrote have one: the policy, a configuration. */
  readonly line?: number;
}

/** The places of the findings of one verdict. */
export interface Places {
  ofFinding(finding: Finding): Place;
  /** Where the rule stands in the policy; undefined for the built-in policy and for the gate itself. */
  ofRule(rule: RuleResult): Place | undefined;
}

/** Resolves places by what the user typed; without that, artifacts stand under their own names. */
export function findPlaces(verdict: Verdict, options: ReportOptions = {}): Places {
  const { invocation = {}, ruleLines } = options;
  const { targets, bom, policy } = invocation;
  const artifacts = new Set(verdict.artifacts.map(({ name }) => name));
  const first = verdict.artifacts[0]?.name ?? "";
  const fallback = policy ?? targets?.get(first) ?? (first === "" ? "." : first);

  const inPolicy = (rule: RuleResult): Place | undefined => {
    const line = ruleLines?.get(rule.rule);
    return policy === undefined
      ? undefined
      : { path: slashed(policy), ...(line === undefined ? {} : { line }) };
  };
  return {
    ofRule: (rule) => (rule.kind === "gate" ? undefined : inPolicy(rule)),
    ofFinding(finding) {
      const { subject, location } = finding;
      const target = targets?.get(subject);
      if (target !== undefined || artifacts.has(subject)) {
        const path = pathInTarget(target ?? subject, subject, location.path);
        return { path, ...(location.line === undefined ? {} : { line: location.line }) };
      }
      if (bom !== undefined && subject === slashed(bom).split("/").at(-1)) {
        return { path: slashed(bom) };
      }
      // About no artifact: the rule itself found it, because it matched nothing.
      const rule = verdict.rules.find(({ rule: id }) => subject === `rule ${id}`);
      return (rule === undefined ? undefined : inPolicy(rule)) ?? { path: slashed(fallback) };
    },
  };
}

function slashed(path: string): string {
  return path.replaceAll("\\", "/");
}
