// SPDX-License-Identifier: Apache-2.0
// Which distribution a root file system is of: os-release(5). Package URLs of the system's packages name it.

import type { RootView } from "./catalog.ts";
import type { CatalogDraft } from "./catalog-draft.ts";
import { RootPaths } from "./root-paths.ts";

export interface OsRelease {
  /** `debian`, `ubuntu`, `alpine` … */
  readonly id: string;
  /** `debian-12`, as package URLs write it. */
  readonly distro: string;
}

/** os-release lies in usr/lib and is linked to from etc. */
export function isOsRelease(path: string): boolean {
  return path === "etc/os-release" || path === "usr/lib/os-release";
}

const maxBytes = 64 * 1024;

/** The distribution; undefined if nothing says it. */
export function readOsRelease(root: RootView, draft: CatalogDraft): OsRelease | undefined {
  const paths = new RootPaths(root);
  const path = paths.resolve("etc/os-release") ?? paths.resolve("usr/lib/os-release");
  const text = path === undefined ? undefined : draft.text(root, path, maxBytes);
  if (text === undefined) {
    return undefined;
  }
  const fields = new Map<string, string>();
  for (const line of text.split("\n")) {
    const equals = line.indexOf("=");
    if (equals > 0) {
      fields.set(
        line.slice(0, equals).trim(),
        line
          .slice(equals + 1)
          .trim()
          .replaceAll(/^["']|["']$/g, ""),
      );
    }
  }
  const id = fields.get("ID");
  const version = fields.get("VERSION_ID");
  return id === undefined || id === ""
    ? undefined
    : { id, distro: version === undefined || version === "" ? id : `${id}-${version}` };
}
