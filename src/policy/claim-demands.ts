// SPDX-License-Identifier: Apache-2.0
// What a rule demands of the claims in one attestation: values, builder, source, level, age, fields.

import type { SignatureEvidence } from "../model/evidence.ts";
import type { SignedClaim } from "../model/signed-claim.ts";
import { isWithin } from "./age.ts";
import { matcherOf } from "./patterns.ts";
import type { AttestationRule, ClaimValue, FieldDemand } from "./policy.ts";
import { missingDemand } from "./signature-demands.ts";

/** A claim that is not as demanded: its name, what was signed, and what the rule asks for. */
export interface ClaimMiss {
  readonly name: string;
  readonly got: string;
  readonly expected: string;
}

/** The types of SLSA verification summaries: only they state levels. */
export const summaryTypes: readonly string[] = [
  "https://slsa.dev/verification_summary/v1",
  "https://slsa.dev/verification_summary/v0.2",
];

/** The first thing, in a fixed order, that this attestation does not state as demanded. */
export function firstMiss(
  rule: AttestationRule,
  signature: SignatureEvidence,
  at: Date,
): ClaimMiss | undefined {
  const { claims } = signature;
  return (
    missedValue(rule, claims) ??
    missedField(demandedFields(rule), claims) ??
    missedLevel(rule, claims) ??
    missedAge(rule, signature, at)
  );
}

const valuesOf = (claims: readonly SignedClaim[], name: string): readonly ClaimValue[] =>
  claims.filter((claim) => claim.name === name).map(({ value }) => value);

const shown = (values: readonly ClaimValue[], separator: string): string =>
  values.length === 0 ? "nothing" : values.map(String).join(separator).slice(0, 300);

const byName = <T>(record: Readonly<Record<string, T>>): [string, T][] =>
  Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1));

function missedValue(rule: AttestationRule, claims: readonly SignedClaim[]): ClaimMiss | undefined {
  for (const [name, demanded] of byName(rule.claims ?? {})) {
    const allowed: readonly ClaimValue[] = Array.isArray(demanded) ? demanded : [demanded as ClaimValue];
    const values = valuesOf(claims, name);
    // A list is several claims of one name; it has the value if one of them is it.
    if (!values.some((value) => allowed.includes(value))) {
      return { name, got: shown(values, ", "), expected: shown(allowed, " or ") };
    }
  }
  return undefined;
}

/** The named shorthands and `fields`, as one list. Both must hold where both speak of one claim. */
function demandedFields(rule: AttestationRule): readonly [string, FieldDemand][] {
  const { builder, source, fields = {} } = rule;
  const shorthands: [string, readonly string[] | undefined][] = [
    ["slsa.builder.id", builder],
    ["slsa.source.uri", source?.repository],
    ["slsa.source.ref", source?.ref],
  ];
  return [
    ...shorthands.flatMap(([name, matches]): [string, FieldDemand][] =>
      matches === undefined ? [] : [[name, { matches }]],
    ),
    ...byName(fields),
  ];
}

function missedField(
  demands: readonly [string, FieldDemand][],
  claims: readonly SignedClaim[],
): ClaimMiss | undefined {
  for (const [name, demand] of demands) {
    const values = valuesOf(claims, name);
    const isMet =
      demand.absent === true
        ? values.length === 0
        : values.length > 0 && values.every((value) => keepsTo(demand, value));
    if (!isMet) {
      return { name, got: shown(values, ", "), expected: describeField(demand) };
    }
  }
  return undefined;
}

/** A bound is about numbers, a pattern about texts: anything else does not keep to it. */
function keepsTo({ matches, min, max }: FieldDemand, value: ClaimValue): boolean {
  const isMatched = matches === undefined || (typeof value === "string" && matcherOf(matches)(value));
  const isBounded =
    (min === undefined && max === undefined) ||
    (typeof value === "number" && value >= (min ?? -Infinity) && value <= (max ?? Infinity));
  return isMatched && isBounded;
}

function describeField({ matches, min, max, absent }: FieldDemand): string {
  if (absent === true) {
    return "nothing";
  }
  const parts = [
    ...(matches === undefined ? [] : [shown(matches, " or ")]),
    ...(min === undefined ? [] : [`at least ${min}`]),
    ...(max === undefined ? [] : [`at most ${max}`]),
  ];
  return parts.length === 0 ? "any value" : parts.join(", ");
}

function missedLevel(
  { minBuildLevel }: AttestationRule,
  claims: readonly SignedClaim[],
): ClaimMiss | undefined {
  if (minBuildLevel === undefined) {
    return undefined;
  }
  const result = valuesOf(claims, "vsa.result");
  if (!result.includes("PASSED")) {
    return { name: "vsa.result", got: shown(result, ", "), expected: "PASSED" };
  }
  const levels = valuesOf(claims, "vsa.verifiedLevels");
  const isReached = levels.some((level) => {
    const [, digit] = /^SLSA_BUILD_LEVEL_([0-9])$/.exec(String(level)) ?? [];
    return digit !== undefined && Number(digit) >= minBuildLevel;
  });
  return isReached
    ? undefined
    : {
        name: "vsa.verifiedLevels",
        got: shown(levels, ", "),
        expected: `SLSA_BUILD_LEVEL_${minBuildLevel} or higher`,
      };
}

function missedAge(rule: AttestationRule, signature: SignatureEvidence, at: Date): ClaimMiss | undefined {
  const { ageOf, maxAge, ...rest } = rule;
  const reason = missingDemand(
    { ...demandsOf(rest), ...(ageOf === undefined && maxAge !== undefined ? { maxAge } : {}) },
    signature,
    at,
  );
  if (reason !== undefined) {
    return { name: "the signature", got: reason, expected: "a signature made otherwise" };
  }
  if (ageOf === undefined || maxAge === undefined) {
    return undefined;
  }
  const values = valuesOf(signature.claims, ageOf);
  const isYoung =
    values.length > 0 &&
    values.every((value) => typeof value === "string" && isWithin(new Date(value), maxAge, at));
  return isYoung ? undefined : { name: ageOf, got: shown(values, ", "), expected: `at most ${maxAge} ago` };
}

function demandsOf({
  trustedTime,
  transparencyLog,
}: Pick<AttestationRule, "trustedTime" | "transparencyLog">) {
  return {
    ...(trustedTime === undefined ? {} : { trustedTime }),
    ...(transparencyLog === undefined ? {} : { transparencyLog }),
  };
}
