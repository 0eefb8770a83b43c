// SPDX-License-Identifier: Apache-2.0
// All catalogs over one root: what they found as one list of packages, each package URL once, with edges between them.

import type { ByteSource } from "../bytes/byte-source.ts";
import { faultFinding } from "../formats/fault-finding.ts";
import type { Finding } from "../model/finding.ts";
import type { ArchiveHash, Package, PackagePlace } from "../model/package.ts";
import { libraryPurl } from "../model/package-url.ts";
import { comparePaths } from "../model/path-order.ts";
import type { Catalog, CatalogReading, FoundPackage, RootView } from "./catalog.ts";
import { catalogs, fileCatalogs } from "./index.ts";
import { roleOf } from "./roles.ts";
import { RootPaths } from "./root-paths.ts";
import { unownedFindings } from "./unowned-files.ts";

export interface PackageReading {
  /** Sorted by package URL; installed before locked. */
  readonly packages: readonly Package[];
  readonly findings: readonly Finding[];
  readonly unverified: readonly string[];
}

/** True if a catalog reads the file together with others: its bytes must be kept until `readPackages`. */
export function wantsKept(path: string, size: number): boolean {
  return catalogs.some((catalog) => catalog.wants(path, size));
}

/**
 * True if the file may record packages by itself: `readPackageFile` reads it, and its bytes can go. `format` is the id
 * that its first bytes show, where somebody looked.
 */
export function wantsReadOnce(path: string, size: number, format?: string): boolean {
  return fileCatalogs.some(
    (catalog) => catalog.wants(path, size) && (format === undefined || catalog.formats.includes(format)),
  );
}

/** What single files record, of one file. Never throws on its content. */
export function readPackageFile(file: ByteSource): readonly NamedReading[] {
  return fileCatalogs
    .filter((catalog) => catalog.wants(file.path, file.size))
    .map((catalog) => guarded(catalog.id, file.path, () => catalog.readFile(file)))
    .filter(
      ({ reading }) => reading.packages.length + reading.findings.length + reading.unverified.length > 0,
    );
}

/** What one catalog said. */
export interface NamedReading {
  readonly catalog: string;
  readonly reading: CatalogReading;
}

/**
 * Reads every catalog. `fromFiles` is what `readPackageFile` said about files that are still there.
 * Never throws on content.
 */
export function readPackages(root: RootView, fromFiles: readonly NamedReading[] = []): PackageReading {
  const readings = [
    ...wantedBy(root).map(([catalog, paths]) => guarded(catalog.id, ".", () => catalog.read(root, paths))),
    ...fromFiles,
  ];
  const paths = new RootPaths(root);
  const found = readings.flatMap(({ catalog, reading }) =>
    reading.packages.map((each) => ({ catalog, found: each })),
  );
  const packages = withEdges(withoutKnown(found, paths), (path) => root.files.get(path)?.layer);
  return {
    packages,
    findings: [
      ...readings.flatMap(({ reading }) => reading.findings),
      ...unownedFindings(root, paths, packages),
    ],
    unverified: [...new Set(readings.flatMap(({ reading }) => reading.unverified))],
  };
}

/** The catalogs that want something, each with what it wants. */
function wantedBy(root: RootView): readonly (readonly [Catalog, readonly string[]])[] {
  const wanted = catalogs.map((catalog) => [catalog, [] as string[]] as const);
  for (const { path, size } of root.files.values()) {
    for (const [catalog, paths] of wanted) {
      if (catalog.wants(path, size)) {
        paths.push(path);
      }
    }
  }
  return wanted.filter(([, paths]) => paths.length > 0);
}

/** A catalog that breaks is a fault of ours, and what it would have read is not verified. */
function guarded(catalog: string, path: string, read: () => CatalogReading): NamedReading {
  try {
    return { catalog, reading: read() };
  } catch (cause) {
    const findings = [faultFinding(cause, { path }, catalog)];
    return { catalog, reading: { packages: [], findings, unverified: [path] } };
  }
}

interface CatalogedPackage {
  readonly catalog: string;
  readonly found: FoundPackage;
}

/** Package data first, file facts second: what a file says about itself only counts if no package owns the file. */
function withoutKnown(all: readonly CatalogedPackage[], paths: RootPaths): readonly CatalogedPackage[] {
  const fallbacks = all.filter(({ found }) => found.isFallback === true);
  if (fallbacks.length === 0) {
    return all;
  }
  const asked = new Set(fallbacks.map(({ found }) => found.path));
  const owned = new Set<string>();
  for (const { found } of all) {
    for (const { path } of found.isFallback === true ? [] : (found.owned ?? [])) {
      const at = asked.has(path) ? path : paths.resolve(path);
      if (at !== undefined && asked.has(at)) {
        owned.add(at);
      }
    }
  }
  return all.filter(({ found }) => found.isFallback !== true || !owned.has(found.path));
}

function withEdges(
  all: readonly CatalogedPackage[],
  layerOf: (path: string) => string | undefined,
): readonly Package[] {
  const scopes = new Map<string, Map<string, string>>();
  const named = all.map((each) => ({ ...each, purl: libraryPurl(each.found) }));
  for (const { catalog, found, purl } of named) {
    const scope = found.scope ?? catalog;
    const names = scopes.get(scope) ?? new Map<string, string>();
    scopes.set(scope, names);
    for (const name of [found.name, ...(found.provides ?? [])]) {
      // A real name goes before one that is only provided.
      if (name === found.name || !names.has(name)) {
        names.set(name, purl);
      }
    }
  }
  const merged = new Map<string, Package>();
  for (const { catalog, found, purl } of named) {
    const names = scopes.get(found.scope ?? catalog);
    const needed = (found.requires ?? []).flatMap((name) => names?.get(name) ?? []);
    const dependsOn = [...new Set(needed)].filter((each) => each !== purl).sort();
    const layer = layerOf(found.path);
    const place = { path: found.path, ...(layer === undefined ? {} : { layer }) };
    const one = packageOf(catalog, found, { purl, dependsOn, place });
    const known = merged.get(purl);
    merged.set(purl, known === undefined ? one : together(known, one));
  }
  return [...merged.values()].sort((a, b) => comparePaths(a.purl, b.purl));
}

interface Placed {
  readonly purl: string;
  readonly dependsOn: readonly string[];
  readonly place: PackagePlace;
}

function packageOf(catalog: string, found: FoundPackage, { purl, dependsOn, place }: Placed): Package {
  const { type, namespace, name, version, state, supplier, description, homepage } = found;
  const role = found.role ?? roleOf(found);
  return {
    type,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    version,
    purl,
    state,
    catalog,
    licenses: found.licenses ?? [],
    ...(supplier === undefined ? {} : { supplier }),
    ...(description === undefined ? {} : { description }),
    ...(homepage === undefined ? {} : { homepage }),
    ...(role === undefined ? {} : { role }),
    hashes: found.hashes ?? [],
    foundAt: [place],
    owned: found.owned ?? [],
    dependsOn,
  };
}

/** The same package in two places: what is installed speaks before what is only locked. */
function together(a: Package, b: Package): Package {
  const [first, second] = a.state === "locked" && b.state === "installed" ? [b, a] : [a, b];
  return {
    ...second,
    ...first,
    licenses: first.licenses.length > 0 ? first.licenses : second.licenses,
    hashes: distinctHashes([...first.hashes, ...second.hashes]),
    foundAt: [...new Map([...a.foundAt, ...b.foundAt].map((place) => [place.path, place])).values()].sort(
      (x, y) => comparePaths(x.path, y.path),
    ),
    owned: second.owned.length === 0 ? first.owned : [...first.owned, ...second.owned],
    dependsOn: [...new Set([...first.dependsOn, ...second.dependsOn])].sort(),
  };
}

function distinctHashes(hashes: readonly ArchiveHash[]): readonly ArchiveHash[] {
  return [...new Map(hashes.map((hash) => [`${hash.algorithm}:${hash.hex}`, hash])).values()];
}
