// SPDX-License-Identifier: Apache-2.0
// What a thread is told of a layer, and what it answers. Plain data: all of it crosses between threads.

import type { TarKind } from "../bytes/tar.ts";
import type { ReadFile } from "../formats/read-file.ts";
import type { Finding } from "../model/finding.ts";
import type { StatedAlgorithm, StatedHash } from "../model/package.ts";
import type { NamedReading } from "../packages/read-packages.ts";
import type { CarrierFile } from "../sources/image-carrier.ts";
import type { BlobDigest } from "./descriptor.ts";
import type { LayerCompression } from "./media-type.ts";

export interface LayerJob {
  readonly digest: BlobDigest;
  readonly file: CarrierFile;
  /** The file on disk that findings name, relative to the target. */
  readonly path: string;
  /** `raw`: the blob is one file, of this name. `hash`: nobody knows what is in it. */
  readonly content: "tar" | "raw" | "hash";
  readonly name: string;
  /** Nothing says what its bytes should be; `digest` then only tells jobs apart. */
  readonly isUnnamed?: true;
  /** As the configuration states it. */
  readonly diffId?: BlobDigest;
  /** Of a second pass: the paths that are to be read whole. Nothing else is done then. */
  readonly whole?: ReadonlySet<string>;
  /** Of a further pass: the digests that records state of paths. Nothing else is done then. */
  readonly stated?: ReadonlyMap<string, readonly StatedAlgorithm[]>;
}

/** One entry of a layer, in the order in which it stands there. */
export interface LayerEntry {
  /** Without `./` and `/` in front and at the end. */
  readonly path: string;
  readonly kind: TarKind;
  /** Bytes. */
  readonly size: number;
  readonly mode: number;
  /** Of links, as written. */
  readonly target?: string;
  /** Of files. */
  readonly sha256?: string;
  /** Besides SHA-256: MD5 where dpkg may have a record of the file; in a pass for `stated` what was asked for. */
  readonly digests?: readonly StatedHash[];
  /** Format id, of files. */
  readonly format?: string;
  /** What its reader said, where that is more than the format. */
  readonly read?: ReadFile;
  /** Packages that the file records by itself. */
  readonly packages?: readonly NamedReading[];
  /** The bytes, where somebody asked for them. */
  readonly bytes?: Uint8Array;
}

/** What became of the layer as a whole. */
export interface LayerEnd {
  /** Of the bytes as they lie there. */
  readonly actual: BlobDigest;
  /** Of the unpacked bytes; the same as `actual` if they were not packed. */
  readonly diffId: BlobDigest;
  readonly compression: LayerCompression;
  readonly unpackedBytes: number;
  readonly findings: readonly Finding[];
  /** Everything in it was read. */
  readonly complete: boolean;
  /** Files whose reader asked for more than start and end, small enough for a second pass. */
  readonly again: readonly string[];
}

/** What a thread says: that it is there, entries as they come, that it is still at work, and the end. */
export type LayerMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "alive" }
  | { readonly kind: "entries"; readonly entries: readonly LayerEntry[] }
  | { readonly kind: "end"; readonly end: LayerEnd }
  | { readonly kind: "failed"; readonly finding: Finding };

/** All of one layer. */
export interface ReadLayer extends LayerEnd {
  readonly digest: BlobDigest;
  readonly entries: readonly LayerEntry[];
}
