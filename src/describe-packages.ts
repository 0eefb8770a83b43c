// SPDX-License-Identifier: Apache-2.0
// Software packages of a directory on disk: the view that catalogs read, whether the directory is an environment, and
// which of its files are a library's. Those say nothing about a model: a framework's test data is no weights.

import type { ByteSource } from "./bytes/byte-source.ts";
import { redact } from "./bytes/redact.ts";
import type { DirectoryView } from "./layouts/layout.ts";
import { limits } from "./limits.ts";
import { type Finding, finding } from "./model/finding.ts";
import type { RootFile, RootView } from "./packages/catalog.ts";
import { environmentOf } from "./packages/environment.ts";
import {
  type NamedReading,
  type PackageReading,
  readPackageFile,
  readPackages,
  wantsReadOnce,
} from "./packages/read-packages.ts";
import { RootPaths } from "./packages/root-paths.ts";
import type { SourceTree } from "./sources/tree.ts";

/** What is needed of a file. */
interface PackageFile {
  readonly path: string;
  readonly size: number;
  readonly format: string;
  readonly holdsWeights: boolean;
}

export interface DescribedPackages extends PackageReading {
  readonly isEnvironment: boolean;
  /** Files that belong to packages and say nothing about the artifact itself. */
  readonly libraryFiles: ReadonlySet<string>;
  /** Refused paths that are as they should be: nothing is lost with them. */
  readonly settled: ReadonlySet<string>;
}

/** A directory on disk as a root. Its files are the tree's; `format` is what their first bytes showed. */
export function rootView(
  tree: SourceTree,
  files: ReadonlyMap<string, RootFile>,
  open: (path: string) => ByteSource,
): RootView {
  const links = tree.links ?? [];
  if (tree.isRootFileSystem !== true) {
    const directories = links.filter(({ leadsTo }) => leadsTo === "directory");
    return {
      name: tree.name,
      files,
      directoryLinks: new Map(directories.map(({ path, target }) => [path, target])),
      open,
    };
  }
  const all = new Map(files);
  for (const { path, target } of links) {
    all.set(path, { path, size: 0, linkTarget: target });
  }
  return { name: tree.name, files: all, directoryLinks: new Map(), open };
}

/** Reads the packages of a tree. Never throws on content. */
export function describePackages(
  tree: SourceTree,
  files: ReadonlyMap<string, PackageFile>,
  view: Pick<DirectoryView, "open">,
): DescribedPackages {
  const root = rootView(tree, files, (path) => view.open(path));
  const readings: NamedReading[] = [];
  for (const { path, size, format } of files.values()) {
    if (wantsReadOnce(path, size, format)) {
      readings.push(...readPackageFile(view.open(path)));
    }
  }
  const reading = readPackages(root, readings);
  const environment = tree.isSingleFile ? undefined : environmentOf(root, reading.packages);
  const isEnvironment = tree.isRootFileSystem === true || environment !== undefined;
  const links = isEnvironment ? settledLinks(tree) : { settled: new Set<string>(), findings: [] };
  return {
    ...reading,
    findings: [...reading.findings, ...links.findings],
    isEnvironment,
    libraryFiles: libraryFiles(tree, files, root, reading),
    settled: links.settled,
  };
}

/**
 * A link to a directory of the environment loses nothing: its files are listed where they lie. One that leads out is
 * only expected of the interpreter.
 */
function settledLinks(tree: SourceTree): { settled: Set<string>; findings: readonly Finding[] } {
  const settled = new Set<string>();
  const findings: Finding[] = [];
  for (const { path, target, leadsTo } of tree.links ?? []) {
    if (leadsTo === "directory") {
      settled.add(path);
    } else if (leadsTo === "outside" && /^(?:bin|Scripts)\/(?:python|pypy)[0-9.]*$/.test(path)) {
      settled.add(path);
      findings.push(finding("PACKAGE_INTERPRETER_OUTSIDE", { path }, { target: redact(target).text }));
    }
  }
  return { settled, findings };
}

/** Directories into which installers put packages. */
const libraryFolder = /(?:^|\/)(?:site-packages|dist-packages|node_modules)\//;

function libraryFiles(
  tree: SourceTree,
  files: ReadonlyMap<string, PackageFile>,
  root: RootView,
  { packages }: PackageReading,
): ReadonlySet<string> {
  const library = new Set<string>();
  const paths = new RootPaths(root);
  const add = (path: string): void => {
    const file = files.get(path);
    // Weights that are worth a policy are a model wherever they lie.
    const isHidden = file?.holdsWeights === true && !isTestData(file, tree);
    if (file !== undefined && !isHidden) {
      library.add(path);
    }
  };
  for (const { owned } of packages) {
    for (const { path } of owned) {
      add(paths.resolve(path) ?? path);
    }
  }
  if (packages.some(({ state }) => state === "installed")) {
    for (const path of files.keys()) {
      if (libraryFolder.test(path)) {
        add(path);
      }
    }
  }
  return library;
}

function isTestData({ path, size }: PackageFile, { name, isRootFileSystem }: SourceTree): boolean {
  const isInLibrary = isRootFileSystem === true || libraryFolder.test(`${name}/${path}`);
  return isInLibrary && size <= limits.maxLibraryWeightBytes;
}
