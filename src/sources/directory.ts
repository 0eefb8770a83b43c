// SPDX-License-Identifier: Apache-2.0
// Walks a directory. Everything in it is either a file of the tree, ignored by a named rule, or refused
// with a finding: nothing is skipped silently. Synchronous: the walk of 100,000 files takes 0.2 s, and a
// promise for each entry would take three times as long.

import { type Dirent, lstatSync, readdirSync, readlinkSync, type Stats } from "node:fs";
import { join, relative as relativePath, sep } from "node:path";
import { fileError } from "../bytes/file-error.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { IgnoredPath } from "../model/artifact.ts";
import { type Finding, finding } from "../model/finding.ts";
import { type IgnoreRule, ignoredBy } from "./ignore.ts";
import { linkScopes, resolveLink } from "./links.ts";
import { suspiciousName } from "./names.ts";
import type { SourceFile, SourceLink } from "./tree.ts";

/** The raw result of a walk, in directory order. */
export interface Walk {
  readonly files: SourceFile[];
  readonly ignored: IgnoredPath[];
  readonly findings: Finding[];
  readonly refused: string[];
  readonly links: SourceLink[];
}

export interface WalkOptions {
  /**
   * It is a root file system: links lead where they will lead when it runs, so none is followed now, and devices
   * are listed as what they are.
   */
  readonly isRootFileSystem?: boolean;
}

/**
 * Walks `realRoot`, which must be a directory's real path. Pauses after each directory with the files that it
 * added to `Walk.files`, so that work on them can begin.
 * @throws {AibomError} SOURCE_NOT_READABLE, SOURCE_TOO_MANY_FILES, SOURCE_TOO_DEEP, SOURCE_PATH_TOO_LONG
 */
export function* walkDirectory(
  realRoot: string,
  rules: readonly IgnoreRule[],
  { isRootFileSystem = false }: WalkOptions = {},
): Generator<readonly SourceFile[], Walk> {
  const walk: Walk = { files: [], ignored: [], findings: [], refused: [], links: [] };
  const scopes = linkScopes(realRoot);
  const pending: { readonly absolute: string; readonly relative: string; readonly depth: number }[] = [
    { absolute: realRoot, relative: "", depth: 0 },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const known = walk.files.length;
    for (const entry of listDirectory(next.absolute, next.relative, walk)) {
      const relative = next.relative === "" ? entry.name : `${next.relative}/${entry.name}`;
      const absolute = `${next.absolute}/${entry.name}`;
      const ignored = ignoredBy(relative, entry.isDirectory(), rules);
      if (ignored !== undefined) {
        walk.ignored.push(ignored);
        continue;
      }
      checkName(relative, walk);
      if (entry.isDirectory()) {
        pending.push({ absolute, relative, depth: checkDepth(next.depth + 1, relative) });
      } else if (isRootFileSystem && !entry.isFile()) {
        keepEntry(entry, relative, absolute, walk);
      } else {
        takeEntry(entry, relative, absolute, scopes, walk);
      }
    }
    yield walk.files.slice(known);
  }
  return walk;
}

function listDirectory(absolute: string, relative: string, walk: Walk): Dirent[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(absolute, { withFileTypes: true });
  } catch (cause) {
    throw fileError(cause, relative === "" ? "." : relative);
  }
  // Bytes that are not UTF-8 decode to U+FFFD; only then is the slower listing by bytes worth its time.
  return entries.some((entry) => entry.name.includes("\uFFFD"))
    ? withoutInvalidNames(entries, absolute, relative, walk)
    : entries;
}

function withoutInvalidNames(entries: Dirent[], absolute: string, relative: string, walk: Walk): Dirent[] {
  const valid = new Set<string>();
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  for (const bytes of readdirSync(absolute, { encoding: "buffer" })) {
    try {
      valid.add(decoder.decode(bytes));
    } catch {
      const shown = join(relative, bytes.toString("latin1"));
      walk.findings.push(
        finding("SOURCE_NAME_INVALID", { path: relative === "" ? "." : relative }, { name: shown }),
      );
      walk.refused.push(shown);
    }
  }
  return entries.filter((entry) => valid.has(entry.name));
}

function checkName(relative: string, walk: Walk): void {
  const suspicious = suspiciousName(relative);
  if (suspicious !== undefined) {
    walk.findings.push(suspicious);
  }
  // A UTF-16 unit is at most three bytes, so short names need no counting.
  if (relative.length * 3 > limits.maxPathBytes && Buffer.byteLength(relative) > limits.maxPathBytes) {
    throw AibomError.of(
      "SOURCE_PATH_TOO_LONG",
      { length: Buffer.byteLength(relative), limit: limits.maxPathBytes },
      { where: { path: relative.slice(0, 80) } },
    );
  }
}

function checkDepth(depth: number, relative: string): number {
  if (depth > limits.maxDirectoryDepth) {
    throw AibomError.of(
      "SOURCE_TOO_DEEP",
      { limit: limits.maxDirectoryDepth },
      { where: { path: relative } },
    );
  }
  return depth;
}

function takeEntry(
  entry: Dirent,
  relative: string,
  absolute: string,
  scopes: readonly string[],
  walk: Walk,
): void {
  if (entry.isSymbolicLink()) {
    takeLink(relative, absolute, scopes, walk);
  } else if (entry.isFile()) {
    addFile(walk, {
      path: relative,
      absolutePath: absolute,
      size: sizeOf(absolute, relative),
      isLink: false,
    });
  } else {
    refuse(walk, relative, finding("SOURCE_NOT_REGULAR", { path: relative }, { kind: kindOf(entry) }));
  }
}

/** Of a root file system: what is no regular file holds no bytes. */
function keepEntry(entry: Dirent, path: string, absolute: string, walk: Walk): void {
  if (entry.isSymbolicLink()) {
    walk.links.push({ path, target: readlinkSync(absolute), leadsTo: "unknown" });
  } else {
    walk.ignored.push({ path, rule: `a ${kindOf(entry)} holds no bytes` });
  }
}

function takeLink(relative: string, absolute: string, scopes: readonly string[], walk: Walk): void {
  const link = resolveLink(absolute, scopes);
  switch (link.kind) {
    case "file":
      addFile(walk, {
        path: relative,
        absolutePath: link.absolutePath,
        size: link.stat.size,
        isLink: true,
        linkTarget: relativePath(scopes[0] ?? "", link.absolutePath).replaceAll(sep, "/"),
      });
      return;
    case "directory":
      walk.links.push({ path: relative, target: readlinkSync(absolute), leadsTo: "directory" });
      refuse(walk, relative, finding("SOURCE_LINK_TO_DIRECTORY", { path: relative }, {}));
      return;
    case "special":
      refuse(
        walk,
        relative,
        finding("SOURCE_NOT_REGULAR", { path: relative }, { kind: "link to a special file" }),
      );
      return;
    case "outside":
      walk.links.push({ path: relative, target: readlinkSync(absolute), leadsTo: "outside" });
      refuse(walk, relative, finding("SOURCE_LINK_OUTSIDE", { path: relative }, {}));
      return;
    case "broken":
      refuse(walk, relative, finding("SOURCE_LINK_BROKEN", { path: relative }, {}));
  }
}

function refuse(walk: Walk, path: string, reason: Finding): void {
  walk.findings.push(reason);
  walk.refused.push(path);
}

function addFile(walk: Walk, file: SourceFile): void {
  if (walk.files.length >= limits.maxFiles) {
    throw AibomError.of("SOURCE_TOO_MANY_FILES", { limit: limits.maxFiles }, { where: { path: "." } });
  }
  walk.files.push(file);
}

function sizeOf(absolute: string, relative: string): number {
  try {
    return lstatSync(absolute).size;
  } catch (cause) {
    throw fileError(cause, relative);
  }
}

/** The kind of a special file, in words. */
export function kindOf(entry: Dirent | Stats): string {
  if (entry.isFIFO()) return "FIFO";
  if (entry.isSocket()) return "socket";
  if (entry.isBlockDevice() || entry.isCharacterDevice()) return "device";
  return "special file";
}
