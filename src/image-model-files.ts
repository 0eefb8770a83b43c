// SPDX-License-Identifier: Apache-2.0
// The files of an image that say something about models in it, as one directory: weights and data that are no software's,
// and what lies beside them. Of an image of a whole system that is a small part.

import { dataFormats } from "./artifact-kind.ts";
import { memorySource } from "./bytes/byte-source.ts";
import { AibomError } from "./errors.ts";
import type { Description } from "./formats/format.ts";
import type { ImageEntry } from "./images/image-account.ts";
import type { ReadImage } from "./images/read-images.ts";
import type { DirectoryView, LayoutFile } from "./layouts/layout.ts";
import { limits } from "./limits.ts";
import type { ImageContent } from "./model/image.ts";
import type { Package } from "./model/package.ts";
import { splitPath } from "./model/path-parts.ts";
import type { RootFile, RootView } from "./packages/catalog.ts";
import { RootPaths } from "./packages/root-paths.ts";

export interface BakedFiles {
  /** Paths of weights and data. */
  readonly seeds: ReadonlySet<string>;
  readonly view: DirectoryView;
  /** By path in the image; a link has what its end holds. */
  readonly entries: ReadonlyMap<string, ImageEntry>;
}

/** The files of `read` that tell of models; all of them for an artifact, which is a model. */
export function bakedFiles(image: ImageContent, { modelFiles, root }: ReadImage): BakedFiles {
  if (image.role !== "image") {
    const seeds = new Set(
      modelFiles.filter((entry) => entry.read?.holdsWeights === true).map(({ path }) => path),
    );
    return { seeds, ...viewOf(image.name, modelFiles, new Map()) };
  }
  const isSoftware = softwareFiles(root, image.packages ?? []);
  const found = root.filter((entry) => isSeed(entry) && !isSoftware(entry));
  if (found.length === 0) {
    return { seeds: new Set(), ...viewOf(image.name, [], new Map()) };
  }
  const paths = new RootPaths(rootOf(image.name, root));
  const targets = new Map<string, string>();
  for (const { path, kind } of root) {
    const target = kind === "symlink" ? paths.resolve(path) : undefined;
    if (target !== undefined) {
      targets.set(path, target);
    }
  }
  const isNear = nearFolders(found.map(({ path }) => path));
  const ends = new Map(root.map((entry) => [entry.path, entry]));
  const near = root.flatMap((entry): readonly ImageEntry[] => {
    const end = entry.kind === "file" ? entry : ends.get(targets.get(entry.path) ?? "");
    return end !== undefined && (isNear(entry.path) || isNear(end.path))
      ? [{ ...end, path: entry.path }]
      : [];
  });
  const seeds = new Set(near.filter((entry) => isSeed(entry) && !isSoftware(entry)).map(({ path }) => path));
  return { seeds, ...viewOf(image.name, near, targets) };
}

/** Rows that programs bring along are mostly CSV and JSON; these formats are chosen for data. */
const seedFormats: ReadonlySet<string> = new Set(
  [...dataFormats].filter((format) => !["csv", "tsv", "jsonl", "json-rows"].includes(format)),
);

function isSeed({ kind, read }: ImageEntry): boolean {
  return kind === "file" && read !== undefined && (read.holdsWeights || seedFormats.has(read.format));
}

/** Formats that hold a model and are not written for anything else. Arrays and pickles are as often test data. */
const modelFormats =
  /^(?:safetensors|gguf|onnx|tflite|coreml|openvino|executorch|tensorrt|torchscript|pytorch|keras|tf-saved-model|litert)/;
const testFolder = /(?:^|\/)(?:tests?|testing|testdata|test_data|examples?|fixtures)\//;
const libraryFolder = /(?:^|\/)(?:site-packages|dist-packages|node_modules)\//;

/** Tells which files belong to software: what a package brings is a model of its own only where it looks like one. */
function softwareFiles(
  root: readonly ImageEntry[],
  packages: readonly Package[],
): (entry: ImageEntry) => boolean {
  const seeds = root.filter(isSeed);
  const names = new Set(seeds.map(({ path }) => splitPath(path)[1]));
  const paths = new RootPaths(rootOf("", root));
  const owned = new Set<string>();
  for (const { path } of seeds.length === 0 ? [] : packages.flatMap((each) => each.owned)) {
    // Links lead to other folders; few are looked up, since most names are no seed's.
    if (names.has(splitPath(path)[1])) {
      owned.add(paths.resolve(path) ?? path);
    }
  }
  return ({ path, size, read }) => {
    const isLibrary = owned.has(path) || libraryFolder.test(path);
    const isModel = modelFormats.test(read?.format ?? "") && !testFolder.test(path);
    return isLibrary && !isModel && size <= limits.maxLibraryWeightBytes;
  };
}

/** True for what lies in a folder with weights, above one, or below the folder that holds one. */
function nearFolders(seeds: readonly string[]): (path: string) => boolean {
  const folders = new Set<string>();
  for (const path of seeds) {
    for (let [folder] = splitPath(path); folder !== ""; [folder] = splitPath(folder)) {
      folders.add(folder);
    }
    folders.add("");
  }
  const stores = new Set(
    seeds.flatMap((path) => /^(.*?(?:\/|^)(?:(?:models|datasets)--[^/]+|models))\//.exec(path)?.[1] ?? []),
  );
  return (path) => {
    if (folders.has(splitPath(path)[0])) {
      return true;
    }
    for (let [folder] = splitPath(path); folder !== ""; [folder] = splitPath(folder)) {
      if (stores.has(folder)) {
        return true;
      }
    }
    return false;
  };
}

function rootOf(name: string, entries: readonly ImageEntry[]): RootView {
  const files = new Map<string, RootFile>();
  for (const { path, kind, size, target } of entries) {
    if (kind === "file" || (kind === "symlink" && target !== undefined)) {
      files.set(path, {
        path,
        size,
        ...(target === undefined || kind === "file" ? {} : { linkTarget: target }),
      });
    }
  }
  return { name, files, directoryLinks: new Map(), open: unread };
}

function viewOf(
  name: string,
  entries: readonly ImageEntry[],
  targets: ReadonlyMap<string, string>,
): Pick<BakedFiles, "view" | "entries"> {
  const byPath = new Map<string, ImageEntry>();
  const files = new Map<string, LayoutFile>();
  for (const entry of entries) {
    const { path, size, sha256 = "", format = "file", read } = entry;
    const linkTarget = targets.get(path);
    byPath.set(path, entry);
    files.set(path, {
      path,
      size,
      sha256,
      format: read?.format ?? format,
      linkCount: 1,
      ...(linkTarget === undefined ? {} : { linkTarget }),
      ...(read?.description === undefined ? {} : { description: describedAt(path, read.description) }),
    });
  }
  const open: DirectoryView["open"] = (path) => {
    const bytes = byPath.get(path)?.bytes;
    return bytes === undefined ? unread(path, byPath.get(path)?.size) : memorySource(bytes, path);
  };
  return { entries: byPath, view: { name, root: "", files, open } };
}

/** A file that several names lead to was read under one of them. */
function describedAt(path: string, description: Description): Description {
  const facts = description.facts.map((fact) => ({ ...fact, source: { ...fact.source, path } }));
  return { ...description, facts };
}

/** Its bytes were not kept while they passed. */
function unread(path: string, size = 0): never {
  throw AibomError.of("IMAGE_FILE_UNREAD", { size, limit: limits.maxLayerWholeBytes }, { where: { path } });
}
