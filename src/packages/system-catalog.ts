// SPDX-License-Identifier: Apache-2.0
// What catalogs of one database file have in common: the file, which may be a link elsewhere, and the distribution that it
// is of.

import type { Catalog, RootView } from "./catalog.ts";
import { CatalogDraft } from "./catalog-draft.ts";
import { isOsRelease, type OsRelease, readOsRelease } from "./os-release.ts";

type ReadDatabase = (
  root: RootView,
  draft: CatalogDraft,
  path: string,
  release: OsRelease | undefined,
) => void;

/** A catalog of the files whose paths match `database`. */
export function systemCatalog(id: string, database: RegExp, readDatabase: ReadDatabase): Catalog {
  return {
    id,
    wants(path) {
      return database.test(path) || isOsRelease(path);
    },
    read(root, wanted) {
      const draft = new CatalogDraft(id);
      for (const path of wanted) {
        if (database.test(path) && root.files.get(path)?.linkTarget === undefined) {
          readDatabase(root, draft, path, readOsRelease(root, draft));
        }
      }
      return draft.done();
    },
  };
}
