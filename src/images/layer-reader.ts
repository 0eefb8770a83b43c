// SPDX-License-Identifier: Apache-2.0
// Reads one layer from its first byte to its last, once: the bytes as they lie there are hashed and compared with the
// descriptor, the unpacked ones with the configuration's diff_id, and each file in it is hashed and looked at.

import { createHash, type Hash } from "node:crypto";
import { TarBroken, TarStream } from "../bytes/tar/stream.ts";
import { windowSource } from "../bytes/window-source.ts";
import { faultFinding } from "../formats/fault-finding.ts";
import { limits } from "../limits.ts";
import { type Finding, finding } from "../model/finding.ts";
import { type IdentifiedFile, openFile, openHashedFile } from "../sources/open-file.ts";
import { type BlobDigest, splitDigest } from "./descriptor.ts";
import { LayerFiles, type LayerInterest } from "./layer-files.ts";
import type { LayerEnd, LayerEntry, LayerJob } from "./layer-job.ts";
import { compressionOf, type LayerCompression } from "./media-type.ts";
import { StatedFiles } from "./stated-files.ts";
import { UnpackBroken, unpackLayer } from "./unpack-layer.ts";

interface LayerAnswers {
  readonly emit: (entry: LayerEntry) => void;
  /** Told after every chunk that there is progress. */
  readonly alive: () => void;
}

/**
 * Reads a layer. What is wrong with its content is in the answer.
 * @throws {AibomError} SOURCE_*: the carrier changed or cannot be read
 */
export async function readLayer(
  job: LayerJob,
  keeps: LayerInterest["keeps"],
  answers: LayerAnswers,
): Promise<LayerEnd> {
  const { file } = job;
  const opened =
    file.identity === undefined
      ? openFile(job.path, file.absolutePath)
      : openHashedFile(job.path, file.absolutePath, file.identity);
  try {
    const end = await new LayerPass(job, opened, keeps, answers).run();
    opened.assertUnchanged();
    return end;
  } finally {
    opened.close();
  }
}

class LayerPass {
  readonly #job: LayerJob;
  readonly #opened: IdentifiedFile;
  readonly #alive: () => void;
  readonly #compression: LayerCompression;
  readonly #files: LayerFiles;
  readonly #stated: StatedFiles | undefined;
  /** Undefined in a further pass: the first one compared the bytes, and they have not changed since. */
  readonly #packed: Hash | undefined;
  readonly #unpacked: Hash | undefined;
  /** Bytes of the blob that the hash has seen: frames are read again from where the last one ended. */
  #hashed = 0;
  #unpackedBytes = 0;

  constructor(job: LayerJob, opened: IdentifiedFile, keeps: LayerInterest["keeps"], answers: LayerAnswers) {
    this.#job = job;
    this.#opened = opened;
    this.#alive = answers.alive;
    const start = this.#read(0, Math.min(4, job.file.size));
    this.#compression = job.content === "tar" ? compressionOf(start) : "none";
    const { algorithm } = splitDigest(job.digest);
    this.#stated = job.stated === undefined ? undefined : new StatedFiles(job.stated, answers.emit);
    const isFirst = job.stated === undefined && job.whole === undefined;
    this.#packed = isFirst ? createHash(algorithm) : undefined;
    const other = splitDigest(job.diffId ?? job.digest).algorithm;
    const isSame = this.#compression === "none" && other === algorithm;
    this.#unpacked = isSame || !isFirst ? undefined : createHash(other);
    const isStored = this.#compression === "none";
    this.#files = new LayerFiles(
      { path: job.path, layer: job.digest },
      {
        keeps,
        ...(job.whole === undefined ? {} : { whole: job.whole }),
        ...(isStored ? { openStored: (at, size, path) => this.#window(at, size, path) } : {}),
      },
      answers.emit,
    );
  }

  async run(): Promise<LayerEnd> {
    const { content, file, name } = this.#job;
    if (content === "raw") {
      // One file, without a header in front of it.
      const plain = {
        name,
        kind: "file",
        headerOffset: 0,
        dataOffset: 0,
        mode: 0,
        target: undefined,
      } as const;
      this.#files.entry({ ...plain, size: file.size });
      await this.#pass((chunk) => this.#files.content(chunk));
      this.#files.entryEnd();
    } else if (content === "tar") {
      await this.#readTar();
    } else {
      await this.#pass(() => undefined);
    }
    return this.#end();
  }

  async #readTar(): Promise<void> {
    const tar = new TarStream(this.#stated ?? this.#files);
    let isBroken = false;
    await this.#pass((chunk) => {
      // The rest is hashed all the same.
      if (!isBroken) {
        try {
          tar.write(chunk);
        } catch (cause) {
          isBroken = true;
          this.#broken(cause);
        }
      }
    });
    if (isBroken) {
      return;
    }
    try {
      tar.end();
      this.#trailing(tar.trailingBytes, "archive");
    } catch (cause) {
      this.#broken(cause);
    }
  }

  /** All bytes of the layer, unpacked; the hashes see them first. */
  async #pass(take: (chunk: Uint8Array) => void): Promise<void> {
    const { file } = this.#job;
    const limit = Math.min(
      limits.minLayerUnpackedBytes + file.size * limits.maxLayerRatio,
      limits.maxLayerUnpackedBytes,
    );
    const chunks = unpackLayer(
      (offset, target) => this.#readPacked(offset, target),
      file.size,
      this.#compression,
      (length) => this.#trailing(length, "compressed data"),
    );
    try {
      for await (const chunk of chunks) {
        this.#unpackedBytes += chunk.length;
        if (this.#compression !== "none" && this.#unpackedBytes > limit) {
          this.#incomplete(finding("IMAGE_LAYER_UNPACKS_TOO_MUCH", this.#where(), { limit }));
          break;
        }
        this.#unpacked?.update(chunk);
        take(chunk);
        this.#alive();
      }
    } catch (cause) {
      this.#broken(cause);
    }
    // What was not unpacked, because the stream ended or broke before, belongs to the blob.
    this.#hashUpTo(file.size);
  }

  #readPacked(offset: number, target: Uint8Array): void {
    this.#opened.readInto(this.#job.file.offset + offset, target);
    const end = offset + target.length;
    // What was passed over (a skippable frame) belongs to the blob; what is read again was hashed before.
    this.#hashUpTo(offset);
    if (end > this.#hashed) {
      this.#packed?.update(target.subarray(this.#hashed - offset));
      this.#hashed = end;
    }
  }

  #hashUpTo(end: number): void {
    while (this.#packed !== undefined && this.#hashed < end) {
      const length = Math.min(restBytes, end - this.#hashed);
      this.#packed.update(this.#read(this.#hashed, length));
      this.#hashed += length;
      this.#alive();
    }
  }

  #read(offset: number, length: number): Uint8Array {
    return this.#opened.read(this.#job.file.offset + offset, length);
  }

  #window(offset: number, size: number, path: string): ReturnType<typeof windowSource> {
    return windowSource(this.#opened, this.#job.file.offset + offset, size, path);
  }

  #where(): { readonly path: string; readonly member: string } {
    return { path: this.#job.path, member: this.#job.digest };
  }

  #trailing(length: number, what: string): void {
    if (length > 0) {
      this.#files.report(finding("IMAGE_LAYER_TRAILING", this.#where(), { length, what }));
    }
  }

  #broken(cause: unknown): void {
    if (cause instanceof TarBroken || cause instanceof UnpackBroken) {
      this.#incomplete(finding("IMAGE_LAYER_BROKEN", this.#where(), { reason: cause.message }));
    } else {
      this.#incomplete(faultFinding(cause, this.#where(), "layer"));
    }
  }

  #incomplete(reason: Finding): void {
    this.#files.complete = false;
    this.#files.report(reason);
  }

  #end(): LayerEnd {
    const { digest, diffId: expected } = this.#job;
    const hex = this.#packed?.digest("hex");
    const actual = hex === undefined ? digest : (`${splitDigest(digest).algorithm}:${hex}` as BlobDigest);
    const { algorithm } = splitDigest(expected ?? digest);
    const diffId =
      this.#unpacked === undefined ? actual : (`${algorithm}:${this.#unpacked.digest("hex")}` as BlobDigest);
    if (actual !== digest && this.#job.isUnnamed !== true) {
      this.#files.report(finding("IMAGE_BLOB_CHANGED", this.#where(), { actual, expected: digest }));
    }
    return {
      actual,
      diffId,
      compression: this.#compression,
      unpackedBytes: this.#unpackedBytes,
      findings: this.#files.findings,
      complete: this.#files.complete,
      again: this.#files.again,
    };
  }
}

/** Bytes of a read that is only hashed. */
const restBytes = 1024 * 1024;
