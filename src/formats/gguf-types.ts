// SPDX-License-Identifier: Apache-2.0
// ggml's tensor types and llama.cpp's file types (quantisation labels), as of November 2026.
// Numbers of types that ggml removed (4, 5, 31-33, 36-38) are unknown on purpose: ggml refuses them.

/** A tensor type: elements are packed in blocks. */
export interface TensorType {
  readonly name: string;
  /** Elements of one block. */
  readonly blockElements: number;
  /** Bytes of one block. */
  readonly blockBytes: number;
}

const rows: readonly (readonly [number, string, number, number])[] = [
  [0, "F32", 1, 4],
  [1, "F16", 1, 2],
  [2, "Q4_0", 32, 18],
  [3, "Q4_1", 32, 20],
  [6, "Q5_0", 32, 22],
  [7, "Q5_1", 32, 24],
  [8, "Q8_0", 32, 34],
  [9, "Q8_1", 32, 40],
  [10, "Q2_K", 256, 84],
  [11, "Q3_K", 256, 110],
  [12, "Q4_K", 256, 144],
  [13, "Q5_K", 256, 176],
  [14, "Q6_K", 256, 210],
  [15, "Q8_K", 256, 292],
  [16, "IQ2_XXS", 256, 66],
  [17, "IQ2_XS", 256, 74],
  [18, "IQ3_XXS", 256, 98],
  [19, "IQ1_S", 256, 50],
  [20, "IQ4_NL", 32, 18],
  [21, "IQ3_S", 256, 110],
  [22, "IQ2_S", 256, 82],
  [23, "IQ4_XS", 256, 136],
  [24, "I8", 1, 1],
  [25, "I16", 1, 2],
  [26, "I32", 1, 4],
  [27, "I64", 1, 8],
  [28, "F64", 1, 8],
  [29, "IQ1_M", 256, 56],
  [30, "BF16", 1, 2],
  [34, "TQ1_0", 256, 54],
  [35, "TQ2_0", 256, 66],
  [39, "MXFP4", 32, 17],
  [40, "NVFP4", 64, 36],
  [41, "Q1_0", 128, 18],
  [42, "Q2_0", 64, 18],
];

/** Tensor types by their number in the file. */
export const tensorTypes: ReadonlyMap<number, TensorType> = new Map(
  rows.map(([id, name, blockElements, blockBytes]) => [id, { name, blockElements, blockBytes }]),
);

/** A quantisation label: `general.file_type`. */
interface FileType {
  readonly name: string;
  /**
   * Tensor types that a file with this label has: those of its recipe, and those that the quantiser falls
   * back to if a row is no multiple of the block.
   */
  readonly types: ReadonlySet<string>;
}

function fileType(name: string, ...types: readonly string[]): FileType {
  return { name, types: new Set(types) };
}

const kQuants = ["Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL"];
const iQuants = ["IQ1_S", "IQ1_M", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ3_XXS", "IQ3_S", "IQ4_XS", "IQ4_NL"];
const lowMix = [...iQuants, "Q2_K", "Q3_K", "Q4_K"];

/** File types by number, with the types that their tensors may have. */
const fileTypes: ReadonlyMap<number, FileType> = new Map([
  [0, fileType("F32", "F32")],
  [1, fileType("F16", "F16")],
  [2, fileType("Q4_0", "Q4_0")],
  [3, fileType("Q4_1", "Q4_1")],
  [7, fileType("Q8_0", "Q8_0")],
  [8, fileType("Q5_0", "Q5_0")],
  [9, fileType("Q5_1", "Q5_1")],
  [10, fileType("Q2_K", ...kQuants)],
  [11, fileType("Q3_K_S", ...kQuants)],
  [12, fileType("Q3_K_M", ...kQuants)],
  [13, fileType("Q3_K_L", ...kQuants)],
  [14, fileType("Q4_K_S", "Q4_K", "Q5_K", "Q5_0", "Q5_1", "Q6_K")],
  [15, fileType("Q4_K_M", "Q4_K", "Q5_K", "Q5_0", "Q5_1", "Q6_K")],
  [16, fileType("Q5_K_S", "Q5_K", "Q6_K", "Q5_1")],
  [17, fileType("Q5_K_M", "Q5_K", "Q6_K", "Q5_1")],
  [18, fileType("Q6_K", "Q6_K", "Q8_0")],
  [19, fileType("IQ2_XXS", ...lowMix)],
  [20, fileType("IQ2_XS", ...lowMix)],
  [21, fileType("Q2_K_S", ...kQuants)],
  [22, fileType("IQ3_XS", ...lowMix)],
  [23, fileType("IQ3_XXS", ...lowMix)],
  [24, fileType("IQ1_S", ...lowMix)],
  [25, fileType("IQ4_NL", "IQ4_NL")],
  [26, fileType("IQ3_S", ...lowMix)],
  [27, fileType("IQ3_M", ...lowMix)],
  [28, fileType("IQ2_S", ...lowMix)],
  [29, fileType("IQ2_M", ...lowMix)],
  [30, fileType("IQ4_XS", "IQ4_XS", "IQ4_NL", "Q5_K")],
  [31, fileType("IQ1_M", ...lowMix)],
  [32, fileType("BF16", "BF16")],
  [36, fileType("TQ1_0", "TQ1_0", "Q4_0")],
  [37, fileType("TQ2_0", "TQ2_0", "Q4_0")],
  [38, fileType("MXFP4_MOE", "MXFP4")],
  [39, fileType("NVFP4", "NVFP4")],
  [40, fileType("Q1_0", "Q1_0")],
  [41, fileType("Q2_0", "Q2_0")],
]);

/** Bit that llama.cpp sets in labels that it guessed itself. */
const guessedFlag = 1024;

/** The label of a file type number; undefined if the number is unknown. */
export function fileTypeOf(number: number): FileType | undefined {
  return fileTypes.get(number >= guessedFlag ? number - guessedFlag : number);
}
