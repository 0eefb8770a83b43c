// SPDX-License-Identifier: Apache-2.0
// The template for the public summary of training content (Regulation (EU) 2024/1689, Article 53(1)(d); Commission, 2025-07-24). Most
// of it is prose for which CycloneDX has no field: those answers are properties `aibom:training-summary:…`, `none` included, so that a
// missing answer and the answer "no such data" are told apart.

import type { Element, ElementList, Finder, Probe } from "../element.ts";
import { anyOf, properties } from "../look.ts";
import * as dataset from "../probes/dataset.ts";
import { summaryAnswer } from "../probes/document.ts";
import * as model from "../probes/model.ts";

const general = "1: general information";
const sources = "2: list of data sources";
const processing = "3: data processing";

/** An answer in prose, by a property of ours or by one that somebody registered for the same question. */
function answer(
  notation: string,
  id: string,
  title: string,
  group: string,
  registered: readonly string[] = [],
): Element {
  const own = summaryAnswer(id);
  const find: Finder =
    registered.length === 0
      ? own
      : anyOf(own, (subject, bom) =>
          bom.subjects.model.flatMap((each) =>
            properties(["/modelCard/properties", "/properties"], registered)({ ...subject, ...each }, bom),
          ),
        );
  const probe: Probe = {
    of: "document",
    expected: "/properties",
    find,
    fill: `add the property aibom:training-summary:${id} with the answer, or none, before you sign the BOM`,
  };
  return { id, notation: `53d-${notation}`, title, group, probe };
}

export const eu53d: ElementList = {
  id: "eu-53d",
  title: "EU AI Act, Article 53(1)(d): public summary of training content",
  standing: "template of the Commission in use; which fields answer it is our reading",
  sources: [
    {
      title:
        "Template for the Public Summary of Training Content for general-purpose AI models, European Commission",
      date: "2025-07-24",
      kind: "secondary",
      note: "headings as others list them; titles are ours",
    },
    { title: "CycloneDX ML-BOM guide: mapping of the template", date: "2026", kind: "secondary" },
  ],
  expects: ["model", "dataset"],
  elements: [
    { id: "provider", notation: "53d-1.1", title: "Provider", group: general, probe: model.modelProducer },
    {
      id: "provider-contact",
      notation: "53d-1.1",
      title: "Contact of the provider",
      group: general,
      probe: model.modelProducerContact,
    },
    {
      id: "model-name",
      notation: "53d-1.2",
      title: "Name of the model",
      group: general,
      probe: model.modelName,
    },
    {
      id: "model-version",
      notation: "53d-1.2",
      title: "Version of the model",
      group: general,
      probe: model.modelVersion,
    },
    {
      id: "base-model",
      notation: "53d-1.2",
      title: "Model that it depends on",
      group: general,
      probe: model.baseModel,
    },
    {
      id: "placed-on-market",
      notation: "53d-1.2",
      title: "Date of placement on the market",
      group: general,
      probe: model.modelRelease,
    },
    {
      id: "modalities",
      notation: "53d-1.3",
      title: "Modalities",
      group: general,
      probe: model.modelModality,
    },
    {
      id: "data-size",
      notation: "53d-1.3",
      title: "Size of the training data",
      group: general,
      probe: dataset.datasetSize,
    },
    answer("1.3", "latest-acquisition", "Latest date of data acquisition", general),
    answer("1.3", "languages", "Languages of the training data", general, ["cdx:ai-ml:model:language"]),
    {
      id: "public-datasets",
      notation: "53d-2.1",
      title: "Public datasets",
      group: sources,
      probe: model.trainingData,
    },
    {
      id: "dataset-descriptions",
      notation: "53d-2.1",
      title: "Description of each dataset",
      group: sources,
      probe: dataset.datasetDescription,
    },
    {
      id: "dataset-addresses",
      notation: "53d-2.1",
      title: "Address of each dataset",
      group: sources,
      probe: dataset.datasetProvenance,
    },
    {
      id: "dataset-licences",
      notation: "53d-2.2",
      title: "Licence of each dataset",
      group: sources,
      probe: dataset.datasetLicense,
    },
    answer("2.2", "licensed-data", "Data licensed from rights holders", sources),
    answer("2.2", "private-data", "Private data of third parties", sources),
    answer("2.3", "crawlers", "Data crawled from online sources: by whom, when, how", sources),
    answer("2.3", "domains", "Most relevant domain names", sources),
    answer("2.4", "user-data", "Data of users", sources),
    answer("2.5", "synthetic-data", "Synthetic data", sources, ["cdx:ai-ml:dataset:synthetic"]),
    answer("2.6", "other-sources", "Other sources", sources),
    answer("3.1", "rights-reservations", "Respect of reservations of rights", processing),
    answer("3.2", "illegal-content", "Removal of illegal content", processing),
  ],
};
