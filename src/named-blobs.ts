// SPDX-License-Identifier: Apache-2.0
// Files that are named by a hash of their content wait until all files are known: where a link shows one under a real
// name, as in a Hugging Face cache, the file is read under that name and once.

import type { HashedFile } from "./digests/engine.ts";
import type { SourceFile } from "./sources/tree.ts";

interface Blob {
  /** The position at which it was found. */
  readonly index: number;
  readonly source: SourceFile;
  readonly hashed: HashedFile;
}

const hashName = /(?:^|\/)(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Collects blobs and the links that show them. */
export class NamedBlobs {
  readonly #blobs: Blob[] = [];
  readonly #links = new Map<string, { readonly path: string; readonly index: number }>();

  /** Takes the next file; true if it is a blob, to be described at the end. */
  postpone(index: number, source: SourceFile, hashed: HashedFile): boolean {
    if (source.isLink) {
      const known = this.#links.get(source.absolutePath);
      if (known === undefined || source.path < known.path) {
        this.#links.set(source.absolutePath, { path: source.path, index });
      }
      return false;
    }
    const isBlob = hashName.test(source.path);
    if (isBlob) {
      this.#blobs.push({ index, source, hashed });
    }
    return isBlob;
  }

  /** The blobs that no link shows. */
  hidden(): readonly Blob[] {
    return this.#blobs.filter(({ source }) => !this.#links.has(source.absolutePath));
  }

  /** The others, each with the position of the link that shows it, the first by path. */
  shown(): readonly (Blob & { readonly shownAt: number })[] {
    return this.#blobs.flatMap((blob) => {
      const link = this.#links.get(blob.source.absolutePath);
      return link === undefined ? [] : [{ ...blob, shownAt: link.index }];
    });
  }
}
