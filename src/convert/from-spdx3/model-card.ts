// SPDX-License-Identifier: Apache-2.0
// The AI profile as a model card. Energy is lost: CycloneDX demands its providers, which SPDX does not know.

import type { JsonObject, JsonValue } from "../../bytes/json.ts";
import type { ReadGraph } from "./spdx-graph.ts";

const approaches: ReadonlySet<string> = new Set([
  "supervised",
  "unsupervised",
  "reinforcement-learning",
  "semi-supervised",
  "self-supervised",
]);

/** Undefined if the profile says nothing. */
export function aiCard(graph: ReadGraph, element: JsonObject): JsonObject | undefined {
  const { taken } = graph;
  const kinds = taken.texts(element, "ai_typeOfModel");
  const approach = kinds.find((each) => approaches.has(each));
  const [family, architecture, ...others] = kinds.filter((each) => each !== approach);
  const [task, ...moreTasks] = taken.texts(element, "ai_domain");
  const properties = [
    ...taken.objects(element, "ai_hyperparameter").map((each) => entry(graph, each)),
    ...others.map((value) => ({ name: "aibom:spdx:ai_typeOfModel", value })),
    ...moreTasks.map((value) => ({ name: "aibom:spdx:ai_domain", value })),
  ];
  const metrics = taken.objects(element, "ai_metric").map((each) => {
    taken.whole(each, "type");
    const [type = "", slice] = (taken.text(each, "key") ?? "").split(" / ");
    const value = taken.text(each, "value");
    return members({ type, value, slice });
  });
  const parameters = members({
    approach: approach === undefined ? undefined : { type: approach },
    task,
    architectureFamily: family,
    modelArchitecture: architecture,
  });
  const considerations = members({
    useCases: lines(taken.text(element, "ai_informationAboutApplication")),
    technicalLimitations: lines(taken.text(element, "ai_limitation")),
  });
  const card = members({
    modelParameters: Object.keys(parameters).length === 0 ? undefined : parameters,
    quantitativeAnalysis: metrics.length === 0 ? undefined : { performanceMetrics: metrics },
    considerations: Object.keys(considerations).length === 0 ? undefined : considerations,
    properties: properties.length === 0 ? undefined : properties,
  });
  return Object.keys(card).length === 0 ? undefined : card;
}

/** A name of the taxonomy is kept; any other is one that the taxonomy does not define. */
function entry({ taken }: ReadGraph, each: JsonObject): { readonly name: string; readonly value: string } {
  taken.whole(each, "type");
  const key = taken.text(each, "key") ?? "";
  const name = key.startsWith("cdx:") ? key : `cdx:ai-ml:model:hyperparameter:_undefined:${key}`;
  return { name, value: taken.text(each, "value") ?? "" };
}

function lines(text: string | undefined): readonly string[] | undefined {
  return text?.split("\n");
}

function members(all: { readonly [key: string]: JsonValue | undefined }): JsonObject {
  const present = Object.entries(all).filter((each): each is [string, JsonValue] => each[1] !== undefined);
  return Object.fromEntries(present);
}
