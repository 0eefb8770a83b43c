// SPDX-License-Identifier: Apache-2.0
// Which paths under a target are left out. Rules are exact relative paths, each with the whole subtree
// below it: no patterns, so that nobody has to guess what a signature or a BOM leaves out.

import type { IgnoredPath } from "../model/artifact.ts";

/** One rule and the reason it exists, as printed in BOM and verdict. */
export interface IgnoreRule {
  readonly path: string;
  readonly reason: string;
  /**
   * List the rule whether or not the path exists. For files that the command itself writes: the first and
   * the second run must give the same bytes.
   */
  readonly isOutput?: boolean;
  /** Leaves out a file of that name only: a directory called `model.sig` is no signature. */
  readonly isFileOnly?: boolean;
}

/** git's own files, left out at the top level of every directory (OpenSSF Model Signing v1.0). */
export const gitIgnoreRules: readonly IgnoreRule[] = [
  { path: ".git", reason: "git metadata" },
  { path: ".gitattributes", reason: "git metadata" },
  { path: ".github", reason: "git metadata" },
  { path: ".gitignore", reason: "git metadata" },
];

/** The repository itself, history and all. A scan leaves out nothing else: what git reads can be loaded as well. */
export const repositoryRules: readonly IgnoreRule[] = gitIgnoreRules.filter(({ path }) => path === ".git");

/** Left out unless a caller says otherwise: git's own files, and the signature at its usual place. */
export const defaultIgnoreRules: readonly IgnoreRule[] = [
  ...gitIgnoreRules,
  { path: "model.sig", reason: "signature file", isFileOnly: true },
];

/** The rule that leaves `path` out, if any: the rule names it, or the path lies in a directory it names. */
export function ignoredBy(
  path: string,
  isDirectory: boolean,
  rules: readonly IgnoreRule[],
): IgnoredPath | undefined {
  const rule = rules.find((each) => path === each.path && !(isDirectory && each.isFileOnly === true));
  if (rule === undefined) {
    return undefined;
  }
  const ignored = { path, rule: describeRule(rule) };
  return isDirectory ? { ...ignored, isDirectory } : ignored;
}

/** The entries that are listed for every run: what the command itself writes. */
export function outputsOf(rules: readonly IgnoreRule[]): readonly IgnoredPath[] {
  return rules
    .filter((rule) => rule.isOutput === true)
    .map((rule) => ({ path: rule.path, rule: describeRule(rule) }));
}

const describeRule = (rule: IgnoreRule): string => `${rule.path} (${rule.reason})`;
