// SPDX-License-Identifier: Apache-2.0
// TensorFlow graphs on their own: frozen GraphDefs (`.pb`, weights as constants) and MetaGraphDefs (`.meta`, beside a
// checkpoint). Neither has a magic, and `.pb` is any protobuf: only a message whose first field reads like a node,
// or like the information of a meta graph, is taken for one.

import type { ByteSource } from "../bytes/byte-source.ts";
import { type MessageRange, ProtobufReader, type WireField } from "../bytes/protobuf.ts";
import { AibomError } from "../errors.ts";
import type { Description, Format, Head, Match } from "./format.ts";
import { readGraphField, stateOperators } from "./tensorflow/graph.ts";
import { GraphFile } from "./tensorflow/graph-file.ts";
import { readMetaGraphField } from "./tensorflow/meta-graph.ts";
import { isStockOperator } from "./tensorflow/stock-operators.ts";

type Kind = "graph" | "meta-graph";

/** The reader of graphs that are no SavedModel. */
export const tfGraph: Format = {
  id: "tf-graph",
  holdsWeights: true,
  extensions: [],
  refinements: [{ id: "tf-metagraph", holdsWeights: true }],
  match(head: Head): Match {
    const isNamed = /\.(?:pb|meta)$/iu.test(head.path);
    const first = head.bytes[0] ?? 0;
    // GraphDef and MetaGraphDef start with field 1 unless somebody wrote them by hand.
    return first === 0x0a || (isNamed && [0x12, 0x18, 0x22].includes(first)) ? "possible" : "no";
  },
  confirm(source: ByteSource): boolean {
    return kindOf(source) !== undefined;
  },
  describe(source: ByteSource): Description {
    const kind = kindOf(source);
    if (kind === undefined) {
      throw AibomError.of("TF_NOT_A_MODEL", { reason: "it has no node" }, { where: { path: source.path } });
    }
    const file = new GraphFile(source);
    const root = file.reader.root();
    for (const field of file.reader.fields(root)) {
      const isKnown =
        kind === "graph" ? readGraphField(file, root, field) : readMetaGraphField(file, root, field);
      if (!isKnown) {
        file.addUnknown(kind === "graph" ? "GraphDef" : "MetaGraphDef", field);
      }
    }
    stateOperators(file);
    file.keras.state();
    if (kind === "graph") {
      stateConstants(file);
    }
    return {
      facts: file.claims.facts,
      findings: file.findings.all(),
      references: [],
      ...(kind === "graph" ? {} : { format: "tf-metagraph" }),
      ...(file.isIncomplete ? { incomplete: true } : {}),
    };
  },
};

/** Types of constants that are shapes, axes and indices, not weights. */
const indexTypes = new Set(["I32", "I64", "BOOL"]);

/** In a frozen graph the weights are constants. */
function stateConstants(file: GraphFile): void {
  const source = { path: file.path };
  const weights = [...file.constantsByType].filter(([type]) => !indexTypes.has(type));
  const byType = weights.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const total = byType.reduce((sum, [, count]) => sum + count, 0n);
  file.claims.computed("parameters.count", String(total), source);
  file.claims.computed(
    "dtypes",
    Object.fromEntries(byType.map(([type, count]) => [type, String(count)])),
    source,
  );
}

/** Fields looked at before a file is given up as some other protobuf. */
const maxProbedFields = 2000;

/** What the first fields say; undefined if they are no graph. @throws {AibomError} PROTOBUF_* */
function kindOf(source: ByteSource): Kind | undefined {
  const reader = new ProtobufReader(source);
  const root = reader.root();
  let probed = 0;
  for (const field of reader.fields(root)) {
    probed += 1;
    const kind = field.wireType === 2 ? kindOfField(reader, root, field) : undefined;
    if (kind !== undefined) {
      return kind;
    }
    if (field.number > 7 || probed > maxProbedFields || (field.number === 1 && field.wireType === 2)) {
      return undefined;
    }
  }
  return undefined;
}

/** A node has a name and an operator; a meta graph's second field is a graph, whose first field is a node. */
function kindOfField(reader: ProtobufReader, root: MessageRange, field: WireField): Kind | undefined {
  const inner = reader.message(field, root);
  if (field.number === 1) {
    return isNode(reader, inner) ? "graph" : isMetaInfo(reader, inner) ? "meta-graph" : undefined;
  }
  if (field.number === 2) {
    for (const each of reader.fields(inner)) {
      return each.number === 1 && each.wireType === 2 && isNode(reader, reader.message(each, inner))
        ? "meta-graph"
        : undefined;
    }
  }
  return undefined;
}

const operatorName = /^_{0,2}[A-Z][A-Za-z0-9_>.]{0,200}$/u;

function isNode(reader: ProtobufReader, range: MessageRange): boolean {
  let name: string | undefined;
  let operator: string | undefined;
  let hasAttributes = false;
  for (const field of reader.fields(range)) {
    // 3 inputs, 4 device, 5 attributes, 6 and 7 debug information and type.
    if (field.wireType !== 2 || field.number > 7) {
      return false;
    }
    const text = field.number <= 2 ? new TextDecoder().decode(reader.bytes(field, 300)) : "";
    name = field.number === 1 ? text : name;
    operator = field.number === 2 ? text : operator;
    hasAttributes ||= field.number >= 3;
  }
  const looksLikeName = name !== undefined && /^[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*$/u.test(name);
  return (
    looksLikeName &&
    operator !== undefined &&
    operatorName.test(operator) &&
    (isStockOperator(operator) || hasAttributes)
  );
}

/** MetaInfoDef with the version of TensorFlow, or the list of its operators. */
function isMetaInfo(reader: ProtobufReader, range: MessageRange): boolean {
  for (const field of reader.fields(range)) {
    if (field.wireType === 2 && field.number === 5) {
      return /^\d+\.\d+/u.test(new TextDecoder().decode(reader.bytes(field, 64)));
    }
    if (field.number > 7) {
      return false;
    }
  }
  return false;
}
