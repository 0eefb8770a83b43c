// SPDX-License-Identifier: Apache-2.0
// The directory that skopeo calls `dir:` (containers/image, directory transport): the manifest as `manifest.json`, blobs named
// by their digest, signatures as `signature-1`; of an index also its manifests as `<hex>.manifest.json`.

import { hash } from "node:crypto";
import { limits } from "../limits.ts";
import type { ImageCarrier } from "../sources/image-carrier.ts";
import type { BlobTable } from "./blob-table.ts";
import { type BlobDigest, type Descriptor, isBlobDigest } from "./descriptor.ts";
import { parseDocument, text } from "./document.ts";
import type { SignatureFile } from "./image-store.ts";
import type { ManifestCollector } from "./manifest-collector.ts";

const named = /^(?:(sha512)-)?([0-9a-f]{64,128})(?:\.manifest\.json)?$/;
const signature = /^(?:([0-9a-f]{64})\.)?signature-[1-9][0-9]{0,3}$/;

/** Fills `blobs` and `collector`. @throws {AibomError} */
export function readImageDirectory(
  carrier: ImageCarrier,
  blobs: BlobTable,
  collector: ManifestCollector,
): { readonly entries: readonly Descriptor[]; readonly signatureFiles: readonly SignatureFile[] } {
  for (const path of carrier.files.keys()) {
    const [, algorithm = "sha256", hex] = named.exec(path) ?? [];
    const digest = `${algorithm}:${hex}`;
    if (isBlobDigest(digest)) {
      blobs.add(digest, path);
    }
  }
  const path = "manifest.json";
  const limit = limits.maxImageManifestBytes;
  const bytes = blobs.file(path, limit);
  // Nothing states the digest of the one at the top: it is what its bytes are.
  const digest: BlobDigest = `sha256:${hash("sha256", bytes, "hex")}`;
  blobs.add(digest, path);
  const mediaType = text(parseDocument(bytes, path, limit), "mediaType") ?? "";
  const entry: Descriptor = { digest, size: bytes.length, mediaType, annotations: new Map() };
  collector.visit(entry, []);
  const signatureFiles = [...carrier.files.keys()].flatMap((file) => {
    const [found, hex] = signature.exec(file) ?? [];
    const about: BlobDigest = hex === undefined ? digest : `sha256:${hex}`;
    return found === undefined ? [] : [{ path: file, digest: about }];
  });
  return { entries: [entry], signatureFiles };
}
