// SPDX-License-Identifier: Apache-2.0
// OCI image layouts, as directories and as tar archives. Spec: OCI image-spec v1.1, image-layout.md. `oras backup` and
// `cosign save` write them, and `docker save` since version 25.

import { isJsonObject } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { ImageCarrier } from "../sources/image-carrier.ts";
import type { BlobTable } from "./blob-table.ts";
import { type Descriptor, isBlobDigest } from "./descriptor.ts";
import { descriptors, invalid, own, parseDocument, text } from "./document.ts";
import type { ManifestCollector } from "./manifest-collector.ts";

const blobPath = /^blobs\/(sha256|sha512)\/([0-9a-f]+)$/;

/** True if the files are those of a layout. */
export function isOciLayout(files: ReadonlyMap<string, unknown>): boolean {
  return files.has("oci-layout") || files.has("index.json");
}

/** Fills `blobs` and `collector`; gives the descriptors at the top. @throws {AibomError} */
export function readOciLayout(
  carrier: ImageCarrier,
  blobs: BlobTable,
  collector: ManifestCollector,
): readonly Descriptor[] {
  checkVersion(carrier, blobs);
  for (const path of carrier.files.keys()) {
    const [, algorithm, hex] = blobPath.exec(path) ?? [];
    const digest = `${algorithm}:${hex}`;
    if (isBlobDigest(digest)) {
      blobs.add(digest, path);
    }
  }
  const entries = topOf(carrier, blobs);
  for (const entry of entries) {
    collector.visit(entry, namesOf(entry));
  }
  findUnlisted(blobs, collector);
  return entries;
}

function checkVersion(carrier: ImageCarrier, blobs: BlobTable): void {
  const missing = ["oci-layout", "index.json"].find((path) => !carrier.files.has(path));
  if (missing !== undefined) {
    const reason = `\`${missing}\` is not there`;
    throw AibomError.of("IMAGE_CARRIER_INVALID", { reason }, { where: { path: carrier.name } });
  }
  const path = "oci-layout";
  const limit = limits.maxImageManifestBytes;
  const version = text(parseDocument(blobs.file(path, limit), path, limit), "imageLayoutVersion");
  if (version !== "1.0.0") {
    throw invalid(`the version of the layout is ${version ?? "not stated"}, known is 1.0.0`, { path });
  }
}

function topOf(carrier: ImageCarrier, blobs: BlobTable): readonly Descriptor[] {
  const path = "index.json";
  const limit = limits.maxImageManifestBytes;
  const index = parseDocument(blobs.file(path, limit), path, limit);
  if (own(index, "schemaVersion") !== 2 || own(index, "layers") !== undefined) {
    throw invalid("it is no index of version 2", { path });
  }
  const entries = descriptors(own(index, "manifests"), { path });
  if (entries.length === 0) {
    throw invalid("it lists no image", { path: carrier.files.get(path)?.path ?? path });
  }
  return entries;
}

/** Docker writes the whole name beside the tag. */
function namesOf({ annotations }: Descriptor): readonly string[] {
  const names = ["io.containerd.image.name", "org.opencontainers.image.ref.name"].flatMap(
    (key) => annotations.get(key) ?? [],
  );
  return [...new Set(names)];
}

/**
 * Small blobs that nothing leads to may be referrers: `cosign save` writes the bundles of version 3 so. What is looked at
 * is chosen by size before a byte is read.
 */
function findUnlisted(blobs: BlobTable, collector: ManifestCollector): void {
  const told = new Set(
    [...collector.manifests.values()].flatMap(({ config, layers }) =>
      [...(config === undefined ? [] : [config]), ...layers].map(({ digest }) => digest),
    ),
  );
  const small = [...blobs.blobs.values()].filter(
    ({ digest, size }) =>
      size <= limits.maxImageManifestBytes && !told.has(digest) && !collector.manifests.has(digest),
  );
  if (small.length > limits.maxImageBlobSearch) {
    const args = { limit: limits.maxImageBlobSearch, what: "blobs that no manifest leads to" };
    collector.refuse(AibomError.of("IMAGE_TOO_MANY", args));
    return;
  }
  for (const { digest, path } of small) {
    const bytes = blobs.file(path, limits.maxImageManifestBytes);
    if (mentionsSubject(bytes, path)) {
      try {
        collector.takeUnlisted(digest, blobs.read(digest, limits.maxImageManifestBytes), path);
      } catch (cause) {
        collector.refuse(cause);
      }
    }
  }
}

/** True for a document that says it is about another one. What is no document is no referrer. */
function mentionsSubject(bytes: Uint8Array, path: string): boolean {
  if (
    bytes[0] !== openingBrace ||
    !Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('"subject"')
  ) {
    return false;
  }
  try {
    const document = parseDocument(bytes, path, limits.maxImageManifestBytes);
    return isJsonObject(own(document, "subject")) && own(document, "schemaVersion") === 2;
  } catch {
    return false;
  }
}

const openingBrace = 0x7b;
