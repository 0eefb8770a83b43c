// SPDX-License-Identifier: Apache-2.0
// pnpm-lock.yaml, versions 5 to 9. Keys are `/name/1.0.0` (5), `/name@1.0.0` (6) and `name@1.0.0` (9), with the peers
// it is installed with behind (`_peer@2`, `(peer@2)`); from 9 on what a package needs stands under `snapshots`.

import { isJsonObject, type JsonObject } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { objectOf, textOf } from "../layouts/member.ts";
import { readYaml } from "../layouts/yaml-text.ts";
import { limits } from "../limits.ts";
import type { Catalog, FoundPackage } from "./catalog.ts";
import { CatalogDraft } from "./catalog-draft.ts";
import { lockedHashes, named } from "./npm.ts";

const id = "pnpm";
const maxBytes = 16 * 1024 * 1024;

export const pnpm: Catalog = {
  id,
  wants(path) {
    return (
      path.endsWith("pnpm-lock.yaml") &&
      /(?:^|\/)pnpm-lock\.yaml$/.test(path) &&
      !path.includes("node_modules/")
    );
  },
  read(root, wanted) {
    const draft = new CatalogDraft(id);
    for (const path of wanted) {
      const text = draft.text(root, path, maxBytes);
      const document =
        text === undefined
          ? undefined
          : draft.attempt(
              path,
              () =>
                readYaml(text, (reason) =>
                  AibomError.of("PACKAGE_RECORD_INVALID", { reason }, { where: { path } }),
                ).value,
            );
      if (isJsonObject(document)) {
        draft.packages.push(...lockedPackages(document, path));
      }
    }
    return draft.done();
  },
};

function lockedPackages(document: JsonObject, path: string): readonly FoundPackage[] {
  const packages = objectOf(document, "packages") ?? {};
  const snapshots = objectOf(document, "snapshots");
  const needs = new Map<string, Set<string>>();
  for (const [key, item] of Object.entries(snapshots ?? packages)) {
    const known = needs.get(plainKey(key)) ?? new Set();
    needs.set(plainKey(key), known);
    for (const group of ["dependencies", "optionalDependencies"]) {
      for (const [name, version] of Object.entries(objectOf(item, group) ?? {})) {
        known.add(plainKey(`${name}@${String(version)}`));
      }
    }
  }
  return Object.entries(packages)
    .slice(0, limits.maxPackagesPerRecord)
    .flatMap(([key, item]) => {
      const plain = plainKey(key);
      const at = plain.lastIndexOf("@");
      if (at <= 0) {
        return [];
      }
      const resolution = objectOf(item, "resolution");
      const fullName = textOf(item, "name") ?? plain.slice(0, at);
      return [
        {
          ...named(fullName, textOf(item, "version") ?? plain.slice(at + 1)),
          state: "locked" as const,
          path,
          hashes: lockedHashes(textOf(resolution, "integrity"), textOf(resolution, "tarball")),
          provides: [plain],
          requires: [...(needs.get(plain) ?? [])],
          scope: path,
        },
      ];
    });
}

/** `name@version` of a key in any of the versions. */
function plainKey(key: string): string {
  const match = /^\/?((?:@[^/]+\/)?[^/@]+)[/@]([^(]+)/.exec(key);
  const [, name, version = ""] = match ?? [];
  if (name === undefined) {
    return key;
  }
  // No version has an underscore; an address of a tarball may.
  return `${name}@${/^\d/.test(version) ? version.split("_")[0] : version}`;
}
