// SPDX-License-Identifier: Apache-2.0
// Which ecosystem of OSV a package URL belongs to, under which names OSV lists it there, and how its versions are ordered
// (OSV schema 1.7, "affected[].package", "Defined ecosystems").

import type { PackageUrl } from "../model/parsed-package-url.ts";
import { compareApk } from "./versions/apk.ts";
import { compareDpkg } from "./versions/dpkg.ts";
import type { VersionOrder } from "./versions/order.ts";
import { comparePep440 } from "./versions/pep440.ts";
import { compareRpm } from "./versions/rpm.ts";
import { compareSemver } from "./versions/semver.ts";

/** How a package is listed. */
export interface ListedPackage {
  /** Without a release: `Debian`, not `Debian:12`. */
  readonly ecosystem: string;
  /** The release of a distribution, where the package URL names it. */
  readonly release?: string;
  /** Normalised; of Linux packages the source package as well. */
  readonly names: readonly string[];
  readonly version?: string;
}

const languages: Readonly<Record<string, string>> = {
  pypi: "PyPI",
  npm: "npm",
  cargo: "crates.io",
  golang: "Go",
  maven: "Maven",
  nuget: "NuGet",
  gem: "RubyGems",
  composer: "Packagist",
  hex: "Hex",
  pub: "Pub",
  conan: "ConanCenter",
  cran: "CRAN",
  hackage: "Hackage",
  swift: "SwiftURL",
};

/** By type and namespace of the package URL. */
const distributions: Readonly<Record<string, string>> = {
  "deb/debian": "Debian",
  "deb/ubuntu": "Ubuntu",
  "apk/alpine": "Alpine",
  "apk/wolfi": "Wolfi",
  "apk/chainguard": "Chainguard",
  "rpm/redhat": "Red Hat",
  "rpm/rocky": "Rocky Linux",
  "rpm/rocky-linux": "Rocky Linux",
  "rpm/almalinux": "AlmaLinux",
  "rpm/opensuse": "openSUSE",
  "rpm/sles": "SUSE",
  "rpm/suse": "SUSE",
  "rpm/openeuler": "openEuler",
  "rpm/mageia": "Mageia",
};

const orders: Readonly<Record<string, VersionOrder>> = {
  PyPI: comparePep440,
  npm: compareSemver,
  "crates.io": compareSemver,
  Go: compareSemver,
  NuGet: compareSemver,
  Hex: compareSemver,
  Pub: compareSemver,
  SwiftURL: compareSemver,
  Debian: compareDpkg,
  Ubuntu: compareDpkg,
  Alpine: compareApk,
  Wolfi: compareApk,
  Chainguard: compareApk,
  "Red Hat": compareRpm,
  "Rocky Linux": compareRpm,
  AlmaLinux: compareRpm,
  openSUSE: compareRpm,
  SUSE: compareRpm,
  openEuler: compareRpm,
  Mageia: compareRpm,
};

/** Undefined if OSV has no ecosystem for such packages: models, files, source repositories. */
export function listedPackage(purl: PackageUrl): ListedPackage | undefined {
  const { type, namespace, version } = purl;
  const language = languages[type];
  const key = `${type}/${(namespace ?? "").toLowerCase()}`;
  const distribution = Object.hasOwn(distributions, key) ? distributions[key] : undefined;
  if (distribution !== undefined) {
    return distributionPackage(purl, distribution);
  }
  if (language === undefined || !Object.hasOwn(languages, type)) {
    return undefined;
  }
  const separator = language === "Maven" ? ":" : "/";
  const full = namespace === undefined ? purl.name : `${namespace}${separator}${purl.name}`;
  return {
    ecosystem: language,
    names: [packageKey(language, full)],
    ...(version === undefined ? {} : { version }),
  };
}

function distributionPackage({ name, version, qualifiers }: PackageUrl, ecosystem: string): ListedPackage {
  // OSV lists source packages; scanners write them as `upstream`, perhaps with a version of its own.
  const [source] = (qualifiers.get("upstream") ?? "").split("@");
  const names = [name, source ?? ""].filter((each) => each !== "");
  const distro = qualifiers.get("distro") ?? "";
  const release = /\d+(?:\.\d+)*/.exec(distro)?.[0];
  const epoch = qualifiers.get("epoch");
  const full =
    version === undefined || epoch === undefined || epoch === "0" ? version : `${epoch}:${version}`;
  return {
    ecosystem,
    names: [...new Set(names)],
    ...(release === undefined ? {} : { release }),
    ...(full === undefined ? {} : { version: full }),
  };
}

/** `Debian:12` is the release 12 of Debian. */
export function splitEcosystem(text: string): { readonly ecosystem: string; readonly release?: string } {
  const colon = text.indexOf(":");
  return colon < 0
    ? { ecosystem: text }
    : { ecosystem: text.slice(0, colon), release: text.slice(colon + 1) };
}

/** A name as the ecosystem compares it. */
export function packageKey(ecosystem: string, name: string): string {
  switch (ecosystem) {
    case "PyPI":
      return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
    case "NuGet":
    case "Packagist":
      return name.toLowerCase();
    default:
      return name;
  }
}

/** True if a record about `listed` may be about a package of `release`; one that names none may be of any. */
export function isSameRelease(listed: string | undefined, release: string | undefined): boolean {
  if (listed === undefined || release === undefined) {
    return true;
  }
  const wanted = release.split(".");
  const numbers = /\d+(?:\.\d+)*/.exec(listed)?.[0].split(".") ?? [];
  const length = Math.min(wanted.length, numbers.length);
  return numbers.slice(0, length).join(".") === wanted.slice(0, length).join(".");
}

/** Undefined for ecosystems whose versions aibom cannot order. */
export function versionOrder(ecosystem: string, rangeType: string): VersionOrder | undefined {
  return rangeType === "SEMVER"
    ? compareSemver
    : Object.hasOwn(orders, ecosystem)
      ? orders[ecosystem]
      : undefined;
}
