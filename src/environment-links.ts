// SPDX-License-Identifier: Apache-2.0
// Links that every environment has and that no file of it hides behind: `lib64`, which leads to another directory of it,
// and the interpreter that a virtual environment was made with.

import { redact } from "./bytes/redact.ts";
import { type Finding, finding } from "./model/finding.ts";
import type { SourceTree } from "./sources/tree.ts";

export interface EnvironmentLinks {
  /** Paths that were refused and cost nothing in an environment. */
  readonly settled: ReadonlySet<string>;
  readonly findings: readonly Finding[];
}

/**
 * A link to a directory of the environment loses nothing: its files are listed where they lie. One that leads out is
 * only expected of the interpreter.
 */
export function environmentLinks({ links = [] }: SourceTree): EnvironmentLinks {
  const settled = new Set<string>();
  const findings: Finding[] = [];
  for (const { path, target, leadsTo } of links) {
    if (leadsTo === "directory") {
      settled.add(path);
    } else if (leadsTo === "outside" && /^(?:bin|Scripts)\/(?:python|pypy)[0-9.]*$/.test(path)) {
      settled.add(path);
      findings.push(finding("PACKAGE_INTERPRETER_OUTSIDE", { path }, { target: redact(target).text }));
    }
  }
  return { settled, findings };
}

/** Python's own mark of a virtual environment, at its top. */
export function isVirtualEnvironment({ files }: SourceTree): boolean {
  return files.some(({ path }) => path === "pyvenv.cfg");
}
