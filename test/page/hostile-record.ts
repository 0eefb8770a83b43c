// SPDX-License-Identifier: Apache-2.0
// A record in which every word that is not one of a closed list is somebody else's.

import { auditRecord } from "../../fixtures/audit-record.ts";
import type { AuditRecord } from "../../src/audit/record.ts";

/** Keys whose values the schema closes. */
const closedKeys = new Set([
  "$schema",
  "kind",
  "grade",
  "status",
  "outcome",
  "mode",
  "seal",
  "severity",
  "usage",
  "usages",
  "method",
  "source",
]);

/**
 * The example with each text replaced by `words` and a number: equal texts by equal ones, so that refs still meet. Keys of
 * tallies are words of strangers too.
 */
export function recordOf(words: string, base: AuditRecord = auditRecord()): AuditRecord {
  const seen = new Map<string, string>();
  const replace = (text: string): string => {
    const known = seen.get(text) ?? `${words}${seen.size}`;
    seen.set(text, known);
    return known;
  };
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === "string") {
      return closedKeys.has(key) ? value : replace(value);
    }
    if (Array.isArray(value)) {
      return value.map((each) => walk(each, key));
    }
    if (typeof value !== "object" || value === null) {
      return value;
    }
    const isTally = key === "events" || key === "replaced";
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [isTally ? replace(name) : name, walk(each, name)]),
    );
  };
  return walk(base, "") as AuditRecord;
}
