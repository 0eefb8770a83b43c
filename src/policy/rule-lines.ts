// SPDX-License-Identifier: Apache-2.0
// Where the rules of a policy file stand, for reports that point at lines. Apart from loading: a verdict never rests on it.

import { parseYaml } from "./yaml.ts";

/**
 * Lines, counted from 1, by the id of the rule that begins there.
 * @param path for messages only; nothing is opened.
 * @throws {AibomError} POLICY_*
 */
export function ruleLines(bytes: Uint8Array, path: string): ReadonlyMap<string, number> {
  const { value, locate } = parseYaml(bytes, path);
  const rules =
    typeof value === "object" && value !== null && !Array.isArray(value) ? value["rules"] : undefined;
  const lines = new Map<string, number>();
  for (const [index, rule] of (Array.isArray(rules) ? rules : []).entries()) {
    if (typeof rule === "object" && rule !== null && !Array.isArray(rule) && typeof rule["id"] === "string") {
      lines.set(rule["id"], locate(["rules", String(index), "id"]).line);
    }
  }
  return lines;
}
