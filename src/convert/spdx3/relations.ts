// SPDX-License-Identifier: Apache-2.0
// How elements hang together beyond what is inside what: dependencies with how far they are known, datasets of models, notes.

import { contentKey } from "../../bom/refs.ts";
import { isJsonObject, type JsonObject } from "../../bytes/json.ts";
import type { Taken } from "../taken.ts";
import { softwareAgent } from "./agents.ts";
import { propertiesExtension } from "./artifact.ts";
import { type ComponentContext, relateKnown } from "./component.ts";
import { datasetMembers } from "./dataset-package.ts";
import { documentCreation, present, type SpdxGraph, spdxTime, takeTime } from "./graph.ts";
import { completeness, trainedOnComment } from "./vocabulary.ts";

/** How far the parts and the needs of elements are known, by bom-ref, in words of SPDX. */
export interface Completeness {
  readonly parts: ReadonlyMap<string, string>;
  readonly needs: ReadonlyMap<string, string>;
}

/** What compositions say of elements that have one of `refs`. */
export function readCompositions(
  taken: Taken,
  document: JsonObject,
  refs: ReadonlySet<string>,
): Completeness {
  const [parts, needs] = [new Map<string, string>(), new Map<string, string>()];
  for (const composition of taken.objects(document, "compositions")) {
    const aggregate = composition["aggregate"];
    const word = typeof aggregate === "string" ? completeness.get(aggregate) : undefined;
    if (word === undefined) {
      continue;
    }
    taken.whole(composition, "bom-ref");
    // Of two compositions that contradict each other the second is lost.
    const isNew =
      (told: ReadonlyMap<string, string>) =>
      (ref: string): boolean =>
        refs.has(ref) && (told.get(ref) ?? word) === word;
    const lists = [
      [parts, taken.someTexts(composition, "assemblies", isNew(parts))],
      [needs, taken.someTexts(composition, "dependencies", isNew(needs))],
    ] as const;
    for (const [map, list] of lists) {
      for (const ref of list) {
        map.set(ref, word);
      }
    }
    if (lists.some(([, list]) => list.length > 0)) {
      taken.take(composition, "aggregate");
      if (aggregate !== word) {
        // Of ten words of CycloneDX three are left.
        taken.move("/compositions/*/aggregate", `completeness ${word}`);
      }
    }
  }
  return { parts, needs };
}

/** Dependencies. That there are none, and that nobody knows, is said where a composition says so. */
export function relateDependencies(
  { graph, byRef }: ComponentContext,
  document: JsonObject,
  needs: ReadonlyMap<string, string>,
): void {
  const { taken } = graph;
  const told = new Set<string>();
  for (const dependency of taken.objects(document, "dependencies")) {
    const { ref } = dependency;
    const from = typeof ref === "string" ? byRef.get(ref) : undefined;
    if (typeof ref !== "string" || from === undefined) {
      continue;
    }
    taken.take(dependency, "ref");
    const to = taken.someTexts(dependency, "dependsOn", (each) => byRef.has(each));
    const ids = to.flatMap((each) => byRef.get(each) ?? []);
    relateKnown(graph, from, "dependsOn", ids, needs.get(ref));
    told.add(ref);
  }
  for (const [ref, word] of needs) {
    const from = told.has(ref) ? undefined : byRef.get(ref);
    if (from !== undefined) {
      relateKnown(graph, from, "dependsOn", [], word);
    }
  }
}

/** The datasets of a model card. CycloneDX lists those for training and evaluation together; that is said. */
export function relateDatasets({ graph, byRef, models }: ComponentContext): void {
  for (const model of models) {
    relateModel(graph, byRef, model);
  }
}

function relateModel(
  graph: SpdxGraph,
  byRef: ReadonlyMap<string, string>,
  { component, place, id: from }: ComponentContext["models"][number],
): void {
  const { taken } = graph;
  const card = component["modelCard"];
  const parameters = isJsonObject(card) ? taken.object(card, "modelParameters") : undefined;
  const to = taken.objects(parameters, "datasets").flatMap((dataset, index) => {
    const ref = dataset["ref"];
    if (typeof ref === "string") {
      const id = byRef.get(ref);
      if (id !== undefined) {
        taken.take(dataset, "ref");
      }
      return id ?? [];
    }
    const { members, properties, url } = datasetMembers(
      graph,
      dataset,
      `${place}/modelCard/modelParameters/datasets/*`,
    );
    const id = graph.id("dataset", contentKey(from, String(index)));
    return graph.add("dataset_DatasetPackage", id, {
      ...present({
        name: taken.text(dataset, "name"),
        description: taken.text(dataset, "description"),
        software_downloadLocation: url,
      }),
      ...members,
      software_primaryPurpose: "data",
      ...present({ extension: propertiesExtension(properties) }),
    });
  });
  graph.relate(from, "trainedOn", to, {
    comment: trainedOnComment,
  });
}

/** Annotations, each with its own creation where it was made by somebody else or at another time. */
export function addAnnotations(context: ComponentContext, document: JsonObject, created: string): void {
  const { graph, byRef } = context;
  const { taken } = graph;
  for (const annotation of taken.objects(document, "annotations")) {
    taken.whole(annotation, "bom-ref");
    const subjects = taken.someTexts(annotation, "subjects", (ref) => byRef.has(ref));
    const time = spdxTime(typeof annotation["timestamp"] === "string" ? annotation["timestamp"] : undefined);
    if (subjects.length === 0 || time === undefined) {
      continue;
    }
    const statement = taken.text(annotation, "text");
    takeTime(taken, annotation, "timestamp", "/annotations/*");
    const creation = creationOf(context, annotation, time, created);
    for (const ref of subjects) {
      const subject = byRef.get(ref) ?? "";
      graph.add(
        "Annotation",
        graph.id("annotation", contentKey(subject, time, statement ?? "", creation)),
        present({ annotationType: "other", subject, statement }),
        creation,
      );
    }
  }
}

/** A tool that made the annotation is its creator. Others are not told apart from the document's. */
function creationOf(
  { graph }: ComponentContext,
  annotation: JsonObject,
  time: string,
  created: string,
): string {
  const { taken } = graph;
  const component = taken.object(taken.object(annotation, "annotator"), "component");
  if (component === undefined) {
    return time === created ? documentCreation : graph.creation(time, undefined);
  }
  taken.whole(component, "type");
  const words = [taken.text(component, "name"), taken.text(component, "version")];
  return graph.creation(time, softwareAgent(graph, words.filter((word) => word !== undefined).join(" ")));
}
