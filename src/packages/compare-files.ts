// SPDX-License-Identifier: Apache-2.0
// Files of packages compared with the bytes. A record states what an installer put there; a file with another digest was
// changed since, and one that is gone was deleted. MD5 and SHA-1 show accidents, and only a clumsy attacker.

import { FindingList } from "../formats/finding-list.ts";
import { type Finding, finding } from "../model/finding.ts";
import type {
  ArchiveHash,
  OwnedFile,
  Package,
  PackageIntegrity,
  StatedAlgorithm,
  StatedHash,
} from "../model/package.ts";
import type { RootView } from "./catalog.ts";
import { RootPaths, splitPath } from "./root-paths.ts";

/** The digest of a file of the root, as it was computed; undefined if it was not. */
export type DigestOf = (path: string, algorithm: StatedAlgorithm) => string | undefined;

const weak: ReadonlySet<StatedAlgorithm> = new Set(["md5", "sha1"]);

/** Which digests, besides SHA-256 of every file, `comparePackages` asks for: for a second pass, or for the first. */
export function digestsToCompare(
  root: RootView,
  packages: readonly Package[],
): ReadonlyMap<string, ReadonlySet<StatedAlgorithm>> {
  const paths = new RootPaths(root);
  const wanted = new Map<string, Set<StatedAlgorithm>>();
  const want = (path: string, algorithm: StatedAlgorithm): void => {
    if (algorithm !== "sha256") {
      wanted.set(path, (wanted.get(path) ?? new Set()).add(algorithm));
    }
  };
  for (const { owned } of packages) {
    for (const { path, digest, size } of owned) {
      const at = digest === undefined || digest.algorithm === "sha256" ? undefined : paths.resolve(path);
      if (at !== undefined && digest !== undefined && isSize(root, at, size)) {
        want(at, digest.algorithm);
      }
    }
  }
  for (const { path, hash } of archivesOf(root, packages)) {
    want(path, hash.algorithm);
  }
  return wanted;
}

export interface PackageComparison {
  /** The packages with `integrity`. */
  readonly packages: readonly Package[];
  readonly findings: readonly Finding[];
}

/** Compares every stated file and every archive that lies in the root. */
export function comparePackages(
  root: RootView,
  packages: readonly Package[],
  digestOf: DigestOf,
): PackageComparison {
  const comparison = new Comparison(root, digestOf, rightfulDigests(packages));
  const compared = packages.map((one) => comparison.compare(one));
  comparison.compareArchives(packages);
  return { packages: compared, findings: comparison.findings.all() };
}

/** Files that several packages state with different digests: what conda installs has pip's record inside. */
function rightfulDigests(packages: readonly Package[]): ReadonlyMap<string, ReadonlySet<string>> {
  const withFiles = packages.filter(({ owned }) => owned.length > 0);
  const managers = new Set(withFiles.map(({ catalog }) => catalog));
  const all = new Map<string, Set<string>>();
  if (managers.size < 2) {
    return all;
  }
  for (const { owned } of withFiles) {
    for (const { path, digest } of owned) {
      if (digest !== undefined) {
        all.set(path, (all.get(path) ?? new Set()).add(digest.hex));
      }
    }
  }
  return all;
}

class Comparison {
  readonly findings = new FindingList(".");
  readonly #root: RootView;
  readonly #paths: RootPaths;
  readonly #digestOf: DigestOf;
  readonly #rightful: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(root: RootView, digestOf: DigestOf, rightful: ReadonlyMap<string, ReadonlySet<string>>) {
    this.#root = root;
    this.#paths = new RootPaths(root);
    this.#digestOf = digestOf;
    this.#rightful = rightful;
  }

  compare(one: Package): Package {
    if (one.owned.length === 0) {
      return one;
    }
    const counts = { matching: 0, weak: 0, modified: 0, missing: 0, unstated: 0 };
    let firstMissing: string | undefined;
    for (const file of one.owned) {
      const at = this.#paths.resolve(file.path);
      if (at === undefined) {
        if (file.isFlexible !== true && !isByteCode(file.path)) {
          counts.missing += 1;
          firstMissing ??= file.path;
        }
        continue;
      }
      counts[this.#compareFile(one, file, at)] += 1;
    }
    if (firstMissing !== undefined) {
      const args = { count: counts.missing, package: nameOf(one) };
      this.findings.add(finding("PACKAGE_FILES_MISSING", { path: firstMissing }, args));
    }
    return { ...one, integrity: counts };
  }

  #compareFile(
    one: Package,
    { path, digest, size, isFlexible }: OwnedFile,
    at: string,
  ): keyof PackageIntegrity {
    if (digest === undefined) {
      return "unstated";
    }
    const { algorithm, hex } = digest;
    const actual = isSize(this.#root, at, size) ? this.#digestOf(at, algorithm) : undefined;
    if (actual === hex) {
      return weak.has(algorithm) ? "weak" : "matching";
    }
    const others = this.#rightful.get(path);
    if (others !== undefined && this.#isRightful(at, others)) {
      return "unstated";
    }
    const isOfSize = isSize(this.#root, at, size);
    if (isOfSize && actual === undefined) {
      // Nobody computed it: it is not known to be right.
      return "unstated";
    }
    if (isFlexible === true) {
      return "unstated";
    }
    const args = {
      package: nameOf(one),
      algorithm: isOfSize ? algorithm : "size",
      actual: isOfSize ? (actual ?? "") : (this.#root.files.get(at)?.size ?? 0),
      expected: isOfSize ? hex : (size ?? 0),
    };
    const severity = this.#runs(at) ? "high" : "medium";
    this.findings.add(finding("PACKAGE_FILE_MODIFIED", { path: at }, args, { severity }));
    return "modified";
  }

  #isRightful(at: string, stated: ReadonlySet<string>): boolean {
    return (["sha256", "sha512", "sha1", "md5"] as const).some((algorithm) => {
      const hex = this.#digestOf(at, algorithm);
      return hex !== undefined && stated.has(hex);
    });
  }

  #runs(path: string): boolean {
    const format = this.#root.files.get(path)?.format;
    return (format !== undefined && runningFormats.has(format)) || runningName.test(path);
  }

  compareArchives(packages: readonly Package[]): void {
    for (const { path, hash, one, right } of archivesOf(this.#root, packages)) {
      const actual = this.#digestOf(path, hash.algorithm);
      if (actual !== undefined && !right.has(`${hash.algorithm}:${actual}`)) {
        const lock = one.foundAt[0]?.path ?? "";
        const args = { package: nameOf(one), lock, algorithm: hash.algorithm, actual };
        this.findings.add(finding("PACKAGE_ARCHIVE_DIFFERS", { path }, args));
      }
    }
  }
}

const runningFormats: ReadonlySet<string> = new Set(["elf", "pe", "mach-o", "script", "wasm"]);
const runningName =
  /\.(?:py|pyw|pyc|pth|so|pyd|dll|dylib|js|mjs|cjs|node|sh|bash|pl|rb|jar|class|exe|ps1|bat|cmd)$|\.so\.[0-9.]+$|(?:^|\/)s?bin\/[^/]+$/;

/** Python writes and removes its compiled files as it likes. */
function isByteCode(path: string): boolean {
  return path.endsWith(".pyc");
}

function isSize(root: RootView, path: string, size: number | undefined): boolean {
  return size === undefined || root.files.get(path)?.size === size;
}

function nameOf({ name, version }: Package): string {
  return version === "" ? name : `${name} ${version}`;
}

interface PinnedArchive {
  readonly path: string;
  readonly hash: StatedHash;
  readonly one: Package;
  /** Digests of all archives of that name, each `algorithm:hex`. */
  readonly right: ReadonlySet<string>;
}

const archive = /\.(?:whl|tar\.gz|tgz|tar\.bz2|zip|crate|conda|jar|gem)$/;

/** Archives in the root that have the file name of a pinned one. */
function archivesOf(root: RootView, packages: readonly Package[]): readonly PinnedArchive[] {
  const pinned = new Map<string, { hash: ArchiveHash; one: Package }[]>();
  for (const one of packages) {
    for (const hash of one.hashes) {
      if (hash.fileName !== undefined && archive.test(hash.fileName)) {
        pinned.set(hash.fileName, [...(pinned.get(hash.fileName) ?? []), { hash, one }]);
      }
    }
  }
  if (pinned.size === 0) {
    return [];
  }
  return [...root.files.keys()].flatMap((path) => {
    const all = pinned.get(splitPath(path)[1]) ?? [];
    const right = new Set(all.map(({ hash }) => `${hash.algorithm}:${hash.hex}`));
    const algorithms = new Map(all.map((each) => [each.hash.algorithm, each]));
    return [...algorithms.values()].map(({ hash, one }) => ({ path, hash, one, right }));
  });
}
