// SPDX-License-Identifier: Apache-2.0
// Inputs and outputs of an ONNX graph: a ValueInfoProto as a name and a short type, `F32[batch,3,224,224]`.

import type { MessageRange } from "../../bytes/protobuf.ts";
import { limits } from "../../limits.ts";
import type { OnnxFile } from "./onnx-file.ts";
import { elementTypeName } from "./tensor.ts";

/** A graph's input or output. */
export interface ValueInfo {
  readonly name: string;
  readonly format: string;
}

/** @throws {AibomError} PROTOBUF_*, ONNX_OVER_LIMIT */
export function readValueInfo(file: OnnxFile, range: MessageRange): ValueInfo {
  let name = "";
  let format = "untyped";
  for (const field of file.fields("ValueInfoProto", range)) {
    if (field.number === 1) {
      name = file.name(field, "value name");
    } else if (field.number === 2) {
      format = readType(file, file.reader.message(field, range));
    }
  }
  return { name, format };
}

function readType(file: OnnxFile, range: MessageRange): string {
  let format = "untyped";
  for (const field of file.fields("TypeProto", range)) {
    const inner = file.reader.message(field, range);
    switch (field.number) {
      case 1:
        format = readTensorType(file, inner);
        break;
      case 4:
        format = `sequence(${readElementType(file, inner)})`;
        break;
      case 5:
        format = readMapType(file, inner);
        break;
      case 7:
        format = "opaque";
        break;
      case 8:
        format = `sparse ${readTensorType(file, inner)}`;
        break;
      case 9:
        format = `optional(${readElementType(file, inner)})`;
        break;
    }
  }
  return format;
}

function readElementType(file: OnnxFile, range: MessageRange): string {
  let format = "untyped";
  for (const field of file.fields("TypeProto.Sequence", range)) {
    format = readType(file, file.reader.message(field, range));
  }
  return format;
}

function readMapType(file: OnnxFile, range: MessageRange): string {
  let key = "untyped";
  let value = "untyped";
  for (const field of file.fields("TypeProto.Map", range)) {
    if (field.number === 1) {
      key = elementTypeName(Number(BigInt.asIntN(32, field.value)));
    } else {
      value = readType(file, file.reader.message(field, range));
    }
  }
  return `map(${key}, ${value})`;
}

function readTensorType(file: OnnxFile, range: MessageRange): string {
  let type = "untyped";
  let shape = "";
  for (const field of file.fields("TypeProto.Tensor", range)) {
    if (field.number === 1) {
      type = elementTypeName(Number(BigInt.asIntN(32, field.value)));
    } else {
      shape = readShape(file, file.reader.message(field, range));
    }
  }
  return `${type}${shape}`;
}

function readShape(file: OnnxFile, range: MessageRange): string {
  const dims: string[] = [];
  for (const field of file.fields("TensorShapeProto", range)) {
    if (dims.length >= limits.maxOnnxDimensions) {
      throw file.overLimit(
        "dimensions of a value",
        dims.length + 1,
        limits.maxOnnxDimensions,
        field.tagStart,
      );
    }
    dims.push(readDimension(file, file.reader.message(field, range)));
  }
  return `[${dims.join(",")}]`;
}

function readDimension(file: OnnxFile, range: MessageRange): string {
  let dimension = "?";
  for (const field of file.fields("TensorShapeProto.Dimension", range)) {
    if (field.number === 1) {
      dimension = String(BigInt.asIntN(64, field.value));
    } else if (field.number === 2) {
      dimension = file.name(field, "dimension name") || "?";
    }
  }
  return dimension;
}
