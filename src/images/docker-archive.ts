// SPDX-License-Identifier: Apache-2.0
// What `docker save` and `podman save` write: `manifest.json`, a list of images, each a configuration and layers by the names of
// their files. There is no manifest of a registry, so no digest that was signed; the configuration's stands for the image.
// Spec: moby, image/spec/v1.2.md. Since version 25 of Docker it stands beside an OCI layout, and is compared with it.

import { hash } from "node:crypto";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { finding } from "../model/finding.ts";
import type { ImageCarrier } from "../sources/image-carrier.ts";
import { sha256Of } from "../sources/sha256-of.ts";
import type { BlobTable } from "./blob-table.ts";
import { type BlobDigest, type Descriptor, isBlobDigest } from "./descriptor.ts";
import { invalid, own, parseDocument, text } from "./document.ts";
import type { ImageSubject } from "./image-store.ts";
import type { ManifestCollector } from "./manifest-collector.ts";
import { compressionOf } from "./media-type.ts";

const listPath = "manifest.json";

/** One image as the list names it. */
interface SavedImage {
  readonly config: string;
  readonly layers: readonly string[];
  readonly names: readonly string[];
}

/** Reads the images of an archive without an OCI layout into the subjects of `collector`. @throws {AibomError} */
export function readDockerArchive(
  carrier: ImageCarrier,
  blobs: BlobTable,
  collector: ManifestCollector,
): void {
  for (const saved of savedImages(blobs)) {
    try {
      collector.subjects.push(subjectOf(saved, carrier, blobs));
    } catch (cause) {
      collector.refuse(cause);
    }
  }
}

/** Compares the list with the subjects of the layout that it stands beside. @throws {AibomError} */
export function compareDockerList(
  carrier: ImageCarrier,
  blobs: BlobTable,
  collector: ManifestCollector,
): ReadonlyMap<BlobDigest, readonly string[]> {
  const names = new Map<BlobDigest, readonly string[]>();
  for (const saved of savedImages(blobs)) {
    const config = digestOfPath(saved.config);
    const layers = saved.layers.map(digestOfPath).join();
    const same = collector.subjects.filter((each) => each.config?.digest === config);
    if (
      config === undefined ||
      !same.some((each) => each.layers.map(({ digest }) => digest).join() === layers)
    ) {
      const what = same.length === 0 ? "images" : "layers of one image";
      collector.complete = false;
      collector.report(
        finding("IMAGE_ARCHIVE_DISAGREES", { path: carrier.name, member: listPath }, { what }),
      );
    } else {
      names.set(config, [...(names.get(config) ?? []), ...saved.names]);
    }
  }
  return names;
}

/** True if `manifest.json` is a list, as `docker save` writes it; skopeo's `dir:` has an object there. */
export function isDockerList(blobs: BlobTable): boolean {
  const start = Buffer.from(blobs.file(listPath, limits.maxImageManifestBytes)).toString("latin1", 0, 64);
  return start.trimStart().startsWith("[");
}

function savedImages(blobs: BlobTable): readonly SavedImage[] {
  const where = { path: listPath };
  const maxBytes = limits.maxImageManifestBytes;
  const list = parseJson(blobs.file(listPath, maxBytes), {
    ...where,
    maxBytes,
    maxDepth: limits.maxImageJsonDepth,
  });
  if (!isJsonArray(list) || list.length === 0) {
    throw invalid("it lists no image", where);
  }
  if (list.length > limits.maxImageDescriptors) {
    const args = { limit: limits.maxImageDescriptors, what: "images in one archive" };
    throw AibomError.of("IMAGE_TOO_MANY", args, { where });
  }
  return list.map((each) => savedImage(each));
}

function savedImage(value: JsonValue): SavedImage {
  const config = isJsonObject(value) ? text(value, "Config") : undefined;
  const layers = isJsonObject(value) ? strings(own(value, "Layers")) : undefined;
  if (!isJsonObject(value) || config === undefined || layers === undefined) {
    throw invalid("an image has no `Config` or no list of `Layers`", { path: listPath });
  }
  if (layers.length > limits.maxImageDescriptors) {
    const args = { limit: limits.maxImageDescriptors, what: "layers of one image" };
    throw AibomError.of("IMAGE_TOO_MANY", args, { where: { path: listPath } });
  }
  return { config, layers, names: strings(own(value, "RepoTags")) ?? [] };
}

function strings(value: JsonValue | undefined): readonly string[] | undefined {
  if (value === null || value === undefined) {
    return [];
  }
  return isJsonArray(value) && value.every((each) => typeof each === "string") ? value : undefined;
}

function subjectOf(saved: SavedImage, carrier: ImageCarrier, blobs: BlobTable): ImageSubject {
  const config = configOf(saved.config, blobs);
  const { descriptor, diffIds } = config;
  if (saved.layers.length !== diffIds.length) {
    const args = { layers: saved.layers.length, diffIds: diffIds.length };
    throw AibomError.of("IMAGE_LAYER_COUNT", args, { where: { path: saved.config } });
  }
  const layers = saved.layers.map((path, index) => layerOf(path, diffIds[index], carrier, blobs));
  const { digest } = descriptor;
  return { digest, config: descriptor, layers, names: saved.names, parents: [], descriptor, role: "image" };
}

interface SavedConfig {
  readonly descriptor: Descriptor;
  readonly diffIds: readonly BlobDigest[];
}

/** The configuration; where its name holds a digest, its bytes have to be that. */
function configOf(path: string, blobs: BlobTable): SavedConfig {
  const bytes = blobs.file(path, limits.maxImageConfigBytes);
  const digest: BlobDigest = `sha256:${hash("sha256", bytes, "hex")}`;
  const expected = digestOfPath(path);
  if (expected !== undefined && expected !== digest) {
    throw AibomError.of("IMAGE_BLOB_CHANGED", { actual: digest, expected }, { where: { path } });
  }
  blobs.add(digest, path);
  const mediaType = "application/vnd.docker.container.image.v1+json";
  const object = parseDocument(bytes, path, limits.maxImageConfigBytes);
  return {
    descriptor: { digest, size: bytes.length, mediaType, annotations: new Map() },
    diffIds: diffIdsOf(object, path),
  };
}

/** The hashes of the uncompressed layers, as a configuration lists them. @throws {AibomError} IMAGE_* */
export function diffIdsOf(config: JsonObject, path: string): readonly BlobDigest[] {
  const rootfs = own(config, "rootfs");
  const list = isJsonObject(rootfs) ? (strings(own(rootfs, "diff_ids")) ?? []) : [];
  if (list.length > limits.maxImageDescriptors) {
    const args = { limit: limits.maxImageDescriptors, what: "layers of one image" };
    throw AibomError.of("IMAGE_TOO_MANY", args, { where: { path } });
  }
  return list.map((digest) => {
    if (!isBlobDigest(digest)) {
      throw AibomError.of("IMAGE_DIGEST_INVALID", { digest: digest.slice(0, 160) }, { where: { path } });
    }
    return digest;
  });
}

/** A layer is named by its bytes: by its diff_id if it is not compressed, else by its name, else it is hashed. */
function layerOf(
  path: string,
  diffId: BlobDigest | undefined,
  carrier: ImageCarrier,
  blobs: BlobTable,
): Descriptor {
  const source = carrier.open(path);
  const compression = compressionOf(source.read(0, Math.min(4, source.size)));
  const digest =
    (compression === "none" ? diffId : digestOfPath(path)) ?? (`sha256:${sha256Of(source)}` as BlobDigest);
  blobs.add(digest, path);
  const ending = compression === "none" ? "" : `.${compression}`;
  const mediaType = `application/vnd.docker.image.rootfs.diff.tar${ending}`;
  return { digest, size: source.size, mediaType, annotations: new Map() };
}

/** `<hex>.json`, `<hex>.tar.gz`, `sha256:<hex>`, `blobs/sha256/<hex>`: names in which tools write the digest. */
function digestOfPath(path: string): BlobDigest | undefined {
  const [, hex] = /^(?:blobs\/sha256\/|sha256:)?([0-9a-f]{64})(?:\.json|\.tar(?:\.gz)?)?$/.exec(path) ?? [];
  return hex === undefined ? undefined : `sha256:${hex}`;
}
