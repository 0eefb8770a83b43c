// SPDX-License-Identifier: Apache-2.0
// A software package: what a package manager, a lock file or a binary's own build record says is there. Everything in
// it but `foundAt` and `integrity` is a claim of the file that names it; only comparing its files makes more of it.

/** Types of the package URL specification that catalogs give. */
export type PackageType =
  | "apk"
  | "cargo"
  | "conda"
  | "deb"
  | "generic"
  | "golang"
  | "maven"
  | "npm"
  | "pypi"
  | "rpm";

/** Hash functions that package managers state. MD5 and SHA-1 no longer resist an attacker. */
export type StatedAlgorithm = "sha512" | "sha384" | "sha256" | "sha1" | "md5";

/** A digest that a package manager's own file states. Lower-case hexadecimal. */
export interface StatedHash {
  readonly algorithm: StatedAlgorithm;
  readonly hex: string;
}

/** A digest of what is downloaded to install a package: a wheel, a tarball, a crate. */
export interface ArchiveHash extends StatedHash {
  /** Name of the file, where it is known. */
  readonly fileName?: string;
}

/** Where a package was found. */
export interface PackagePlace {
  /** The file that says so, relative to the artifact's root. */
  readonly path: string;
  /** Of an image: the layer (`sha256:…` of its uncompressed bytes) that brought the file as it is now. */
  readonly layer?: string;
}

/** A file that a package says is its own. */
export interface OwnedFile {
  /** Relative to the artifact's root, as stated: links on the way are not followed yet. */
  readonly path: string;
  readonly digest?: StatedHash;
  /** Bytes. */
  readonly size?: number;
  /** Made to be edited (dpkg's conffiles, rpm's %config), or often left out (documentation): no tampering if it differs. */
  readonly isFlexible?: true;
}

/** Whether a package's files are there, or a lock file only says which would be installed. */
export type PackageState = "installed" | "locked";

/** What a package is for, where that matters to somebody who runs models. */
export type PackageRole = "serving-runtime" | "gpu-library" | "ml-framework";

/** How many of a package's files are what it says. */
export interface PackageIntegrity {
  /** Files whose digest is as stated, with a function that resists an attacker. */
  readonly matching: number;
  /** The same with MD5 or SHA-1. */
  readonly weak: number;
  readonly modified: number;
  readonly missing: number;
  /** Files without a stated digest. */
  readonly unstated: number;
}

/** One package at one version. */
export interface Package {
  readonly type: PackageType;
  readonly namespace?: string;
  readonly name: string;
  /** Empty if nothing says it. */
  readonly version: string;
  /** Package URL: the identity of the package within its artifact, besides `state`. */
  readonly purl: string;
  readonly state: PackageState;
  /** Id of the catalog that found it: `dpkg`, `python` … */
  readonly catalog: string;
  /** As declared, each an SPDX expression or free text. */
  readonly licenses: readonly string[];
  readonly supplier?: string;
  readonly description?: string;
  readonly homepage?: string;
  readonly role?: PackageRole;
  /** Of what was or would be downloaded; several where there is a wheel for each platform. */
  readonly hashes: readonly ArchiveHash[];
  /** Sorted by path. */
  readonly foundAt: readonly PackagePlace[];
  readonly owned: readonly OwnedFile[];
  /** Package URLs of packages of the same artifact that it says it needs. */
  readonly dependsOn: readonly string[];
  /** Present once its files were compared with the bytes. */
  readonly integrity?: PackageIntegrity;
}
