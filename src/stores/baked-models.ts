// SPDX-License-Identifier: Apache-2.0
// Models and datasets that lie in a file system, as container images bring them: nothing says where they are, and what lies
// around them is a whole system. Each folder with weights is a model of its own, and so is each folder above that says so
// and each ONNX file that stands by itself. Unlike in a directory that somebody calls a model, one is enough.

import type { DirectoryView, LayoutFile } from "../layouts/layout.ts";
import { splitPath } from "../layouts/reading.ts";
import { folderOf } from "./folders-of.ts";
import { onnxSets } from "./onnx-files.ts";
import type { Store, StoreDescription, StoredPart } from "./store.ts";

const id = "image";

/** Say of their folder that it is one model or one dataset, with everything below. */
const markers: ReadonlySet<string> = new Set([
  "model_index.json",
  "modules.json",
  "adapter_config.json",
  "MLmodel",
  "saved_model.pb",
  "dataset_dict.json",
  "dataset_info.json",
  "dataset_infos.json",
]);

/** Programs have files of these names too: they say something only beside weights, or right above. */
const weakMarkers: ReadonlySet<string> = new Set(["config.json", "croissant.json"]);

/** Files that speak for what lies beside them. */
const speaking = /^(?:README|LICEN[CS]E|COPYING|NOTICE|USE_POLICY)(?:[._-].*)?$/i;

/** The store of one file system; `seeds` are the paths of its weights and data. */
export function bakedModels(seeds: ReadonlySet<string>): Store {
  return {
    id,
    describe(directory: DirectoryView): StoreDescription | undefined {
      const byFolder = Map.groupBy(directory.files.values(), ({ path }) => splitPath(path)[0]);
      const own = [...directory.files.keys()].filter((path) => seeds.has(path));
      const marked = markedFolders(byFolder, own);
      const whole = Map.groupBy(
        [...directory.files.keys()].filter((path) => isInFolder(path, folderOf(path, marked))),
        (path) => folderOf(path, marked) ?? "",
      );
      const loose = Map.groupBy(
        own.filter((path) => folderOf(path, marked) === undefined),
        (path) => splitPath(path)[0],
      );
      const parts = [
        ...[...whole].map(([folder, paths]) => ({ store: id, name: folder, root: folder, paths, facts: [] })),
        ...[...loose].flatMap(([folder, paths]) =>
          looseParts(folder, paths, directory, byFolder.get(folder) ?? []),
        ),
      ];
      return parts.length === 0
        ? undefined
        : { parts, facts: [], findings: [], unverified: [], owns: () => false };
    },
  };
}

/** git's own files at the top are no part of a model, as in a directory on disk. */
function isInFolder(path: string, folder: string | undefined): boolean {
  return (
    folder !== undefined && !/^\.git(?:\/|hub\/|ignore$|attributes$)/.test(path.slice(folder.length + 1))
  );
}

/** The outermost folders that say they are one model, of those that weights lie in or below. */
function markedFolders(
  byFolder: ReadonlyMap<string, readonly LayoutFile[]>,
  seeds: readonly string[],
): ReadonlySet<string> {
  const found = new Set<string>();
  for (const folder of new Set(seeds.map((path) => splitPath(path)[0]))) {
    for (const [above, depth] of foldersAbove(folder)) {
      const names = (byFolder.get(above) ?? []).map(({ path }) => splitPath(path)[1]);
      if (names.some((name) => markers.has(name) || (depth < 2 && weakMarkers.has(name)))) {
        found.add(above);
      }
    }
  }
  return new Set([...found].filter((folder) => folderOf(`${folder}/`, found) === folder));
}

/** The folder itself and those above it, without the root: a file there speaks for no model. */
function foldersAbove(folder: string): readonly (readonly [folder: string, depth: number])[] {
  const names = folder === "" ? [] : folder.split("/");
  return names.map((_, depth) => [names.slice(0, names.length - depth).join("/"), depth] as const);
}

/** Weights that no folder speaks for: the programs beside them are no part of the model. */
function looseParts(
  folder: string,
  seeds: readonly string[],
  directory: DirectoryView,
  around: readonly LayoutFile[],
): readonly StoredPart[] {
  const files = seeds.flatMap((path) => directory.files.get(path) ?? []);
  const beside = around.map(({ path }) => path).filter((path) => speaking.test(splitPath(path)[1]));
  const sets = onnxSets(files) ?? [{ name: nameOf(folder, seeds), paths: seeds }];
  return sets.map(({ name, paths }) => {
    const needed = paths.flatMap((path) => directory.files.get(path)?.description?.references ?? []);
    const all = new Set([
      ...paths,
      ...needed.map((each) => each.path).filter((path) => directory.files.has(path)),
    ]);
    // With one model in the folder, what speaks there is its own.
    const isOnly = sets.length === 1;
    return {
      store: id,
      name,
      root: folder,
      paths: [...all, ...(isOnly ? beside : [])].sort(),
      ...(isOnly ? {} : { beside }),
      facts: [],
    };
  });
}

function nameOf(folder: string, [only = "", ...others]: readonly string[]): string {
  return others.length === 0 ? only.replace(/\.[^./]*$/, "") : folder === "" ? "/" : folder;
}
