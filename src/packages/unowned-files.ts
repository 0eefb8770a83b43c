// SPDX-License-Identifier: Apache-2.0
// Programs and libraries in a file system with a package manager that belong to no package. Nothing but their digest is
// known of them: a binary that was copied in, or put there by somebody else.

import { FindingList } from "../formats/finding-list.ts";
import { type Finding, finding } from "../model/finding.ts";
import type { Package } from "../model/package.ts";
import type { RootFile, RootView } from "./catalog.ts";
import type { RootPaths } from "./root-paths.ts";

/** Where shells and the dynamic linker look (FHS 3.0); libraries of the linker's directories and one below. */
const programs = /^(?:usr\/(?:local\/)?)?s?bin\/[^/]+$|^opt\/[^/]+\/(?:s?bin\/[^/]+|[^/]+)$/;
const libraries =
  /^(?:usr\/(?:local\/)?)?lib(?:32|64|x32)?\/(?:[^/]+-linux-[^/]+\/)?[^/]+\.so(?:\.[0-9.]+)?$/;

/** Managers whose packages are the system itself. */
const systemCatalogs: ReadonlySet<string> = new Set(["dpkg", "apk", "rpm"]);

/** The files that nobody owns, where a system's package manager is. */
export function unownedFindings(
  root: RootView,
  paths: RootPaths,
  packages: readonly Package[],
): readonly Finding[] {
  // Where the manager's lists of files were deleted, every file would be a stranger.
  if (!packages.some(({ catalog, owned }) => systemCatalogs.has(catalog) && owned.length > 0)) {
    return [];
  }
  const owned = new Set<string>();
  for (const one of packages) {
    for (const { path } of one.owned) {
      owned.add(paths.resolve(path) ?? path);
    }
    for (const { path } of one.foundAt) {
      owned.add(path);
    }
  }
  const findings = new FindingList(".");
  for (const [path, file] of root.files) {
    if ((programs.test(path) || libraries.test(path)) && !owned.has(path) && canRun(file)) {
      findings.add(finding("PACKAGE_UNOWNED", { path }, {}));
    }
  }
  return findings.all();
}

/** Links run what they lead to. Without mode bits (a copy on another file system) the place decides. */
function canRun({ linkTarget, mode, format, path }: RootFile): boolean {
  const isProgram = mode === undefined || (mode & 0o111) !== 0 || format === "elf" || path.includes(".so");
  return linkTarget === undefined && isProgram;
}
