// SPDX-License-Identifier: Apache-2.0
// What all catalogs find in a root in memory.

import type { RootContents } from "../../fixtures/packages/root.ts";
import { memoryRoot } from "../../fixtures/packages/root.ts";
import type { Package } from "../../src/model/package.ts";
import {
  type NamedReading,
  type PackageReading,
  readPackageFile,
  readPackages,
  wantsReadOnce,
} from "../../src/packages/read-packages.ts";

export function find(contents: RootContents): PackageReading {
  const root = memoryRoot(contents);
  const readings: NamedReading[] = [];
  for (const { path, size, format, linkTarget } of root.files.values()) {
    if (linkTarget === undefined && wantsReadOnce(path, size, format)) {
      readings.push(...readPackageFile(root.open(path)));
    }
  }
  return readPackages(root, readings);
}

export function purls({ packages }: PackageReading): readonly string[] {
  return packages.map(({ purl }) => purl);
}

export function named({ packages }: PackageReading, name: string): Package {
  const one = packages.find((each) => each.name === name);
  if (one === undefined) {
    throw new Error(`no package ${name} among ${packages.map((each) => each.purl).join(", ")}`);
  }
  return one;
}
