// SPDX-License-Identifier: Apache-2.0
// Elements of the system that the document is about, `metadata.component`; and what its models say of it.

import type { Probe } from "../element.ts";
import { anyOf, at, inAny, properties } from "../look.ts";

const of = "system";

export const systemName: Probe = {
  of,
  expected: "/name",
  find: at("/name"),
  fill: "name in aibom.yaml, or aibom inventory --name",
};

export const systemVersion: Probe = {
  of,
  expected: "/version",
  find: at("/version"),
  fact: "version",
  fill: "version in aibom.yaml, or aibom merge --system-version",
};

export const systemProducer: Probe = {
  of,
  expected: "/manufacturer",
  find: at("/manufacturer/name", "/supplier/name", "/authors/*/name", "/author", "/publisher"),
  fact: "organization",
  fill: "producer in aibom.yaml",
};

export const systemTimestamp: Probe = {
  of,
  expected: "/releaseNotes/timestamp",
  find: at("/releaseNotes/timestamp"),
  fill: "released in aibom.yaml",
};

const modality = properties(["/modelCard/properties", "/properties"], ["cdx:ai-ml:model:modality"]);

export const systemInputsOutputs: Probe = {
  of: "document",
  expected: "/components",
  find: inAny(
    "model",
    anyOf(
      at("/modelCard/modelParameters/inputs/*/format", "/modelCard/modelParameters/outputs/*/format"),
      modality,
    ),
  ),
  fill: "formats with a signature state them (MLmodel, ONNX, TensorFlow, TFLite, Core ML); else add modelCard.modelParameters.inputs and outputs",
};

export const applicationArea: Probe = {
  of: "document",
  expected: "/components",
  find: inAny(
    "model",
    at(
      "/modelCard/considerations/useCases/*",
      "/modelCard/considerations/users/*",
      "/modelCard/modelParameters/task",
    ),
  ),
  fill: "state pipeline_tag in the model card",
};
