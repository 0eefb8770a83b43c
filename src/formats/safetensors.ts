// SPDX-License-Identifier: Apache-2.0
// safetensors: u64 length, JSON header, tensor data without gaps.
// Spec: safetensors 0.8, README "Format" and the checks of its reference reader; stricter where a payload
// could hide (unknown members, archive at the end). Leaves out the tensor data itself.

import type { ByteSource } from "../bytes/byte-source.ts";
import { Cursor } from "../bytes/cursor.ts";
import { isJsonArray, isJsonObject, type JsonObject, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { JsonValue } from "../model/fact.ts";
import { finding, type Location } from "../model/finding.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Head, Match } from "./format.ts";
import { type SafetensorsTensor, safetensorsFacts } from "./safetensors-facts.ts";

const lengthBytes = 8;
const smallestHeader = 2; // {}
const openingBrace = 0x7b;

/** Bits of one element. */
const dtypeBits: ReadonlyMap<string, number> = new Map([
  ["BOOL", 8],
  ["F4", 4],
  ["F6_E2M3", 6],
  ["F6_E3M2", 6],
  ["U8", 8],
  ["I8", 8],
  ["F8_E5M2", 8],
  ["F8_E4M3", 8],
  ["F8_E8M0", 8],
  ["F8_E4M3FNUZ", 8],
  ["F8_E5M2FNUZ", 8],
  ["I16", 16],
  ["U16", 16],
  ["F16", 16],
  ["BF16", 16],
  ["I32", 32],
  ["U32", 32],
  ["F32", 32],
  ["I64", 64],
  ["U64", 64],
  ["F64", 64],
  ["C64", 64],
]);

/** What the shard layout needs of a file: each tensor with its size in bytes. */
export interface SafetensorsDetail {
  readonly kind: "safetensors";
  readonly tensors: ReadonlyMap<string, number>;
}

export const safetensors: Format = {
  id: "safetensors",
  holdsWeights: true,
  extensions: [".safetensors"],
  match,
  describe,
};

/** The format has no magic: a plausible length and an opening brace are all there is. */
function match({ bytes, size }: Head): Match {
  if (bytes.length <= lengthBytes || bytes[lengthBytes] !== openingBrace) {
    return "no";
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const isPlausible =
    length >= smallestHeader &&
    length <= limits.maxSafetensorsHeaderBytes &&
    length <= BigInt(size - lengthBytes);
  return isPlausible ? "possible" : "no";
}

function describe(file: ByteSource): Description {
  const header = readHeader(file);
  const findings = new FindingList(file.path);
  const tensors: SafetensorsTensor[] = [];
  let metadata: readonly (readonly [string, string])[] = [];
  for (const [name, value] of Object.entries(header.members)) {
    if (name === "__metadata__") {
      metadata = readMetadata(value, file.path);
    } else {
      tensors.push(readTensor(name, value, file.path, findings));
    }
  }
  checkPlacement(tensors, file, lengthBytes + header.length, findings);
  const detail: SafetensorsDetail = {
    kind: "safetensors",
    tensors: new Map(tensors.map(({ name, begin, end }) => [name, end - begin])),
  };
  const facts = safetensorsFacts(tensors, metadata, file.path, findings);
  return { facts, findings: findings.all(), references: [], detail };
}

function readHeader(file: ByteSource): { readonly length: number; readonly members: JsonObject } {
  const where = { path: file.path, offset: 0 };
  if (file.size < lengthBytes + smallestHeader) {
    throw AibomError.of("SAFETENSORS_TOO_SMALL", { size: file.size }, { where });
  }
  const cursor = new Cursor(file, { windowBytes: lengthBytes });
  const declared = cursor.u64();
  const limit = limits.maxSafetensorsHeaderBytes;
  if (declared > BigInt(limit)) {
    throw AibomError.of("SAFETENSORS_HEADER_TOO_LARGE", { length: declared, limit }, { where });
  }
  const length = Number(declared);
  if (length > cursor.remaining) {
    const available = cursor.remaining;
    throw AibomError.of("SAFETENSORS_HEADER_OUT_OF_FILE", { length, available }, { where });
  }
  const bytes = cursor.bytes(length);
  if (bytes[0] !== openingBrace) {
    throw AibomError.of(
      "SAFETENSORS_HEADER_NOT_JSON_OBJECT",
      {},
      { where: { path: file.path, offset: lengthBytes } },
    );
  }
  const value = parseJson(bytes, { path: file.path, maxBytes: limit, maxDepth: 4, offset: lengthBytes });
  if (!isJsonObject(value)) {
    throw AibomError.of("SAFETENSORS_HEADER_NOT_JSON_OBJECT", {}, { where });
  }
  return { length, members: value };
}

function readMetadata(value: JsonValue, path: string): readonly (readonly [string, string])[] {
  if (!isJsonObject(value)) {
    const where = { path, member: "__metadata__" };
    throw AibomError.of("SAFETENSORS_METADATA_INVALID", { key: "__metadata__" }, { where });
  }
  return Object.entries(value).map(([key, text]) => {
    if (typeof text !== "string") {
      throw AibomError.of("SAFETENSORS_METADATA_INVALID", { key }, { where: { path, member: key } });
    }
    return [key, text] as const;
  });
}

function readTensor(name: string, value: JsonValue, path: string, findings: FindingList): SafetensorsTensor {
  const where = { path, member: name };
  const malformed = (member: string): AibomError =>
    AibomError.of("SAFETENSORS_TENSOR_MALFORMED", { tensor: name, member }, { where });
  if (!isJsonObject(value)) {
    throw malformed("description");
  }
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== "string") {
    throw malformed("dtype");
  }
  const bits = dtypeBits.get(dtype);
  if (bits === undefined) {
    throw AibomError.of("SAFETENSORS_UNKNOWN_DTYPE", { tensor: name, dtype }, { where });
  }
  const elements = countElements(shape, name, path);
  if (elements === undefined) {
    throw malformed("shape");
  }
  const range = readRange(offsets);
  if (range === undefined) {
    throw malformed("data_offsets");
  }
  // Sub-byte types must fill whole bytes (bits % 8 == 0).
  const expected = elements * (bits / 8);
  if (range.end - range.begin !== expected) {
    const args = { tensor: name, actual: range.end - range.begin, expected };
    throw AibomError.of("SAFETENSORS_SIZE_MISMATCH", args, { where });
  }
  const keys = Object.keys(value);
  if (keys.length > tensorMembers.size) {
    const unknown = keys.find((key) => !tensorMembers.has(key)) ?? "";
    findings.add(finding("SAFETENSORS_UNKNOWN_MEMBER", where, { tensor: name, member: unknown }));
  }
  return { name, dtype, elements, ...range };
}

const tensorMembers: ReadonlySet<string> = new Set(["dtype", "shape", "data_offsets"]);

function isCount(value: JsonValue | undefined, limit: number): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= limit;
}

/** Product of a shape; undefined if it is no shape. @throws {AibomError} SAFETENSORS_SIZE_OVERFLOW */
function countElements(shape: JsonValue | undefined, tensor: string, path: string): number | undefined {
  if (!isJsonArray(shape) || shape.length > limits.maxSafetensorsRank) {
    return undefined;
  }
  let product = 1;
  for (const dimension of shape) {
    if (!isCount(dimension, limits.maxSafetensorsDimension)) {
      return undefined;
    }
    product *= dimension;
    if (product > Number.MAX_SAFE_INTEGER / 8) {
      throw AibomError.of("SAFETENSORS_SIZE_OVERFLOW", { tensor }, { where: { path, member: tensor } });
    }
  }
  return product;
}

function readRange(offsets: JsonValue | undefined): { begin: number; end: number } | undefined {
  if (!isJsonArray(offsets) || offsets.length !== 2) {
    return undefined;
  }
  const [begin, end] = offsets;
  const areCounts = isCount(begin, Number.MAX_SAFE_INTEGER) && isCount(end, Number.MAX_SAFE_INTEGER);
  return areCounts && begin <= end ? { begin, end } : undefined;
}

/** Tensors must fill the data from its first to its last byte, one after the other. */
function checkPlacement(
  tensors: readonly SafetensorsTensor[],
  file: ByteSource,
  dataStart: number,
  findings: FindingList,
): void {
  const size = file.size - dataStart;
  const sorted = [...tensors].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let filled = 0;
  let previous = "";
  for (const { name, begin, end } of sorted) {
    const where = (): Location => ({ path: file.path, offset: dataStart + begin, member: name });
    if (end > size) {
      throw AibomError.of("SAFETENSORS_DATA_OUT_OF_FILE", { tensor: name, end, size }, { where: where() });
    }
    if (begin > filled) {
      findings.add(finding("SAFETENSORS_GAP", where(), { length: begin - filled, tensor: name }));
    } else if (begin < filled) {
      findings.add(finding("SAFETENSORS_OVERLAP", where(), { first: previous, second: name }));
    }
    filled = Math.max(filled, end);
    previous = name;
  }
  if (filled < size) {
    const where = { path: file.path, offset: dataStart + filled };
    findings.add(finding("SAFETENSORS_TRAILING_BYTES", where, { length: size - filled }));
  }
}
