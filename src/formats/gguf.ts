// SPDX-License-Identifier: Apache-2.0
// GGUF: magic, version, key-value pairs, tensor table, aligned tensor data. Spec: ggml docs/gguf.md,
// versions 2 and 3, both byte orders; the limits of ggml's reader and ours (limits.ts).
// Leaves out version 1 (a few weeks of 2023, other field sizes) and the tensor data.

import type { ByteSource } from "../bytes/byte-source.ts";
import { Cursor } from "../bytes/cursor.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Head } from "./format.ts";
import { ggufFacts } from "./gguf-facts.ts";
import { type GgufMetadata, integerOf, readMetadata, textOf } from "./gguf-metadata.ts";
import { alignUp, checkPlacement, readTensors } from "./gguf-tensors.ts";

const magic = [0x47, 0x47, 0x55, 0x46]; // GGUF
const supportedVersions: ReadonlySet<number> = new Set([2, 3]);
const defaultAlignment = 32;

/** What the shard layout needs of a file. */
export interface GgufDetail {
  readonly kind: "gguf";
  readonly architecture?: string;
  readonly uuid?: string;
  /** Present if the file says it is a shard. `number` counts from 0. */
  readonly split?: { readonly number: number; readonly count: number; readonly tensors?: number };
  readonly tensors: ReadonlySet<string>;
}

export const gguf: Format = {
  id: "gguf",
  holdsWeights: true,
  extensions: [".gguf"],
  match: (head) => (startsWithMagic(head.bytes) ? "certain" : "no"),
  describe,
};

function startsWithMagic(bytes: Head["bytes"]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

function describe(file: ByteSource): Description {
  const { cursor, version } = openHeader(file);
  const tensorCount = cursor.u64();
  const keyCount = cursor.u64();
  const metadata = readMetadata(cursor, keyCount);
  const alignment = readAlignment(metadata, file.path);
  const tensors = readTensors(cursor, tensorCount);

  const findings = new FindingList(file.path);
  // A file without tensors (the first shard of some models) need not be padded.
  const start = Math.min(alignUp(cursor.offset, alignment), Math.max(file.size, cursor.offset));
  checkPlacement(tensors, { path: file.path, fileSize: file.size, start, alignment }, findings);
  const facts = ggufFacts({ file, version, metadata, tensors }, findings);
  const detail = detailOf(metadata, new Set(tensors.map(({ name }) => name)));
  return { facts, findings: findings.all(), references: [], detail };
}

/** Checks magic and version, and finds the byte order: a version of the other order has a zero low half. */
function openHeader(file: ByteSource): { readonly cursor: Cursor; readonly version: number } {
  const littleEndian = new Cursor(file);
  if (!startsWithMagic(littleEndian.bytes(magic.length))) {
    throw AibomError.of("GGUF_BAD_MAGIC", {}, { where: { path: file.path, offset: 0 } });
  }
  const offset = littleEndian.offset;
  const littleVersion = littleEndian.u32();
  const isBigEndian = littleVersion !== 0 && (littleVersion & 0xffff) === 0;
  const cursor = isBigEndian ? new Cursor(file, { offset, bigEndian: true }) : littleEndian;
  const version = isBigEndian ? cursor.u32() : littleVersion;
  if (!supportedVersions.has(version)) {
    throw AibomError.of("GGUF_VERSION_UNSUPPORTED", { version }, { where: { path: file.path, offset } });
  }
  return { cursor, version };
}

function readAlignment(metadata: GgufMetadata, path: string): number {
  const entry = metadata.get("general.alignment");
  if (entry === undefined) {
    return defaultAlignment;
  }
  const limit = limits.maxGgufAlignment;
  const isUnsigned = entry.kind === "scalar" && entry.type === "u32";
  const alignment = isUnsigned ? Number(entry.value) : 0;
  const isPowerOfTwo = alignment > 0 && (alignment & (alignment - 1)) === 0;
  if (!isPowerOfTwo || alignment > limit) {
    const shown = entry.kind === "scalar" ? entry.value : entry.kind;
    const where = { path, member: "general.alignment" };
    throw AibomError.of("GGUF_BAD_ALIGNMENT", { alignment: shown, limit }, { where });
  }
  return alignment;
}

function detailOf(metadata: GgufMetadata, tensors: ReadonlySet<string>): GgufDetail {
  const architecture = textOf(metadata, "general.architecture");
  const uuid = textOf(metadata, "general.uuid");
  const number = integerOf(metadata, "split.no");
  const count = integerOf(metadata, "split.count");
  const total = integerOf(metadata, "split.tensors.count");
  return {
    kind: "gguf",
    tensors,
    ...(architecture !== undefined && { architecture }),
    ...(uuid !== undefined && { uuid }),
    ...(number !== undefined &&
      count !== undefined && { split: { number, count, ...(total !== undefined && { tensors: total }) } }),
  };
}
