// SPDX-License-Identifier: Apache-2.0
// A check of the sovereignty profile: one question about one layer, the evidence that an answer needs, and what the answer is.

import type { GatedArtifact, GateInput } from "../policy/rule.ts";
import type { Supplier } from "../policy/suppliers.ts";
import type { CustodyRecord } from "./custody-record.ts";
import type { Layer } from "./layer.ts";
import type { Perimeter } from "./perimeter.ts";

/**
 * How an answer is known. 1: somebody says so. 2: it was seen in bytes or configurations. 3: a key of the local trust root signed it.
 * 4: it was recomputed, or hardware vouches for it.
 */
export type EvidenceClass = 1 | 2 | 3 | 4;

export interface Answer {
  readonly holds: boolean | "unknown";
  /** How the answer is known; left out where nothing is. */
  readonly evidence?: EvidenceClass;
  /** How well it must be known, where that is not what the check usually asks for. */
  readonly needs?: EvidenceClass;
  readonly reason: string;
  /** What stands in the way, by name. */
  readonly subjects?: readonly string[];
}

/** What the answers are taken from. No clock, no disk. */
export interface ProfileInput {
  readonly artifacts: readonly GatedArtifact[];
  /** The same as a gate sees it: finds artifacts by name. */
  readonly gate: GateInput;
  readonly hasBom: boolean;
  readonly perimeter?: Perimeter;
  /** 3 if a key of the trust root signed it, else 1. */
  readonly perimeterEvidence: EvidenceClass;
  readonly suppliers: readonly Supplier[];
  readonly suppliersEvidence: EvidenceClass;
  /** The custody log, if one was given. */
  readonly custody?: CustodyRecord;
  readonly at: Date;
}

export interface Check {
  readonly id: string;
  readonly layer: Layer;
  /** `partial`: without it the layer is at zero. `full`: without it the layer is partial at best. */
  readonly gate: "partial" | "full";
  readonly minEvidence: EvidenceClass;
  readonly question: string;
  answer(input: ProfileInput): Answer;
}

export function unknown(reason: string, subjects: readonly string[] = []): Answer {
  return { holds: "unknown", reason, ...(subjects.length === 0 ? {} : { subjects }) };
}

/** True if nothing is in the way; what is names itself. */
export function allOf(subjects: readonly string[], evidence: EvidenceClass, reason: string): Answer {
  const distinct = [...new Set(subjects)].sort();
  return distinct.length === 0
    ? { holds: true, evidence, reason: "" }
    : { holds: false, evidence, reason, subjects: distinct };
}

/** Something that the perimeter has to list before anything can be said. */
export function listed<T>(
  items: readonly T[] | undefined,
  what: string,
  judge: (items: readonly T[]) => Answer,
): Answer {
  return items === undefined || items.length === 0 ? unknown(`the perimeter lists no ${what}`) : judge(items);
}
