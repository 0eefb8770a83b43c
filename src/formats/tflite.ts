// SPDX-License-Identifier: Apache-2.0
// TFLite and LiteRT models (schema.fbs, version 3, identifier TFL3): operators, tensors and their sizes, inputs and
// outputs, metadata. Custom operators are native code of the app; `Flex` ones are TensorFlow's own, with all that they
// can do. A ZIP at the end holds associated files (TFLite Metadata) and is no polyglot. Weights are measured, not read.

import type { ByteSource } from "../bytes/byte-source.ts";
import { Flatbuffer, type FlatbufferTable } from "../bytes/flatbuffer.ts";
import { asciiMagic, hasMagicAt } from "../bytes/magic.ts";
import { limits } from "../limits.ts";
import { finding } from "../model/finding.ts";
import { ClaimList } from "./claim-list.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Head, Match } from "./format.ts";
import { histogram } from "./safetensors-facts.ts";
import { addTfliteMetadata } from "./tflite/metadata.ts";
import { customOperator, operatorName, placeholderOperator, tensorTypeName } from "./tflite/names.ts";

const identifier = asciiMagic("TFL3");

/** The TFLite reader. */
export const tflite: Format = {
  id: "tflite",
  holdsWeights: true,
  extensions: [".tflite"],
  mayHoldZip: true,
  match: ({ bytes }: Head): Match => (hasMagicAt(bytes, identifier, 4) ? "certain" : "no"),
  describe: (file: ByteSource): Description => new TfliteFile(file).describe(),
};

/** TensorFlow operators that run Python or write files of the host. */
const hostOperators = new Set(["FlexPyFunc", "FlexPyFuncStateless", "FlexEagerPyFunc", "FlexWriteFile"]);

/** Fields of the tables by name (schema.fbs). */
const model = { version: 0, operatorCodes: 1, subgraphs: 2, description: 3, buffers: 4, metadata: 6 };
const subgraph = { tensors: 0, inputs: 1, outputs: 2, operators: 3 };
const tensor = { shape: 0, type: 1, buffer: 2, name: 3 };
const operatorCode = { deprecated: 0, custom: 1, version: 2, builtin: 3 };
const buffer = { data: 0, offset: 1, size: 2 };

/** One read. */
class TfliteFile {
  readonly #file: ByteSource;
  readonly #buffer: Flatbuffer;
  readonly #findings: FindingList;
  readonly #claims: ClaimList;
  readonly #operators = new Map<string, bigint>();
  readonly #parameters = new Map<string, bigint>();
  #tensors = 0;

  constructor(file: ByteSource) {
    this.#file = file;
    this.#buffer = new Flatbuffer(file);
    this.#findings = new FindingList(file.path);
    this.#claims = new ClaimList(this.#findings);
  }

  describe(): Description {
    const root = this.#buffer.root();
    const source = { path: this.#file.path };
    this.#claims.claim("format.version", String(root.u32(model.version)), source);
    const description = root.text(model.description, 3 * limits.maxMetadataCharacters);
    if (description !== undefined && description !== "") {
      this.#claims.claim("description", description, { ...source, pointer: "description" });
    }
    const stored = this.#buffers(root);
    const codes = [...root.tables(model.operatorCodes)].map((code) => this.#operator(code));
    let isMain = true;
    for (const graph of root.tables(model.subgraphs)) {
      this.#subgraph(graph, codes, stored, isMain);
      isMain = false;
    }
    const metadata = [...root.tables(model.metadata)];
    addTfliteMetadata(this.#file, [...root.tables(model.buffers)], metadata, this.#claims);
    this.#totals();
    return { facts: this.#claims.facts, findings: this.#findings.all(), references: [] };
  }

  /** Which buffers hold something. Those of large models lie behind the flatbuffer, at an offset of the file. */
  #buffers(root: FlatbufferTable): readonly boolean[] {
    return [...root.tables(model.buffers)].map((each) => {
      const offset = each.u64(buffer.offset);
      const size = each.u64(buffer.size);
      if (offset > 1n && offset + size > BigInt(this.#file.size)) {
        throw this.#buffer.invalid("a buffer lies outside of the file", each.at);
      }
      return offset > 1n ? size > 0n : (each.vector(buffer.data, 1)?.count ?? 0) > 0;
    });
  }

  /** The name of an operator; custom ones are reported here, once for each code. */
  #operator(code: FlatbufferTable): string {
    const old = code.i8(operatorCode.deprecated);
    const builtin = old === placeholderOperator || old === 0 ? code.i32(operatorCode.builtin, old) : old;
    if (builtin !== customOperator) {
      return operatorName(builtin) ?? `operator ${builtin}`;
    }
    const name = code.text(operatorCode.custom) ?? "";
    const where = { path: this.#file.path, offset: this.#buffer.fileOffset(code.at) };
    const operator = name.slice(0, 300);
    if (hostOperators.has(name)) {
      this.#findings.add(finding("TFLITE_HOST_OPERATOR", where, { operator }));
    } else if (!name.startsWith("Flex")) {
      this.#findings.add(finding("TFLITE_CUSTOM_OPERATOR", where, { operator }));
    }
    return `custom::${name}`;
  }

  #subgraph(
    graph: FlatbufferTable,
    codes: readonly string[],
    stored: readonly boolean[],
    isMain: boolean,
  ): void {
    const tensors = [...graph.tables(subgraph.tensors)];
    for (const each of tensors) {
      this.#tensor(each, stored);
    }
    for (const operator of graph.tables(subgraph.operators)) {
      const name = codes[operator.u32(0)];
      if (name === undefined) {
        throw this.#buffer.invalid("an operator has no code", operator.at);
      }
      this.#operators.set(name, (this.#operators.get(name) ?? 0n) + 1n);
    }
    if (isMain) {
      this.#ends(graph, subgraph.inputs, "input", tensors);
      this.#ends(graph, subgraph.outputs, "output", tensors);
    }
  }

  /** Counts a tensor whose values are in the model. */
  #tensor(each: FlatbufferTable, stored: readonly boolean[]): void {
    const index = each.u32(tensor.buffer);
    const isStored = stored[index];
    if (isStored === undefined) {
      throw this.#buffer.invalid("a tensor has no buffer", each.at);
    }
    if (!isStored) {
      return;
    }
    const shape = each.vector(tensor.shape, 4);
    if ((shape?.count ?? 0) > limits.maxOnnxDimensions) {
      throw this.#buffer.invalid("a tensor has too many dimensions", each.at);
    }
    let elements = 1n;
    for (let axis = 0; axis < (shape?.count ?? 0); axis += 1) {
      const dimension = this.#buffer.i32((shape?.at ?? 0) + 4 * axis);
      if (dimension < 0) {
        throw this.#buffer.invalid("a tensor has a negative dimension", each.at);
      }
      elements *= BigInt(dimension);
    }
    const type = tensorTypeName(each.u8(tensor.type));
    this.#tensors += 1;
    this.#parameters.set(type, (this.#parameters.get(type) ?? 0n) + elements);
  }

  #ends(
    graph: FlatbufferTable,
    field: number,
    what: "input" | "output",
    tensors: readonly FlatbufferTable[],
  ): void {
    const indices = graph.vector(field, 4);
    const count = Math.min(indices?.count ?? 0, limits.maxClaimsPerName + 1);
    for (let index = 0; index < count; index += 1) {
      const each = tensors[this.#buffer.i32((indices?.at ?? 0) + 4 * index)];
      if (each === undefined) {
        throw this.#buffer.invalid(`an ${what} is no tensor`, graph.at);
      }
      const value = { name: each.text(tensor.name) ?? "", format: tensorTypeName(each.u8(tensor.type)) };
      this.#claims.claim(what, value, { path: this.#file.path });
    }
  }

  #totals(): void {
    const source = { path: this.#file.path };
    const total = [...this.#parameters.values()].reduce((sum, each) => sum + each, 0n);
    this.#claims.computed("tensors.count", this.#tensors, source);
    this.#claims.computed("parameters.count", total.toString(), source);
    this.#claims.computed("dtypes", histogram(this.#parameters), source);
    this.#claims.computed("operators", histogram(this.#operators), source);
  }
}
