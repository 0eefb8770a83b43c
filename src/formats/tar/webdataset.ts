// SPDX-License-Identifier: Apache-2.0
// WebDataset shards (webdataset 1.0): a tar whose files belong to one sample if their names are equal up to the first
// dot. What is behind the dot says how a loader decodes a file; `.pyd`, `.pkl` and `.pth` are unpickled by default.
// A tar of anything else can have such names too, so most samples must have the same kinds of files.

import type { TarEntry } from "../../bytes/tar.ts";
import { limits } from "../../limits.ts";
import type { ArchiveKind, ArchiveView } from "../archive-kind.ts";
import { ClaimList } from "../claim-list.ts";
import { FindingList } from "../finding-list.ts";
import type { Description, Members } from "../format.ts";

/** The last extensions of files that loaders of WebDataset decode. */
const decoded = new Set([
  ...["jpg", "jpeg", "png", "ppm", "pgm", "pbm", "pnm", "webp", "tiff", "tif", "jp2", "jxl", "exr"],
  ...["cls", "cls2", "index", "inx", "id", "txt", "text", "transcript", "caption", "json", "jsn"],
  ...["pyd", "pickle", "pkl", "pth", "pt", "ten", "tb", "mp", "msg", "npy", "npz", "cbor", "safetensors"],
  ...["flac", "mp3", "wav", "ogg", "opus", "m4a", "sox", "mp4", "mov", "avi", "mkv", "webm", "mpg"],
  ...["h5", "bin", "parquet", "xml", "box", "mask"],
]);

/** Kinds of files that a loader unpickles, whatever they start with. */
const unpickled = new Set(["pyd", "pickle", "pkl"]);

/** The tar kind of WebDataset. */
export const webdataset: ArchiveKind<TarEntry> = {
  id: "webdataset",
  holdsWeights: false,
  extensions: [],
  recognises: (names) => isShard(samplesOf(names)),
  describe,
};

/** A file of a sample. */
interface SampleFile {
  readonly key: string;
  /** What is behind the first dot, in lower case: `jpg`, `seg.png`. */
  readonly kind: string;
}

/** The parts of a name; undefined for a directory, a hidden file and a name without a dot. */
function sampleFile(name: string): SampleFile | undefined {
  const base = name.lastIndexOf("/") + 1;
  const dot = name.indexOf(".", base);
  return dot <= base ? undefined : { key: name.slice(0, dot), kind: name.slice(dot + 1).toLowerCase() };
}

/** The kinds of files that each sample has, in alphabetical order. */
function samplesOf(names: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const samples = new Map<string, string[]>();
  for (const name of names) {
    const file = sampleFile(name);
    if (file !== undefined) {
      const kinds = samples.get(file.key);
      if (kinds === undefined) {
        samples.set(file.key, [file.kind]);
      } else {
        kinds.push(file.kind);
      }
    }
  }
  for (const kinds of samples.values()) {
    kinds.sort();
  }
  return samples;
}

/** Half of the samples, and at least two, have the same two or more kinds of files, all of which are decoded. */
function isShard(samples: ReadonlyMap<string, readonly string[]>): boolean {
  const counts = new Map<string, number>();
  for (const kinds of samples.values()) {
    const all = kinds.join("\0");
    counts.set(all, (counts.get(all) ?? 0) + 1);
  }
  let [common, most] = ["", 0];
  for (const [kinds, count] of counts) {
    [common, most] = count > most ? [kinds, count] : [common, most];
  }
  const kinds = common.split("\0");
  return (
    most >= 2 &&
    most * 2 >= samples.size &&
    kinds.length >= 2 &&
    kinds.every((kind) => decoded.has(lastOf(kind)))
  );
}

function lastOf(kind: string): string {
  return kind.slice(kind.lastIndexOf(".") + 1);
}

function describe(archive: ArchiveView<TarEntry>, members: Members): Description {
  const { path } = archive.file;
  const findings = new FindingList(path);
  const claims = new ClaimList(findings);
  const formats = new Map<string, string>();
  const counts = new Map<string, number>();
  const keys = new Set<string>();
  let isIncomplete = false;
  for (const entry of archive.entries) {
    const file = entry.kind === "file" ? sampleFile(entry.name) : undefined;
    if (file === undefined) {
      continue;
    }
    keys.add(file.key);
    const member = archive.memberOf(entry);
    counts.set(file.kind, (counts.get(file.kind) ?? 0) + 1);
    if (!formats.has(file.kind) && formats.size < limits.maxClaimsPerName) {
      formats.set(file.kind, member?.format ?? "file");
    }
    if (unpickled.has(lastOf(file.kind)) && member?.format === "file") {
      // Old protocols have no magic; the loader unpickles the file all the same.
      const again = members.describe(`${entry.name}!unpickled.pkl`, archive.open(entry));
      for (const each of again.findings) {
        findings.add(each);
      }
      claims.facts.push(...again.facts);
      isIncomplete ||= again.status === "unverified";
    }
  }
  claims.computed("rows.count", keys.size, { path });
  claims.computed("columns.count", counts.size, { path });
  claims.computed("schema", Object.fromEntries(formats), { path });
  for (const [kind, count] of [...counts].slice(0, limits.maxClaimsPerName)) {
    claims.computed("metadata", { key: `webdataset.${kind}`, value: count }, { path });
  }
  return {
    facts: claims.facts,
    findings: findings.all(),
    references: [],
    ...(isIncomplete && { incomplete: true as const }),
  };
}
