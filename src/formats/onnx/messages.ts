// SPDX-License-Identifier: Apache-2.0
// The fields of the ONNX messages that are walked (onnx.proto of ONNX 1.23, IR version 14). A letter says how
// a field is written: v varint, m length-delimited, f fixed 32 bit, d fixed 64 bit, and two letters for a
// repeated number that may be packed. A `1` says that it may occur once. Fields not in the table are unknown.

import type { WireField, WireType } from "../../bytes/protobuf.ts";

type Spelling = "v1" | "m1" | "f1" | "m" | "mv" | "mf" | "md";

/** Rules by message and field number. */
const tables = {
  ModelProto: {
    1: "v1",
    2: "m1",
    3: "m1",
    4: "m1",
    5: "v1",
    6: "m1",
    7: "m1",
    8: "m",
    14: "m",
    20: "m",
    25: "m",
    26: "m",
  },
  GraphProto: { 1: "m", 2: "m1", 5: "m", 10: "m1", 11: "m", 12: "m", 13: "m", 14: "m", 15: "m", 16: "m" },
  NodeProto: { 1: "m", 2: "m", 3: "m1", 4: "m1", 5: "m", 6: "m1", 7: "m1", 8: "m1", 9: "m", 10: "m" },
  AttributeProto: {
    1: "m1",
    2: "f1",
    3: "v1",
    4: "m1",
    5: "m1",
    6: "m1",
    7: "mf",
    8: "mv",
    9: "m",
    10: "m",
    11: "m",
    13: "m1",
    14: "m1",
    15: "m",
    20: "v1",
    21: "m1",
    22: "m1",
    23: "m",
  },
  FunctionProto: {
    1: "m1",
    4: "m",
    5: "m",
    6: "m",
    7: "m",
    8: "m1",
    9: "m",
    10: "m1",
    11: "m",
    12: "m",
    13: "m1",
    14: "m",
  },
  TrainingInfoProto: { 1: "m1", 2: "m1", 3: "m", 4: "m" },
  TensorProto: {
    1: "mv",
    2: "v1",
    3: "m1",
    4: "mf",
    5: "mv",
    6: "m",
    7: "mv",
    8: "m1",
    9: "m1",
    10: "md",
    11: "mv",
    12: "m1",
    13: "m",
    14: "v1",
    16: "m",
  },
  SparseTensorProto: { 1: "m1", 2: "m1", 3: "mv" },
  StringStringEntryProto: { 1: "m1", 2: "m1" },
  OperatorSetIdProto: { 1: "m1", 2: "v1" },
  ValueInfoProto: { 1: "m1", 2: "m1", 3: "m1", 4: "m" },
  TypeProto: { 1: "m1", 4: "m1", 5: "m1", 6: "m1", 7: "m1", 8: "m1", 9: "m1" },
  "TypeProto.Tensor": { 1: "v1", 2: "m1" },
  "TypeProto.Sequence": { 1: "m1" },
  "TypeProto.Map": { 1: "v1", 2: "m1" },
  TensorShapeProto: { 1: "m" },
  "TensorShapeProto.Dimension": { 1: "v1", 2: "m1", 3: "m1" },
} as const satisfies Record<string, Readonly<Record<number, Spelling>>>;

/** An ONNX message that aibom walks. */
export type MessageName = keyof typeof tables;

const wireTypes: Readonly<Record<string, WireType>> = { v: 0, d: 1, m: 2, f: 5 };

interface FieldRule {
  readonly wireTypes: readonly (WireType | undefined)[];
  readonly isSingular: boolean;
}

const rules = new Map<string, ReadonlyMap<number, FieldRule>>(
  Object.entries(tables).map(([message, table]) => [
    message,
    new Map(
      Object.entries(table).map(([number, spelling]) => [
        Number(number),
        {
          wireTypes: [...spelling.replace("1", "")].map((letter) => wireTypes[letter]),
          isSingular: spelling.endsWith("1"),
        },
      ]),
    ),
  ]),
);

/** How a field stands to its message: unknown (or of another type than the schema's), once, or repeated. */
export function fieldKind(message: MessageName, field: WireField): "unknown" | "singular" | "repeated" {
  const rule = rules.get(message)?.get(field.number);
  if (rule === undefined || !rule.wireTypes.includes(field.wireType)) {
    return "unknown";
  }
  return rule.isSingular ? "singular" : "repeated";
}
