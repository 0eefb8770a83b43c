// SPDX-License-Identifier: Apache-2.0
// Reads one target of the command line: a directory or a single file.

import { lstatSync, realpathSync, type Stats } from "node:fs";
import { basename } from "node:path";
import { fileError } from "../bytes/file-error.ts";
import { AibomError } from "../errors.ts";
import type { IgnoredPath } from "../model/artifact.ts";
import { comparePaths } from "../model/path-order.ts";
import { kindOf, type WalkOptions, walkDirectory } from "./directory.ts";
import { defaultIgnoreRules, type IgnoreRule, outputsOf } from "./ignore.ts";
import { storeAbove } from "./links.ts";
import { collidingNames, suspiciousName } from "./names.ts";
import type { SourceFile, SourceTree } from "./tree.ts";

/**
 * The files of a target without what the rules leave out.
 * @throws {AibomError} SOURCE_NOT_FOUND, SOURCE_NOT_READABLE, SOURCE_NOT_REGULAR, SOURCE_EMPTY and those of the walk
 */
export function readTarget(target: string, rules: readonly IgnoreRule[] = defaultIgnoreRules): SourceTree {
  const reading = walkTarget(target, rules);
  for (;;) {
    const step = reading.next();
    if (step.done === true) {
      return step.value;
    }
  }
}

/**
 * The same in steps: every file of the tree is handed out once, as soon as it was found, in no particular order.
 * What is said about the tree as a whole is known at the end.
 * @throws {AibomError} as `readTarget`
 */
export function* walkTarget(
  target: string,
  rules: readonly IgnoreRule[],
  options: WalkOptions = {},
): Generator<readonly SourceFile[], SourceTree> {
  const { realRoot, stat } = resolveTarget(target);
  if (stat.isFile()) {
    const tree = singleFile(realRoot, stat.size);
    yield tree.files;
    return tree;
  }
  if (!stat.isDirectory()) {
    throw AibomError.of("SOURCE_NOT_REGULAR", { kind: kindOf(stat) }, { where: { path: target } });
  }
  const walk = yield* walkDirectory(realRoot, rules, options);
  if (walk.files.length === 0 && walk.refused.length === 0) {
    throw AibomError.of("SOURCE_EMPTY", {}, { where: { path: target } });
  }
  const files = walk.files.sort((a, b) => comparePaths(a.path, b.path));
  const above = storeAbove(realRoot);
  return {
    ...(above === undefined ? {} : { above }),
    name: basename(realRoot),
    isSingleFile: false,
    files,
    ignored: withOutputs(walk.ignored, rules),
    findings: [...walk.findings, ...collidingNames(files.map((file) => file.path))],
    refused: walk.refused.sort(comparePaths),
    ...(walk.links.length === 0 ? {} : { links: walk.links.sort((a, b) => comparePaths(a.path, b.path)) }),
    ...(options.isRootFileSystem === true ? { isRootFileSystem: true } : {}),
  };
}

function withOutputs(found: readonly IgnoredPath[], rules: readonly IgnoreRule[]): IgnoredPath[] {
  const outputs = outputsOf(rules);
  const written = new Set(outputs.map((each) => each.path));
  return [...found.filter((each) => !written.has(each.path)), ...outputs].sort((a, b) =>
    comparePaths(a.path, b.path),
  );
}

/** True if something lies at the path, whatever it is. */
export function targetExists(target: string): boolean {
  return lstatSync(target, { throwIfNoEntry: false }) !== undefined;
}

/** The name that the artifact of a target will have. @throws {AibomError} SOURCE_NOT_FOUND, SOURCE_NOT_READABLE */
export function targetName(target: string): string {
  return basename(resolveTarget(target).realRoot);
}

function resolveTarget(target: string): { realRoot: string; stat: Stats } {
  try {
    // The target itself may be a link: the user named it. Links below it are another matter.
    const realRoot = realpathSync(target);
    return { realRoot, stat: lstatSync(realRoot) };
  } catch (cause) {
    throw fileError(cause, target);
  }
}

function singleFile(realPath: string, size: number): SourceTree {
  const name = basename(realPath);
  const suspicious = suspiciousName(name);
  return {
    name,
    isSingleFile: true,
    files: [{ path: name, absolutePath: realPath, size, isLink: false }],
    ignored: [],
    findings: suspicious === undefined ? [] : [suspicious],
    refused: [],
  };
}
