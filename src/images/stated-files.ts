// SPDX-License-Identifier: Apache-2.0
// The files of a layer that records of packages state a digest of, which nobody computed when the layer passed: MD5 of dpkg,
// SHA-1 of apk, SHA-512 of npm. Which files those are is known only once all layers were read.

import { createHash, type Hash } from "node:crypto";
import type { TarSink } from "../bytes/tar/stream.ts";
import type { TarEntry } from "../bytes/tar.ts";
import type { StatedAlgorithm } from "../model/package.ts";
import type { LayerEntry, LayerJob } from "./layer-job.ts";
import { layerPath } from "./layer-path.ts";

export class StatedFiles implements TarSink {
  readonly #stated: NonNullable<LayerJob["stated"]>;
  readonly #emit: (entry: LayerEntry) => void;
  #entry: TarEntry | undefined;
  #path = "";
  #hashes: readonly (readonly [StatedAlgorithm, Hash])[] = [];

  constructor(stated: NonNullable<LayerJob["stated"]>, emit: (entry: LayerEntry) => void) {
    this.#stated = stated;
    this.#emit = emit;
  }

  entry(entry: TarEntry): void {
    const path = layerPath(entry.name);
    const algorithms =
      entry.kind === "file" && typeof path === "string" ? (this.#stated.get(path) ?? []) : [];
    this.#entry = algorithms.length === 0 ? undefined : entry;
    this.#path = typeof path === "string" ? path : "";
    this.#hashes = algorithms.map((algorithm) => [algorithm, createHash(algorithm)] as const);
  }

  content(bytes: Uint8Array): void {
    for (const [, hash] of this.#hashes) {
      hash.update(bytes);
    }
  }

  entryEnd(): void {
    const entry = this.#entry;
    if (entry !== undefined) {
      const digests = this.#hashes.map(([algorithm, hash]) => ({ algorithm, hex: hash.digest("hex") }));
      this.#emit({ path: this.#path, kind: "file", size: entry.size, mode: entry.mode, digests });
    }
    this.#entry = undefined;
    this.#hashes = [];
  }
}
