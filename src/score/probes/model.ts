// SPDX-License-Identifier: Apache-2.0
// Elements of models: what a `machine-learning-model` and its card say.

import { member, text } from "../bom-view.ts";
import type { Probe } from "../element.ts";
import { anyOf, at, inDocument, listAt, properties, references } from "../look.ts";
import {
  descriptionAt,
  hashAlgorithmAt,
  hashAt,
  identifierAt,
  licenseAt,
  producerAt,
} from "./component-places.ts";
import { trainingProcess } from "./document.ts";

const of = "model";
const lists = ["/modelCard/properties", "/properties"];

export const modelName: Probe = {
  of,
  expected: "/name",
  find: at("/name"),
  fill: "aibom inventory writes it",
};

export const modelIdentifier: Probe = {
  of,
  expected: "/purl",
  find: identifierAt,
  fill: "inventory a single file, or a Hugging Face cache: only then a package URL can be proved",
};

export const modelVersion: Probe = {
  of,
  expected: "/version",
  find: at("/version"),
  fact: "version",
  fill: "inventory a Hugging Face cache (its commit), or state a version in the file's header or MLmodel",
};

export const modelTimestamp: Probe = {
  of,
  expected: "/releaseNotes/timestamp",
  find: anyOf(
    at("/releaseNotes/timestamp"),
    properties(lists, ["aibom:claim:created*", "aibom:claim:modified*"]),
    inDocument(at("/formulation/*/workflows/*/timeEnd")),
  ),
  fill: "keep MLmodel or the metadata of a .keras file, which hold a time, or add releaseNotes.timestamp",
};

export const modelRelease: Probe = {
  of,
  expected: "/releaseNotes/timestamp",
  find: at("/releaseNotes/timestamp"),
  fill: "add releaseNotes.timestamp, the day on which the model was released",
};

export const modelDistribution: Probe = {
  of,
  expected: "/externalReferences",
  find: references("distribution", "website", "vcs"),
  fill: "state the address of the model in its header (general.url), or add an external reference of type distribution",
};

export const modelProducer: Probe = {
  of,
  expected: "/manufacturer",
  find: producerAt,
  fact: "organization",
  fill: "state organization or authors in the file's header (GGUF: general.organization, general.author)",
};

export const modelProducerContact: Probe = {
  of,
  expected: "/manufacturer",
  find: at(
    "/manufacturer/url/*",
    "/manufacturer/contact/*/email",
    "/supplier/url/*",
    "/supplier/contact/*/email",
    "/authors/*/email",
  ),
  fill: "add an e-mail address or web address to the manufacturer before you sign the BOM",
};

export const modelDescription: Probe = {
  of,
  expected: "/description",
  find: descriptionAt,
  fact: "description",
  fill: "describe the model in its header (GGUF: general.description; ONNX: doc_string)",
};

export const modelHash: Probe = {
  of,
  expected: "/hashes",
  find: hashAt,
  fill: "aibom inventory writes it",
};

export const modelHashAlgorithm: Probe = {
  of,
  expected: "/hashes",
  find: hashAlgorithmAt,
  fill: "aibom inventory writes it",
};

export const modelArchitecture: Probe = {
  of,
  expected: "/modelCard/modelParameters/architectureFamily",
  find: at(
    "/modelCard/modelParameters/architectureFamily",
    "/modelCard/modelParameters/modelArchitecture",
    "/modelCard/modelParameters/approach/type",
  ),
  fact: "architecture.family",
  fill: "keep config.json, or the header's general.architecture, with the weights",
};

export const parameterCount: Probe = {
  of,
  expected: "/modelCard/properties",
  find: properties(lists, ["cdx:ai-ml:model:parameter:count", "aibom:computed:parameters.count"]),
  fact: "parameters.count",
  fill: "inventory the weights themselves: aibom counts parameters",
};

/** A basket: some property of the model that its kind makes interesting. */
export const modelProperties: Probe = {
  of,
  expected: "/modelCard",
  find: anyOf(
    modelArchitecture.find,
    parameterCount.find,
    properties(lists, ["cdx:ai-ml:model:*"]),
    at("/modelCard/considerations/technicalLimitations/*"),
  ),
  fill: "keep config.json or the header's metadata with the weights",
};

export const modelInputsOutputs: Probe = {
  of,
  expected: "/modelCard/modelParameters/inputs",
  find: anyOf(
    at("/modelCard/modelParameters/inputs/*/format", "/modelCard/modelParameters/outputs/*/format"),
    properties(lists, ["cdx:ai-ml:model:modality"]),
  ),
  fill: "formats with a signature state them (MLmodel, ONNX, TensorFlow, TFLite, Core ML); else add modelCard.modelParameters.inputs and outputs",
};

export const modelModality: Probe = {
  of,
  expected: "/modelCard/properties",
  find: anyOf(
    properties(lists, ["cdx:ai-ml:model:modality"]),
    at("/modelCard/modelParameters/inputs/*/format"),
  ),
  fill: "add the model card property cdx:ai-ml:model:modality before you sign the BOM",
};

export const modelTraining: Probe = {
  of,
  expected: "/modelCard/modelParameters/datasets",
  find: anyOf(
    at("/modelCard/modelParameters/datasets/*"),
    properties(lists, ["cdx:ai-ml:model:hyperparameter:*", "cdx:ai-ml:model:parameter:tun*"]),
    inDocument(trainingProcess.find),
  ),
  fill: "name the datasets in the card (datasets:), or describe the training as formulation workflows",
};

export const trainingMethod: Probe = {
  of,
  expected: "/modelCard/modelParameters/approach/type",
  find: anyOf(
    at("/modelCard/modelParameters/approach/type"),
    properties(lists, ["cdx:ai-ml:model:parameter:tun*"]),
    inDocument(trainingProcess.find),
  ),
  fill: "add modelCard.modelParameters.approach or formulation workflows before you sign the BOM",
};

export const trainingData: Probe = {
  of,
  expected: "/modelCard/modelParameters/datasets",
  find: at("/modelCard/modelParameters/datasets/*"),
  fill: "name the datasets in the card (datasets:), and in aibom.yaml (models.NAME.datasets)",
};

export const baseModel: Probe = {
  of,
  expected: "/pedigree/ancestors",
  find: at("/pedigree/ancestors/*/name"),
  fill: "name the base model in the card (base_model:), and in aibom.yaml (models.NAME.base)",
};

export const modelLicense: Probe = {
  of,
  expected: "/licenses",
  find: licenseAt,
  fact: "license",
  fill: "state the licence in the card (license:) or the header (general.license)",
};

export const modelReferences: Probe = {
  of,
  expected: "/externalReferences",
  find: at("/externalReferences/*/url"),
  fill: "state the address of the model in its header (general.url), or license_link in the card",
};

export const modelTask: Probe = {
  of,
  expected: "/modelCard/modelParameters/task",
  find: at("/modelCard/modelParameters/task", "/modelCard/considerations/useCases/*"),
  fact: "task",
  fill: "state pipeline_tag in the card",
};

export const usagePolicy: Probe = {
  of,
  expected: "/externalReferences",
  find: anyOf(
    references("license"),
    properties(lists, ["aibom:claim:metadata:usage policy", "aibom:computed:metadata:usage policy"]),
    at("/licenses/*/license/url"),
  ),
  fill: "link the licence or the acceptable-use policy in the card (license_link:)",
};

export const integration: Probe = {
  of,
  expected: "/externalReferences",
  find: references("documentation", "model-card", "build-meta", "configuration"),
  fill: "add an external reference of type documentation: how the model is put into a system",
};

export const energy: Probe = {
  of,
  expected: "/modelCard/considerations/environmentalConsiderations",
  find: at(
    "/modelCard/considerations/environmentalConsiderations/energyConsumptions/*/activityEnergyCost/value",
    "/modelCard/considerations/environmentalConsiderations/properties/*/value",
  ),
  fill: "add modelCard.considerations.environmentalConsiderations before you sign the BOM",
};

export const limitations: Probe = {
  of,
  expected: "/modelCard/considerations/technicalLimitations",
  find: at(
    "/modelCard/considerations/technicalLimitations/*",
    "/modelCard/considerations/performanceTradeoffs/*",
  ),
  fill: "add modelCard.considerations.technicalLimitations before you sign the BOM",
};

export const risks: Probe = {
  of,
  expected: "/modelCard/considerations/ethicalConsiderations",
  find: at(
    "/modelCard/considerations/ethicalConsiderations/*",
    "/modelCard/considerations/fairnessAssessments/*",
  ),
  fill: "add modelCard.considerations.ethicalConsiderations before you sign the BOM: results of tests for risks",
};

export const metrics: Probe = {
  of,
  expected: "/modelCard/quantitativeAnalysis/performanceMetrics",
  find: at("/modelCard/quantitativeAnalysis/performanceMetrics/*/value"),
  fill: "state results in the card's model-index",
};

const metricsOf = listAt("/modelCard/quantitativeAnalysis/performanceMetrics");

/** Words in the type of a metric that make it one of security. */
const securityWords = /secur|robust|adversar|attack|jailbreak|toxic|safety|harm|bias|fair/i;

export const securityMetrics: Probe = {
  of,
  expected: "/modelCard/quantitativeAnalysis/performanceMetrics",
  find: (subject) =>
    metricsOf(subject)
      .filter(({ value }) => securityWords.test(text(value, "type") ?? ""))
      .map(({ value, pointer }) => ({ pointer: `${pointer}/value`, value: member(value, "value") ?? "" })),
  fill: "state results of tests for security or robustness in the card's model-index",
};
