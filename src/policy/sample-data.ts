// SPDX-License-Identifier: Apache-2.0
// What the cases of a policy say beside artifacts: packages, images, a supplier register, advisories. All of it is made up,
// like the rest of a case (sample.ts).

import { claim, type JsonValue } from "../model/fact.ts";
import type { ImageContent } from "../model/image.ts";
import type { ListedComponent } from "../model/listed-component.ts";
import type { Package, PackageType } from "../model/package.ts";
import { parsePackageUrl } from "../model/parsed-package-url.ts";
import type { SignedOsv } from "../vulnerabilities/data.ts";
import { listedPackage } from "../vulnerabilities/ecosystems.ts";
import { OsvExport, osvKey } from "../vulnerabilities/osv.ts";
import type { SampleImage, SampleOsv, SamplePackage } from "./policy-test.ts";

export function samplePackage({ purl, role, modified = 0, missing = 0 }: SamplePackage): Package {
  const { type = "generic", name = purl, version = "" } = parsePackageUrl(purl) ?? {};
  return {
    type: type as PackageType,
    name,
    version,
    purl,
    state: "installed",
    catalog: "sample",
    licenses: [],
    ...(role === undefined ? {} : { role }),
    hashes: [],
    foundAt: [],
    owned: [],
    dependsOn: [],
    integrity: { matching: 1, weak: 0, modified, missing, unstated: 0 },
  };
}

/** Packages are what advisories are looked up for. */
export function sampleComponents(packages: readonly Package[]): readonly ListedComponent[] {
  return packages.map(({ name, purl }) => ({ name, purl, isSoftware: true }));
}

const digest = `sha256:${"0".repeat(64)}`;

/** An image whose statements stand in the file `path`. */
export function sampleImage(
  { platform = "linux/amd64", user, base, digest: own = digest }: SampleImage,
  name: string,
  path: string,
): ImageContent {
  const source = { path, pointer: `${own}/labels/org.opencontainers.image.base.name` };
  return {
    role: "image",
    name,
    digest: own,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    platform,
    names: [],
    ...(user === undefined ? {} : { user }),
    parents: [],
    layers: [],
    files: [],
    facts: base === undefined ? [] : [claim("derived_from", { name: base }, source)],
    complete: true,
  };
}

/** An export with these advisories. Those that state no time are as new as the check, so that cases do not age. */
export function sampleOsv(
  { records }: SampleOsv,
  components: readonly ListedComponent[],
  at: Date,
): Omit<SignedOsv, "signatures"> {
  const wanted = components.flatMap(({ purl = "" }) => {
    const parsed = parsePackageUrl(purl);
    const listed = parsed === undefined ? undefined : listedPackage(parsed);
    return (listed?.names ?? []).map((name) => osvKey(listed?.ecosystem ?? "", name));
  });
  const all = new OsvExport(new Set(wanted));
  for (const record of records) {
    all.add({ modified: at.toISOString(), ...record } as JsonValue);
  }
  return { name: "osv", digest: { algorithm: "sha256", hex: "0".repeat(64) }, records: all };
}
