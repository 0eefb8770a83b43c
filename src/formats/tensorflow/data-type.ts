// SPDX-License-Identifier: Apache-2.0
// TensorFlow's data types (tensorflow/core/framework/types.proto): names as in other formats, and bytes per element.

/** A data type. `bits` is undefined for types without a fixed size. */
export interface DataType {
  readonly name: string;
  readonly bits: number | undefined;
}

const types: ReadonlyMap<number, DataType> = new Map(
  (
    [
      [1, "F32", 32],
      [2, "F64", 64],
      [3, "I32", 32],
      [4, "U8", 8],
      [5, "I16", 16],
      [6, "I8", 8],
      [7, "STRING", undefined],
      [8, "C64", 64],
      [9, "I64", 64],
      [10, "BOOL", 8],
      [11, "QI8", 8],
      [12, "QU8", 8],
      [13, "QI32", 32],
      [14, "BF16", 16],
      [15, "QI16", 16],
      [16, "QU16", 16],
      [17, "U16", 16],
      [18, "C128", 128],
      [19, "F16", 16],
      [20, "RESOURCE", undefined],
      [21, "VARIANT", undefined],
      [22, "U32", 32],
      [23, "U64", 64],
      [24, "F8_E5M2", 8],
      [25, "F8_E4M3", 8],
      [26, "F8_E4M3FNUZ", 8],
      [27, "F8_E4M3B11FNUZ", 8],
      [28, "F8_E5M2FNUZ", 8],
      [29, "I4", undefined],
      [30, "U4", undefined],
      [31, "I2", undefined],
      [32, "U2", undefined],
    ] as const
  ).map(([number, name, bits]) => [number, { name, bits }]),
);

/** The type with a number of the enumeration; references (101 and up) count as what they refer to. */
export function dataType(number: bigint): DataType {
  const plain = Number(number > 100n && number < 200n ? number - 100n : number);
  return types.get(plain) ?? { name: `TYPE_${plain}`, bits: undefined };
}
