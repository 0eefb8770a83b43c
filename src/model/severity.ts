// SPDX-License-Identifier: Apache-2.0
// Severities, mildest first. They order findings; only a policy turns them into a verdict.

export const severities = ["info", "low", "medium", "high", "critical"] as const;

export type Severity = (typeof severities)[number];

/** True if `severity` is at least as grave as `floor`. */
export function atLeast(severity: Severity, floor: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(floor);
}
