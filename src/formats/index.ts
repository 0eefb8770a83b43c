// SPDX-License-Identifier: Apache-2.0
// The formats that aibom reads: every parser of hostile bytes is in this list and nowhere else.
// To add one, write its file, add a line here, and give it a fixture and a test.

import { arrow } from "./arrow.ts";
import { avro } from "./avro.ts";
import { base64Module } from "./base64-module.ts";
import { compressedFormats } from "./compressed.ts";
import { coreml } from "./coreml.ts";
import { csv, tsv } from "./delimited-text.ts";
import { executorch } from "./executorch.ts";
import { feastRegistry } from "./feast-registry.ts";
import type { Format } from "./format.ts";
import { gguf } from "./gguf.ts";
import { gitLfsPointer } from "./git-lfs-pointer.ts";
import { hdf5 } from "./hdf5.ts";
import { jsonLines } from "./json-lines.ts";
import { jsonRows } from "./json-rows.ts";
import { kerasConfig } from "./keras-config.ts";
import { kerasMetadata } from "./keras-metadata.ts";
import { llamafile } from "./llamafile.ts";
import { npy } from "./npy.ts";
import { onnx } from "./onnx.ts";
import { openvino } from "./openvino.ts";
import { parquet } from "./parquet.ts";
import { pickle } from "./pickle.ts";
import { rar } from "./rar.ts";
import { safetensors } from "./safetensors.ts";
import { sevenZip } from "./seven-zip.ts";
import { tar } from "./tar.ts";
import { tensorrt } from "./tensorrt.ts";
import { tfCheckpoint } from "./tf-checkpoint.ts";
import { tfCheckpointV1 } from "./tf-checkpoint-v1.ts";
import { tfGraph } from "./tf-graph.ts";
import { tfSavedModel } from "./tf-saved-model.ts";
import { tfjs } from "./tfjs.ts";
import { tflite } from "./tflite.ts";
import { tfrecord } from "./tfrecord.ts";
import { zip } from "./zip.ts";

/** In the order in which they are asked; formats with a certain magic first. */
export const formats: readonly Format[] = [
  gguf,
  hdf5,
  gitLfsPointer,
  parquet,
  arrow,
  avro,
  tfrecord,
  safetensors,
  kerasMetadata,
  tfSavedModel,
  tfCheckpoint,
  tfCheckpointV1,
  npy,
  onnx,
  openvino,
  coreml,
  tensorrt,
  tflite,
  executorch,
  pickle,
  llamafile,
  zip,
  ...compressedFormats,
  sevenZip,
  rar,
  tar,
  tfGraph,
  tfjs,
  kerasConfig,
  base64Module,
  csv,
  tsv,
  jsonLines,
  jsonRows,
  feastRegistry,
];

/** Ids that a described file may have, for policies that name formats. */
export const formatIds: readonly string[] = formats.flatMap(({ id, refinements = [] }) => [
  id,
  ...refinements.map((each) => each.id),
]);
