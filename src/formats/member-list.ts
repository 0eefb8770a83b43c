// SPDX-License-Identifier: Apache-2.0
// The members of one archive: each is described, and what was learnt is put together for the archive.

import type { ByteSource } from "../bytes/byte-source.ts";
import { limits } from "../limits.ts";
import type { Fact } from "../model/fact.ts";
import { faultFinding } from "./fault-finding.ts";
import type { FindingList } from "./finding-list.ts";
import type { MemberDescription, Members } from "./format.ts";

/** Describes members and keeps what became of them. */
export class MemberList {
  readonly all: MemberDescription[] = [];
  readonly #path: string;
  readonly #members: Members;

  constructor(path: string, members: Members) {
    this.#path = path;
    this.#members = members;
  }

  /** Describes one member. `open` may throw an AibomError: the member then is unverified. */
  add(name: string, open: () => ByteSource): MemberDescription {
    const member = this.#describe(name, open);
    this.all.push(member);
    return member;
  }

  #describe(name: string, open: () => ByteSource): MemberDescription {
    let bytes: ByteSource;
    try {
      bytes = open();
    } catch (cause) {
      const findings = [faultFinding(cause, { path: this.#path, member: name }, "container")];
      return { name, format: "file", status: "unverified", holdsWeights: false, facts: [], findings };
    }
    return this.#members.describe(name, bytes);
  }
}

/** What an archive says for its members. */
export interface MemberSummary {
  readonly facts: readonly Fact[];
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
