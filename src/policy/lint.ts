// SPDX-License-Identifier: Apache-2.0
// What is allowed in a policy and is probably a mistake: rules that cannot fail, cannot pass or never match, policies
// that leave something open. Errors of the document are found when it is loaded (load.ts).

import { codes, isCode } from "../codes/index.ts";
import { type Finding, finding } from "../model/finding.ts";
import { atLeast } from "../model/severity.ts";
import { summaryTypes } from "./claim-demands.ts";
import { lastInstant } from "./expiry.ts";
import type { AttestationRule, Policy, PolicyRule } from "./policy.ts";
import { isAboutBom } from "./scope.ts";
import { shippedPacks } from "./shipped-packs.ts";

const soonMs = 30 * 24 * 60 * 60 * 1000;

/** What is probably a mistake, in the policy's order. */
export function lintPolicy(policy: Policy, at: Date): readonly Finding[] {
  return [
    ...lintDocument(policy, at),
    ...policy.rules.flatMap((rule) => lintRule(rule).map(aboutRule(rule))),
  ];
}

const place = { path: "." };
const options = { subject: "policy" };

function lintDocument(policy: Policy, at: Date): readonly Finding[] {
  const reasons: string[] = [];
  if (policy.version === undefined) {
    reasons.push("it has no `version`, so an older one cannot be told from a newer one");
  }
  if (policy.expires !== undefined) {
    const left = lastInstant(policy.expires).getTime() - at.getTime();
    reasons.push(...(left < 0 ? ["it has expired"] : left < soonMs ? ["it expires within 30 days"] : []));
  }
  const modes = new Set(policy.rules.map((rule) => rule.mode ?? policy.mode));
  if (!modes.has("enforce") && policy.environments === undefined) {
    reasons.push("every rule is in mode warn, so nothing is enforced");
  }
  if (policy.rules.every(isAboutBom)) {
    reasons.push("every rule is about the BOM, so every artifact is denied as unchecked");
  } else if (policy.rules.every((rule) => isAboutBom(rule) || rule.scope?.path !== undefined)) {
    reasons.push("every rule selects files by path: a file that no pattern matches is denied as unchecked");
  }
  // Shipped packs stand by themselves, so two of them may ask for the same.
  const twins = equalRules(policy.rules.filter(({ id }) => !isShippedRule(id)));
  reasons.push(...twins.map(([one, other]) => `rules ${one} and ${other} say the same`));
  return reasons.map((reason) => finding("POLICY_LINT", place, { what: "the policy", reason }, options));
}

function isShippedRule(id: string): boolean {
  return shippedPacks.some(({ name }) => id.startsWith(`${name}.`));
}

/** Pairs of rules that differ in nothing but id and words. */
function equalRules(rules: readonly PolicyRule[]): readonly (readonly [string, string])[] {
  const first = new Map<string, string>();
  const pairs: [string, string][] = [];
  for (const rule of rules) {
    const { id, message: _, remedy: __, ...rest } = rule;
    const key = JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));
    const twin = first.get(key);
    if (twin === undefined) {
      first.set(key, id);
    } else {
      pairs.push([twin, id]);
    }
  }
  return pairs;
}

function aboutRule({ id }: PolicyRule): (reason: string) => Finding {
  return (reason) => finding("POLICY_LINT", place, { what: `rule ${id}`, reason }, options);
}

function lintRule(rule: PolicyRule): readonly string[] {
  return [...lintScope(rule), ...lintLists(rule), ...lintKind(rule)];
}

function lintScope({ scope, minMatches, mode }: PolicyRule): readonly string[] {
  const isOptional = minMatches === 0;
  return [
    ...(isOptional && scope === undefined && mode !== "warn"
      ? ["`minMatches: 0` without a scope lets the rule pass on nothing"]
      : []),
    ...(isOptional && (scope?.purl !== undefined || scope?.property !== undefined)
      ? [
          "whoever writes the BOM can leave the scope with `minMatches: 0`, and the rule then asks for nothing",
        ]
      : []),
    ...(scope?.path !== undefined && /^(?:\.?\/|.*\/$)/.test(scope.path)
      ? [`the path ${scope.path} never matches: paths are relative and name files`]
      : []),
  ];
}

/** `deny` wins, and with `allow` everything else is refused anyway. */
function lintLists(rule: PolicyRule): readonly string[] {
  if (!("allow" in rule) || !("deny" in rule)) {
    return [];
  }
  const allow: readonly string[] = rule.allow ?? [];
  const deny: readonly string[] = rule.deny ?? [];
  const both = allow.filter((name) => deny.includes(name));
  return [
    ...(both.length === 0 ? [] : [`${both.join(", ")}: allowed and denied; deny wins`]),
    ...(rule.kind === "format" && allow.length > 0 && both.length < deny.length
      ? ["`deny` changes nothing beside `allow`: what is not allowed is refused"]
      : []),
  ];
}

function lintKind(rule: PolicyRule): readonly string[] {
  if (rule.kind === "content") {
    const failAt = rule.failAt ?? "high";
    const idle = (rule.except ?? []).filter((code) => isCode(code) && !atLeast(codes[code].severity, failAt));
    return [
      ...(idle.length === 0 ? [] : [`except ${idle.join(", ")}: below failAt ${failAt}, never looked at`]),
      ...(rule.scope?.kind === "bom" ? ["it looks at findings about the BOM only, not at files"] : []),
    ];
  }
  if (rule.kind === "signature" || rule.kind === "attestation") {
    const { signers } = rule;
    const names = signers === "any" ? [] : signers;
    return [
      ...(new Set(names).size < names.length ? ["a signer is named twice and counts once"] : []),
      ...(rule.kind === "attestation" ? lintSummaryRule(rule) : []),
    ];
  }
  return [];
}

/** A verification summary says that somebody else's policy was met: which, about what, how well. */
function lintSummaryRule({
  predicateType,
  claims,
  fields,
  minBuildLevel,
}: AttestationRule): readonly string[] {
  const named = new Set([...Object.keys(claims ?? {}), ...Object.keys(fields ?? {})]);
  const byLevel = minBuildLevel === undefined ? [] : ["vsa.result", "vsa.verifiedLevels"];
  const isPinned = (name: string): boolean => named.has(name) || byLevel.includes(name);
  const open = ["vsa.result", "vsa.verifier.id", "vsa.resourceUri", "vsa.verifiedLevels"].filter(
    (name) => !isPinned(name),
  );
  return summaryTypes.includes(predicateType) && open.length > 0
    ? [
        `a verification summary passes whatever it says of ${open.join(", ")}: pin them in \`claims\` or \`fields\``,
      ]
    : [];
}
