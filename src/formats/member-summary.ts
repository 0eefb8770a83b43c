// SPDX-License-Identifier: Apache-2.0
// What the members of an archive say together.

import { limits } from "../limits.ts";
import type { Fact } from "../model/fact.ts";
import type { FindingList } from "./finding-list.ts";
import type { MemberDescription } from "./format.ts";

export interface MemberSummary {
  readonly facts: readonly Fact[];
  /** A member could not be read completely. */
  readonly isIncomplete: boolean;
  readonly holdsWeights: boolean;
}

/** Adds the findings of the members to those of the archive, and puts their facts together. */
export function summarise(members: readonly MemberDescription[], findings: FindingList): MemberSummary {
  const facts: Fact[] = [];
  const counts = new Map<string, number>();
  for (const member of members) {
    for (const each of member.findings) {
      findings.add(each);
    }
    for (const fact of member.facts) {
      const count = (counts.get(fact.name) ?? 0) + 1;
      counts.set(fact.name, count);
      if (count <= limits.maxClaimsPerName) {
        facts.push(fact);
      }
    }
  }
  return {
    facts,
    isIncomplete: members.some(({ status }) => status === "unverified"),
    holdsWeights: members.some(({ holdsWeights }) => holdsWeights),
  };
}
