// SPDX-License-Identifier: Apache-2.0
// What a DVC file says about its outputs and dependencies (DVC 3, ".dvc Files" and "dvc.lock File"): paths, MD5, sizes.
// DVC 2 hashed text files after changing their line ends; without `hash: md5` only the size is comparable.

import { isJsonArray, parseJson } from "../../bytes/json.ts";
import { limits } from "../../limits.ts";
import type { JsonValue } from "../../model/fact.ts";
import { finding } from "../../model/finding.ts";
import { isAddress, manifestPath } from "../manifest-path.ts";
import { countOf, textOf } from "../member.ts";
import { inside, type Reading } from "../reading.ts";

/** One output or dependency of a DVC file. */
export interface DvcEntry {
  /** In the directory; undefined if it lies outside or at an address. */
  readonly path: string | undefined;
  readonly stated: string;
}

/** Where an entry stands. */
export interface DvcPlace {
  /** The DVC file. */
  readonly file: string;
  /** Directory that paths count from. */
  readonly folder: string;
  readonly pointer: string;
}

/** Takes in an output: what its file must be, and for a directory what the files in it must be. */
export function readOutput(reading: Reading, entry: JsonValue, place: DvcPlace): DvcEntry | undefined {
  const found = readEntry(entry, place);
  if (found === undefined) {
    return undefined;
  }
  if (found.path === undefined) {
    if (!isAddress(found.stated)) {
      const where = { path: place.file, member: place.pointer };
      reading.findings.add(finding("MANIFEST_PATH_UNSAFE", where, { path: found.stated }));
    }
    return found;
  }
  const md5 = textOf(entry, "md5");
  const size = countOf(entry, "size");
  const isComparable = textOf(entry, "hash") === "md5";
  if (md5 !== undefined && /^[0-9a-f]{32}\.dir$/.test(md5)) {
    readDirectory(reading, found.path, md5, place);
  } else if (md5 !== undefined && /^[0-9a-f]{32}$/.test(md5) && isComparable) {
    reading.expect(found.path, { md5, ...(size !== undefined && { size }) }, place.file, place.pointer);
  } else if (size !== undefined && md5 !== undefined) {
    reading.expect(found.path, { size }, place.file, place.pointer);
  } else if (md5 !== undefined) {
    reading.expect(found.path, {}, place.file, place.pointer);
  }
  return found;
}

/** Path of an entry. */
export function readEntry(entry: JsonValue, { folder }: DvcPlace): DvcEntry | undefined {
  const stated = textOf(entry, "path");
  return stated === undefined ? undefined : { path: manifestPath(folder, stated), stated };
}

/** The files of a directory output, from the list in DVC's cache if it lies here. */
function readDirectory(reading: Reading, path: string, md5: string, place: DvcPlace): void {
  const list = cachePlaces(place.folder, md5).find((each) => reading.directory.files.has(each));
  if (list === undefined) {
    return;
  }
  const bytes = reading.bytes(list, limits.maxJsonBytes);
  const options = { path: list, maxBytes: limits.maxJsonBytes, maxDepth: 4 };
  const entries = bytes && reading.attempt(list, () => parseJson(bytes, options));
  for (const [index, entry] of (isJsonArray(entries) ? entries : []).entries()) {
    const [stated, digest] = [textOf(entry, "relpath"), textOf(entry, "md5")];
    const file = stated === undefined ? undefined : manifestPath(path, stated);
    if (stated === undefined || file === undefined || !file.startsWith(`${path}/`)) {
      const where = { path: list, member: `/${index}/relpath` };
      reading.findings.add(finding("MANIFEST_PATH_UNSAFE", where, { path: stated ?? "" }));
    } else if (digest !== undefined && /^[0-9a-f]{32}$/.test(digest)) {
      reading.expect(file, { md5: digest }, list, `/${index}`);
    }
  }
}

/** Where DVC's cache may keep a list: in `.dvc` of this directory or of one above, by the layouts of DVC 3 and 2. */
function cachePlaces(folder: string, md5: string): readonly string[] {
  const name = `${md5.slice(0, 2)}/${md5.slice(2)}`;
  const folders = [folder];
  for (let at = folder; at !== ""; ) {
    at = at.includes("/") ? at.slice(0, at.lastIndexOf("/")) : "";
    folders.push(at);
  }
  return folders.flatMap((each) => [
    inside(each, `.dvc/cache/files/md5/${name}`),
    inside(each, `.dvc/cache/${name}`),
  ]);
}
