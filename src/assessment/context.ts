// SPDX-License-Identifier: Apache-2.0
// What an assessment is about, when it was made and by whom. Time enters as a value.

import { createHash } from "node:crypto";
import type { Profile } from "../profile/build-profile.ts";
import type { EvidenceClass } from "../profile/check.ts";

export interface AssessmentContext {
  readonly at: Date;
  readonly toolVersion: string;
  /** What was assessed. */
  readonly subject: {
    readonly name: string;
    readonly version?: string;
    /** SHA-256 of the BOM, or of the file manifest. */
    readonly sha256: string;
  };
  /** The organisation that ran it, by its own word. */
  readonly assessor?: string;
}

/** Same time text as in BOMs. */
export function timeText({ at }: AssessmentContext): string {
  return at.toISOString().replace(".000Z", "Z");
}

/** What each class of evidence means, for those who read the figures. */
export const evidenceNames: Readonly<Record<EvidenceClass, string>> = {
  1: "E1: somebody says so",
  2: "E2: seen in bytes or configurations",
  3: "E3: signed by a key of the local trust root",
  4: "E4: recomputed from the bytes, or vouched for by hardware",
};

/** What a profile is about: its artifacts together, by a SHA-256 over a line for each. */
export function subjectOf({ artifacts }: Profile): AssessmentContext["subject"] {
  const lines = artifacts.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join("");
  return {
    name: artifacts.map(({ name }) => name).join(", "),
    sha256: createHash("sha256").update(lines).digest("hex"),
  };
}
