// SPDX-License-Identifier: Apache-2.0
// JSON files that describe a dataset, found by what they say at their start and not by their names, which are
// anything: croissant.json, metadata.json, the dataset's own name. Looks near the root first and at a bounded number.

import { isJsonObject, type JsonObject, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { finding } from "../model/finding.ts";
import type { LayoutFile } from "./layout.ts";
import type { Reading } from "./reading.ts";

/** One JSON object and where it lies. */
export interface DatasetDocument {
  readonly path: string;
  readonly root: JsonObject;
}

/**
 * The documents whose first bytes `isLikely` accepts. One that cannot be parsed is reported and unverified.
 * `usualName` is looked at first.
 */
export function datasetDocuments(
  reading: Reading,
  usualName: RegExp,
  isLikely: (head: string) => boolean,
): readonly DatasetDocument[] {
  const likely = candidates(reading, usualName).filter((file) => {
    const head = reading.attempt(file.path, () =>
      reading.directory.open(file.path).read(0, Math.min(file.size, limits.maxDatasetSniffBytes)),
    );
    return head !== undefined && isLikely(Buffer.from(head).toString("latin1"));
  });
  const rest = likely.length - limits.maxDatasetDocuments;
  if (rest > 0) {
    const args = { count: rest, limit: limits.maxDatasetDocuments };
    reading.findings.add(finding("DATASET_DOCUMENTS_CUT", { path: "." }, args));
    for (const { path } of likely.slice(limits.maxDatasetDocuments)) {
      reading.unverified.add(path);
    }
  }
  return likely.slice(0, limits.maxDatasetDocuments).flatMap((file) => parseDocument(reading, file) ?? []);
}

function candidates(reading: Reading, usualName: RegExp): readonly LayoutFile[] {
  const rank = ({ path }: LayoutFile): number => {
    const names = path.split("/");
    return (usualName.test(names.at(-1) ?? "") ? 0 : 1000) + names.length;
  };
  return [...reading.directory.files.values()]
    .filter(
      ({ path, format, size }) =>
        /\.(?:json|jsonld)$/i.test(path) && format !== "git-lfs-pointer" && size > 1,
    )
    .map((file) => ({ file, rank: rank(file) }))
    .sort((a, b) => a.rank - b.rank || (a.file.path < b.file.path ? -1 : 1))
    .slice(0, limits.maxDatasetDocumentCandidates)
    .map(({ file }) => file);
}

function parseDocument(reading: Reading, { path, size }: LayoutFile): DatasetDocument | undefined {
  return reading.attempt(path, () => {
    const maxBytes = limits.maxDatasetDocumentBytes;
    if (size > maxBytes) {
      throw AibomError.of("SOURCE_TOO_LARGE", { size, limit: maxBytes }, { where: { path } });
    }
    const bytes = reading.directory.open(path).read(0, size);
    const root = parseJson(bytes, { path, maxBytes, maxDepth: limits.maxJsonDepth });
    return isJsonObject(root) ? { path, root } : undefined;
  });
}
