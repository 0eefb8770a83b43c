// SPDX-License-Identifier: Apache-2.0
// Installed Python distributions: `*.dist-info` (PyPA, "Recording installed projects") and `*.egg-info`. Besides what
// each says about itself: start-up code in `.pth` files, and modules that no RECORD lists.

import { finding } from "../model/finding.ts";
import type { ArchiveHash, OwnedFile } from "../model/package.ts";
import type { Catalog, FoundPackage, RootView } from "./catalog.ts";
import { CatalogDraft } from "./catalog-draft.ts";
import { readDirectUrl } from "./python/direct-url.ts";
import { normalName, readMetadata } from "./python/metadata.ts";
import { readRecord } from "./python/record.ts";
import { startupCode } from "./python/startup-code.ts";
import { unlistedModules } from "./python/unlisted-modules.ts";
import { joinPath, splitPath } from "./root-paths.ts";

const id = "python";

/** Directory names are compared without case: some installers wrote `.DIST-INFO`. */
const distInfo = /(?:^|\/)[^/]+\.(?:dist-info|DIST-INFO)\/(METADATA|RECORD|direct_url\.json)$/;
const eggInfo = /(?:^|\/)(?:[^/]+\.egg-info|EGG-INFO)(?:\/(?:PKG-INFO|installed-files\.txt))?$/;
const startup = /(?:^|\/)(?:site-packages|dist-packages)\/[^/]+\.pth$|^[^/]+\.pth$/;

export const python: Catalog = {
  id,
  wants(path) {
    return distInfo.test(path) || eggInfo.test(path) || startup.test(path);
  },
  read(root, wanted) {
    const draft = new CatalogDraft(id);
    const sites = new Map<string, PythonSite>();
    const siteAt = (folder: string): PythonSite => {
      const site = sites.get(folder) ?? { folder, listed: new Set(), areAllListed: true };
      sites.set(folder, site);
      return site;
    };
    const pth: string[] = [];
    for (const path of wanted) {
      if (path.endsWith("/METADATA") && distInfo.test(path)) {
        readDistInfo(root, draft, path, siteAt);
      } else if (isEggMetadata(path)) {
        readEggInfo(root, draft, path, siteAt);
      } else if (path.endsWith(".pth") && startup.test(path)) {
        pth.push(path);
      }
    }
    for (const path of pth) {
      readStartupCode(root, draft, path, sites);
    }
    for (const each of unlistedModules(root, [...sites.values()])) {
      draft.note(each);
    }
    return draft.done();
  },
};

/** One directory of installed modules. */
export interface PythonSite {
  readonly folder: string;
  /** Paths that a RECORD lists. */
  readonly listed: Set<string>;
  /** False if a distribution in it has no RECORD: then nobody knows what is unlisted. */
  areAllListed: boolean;
}

type SiteAt = (folder: string) => PythonSite;

function readDistInfo(root: RootView, draft: CatalogDraft, path: string, siteAt: SiteAt): void {
  const [info] = splitPath(path);
  const [folder] = splitPath(info);
  const site = siteAt(folder);
  const text = draft.text(root, path);
  const metadata = text === undefined ? undefined : readMetadata(text);
  const record = `${info}/RECORD`;
  const owned = root.files.has(record) ? readOwned(root, draft, record, folder) : undefined;
  if (owned === undefined) {
    site.areAllListed = false;
  }
  for (const file of owned ?? []) {
    site.listed.add(file.path);
  }
  if (metadata === undefined) {
    if (text !== undefined) {
      draft.invalid(path, "it has no name or no version");
    }
    return;
  }
  const origin = readOrigin(root, draft, `${info}/direct_url.json`, metadata.name);
  draft.packages.push({
    ...distribution(metadata, path, folder),
    ...(origin.qualifiers === undefined ? {} : { qualifiers: origin.qualifiers }),
    hashes: origin.hashes,
    owned: owned ?? [],
  });
}

function readOwned(
  root: RootView,
  draft: CatalogDraft,
  record: string,
  folder: string,
): readonly OwnedFile[] | undefined {
  const text = draft.text(root, record);
  return text === undefined
    ? undefined
    : readRecord(text, folder, (reason, line) => draft.invalid(record, `${reason} (line ${line})`));
}

interface Origin {
  readonly qualifiers?: Readonly<Record<string, string>>;
  readonly hashes: readonly ArchiveHash[];
}

/** Where it was installed from, if not from an index (PEP 610). */
function readOrigin(root: RootView, draft: CatalogDraft, path: string, name: string): Origin {
  const value = root.files.has(path) ? draft.jsonObject(root, path) : undefined;
  if (value === undefined) {
    return { hashes: [] };
  }
  const { url, isEditable, hashes, qualifiers } = readDirectUrl(value);
  if (isEditable) {
    draft.note(finding("PACKAGE_EDITABLE", { path }, { package: name, url }));
  }
  return { hashes, ...(qualifiers === undefined ? {} : { qualifiers }) };
}

function distribution(
  metadata: NonNullable<ReturnType<typeof readMetadata>>,
  path: string,
  folder: string,
): FoundPackage {
  const { requires, ...said } = metadata;
  return {
    type: "pypi",
    ...said,
    state: "installed",
    path,
    provides: [normalName(metadata.name)],
    requires,
    scope: `${id}:${folder}`,
  };
}

function isEggMetadata(path: string): boolean {
  return (
    (path.endsWith("/PKG-INFO") || path.endsWith(".egg-info")) &&
    eggInfo.test(path) &&
    !path.includes("/tests/")
  );
}

/** setuptools' older records: no digests, and at most a list of files. */
function readEggInfo(root: RootView, draft: CatalogDraft, path: string, siteAt: SiteAt): void {
  const isDirectory = path.endsWith("/PKG-INFO");
  const info = isDirectory ? splitPath(path)[0] : path;
  const [above] = splitPath(info);
  const folder = info.endsWith("EGG-INFO") ? splitPath(above)[0] : above;
  siteAt(folder).areAllListed = false;
  const text = draft.text(root, path);
  const metadata = text === undefined ? undefined : readMetadata(text);
  if (metadata === undefined) {
    if (text !== undefined) {
      draft.invalid(path, "it has no name or no version");
    }
    return;
  }
  const list = `${info}/installed-files.txt`;
  const installed = isDirectory && root.files.has(list) ? draft.text(root, list) : undefined;
  const owned = (installed ?? "").split(/\r?\n/).flatMap((line) => {
    const owner = line === "" || line.startsWith("/") ? undefined : joinPath(info, line);
    return owner === undefined ? [] : [{ path: owner }];
  });
  draft.packages.push({ ...distribution(metadata, path, folder), owned });
}

function readStartupCode(
  root: RootView,
  draft: CatalogDraft,
  path: string,
  sites: ReadonlyMap<string, PythonSite>,
): void {
  const site = sites.get(splitPath(path)[0]);
  if (site === undefined) {
    // `.pth` is also what PyTorch calls its checkpoints: only beside distributions does Python read it.
    return;
  }
  if (root.files.get(path)?.linkTarget !== undefined) {
    return;
  }
  const text = draft.text(root, path);
  for (const each of startupCode(path, text ?? "", site.listed.has(path))) {
    draft.note(each);
  }
}
