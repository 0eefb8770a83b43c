// SPDX-License-Identifier: Apache-2.0
// What a custody log says, after it was verified: for the check on who touched what.

export interface CustodyRecord {
  /** What is wrong with the log, by code and place; empty if it verifies as a whole. */
  readonly problems: readonly string[];
  /** SHA-256 of what events are about that a key of the trust root signed. */
  readonly digests: ReadonlySet<string>;
  /** The same for events that enough witnesses have seen, by a policy that did not come with the log. */
  readonly witnessed: ReadonlySet<string>;
}
