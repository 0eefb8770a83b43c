// SPDX-License-Identifier: Apache-2.0
// Rule kind `origin`: who supplied the artifact, by the supplier register, and which countries have a say over them. Who
// signed every file is evidence. A package's namespace and an address in a file are claims: they are enough only where
// the rule says so, and count against the artifact always. No supplier is an unknown supplier, and fails.

import { type Finding, finding } from "../../model/finding.ts";
import type { Remedy } from "../../model/verdict.ts";
import { ruleFindingOptions } from "../finding-options.ts";
import { isSigned } from "../named-subjects.ts";
import { matcherOf } from "../patterns.ts";
import type { OriginRule } from "../policy.ts";
import type { ArtifactSubject, RuleKind } from "../rule.ts";
import { passed } from "../rule.ts";
import { formatSigners, isNamed } from "../signers.ts";
import { factsOf, textOf } from "../subject-facts.ts";
import type { Supplier, SupplierRegister } from "../suppliers.ts";

export const originRule: RuleKind<OriginRule> = {
  kind: "origin",

  judgeArtifact(rule, subject, { suppliers: register }) {
    const { name } = subject.gated.artifact;
    const options = ruleFindingOptions(rule, name);
    if (register === undefined) {
      const own = finding("SUPPLIERS_MISSING", { path: "." }, { rule: rule.id }, options);
      return fail([own], { action: "give-suppliers", args: {} });
    }
    const findings: Finding[] = [];
    if (rule.evidence !== "claim" && !isVouched(rule, register)) {
      const args = { allowed: formatSigners(rule.registerSignedBy ?? "any") };
      findings.push(finding("SUPPLIERS_UNSIGNED", { path: "." }, args, options));
    }
    const signed = register.suppliers.filter((supplier) => hasSigned(supplier, subject));
    const claimed = register.suppliers.filter((supplier) => isClaimed(supplier, subject));
    const accepted = rule.evidence === "claim" ? [...signed, ...claimed] : signed;
    const foreign = [...(accepted.some((each) => isLetThrough(rule, each)) ? [] : accepted), ...claimed];
    for (const supplier of new Set(foreign.filter((each) => !isLetThrough(rule, each)))) {
      const args = { artifact: name, supplier: supplier.id, countries: countriesOf(supplier).join(", ") };
      findings.push(finding("ORIGIN_DENIED", { path: "." }, args, options));
    }
    if (accepted.length === 0) {
      const claims = claimed.map(({ id }) => id).join(", ") || "nobody";
      findings.push(finding("ORIGIN_UNKNOWN", { path: "." }, { artifact: name, claims }, options));
    }
    return findings.length === 0
      ? passed
      : fail(findings, { action: "replace-artifact", args: { artifact: name } });
  },
};

function fail(findings: readonly Finding[], remedy: Remedy) {
  return { status: "fail", findings, remedy: [remedy] } as const;
}

function isVouched({ registerSignedBy = "any" }: OriginRule, { signatures }: SupplierRegister): boolean {
  return signatures.some(({ signer }) => isNamed(registerSignedBy, signer.identity));
}

/** Somebody of theirs signed every file in scope. */
function hasSigned({ signers = [] }: Supplier, { gated, files }: ArtifactSubject): boolean {
  const { kind, name, facts } = gated.artifact;
  return signers.length > 0 && isSigned({ gated, kind, name, facts, files }, { signedBy: signers });
}

/** The package's name, or an address that a file states, is theirs. */
function isClaimed({ packages = [], domains = [] }: Supplier, subject: ArtifactSubject): boolean {
  const { artifact } = subject.gated;
  const named = [artifact.package, ...(artifact.parts ?? []).map((part) => part.package)].flatMap((found) =>
    found === undefined
      ? []
      : [[found.type, found.namespace, found.name].filter((each) => each !== undefined).join("/")],
  );
  const hosts = factsOf(subject, "url").flatMap((fact) => hostOf(textOf(fact)));
  return (
    named.some(matcherOf(packages)) ||
    hosts.some((host) => domains.some((domain) => host === domain || host.endsWith(`.${domain}`)))
  );
}

function hostOf(text: string): readonly string[] {
  return URL.canParse(text) ? [new URL(text).hostname] : [];
}

const countriesOf = ({ country, control = [] }: Supplier): readonly string[] =>
  [...new Set([country, ...control])].sort();

/** Every country that has a say must be let through: the weakest link counts. */
function isLetThrough({ allow, deny = [] }: OriginRule, supplier: Supplier): boolean {
  const countries = countriesOf(supplier);
  return countries.every((each) => allow?.includes(each) !== false && !deny.includes(each));
}
