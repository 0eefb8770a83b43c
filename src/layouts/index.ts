// SPDX-License-Identifier: Apache-2.0
// The layouts that aibom knows: what several files of a directory say together.
// To add one, write its file, add a line here, and give it a fixture and a test.

import { coremlPackage } from "./coreml-package.ts";
import { croissant } from "./croissant.ts";
import { dataProvenance } from "./data-provenance.ts";
import { deltaTable } from "./delta-table.ts";
import { deployment } from "./deployment.ts";
import { dvc } from "./dvc.ts";
import { featureStore } from "./feature-store.ts";
import { ggufShards } from "./gguf-shards.ts";
import { huggingFace } from "./hugging-face.ts";
import { huggingFaceDataset } from "./hugging-face-dataset.ts";
import { icebergTable } from "./iceberg-table.ts";
import type { Layout } from "./layout.ts";
import { licenseText } from "./license-text.ts";
import { mediaFolder } from "./media-folder.ts";
import { mlflow } from "./mlflow.ts";
import { onnxExternalData } from "./onnx-external-data.ts";
import { openvinoWeights } from "./openvino-weights.ts";
import { safetensorsShards } from "./safetensors-shards.ts";
import { tfSavedModelLayout } from "./tf-saved-model.ts";
import { tfjsWeights } from "./tfjs-weights.ts";

/** In the order in which they are asked. Each looks at the whole directory. */
export const layouts: readonly Layout[] = [
  safetensorsShards,
  ggufShards,
  onnxExternalData,
  openvinoWeights,
  coremlPackage,
  tfSavedModelLayout,
  tfjsWeights,
  huggingFace,
  huggingFaceDataset,
  croissant,
  dataProvenance,
  mediaFolder,
  mlflow,
  deltaTable,
  icebergTable,
  dvc,
  featureStore,
  licenseText,
  deployment,
];
