// SPDX-License-Identifier: Apache-2.0
// Image and audio folders (`imagefolder` and `audiofolder` of the datasets library): media files in directories named
// after their class, with splits above them, or with a metadata file beside them. Only names are read here: how many
// files a class has, never what they show. A directory that holds anything else is none.

import { limits } from "../limits.ts";
import type { FactName, JsonValue } from "../model/fact.ts";
import { computed, type Fact } from "../model/fact.ts";
import type { DirectoryView, Layout, LayoutDescription, LayoutFile } from "./layout.ts";
import { splitPath } from "./reading.ts";

/** Extensions that Pillow and libsndfile read and data sets have. */
const media: ReadonlyMap<string, "image" | "audio"> = new Map([
  ...["jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff", "ppm", "pgm", "jp2"].map(
    (extension) => [extension, "image"] as const,
  ),
  ...["wav", "flac", "mp3", "ogg", "opus", "m4a", "aiff", "aif"].map(
    (extension) => [extension, "audio"] as const,
  ),
]);

const splitNames = new Set([
  "train",
  "training",
  "test",
  "testing",
  "val",
  "valid",
  "validation",
  "dev",
  "eval",
]);

/** Files that say something about a dataset and are no data themselves. */
const sideFile =
  /^(?:readme(?:\.\w+)?|licen[cs]e(?:\.\w+)?|copying|citation(?:\.\w+)?|\.git(?:attributes|ignore)|.*\.(?:md|txt|json|jsonld|ya?ml|bib))$/i;
const metadataFile = /^metadata\.(?:csv|jsonl|parquet)$/i;

const none: LayoutDescription = { facts: [], findings: [], unverified: [] };

/** Image and audio folders. */
export const mediaFolder: Layout = {
  id: "media-folder",
  describe({ files }: DirectoryView): LayoutDescription {
    const found = mediaFiles(files.values());
    if (found === undefined) {
      return none;
    }
    const { paths, kinds, hasMetadata } = found;
    const classes = countBy(paths, classOf);
    const splits = countBy(paths, splitOf);
    if (!hasMetadata && classes.size < 2) {
      return none;
    }
    const facts = [
      ...[...kinds].sort().map((kind) => fact("modality", kind)),
      ...histogram(classes),
      ...[...splits].map(([name, rows]) => fact("split", { name, rows })),
    ];
    return { ...none, facts, dataset: "described" };
  },
};

interface MediaFiles {
  readonly paths: readonly string[];
  readonly kinds: ReadonlySet<string>;
  readonly hasMetadata: boolean;
}

/** The media files; undefined if there are none, or if something else lies among them. */
function mediaFiles(files: Iterable<LayoutFile>): MediaFiles | undefined {
  const paths: string[] = [];
  const kinds = new Set<string>();
  let hasMetadata = false;
  for (const { path } of files) {
    const [, name] = splitPath(path);
    const kind = media.get(name.slice(name.lastIndexOf(".") + 1).toLowerCase());
    if (kind !== undefined) {
      paths.push(path);
      kinds.add(kind);
    } else if (metadataFile.test(name)) {
      hasMetadata = true;
    } else if (!sideFile.test(name)) {
      return undefined;
    }
  }
  return paths.length === 0 ? undefined : { paths, kinds, hasMetadata };
}

function countBy(paths: readonly string[], keyOf: (path: string) => string | undefined): Map<string, number> {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const key = keyOf(path);
    if (key !== undefined && (counts.has(key) || counts.size < limits.maxFolderClasses)) {
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return counts;
}

/** The directory that a file lies in, if it is neither the root nor a split. */
function classOf(path: string): string | undefined {
  const name = splitPath(splitPath(path)[0])[1];
  return name === "" || splitNames.has(name.toLowerCase()) ? undefined : name;
}

function splitOf(path: string): string | undefined {
  return path
    .split("/")
    .slice(0, -1)
    .find((name) => splitNames.has(name.toLowerCase()));
}

/** Classes that a BOM can list; of more only their number is said. */
function histogram(classes: ReadonlyMap<string, number>): Fact[] {
  if (classes.size === 0) {
    return [];
  }
  return classes.size <= limits.maxClaimsPerName
    ? [fact("classes", Object.fromEntries([...classes].sort(([a], [b]) => (a < b ? -1 : 1))))]
    : [fact("metadata", { key: "classes", value: classes.size })];
}

function fact(name: FactName, value: JsonValue): Fact {
  return computed(name, value, { path: "." });
}
