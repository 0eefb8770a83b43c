// SPDX-License-Identifier: Apache-2.0
// The shape of a reporter: one file in reporters/, one line in its index.

import type { Verdict } from "../model/verdict.ts";
import type { Invocation } from "./remedy-text.ts";
import type { TextOptions } from "./style.ts";

interface ReportOptions extends TextOptions {
  readonly invocation?: Invocation;
  /** For reports that name the tool that wrote them. */
  readonly toolVersion?: string;
}

/** Renders a verdict. Pure: same verdict and options, same text. */
export interface Reporter {
  /** Name on the command line: `--format text,json=FILE`. */
  readonly id: string;
  render(verdict: Verdict, options?: ReportOptions): string;
}
