// SPDX-License-Identifier: Apache-2.0
// Tensors of an ONNX model: the dimensions and the type must agree with the bytes that are there, wherever
// they are (TensorProto of onnx.proto, ONNX 1.23). Payloads are measured, never loaded.

import type { MessageRange, WireField } from "../../bytes/protobuf.ts";
import { limits } from "../../limits.ts";
import { finding } from "../../model/finding.ts";
import { type ExternalEntry, readExternalData } from "./external-data.ts";
import type { OnnxFile } from "./onnx-file.ts";

interface ElementType {
  readonly name: string;
  readonly bits: number;
  /** The typed field that may hold its values, and how many entries one element takes. */
  readonly field: number;
  readonly entries: number;
}

const stringType = 8;

/** TensorProto.DataType; names as safetensors spells them, so that histograms of all formats compare. */
const elementTypes: ReadonlyMap<number, ElementType> = new Map(
  (
    [
      [1, "F32", 32, 4, 1],
      [2, "U8", 8, 5, 1],
      [3, "I8", 8, 5, 1],
      [4, "U16", 16, 5, 1],
      [5, "I16", 16, 5, 1],
      [6, "I32", 32, 5, 1],
      [7, "I64", 64, 7, 1],
      [stringType, "STRING", 0, 6, 1],
      [9, "BOOL", 8, 5, 1],
      [10, "F16", 16, 5, 1],
      [11, "F64", 64, 10, 1],
      [12, "U32", 32, 11, 1],
      [13, "U64", 64, 11, 1],
      [14, "C64", 64, 4, 2],
      [15, "C128", 128, 10, 2],
      [16, "BF16", 16, 5, 1],
      [17, "F8_E4M3", 8, 5, 1],
      [18, "F8_E4M3FNUZ", 8, 5, 1],
      [19, "F8_E5M2", 8, 5, 1],
      [20, "F8_E5M2FNUZ", 8, 5, 1],
      [21, "U4", 4, 5, 0.5],
      [22, "I4", 4, 5, 0.5],
      [23, "F4", 4, 5, 0.5],
      [24, "F8_E8M0", 8, 5, 1],
      [25, "U2", 2, 5, 0.25],
      [26, "I2", 2, 5, 0.25],
      [27, "F6_E2M3", 6, 5, 1],
      [28, "F6_E3M2", 6, 5, 1],
    ] as const
  ).map(([number, name, bits, field, entries]) => [number, { name, bits, field, entries }]),
);

/** Name of a TensorProto.DataType value. */
export function elementTypeName(number: number): string {
  return elementTypes.get(number)?.name ?? `type ${number}`;
}

/** Bytes of one entry of a fixed-size typed field; varints are counted. */
const fixedEntryBytes: ReadonlyMap<number, number> = new Map([
  [4, 4],
  [10, 8],
]);

const maxElements = 1n << 60n;

interface Tensor {
  name: string;
  offset: number;
  dims: bigint[];
  dataType: number;
  rawBytes: number | undefined;
  /** Entries by typed field. */
  readonly typed: Map<number, number>;
  readonly external: ExternalEntry[];
  isExternal: boolean;
  isSegmented: boolean;
}

/**
 * Reads and checks one TensorProto; returns its name. `isWeight` tensors are counted.
 * @throws {AibomError} PROTOBUF_*, ONNX_OVER_LIMIT
 */
export function readTensor(file: OnnxFile, range: MessageRange, isWeight: boolean): string {
  const tensor: Tensor = {
    name: "",
    offset: range.start,
    dims: [],
    dataType: 0,
    rawBytes: undefined,
    typed: new Map(),
    external: [],
    isExternal: false,
    isSegmented: false,
  };
  for (const field of file.fields("TensorProto", range)) {
    readTensorField(file, range, tensor, field);
  }
  checkTensor(file, tensor, isWeight);
  return tensor.name;
}

function readTensorField(file: OnnxFile, range: MessageRange, tensor: Tensor, field: WireField): void {
  switch (field.number) {
    case 1:
      readDimensions(file, tensor.dims, field);
      return;
    case 2:
      tensor.dataType = Number(BigInt.asIntN(32, field.value));
      return;
    case 3:
      tensor.isSegmented = true;
      return;
    case 8:
      tensor.name = file.name(field, "tensor name");
      return;
    case 9:
      tensor.rawBytes = field.end - field.start;
      return;
    case 13:
      tensor.external.push(readEntry(file, file.reader.message(field, range)));
      return;
    case 14:
      tensor.isExternal = field.value === 1n;
      return;
    case 4:
    case 5:
    case 6:
    case 7:
    case 10:
    case 11:
      tensor.typed.set(field.number, (tensor.typed.get(field.number) ?? 0) + countEntries(file, field));
  }
}

function readDimensions(file: OnnxFile, dims: bigint[], field: WireField): void {
  const values = field.wireType === 2 ? file.reader.packedVarints(field) : [field.value];
  for (const value of values) {
    dims.push(BigInt.asIntN(64, value));
    if (dims.length > limits.maxOnnxDimensions) {
      throw file.overLimit("dimensions of a tensor", dims.length, limits.maxOnnxDimensions, field.tagStart);
    }
  }
}

/** A StringStringEntryProto of external_data. @throws {AibomError} PROTOBUF_*, ONNX_OVER_LIMIT */
function readEntry(file: OnnxFile, range: MessageRange): ExternalEntry {
  let key = "";
  let value = "";
  for (const field of file.fields("StringStringEntryProto", range)) {
    if (field.number === 1) {
      key = file.name(field, "key of external data");
    } else {
      value = file.name(field, "value of external data");
    }
  }
  return { key, value };
}

function countEntries(file: OnnxFile, field: WireField): number {
  const fixedBytes = fixedEntryBytes.get(field.number);
  if (field.wireType !== 2 || field.number === 6) {
    return 1;
  }
  return fixedBytes === undefined
    ? file.reader.countPackedVarints(field)
    : (field.end - field.start) / fixedBytes;
}

function checkTensor(file: OnnxFile, tensor: Tensor, isWeight: boolean): void {
  const type = elementTypes.get(tensor.dataType);
  const elements = elementCount(tensor.dims);
  const invalid = (reason: string): void =>
    file.findings.add(
      finding("ONNX_TENSOR_INVALID", file.at(tensor.offset, shown(tensor)), {
        tensor: shown(tensor),
        reason,
      }),
    );
  if (type === undefined) {
    invalid(`its data type ${tensor.dataType} is unknown`);
  }
  if (typeof elements === "string") {
    invalid(elements);
  }
  if (tensor.isSegmented) {
    invalid("it is stored in segments, which no runtime supports");
  }
  const isMeasurable = type !== undefined && typeof elements === "bigint";
  if (isWeight) {
    file.countTensor(elementTypeName(tensor.dataType), isMeasurable ? elements : 0n, tensor.offset);
  }
  const bytes =
    isMeasurable && tensor.dataType !== stringType ? (elements * BigInt(type.bits) + 7n) / 8n : undefined;
  const stored = (tensor.rawBytes === undefined ? 0 : 1) + tensor.typed.size;
  if (tensor.isExternal || tensor.external.length > 0) {
    if (stored > 0) {
      invalid("it has both stored and external data");
    }
    readExternalData(file, { ...tensor, name: shown(tensor), bytes });
  } else if (stored > 1) {
    invalid("its values are stored in more than one field");
  } else if (isMeasurable) {
    checkStored(file, tensor, type, elements, bytes);
  }
}

function checkStored(
  file: OnnxFile,
  tensor: Tensor,
  type: ElementType,
  elements: bigint,
  bytes: bigint | undefined,
): void {
  const mismatch = (got: string, expected: string): void =>
    file.findings.add(
      finding("ONNX_TENSOR_SIZE", file.at(tensor.offset, shown(tensor)), {
        tensor: shown(tensor),
        got,
        expected,
      }),
    );
  const [typed] = tensor.typed;
  if (typed !== undefined) {
    const [field, count] = typed;
    const expected = Math.ceil(Number(elements) * type.entries);
    if (field !== type.field || count !== expected) {
      mismatch(`${count} values in field ${field}`, `${expected} values in field ${type.field}`);
    }
  } else if (bytes === undefined) {
    if (elements !== 0n || tensor.rawBytes !== undefined) {
      mismatch(`${tensor.rawBytes ?? 0} raw bytes`, `${elements} strings`);
    }
  } else if (BigInt(tensor.rawBytes ?? 0) !== bytes) {
    mismatch(`${tensor.rawBytes ?? 0} bytes`, `${bytes} bytes`);
  }
}

/** The product of the dimensions, or what is wrong with them. */
function elementCount(dims: readonly bigint[]): bigint | string {
  let product = 1n;
  for (const dim of dims) {
    if (dim < 0n) {
      return `its dimension ${dim} is negative`;
    }
    product *= dim;
    if (product > maxElements) {
      return "its dimensions multiply to more than 2^60";
    }
  }
  return product;
}

function shown(tensor: Pick<Tensor, "name">): string {
  return tensor.name === "" ? "(unnamed)" : tensor.name;
}
