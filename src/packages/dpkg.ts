// SPDX-License-Identifier: Apache-2.0
// Debian packages: dpkg's status file, the one-package files of distroless images (`status.d`), and the MD5 of each file
// (`info/*.md5sums`; deb822(5), deb-md5sums(5)). MD5 shows accidents and clumsy hands; it is no proof.

import type { OwnedFile } from "../model/package.ts";
import type { Catalog, FoundPackage, RootView } from "./catalog.ts";
import { CatalogDraft } from "./catalog-draft.ts";
import { copyrightLicenses, isCopyright } from "./dpkg/copyright.ts";
import { type Fields, fieldOf, paragraphs } from "./header-fields.ts";
import { isOsRelease, type OsRelease, readOsRelease } from "./os-release.ts";

const id = "dpkg";
const database = /^(?:var\/lib\/dpkg|usr\/lib\/opkg|opt\/lib\/opkg)\//;
const statusFile = /^(?:var\/lib\/dpkg|usr\/lib\/opkg)\/status(?:\.d\/[^/]+)?$/;
const infoFile = /^(?:var\/lib\/dpkg|usr\/lib\/opkg)\/(?:info|status\.d)\/[^/]+\.(?:md5sums|list|conffiles)$/;

export const dpkg: Catalog = {
  id,
  wants(path) {
    return (
      (database.test(path) && (statusFile.test(path) || infoFile.test(path))) ||
      isOsRelease(path) ||
      isCopyright(path)
    );
  },
  read(root, wanted) {
    const draft = new CatalogDraft(id);
    const release = wanted.some((path) => statusFile.test(path)) ? readOsRelease(root, draft) : undefined;
    for (const path of wanted) {
      // status.d also holds the md5sums of its packages.
      if (statusFile.test(path) && !path.endsWith(".md5sums")) {
        readStatus(root, draft, path, release);
      }
    }
    return draft.done();
  },
};

function readStatus(root: RootView, draft: CatalogDraft, path: string, release: OsRelease | undefined): void {
  const isSingle = path.includes("/status.d/");
  for (const fields of paragraphs(draft.text(root, path) ?? "")) {
    const name = fieldOf(fields, "package");
    const version = fieldOf(fields, "version");
    // A package of status.d is there, and has no status.
    const status = fieldOf(fields, "status") ?? (isSingle ? "install ok installed" : "");
    if (name === undefined) {
      draft.invalid(path, "a paragraph has no package name");
    } else if (version === undefined) {
      // Removed packages whose configuration is left have a version; one that never was here has none.
      if (isThere(status)) {
        draft.invalid(path, `the package ${name} has no version`);
      }
    } else if (isThere(status)) {
      draft.packages.push(debianPackage(root, draft, { path, name, version, fields, release, isSingle }));
    }
  }
}

/** `want flag status`: its files are there unless it was removed or never unpacked. */
function isThere(status: string): boolean {
  const [, , state] = status.split(" ");
  return (
    state === "installed" ||
    state?.startsWith("half-") === true ||
    state === "unpacked" ||
    state?.startsWith("triggers-") === true
  );
}

interface StatusEntry {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly fields: Fields;
  readonly release: OsRelease | undefined;
  readonly isSingle: boolean;
}

function debianPackage(root: RootView, draft: CatalogDraft, entry: StatusEntry): FoundPackage {
  const { path, name, version, fields, release, isSingle } = entry;
  const architecture = fieldOf(fields, "architecture");
  const upstream = upstreamOf(fieldOf(fields, "source"));
  const supplier = fieldOf(fields, "maintainer");
  const description = fieldOf(fields, "description")?.split("\n")[0];
  const homepage = fieldOf(fields, "homepage");
  return {
    type: "deb",
    namespace: release?.id ?? "debian",
    name,
    version,
    qualifiers: {
      ...(architecture === undefined ? {} : { arch: architecture }),
      ...(release === undefined ? {} : { distro: release.distro }),
      ...(upstream === undefined ? {} : { upstream }),
    },
    state: "installed",
    licenses: copyrightLicenses(root, draft, name),
    ...(supplier === undefined ? {} : { supplier }),
    ...(description === undefined ? {} : { description }),
    ...(homepage === undefined ? {} : { homepage }),
    path,
    owned: ownedFiles(root, draft, entry, isSingle ? path : infoPath(root, path, name, architecture)),
    provides: namesOf(fieldOf(fields, "provides")),
    requires: [...namesOf(fieldOf(fields, "depends")), ...namesOf(fieldOf(fields, "pre-depends"))],
  };
}

/** `name (version)`: the source package, where it is called otherwise. */
function upstreamOf(text: string | undefined): string | undefined {
  const match = /^(\S+)(?: \(([^)]*)\))?/.exec(text ?? "");
  return match?.[2] === undefined ? match?.[1] : `${match[1]}@${match[2]}`;
}

/** Of alternatives (`a | b`) each counts: those that are installed satisfy it. */
function namesOf(relation: string | undefined): readonly string[] {
  return (relation ?? "")
    .split(/[,|]/)
    .map((each) => each.trim().split(/[ (:[]/)[0] ?? "")
    .filter((each) => each !== "");
}

/** The info files of a package for several architectures carry the architecture in their name. */
function infoPath(root: RootView, path: string, name: string, architecture: string | undefined): string {
  const folder = `${path.slice(0, path.lastIndexOf("/"))}/info`;
  const qualified = `${folder}/${name}:${architecture}`;
  return root.files.has(`${qualified}.list`) || root.files.has(`${qualified}.md5sums`)
    ? qualified
    : `${folder}/${name}`;
}

/** Files with their MD5, files without from the list, and those that are made to be edited. */
function ownedFiles(
  root: RootView,
  draft: CatalogDraft,
  { fields, isSingle }: StatusEntry,
  stem: string,
): readonly OwnedFile[] {
  const linesOf = (path: string): readonly string[] =>
    root.files.has(path) ? (draft.text(root, path) ?? "").split("\n") : [];
  const owned = new Map<string, OwnedFile>();
  const sums = `${stem}.md5sums`;
  for (const line of linesOf(sums).filter((each) => each.trim() !== "")) {
    const file = summedFile(line);
    if (file === undefined) {
      draft.invalid(sums, "a line is not an MD5 and a path");
    } else {
      owned.set(file.path, file);
    }
  }
  // The list names directories too: what is no file of the root is not asked for.
  for (const line of isSingle ? [] : linesOf(`${stem}.list`)) {
    const path = relative(line);
    if (path !== "" && path !== "." && !owned.has(path)) {
      owned.set(path, { path, isFlexible: true });
    }
  }
  for (const line of (fieldOf(fields, "conffiles") ?? "").split("\n")) {
    const path = relative(line.trim().split(" ")[0] ?? "");
    if (path !== "") {
      owned.set(path, { path, ...owned.get(path), isFlexible: true });
    }
  }
  return [...owned.values()];
}

/** A line of md5sums. */
function summedFile(line: string): OwnedFile | undefined {
  const match = /^([0-9a-f]{32}) [ *](.+)$/.exec(line);
  if (match === null) {
    return undefined;
  }
  const path = relative(match[2] ?? "");
  const digest = { algorithm: "md5", hex: match[1] ?? "" } as const;
  return { path, digest, ...(isOftenLeftOut(path) ? { isFlexible: true } : {}) };
}

/** Small images leave these out (dpkg's path-exclude). */
function isOftenLeftOut(path: string): boolean {
  return /^usr\/share\/(?:doc|man|info|locale|lintian|groff|linda)\//.test(path);
}

function relative(path: string): string {
  return path.startsWith("./") ? path.slice(2) : path.startsWith("/") ? path.slice(1) : path;
}
