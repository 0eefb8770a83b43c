// SPDX-License-Identifier: Apache-2.0
// For every element of every list: what has to be put into a document that says nothing so that the element is there. Written by hand
// from docs/score.md and the knowledge behind the lists, not from the probes.

import type { JsonObject, JsonValue } from "../../src/bytes/json.ts";
import type { ScoreProfileId } from "../../src/score/element.ts";

/** Where to put what. */
export type Patch = readonly [pointer: string, value: JsonValue];

/** A system, a model and a dataset that say nothing of themselves. */
export function silentDocument(): JsonObject {
  return {
    metadata: { component: { type: "application", "bom-ref": "s" } },
    components: [
      { type: "machine-learning-model", "bom-ref": "m" },
      { type: "data", "bom-ref": "d", data: [{ type: "dataset" }] },
    ],
  };
}

const system = "/metadata/component";
const model = "/components/0";
const data = "/components/1";
const card = `${model}/modelCard`;
const property = (name: string, value = "x") => [{ name, value }];

/** The same in the system, the model and the dataset. */
const everywhere = (path: string, value: JsonValue): readonly Patch[] =>
  [system, model, data].map((each) => [each + path, value] as const);

const reference = (type: string) => [{ type, url: "https://example.com/x" }];
const shared = {
  author: [["/metadata/authors", [{ name: "A. B." }]]],
  timestamp: [["/metadata/timestamp", "2026-01-01T00:00:00Z"]],
  tool: [["/metadata/tools", { components: [{ type: "application", name: "t", version: "1" }] }]],
  lifecycle: [["/metadata/lifecycles", [{ phase: "build" }]]],
  dependencies: [["/dependencies", [{ ref: "m", dependsOn: ["d"] }]]],
  modelRelease: [[`${model}/releaseNotes`, { type: "major", timestamp: "2026-01-01T00:00:00Z" }]],
  modelProducer: [[`${model}/manufacturer`, { name: "ACME" }]],
  modelLicense: [[`${model}/licenses`, [{ license: { id: "MIT" } }]]],
  modality: [[`${card}/properties`, property("cdx:ai-ml:model:modality", "text")]],
  datasets: [[`${card}/modelParameters/datasets`, [{ ref: "d" }]]],
  metrics: [[`${card}/quantitativeAnalysis/performanceMetrics`, [{ type: "accuracy", value: "0.9" }]]],
  task: [[`${card}/modelParameters/task`, "text-generation"]],
  architecture: [[`${card}/modelParameters/architectureFamily`, "llama"]],
  inputs: [[`${card}/modelParameters/inputs`, [{ format: "text" }]]],
  dataDescription: [[`${data}/data/0/description`, "rows"]],
  dataAddress: [[`${data}/data/0/contents/url`, "https://example.com/d"]],
  dataRows: [[`${data}/data/0/contents/properties`, property("aibom:computed:rows.count", "9")]],
  dataLicense: [[`${data}/licenses`, [{ expression: "MIT OR Apache-2.0" }]]],
  serial: [["/serialNumber", "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"]],
  signature: [["/signature", { algorithm: "ES256", value: "AAAA" }]],
  container: [["/components/2", { type: "container", "bom-ref": "c", name: "server" }]],
  securityTxt: [["/externalReferences", reference("rfc-9116")]],
} satisfies Readonly<Record<string, readonly Patch[]>>;

const answer = (id: string): readonly Patch[] => [
  ["/properties", property(`aibom:training-summary:${id}`, "none of this kind")],
];

const bsiProperty = (name: string) => everywhere("/properties", property(`bsi:component:${name}`, "x"));
const metadataProperty = (name: string): readonly Patch[] => [["/metadata/properties", property(name)]];
const ggufProperty = (name: string): readonly Patch[] => [
  [`${card}/properties`, property(`genai:aibom:modelcard:${name}`)],
];

export const elementCases: Readonly<Record<ScoreProfileId, Readonly<Record<string, readonly Patch[]>>>> = {
  "g7-ai": {
    "sbom-author": shared.author,
    "sbom-version": [["/version", 1]],
    "sbom-data-format-name": [["/bomFormat", "CycloneDX"]],
    "sbom-data-format-version": [["/specVersion", "1.7"]],
    "sbom-author-signature": shared.signature,
    "sbom-tool-name": shared.tool,
    "sbom-tool-version": shared.tool,
    "sbom-generation-context": shared.lifecycle,
    "sbom-timestamp": shared.timestamp,
    "sbom-dependency-relationship": shared.dependencies,
    "system-name": [[`${system}/name`, "chat"]],
    "system-components": [[`${model}/name`, "m"]],
    "system-producer": [[`${system}/supplier`, { name: "ACME" }]],
    "system-version": [[`${system}/version`, "1.4"]],
    "system-timestamp": [[`${system}/releaseNotes`, { type: "major", timestamp: "2026-01-01T00:00:00Z" }]],
    "system-data-flow": [
      ["/services", [{ name: "api", data: [{ flow: "inbound", classification: "public" }] }]],
    ],
    "system-data-usage": [[`${data}/data/0/classification`, "public"]],
    "system-input-output-properties": shared.inputs,
    "system-intended-application-area": shared.task,
    "model-name": [[`${model}/name`, "m"]],
    "model-identifier": [[`${model}/purl`, "pkg:generic/m@1"]],
    "model-version": [[`${model}/version`, "c0ffee"]],
    "model-timestamp": shared.modelRelease,
    "model-producer": shared.modelProducer,
    "model-description": [[`${model}/description`, "a model"]],
    "model-hash-value": [[`${model}/hashes`, [{ alg: "SHA-256", content: "00" }]]],
    "model-hash-algorithm": [[`${model}/hashes`, [{ alg: "SHA-256", content: "00" }]]],
    "model-properties": shared.architecture,
    "model-input-output-properties": shared.modality,
    "model-training-properties": shared.datasets,
    "model-license": shared.modelLicense,
    "model-external-references": [[`${model}/externalReferences`, reference("model-card")]],
    "dataset-name": [[`${data}/name`, "d"]],
    "dataset-description": shared.dataDescription,
    "dataset-content": shared.dataRows,
    "dataset-identifier": [[`${data}/purl`, "pkg:generic/d@1"]],
    "dataset-hash": [[`${data}/hashes`, [{ alg: "SHA-256", content: "00" }]]],
    "dataset-provenance": shared.dataAddress,
    "dataset-statistical-properties": shared.dataRows,
    "dataset-sensitivity": [[`${data}/data/0/sensitiveData`, ["names"]]],
    "dataset-dependency-relationship": shared.datasets,
    "dataset-license": shared.dataLicense,
    "infrastructure-software": shared.container,
    "infrastructure-hardware": [["/components/2", { type: "device", "bom-ref": "g", name: "gpu" }]],
    "security-controls": [["/declarations", { claims: [{ "bom-ref": "x", predicate: "signed" }] }]],
    "security-compliance": [["/definitions", { standards: [{ "bom-ref": "x", name: "ISO/IEC 42001" }] }]],
    "cybersecurity-policy": shared.securityTxt,
    "vulnerability-referencing": [["/externalReferences", reference("exploitability-statement")]],
    "security-metrics": [
      [`${card}/quantitativeAnalysis/performanceMetrics`, [{ type: "adversarial robustness", value: "0.4" }]],
    ],
    "operational-performance-kpis": shared.metrics,
  },
  "cisa-2025": {
    "sbom-author": shared.author,
    "tool-name": shared.tool,
    timestamp: shared.timestamp,
    "generation-context": shared.lifecycle,
    "dependency-relationship": shared.dependencies,
    "software-producer": everywhere("/supplier", { name: "ACME" }),
    "component-name": everywhere("/name", "x"),
    "component-version": everywhere("/version", "1"),
    "software-identifiers": everywhere("/cpe", "cpe:2.3:a:a:b:1:*:*:*:*:*:*:*"),
    "component-hash": everywhere("/hashes", [{ alg: "SHA-256", content: "00" }]),
    "component-license": everywhere("/licenses", [{ license: { name: "Own terms" } }]),
  },
  "bsi-tr-03183": {
    format: [["/specVersion", "1.6"]],
    "sbom-creator": [["/metadata/authors", [{ name: "A", email: "a@example.com" }]]],
    timestamp: shared.timestamp,
    "component-creator": everywhere("/manufacturer", { name: "ACME", url: ["https://example.com"] }),
    "component-name": everywhere("/name", "x"),
    "component-version": everywhere("/version", "1"),
    filename: bsiProperty("filename"),
    dependencies: [["/dependencies", [{ ref: "s" }, { ref: "m" }, { ref: "d" }]]],
    completeness: [["/compositions", [{ aggregate: "complete", dependencies: ["s"] }]]],
    "distribution-licences": everywhere("/licenses", [{ license: { id: "MIT" } }]),
    "deployable-hash": everywhere("/externalReferences", [
      { type: "distribution", url: "https://example.com", hashes: [{ alg: "SHA-512", content: "00" }] },
    ]),
    executable: bsiProperty("executable"),
    archive: bsiProperty("archive"),
    structured: bsiProperty("structured"),
    "sbom-uri": shared.serial,
    "source-uri": everywhere("/externalReferences", reference("vcs")),
    "deployable-uri": everywhere("/externalReferences", reference("distribution")),
    "other-identifiers": everywhere("/purl", "pkg:generic/x@1"),
    "original-licences": everywhere("/licenses", [{ license: { id: "MIT", acknowledgement: "declared" } }]),
    "effective-licence": bsiProperty("effectiveLicence"),
    "security-txt": shared.securityTxt,
    "sbom-signature": shared.signature,
  },
  "eu-annex-xi": {
    tasks: shared.task,
    "acceptable-use": [[`${model}/externalReferences`, reference("license")]],
    "release-date": shared.modelRelease,
    distribution: [[`${model}/externalReferences`, reference("distribution")]],
    architecture: shared.architecture,
    parameters: [[`${card}/properties`, property("cdx:ai-ml:model:parameter:count", "7B")]],
    modality: shared.modality,
    "inputs-outputs": shared.inputs,
    licence: shared.modelLicense,
    integration: [[`${model}/externalReferences`, reference("documentation")]],
    infrastructure: shared.container,
    design: shared.architecture,
    "training-method": [[`${card}/modelParameters/approach`, { type: "supervised" }]],
    "training-data": shared.datasets,
    "data-provenance": shared.dataAddress,
    "data-characteristics": shared.dataRows,
    "data-points": shared.dataRows,
    compute: [["/formulation", [{ components: [{ type: "device", name: "H100" }] }]]],
    energy: [
      [
        `${card}/considerations/environmentalConsiderations`,
        { energyConsumptions: [{ activity: "training", activityEnergyCost: { value: 1, unit: "kWh" } }] },
      ],
    ],
    evaluation: shared.metrics,
    limitations: [[`${card}/considerations/technicalLimitations`, ["short context"]]],
    "adversarial-testing": [[`${card}/considerations/ethicalConsiderations`, [{ name: "harm" }]]],
    "system-architecture": shared.dependencies,
  },
  "eu-53d": {
    provider: shared.modelProducer,
    "provider-contact": [[`${model}/manufacturer`, { name: "A", contact: [{ email: "a@example.com" }] }]],
    "model-name": [[`${model}/name`, "m"]],
    "model-version": [[`${model}/version`, "1"]],
    "base-model": [[`${model}/pedigree`, { ancestors: [{ type: "machine-learning-model", name: "base" }] }]],
    "placed-on-market": shared.modelRelease,
    modalities: shared.modality,
    "data-size": [[`${data}/data/0/contents/properties`, property("aibom:computed:size", "9")]],
    "latest-acquisition": answer("latest-acquisition"),
    languages: answer("languages"),
    "public-datasets": shared.datasets,
    "dataset-descriptions": shared.dataDescription,
    "dataset-addresses": shared.dataAddress,
    "dataset-licences": shared.dataLicense,
    "licensed-data": answer("licensed-data"),
    "private-data": answer("private-data"),
    crawlers: answer("crawlers"),
    domains: answer("domains"),
    "user-data": answer("user-data"),
    "synthetic-data": answer("synthetic-data"),
    "other-sources": answer("other-sources"),
    "rights-reservations": answer("rights-reservations"),
    "illegal-content": answer("illegal-content"),
  },
  owasp: {
    bomFormat: [["/bomFormat", "CycloneDX"]],
    specVersion: [["/specVersion", "1.6"]],
    serialNumber: shared.serial,
    version: [["/version", 1]],
    primaryPurpose: metadataProperty("primaryPurpose"),
    suppliedBy: metadataProperty("suppliedBy"),
    standardCompliance: metadataProperty("standardCompliance"),
    domain: metadataProperty("domain"),
    autonomyType: metadataProperty("autonomyType"),
    name: [[`${model}/name`, "m"]],
    component_version: [[`${model}/version`, "1"]],
    purl: [[`${model}/purl`, "pkg:generic/m@1"]],
    description: [[`${model}/description`, "a model"]],
    licenses: shared.modelLicense,
    external_references: metadataProperty("spdx:external_references"),
    datasets: shared.datasets,
    ethicalConsiderations: [[`${card}/considerations/ethicalConsiderations`, [{ name: "harm" }]]],
    energyConsumption: [
      [`${card}/considerations/environmentalConsiderations`, { properties: property("kWh") }],
    ],
    hyperparameter: ggufProperty("hyperparameter"),
    technicalLimitations: [[`${card}/considerations/technicalLimitations`, ["short"]]],
    safetyRiskAssessment: metadataProperty("safetyRiskAssessment"),
    intendedUse: metadataProperty("intendedUse"),
    typeOfModel: [[`${card}/modelParameters/modelArchitecture`, "Llama"]],
    modelExplainability: ggufProperty("modelCardExplainability"),
    energyQuantity: metadataProperty("energyQuantity"),
    energyUnit: metadataProperty("energyUnit"),
    informationAboutTraining: metadataProperty("informationAboutTraining"),
    informationAboutApplication: metadataProperty("informationAboutApplication"),
    metric: metadataProperty("metric"),
    metricDecisionThreshold: metadataProperty("metricDecisionThreshold"),
    modelDataPreprocessing: metadataProperty("modelDataPreprocessing"),
    useSensitivePersonalInformation: metadataProperty("useSensitivePersonalInformation"),
    vocab_size: ggufProperty("vocabSize"),
    tokenizer_class: ggufProperty("tokenizerClass"),
    context_length: ggufProperty("contextLength"),
    embedding_length: ggufProperty("embeddingLength"),
    block_count: ggufProperty("blockCount"),
    attention_head_count: ggufProperty("attentionHeadCount"),
    attention_head_count_kv: ggufProperty("attentionHeadCountKV"),
    feed_forward_length: ggufProperty("feedForwardLength"),
    rope_dimension_count: ggufProperty("ropeDimensionCount"),
    quantization_version: ggufProperty("quantizationVersion"),
    quantization_file_type: ggufProperty("quantizationFileType"),
    downloadLocation: [[`${model}/externalReferences`, reference("distribution")]],
    vcs: [[`${model}/externalReferences`, reference("vcs")]],
    website: [[`${model}/externalReferences`, reference("website")]],
    paper: [[`${model}/externalReferences`, reference("documentation")]],
  },
};

/** Elements that the silent document has already, and what takes them away. */
export const alreadyThere: Readonly<
  Partial<Record<ScoreProfileId, Readonly<Record<string, readonly Patch[]>>>>
> = {
  "bsi-tr-03183": { "no-vulnerabilities": [["/vulnerabilities", [{ id: "CVE-2026-1" }]]] },
  owasp: { type: [["/components", [{ "bom-ref": "x" }]]] },
};

/** A copy of `document` with the patches in it. Objects and lists on the way are made. */
export function patched(document: JsonObject, patches: readonly Patch[]): JsonObject {
  const copy = structuredClone(document) as Record<string, unknown>;
  for (const [pointer, value] of patches) {
    const steps = pointer.slice(1).split("/");
    let at = copy;
    for (const [index, step] of steps.slice(0, -1).entries()) {
      const isList = /^\d+$/.test(steps[index + 1] ?? "");
      at[step] ??= isList ? [] : {};
      at = at[step] as Record<string, unknown>;
    }
    at[steps.at(-1) ?? ""] = structuredClone(value);
  }
  return copy as JsonObject;
}
