// SPDX-License-Identifier: Apache-2.0
// npm: packages in node_modules, and lock files of versions 1 to 3 (npm-shrinkwrap.json, and the hidden one that npm
// leaves in node_modules). What a package needs is looked up as Node does: from its own folder upwards.

import { isJsonObject, type JsonObject, type JsonValue } from "../bytes/json.ts";
import { listOf, memberOf, objectOf, textOf } from "../layouts/member.ts";
import { limits } from "../limits.ts";
import type { ArchiveHash, PackageState } from "../model/package.ts";
import type { Catalog, FoundPackage, RootView } from "./catalog.ts";
import { CatalogDraft } from "./catalog-draft.ts";
import { splitPath } from "./root-paths.ts";
import { integrityHashes } from "./stated-hash.ts";

const id = "npm";
const installed = /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/@.][^/]*\/package\.json$/;
const lockFile = /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|node_modules\/\.package-lock\.json)$/;

export const npm: Catalog = {
  id,
  wants(path) {
    return path.endsWith(".json") && (installed.test(path) || isLockFile(path));
  },
  read(root, wanted) {
    const draft = new CatalogDraft(id);
    for (const path of wanted) {
      if (root.files.get(path)?.linkTarget !== undefined) {
        continue;
      }
      if (isLockFile(path)) {
        readLock(root, draft, path);
      } else {
        readInstalled(root, draft, path);
      }
    }
    return draft.done();
  },
};

/** Packages are published with lock files of their own, which nobody installs from. */
function isLockFile(path: string): boolean {
  return lockFile.test(path) && (path.endsWith("/.package-lock.json") || !path.includes("node_modules/"));
}

function readInstalled(root: RootView, draft: CatalogDraft, path: string): void {
  const manifest = draft.jsonObject(root, path);
  const [folder] = splitPath(path);
  const name = textOf(manifest, "name") ?? folder.slice(folder.lastIndexOf("node_modules/") + 13);
  if (manifest === undefined) {
    return;
  }
  draft.packages.push({
    ...named(name, textOf(manifest, "version") ?? ""),
    state: "installed",
    ...about(manifest),
    path,
    provides: [folder],
    requires: Object.keys({
      ...objectOf(manifest, "dependencies"),
      ...objectOf(manifest, "optionalDependencies"),
      ...objectOf(manifest, "peerDependencies"),
    }).flatMap((each) => resolved(folder, each, (at) => root.files.has(`${at}/package.json`)) ?? []),
  });
}

/** `@scope/name` as namespace and name. */
export function named(
  full: string,
  version: string,
): Pick<FoundPackage, "type" | "namespace" | "name" | "version"> {
  const slash = full.startsWith("@") ? full.indexOf("/") : -1;
  return slash < 0
    ? { type: "npm", name: full, version }
    : { type: "npm", namespace: full.slice(0, slash), name: full.slice(slash + 1), version };
}

function about(manifest: JsonObject): Partial<FoundPackage> {
  const author = memberOf(manifest, "author");
  const supplier = typeof author === "string" ? author : textOf(author, "name");
  const description = textOf(manifest, "description");
  const homepage = textOf(manifest, "homepage");
  return {
    licenses: licensesOf(manifest),
    ...(supplier === undefined ? {} : { supplier }),
    ...(description === undefined ? {} : { description }),
    ...(homepage === undefined ? {} : { homepage }),
  };
}

/** A text, an object with a type, or a list of those in old packages. */
function licensesOf(manifest: JsonObject): readonly string[] {
  const nameOf = (each: JsonValue | undefined): readonly string[] =>
    typeof each === "string" ? [each] : [textOf(each, "type") ?? []].flat();
  const license = nameOf(memberOf(manifest, "license"));
  return license.length > 0 ? license : listOf(manifest, "licenses").flatMap(nameOf);
}

/** The folder of the package that `name` means in `folder`. pnpm's links are followed by whoever lists the files. */
function resolved(folder: string, name: string, isThere: (folder: string) => boolean): string | undefined {
  for (let at = folder; ; ) {
    const candidate = at === "" ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (!at.endsWith("node_modules") && isThere(candidate)) {
      return candidate;
    }
    if (at === "") {
      return undefined;
    }
    [at] = splitPath(at);
  }
}

function readLock(root: RootView, draft: CatalogDraft, path: string): void {
  const document = draft.jsonObject(root, path);
  const packages = objectOf(document, "packages");
  const state: PackageState = path.endsWith("/.package-lock.json") ? "installed" : "locked";
  const entries =
    packages === undefined ? flattened(objectOf(document, "dependencies")) : Object.entries(packages);
  const folders = new Set(entries.map(([folder]) => folder));
  for (const [folder, item] of entries.slice(0, limits.maxPackagesPerRecord)) {
    // The project itself, its workspaces, and links to them are no packages from elsewhere.
    if (!isJsonObject(item) || !folder.includes("node_modules/") || item["link"] === true) {
      continue;
    }
    const name = textOf(item, "name") ?? folder.slice(folder.lastIndexOf("node_modules/") + 13);
    const license = textOf(item, "license");
    const requires = {
      ...objectOf(item, "dependencies"),
      ...objectOf(item, "requires"),
      ...objectOf(item, "optionalDependencies"),
    };
    draft.packages.push({
      ...named(name, textOf(item, "version") ?? ""),
      state,
      licenses: license === undefined ? [] : [license],
      path,
      hashes: lockedHashes(textOf(item, "integrity"), textOf(item, "resolved")),
      provides: [folder],
      requires: Object.keys(requires).flatMap(
        (each) => resolved(folder, each, (at) => folders.has(at)) ?? [],
      ),
      scope: path,
    });
  }
}

/** Version 1 nests what is installed in a package's own node_modules. */
function flattened(dependencies: JsonObject | undefined): [string, JsonValue][] {
  const all: [string, JsonValue][] = [];
  const pending: { readonly folder: string; readonly items: JsonObject }[] = [
    { folder: "", items: dependencies ?? {} },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const [name, item] of Object.entries(next.items)) {
      const folder = `${next.folder}node_modules/${name}`;
      const { dependencies: _, ...rest } = isJsonObject(item) ? item : {};
      all.push([folder, rest]);
      const inner = objectOf(item, "dependencies");
      if (inner !== undefined) {
        pending.push({ folder: `${folder}/`, items: inner });
      }
    }
  }
  return all;
}

/** The strongest of the hashes of a tarball. */
export function lockedHashes(
  integrity: string | undefined,
  resolvedAt: string | undefined,
): readonly ArchiveHash[] {
  const [file = ""] = (resolvedAt ?? "").split(/[?#]/);
  const fileName = file.slice(file.lastIndexOf("/") + 1);
  const order = ["sha512", "sha384", "sha256", "sha1", "md5"];
  const [strongest] = integrityHashes(integrity ?? "").toSorted(
    (a, b) => order.indexOf(a.algorithm) - order.indexOf(b.algorithm),
  );
  return strongest === undefined ? [] : [{ ...strongest, ...(fileName === "" ? {} : { fileName }) }];
}
