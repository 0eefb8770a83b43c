// SPDX-License-Identifier: Apache-2.0
// The blobs of a carrier by their digests. Names are claims: bytes that are handed out were hashed.

import { hash } from "node:crypto";
import type { ByteSource } from "../bytes/byte-source.ts";
import { AibomError } from "../errors.ts";
import type { ImageCarrier } from "../sources/image-carrier.ts";
import { type BlobDigest, type Descriptor, splitDigest } from "./descriptor.ts";
import type { StoredBlob } from "./image-store.ts";

export class BlobTable {
  readonly blobs = new Map<BlobDigest, StoredBlob>();
  readonly #carrier: ImageCarrier;

  constructor(carrier: ImageCarrier) {
    this.#carrier = carrier;
  }

  /** A file of the carrier that is named, or known, to be this blob. The first one counts. */
  add(digest: BlobDigest, path: string): void {
    const file = this.#carrier.files.get(path);
    if (file !== undefined && !this.blobs.has(digest)) {
      this.blobs.set(digest, { digest, size: file.size, path });
    }
  }

  /** @throws {AibomError} IMAGE_BLOB_MISSING */
  get(digest: BlobDigest): StoredBlob {
    const blob = this.blobs.get(digest);
    if (blob === undefined) {
      throw AibomError.of("IMAGE_BLOB_MISSING", { digest }, { where: { path: this.#carrier.name } });
    }
    return blob;
  }

  /** @throws {AibomError} IMAGE_BLOB_MISSING */
  open(digest: BlobDigest): ByteSource {
    return this.#carrier.open(this.get(digest).path);
  }

  /** @throws {AibomError} IMAGE_BLOB_MISSING, IMAGE_BLOB_CHANGED, IMAGE_BLOB_TOO_LARGE */
  read(digest: BlobDigest, maxBytes: number): Uint8Array {
    const { path } = this.get(digest);
    const bytes = this.file(path, maxBytes);
    const { algorithm, hex } = splitDigest(digest);
    const actual = hash(algorithm, bytes, "hex");
    if (actual !== hex) {
      const args = { actual: `${algorithm}:${actual}`, expected: digest };
      throw AibomError.of("IMAGE_BLOB_CHANGED", args, { where: { path } });
    }
    return bytes;
  }

  /** @throws {AibomError} IMAGE_BLOB_TOO_LARGE, SOURCE_NOT_FOUND */
  file(path: string, maxBytes: number): Uint8Array {
    const source = this.#carrier.open(path);
    if (source.size > maxBytes) {
      const args = { size: source.size, limit: maxBytes };
      throw AibomError.of("IMAGE_BLOB_TOO_LARGE", args, { where: { path } });
    }
    return source.read(0, source.size);
  }

  /**
   * The blob that a descriptor means, if its size is what the descriptor says.
   * @throws {AibomError} IMAGE_BLOB_MISSING, IMAGE_BLOB_SIZE
   */
  find({ digest, size }: Descriptor): StoredBlob {
    const blob = this.get(digest);
    if (blob.size !== size) {
      const args = { actual: blob.size, expected: size };
      throw AibomError.of("IMAGE_BLOB_SIZE", args, { where: { path: blob.path } });
    }
    return blob;
  }
}
