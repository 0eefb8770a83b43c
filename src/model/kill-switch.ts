// SPDX-License-Identifier: Apache-2.0
// Classes of kill switches that configurations show. The sixth class, clauses of licences, has its own list
// (license-clause.ts): it is seen in texts, not in configurations.

/**
 * - `maas-endpoint`: a model service of others answers instead of a model that is here.
 * - `phone-home`: software reports to its makers, or fetches from them, unless told not to.
 * - `mutable-reference`: what is named may be something else tomorrow.
 * - `start-credential`: what runs needs a credential that somebody else can revoke.
 * - `assurance-service`: an online service of others proves, delivers or licenses what runs.
 */
export const killSwitchClasses = [
  "maas-endpoint",
  "phone-home",
  "mutable-reference",
  "start-credential",
  "assurance-service",
] as const;
export type KillSwitchClass = (typeof killSwitchClasses)[number];

export function isKillSwitchClass(value: unknown): value is KillSwitchClass {
  return (killSwitchClasses as readonly unknown[]).includes(value);
}
