// SPDX-License-Identifier: Apache-2.0
// The one error class: "I could not check". A failed check is a finding, not an error; an error can
// never end in `allow`.

import { type Args, type Code, codes, type ExitCode } from "./codes/index.ts";
import { renderMessage } from "./codes/render.ts";
import type { ArgValue, Finding, Location } from "./model/finding.ts";

/** An error with a code of the table. Its text is rendered from the code and the arguments. */
export class AibomError extends Error {
  override readonly name = "AibomError";
  readonly code: Code;
  readonly args: Readonly<Record<string, ArgValue>>;
  readonly where: Location | undefined;

  private constructor(
    code: Code,
    args: Readonly<Record<string, ArgValue>>,
    where?: Location,
    cause?: unknown,
  ) {
    super(renderMessage(code, args), cause === undefined ? undefined : { cause });
    this.code = code;
    this.args = args;
    this.where = where;
  }

  /** Builds an error; the arguments that the code's message needs are required by the type. */
  static of<C extends Code>(
    code: C,
    args: Args<C>,
    options: { readonly where?: Location; readonly cause?: unknown } = {},
  ): AibomError {
    return new AibomError(code, args as Readonly<Record<string, ArgValue>>, options.where, options.cause);
  }

  /** What to do about it, in one line. */
  get hint(): string {
    return codes[this.code].hint;
  }

  get exitCode(): ExitCode {
    return codes[this.code].exit;
  }

  /** The same error with a place, if it has none yet. */
  at(where: Location): AibomError {
    return this.where === undefined ? new AibomError(this.code, this.args, where, this.cause ?? this) : this;
  }

  /** The error as a finding: used where one unreadable file must not hide the others. */
  toFinding(fallback: Location, subject?: string): Finding {
    return {
      code: this.code,
      severity: codes[this.code].severity,
      subject: subject ?? fallback.path,
      location: this.where ?? fallback,
      args: this.args,
    };
  }
}
