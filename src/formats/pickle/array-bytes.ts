// SPDX-License-Identifier: Apache-2.0
// Arrays that joblib writes into the middle of a pickle: behind the description of an array (its wrapper) come the raw
// bytes, aligned, or a pickle of its own if the elements are objects. Source: joblib 1.4, numpy_pickle.py.

import { AibomError } from "../../errors.ts";
import { integerAt } from "./literal.ts";
import type { Machine } from "./machine.ts";
import { Call, calleeOf, Dict, itemsOf, type Value } from "./value.ts";

/** Bit of a dtype's flags: its elements hold references to objects. */
const hasReferences = 0x01;

/**
 * Steps over the bytes of the array that `wrapper` describes.
 * @returns `objects` if a pickle follows instead of bytes
 * @throws {AibomError} PICKLE_ARRAY_UNKNOWN, BYTES_OUT_OF_RANGE
 */
export function skipArray(wrapper: Call, machine: Machine): "objects" | "bytes" {
  const state = textKeys(wrapper.state, machine);
  const element = elementOf(state.get("dtype"), machine);
  if (element === "objects") {
    return "objects";
  }
  const shape = itemsOf(state.get("shape")).map((each) => integerOf(each, machine));
  const elements = shape.reduce<number>((product, each) => product * (each ?? Number.NaN), 1);
  const length = elements * (element ?? Number.NaN);
  if (!Number.isSafeInteger(length) || length < 0 || !state.has("shape")) {
    const where = { path: machine.input.path, offset: machine.place };
    throw AibomError.of("PICKLE_ARRAY_UNKNOWN", {}, { where });
  }
  if (state.has("numpy_array_alignment_bytes")) {
    machine.input.skip(machine.input.u8());
  }
  machine.input.skip(length);
  return "bytes";
}

function textKeys(state: Value | undefined, machine: Machine): ReadonlyMap<string, Value> {
  const found = new Map<string, Value>();
  const entries = state instanceof Dict ? state.entries.slice(0, 32) : [];
  for (let at = 0; at + 1 < entries.length; at += 2) {
    const [key, value] = [machine.textOf(entries[at]), entries[at + 1]];
    if (key !== undefined && value !== undefined) {
      found.set(key, value);
    }
  }
  return found;
}

function integerOf(value: Value | undefined, machine: Machine): number | undefined {
  return typeof value === "number" ? integerAt(machine.input, value) : undefined;
}

/** Bytes of one element of a `numpy.dtype`; undefined if the call is not as NumPy writes it. */
function elementOf(dtype: Value | undefined, machine: Machine): number | "objects" | undefined {
  if (!(dtype instanceof Call) || calleeOf(dtype)?.name !== "dtype") {
    return undefined;
  }
  const code = machine.textOf(itemsOf(dtype.args)[0]) ?? "";
  const state = itemsOf(dtype.state);
  const flags = state.length > 7 ? integerOf(state[7], machine) : 0;
  if (code.startsWith("O") || ((flags ?? 0) & hasReferences) !== 0) {
    return "objects";
  }
  if (flags === undefined) {
    return undefined;
  }
  const match = /^[biufcSUVmM](\d{1,9})$/.exec(code);
  if (match === null) {
    return undefined;
  }
  const sized = integerOf(state[5], machine);
  return sized !== undefined && sized > 0 ? sized : Number(match[1]);
}
