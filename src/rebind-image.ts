// SPDX-License-Identifier: Apache-2.0
// Binds an image to signed manifests that were given for it. `docker save` and `podman save` write no registry manifest, or
// another one; the manifest that was signed names the same configuration by digest, and the configuration the hash of each
// uncompressed layer. If every saved layer unpacks to that hash, both are the same image.

import type { BlobDigest } from "./images/descriptor.ts";
import { diffIdsOf } from "./images/docker-archive.ts";
import { parseDocument } from "./images/document.ts";
import type { ImageStore, StoredManifest } from "./images/image-store.ts";
import { limits } from "./limits.ts";
import type { ImageContent } from "./model/image.ts";

export interface BoundManifest {
  readonly manifest: StoredManifest;
  /** Layers that were compared. */
  readonly layers: number;
  /** Its digest, and those of the indexes that list it. */
  readonly above: readonly BlobDigest[];
}

/** The manifests in any of the stores that are the same image; its own is among them if there is one. */
export function rebind(image: ImageContent, stores: readonly ImageStore[]): readonly BoundManifest[] {
  const [store] = stores;
  const { configDigest, layers } = image;
  const stated = store === undefined || configDigest === undefined ? undefined : diffIds(store, configDigest);
  // The recomputed hashes of what the layers unpack to; one that could not be unpacked has none, and binds nothing.
  const isSame =
    stated !== undefined &&
    stated.length === layers.length &&
    stated.every((diffId, index) => layers[index]?.diffId === diffId);
  return stores.flatMap(({ manifests }) =>
    [...manifests.values()]
      .filter(
        (each) =>
          each.kind === "manifest" &&
          (each.digest === image.digest ||
            (isSame && each.config?.digest === configDigest && each.layers.length === layers.length)),
      )
      .map((manifest) => ({
        manifest,
        layers: layers.length,
        above: [manifest.digest, ...indexesAbove(manifest.digest, stores)],
      })),
  );
}

function diffIds(store: ImageStore, config: string): readonly BlobDigest[] | undefined {
  try {
    const maxBytes = limits.maxImageConfigBytes;
    const bytes = store.blob(config as BlobDigest, maxBytes);
    const ids = diffIdsOf(parseDocument(bytes, config, maxBytes), config);
    // Without layers everything would be the same.
    return ids.length === 0 ? undefined : ids;
  } catch {
    // What is wrong with the configuration was told by whoever read the image.
    return undefined;
  }
}

/** Indexes that list a manifest, and those that list them. Each was hashed when its store was opened. */
function indexesAbove(digest: BlobDigest, stores: readonly ImageStore[]): readonly BlobDigest[] {
  const found = new Set<BlobDigest>();
  const waiting = [digest];
  for (let child = waiting.pop(); child !== undefined; child = waiting.pop()) {
    for (const { manifests } of stores) {
      for (const each of manifests.values()) {
        if (each.manifests.some((entry) => entry.digest === child) && !found.has(each.digest)) {
          found.add(each.digest);
          waiting.push(each.digest);
        }
      }
    }
  }
  return [...found];
}
