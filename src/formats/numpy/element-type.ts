// SPDX-License-Identifier: Apache-2.0
// The element type of a NumPy array as its header spells it. Source: NumPy 2.4, doc "Data type objects", `dtype.descr`.

import type { NumpyLiteral } from "./literal.ts";

/** Bytes of one element, and how other formats call its type. */
export interface ElementType {
  readonly bytes: number;
  /** `F32` for numbers as safetensors spells them; else NumPy's own text. */
  readonly name: string;
  /** The elements are Python objects: a pickle stands for the array. */
  readonly holdsObjects: boolean;
}

const names: Readonly<Record<string, string>> = {
  f2: "F16",
  f4: "F32",
  f8: "F64",
  i1: "I8",
  i2: "I16",
  i4: "I32",
  i8: "I64",
  u1: "U8",
  u2: "U16",
  u4: "U32",
  u8: "U64",
  b1: "BOOL",
  c8: "C64",
  c16: "C128",
};

/** The type that `descr` spells; undefined if it spells none. */
export function elementType(descr: NumpyLiteral | undefined): ElementType | undefined {
  if (typeof descr === "string") {
    return simpleType(descr);
  }
  return Array.isArray(descr) ? structuredType(descr) : undefined;
}

function simpleType(descr: string): ElementType | undefined {
  const [, kind, digits, unit] = /^[<>|=]?([biufcSaUVmMO])(\d{0,9})(\[[\w/]{1,20}\])?$/.exec(descr) ?? [];
  if (kind === undefined || (unit !== undefined && kind !== "m" && kind !== "M")) {
    return undefined;
  }
  if (kind === "O") {
    return { bytes: 8, name: "object", holdsObjects: true };
  }
  const count = digits === undefined || digits === "" ? 0 : Number(digits);
  const code = `${kind}${count}`;
  const name = Object.hasOwn(names, code) ? (names[code] ?? descr) : descr;
  return { bytes: kind === "U" ? count * 4 : count, name, holdsObjects: false };
}

/** A list of fields: (name, type) or (name, type, shape). The name may be a pair with a title. */
function structuredType(fields: readonly NumpyLiteral[]): ElementType | undefined {
  let bytes = 0;
  let holdsObjects = false;
  for (const field of fields) {
    const [, descr, shape] = Array.isArray(field) ? (field as readonly NumpyLiteral[]) : [];
    const type = elementType(descr);
    const count = elementCount(shape ?? []);
    if (type === undefined || count === undefined) {
      return undefined;
    }
    bytes += type.bytes * count;
    holdsObjects ||= type.holdsObjects;
  }
  return { bytes, name: "struct", holdsObjects };
}

/** Elements of a shape; undefined if it is none or overflows. */
export function elementCount(shape: NumpyLiteral | undefined): number | undefined {
  const dimensions: readonly NumpyLiteral[] =
    typeof shape === "number" ? [shape] : Array.isArray(shape) ? shape : [Number.NaN];
  const count = dimensions.reduce<number>(
    (product, each) => product * (typeof each === "number" && each >= 0 ? each : Number.NaN),
    1,
  );
  return Number.isSafeInteger(count) ? count : undefined;
}
