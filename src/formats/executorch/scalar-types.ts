// SPDX-License-Identifier: Apache-2.0
// torch's scalar types (c10/core/ScalarType.h), which ExecuTorch programs number tensors by: names as in other formats.

const scalarTypes: ReadonlyMap<number, string> = new Map([
  [0, "U8"],
  [1, "I8"],
  [2, "I16"],
  [3, "I32"],
  [4, "I64"],
  [5, "F16"],
  [6, "F32"],
  [7, "F64"],
  [9, "C64"],
  [10, "C128"],
  [11, "BOOL"],
  [12, "QI8"],
  [13, "QU8"],
  [14, "QI32"],
  [15, "BF16"],
]);

/** The name of the type with a number. */
export function scalarTypeName(number: number): string {
  return scalarTypes.get(number) ?? `TYPE_${number}`;
}
