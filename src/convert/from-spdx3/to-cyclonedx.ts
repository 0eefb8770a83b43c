// SPDX-License-Identifier: Apache-2.0
// An SPDX 3.0.1 document as CycloneDX 1.7: packages and files, what is inside what, dependencies, licenses, agents, the AI and
// Dataset profiles, annotations. Everything else is lost and named.

import { serializeBom } from "../../bom/serialize.ts";
import type { JsonObject, JsonValue } from "../../bytes/json.ts";
import type { ConversionNotes } from "../../model/conversion.ts";
import { sbomTypes, trainedOnComment } from "../spdx3/vocabulary.ts";
import { Taken } from "../taken.ts";
import { readAgent } from "./agents.ts";
import { extensionProperties, readComponent } from "./component.ts";
import { type ReadGraph, readGraph, related } from "./spdx-graph.ts";

type Members = { [key: string]: JsonValue };

export interface CycloneDxConversion extends ConversionNotes {
  readonly pieces: readonly Uint8Array[];
}

const artifactTypes = [
  "ai_AIPackage",
  "dataset_DatasetPackage",
  "software_Package",
  "software_File",
] as const;

const aggregates: ReadonlyMap<string, string> = new Map([
  ["complete", "complete"],
  ["incomplete", "incomplete"],
  ["noAssertion", "unknown"],
]);

const lifecycles: ReadonlyMap<string, string> = new Map([...sbomTypes].map(([phase, type]) => [type, phase]));

/** Levels of components in components; a cycle of `contains` ends here at the latest. */
const maxNesting = 24;

/** @throws {AibomError} BOM_UNSUPPORTED, BOM_TOO_LARGE */
export function spdxToCycloneDx(document: JsonObject, path: string): CycloneDxConversion {
  const taken = new Taken();
  const graph = readGraph(document, taken, path);
  const reading = new Reading(graph);
  const bom = reading.bom();
  const metadata = bom["metadata"] as Members;
  const timestamp = metadata["timestamp"];
  const { pieces } = serializeBom(bom, typeof timestamp === "string" ? timestamp : undefined);
  return { pieces, losses: taken.losses(document), moves: taken.moves(), gaps: [] };
}

class Reading {
  readonly #graph: ReadGraph;
  readonly #refs = new Map<string, string>();
  readonly #placed = new Set<string>();
  readonly #ids: readonly string[];

  constructor(graph: ReadGraph) {
    this.#graph = graph;
    const elements = artifactTypes.flatMap((type) => graph.byType.get(type) ?? []);
    // In the order of the document.
    const wanted = new Set(elements);
    this.#ids = [...graph.byId].filter(([, element]) => wanted.has(element)).map(([id]) => id);
    for (const id of this.#ids) {
      this.#refs.set(id, refOf(id));
    }
  }

  bom(): Members {
    const roots = this.#roots();
    const inside = new Set(
      this.#ids.flatMap((id) =>
        ["contains", "descendantOf", "ancestorOf", "hasVariant"].flatMap((type) =>
          (this.#graph.relations.get(id) ?? []).filter((each) => each.type === type).flatMap(({ to }) => to),
        ),
      ),
    );
    const [root] = roots.length === 1 ? roots : [];
    const subject = root === undefined ? undefined : this.#component(root, 0);
    const outer = this.#ids
      .filter((id) => !inside.has(id))
      .map((id) => this.#component(id, 0))
      .filter((each) => each !== undefined);
    // What only a cycle holds, and what lies too deep.
    const left = this.#ids.map((id) => this.#component(id, 0)).filter((each) => each !== undefined);
    const metadata = { ...this.#metadata(), ...(subject === undefined ? {} : { component: subject }) };
    const dependencies = this.#dependencies();
    return {
      $schema: "http://cyclonedx.org/schema/bom-1.7.schema.json",
      bomFormat: "CycloneDX",
      specVersion: "1.7",
      version: 1,
      metadata,
      components: [...outer, ...left],
      ...(dependencies.length === 0 ? {} : { dependencies }),
      ...this.#compositions(),
      ...this.#annotations(metadata),
    };
  }

  #roots(): readonly string[] {
    const { taken, byType } = this.#graph;
    const collections = ["SpdxDocument", "software_Sbom", "Bom"].flatMap((type) => byType.get(type) ?? []);
    for (const collection of collections) {
      for (const key of ["type", "spdxId", "creationInfo", "element", "rootElement", "profileConformance"]) {
        taken.whole(collection, key);
      }
    }
    const named = collections.flatMap(({ rootElement }) => (Array.isArray(rootElement) ? rootElement : []));
    return [...new Set(named)].filter((each) => typeof each === "string" && this.#refs.has(each)) as string[];
  }

  /** The component of an element with what is inside it; undefined if it has its place already. */
  #component(id: string, depth: number): Members | undefined {
    const element = this.#graph.byId.get(id);
    if (element === undefined || this.#placed.has(id) || !this.#refs.has(id) || depth > maxNesting) {
      return undefined;
    }
    this.#placed.add(id);
    const component = readComponent(this.#graph, element, id, this.#refs.get(id) ?? id);
    const parts = (type: string): Members[] =>
      related(this.#graph, id, type)
        .map((each) => this.#component(each, depth + 1))
        .filter((each) => each !== undefined);
    const [ancestors, descendants, variants] = [
      parts("descendantOf"),
      parts("ancestorOf"),
      parts("hasVariant"),
    ];
    const notes = relationComments(this.#graph, id, "descendantOf");
    const pedigree = {
      ...(ancestors.length === 0 ? {} : { ancestors }),
      ...(descendants.length === 0 ? {} : { descendants }),
      ...(variants.length === 0 ? {} : { variants }),
      ...(notes.length === 0 ? {} : { notes: notes.join("\n") }),
    };
    const datasets = element["type"] === "ai_AIPackage" ? this.#datasets(id) : [];
    const components = parts("contains");
    return {
      ...component,
      ...(Object.keys(pedigree).length === 0 ? {} : { pedigree }),
      ...(datasets.length === 0 ? {} : { modelCard: withDatasets(component["modelCard"], datasets) }),
      ...(components.length === 0 ? {} : { components }),
    };
  }

  #datasets(id: string): readonly JsonObject[] {
    // Our own word on what CycloneDX does not tell apart.
    relationComments(this.#graph, id, "trainedOn", trainedOnComment);
    return related(this.#graph, id, "trainedOn").flatMap((each) => {
      const ref = this.#refs.get(each);
      return ref === undefined ? [] : [{ ref }];
    });
  }

  #dependencies(): readonly JsonObject[] {
    return this.#ids.flatMap((id) => {
      const relations = (this.#graph.relations.get(id) ?? []).filter(({ type }) => type === "dependsOn");
      if (relations.length === 0) {
        return [];
      }
      const dependsOn = related(this.#graph, id, "dependsOn").flatMap((each) => this.#refs.get(each) ?? []);
      const ref = this.#refs.get(id) ?? id;
      return [dependsOn.length === 0 ? { ref } : { ref, dependsOn: [...new Set(dependsOn)] }];
    });
  }

  /** How far parts and needs are known. */
  #compositions(): Members {
    const lists = new Map<string, { assemblies: Set<string>; dependencies: Set<string> }>();
    for (const id of this.#ids) {
      for (const { key, aggregate } of this.#known(id)) {
        const list = lists.get(aggregate) ?? { assemblies: new Set(), dependencies: new Set() };
        list[key].add(this.#refs.get(id) ?? id);
        lists.set(aggregate, list);
      }
    }
    const compositions = [...lists].map(([aggregate, { assemblies, dependencies }]) => ({
      aggregate,
      ...(assemblies.size === 0 ? {} : { assemblies: [...assemblies] }),
      ...(dependencies.size === 0 ? {} : { dependencies: [...dependencies] }),
    }));
    return compositions.length === 0 ? {} : { compositions };
  }

  /** What relationships of an element say of their completeness. */
  #known(id: string): { readonly key: "assemblies" | "dependencies"; readonly aggregate: string }[] {
    const { taken, relations } = this.#graph;
    return (relations.get(id) ?? []).flatMap(({ json, type }) => {
      const key = type === "contains" ? "assemblies" : type === "dependsOn" ? "dependencies" : undefined;
      const aggregate = key === undefined ? undefined : taken.oneOf(json, "completeness", aggregates);
      return key === undefined || aggregate === undefined ? [] : [{ key, aggregate }];
    });
  }

  #metadata(): Members {
    const { taken, byType } = this.#graph;
    const [document] = byType.get("SpdxDocument") ?? [];
    const [sbom] = byType.get("software_Sbom") ?? [];
    const creation = this.#graph.byId.get(String((document ?? sbom)?.["creationInfo"]));
    taken.whole(creation, "type");
    taken.whole(creation, "@id");
    taken.whole(creation, "specVersion");
    const timestamp = taken.text(creation, "created");
    const makers = taken.texts(creation, "createdBy").flatMap((id) => readAgent(this.#graph, id) ?? []);
    const using = taken.texts(creation, "createdUsing").flatMap((id) => {
      const tool = this.#graph.byId.get(id);
      for (const key of ["type", "spdxId", "creationInfo"]) {
        taken.whole(tool, key);
      }
      return taken.text(tool, "name") ?? [];
    });
    const software = makers.filter(({ kind }) => kind === "software").flatMap(({ name }) => name ?? []);
    const tools = [...new Set([...using, ...software])].map((name) => ({ type: "application", name }));
    const organization = makers.find(({ kind }) => kind === "organization" || kind === "unknown");
    const authors = makers.filter(({ kind }) => kind === "person").map(({ entity }) => entity);
    const properties = sbom === undefined ? [] : extensionProperties(this.#graph, sbom);
    const phases = taken
      .someTexts(sbom, "software_sbomType", (each) => lifecycles.has(each))
      .flatMap((each) => lifecycles.get(each) ?? []);
    return {
      ...(timestamp === undefined ? {} : { timestamp }),
      ...(phases.length === 0 ? {} : { lifecycles: phases.map((phase) => ({ phase })) }),
      ...(tools.length === 0 ? {} : { tools: { components: tools } }),
      ...(authors.length === 0 ? {} : { authors }),
      ...(organization === undefined ? {} : { manufacturer: organization.entity }),
      ...(properties.length === 0
        ? {}
        : { properties: properties.map(({ name, value }) => ({ name, value })) }),
    };
  }

  #annotations(metadata: Members): Members {
    const { taken, byType } = this.#graph;
    const annotations = (byType.get("Annotation") ?? []).flatMap((annotation) => {
      const ref = this.#refs.get(String(annotation["subject"]));
      const creation = this.#graph.byId.get(String(annotation["creationInfo"]));
      const [by] = taken.texts(creation, "createdBy").flatMap((id) => readAgent(this.#graph, id) ?? []);
      const timestamp = taken.text(creation, "created") ?? metadata["timestamp"];
      const statement = taken.text(annotation, "statement");
      if (ref === undefined || by === undefined || timestamp === undefined || statement === undefined) {
        return [];
      }
      for (const key of ["type", "spdxId", "creationInfo", "annotationType", "subject"]) {
        taken.whole(annotation, key);
      }
      for (const key of ["type", "@id", "specVersion"]) {
        taken.whole(creation, key);
      }
      const annotator =
        by.kind === "person"
          ? { individual: by.entity }
          : by.kind === "software"
            ? { component: { type: "application", name: by.name ?? "" } }
            : { organization: by.entity };
      return [{ subjects: [ref], annotator, timestamp, text: statement }];
    });
    return annotations.length === 0 ? {} : { annotations };
  }
}

function withDatasets(card: JsonValue | undefined, datasets: readonly JsonObject[]): JsonObject {
  const known = typeof card === "object" && card !== null && !Array.isArray(card) ? (card as JsonObject) : {};
  const parameters = known["modelParameters"];
  const own = typeof parameters === "object" && parameters !== null ? (parameters as JsonObject) : {};
  return { ...known, modelParameters: { ...own, datasets: [...datasets] } };
}

/** Comments of an element's relationships of a kind; only `known`, if that is given. */
function relationComments(graph: ReadGraph, id: string, type: string, known?: string): readonly string[] {
  const found = (graph.relations.get(id) ?? []).filter((each) => each.type === type);
  return found.flatMap(({ json }) =>
    known === undefined || json["comment"] === known ? (graph.taken.text(json, "comment") ?? []) : [],
  );
}

/** The bom-ref that our own ids hold; otherwise the id itself. */
function refOf(id: string): string {
  const encoded = /^urn:uuid:[0-9a-f-]{36}#(?:component|service|dataset)-(.+)$/.exec(id)?.[1];
  try {
    return encoded === undefined ? id : decodeURIComponent(encoded);
  } catch {
    return id;
  }
}
