// SPDX-License-Identifier: Apache-2.0
// The components inside an artifact that rules look up: those of the BOM, and the packages that its own files record.

import type { Artifact } from "./model/artifact.ts";
import type { ListedComponent } from "./model/listed-component.ts";

/** Each package URL once. */
export function withPackages(
  listed: readonly ListedComponent[],
  { packages = [] }: Artifact,
): readonly ListedComponent[] {
  const known = new Set(listed.map(({ purl }) => purl));
  const found = packages
    .filter(({ purl }) => !known.has(purl))
    .map(({ name, version, purl }) => ({
      name,
      purl,
      isSoftware: true,
      ...(version === "" ? {} : { version }),
    }));
  return [...listed, ...found];
}
