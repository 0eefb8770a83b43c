// SPDX-License-Identifier: Apache-2.0
// Where something is that was found in a member: in the file that holds it, with the member's name in front.

import type { Fact } from "../model/fact.ts";
import type { Finding } from "../model/finding.ts";

/** A finding of the member `name` as one of the file at `path`. */
export function findingInMember(path: string, name: string, each: Finding): Finding {
  const { location } = each;
  const member = joined(name, location.member);
  const inside = location.offset === undefined ? {} : ({ offsetIn: "member" } as const);
  return { ...each, subject: path, location: { ...location, ...inside, path, member } };
}

/** A fact of the member `name` as one of the file at `path`. */
export function factInMember(path: string, name: string, fact: Fact): Fact {
  return { ...fact, source: { path, pointer: joined(name, fact.source.pointer) } };
}

/** A place inside a member: `inner.zip!data.pkl`. */
function joined(name: string, inner: string | undefined): string {
  return inner === undefined ? name : `${name}!${inner}`;
}
