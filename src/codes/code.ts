// SPDX-License-Identifier: Apache-2.0
// The shape of an entry in the code table.

import type { Severity } from "../model/severity.ts";

/** Exit codes: 1 deny, 2 usage, 3 undecided, 4 fault in aibom. */
export type ExitCode = 1 | 2 | 3 | 4;

/**
 * One code. `message` names its arguments in braces; the types of `finding` and `AibomError` require
 * exactly those. Codes are never renamed or reused.
 */
export interface CodeEntry {
  /** Severity when reported as a finding. */
  readonly severity: Severity;
  /**
   * Exit code when thrown as an error. A code for something dangerous that was found has 1: it counts as found even in a
   * file that could not be read to its end, where other codes only say why.
   */
  readonly exit: ExitCode;
  /** Lower case, no full stop, `{argument}` placeholders; got and limit, or expected and got. */
  readonly message: string;
  /** What to do about it, in one line. */
  readonly hint: string;
  /** Why it matters and what aibom does, one short paragraph, for `aibom explain` and docs/codes.md. */
  readonly explain: string;
}

export type CodeTable = Readonly<Record<string, CodeEntry>>;

/** Names of the `{placeholders}` in a message. */
export type Placeholder<M extends string> = M extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholder<Rest>
  : never;
