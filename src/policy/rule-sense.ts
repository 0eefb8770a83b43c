// SPDX-License-Identifier: Apache-2.0
// What a rule says that its schema allows and that can never hold, or would say nothing: refused at load.

import { elementLists } from "../score/profiles/index.ts";
import { summaryTypes } from "./claim-demands.ts";
import type { AttestationRule, PolicyRule, ReadinessRule } from "./policy.ts";

/** The key of a rule that makes no sense beside the others, and why. */
export interface MisusedKey {
  readonly key: string;
  readonly reason: string;
}

export function misusedKey(rule: PolicyRule): MisusedKey | undefined {
  if (rule.kind === "readiness") {
    return misusedInReadiness(rule);
  }
  return rule.kind === "attestation" ? misusedInAttestation(rule) : undefined;
}

/** An element that the list does not have could never be missing. */
function misusedInReadiness({ profile, require = [] }: ReadinessRule): MisusedKey | undefined {
  const known = new Set(elementLists[profile].elements.map(({ id }) => id));
  const stranger = require.find((id) => !known.has(id));
  return stranger === undefined
    ? undefined
    : {
        key: "require",
        reason: `${stranger} is no element of ${profile}: aibom score BOM --profile ${profile} lists them`,
      };
}

function misusedInAttestation(rule: AttestationRule): MisusedKey | undefined {
  if (rule.minBuildLevel !== undefined && !summaryTypes.includes(rule.predicateType)) {
    const reason = `is stated by verification summaries only: predicateType ${summaryTypes.join(" or ")}`;
    return { key: "minBuildLevel", reason };
  }
  return rule.ageOf !== undefined && rule.maxAge === undefined
    ? { key: "ageOf", reason: "says what maxAge is about, and there is no maxAge" }
    : undefined;
}

/**
 * The first expression that cannot be accepted: its place in the policy, and why. The language is loaded only for policies
 * that have expressions.
 */
export async function wrongExpression(
  rules: readonly PolicyRule[],
): Promise<{ readonly keys: readonly string[]; readonly reason: string } | undefined> {
  for (const [index, rule] of rules.entries()) {
    if (rule.kind !== "assert") {
      continue;
    }
    const { compileExpression, ExpressionError } = await import("./cel/language.ts");
    for (const key of ["when", "assert"] as const) {
      try {
        compileExpression(rule[key] ?? "true");
      } catch (cause) {
        if (!(cause instanceof ExpressionError)) {
          throw cause;
        }
        return { keys: ["rules", String(index), key], reason: cause.message };
      }
    }
  }
  return undefined;
}
