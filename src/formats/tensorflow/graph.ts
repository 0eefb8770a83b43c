// SPDX-License-Identifier: Apache-2.0
// Graphs of TensorFlow (graph.proto, node_def.proto, function.proto): every node of the main graph and of all library
// functions, where an operator hides as well as in plain sight.

import type { MessageRange, WireField } from "../../bytes/protobuf.ts";
import { limits } from "../../limits.ts";
import { finding } from "../../model/finding.ts";
import { dataType } from "./data-type.ts";
import type { GraphFile } from "./graph-file.ts";
import { isHostPath, libraryOf, opensFiles, type Reach, reachOf } from "./operators.ts";

/** GraphDef. @throws {AibomError} PROTOBUF_*, TF_OVER_LIMIT */
export function readGraph(file: GraphFile, range: MessageRange): void {
  for (const field of file.reader.fields(range)) {
    readGraphField(file, range, field);
  }
}

/** One field of a GraphDef; false if the schema has no such field. */
export function readGraphField(file: GraphFile, range: MessageRange, field: WireField): boolean {
  const { number, wireType } = field;
  if (wireType === 2 && number === 1) {
    readNode(file, file.reader.message(field, range));
  } else if (wireType === 2 && number === 2) {
    readLibrary(file, file.reader.message(field, range));
  }
  // 3 version, 4 versions, 5 debug_info.
  return number >= 1 && number <= 5;
}

function readLibrary(file: GraphFile, range: MessageRange): void {
  for (const definition of file.messages(range, 1)) {
    for (const field of file.reader.fields(definition)) {
      if (field.wireType !== 2) {
        continue;
      }
      const inner = file.reader.message(field, definition);
      if (field.number === 1) {
        addFunction(file, inner);
      } else if (field.number === 3) {
        readNode(file, inner);
      } else if (field.number === 5) {
        readAttribute(file, inner, "");
      }
    }
  }
}

/** The signature of a function: an OpDef whose first field is its name. */
function addFunction(file: GraphFile, signature: MessageRange): void {
  for (const field of file.reader.fields(signature)) {
    if (field.number === 1 && field.wireType === 2) {
      file.functions.add(file.name(field, "function name"));
    }
  }
}

function readNode(file: GraphFile, range: MessageRange): void {
  let name = "";
  let operator = "";
  for (const field of file.reader.fields(range)) {
    if (field.wireType !== 2) {
      continue;
    }
    if (field.number === 1) {
      name = file.name(field, "node name");
    } else if (field.number === 2) {
      operator = file.name(field, "operator name");
    } else if (field.number === 5) {
      readAttribute(file, file.reader.message(field, range), name);
    }
  }
  file.countOperator(operator, name, range.start);
}

/** An entry of the map of attributes: 1 key, 2 value. */
function readAttribute(file: GraphFile, entry: MessageRange, node: string): void {
  let key = "";
  for (const field of file.reader.fields(entry)) {
    if (field.wireType !== 2) {
      continue;
    }
    if (field.number === 1) {
      key = file.name(field, "attribute name");
    } else if (field.number === 2) {
      readAttributeValue(file, file.reader.message(field, entry), node, key);
    }
  }
}

/** AttrValue: 1 list, 2 text, 8 tensor. The others hold numbers, types and names of functions. */
function readAttributeValue(file: GraphFile, value: MessageRange, node: string, key: string): void {
  for (const field of file.reader.fields(value)) {
    if (field.wireType !== 2) {
      continue;
    }
    if (field.number === 2) {
      checkText(file, field, node, key);
    } else if (field.number === 8) {
      readTensor(file, file.reader.message(field, value), node);
    } else if (field.number === 1) {
      for (const each of file.reader.fields(file.reader.message(field, value))) {
        if (each.number === 2 && each.wireType === 2) {
          checkText(file, each, node, key);
        }
      }
    }
  }
}

/** TensorProto: 1 type, 2 shape, 8 texts. Values are counted by the shape, never read, except texts. */
function readTensor(file: GraphFile, tensor: MessageRange, node: string): void {
  let type = 0n;
  let elements = 1n;
  for (const field of file.reader.fields(tensor)) {
    if (field.number === 1 && field.wireType === 0) {
      type = field.value;
    } else if (field.number === 2 && field.wireType === 2) {
      elements = readShape(file, file.reader.message(field, tensor)).reduce(
        (product, dimension) => product * (dimension < 0n ? 0n : dimension),
        1n,
      );
    } else if (field.number === 8 && field.wireType === 2) {
      checkText(file, field, node, "value");
    }
  }
  const { name, bits } = dataType(type);
  if (bits !== undefined) {
    file.constantsByType.set(name, (file.constantsByType.get(name) ?? 0n) + elements);
  }
}

/** TensorShapeProto: 2 dim {1 size}; -1 for an unknown size. @throws {AibomError} PROTOBUF_*, TF_OVER_LIMIT */
export function readShape(file: GraphFile, range: MessageRange): readonly bigint[] {
  const dimensions: bigint[] = [];
  for (const dimension of file.messages(range, 2)) {
    let size = 0n;
    for (const field of file.reader.fields(dimension)) {
      if (field.number === 1 && field.wireType === 0) {
        size = BigInt.asIntN(64, field.value);
      }
    }
    dimensions.push(size);
    if (dimensions.length > limits.maxTensorFlowDimensions) {
      throw file.overLimit("dimensions of one tensor", limits.maxTensorFlowDimensions, range.start);
    }
  }
  return dimensions;
}

/** Bytes of a text in a graph that is looked at; a path is shorter. */
const maxPathBytes = 4096;
const maxHostPaths = 20;

function checkText(file: GraphFile, field: WireField, node: string, key: string): void {
  if (field.value < 5n || field.value > BigInt(maxPathBytes) || file.hostPaths.length >= maxHostPaths) {
    return;
  }
  const text = new TextDecoder().decode(file.reader.bytes(field, maxPathBytes));
  if (key === "output_stream" && text.startsWith("file://")) {
    file.findings.add(finding("TF_FILE_WRITE", file.at(field.start, node), { operator: "PrintV2", node }));
  } else if (isHostPath(text)) {
    file.hostPaths.push({ text, offset: field.start, node });
  }
}

const codeOf = {
  python: "TF_PYTHON_CALLBACK",
  write: "TF_FILE_WRITE",
  read: "TF_FILE_READ",
  network: "TF_NETWORK",
} as const satisfies Partial<Record<Reach, string>>;

/** Puts what all graphs of a file hold into facts and findings. Called once, at the end. */
export function stateOperators(file: GraphFile): void {
  const histogram = [...file.operators].map(([operator, { count }]) => [operator, count] as const);
  const sorted = histogram.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  file.claims.computed("operators", Object.fromEntries(sorted), { path: file.path });
  for (const [operator, { node, offset, count }] of file.operators) {
    const reach = file.functions.has(operator) ? undefined : reachOf(operator);
    const at = file.at(offset, node);
    if (reach === "custom") {
      file.findings.add(finding("TF_CUSTOM_OPERATOR", at, { operator, count }));
    } else if (reach === "library") {
      file.findings.add(
        finding("TF_LIBRARY_OPERATOR", at, { operator, count, library: libraryOf(operator) ?? "" }),
      );
    } else if (reach !== undefined) {
      file.findings.add(finding(codeOf[reach], at, { operator, node }));
    }
  }
  const opener = [...file.operators.keys()].find(opensFiles);
  for (const { text, offset, node } of opener === undefined ? [] : file.hostPaths) {
    file.findings.add(
      finding("TF_HOST_PATH", file.at(offset, node), { path: text.slice(0, 200), operator: opener ?? "" }),
    );
  }
}
