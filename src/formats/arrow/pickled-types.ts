// SPDX-License-Identifier: Apache-2.0
// Types that pyarrow before 14.0.1 builds by unpickling what the file holds, in IPC, Feather and Parquet files alike
// (CVE-2023-47248). That such a type is there is unusual; what its pickle does is for the reader of pickles to say.

import { memorySource } from "../../bytes/byte-source.ts";
import type { Fact } from "../../model/fact.ts";
import { finding } from "../../model/finding.ts";
import type { FindingList } from "../finding-list.ts";
import type { Members } from "../format.ts";
import type { PickledType } from "./messages.ts";

/** What the pickles of a file show. */
export interface PickledTypes {
  readonly facts: readonly Fact[];
  /** A pickle could not be read to its end. */
  readonly isUnread: boolean;
}

/** Reports each pickled type, and lets its pickle be read. */
export function describePickledTypes(
  types: readonly PickledType[],
  path: string,
  members: Members,
  findings: FindingList,
): PickledTypes {
  const facts: Fact[] = [];
  let isUnread = false;
  for (const { field, bytes } of types) {
    findings.add(finding("ARROW_PICKLED_TYPE", { path, member: field }, { field }));
    const member = members.describe(`${field}.pkl`, memorySource(bytes, path));
    for (const each of member.findings) {
      findings.add(each);
    }
    facts.push(...member.facts);
    isUnread ||= member.status !== "described";
  }
  return { facts, isUnread };
}
