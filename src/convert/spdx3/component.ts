// SPDX-License-Identifier: Apache-2.0
// One component or service as an element: AIPackage, DatasetPackage, File or Package, with what is inside it and its licenses.

import { isJsonObject, type JsonObject } from "../../bytes/json.ts";
import { aiMembers } from "./ai-package.ts";
import {
  artifactMembers,
  type DocumentAgents,
  identifier,
  movedTexts,
  properties,
  propertiesExtension,
  references,
} from "./artifact.ts";
import { type DatasetMembers, datasetMembers, isDataset } from "./dataset-package.ts";
import { present, type SpdxGraph } from "./graph.ts";
import { licensesOf, relateLicenses } from "./licenses.ts";
import { noAssertion, purposes } from "./vocabulary.ts";

/** The elements of a document by bom-ref. */
export type ElementsByRef = Map<string, string>;

/** What the conversion of a component needs besides it. */
export interface ComponentContext {
  readonly graph: SpdxGraph;
  readonly byRef: ElementsByRef;
  readonly agents: DocumentAgents;
  /** What is known of the parts of a component, by bom-ref: a word of SPDX. */
  readonly parts: ReadonlyMap<string, string>;
  /** The models that were added, whose datasets are related when all elements are known. */
  readonly models: { readonly component: JsonObject; readonly place: string; readonly id: string }[];
}

/** Where a component stands: `path` names this one, `place` all such ones. */
interface Position {
  readonly path: string;
  readonly place: string;
}

/** Adds the element of a component and of everything inside it; returns its id. */
export function addComponent(context: ComponentContext, component: JsonObject, position: Position): string {
  const { graph, byRef } = context;
  const { taken } = graph;
  const ref = taken.text(component, "bom-ref");
  const type = taken.text(component, "type") ?? "";
  const id = graph.id("component", ref ?? position.path);
  if (ref !== undefined) {
    byRef.set(ref, id);
  }
  const { members, publisher } = artifactMembers(graph, component, position.place, context.agents);
  const isFile = type === "file";
  const own = isFile
    ? fileMembers(context, component)
    : packageMembers(context, component, type, position.place);
  const extra = [
    ...own.properties,
    ...properties(graph, component),
    ...(purposes.has(type) ? [] : [["aibom:cyclonedx:type", type] as const]),
    ...flags(graph, component),
    ...movedTexts(
      graph,
      component,
      ["scope", "versionRange", "tags", ...(isFile ? [] : ["mime-type"])],
      position.place,
    ),
  ];
  graph.add(own.type, id, {
    ...members,
    ...own.members,
    software_primaryPurpose: purposes.get(type) ?? "other",
    ...present({ extension: propertiesExtension(extra) }),
  });
  if (type === "machine-learning-model") {
    context.models.push({ component, place: position.place, id });
  }
  if (publisher !== undefined) {
    graph.relate(id, "publishedBy", [publisher]);
  }
  relate(context, component, id, position, isFile);
  return id;
}

/** A service has no class in SPDX 3.0.1: it is a package of purpose `other` that says what it is. */
export function addService(context: ComponentContext, service: JsonObject, position: Position): string {
  const { graph, byRef } = context;
  const { taken } = graph;
  const ref = taken.text(service, "bom-ref");
  const id = graph.id("service", ref ?? position.path);
  if (ref !== undefined) {
    byRef.set(ref, id);
  }
  const { members } = artifactMembers(graph, service, position.place, {});
  const version = taken.text(service, "version");
  const extra = [
    ["aibom:cyclonedx:type", "service"] as const,
    ...properties(graph, service),
    ...movedTexts(graph, service, ["endpoints", "trustZone", "tags"], position.place),
  ];
  const { downloadLocation, homePage, others } = references(graph, service, true);
  graph.add("software_Package", id, {
    ...members,
    ...present({
      software_packageVersion: version,
      software_downloadLocation: downloadLocation,
      software_homePage: homePage,
      externalRef: others,
    }),
    software_primaryPurpose: "other",
    ...present({ extension: propertiesExtension(extra) }),
  });
  const inner = taken
    .objects(service, "services")
    .map((each, index) => addService(context, each, below(position, "services", index)));
  graph.relate(id, "contains", inner);
  return id;
}

function below({ path, place }: Position, key: string, index: number): Position {
  return { path: `${path}/${key}/${index}`, place: `${place}/${key}/*` };
}

interface OwnMembers {
  readonly type: string;
  readonly members: JsonObject;
  readonly properties: readonly (readonly [string, string | undefined])[];
}

function fileMembers({ graph }: ComponentContext, component: JsonObject): OwnMembers {
  const { taken } = graph;
  const purl = taken.text(component, "purl");
  const version = taken.text(component, "version");
  const mime = component["mime-type"];
  const isMime = typeof mime === "string" && /^[^/]+\/[^/]+$/.test(mime);
  const { others } = references(graph, component, false);
  return {
    type: "software_File",
    members: present({
      externalIdentifier: purl === undefined ? undefined : [identifier("packageUrl", purl)],
      externalRef: others,
      contentType: isMime ? taken.text(component, "mime-type") : undefined,
      software_fileKind: "file",
    }),
    properties: version === undefined ? [] : [["aibom:cyclonedx:version", version]],
  };
}

function packageMembers(
  { graph }: ComponentContext,
  component: JsonObject,
  type: string,
  place: string,
): OwnMembers {
  const { taken } = graph;
  const { downloadLocation, homePage, others } = references(graph, component, true);
  const ai = type === "machine-learning-model" ? aiMembers(graph, component, place) : undefined;
  const datasets =
    type === "data" && isDataset(component)
      ? taken.objects(component, "data").map((data) => ({
          data,
          ...datasetMembers(graph, data, `${place}/data/*`),
        }))
      : [];
  const profile = datasetProfile(graph, datasets);
  const members = present({
    software_packageVersion: taken.text(component, "version"),
    software_packageUrl: taken.text(component, "purl"),
    software_downloadLocation: downloadLocation ?? profile.url,
    software_homePage: homePage,
    externalRef: [...others, ...profile.references],
    ...ai?.members,
    ...profile.members,
  });
  const kind =
    ai !== undefined ? "ai_AIPackage" : datasets.length > 0 ? "dataset_DatasetPackage" : "software_Package";
  return { type: kind, members, properties: [...(ai?.properties ?? []), ...profile.properties] };
}

/** What the entries of one dataset say together: the first has the members, all have their properties. */
function datasetProfile(
  graph: SpdxGraph,
  datasets: readonly (DatasetMembers & { readonly data: JsonObject })[],
): {
  readonly members: JsonObject;
  readonly url: string | undefined;
  readonly references: readonly JsonObject[];
  readonly properties: OwnMembers["properties"];
} {
  const [first] = datasets;
  const { taken } = graph;
  const told = datasets.flatMap(({ data }) =>
    ["name", "description"].flatMap((key) => {
      const text = taken.text(data, key);
      return text === undefined ? [] : [[`aibom:cyclonedx:data:${key}`, text] as const];
    }),
  );
  const urls = datasets.flatMap(({ url }) => url ?? []);
  return {
    members: first?.members ?? {},
    url: urls[0],
    references: urls.slice(1).map((url) => ({
      type: "ExternalRef",
      externalRefType: "altDownloadLocation",
      locator: [url],
    })),
    properties: [...told, ...datasets.flatMap((each) => each.properties)],
  };
}

/** Truth values, which the extension can hold as texts. */
function flags(graph: SpdxGraph, component: JsonObject): readonly (readonly [string, string])[] {
  const external = graph.taken.whole(component, "isExternal");
  const modified = graph.taken.whole(component, "modified");
  return [
    ...(external === true ? [["aibom:external", "true"] as const] : []),
    ...(typeof modified === "boolean" ? [["aibom:cyclonedx:modified", String(modified)] as const] : []),
  ];
}

function relate(
  context: ComponentContext,
  component: JsonObject,
  id: string,
  position: Position,
  isFile: boolean,
): void {
  const { graph } = context;
  const { taken } = graph;
  const licenses = licensesOf(graph, component);
  if (!isFile || licenses.declared.length > 0 || licenses.concluded.length > 0) {
    relateLicenses(graph, id, licenses);
  }
  const inner = taken
    .objects(component, "components")
    .map((each, index) => addComponent(context, each, below(position, "components", index)));
  const ref = component["bom-ref"];
  const completeness = typeof ref === "string" ? context.parts.get(ref) : undefined;
  relateKnown(graph, id, "contains", inner, completeness);
  relatePedigree(context, component, id, position);
}

/** A relationship with how far it is known; that there is nothing, and that nobody knows, is said as well. */
export function relateKnown(
  graph: SpdxGraph,
  from: string,
  type: string,
  to: readonly string[],
  completeness: string | undefined,
): void {
  if (completeness === undefined) {
    graph.relate(from, type, to);
    return;
  }
  const nothing = completeness === "complete" ? noAssertion.none : noAssertion.element;
  graph.relate(from, type, to.length === 0 ? [nothing] : to, { completeness });
}

const pedigreeRelations = [
  ["ancestors", "descendantOf"],
  ["descendants", "ancestorOf"],
  ["variants", "hasVariant"],
] as const;

/** Base models and origins. What the notes say of them is said of the relationship. */
function relatePedigree(
  context: ComponentContext,
  component: JsonObject,
  id: string,
  position: Position,
): void {
  const { graph } = context;
  const { taken } = graph;
  const pedigree = taken.object(component, "pedigree");
  const notes = taken.text(pedigree, "notes");
  let comment = notes;
  for (const [key, type] of pedigreeRelations) {
    const relatives = taken
      .objects(pedigree, key)
      .filter(isJsonObject)
      .map((each, index) =>
        addComponent(
          { ...context, agents: {} },
          each,
          below({ path: `${position.path}/pedigree`, place: `${position.place}/pedigree` }, key, index),
        ),
      );
    graph.relate(id, type, relatives, present({ comment: relatives.length === 0 ? undefined : comment }));
    comment = relatives.length === 0 ? comment : undefined;
  }
  if (comment !== undefined) {
    graph.add("Annotation", graph.id("annotation", `${position.path}/pedigree/notes`), {
      annotationType: "other",
      subject: id,
      statement: comment,
    });
  }
}
