// SPDX-License-Identifier: Apache-2.0
// Walks graphs, nodes, attributes and functions of an ONNX model, sub-graphs included: tensors and external
// data can hide in any attribute, and operators in any branch.

import type { MessageRange } from "../../bytes/protobuf.ts";
import { limits } from "../../limits.ts";
import { finding } from "../../model/finding.ts";
import type { OnnxFile } from "./onnx-file.ts";
import { readTensor } from "./tensor.ts";
import { readValueInfo, type ValueInfo } from "./value-type.ts";

/** What the outermost graph shows. */
export interface Graph {
  readonly name: string;
  readonly description: string;
  /** Inputs without those that only name an initializer (IR version 3 lists them all). */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly metadata: readonly MessageRange[];
}

const defaultDomain = "ai.onnx";

/** @throws {AibomError} PROTOBUF_*, ONNX_OVER_LIMIT */
export function readGraph(file: OnnxFile, range: MessageRange): Graph {
  const initializers = new Set<string>();
  const inputs: ValueInfo[] = [];
  const outputs: ValueInfo[] = [];
  const metadata: MessageRange[] = [];
  let name = "";
  let description = "";
  for (const field of file.fields("GraphProto", range)) {
    switch (field.number) {
      case 1:
        readNode(file, file.reader.message(field, range));
        break;
      case 2:
        name = file.text(field, "graph name");
        break;
      case 5:
        addInitializer(
          file,
          initializers,
          readTensor(file, file.reader.message(field, range), true),
          field.start,
        );
        break;
      case 10:
        description = file.text(field, "graph description");
        break;
      case 11:
      case 12:
        addValue(file, field.number === 11 ? inputs : outputs, file.reader.message(field, range));
        break;
      case 15:
        addInitializer(file, initializers, readSparse(file, file.reader.message(field, range)), field.start);
        break;
      case 16:
        metadata.push(file.reader.message(field, range));
        break;
    }
  }
  return {
    name,
    description,
    inputs: inputs.filter((input) => !initializers.has(input.name)),
    outputs,
    metadata,
  };
}

function addValue(file: OnnxFile, values: ValueInfo[], range: MessageRange): void {
  if (values.length >= limits.maxOnnxValues) {
    throw file.overLimit("inputs or outputs", values.length + 1, limits.maxOnnxValues, range.start);
  }
  values.push(readValueInfo(file, range));
}

function addInitializer(file: OnnxFile, initializers: Set<string>, name: string, offset: number): void {
  if (initializers.has(name)) {
    file.findings.add(
      finding("ONNX_DUPLICATE_TENSOR", file.at(offset, name), { tensor: name === "" ? "(unnamed)" : name }),
    );
  }
  initializers.add(name);
}

function readSparse(file: OnnxFile, range: MessageRange): string {
  let name = "";
  for (const field of file.fields("SparseTensorProto", range)) {
    if (field.number === 1) {
      name = readTensor(file, file.reader.message(field, range), true);
    } else if (field.number === 2) {
      readTensor(file, file.reader.message(field, range), false);
    }
  }
  return name;
}

function readNode(file: OnnxFile, range: MessageRange): void {
  let operator = "";
  let domain = "";
  for (const field of file.fields("NodeProto", range)) {
    if (field.number === 4) {
      operator = file.name(field, "operator name");
    } else if (field.number === 5) {
      readAttribute(file, file.reader.message(field, range));
    } else if (field.number === 7) {
      domain = file.name(field, "operator domain");
    }
  }
  file.countOperator(operatorKey(domain, operator), range.start);
}

/** `domain::Op`, with the default domain by its name. */
function operatorKey(domain: string, operator: string): string {
  return `${domain === "" ? defaultDomain : domain}::${operator}`;
}

function readAttribute(file: OnnxFile, range: MessageRange): void {
  for (const field of file.fields("AttributeProto", range)) {
    switch (field.number) {
      case 5:
      case 10:
        readTensor(file, file.reader.message(field, range), true);
        break;
      case 6:
      case 11:
        readGraph(file, file.reader.message(field, range));
        break;
      case 22:
      case 23:
        readSparse(file, file.reader.message(field, range));
        break;
    }
  }
}

/** A function of the model: an operator that it brings along, built of others. @throws {AibomError} PROTOBUF_* */
export function readFunction(file: OnnxFile, range: MessageRange): void {
  let name = "";
  let domain = "";
  for (const field of file.fields("FunctionProto", range)) {
    switch (field.number) {
      case 1:
        name = file.name(field, "function name");
        break;
      case 7:
        readNode(file, file.reader.message(field, range));
        break;
      case 10:
        domain = file.name(field, "function domain");
        break;
      case 11:
        readAttribute(file, file.reader.message(field, range));
        break;
    }
  }
  file.functions.add(operatorKey(domain, name));
}

/** Training graphs: they hold tensors and operators like the main one. @throws {AibomError} PROTOBUF_* */
export function readTrainingInfo(file: OnnxFile, range: MessageRange): void {
  for (const field of file.fields("TrainingInfoProto", range)) {
    if (field.number === 1 || field.number === 2) {
      readGraph(file, file.reader.message(field, range));
    }
  }
}
