// SPDX-License-Identifier: Apache-2.0
// Environments: one policy, several places. The place is named by whoever runs the check, never guessed, so that
// production is not audited by accident.

import { nearest } from "../codes/nearest.ts";
import { AibomError } from "../errors.ts";
import type { Policy, PolicyRule } from "./policy.ts";

/**
 * The policy as it counts in the environment `name`. `enforce` leaves every rule its own mode, and is the mode of those
 * that state none; `warn` turns all rules to warn; `audit` decides as `enforce` does, and its exit code is for the
 * caller to leave alone.
 * @throws {AibomError} POLICY_ENVIRONMENT_MISSING, POLICY_ENVIRONMENT_UNKNOWN
 */
export function inEnvironment(policy: Policy, name: string | undefined): Policy {
  const known = Object.keys(policy.environments ?? {});
  if (name === undefined) {
    if (known.length > 0) {
      throw AibomError.of("POLICY_ENVIRONMENT_MISSING", { policy: policy.name, known: known.join(", ") });
    }
    return policy;
  }
  // Own keys only: the name comes from the command line, and `environments` may be any object.
  const mode = known.includes(name) ? policy.environments?.[name] : undefined;
  if (mode === undefined) {
    const suggestion = suggest(name, known);
    throw AibomError.of("POLICY_ENVIRONMENT_UNKNOWN", { policy: policy.name, name, suggestion });
  }
  const environment = { name, mode };
  if (mode === "warn") {
    const rules = policy.rules.map((rule): PolicyRule => ({ ...rule, mode: "warn" }));
    return { ...policy, environment, mode: "warn", rules };
  }
  return { ...policy, environment, mode: "enforce" };
}

function suggest(name: string, known: readonly string[]): string {
  if (known.length === 0) {
    return "the policy has no environments; leave --env out";
  }
  const close = nearest(name, known);
  return close === undefined ? `known are ${known.join(", ")}` : `did you mean ${close}?`;
}
