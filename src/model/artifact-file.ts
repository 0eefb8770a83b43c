// SPDX-License-Identifier: Apache-2.0
// One file of an artifact: what it is called, what its bytes are, and how far they were understood.

import type { Digest } from "./digest.ts";

/**
 * How far a file was understood.
 * - `described`: its format was recognised and read completely.
 * - `opaque`: no reader claims it; it is hashed and listed only.
 * - `unverified`: a reader claimed it and could not read it completely. Never clean.
 */
export type FileStatus = "described" | "opaque" | "unverified";

/** One regular file of an artifact. */
export interface ArtifactFile {
  /** Relative to the artifact's root, `/` separated, byte-exact. A single-file artifact uses its basename. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly digests: readonly Digest[];
  /** Format id (`safetensors`, `gguf`, `onnx` …) or `file`. */
  readonly format: string;
  readonly status: FileStatus;
  /** Of a file in an image: the diff_id of the layer that brought it as it is. */
  readonly layer?: string;
}
