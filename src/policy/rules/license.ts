// SPDX-License-Identifier: Apache-2.0
// Rule kind `license`: every licence that the artifact claims is allowed (SPDX 3 expressions, licence ids
// of the SPDX list), and has none of the denied clauses. What is judged are claims, and the findings say so: no
// signature makes them true. Licence texts that somebody has read are recognised by their digest.

import { evaluateLicense, type LicenseDecision, normalizeLicense } from "../../bom/spdx.ts";
import type { Fact } from "../../model/fact.ts";
import { type Finding, finding } from "../../model/finding.ts";
import { isLicenseText, type LicenseClause } from "../../model/license-clause.ts";
import { ruleFindingOptions } from "../finding-options.ts";
import { hasKnownClauses, licensesWith } from "../known-license-clauses.ts";
import type { LicenseRule } from "../policy.ts";
import type { ArtifactSubject, RuleKind } from "../rule.ts";
import { passed } from "../rule.ts";
import { factsOf } from "../subject-facts.ts";

export const licenseRule: RuleKind<LicenseRule> = {
  kind: "license",

  judgeArtifact(rule, subject) {
    const { artifact } = subject.gated;
    const claims = factsOf(subject, "license");
    const denied = [...deniedClauses(rule, subject)];
    const unknown: Finding[] = [];
    const isAccepted = hasAcceptedText(rule, subject);
    for (const claim of claims) {
      const decision = decide(rule, claim, isAccepted);
      if (decision !== "allowed") {
        (decision === "denied" ? denied : unknown).push(licenseFinding(rule, decision, claim, artifact.name));
      }
    }
    for (const { place, name } of isAccepted ? [] : withoutLicense(subject, claims)) {
      const options = ruleFindingOptions(rule, artifact.name);
      unknown.push(finding("LICENSE_MISSING", { path: place }, { artifact: name }, options));
    }
    if (denied.length === 0 && (unknown.length === 0 || rule.onUnknown === "warn")) {
      return { ...passed, findings: unknown };
    }
    const remedy = [{ action: "license", args: { artifact: artifact.name } }] as const;
    return { status: "fail", findings: [...denied, ...unknown], remedy };
  },
};

/** What claims no licence: the artifact, or any model or dataset inside it. One model's licence is not another's. */
function withoutLicense(
  { gated: { artifact }, files, isPartial }: ArtifactSubject,
  claims: readonly Fact[],
): readonly { readonly place: string; readonly name: string }[] {
  const { name, parts = [] } = artifact;
  if (parts.length === 0) {
    return claims.length === 0 ? [{ place: ".", name }] : [];
  }
  const inScope = new Set(files.map(({ path }) => path));
  const missing = parts
    .filter((part) => part.kind !== "file-set" && part.files.some(({ path }) => inScope.has(path)))
    .filter(
      ({ facts }) =>
        !facts.some((fact) => fact.name === "license" && (!isPartial || inScope.has(fact.source.path))),
    )
    .map((part) => ({ place: part.root === "" ? "." : part.root, name: part.name }));
  return missing.length === 0 && claims.length === 0 ? [{ place: ".", name }] : missing;
}

/** Every licence text in scope has an accepted digest, and there is one: recomputed, so better than any claim. */
function hasAcceptedText({ texts = [] }: LicenseRule, { files }: ArtifactSubject): boolean {
  const found = files.filter(({ path }) => isLicenseText(path));
  return (
    found.length > 0 &&
    found.every(({ digests }) => digests.some(({ algorithm, hex }) => texts.includes(`${algorithm}:${hex}`)))
  );
}

/** What the words of licence texts show. No accepted digest excuses a clause that the same rule denies. */
function deniedClauses(rule: LicenseRule, subject: ArtifactSubject): Finding[] {
  const { denyClauses = [] } = rule;
  const options = ruleFindingOptions(rule, subject.gated.artifact.name);
  return factsOf(subject, "license.clause").flatMap(({ value, source }) => {
    const { clause, phrase } = value as { readonly clause: LicenseClause; readonly phrase: string };
    return denyClauses.includes(clause)
      ? [finding("LICENSE_CLAUSE_DENIED", { path: source.path }, { clause, phrase }, options)]
      : [];
  });
}

/** Ten thousand models have a handful of licences. */
const decisions = new WeakMap<LicenseRule, Map<string, LicenseDecision>>();

function decideByLists(rule: LicenseRule, license: string): LicenseDecision {
  const known = decisions.get(rule) ?? new Map<string, LicenseDecision>();
  decisions.set(rule, known);
  let decision = known.get(license);
  if (decision === undefined) {
    const deny = [...(rule.deny ?? []), ...licensesWith(rule.denyClauses ?? [])];
    decision = evaluateLicense(license, { allow: rule.allow ?? [], deny });
    known.set(license, decision);
  }
  return decision;
}

function decide(rule: LicenseRule, claim: Fact, isAccepted: boolean): "allowed" | "denied" | "unknown" {
  if (typeof claim.value !== "string") {
    return "unknown";
  }
  const decision = decideByLists(rule, claim.value);
  if (decision !== "unknown") {
    return decision;
  }
  // Without an allow list, a licence of the SPDX list passes unless denied; a name that nobody can look up does not.
  const isListed = normalizeLicense(claim.value).kind !== "name";
  const isKnown = isListed || (rule.denyClauses !== undefined && hasKnownClauses(claim.value));
  return isAccepted || (rule.allow === undefined && isKnown) ? "allowed" : "unknown";
}

function licenseFinding(
  rule: LicenseRule,
  decision: "denied" | "unknown",
  claim: Fact,
  artifact: string,
): Finding {
  const { path, pointer } = claim.source;
  const location = pointer === undefined ? { path } : { path, member: pointer };
  const license = typeof claim.value === "string" ? claim.value : JSON.stringify(claim.value);
  const code = decision === "denied" ? "LICENSE_DENIED" : "LICENSE_UNKNOWN";
  return finding(code, location, { license }, ruleFindingOptions(rule, artifact));
}
