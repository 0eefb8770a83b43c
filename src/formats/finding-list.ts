// SPDX-License-Identifier: Apache-2.0
// Findings of one reader run, with a ceiling per code: a hostile file can cause millions of them, and what
// is not listed is still counted and keeps its severity.

import { limits } from "../limits.ts";
import { type Finding, finding } from "../model/finding.ts";
import { atLeast, type Severity } from "../model/severity.ts";

/** Collects findings; see `all`. */
export class FindingList {
  readonly #listed: Finding[] = [];
  readonly #counts = new Map<string, { count: number; severity: Severity }>();
  readonly #path: string;

  /** `path` is the place that is named when findings are cut. */
  constructor(path: string) {
    this.#path = path;
  }

  add(each: Finding): void {
    const known = this.#counts.get(each.code) ?? { count: 0, severity: each.severity };
    known.count += 1;
    if (atLeast(each.severity, known.severity)) {
      known.severity = each.severity;
    }
    this.#counts.set(each.code, known);
    if (known.count <= limits.maxFindingsPerCode) {
      this.#listed.push(each);
    }
  }

  /** The findings in the order they were added, then one FINDINGS_CUT for each code that was cut. */
  all(): readonly Finding[] {
    const cut = [...this.#counts]
      .filter(([, { count }]) => count > limits.maxFindingsPerCode)
      .map(([code, { count, severity }]) =>
        finding(
          "FINDINGS_CUT",
          { path: this.#path },
          { code, count: count - limits.maxFindingsPerCode },
          { severity },
        ),
      );
    return [...this.#listed, ...cut];
  }
}
