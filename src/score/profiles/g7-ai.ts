// SPDX-License-Identifier: Apache-2.0
// "SBOM for Artificial Intelligence: Minimum Elements" (G7 Cybersecurity Working Group, published by BSI, 2026-05-12): 50 elements
// in seven clusters. Ids and numbers are those of a third party's ontology of the paper; the titles are its labels, all else is ours.

import type { Element, ElementList, Probe } from "../element.ts";
import * as dataset from "../probes/dataset.ts";
import * as document from "../probes/document.ts";
import * as model from "../probes/model.ts";
import * as system from "../probes/system.ts";

const metadata = cluster("Metadata", "MD", [
  ["sbom-author", "SBOM author", document.author],
  ["sbom-version", "SBOM version", document.documentVersion],
  ["sbom-data-format-name", "SBOM data format name", document.formatName],
  ["sbom-data-format-version", "SBOM data format version", document.formatVersion],
  ["sbom-author-signature", "SBOM author signature", document.signature],
  ["sbom-tool-name", "SBOM tool name", document.toolName],
  ["sbom-tool-version", "SBOM tool version", document.toolVersion],
  ["sbom-generation-context", "SBOM generation context", document.generationContext],
  ["sbom-timestamp", "SBOM timestamp", document.timestamp],
  ["sbom-dependency-relationship", "SBOM dependency relationship", document.dependencies],
]);

const systemLevel = cluster("System", "SLP", [
  ["system-name", "System name", system.systemName],
  ["system-components", "System components", document.systemParts],
  ["system-producer", "System producer", system.systemProducer],
  ["system-version", "System version", system.systemVersion],
  ["system-timestamp", "System timestamp", system.systemTimestamp],
  ["system-data-flow", "System data flow", document.services],
  ["system-data-usage", "System data usage", document.dataUsage],
  ["system-input-output-properties", "System input/output properties", system.systemInputsOutputs],
  ["system-intended-application-area", "Intended application area", system.applicationArea],
]);

const models = cluster("Models", "MDL", [
  ["model-name", "Model name", model.modelName],
  ["model-identifier", "Model identifier", model.modelIdentifier],
  ["model-version", "Model version", model.modelVersion],
  ["model-timestamp", "Model timestamp", model.modelTimestamp],
  ["model-producer", "Model producer", model.modelProducer],
  ["model-description", "Model description", model.modelDescription],
  ["model-hash-value", "Model hash value", model.modelHash],
  ["model-hash-algorithm", "Model hash algorithm", model.modelHashAlgorithm],
  ["model-properties", "Model properties", model.modelProperties],
  ["model-input-output-properties", "Model input/output properties", model.modelInputsOutputs],
  ["model-training-properties", "Model training properties", model.modelTraining],
  ["model-license", "Model license", model.modelLicense],
  ["model-external-references", "Model external references", model.modelReferences],
]);

const datasets = cluster("Datasets", "DP", [
  ["dataset-name", "Dataset name", dataset.datasetName],
  ["dataset-description", "Dataset description", dataset.datasetDescription],
  ["dataset-content", "Dataset content", dataset.datasetContent],
  ["dataset-identifier", "Dataset identifier", dataset.datasetIdentifier],
  ["dataset-hash", "Dataset hash", dataset.datasetHash],
  ["dataset-provenance", "Dataset provenance", dataset.datasetProvenance],
  ["dataset-statistical-properties", "Dataset statistical properties", dataset.datasetStatistics],
  ["dataset-sensitivity", "Dataset sensitivity", dataset.datasetSensitivity],
  ["dataset-dependency-relationship", "Dataset dependency relationship", dataset.datasetLink],
  ["dataset-license", "Dataset license", dataset.datasetLicense],
]);

const infrastructure = cluster("Infrastructure", "INF", [
  ["infrastructure-software", "Infrastructure software", document.infrastructureSoftware],
  ["infrastructure-hardware", "Infrastructure hardware", document.infrastructureHardware],
]);

const security = cluster("Security", "SP", [
  ["security-controls", "Security controls", document.securityControls],
  ["security-compliance", "Security compliance", document.conformance],
  ["cybersecurity-policy", "Cybersecurity policy information", document.securityPolicy],
  ["vulnerability-referencing", "Vulnerability referencing", document.vulnerabilities],
]);

const indicators = cluster("Key performance indicators", "KPI", [
  ["security-metrics", "Security metrics", model.securityMetrics],
  ["operational-performance-kpis", "Operational performance KPIs", model.metrics],
]);

export const g7Ai: ElementList = {
  id: "g7-ai",
  title: "G7 SBOM for AI: minimum elements (2026-05-12)",
  standing: "voluntary guidance",
  sources: [
    {
      title:
        "Software Bill of Materials (SBOM) for Artificial Intelligence - Minimum Elements, G7 Cybersecurity Working Group, published by BSI",
      date: "2026-05-12",
      kind: "secondary",
      note: "the paper itself could not be read; ids, labels and the count of 50 come from the ontology w3id.org/sbom/req/g7ai 0.1.0",
    },
  ],
  expects: ["system", "model", "dataset"],
  elements: [
    ...metadata,
    ...systemLevel,
    ...models,
    ...datasets,
    ...infrastructure,
    ...security,
    ...indicators,
  ],
};

/** Numbers follow the order. */
function cluster(
  group: string,
  letters: string,
  rows: readonly (readonly [id: string, title: string, probe: Probe])[],
): readonly Element[] {
  return rows.map(([id, title, probe], index) => ({
    id,
    notation: `G7AI-${letters}-${String(index + 1).padStart(2, "0")}`,
    title,
    group,
    probe,
  }));
}
