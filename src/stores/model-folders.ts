// SPDX-License-Identifier: Apache-2.0
// Plain directories with several models: folders side by side (LM Studio's `<publisher>/<model>`, exported MLflow
// models, adapters beside their base), and GGUF or ONNX files in one folder. On purpose hard to please: a directory that
// is one model must never be taken apart, so a folder counts only if a file in it says that it is a model.

import type { GgufDetail } from "../formats/gguf.ts";
import type { DirectoryView, LayoutFile } from "../layouts/layout.ts";
import { inside, splitPath } from "../layouts/reading.ts";
import { parseShardName } from "../layouts/shard-name.ts";
import { folderOf } from "./folders-of.ts";
import { onnxSets } from "./onnx-files.ts";
import type { Store, StoreDescription, StoredPart } from "./store.ts";

const id = "model-folders";

/** A folder with one of these is one model with everything below. */
const markers: ReadonlySet<string> = new Set([
  "config.json",
  "model_index.json",
  "modules.json",
  "adapter_config.json",
  "MLmodel",
]);

/** Files that speak for each GGUF file of their folder. */
const speaking = /^(?:README\.md|LICEN[CS]E(?:\.txt|\.md)?|NOTICE|USE_POLICY\.md)$/;

/** Architectures of files that work only beside a model: llama.cpp's image and audio encoders. */
const projectors: ReadonlySet<string> = new Set(["clip", "mmproj"]);

export const modelFolders: Store = {
  id,
  describe(directory: DirectoryView, before: readonly StoredPart[]): StoreDescription | undefined {
    const byFolder = filesByFolder(directory);
    const marked = outermost(
      [...byFolder]
        .filter(([, files]) => files.some(({ path }) => markers.has(splitPath(path)[1])))
        .map(([folder]) => folder),
    );
    if (marked.has("")) {
      return undefined;
    }
    const whole = new Map<string, string[]>([...marked].map((folder) => [folder, []]));
    const parts: StoredPart[] = [];
    for (const [folder, files] of byFolder) {
      const owner = folderOf(`${folder}/`, marked);
      if (owner === undefined) {
        parts.push(...ggufParts(folder, files), ...onnxParts(folder, files));
      } else {
        whole.get(owner)?.push(...files.map(({ path }) => path));
      }
    }
    for (const [folder, paths] of whole) {
      parts.push({ store: id, name: folder, root: folder, paths, facts: [] });
    }
    if (parts.length + before.length < 2) {
      return undefined;
    }
    return { parts, facts: [], findings: [], unverified: [], owns: () => false };
  },
};

function filesByFolder(directory: DirectoryView): ReadonlyMap<string, readonly LayoutFile[]> {
  const folders = new Map<string, LayoutFile[]>();
  for (const file of directory.files.values()) {
    const [folder] = splitPath(file.path);
    const files = folders.get(folder);
    if (files === undefined) {
      folders.set(folder, [file]);
    } else {
      files.push(file);
    }
  }
  return folders;
}

/** The folders that lie in no other of them. */
function outermost(folders: readonly string[]): ReadonlySet<string> {
  const all = new Set(folders);
  return new Set(folders.filter((folder) => folderOf(`${folder}/`, all) === folder));
}

/** The models of a folder that holds GGUF files: shards of one set are one, projectors belong to each. */
function ggufParts(folder: string, files: readonly LayoutFile[]): readonly StoredPart[] {
  const sets = new Map<string, string[]>();
  const shared: string[] = [];
  for (const file of files) {
    if (file.format !== "gguf") {
      continue;
    }
    if (projectors.has(architectureOf(file) ?? "")) {
      shared.push(file.path);
      continue;
    }
    const shard = parseShardName(file.path);
    const key = shard === undefined ? withoutExtension(file.path) : shard.directory + shard.stem;
    sets.set(key, [...(sets.get(key) ?? []), file.path]);
  }
  const [only, ...others] = sets;
  if (only !== undefined && others.length === 0) {
    const paths = files.map(({ path }) => path);
    return [
      { store: id, name: folder === "" ? splitPath(only[0])[1] : folder, root: folder, paths, facts: [] },
    ];
  }
  const beside = files.map(({ path }) => path).filter((path) => speaking.test(splitPath(path)[1]));
  return [...sets].map(([name, paths]) => ({
    store: id,
    name: inside(folder, splitPath(name)[1]),
    root: folder,
    paths: [...paths, ...shared].sort(),
    beside,
    facts: [],
  }));
}

/** ONNX files beside one another that nothing makes one model of. */
function onnxParts(folder: string, files: readonly LayoutFile[]): readonly StoredPart[] {
  const models = files.filter(({ format }) => format === "onnx");
  const others = files.some(({ format }) => otherWeights.test(format));
  const sets = others ? undefined : onnxSets(models);
  const beside = files.map(({ path }) => path).filter((path) => speaking.test(splitPath(path)[1]));
  return (sets ?? []).map(({ name, paths }) => ({
    store: id,
    name: inside(folder, splitPath(name)[1]),
    root: folder,
    paths: withExternal(paths, models, files),
    beside,
    facts: [],
  }));
}

/** With the files that hold their tensors. */
function withExternal(
  paths: readonly string[],
  models: readonly LayoutFile[],
  files: readonly LayoutFile[],
): readonly string[] {
  const own = models.filter(({ path }) => paths.includes(path));
  const needed = new Set(
    own.flatMap(({ description }) => (description?.references ?? []).map(({ path }) => path)),
  );
  return [...paths, ...files.map(({ path }) => path).filter((path) => needed.has(path))].sort();
}

/** The same model in another form, mostly. */
const otherWeights = /^(?:safetensors|gguf|pytorch|torchscript|tflite|keras|openvino|tf-)/;

function architectureOf({ description }: LayoutFile): string | undefined {
  const detail = description?.detail;
  return isGgufDetail(detail) ? detail.architecture : undefined;
}

function isGgufDetail(detail: unknown): detail is GgufDetail {
  return typeof detail === "object" && detail !== null && "kind" in detail && detail.kind === "gguf";
}

function withoutExtension(path: string): string {
  const dot = path.lastIndexOf(".");
  return dot > path.lastIndexOf("/") + 1 ? path.slice(0, dot) : path;
}
