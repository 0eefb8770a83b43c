// SPDX-License-Identifier: Apache-2.0
// The tensors of a PyTorch pickle: names from the keys of its dicts, shapes and types from the calls that rebuild
// them, sizes from the ids of their storages. Source: PyTorch 2.9, torch/_utils.py and torch/serialization.py.
// Leaves out strides: elements are counted from the shape.

import { limits } from "../../limits.ts";
import type { PickleInput } from "./input.ts";
import { integerAt, textAt } from "./literal.ts";
import { Call, calleeOf, Dict, Import, itemsOf, List, Persistent, Tuple, type Value } from "./value.ts";

/** The type of the elements as safetensors spells it, and the bytes of one. */
const elementTypes: Readonly<Record<string, readonly [dtype: string, bytes: number]>> = {
  Double: ["F64", 8],
  Float: ["F32", 4],
  Half: ["F16", 2],
  BFloat16: ["BF16", 2],
  Long: ["I64", 8],
  Int: ["I32", 4],
  Short: ["I16", 2],
  Char: ["I8", 1],
  Byte: ["U8", 1],
  Bool: ["BOOL", 1],
  ComplexFloat: ["C64", 8],
  ComplexDouble: ["C128", 16],
  QInt8: ["QINT8", 1],
  QUInt8: ["QUINT8", 1],
  QInt32: ["QINT32", 4],
  QUInt4x2: ["QUINT4x2", 1],
  QUInt2x4: ["QUINT2x4", 1],
  Untyped: ["U8", 1],
  float8_e4m3fn: ["F8_E4M3", 1],
  float8_e5m2: ["F8_E5M2", 1],
  float8_e4m3fnuz: ["F8_E4M3FNUZ", 1],
  float8_e5m2fnuz: ["F8_E5M2FNUZ", 1],
  float8_e8m0fnu: ["F8_E8M0", 1],
  uint16: ["U16", 2],
  uint32: ["U32", 4],
  uint64: ["U64", 8],
};

/** One storage: the bytes behind one or more tensors. */
export interface TorchStorage {
  readonly key: string;
  readonly dtype: string;
  readonly elements: number;
  readonly bytes: number;
}

export interface TorchTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly elements: number;
  readonly bytes: number;
  /** Tensors with the same identity are one tensor with two names. */
  readonly identity: string;
}

export interface TorchContent {
  readonly tensors: readonly TorchTensor[];
  readonly storages: ReadonlyMap<string, TorchStorage>;
  /** False if there are more tensors than are followed. */
  readonly isComplete: boolean;
}

/** Functions that rebuild a tensor; the first argument is its storage. */
const rebuilders: ReadonlySet<string> = new Set([
  "_rebuild_tensor",
  "_rebuild_tensor_v2",
  "_rebuild_tensor_v3",
  "_rebuild_qtensor",
]);
/** Functions that wrap a tensor, their first argument. */
const wrappers: ReadonlySet<string> = new Set([
  "_rebuild_parameter",
  "_rebuild_parameter_with_state",
  "_rebuild_parameter_v2",
]);

/** Attributes of a module that hold its tensors; they are no part of a tensor's name. */
const silentKeys: ReadonlySet<string> = new Set(["_parameters", "_buffers", "_modules"]);
/** What a recurrent layer keeps beside its parameters: the same tensors in a list. */
const repeatedKeys: ReadonlySet<string> = new Set(["_flat_weights"]);

/** Wrappers around one tensor that are looked through; PyTorch writes one. */
const maxWrappers = 4;

/** The call that rebuilds a tensor, below what wraps it. */
function rebuildOf(value: Value): { readonly name: string; readonly args: readonly Value[] } | undefined {
  let current: Value | undefined = value;
  for (let depth = 0; depth < maxWrappers && current instanceof Call; depth += 1) {
    const callee = calleeOf(current);
    const args = itemsOf(current.args);
    if (callee?.module.startsWith("torch.") !== true) {
      return undefined;
    }
    if (rebuilders.has(callee.name)) {
      return { name: callee.name, args };
    }
    if (callee.name === "_rebuild_from_type_v2") {
      // (function, type, its arguments, state)
      const [inner, , innerArgs] = args;
      return inner instanceof Import && rebuilders.has(inner.name)
        ? { name: inner.name, args: itemsOf(innerArgs) }
        : undefined;
    }
    current = wrappers.has(callee.name) ? args[0] : undefined;
  }
  return undefined;
}

/** The tensors that lie in what a pickle unpickles to. */
export function torchContent(result: Value, input: PickleInput): TorchContent {
  const walk = new Walk(input);
  walk.from(result);
  return { tensors: walk.tensors, storages: walk.storages, isComplete: walk.isComplete };
}

class Walk {
  readonly tensors: TorchTensor[] = [];
  readonly storages = new Map<string, TorchStorage>();
  isComplete = true;
  readonly #input: PickleInput;
  readonly #seen = new Set<Value>();
  /** What is still to be looked at, with its name: no recursion, so depth costs nothing. */
  readonly #todo: (readonly [value: Value, name: string])[] = [];

  constructor(input: PickleInput) {
    this.#input = input;
  }

  from(result: Value): void {
    this.#todo.push([result, ""]);
    for (let next = this.#todo.pop(); next !== undefined; next = this.#todo.pop()) {
      this.#visit(...next);
    }
  }

  #visit(value: Value, name: string): void {
    const tensor = this.#tensorOf(value, name);
    if (tensor !== undefined) {
      if (this.tensors.length < limits.maxPytorchTensors) {
        this.tensors.push(tensor);
      } else {
        this.isComplete = false;
      }
      return;
    }
    if (typeof value === "number" || this.#seen.has(value)) {
      return;
    }
    this.#seen.add(value);
    if (value instanceof Dict) {
      this.#addEntries(value.entries, name);
    } else if (value instanceof Tuple || value instanceof List) {
      this.#addItems(value.items, name);
    } else if (value instanceof Persistent) {
      this.#storageOf(value);
    } else if (value instanceof Call) {
      this.#addCall(value, name);
    }
  }

  /** Pushed last to first, so that they are visited in the order of the file. */
  #addEntries(entries: readonly Value[], name: string): void {
    for (let at = entries.length - 2; at >= 0; at -= 2) {
      const [key, value] = [entries[at], entries[at + 1]];
      if (typeof value === "object") {
        const text = typeof key === "number" ? this.#keyText(key) : undefined;
        if (text === undefined || silentKeys.has(text)) {
          this.#todo.push([value, name]);
        } else if (!repeatedKeys.has(text)) {
          this.#todo.push([value, joined(name, text)]);
        }
      }
    }
  }

  #keyText(place: number): string | undefined {
    return textAt(this.#input, place) ?? integerAt(this.#input, place)?.toString();
  }

  #addItems(items: readonly Value[], name: string): void {
    for (let at = items.length - 1; at >= 0; at -= 1) {
      const value = items[at];
      if (typeof value === "object") {
        this.#todo.push([value, joined(name, String(at))]);
      }
    }
  }

  #addCall(call: Call, name: string): void {
    this.#addEntries(call.entries ?? [], name);
    // Objects with slots have a pair as state: (__dict__, slots).
    this.#addAll(call.state instanceof Tuple ? call.state.items : [call.state], name);
    const args = itemsOf(call.args);
    if (calleeOf(call)?.name === "OrderedDict") {
      // Python 2 writes a list of pairs.
      this.#addEntries(
        itemsOf(args[0]).flatMap((pair) => itemsOf(pair).slice(0, 2)),
        name,
      );
    } else {
      this.#addAll(args, name);
    }
  }

  #addAll(values: readonly (Value | undefined)[], name: string): void {
    for (const value of values) {
      if (typeof value === "object") {
        this.#todo.push([value, name]);
      }
    }
  }

  #tensorOf(value: Value, name: string): TorchTensor | undefined {
    const call = rebuildOf(value);
    const [first] = call?.args ?? [];
    const storage = first instanceof Persistent ? this.#storageOf(first) : undefined;
    if (call === undefined || storage === undefined) {
      return undefined;
    }
    const { args } = call;
    const shape = itemsOf(args[2]).map((each) => this.#integer(each) ?? Number.NaN);
    const elements = shape.reduce((product, each) => product * each, 1);
    if (!Number.isSafeInteger(elements) || shape.some((each) => each < 0)) {
      return undefined;
    }
    const typed = call.name === "_rebuild_tensor_v3" ? elementTypeOf(args[6]) : undefined;
    const ownSize = storage.elements === 0 ? 0 : storage.bytes / storage.elements;
    const [dtype, size] = typed ?? [storage.dtype, ownSize];
    const identity = `${storage.key} ${this.#integer(args[1]) ?? ""} ${shape.join("x")}`;
    return { name, dtype, shape, elements, bytes: elements * size, identity };
  }

  /** A storage's id: ("storage", its class, its key, its device, its elements). */
  #storageOf({ id }: Persistent): TorchStorage | undefined {
    const [kind, type, key, , numel] = itemsOf(id);
    if (typeof kind !== "number" || textAt(this.#input, kind) !== "storage" || typeof key !== "number") {
      return undefined;
    }
    const keyText = this.#keyText(key);
    const elements = this.#integer(numel);
    const [dtype, size] = elementTypeOf(type) ?? [];
    if (
      keyText === undefined ||
      elements === undefined ||
      elements < 0 ||
      dtype === undefined ||
      size === undefined
    ) {
      return undefined;
    }
    const known = this.storages.get(keyText);
    if (known !== undefined) {
      return known;
    }
    const storage = { key: keyText, dtype, elements, bytes: elements * size };
    this.storages.set(keyText, storage);
    return storage;
  }

  #integer(value: Value | undefined): number | undefined {
    return typeof value === "number" ? integerAt(this.#input, value) : undefined;
  }
}

function elementTypeOf(type: Value | undefined): readonly [string, number] | undefined {
  const name = type instanceof Import ? type.name.replace(/^_?|Storage$/g, "") : "";
  return Object.hasOwn(elementTypes, name) ? elementTypes[name] : undefined;
}

function joined(name: string, key: string): string {
  return name === "" ? key : `${name}.${key}`;
}
