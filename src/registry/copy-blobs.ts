// SPDX-License-Identifier: Apache-2.0
// Second half of a copy: the blobs, several at once, each hashed while it comes in. A transfer that breaks goes on where
// it stopped, in this run or in the next; the digest is over all of it.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { RegistryClient } from "../net/registry/client.ts";
import { brokenTransfer } from "../net/registry/http.ts";
import type { BlobWriter, LayoutWriter } from "./layout-writer.ts";
import type { Pointer } from "./manifest.ts";

export interface BlobProgress {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly files: number;
  readonly totalFiles: number;
}

export interface BlobCopyOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BlobProgress) => void;
  /** Waits between two tries. */
  readonly pause: (seconds: number) => Promise<void>;
}

export interface CopiedBlobs {
  readonly copied: number;
  /** Bytes that came over the network. */
  readonly bytes: number;
  /** Blobs that were there already. */
  readonly present: number;
}

/**
 * Copies blobs into a layout.
 * @throws {AibomError} REGISTRY_DIGEST_DIFFERS, REGISTRY_*, FETCH_*, LAYOUT_NOT_WRITABLE
 */
export async function copyBlobs(
  client: RegistryClient,
  layout: LayoutWriter,
  blobs: readonly Pointer[],
  options: BlobCopyOptions,
): Promise<CopiedBlobs> {
  const run = new BlobRun(client, layout, blobs, options);
  const largestFirst = [...blobs].sort((a, b) => b.size - a.size);
  const next = largestFirst.values();
  const lanes = Array.from({ length: limits.maxParallelDownloads }, () => run.work(next));
  // All lanes end before an error is told: nobody writes any more when the caller looks at the layout.
  const ends = await Promise.allSettled(lanes);
  const failed = ends.find((end) => end.status === "rejected");
  if (failed !== undefined) {
    throw failed.reason;
  }
  return run.result;
}

class BlobRun {
  readonly #client: RegistryClient;
  readonly #layout: LayoutWriter;
  readonly #options: BlobCopyOptions;
  readonly #totals: { readonly totalBytes: number; readonly totalFiles: number };
  #bytes = 0;
  #done = 0;
  #copied = 0;
  #received = 0;
  #hasFailed = false;

  constructor(
    client: RegistryClient,
    layout: LayoutWriter,
    blobs: readonly Pointer[],
    options: BlobCopyOptions,
  ) {
    this.#client = client;
    this.#layout = layout;
    this.#options = options;
    this.#totals = {
      totalBytes: blobs.reduce((sum, { size }) => sum + size, 0),
      totalFiles: blobs.length,
    };
  }

  get result(): CopiedBlobs {
    return { copied: this.#copied, bytes: this.#received, present: this.#done - this.#copied };
  }

  /** One lane: takes the next blob until there is none, or another lane failed. */
  async work(blobs: Iterator<Pointer>): Promise<void> {
    for (let step = blobs.next(); step.done !== true && !this.#hasFailed; step = blobs.next()) {
      try {
        await this.#copy(step.value);
      } catch (error) {
        this.#hasFailed = true;
        throw error;
      }
    }
  }

  async #copy(blob: Pointer): Promise<void> {
    if (this.#layout.has(blob.digest, blob.size)) {
      this.#advance(blob.size);
    } else {
      await this.#download(blob);
      this.#copied++;
    }
    this.#done++;
    this.#advance(0);
  }

  async #download(blob: Pointer): Promise<void> {
    const writer = this.#layout.begin(blob.digest, blob.size);
    this.#advance(writer.offset);
    try {
      for (let attempt = 1; writer.offset < blob.size || attempt === 1; attempt++) {
        await this.#transfer(blob, writer, attempt);
      }
    } catch (error) {
      writer.close();
      throw error;
    }
    const got = writer.digest();
    if (got !== blob.digest) {
      writer.discard();
      const { host } = this.#client;
      throw AibomError.of("REGISTRY_DIGEST_DIFFERS", { host, name: "a blob", got, expected: blob.digest });
    }
    writer.keep();
  }

  /** One request. A connection that breaks is no failure before the last attempt: the next one goes on. */
  async #transfer(blob: Pointer, writer: BlobWriter, attempt: number): Promise<void> {
    const { signal, pause } = this.#options;
    if (writer.offset === blob.size && attempt === 1) {
      return;
    }
    const received = await this.#client.blob(blob.digest, writer.offset, blob.size);
    if (!received.isPartial && writer.offset > 0) {
      this.#advance(-writer.offset);
      writer.restart();
    }
    try {
      for await (const chunk of received.body) {
        if (writer.offset + chunk.length > blob.size) {
          received.abandon();
          throw AibomError.of("FETCH_TOO_LONG", { url: received.url, limit: blob.size });
        }
        writer.write(chunk);
        this.#received += chunk.length;
        this.#advance(chunk.length);
      }
    } catch (cause) {
      const isFinal = attempt >= limits.maxRegistryAttempts || signal?.aborted === true || this.#hasFailed;
      if (cause instanceof AibomError || isFinal) {
        throw brokenTransfer(cause, received.url);
      }
      await pause(limits.registryRetrySeconds * attempt);
      return;
    }
    if (writer.offset < blob.size && attempt >= limits.maxRegistryAttempts) {
      const reason = `it ends after ${writer.offset} of ${blob.size} bytes`;
      throw AibomError.of("FETCH_FAILED", { url: received.url, reason });
    }
  }

  #advance(bytes: number): void {
    this.#bytes += bytes;
    this.#options.onProgress?.({ bytes: this.#bytes, files: this.#done, ...this.#totals });
  }
}
