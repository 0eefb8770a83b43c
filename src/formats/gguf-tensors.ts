// SPDX-License-Identifier: Apache-2.0
// Tensor table of a GGUF header, and whether the tensors fill the file without lies: dimensions times
// element size against the file's size is the check whose absence was CVE-2026-7482.
// Spec: ggml docs/gguf.md; limits of ggml's own reader. Leaves out the tensor data and the padding's bytes.

import type { Cursor } from "../bytes/cursor.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { finding } from "../model/finding.ts";
import type { FindingList } from "./finding-list.ts";
import { type TensorType, tensorTypes } from "./gguf-types.ts";

/** GGML_MAX_NAME is 64 with the closing zero. */
const maxNameBytes = 63;
/** GGML_MAX_DIMS. */
const maxDimensions = 4;
/** Name length, one byte of name, dimension count, type, offset. */
const smallestTensorBytes = 8 + 1 + 4 + 4 + 8;

/** One tensor of the table. */
export interface GgufTensor {
  readonly name: string;
  readonly type: string;
  readonly dimensions: number;
  readonly elements: number;
  /** Bytes, without padding. */
  readonly size: number;
  /** From the start of the tensor data. */
  readonly offset: number;
}

/**
 * Reads `count` tensor descriptions at the cursor.
 * @throws {AibomError} GGUF_TOO_MANY_TENSORS, GGUF_TENSOR_NAME_TOO_LONG, GGUF_DUPLICATE_TENSOR,
 * GGUF_TOO_MANY_DIMENSIONS, GGUF_SIZE_OVERFLOW, GGUF_UNKNOWN_TENSOR_TYPE, GGUF_BLOCK_MISMATCH,
 * GGUF_DATA_OUT_OF_FILE, TEXT_NOT_UTF8, BYTES_OUT_OF_RANGE
 */
export function readTensors(cursor: Cursor, count: bigint): readonly GgufTensor[] {
  const limit = Math.min(limits.maxGgufTensors, Math.floor(cursor.remaining / smallestTensorBytes));
  if (count > BigInt(limit)) {
    const where = { path: cursor.path, offset: cursor.offset };
    throw AibomError.of("GGUF_TOO_MANY_TENSORS", { count, limit }, { where });
  }
  const tensors: GgufTensor[] = [];
  const names = new Set<string>();
  for (let index = 0; index < Number(count); index += 1) {
    const offset = cursor.offset;
    const tensor = readTensor(cursor);
    if (names.has(tensor.name)) {
      const where = { path: cursor.path, offset, member: tensor.name };
      throw AibomError.of("GGUF_DUPLICATE_TENSOR", { tensor: tensor.name }, { where });
    }
    names.add(tensor.name);
    tensors.push(tensor);
  }
  return tensors;
}

function readTensor(cursor: Cursor): GgufTensor {
  const start = cursor.offset;
  const name = cursor.utf8(cursor.length64(maxNameBytes, "GGUF_TENSOR_NAME_TOO_LONG"));
  const where = { path: cursor.path, offset: start, member: name };
  const dimensions = cursor.u32();
  if (dimensions > maxDimensions) {
    const args = { tensor: name, count: dimensions, limit: maxDimensions };
    throw AibomError.of("GGUF_TOO_MANY_DIMENSIONS", args, { where });
  }
  let elements = 1;
  let rowElements = 1;
  for (let index = 0; index < dimensions; index += 1) {
    const dimension = Number(cursor.u64());
    rowElements = index === 0 ? dimension : rowElements;
    elements *= dimension;
    // Doubles round, but never across this border; blocks have up to 8 bytes per element.
    if (dimension > Number.MAX_SAFE_INTEGER / 8 || elements > Number.MAX_SAFE_INTEGER / 8) {
      throw AibomError.of("GGUF_SIZE_OVERFLOW", { tensor: name }, { where });
    }
  }
  const typeNumber = cursor.u32();
  const type = tensorTypes.get(typeNumber);
  if (type === undefined) {
    throw AibomError.of("GGUF_UNKNOWN_TENSOR_TYPE", { tensor: name, type: typeNumber }, { where });
  }
  if (rowElements % type.blockElements !== 0) {
    const args = { tensor: name, elements: rowElements, block: type.blockElements };
    throw AibomError.of("GGUF_BLOCK_MISMATCH", args, { where });
  }
  const offset = cursor.u64();
  const size = sizeOf(elements, type);
  if (offset > BigInt(cursor.end)) {
    const args = { tensor: name, end: offset + BigInt(size), size: cursor.end };
    throw AibomError.of("GGUF_DATA_OUT_OF_FILE", args, { where });
  }
  return { name, type: type.name, dimensions, elements, size, offset: Number(offset) };
}

function sizeOf(elements: number, { blockElements, blockBytes }: TensorType): number {
  return (elements / blockElements) * blockBytes;
}

/** Where the tensor data may lie. */
export interface GgufDataRegion {
  readonly path: string;
  readonly fileSize: number;
  /** Offset of the first byte of tensor data in the file. */
  readonly start: number;
  readonly alignment: number;
}

/**
 * Checks that the tensors fill the data one after the other, apart from padding to the alignment.
 * @throws {AibomError} GGUF_DATA_OUT_OF_FILE, GGUF_MISALIGNED
 */
export function checkPlacement(
  tensors: readonly GgufTensor[],
  region: GgufDataRegion,
  findings: FindingList,
): void {
  const { path, fileSize, start, alignment } = region;
  const sorted = [...tensors].sort((a, b) => a.offset - b.offset || a.size - b.size);
  let filled = start;
  let previous = "";
  for (const { name, offset, size } of sorted) {
    const begin = start + offset;
    const where = { path, offset: begin, member: name };
    if (offset % alignment !== 0) {
      throw AibomError.of("GGUF_MISALIGNED", { tensor: name, offset, alignment }, { where });
    }
    if (begin + size > fileSize) {
      const args = { tensor: name, end: begin + size, size: fileSize };
      throw AibomError.of("GGUF_DATA_OUT_OF_FILE", args, { where });
    }
    const expected = start + alignUp(filled - start, alignment);
    if (begin < filled) {
      findings.add(finding("GGUF_OVERLAP", where, { first: previous, second: name }));
    } else if (begin > expected) {
      findings.add(finding("GGUF_GAP", where, { length: begin - expected, tensor: name }));
    }
    filled = Math.max(filled, begin + size);
    previous = name;
  }
  const end = start + alignUp(filled - start, alignment);
  if (fileSize > end) {
    const where = { path, offset: end };
    findings.add(finding("GGUF_TRAILING_BYTES", where, { length: fileSize - end }));
  }
}

/** The next multiple of a power of two. */
export function alignUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
