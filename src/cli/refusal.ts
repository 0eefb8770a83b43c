// SPDX-License-Identifier: Apache-2.0
// An error with a code, thrown before the code table is loaded: the table's texts cost as much start-up time
// as the rest of `--help`, and only a failure needs them. `run.ts` turns a refusal into an AibomError.

import type { Args, Code } from "../codes/index.ts";
import type { Location } from "../model/finding.ts";

/** What `AibomError.of` takes, kept for later. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: Code;
  readonly args: Args<Code>;
  readonly where: Location | undefined;

  private constructor(code: Code, args: Args<Code>, where?: Location, cause?: unknown) {
    super(code, { cause });
    this.code = code;
    this.args = args;
    this.where = where;
  }

  /** Builds a refusal; the arguments that the code's message needs are required by the type. */
  static of<C extends Code>(
    code: C,
    args: Args<C>,
    options: { readonly where?: Location; readonly cause?: unknown } = {},
  ): Refusal {
    return new Refusal(code, args as Args<Code>, options.where, options.cause);
  }
}
