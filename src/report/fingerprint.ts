// SPDX-License-Identifier: Apache-2.0
// Fingerprints by which services tell a finding that they know from a new one.

import { createHash } from "node:crypto";
import type { Finding } from "../model/finding.ts";
import { findingKey } from "../policy/finding-order.ts";

/** A maker of fingerprints for one report: equal findings of one report are numbered, so that none is dropped as known. */
export function fingerprints(): (finding: Finding, path: string) => string {
  const counts = new Map<string, number>();
  return (finding, path) => {
    const fingerprint = fingerprintOf(finding, path);
    const count = (counts.get(fingerprint) ?? 0) + 1;
    counts.set(fingerprint, count);
    return `${fingerprint}:${count}`;
  };
}

/** The same for the same finding in the next run, also if it has moved inside its file. */
function fingerprintOf(finding: Finding, path: string): string {
  const { offset: _, line: __, ...place } = finding.location;
  const key = findingKey({ ...finding, subject: "", location: { ...place, path } });
  return createHash("sha256").update(key).digest("hex").slice(0, 32);
}
