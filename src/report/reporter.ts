// SPDX-License-Identifier: Apache-2.0
// The shape of a reporter: one file in reporters/, one line in its index, its name in report-formats.ts.

import type { Verdict } from "../model/verdict.ts";
import type { Invocation } from "./remedy-text.ts";
import type { ReportFormat } from "./report-formats.ts";
import type { TextOptions } from "./style.ts";

export interface ReportOptions extends TextOptions {
  readonly invocation?: Invocation;
  /** For reports that name the tool that wrote them. */
  readonly toolVersion?: string;
  /** Lines of the policy file, counted from 1, by the id of the rule that begins there. */
  readonly ruleLines?: ReadonlyMap<string, number>;
  /** Lines of the BOM, counted from 1, by the key of the finding that stands there (policy/finding-order.ts). */
  readonly bomLines?: ReadonlyMap<string, number>;
  /** Text only: every piece of evidence and every finding, however many there are. */
  readonly verbose?: boolean;
}

/** Renders a verdict. Pure: same verdict and options, same text. */
export interface Reporter {
  /** Name on the command line: `--format text,json=FILE`. */
  readonly id: ReportFormat;
  render(verdict: Verdict, options?: ReportOptions): string;
}
