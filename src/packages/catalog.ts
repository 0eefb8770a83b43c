// SPDX-License-Identifier: Apache-2.0
// The shape of a catalog: one way in which packages are recorded (dpkg's database, dist-info directories, a lock file,
// the build record in a Go binary). One file in this folder, one line in index.ts, one fixture, one test.
//
// Catalogs read a `RootView`: a directory on disk, or the squashed layers of an image. They do no I/O of their own.

import type { ByteSource } from "../bytes/byte-source.ts";
import type { Finding } from "../model/finding.ts";
import type { ArchiveHash, OwnedFile, PackageRole, PackageState, PackageType } from "../model/package.ts";

/** A file, or a symbolic link that was kept as one. */
export interface RootFile {
  /** Relative to the root, `/` separated, no leading slash. */
  readonly path: string;
  /** Bytes; 0 for a link. */
  readonly size: number;
  /** Permission bits, where they are known. */
  readonly mode?: number;
  /** Of a symbolic link: what is written in it, absolute ones meaning the root of the view. */
  readonly linkTarget?: string;
  /** Of an image: the diff_id of the layer that it comes from. */
  readonly layer?: string;
  /** Id of its format, as its first bytes show it (`elf`, `zip`, `file` …). Undefined where it was not looked at. */
  readonly format?: string | undefined;
}

/** The file system that catalogs read. */
export interface RootView {
  /** Name of the directory or image. */
  readonly name: string;
  /** Regular files and links, by path. Directories are not listed. */
  readonly files: ReadonlyMap<string, RootFile>;
  /** Raw targets of the links that lead to directories, by path: `lib` → `usr/lib`. May be empty. */
  readonly directoryLinks: ReadonlyMap<string, string>;
  /**
   * Opens a regular file for bounded reads; never a link (see `RootPaths.resolve`).
   * @throws {AibomError} if it is not there, changed since it was hashed, or its bytes were not kept
   */
  open(path: string): ByteSource;
}

/** A package as a catalog finds it; what it needs is still by name. */
export interface FoundPackage {
  readonly type: PackageType;
  readonly namespace?: string;
  readonly name: string;
  readonly version: string;
  /** Qualifiers of the package URL: `arch`, `distro` … */
  readonly qualifiers?: Readonly<Record<string, string>>;
  /** Subpath of the package URL. */
  readonly subpath?: string;
  readonly state: PackageState;
  readonly licenses?: readonly string[];
  readonly supplier?: string;
  readonly description?: string;
  readonly homepage?: string;
  readonly role?: PackageRole;
  readonly hashes?: readonly ArchiveHash[];
  /** Only told if no package of another catalog owns `path`: package data goes before file facts. */
  readonly isFallback?: true;
  /** The file that says so. */
  readonly path: string;
  readonly owned?: readonly OwnedFile[];
  /** Names it answers to besides its own, for `requires`: what dpkg and rpm call "provides". */
  readonly provides?: readonly string[];
  /** Names of packages of the same `scope` that it needs. */
  readonly requires?: readonly string[];
  /** Within which names mean the same thing: one environment, one lock file. Default: the catalog's id. */
  readonly scope?: string;
}

/** What a catalog found. */
export interface CatalogReading {
  readonly packages: readonly FoundPackage[];
  readonly findings: readonly Finding[];
  /** Files that it could not read completely: they become `unverified`. */
  readonly unverified: readonly string[];
}

/** Packages that are recorded in files which mean something together. */
export interface Catalog {
  readonly id: string;
  /**
   * True for the files whose bytes `read` may ask for. Decided by path and size alone: the layers of an image stream past
   * once, and only these are kept.
   */
  wants(path: string, size: number): boolean;
  /**
   * Reads the files of `root` for which `wants` is true: `wanted`, in the order of the root. Never throws on content:
   * what cannot be read becomes findings and `unverified` entries.
   */
  read(root: RootView, wanted: readonly string[]): CatalogReading;
}

/**
 * Packages that one file records by itself: a Go or Rust binary, a jar, a shared library. Such files are many and large,
 * so each can be read while it streams past and be forgotten.
 */
export interface FileCatalog {
  readonly id: string;
  /** Ids of the formats that it reads: where the format of a file is known and is another, it is not opened. */
  readonly formats: readonly string[];
  /** True for files that may be read; their first bytes then decide, in `readFile`. */
  wants(path: string, size: number): boolean;
  /** The same contract as `Catalog.read`, of one file. `file.path` is its path in the root. */
  readFile(file: ByteSource): CatalogReading;
}
