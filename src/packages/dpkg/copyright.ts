// SPDX-License-Identifier: Apache-2.0
// The licences of a Debian package: usr/share/doc/NAME/copyright, where it is in the machine-readable format (DEP-5).
// Others are prose, and no licence is guessed from it.

import type { RootView } from "../catalog.ts";
import type { CatalogDraft } from "../catalog-draft.ts";
import { RootPaths } from "../root-paths.ts";

export function isCopyright(path: string): boolean {
  return path.startsWith("usr/share/doc/") && /^usr\/share\/doc\/[^/]+\/copyright$/.test(path);
}

const maxBytes = 1024 * 1024;
/** Names of licences in one package: linux-libc-dev has some 20. */
const maxLicenses = 64;

/** The short names of the licences, each once, in the order of the file. */
export function copyrightLicenses(root: RootView, draft: CatalogDraft, name: string): readonly string[] {
  const stated = `usr/share/doc/${name}/copyright`;
  const path = root.files.has(stated) ? new RootPaths(root).resolve(stated) : undefined;
  // Documentation: what is too large or gone says nothing, and hides no package.
  if (path === undefined || (root.files.get(path)?.size ?? 0) > maxBytes) {
    return [];
  }
  const text = draft.text(root, path) ?? "";
  if (!/^Format:/im.test(text.slice(0, 400))) {
    return [];
  }
  const names = new Set<string>();
  for (const match of text.matchAll(/^License:[ \t]*(\S[^\n]{0,200})$/gim)) {
    const license = (match[1] ?? "").trim();
    if (names.size < maxLicenses) {
      names.add(license);
    }
  }
  return [...names];
}
