// SPDX-License-Identifier: Apache-2.0
// ONNX files side by side: several models, or one model in pieces? Nothing in the files says it. Exporters cut one model up
// by the role of each piece and repeat it by precision, both of which they write into the name; files whose names say neither
// are models of their own, as optical character recognition ships its detector beside its recogniser.

import type { LayoutFile } from "../layouts/layout.ts";
import { splitPath } from "../layouts/reading.ts";

/** ONNX files that are one model, and what it is called. */
export interface OnnxSet {
  readonly name: string;
  readonly paths: readonly string[];
}

/** Words that exporters give to the pieces of one model. */
const roles =
  /(?:^|[._-])(?:encoder|decoder|joiner|predictor|embed|embeds|embedding|embeddings|text|vision|audio|visual|textual|unet|vae|transformer|prefill|decode|past|merged|head|lm|tokenizer|detokenizer|vocoder|preprocess|preprocessor|postprocess|postprocessor|part\d*|stage\d*|chunk\d*)(?:$|[._-])|[_-]\d+$/i;

/** What is written behind the name of a model for the numbers that it uses. */
const precision =
  /(?:[._-](?:fp16|fp32|f16|f32|float16|float32|bf16|int8|uint8|int4|uint4|q4|q4f16|q8|bnb4|quant|quantized|quantised|dynamic|static|opt|optimized|sim|simplified|avx2|avx512|arm64))+$/i;

/**
 * The models of one folder's weights; undefined unless all of them are ONNX, at least two are there, and no name says that
 * they belong together.
 */
export function onnxSets(files: readonly LayoutFile[]): readonly OnnxSet[] | undefined {
  if (files.length < 2 || !files.every(({ format }) => format === "onnx")) {
    return undefined;
  }
  const stems = files.map(
    ({ path }) => [path.replace(/\.[^./]*$/, "").replace(precision, ""), path] as const,
  );
  const isCut = stems.some(([stem]) => roles.test(splitPath(stem)[1]));
  const sets = Map.groupBy(stems, ([stem]) => stem);
  return isCut || sets.size < 2
    ? undefined
    : [...sets].map(([name, all]) => ({ name, paths: all.map(([, path]) => path) }));
}
