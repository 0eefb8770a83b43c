// SPDX-License-Identifier: Apache-2.0
// The packages of an artifact or image, as rules about components see them.

import type { ListedComponent } from "./model/listed-component.ts";
import type { Package } from "./model/package.ts";

/** What the BOM lists inside the artifact, and the packages that its own files record: each package URL once. */
export function withPackages(
  listed: readonly ListedComponent[],
  packages: readonly Package[] = [],
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
