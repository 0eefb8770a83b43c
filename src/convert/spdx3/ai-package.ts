// SPDX-License-Identifier: Apache-2.0
// The model card as an AIPackage (AI profile). What the card says and the profile has no place for is lost, not bent.

import type { JsonObject } from "../../bytes/json.ts";
import { movedTexts, properties } from "./artifact.ts";
import { entry, present, type SpdxGraph } from "./graph.ts";
import { energyActivities } from "./vocabulary.ts";

/** Members of the AI profile, and what of the card goes elsewhere. */
export interface AiMembers {
  readonly members: JsonObject;
  readonly properties: readonly (readonly [string, string | undefined])[];
}

/** Properties of the `cdx:ai-ml` taxonomy that are parameters of the model. */
const parameter = /^cdx:ai-ml:(?:model|tokenizer):(?:hyper)?parameter:/;

export function aiMembers(graph: SpdxGraph, component: JsonObject, place: string): AiMembers {
  const { taken } = graph;
  const card = taken.object(component, "modelCard");
  const parameters = taken.object(card, "modelParameters");
  const considerations = taken.object(card, "considerations");
  taken.whole(card, "bom-ref");
  const all = properties(graph, card);
  const task = taken.text(parameters, "task");
  const members = present({
    ai_domain: task === undefined ? [] : [task],
    ai_typeOfModel: [
      taken.text(taken.object(parameters, "approach"), "type"),
      taken.text(parameters, "architectureFamily"),
      taken.text(parameters, "modelArchitecture"),
    ].filter((each) => each !== undefined),
    ai_limitation: joined(taken.texts(considerations, "technicalLimitations")),
    ai_informationAboutApplication: joined(taken.texts(considerations, "useCases")),
    ai_hyperparameter: all
      .filter(([name]) => parameter.test(name))
      .map(([name, value]) => entry(name, value)),
    ai_metric: metrics(graph, card),
    ai_energyConsumption: energy(graph, considerations),
  });
  return {
    members,
    properties: [
      ...all.filter(([name]) => !parameter.test(name)),
      ...formats(graph, parameters, "inputs", place),
      ...formats(graph, parameters, "outputs", place),
      ...movedTexts(
        graph,
        considerations,
        ["users", "performanceTradeoffs"],
        `${place}/modelCard/considerations`,
      ),
    ],
  };
}

function joined(texts: readonly string[]): string | undefined {
  return texts.length === 0 ? undefined : texts.join("\n");
}

function formats(
  graph: SpdxGraph,
  parameters: JsonObject | undefined,
  key: "inputs" | "outputs",
  place: string,
): readonly (readonly [string, string])[] {
  return graph.taken
    .objects(parameters, key)
    .flatMap((port) =>
      movedTexts(graph, port, ["format"], `${place}/modelCard/modelParameters/${key}/*`).map(
        ([, text]) => [`aibom:cyclonedx:${key}:format`, text] as const,
      ),
    );
}

/** Key: what was measured, and on which slice. */
function metrics(graph: SpdxGraph, card: JsonObject | undefined): readonly JsonObject[] {
  const { taken } = graph;
  const analysis = taken.object(card, "quantitativeAnalysis");
  return taken.objects(analysis, "performanceMetrics").map((metric) => {
    const words = [taken.text(metric, "type"), taken.text(metric, "slice")];
    return entry(words.filter((word) => word !== undefined).join(" / "), taken.text(metric, "value"));
  });
}

/** Energy by activity; CycloneDX counts in kilowatt hours alone. */
function energy(graph: SpdxGraph, considerations: JsonObject | undefined): JsonObject | undefined {
  const { taken } = graph;
  const environmental = taken.object(considerations, "environmentalConsiderations");
  const byActivity: Record<string, JsonObject[]> = {};
  for (const consumption of taken.objects(environmental, "energyConsumptions")) {
    const member = taken.oneOf(consumption, "activity", energyActivities);
    if (member === undefined) {
      continue;
    }
    const cost = taken.object(consumption, "activityEnergyCost");
    const value = cost?.["value"];
    if (
      cost !== undefined &&
      typeof value === "number" &&
      value >= 0 &&
      /^\d+(\.\d+)?$/.test(String(value))
    ) {
      taken.take(cost, "value");
      taken.whole(cost, "unit");
      byActivity[member] = [
        ...(byActivity[member] ?? []),
        {
          type: "ai_EnergyConsumptionDescription",
          ai_energyQuantity: String(value),
          ai_energyUnit: "kilowattHour",
        },
      ];
    }
  }
  return Object.keys(byActivity).length === 0 ? undefined : { type: "ai_EnergyConsumption", ...byActivity };
}
