// SPDX-License-Identifier: Apache-2.0
// A directory in memory for tests of layouts: identifies and describes its files as the inventory does.

import { createHash } from "node:crypto";
import type { FileTree } from "../../fixtures/safetensors.ts";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { headBytes } from "../../src/formats/format.ts";
import { readFile } from "../../src/formats/read-file.ts";
import type { DirectoryView, LayoutFile } from "../../src/layouts/layout.ts";

/** The view of a file tree; `linkCounts` by path, one where not given. */
export function memoryDirectory(
  tree: FileTree,
  linkCounts: ReadonlyMap<string, number> = new Map(),
): DirectoryView {
  const files = new Map<string, LayoutFile>();
  for (const [path, bytes] of tree) {
    const head = { bytes: bytes.subarray(0, headBytes), path, size: bytes.length };
    const { format, description } = readFile(head, memorySource(bytes, path));
    const file = {
      path,
      size: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      format,
      linkCount: linkCounts.get(path) ?? 1,
    };
    files.set(path, description === undefined ? file : { ...file, description });
  }
  return {
    name: "model",
    root: "",
    files,
    open: (path) => memorySource(tree.get(path) ?? new Uint8Array(), path),
  };
}
