// SPDX-License-Identifier: Apache-2.0
// Where a reader of a report should look for a finding: a file as the user named it, perhaps with a line. A finding
// names its place within its subject; only the invocation says which path that is.

import type { Finding } from "../model/finding.ts";
import type { RuleResult, Verdict } from "../model/verdict.ts";
import { findingKey } from "../policy/finding-order.ts";
import type { ReportOptions } from "./reporter.ts";
import { pathInTarget } from "./target-path.ts";

export interface Place {
  /** Relative to where the command ran, if the target was; `/` separated. */
  readonly path: string;
  /** Counted from 1. Only text files have one: the policy, the BOM, a configuration. */
  readonly line?: number;
}

/** The places of the findings of one verdict. */
export interface Places {
  /** The file that it names. */
  ofFinding(finding: Finding): Place;
  /** A line to show, where that file has none: of the BOM, else of the first of `rules`, which it kept from passing. */
  toShow(finding: Finding, rules: readonly RuleResult[]): Place;
  /** What the BOM says of it, if that stands elsewhere. */
  inBom(finding: Finding): Place | undefined;
  /** Where the rule stands in the policy; undefined for the built-in policy and for the gate itself. */
  ofRule(rule: RuleResult): Place | undefined;
}

/** Resolves places by what the user typed; without that, artifacts stand under their own names. */
export function findPlaces(verdict: Verdict, options: ReportOptions = {}): Places {
  const { invocation = {}, ruleLines, bomLines } = options;
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
  const ofRule = (rule: RuleResult): Place | undefined => (rule.kind === "gate" ? undefined : inPolicy(rule));
  const bomPlace = (each: Finding): Place | undefined => {
    const line = bomLines?.get(findingKey(each));
    return bom === undefined || line === undefined ? undefined : { path: slashed(bom), line };
  };
  const ofFinding = ({ subject, location }: Finding): Place => {
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
  };
  const hasOwnLine = (each: Finding): boolean => artifacts.has(each.subject) && !standsInBom(each);
  return {
    ofRule,
    ofFinding,
    inBom: (each) => (hasOwnLine(each) ? bomPlace(each) : undefined),
    toShow(each, rules) {
      const own = ofFinding(each);
      if (own.line !== undefined || hasOwnLine(each)) {
        return own;
      }
      const [rule] = isWhole(each.location.path) ? rules.flatMap((one) => ofRule(one) ?? []) : [];
      return bomPlace(each) ?? rule ?? own;
    },
  };
}

function isWhole(path: string): boolean {
  return path === "." || path === "";
}

/** A directory has no lines to show, and a file that is missing has none either. */
function standsInBom({ code, location }: Finding): boolean {
  return isWhole(location.path) || code === "BOM_FILE_MISSING";
}

function slashed(path: string): string {
  return path.replaceAll("\\", "/");
}
