// SPDX-License-Identifier: Apache-2.0
// A directory in memory for tests of layouts: identifies and describes its files as the inventory does.

import { createHash } from "node:crypto";
import type { FileTree } from "../../fixtures/safetensors.ts";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { AibomError } from "../../src/errors.ts";
import { headBytes } from "../../src/formats/format.ts";
import { identify } from "../../src/formats/identify.ts";
import type { DirectoryView, LayoutFile } from "../../src/layouts/layout.ts";

/** The view of a file tree; `linkCounts` by path, one where not given. */
export function memoryDirectory(
  tree: FileTree,
  linkCounts: ReadonlyMap<string, number> = new Map(),
): DirectoryView {
  const files = new Map<string, LayoutFile>();
  for (const [path, bytes] of tree) {
    const { format, reader } = identify({ bytes: bytes.subarray(0, headBytes), path, size: bytes.length });
    const file = {
      path,
      size: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      format,
      linkCount: linkCounts.get(path) ?? 1,
    };
    try {
      const description = reader?.describe(memorySource(bytes, path));
      files.set(path, description === undefined ? file : { ...file, description });
    } catch (error) {
      if (!(error instanceof AibomError)) {
        throw error;
      }
      files.set(path, file);
    }
  }
  return {
    name: "model",
    files,
    open: (path) => memorySource(tree.get(path) ?? new Uint8Array(), path),
  };
}
