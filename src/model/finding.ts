// SPDX-License-Identifier: Apache-2.0
// A finding: something wrong or worth knowing about an artifact, as data. Text is a rendering of it.

import type { Args, Code } from "../codes/index.ts";
import { codes } from "../codes/index.ts";
import type { Severity } from "./severity.ts";

/** Where a finding points. `path` is relative to the inventoried target, with `/` separators. */
export interface Location {
  readonly path: string;
  /** Byte offset inside the file; with `offsetIn`, inside the content of the archive's member. */
  readonly offset?: number;
  readonly offsetIn?: "member";
  /** Line of a text file that people write, counted from 1. */
  readonly line?: number;
  /** A named part inside the file: a tensor, an archive member, a JSON pointer. */
  readonly member?: string;
}

/** One finding. Findings carry no prose: `code` and `args` are rendered through the code table. */
export interface Finding<C extends Code = Code> {
  readonly code: C;
  readonly severity: Severity;
  /** Name of the artifact or file that the finding is about. */
  readonly subject: string;
  readonly location: Location;
  readonly args: Readonly<Record<string, ArgValue>>;
}

/** A value that a message may show. Untrusted text is escaped when rendered, never here. */
export type ArgValue = string | number | bigint | boolean;

/**
 * Builds a finding. The arguments that the code's message needs are required by the type.
 * Severity is the code table's unless a caller knows better (it may raise or lower it).
 */
export function finding<C extends Code>(
  code: C,
  location: Location,
  args: Args<C>,
  options: { readonly subject?: string; readonly severity?: Severity } = {},
): Finding<C> {
  return {
    code,
    severity: options.severity ?? codes[code].severity,
    subject: options.subject ?? location.path,
    location,
    args: args as Readonly<Record<string, ArgValue>>,
  };
}
