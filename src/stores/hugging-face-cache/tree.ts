// SPDX-License-Identifier: Apache-2.0
// trees/<commit>.json of a Hugging Face cache: all files of the commit with their sizes and hashes, as the hub
// listed them (huggingface_hub, _tree_cache.py, format version 1). It tells what a snapshot lacks, and what was put
// into it by somebody else.

import { isJsonObject, type JsonObject } from "../../bytes/json.ts";
import type { LayoutFile } from "../../layouts/layout.ts";
import { inside, member, type Reading } from "../../layouts/reading.ts";
import { claim, type Fact } from "../../model/fact.ts";
import { finding } from "../../model/finding.ts";

/** Compares the listing at `path` with a snapshot's files; answers what it says about those that are there. */
export function checkTree(
  reading: Reading,
  path: string,
  root: string,
  files: ReadonlyMap<string, LayoutFile>,
): readonly Fact[] {
  const document = reading.jsonObject(path);
  const listed = document === undefined ? undefined : member(document, "files");
  if (document === undefined || member(document, "format_version") !== 1 || !isJsonObject(listed)) {
    if (document !== undefined) {
      reading.findings.add(
        finding("CACHE_TREE_INVALID", { path }, { reason: "it is not of format version 1" }),
      );
    }
    return [];
  }
  const entries = new Map(Object.entries(listed));
  const missing = [...entries.keys()].filter((name) => !files.has(name));
  const [first] = missing;
  if (first !== undefined) {
    const args = { count: missing.length, total: entries.size, file: first };
    reading.findings.add(finding("CACHE_SNAPSHOT_PARTIAL", { path }, args));
  }
  for (const [name, file] of files) {
    if (!entries.has(name)) {
      reading.findings.add(finding("CACHE_FILE_UNLISTED", { path: file.path }, { tree: path }));
    }
  }
  return [...entries].flatMap(([name, entry]) => {
    const stated = files.has(name) && isJsonObject(entry) ? statedOf(entry) : undefined;
    return stated === undefined
      ? []
      : [
          claim(
            "file.expected",
            { path: inside(root, name), ...stated, by: path },
            { path, pointer: `/files/${name}`.slice(0, 300) },
          ),
        ];
  });
}

/** The blob id of an LFS file is that of its pointer, so the SHA-256 goes first. */
function statedOf(entry: JsonObject): Record<string, string | number> | undefined {
  const sha256 = member(entry, "lfs_sha256");
  const gitSha1 = member(entry, "blob_id");
  const isLfs = typeof sha256 === "string";
  const size = member(entry, isLfs ? "lfs_size" : "size");
  const stated = {
    ...(isLfs && /^[0-9a-f]{64}$/.test(sha256) ? { sha256 } : {}),
    ...(!isLfs && typeof gitSha1 === "string" && /^[0-9a-f]{40}$/.test(gitSha1) ? { gitSha1 } : {}),
    ...(typeof size === "number" && Number.isSafeInteger(size) && size >= 0 ? { size } : {}),
  };
  return Object.keys(stated).length === 0 ? undefined : stated;
}
