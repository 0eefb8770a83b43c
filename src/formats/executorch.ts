// SPDX-License-Identifier: Apache-2.0
// ExecuTorch programs (schema/program.fbs, identifier ET12): methods, the operators and delegates that they call, the sizes
// of constants, and the segments behind the program that hold them. Source: ExecuTorch 1.0, schema/program.fbs and
// extended_header.cpp. Operators of other namespaces, and delegates, are native code of the app. Weights are not read.

import type { ByteSource } from "../bytes/byte-source.ts";
import { Flatbuffer, type FlatbufferTable } from "../bytes/flatbuffer.ts";
import { asciiMagic, hasMagicAt } from "../bytes/magic.ts";
import { limits } from "../limits.ts";
import { type Finding, finding } from "../model/finding.ts";
import { ClaimList } from "./claim-list.ts";
import { scalarTypeName } from "./executorch/scalar-types.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Head, Match } from "./format.ts";
import { histogram } from "./safetensors-facts.ts";

const identifier = asciiMagic("ET12");
const extendedMagic = asciiMagic("eh00");

/** The ExecuTorch reader. */
export const executorch: Format = {
  id: "executorch",
  holdsWeights: true,
  extensions: [".pte"],
  // A pickle can have these four bytes, too; the root of a table that lies outside of the file is none.
  match: ({ bytes, size }: Head): Match =>
    hasMagicAt(bytes, identifier, 4) && rootOffset(bytes) < size ? "certain" : "no",
  describe: (file: ByteSource): Description => new ExecutorchFile(file).describe(),
};

/** Where a FlatBuffer's first table lies: its first four bytes. */
function rootOffset(bytes: Uint8Array): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, 4).readUInt32LE(0);
}

/** Fields of the tables by name (program.fbs). */
const program = { version: 0, plans: 1, segments: 4 };
const plan = { name: 0, values: 2, inputs: 3, outputs: 4, chains: 5, operators: 6, delegates: 7 };
const operator = { name: 0, overload: 1 };
const delegate = { id: 0 };
const chain = { instructions: 2 };
const tensor = { type: 0, sizes: 2, buffer: 5, allocation: 6 };
const segment = { offset: 0, size: 1 };
/** Both unions have their kind in the first field and the table in the second. */
const union = { kind: 0, table: 1 };
const tensorKind = 5;
const kernelCallKind = 1;

/** Namespaces of operators that ExecuTorch brings along. */
const ownNamespaces: ReadonlySet<string> = new Set([
  "aten",
  "executorch_prim",
  "dim_order_ops",
  "quantized_decomposed",
]);

/** One read. */
class ExecutorchFile {
  /** Calls by the operator's name. */
  readonly #operators = new Map<string, bigint>();
  readonly #custom = new Set<string>();
  #tensors = 0;
  readonly #parameters = new Map<string, bigint>();
  readonly #findings: FindingList;
  readonly #claims: ClaimList;
  readonly #buffer: Flatbuffer;
  readonly #file: ByteSource;

  constructor(file: ByteSource) {
    this.#findings = new FindingList(file.path);
    this.#claims = new ClaimList(this.#findings);
    this.#buffer = new Flatbuffer(file);
    this.#file = file;
  }

  describe(): Description {
    const root = this.#buffer.root();
    const source = { path: this.#file.path };
    this.#claims.claim("format.version", String(root.u32(program.version)), source);
    this.#segments(root);
    const delegates = new Set<string>();
    for (const each of root.tables(program.plans)) {
      this.#plan(each, delegates);
    }
    for (const id of delegates) {
      this.#claims.claim("metadata", { key: "executorch.delegate", value: id }, source);
    }
    const total = [...this.#parameters.values()].reduce((sum, each) => sum + each, 0n);
    this.#claims.computed("tensors.count", this.#tensors, source);
    this.#claims.computed("parameters.count", total.toString(), source);
    this.#claims.computed("dtypes", histogram(this.#parameters), source);
    this.#claims.computed("operators", histogram(this.#operators), source);
    return { facts: this.#claims.facts, findings: this.#findings.all(), references: [] };
  }

  /** Segments lie behind the program, from a place on that the extended header tells. */
  #segments(root: FlatbufferTable): void {
    const hasHeader = this.#file.size >= 32 && hasMagicAt(this.#file.read(8, 4), extendedMagic, 0);
    const base = hasHeader ? this.#buffer.u64(24) : undefined;
    const programBytes = hasHeader ? this.#buffer.u64(16) : 0n;
    const size = BigInt(this.#file.size);
    if (programBytes > size || (base ?? 0n) > size) {
      throw this.#buffer.invalid("its header points out of the file", 8);
    }
    for (const each of root.tables(program.segments)) {
      const end = (base ?? 0n) + each.u64(segment.offset) + each.u64(segment.size);
      if (base === undefined || end > size) {
        throw this.#buffer.invalid("a segment lies outside of the file", each.at);
      }
    }
  }

  #plan(each: FlatbufferTable, delegates: Set<string>): void {
    const name = each.text(plan.name) ?? "";
    this.#claims.claim("metadata", { key: "executorch.method", value: name }, { path: this.#file.path });
    const values = [...each.tables(plan.values)];
    for (const value of values) {
      this.#constant(tensorOf(value));
    }
    this.#ends(each, plan.inputs, "input", values);
    this.#ends(each, plan.outputs, "output", values);
    const names = [...each.tables(plan.operators)].map((one) => this.#operator(one));
    for (const list of each.tables(plan.chains)) {
      for (const instruction of list.tables(chain.instructions)) {
        this.#call(instruction, names);
      }
    }
    for (const one of each.tables(plan.delegates)) {
      if (delegates.size <= limits.maxClaimsPerName) {
        delegates.add(one.text(delegate.id) ?? "");
      }
    }
  }

  /** The name of an operator; one of a namespace that is not ExecuTorch's is reported, once. */
  #operator(each: FlatbufferTable): string {
    const name = each.text(operator.name) ?? "";
    const overload = each.text(operator.overload) ?? "";
    const full = overload === "" ? name : `${name}.${overload}`;
    if (!this.#operators.has(full) && this.#operators.size >= limits.maxOnnxOperatorKinds) {
      throw this.#buffer.invalid("there are too many kinds of operators", each.at);
    }
    this.#operators.set(full, this.#operators.get(full) ?? 0n);
    const isOwn = ownNamespaces.has(name.slice(0, Math.max(0, name.indexOf("::"))));
    if (!isOwn && !this.#custom.has(full)) {
      this.#custom.add(full);
      const where = { path: this.#file.path, offset: this.#buffer.fileOffset(each.at) };
      const unknown: Finding = finding("EXECUTORCH_CUSTOM_OPERATOR", where, { operator: full.slice(0, 300) });
      this.#findings.add(unknown);
    }
    return full;
  }

  #call(instruction: FlatbufferTable, names: readonly string[]): void {
    if (instruction.u8(union.kind) !== kernelCallKind) {
      return;
    }
    const name = names[instruction.table(union.table)?.i32(0) ?? -1];
    if (name === undefined) {
      throw this.#buffer.invalid("a call names no operator", instruction.at);
    }
    this.#operators.set(name, (this.#operators.get(name) ?? 0n) + 1n);
  }

  /** Counts a tensor whose values are in the file: it has a buffer, and nothing writes to it. */
  #constant(each: FlatbufferTable | undefined): void {
    if (each === undefined || each.u32(tensor.buffer) === 0 || each.place(tensor.allocation) !== undefined) {
      return;
    }
    const sizes = each.vector(tensor.sizes, 4);
    if ((sizes?.count ?? 0) > limits.maxOnnxDimensions) {
      throw this.#buffer.invalid("a tensor has too many dimensions", each.at);
    }
    let elements = 1n;
    for (let axis = 0; axis < (sizes?.count ?? 0); axis += 1) {
      const size = this.#buffer.i32((sizes?.at ?? 0) + 4 * axis);
      if (size < 0) {
        throw this.#buffer.invalid("a tensor has a negative dimension", each.at);
      }
      elements *= BigInt(size);
    }
    const type = scalarTypeName(each.u8(tensor.type));
    this.#tensors += 1;
    this.#parameters.set(type, (this.#parameters.get(type) ?? 0n) + elements);
  }

  /** Values have no names: inputs and outputs are told by method and position. */
  #ends(
    each: FlatbufferTable,
    field: number,
    what: "input" | "output",
    values: readonly FlatbufferTable[],
  ): void {
    const method = each.text(plan.name) ?? "";
    const indices = each.vector(field, 4);
    const count = Math.min(indices?.count ?? 0, limits.maxClaimsPerName + 1);
    for (let index = 0; index < count; index += 1) {
      const value = values[this.#buffer.i32((indices?.at ?? 0) + 4 * index)];
      if (value === undefined) {
        throw this.#buffer.invalid(`an ${what} is no value`, each.at);
      }
      const of = tensorOf(value);
      const format = of === undefined ? "no tensor" : scalarTypeName(of.u8(tensor.type));
      this.#claims.claim(what, { name: `${method}.${index}`, format }, { path: this.#file.path });
    }
  }
}

function tensorOf(value: FlatbufferTable): FlatbufferTable | undefined {
  return value.u8(union.kind) === tensorKind ? value.table(union.table) : undefined;
}
