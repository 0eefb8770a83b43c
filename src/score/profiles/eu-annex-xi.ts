// SPDX-License-Identifier: Apache-2.0
// Regulation (EU) 2024/1689, Annex XI: technical documentation of general-purpose AI models. A BOM can hold an index of it, not the
// documentation; the mapping to CycloneDX fields is ours. Section 2 is for models with systemic risk only.

import type { ElementList } from "../element.ts";
import * as dataset from "../probes/dataset.ts";
import * as document from "../probes/document.ts";
import * as model from "../probes/model.ts";

const general = "Section 1, 1: general description";
const detailed = "Section 1, 2: elements and development";
const systemic = "Section 2: systemic risk";

export const euAnnexXi: ElementList = {
  id: "eu-annex-xi",
  title: "EU AI Act, Annex XI: technical documentation of general-purpose AI models",
  standing: "law in force; which fields answer it is our reading",
  sources: [
    {
      title: "Regulation (EU) 2024/1689, Annex XI",
      date: "2024-07-12",
      kind: "secondary",
      note: "titles are our short form of the text",
    },
    {
      title: "CycloneDX ML-BOM guide: mapping of Article 53 and Annex XI",
      date: "2026",
      kind: "secondary",
    },
  ],
  expects: ["model", "dataset"],
  elements: [
    {
      id: "tasks",
      notation: "XI-1.1a",
      title: "Tasks that the model is meant for",
      group: general,
      probe: model.modelTask,
    },
    {
      id: "acceptable-use",
      notation: "XI-1.1b",
      title: "Acceptable use policies",
      group: general,
      probe: model.usagePolicy,
    },
    {
      id: "release-date",
      notation: "XI-1.1c",
      title: "Date of release",
      group: general,
      probe: model.modelRelease,
    },
    {
      id: "distribution",
      notation: "XI-1.1c",
      title: "Methods of distribution",
      group: general,
      probe: model.modelDistribution,
    },
    {
      id: "architecture",
      notation: "XI-1.1d",
      title: "Architecture",
      group: general,
      probe: model.modelArchitecture,
    },
    {
      id: "parameters",
      notation: "XI-1.1d",
      title: "Number of parameters",
      group: general,
      probe: model.parameterCount,
    },
    { id: "modality", notation: "XI-1.1e", title: "Modality", group: general, probe: model.modelModality },
    {
      id: "inputs-outputs",
      notation: "XI-1.1e",
      title: "Format of inputs and outputs",
      group: general,
      probe: model.modelInputsOutputs,
    },
    { id: "licence", notation: "XI-1.1f", title: "Licence", group: general, probe: model.modelLicense },
    {
      id: "integration",
      notation: "XI-1.2a",
      title: "Technical means to integrate the model",
      group: detailed,
      probe: model.integration,
    },
    {
      id: "infrastructure",
      notation: "XI-1.2a",
      title: "Infrastructure and tools",
      group: detailed,
      probe: document.infrastructureSoftware,
    },
    {
      id: "design",
      notation: "XI-1.2b",
      title: "Design of the model",
      group: detailed,
      probe: model.modelProperties,
    },
    {
      id: "training-method",
      notation: "XI-1.2b",
      title: "Training methods and techniques",
      group: detailed,
      probe: model.trainingMethod,
    },
    {
      id: "training-data",
      notation: "XI-1.2c",
      title: "Data used for training, testing, validation",
      group: detailed,
      probe: model.trainingData,
    },
    {
      id: "data-provenance",
      notation: "XI-1.2c",
      title: "Provenance of the data",
      group: detailed,
      probe: dataset.datasetProvenance,
    },
    {
      id: "data-characteristics",
      notation: "XI-1.2c",
      title: "Type and main characteristics of the data",
      group: detailed,
      probe: dataset.datasetContent,
    },
    {
      id: "data-points",
      notation: "XI-1.2c",
      title: "Number of data points",
      group: detailed,
      probe: dataset.datasetStatistics,
    },
    {
      id: "compute",
      notation: "XI-1.2d",
      title: "Computational resources and time of the training",
      group: detailed,
      probe: document.trainingCompute,
    },
    {
      id: "energy",
      notation: "XI-1.2e",
      title: "Known or estimated energy consumption",
      group: detailed,
      probe: model.energy,
    },
    {
      id: "evaluation",
      notation: "XI-2.1",
      title: "Evaluation strategies and results",
      group: systemic,
      probe: model.metrics,
    },
    {
      id: "limitations",
      notation: "XI-2.1",
      title: "Limitations found by evaluation",
      group: systemic,
      probe: model.limitations,
    },
    {
      id: "adversarial-testing",
      notation: "XI-2.2",
      title: "Adversarial testing, and changes to the model after it",
      group: systemic,
      probe: model.risks,
    },
    {
      id: "system-architecture",
      notation: "XI-2.3",
      title: "How software components build on each other",
      group: systemic,
      probe: document.dependencies,
    },
  ],
};
