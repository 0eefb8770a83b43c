// SPDX-License-Identifier: Apache-2.0
// Rule kind `kill-switch`: no configuration among the files lets somebody else stop or change what runs, in the classes that the
// rule denies. What counts was computed from the bytes; a list that was cut, or no configuration at all, shows nothing.

import type { Fact } from "../../model/fact.ts";
import { type Finding, finding } from "../../model/finding.ts";
import { isKillSwitchClass, killSwitchClasses } from "../../model/kill-switch.ts";
import { isListCut } from "../cut-lists.ts";
import { ruleFindingOptions } from "../finding-options.ts";
import { matcherOf } from "../patterns.ts";
import type { KillSwitchRule } from "../policy.ts";
import type { GateInput, Judgement, RuleKind } from "../rule.ts";
import { passed } from "../rule.ts";
import { factsOf } from "../subject-facts.ts";

export const killSwitchRule: RuleKind<KillSwitchRule> = {
  kind: "kill-switch",

  judgeArtifact(rule, subject, input) {
    const { artifact } = subject.gated;
    const options = ruleFindingOptions(rule, artifact.name);
    const isAllowed = matcherOf(rule.allow ?? []);
    const findings = factsOf(subject, "kill_switch").flatMap((fact) => {
      const { kind, name, why, seat, line } = readSwitch(fact);
      const isDenied = isKillSwitchClass(kind) && (rule.deny ?? killSwitchClasses).includes(kind);
      if (!isDenied || isAllowed(name) || (seat !== undefined && rule.seats?.includes(seat) === true)) {
        return [];
      }
      const location = { path: fact.source.path, ...(line === undefined ? {} : { line }) };
      return [finding("KILL_SWITCH_DENIED", location, { class: kind, name, why }, options)];
    });
    if (findings.length > 0) {
      return {
        status: "fail",
        findings,
        remedy: [{ action: "replace-artifact", args: { artifact: artifact.name } }],
      };
    }
    if (isListCut(artifact, "kill_switch")) {
      return undecided(
        finding("KILL_SWITCHES_NOT_LISTED", { path: "." }, { artifact: artifact.name }, options),
      );
    }
    if (rule.onNone !== "pass" && !hasConfiguration(input)) {
      const own = finding(
        "KILL_SWITCH_NO_CONFIGURATION",
        { path: "." },
        { artifact: artifact.name },
        options,
      );
      return { status: "fail", findings: [own], remedy: [{ action: "fix-policy", args: { rule: rule.id } }] };
    }
    return passed;
  },
};

function undecided(own: Finding): Judgement {
  return {
    status: "undecided",
    findings: [own],
    remedy: [{ action: "inspect", args: { artifact: own.subject } }],
  };
}

const configured = new WeakMap<GateInput, boolean>();

/** Something among what is verified shows how it is deployed. */
function hasConfiguration(input: GateInput): boolean {
  const known = configured.get(input);
  if (known !== undefined) {
    return known;
  }
  const found = input.artifacts.some(({ artifact }) =>
    artifact.facts.some(({ name, grade }) => name === "configuration" && grade === "computed"),
  );
  configured.set(input, found);
  return found;
}

function readSwitch({ value }: Fact): {
  readonly kind: unknown;
  readonly name: string;
  readonly why: string;
  readonly seat: string | undefined;
  readonly line: number | undefined;
} {
  const { class: kind, name, why, seat, line } = value as Readonly<Record<string, unknown>>;
  return {
    kind,
    name: String(name),
    why: String(why),
    seat: typeof seat === "string" ? seat : undefined,
    line: typeof line === "number" ? line : undefined,
  };
}
