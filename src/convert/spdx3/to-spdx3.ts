// SPDX-License-Identifier: Apache-2.0
// A CycloneDX document as SPDX 3.0.1 in JSON-LD, with the AI and Dataset profiles. Nothing is invented: what SPDX demands and the
// document does not say is "no assertion" where the model has that, and a gap that is named where it has not.

import { hash } from "node:crypto";
import { serialNumber } from "../../bom/refs.ts";
import { isJsonObject, type JsonObject } from "../../bytes/json.ts";
import type { ConversionNotes, Gap } from "../../model/conversion.ts";
import { citationsAsAnnotations } from "../cyclonedx/citations.ts";
import { Editing } from "../cyclonedx/editing.ts";
import { sortedLosses, Taken } from "../taken.ts";
import { organization, people, softwareAgent } from "./agents.ts";
import { movedTexts, properties, propertiesExtension, references } from "./artifact.ts";
import { addComponent, addService, type ComponentContext } from "./component.ts";
import { present, SpdxGraph, takeTime } from "./graph.ts";
import { licensesOf } from "./licenses.ts";
import { conformance, profileGaps } from "./profile-gaps.ts";
import { addAnnotations, readCompositions, relateDatasets, relateDependencies } from "./relations.ts";
import { sbomTypes } from "./vocabulary.ts";

export interface Spdx3Options {
  /** Time of the conversion, for documents without a time of their own. */
  readonly at: Date;
  /** Version of aibom, which is named as a tool. */
  readonly toolVersion: string;
}

export interface Spdx3Conversion extends ConversionNotes {
  readonly document: JsonObject;
}

const context = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld";

/** Converts a valid document of CycloneDX 1.2 to 1.7. */
export function toSpdx3(bytes: Uint8Array, source: JsonObject, options: Spdx3Options): Spdx3Conversion {
  const editing = new Editing(source);
  citationsAsAnnotations(editing);
  const { document } = editing;
  const taken = new Taken();
  const graph = new SpdxGraph(namespaceOf(bytes, taken, document), taken);
  const metadata = taken.object(document, "metadata");
  const created = addCreation(graph, metadata, options);
  const { parts, needs } = readCompositions(taken, document, refsOf(document));
  const components: ComponentContext = { graph, byRef: new Map(), agents: {}, parts, models: [] };
  const roots = addContents(components, document, metadata);
  relateDatasets(components);
  relateDependencies(components, document, needs);
  addAnnotations(components, document, created);
  const gaps = profileGaps(graph.elements());
  addDocument(graph, document, metadata, roots, gaps);
  for (const key of ["$schema", "bomFormat", "specVersion"]) {
    // What names the format says nothing. A signature covers the document as it was, and is lost.
    taken.whole(document, key);
  }
  return {
    document: { "@context": context, "@graph": graph.all() },
    losses: mergeLosses(taken.losses(document), editing.losses()),
    moves: [...editing.moves(), ...taken.moves()],
    gaps,
  };
}

function mergeLosses(...lists: readonly (readonly { pointer: string; count: number }[])[]) {
  const counts = new Map<string, number>();
  for (const { pointer, count } of lists.flat()) {
    counts.set(pointer, count + (counts.get(pointer) ?? 0));
  }
  return sortedLosses(counts);
}

/** The serial number of the document, or one that follows from its bytes. */
function namespaceOf(bytes: Uint8Array, taken: Taken, document: JsonObject): string {
  const serial = taken.text(document, "serialNumber");
  return serial !== undefined && /^urn:uuid:[0-9a-f-]{36}$/i.test(serial)
    ? serial.toLowerCase()
    : serialNumber(hash("sha256", bytes, "hex"));
}

function addCreation(graph: SpdxGraph, metadata: JsonObject | undefined, options: Spdx3Options): string {
  const { taken } = graph;
  const created =
    takeTime(taken, metadata, "timestamp", "/metadata") ?? `${options.at.toISOString().slice(0, 19)}Z`;
  const tools = toolNames(taken, metadata);
  const makers = [
    ...people(graph, metadata, "authors"),
    ...[organization(graph, metadata, "manufacturer")].filter((each) => each !== undefined),
  ];
  const converter = `aibom-cli ${options.toolVersion}`;
  // Where nobody signs for a document, the programs made it.
  const agents =
    makers.length > 0
      ? makers
      : (tools.length > 0 ? tools : [converter]).map((name) => softwareAgent(graph, name));
  const using = [...new Set([...tools, converter])].map((name) =>
    graph.add("Tool", graph.id("tool", name), { name }),
  );
  graph.created(created, [...new Set(agents)], using);
  return created;
}

/** Names and versions of the tools, in the form of 1.2 to 1.4 and in that since 1.5. */
function toolNames(taken: Taken, metadata: JsonObject | undefined): readonly string[] {
  const modern = taken.object(metadata, "tools");
  const all = [
    ...taken.objects(metadata, "tools"),
    ...taken.objects(modern, "components"),
    ...taken.objects(modern, "services"),
  ];
  return all.flatMap((tool) => {
    taken.whole(tool, "bom-ref");
    taken.whole(tool, "type");
    const words = [
      taken.text(tool, "vendor"),
      taken.text(tool, "group"),
      taken.text(tool, "name"),
      taken.text(tool, "version"),
    ];
    const name = words.filter((word) => word !== undefined).join(" ");
    return name === "" ? [] : [name];
  });
}

function addContents(
  base: ComponentContext,
  document: JsonObject,
  metadata: JsonObject | undefined,
): readonly string[] {
  const { graph } = base;
  const { taken } = graph;
  const root = taken.object(metadata, "component");
  // Of the document's subject alone: whoever delivers one model does not deliver its libraries.
  const agents = {
    supplier: organization(graph, metadata, "supplier"),
    manufacturer: organization(graph, metadata, "manufacture"),
  };
  const place = "/metadata/component";
  const rootId =
    root === undefined ? undefined : addComponent({ ...base, agents }, root, { path: place, place });
  const components = taken
    .objects(document, "components")
    .map((each, index) => addComponent(base, each, { path: `/components/${index}`, place: "/components/*" }));
  const services = taken
    .objects(document, "services")
    .map((each, index) => addService(base, each, { path: `/services/${index}`, place: "/services/*" }));
  return rootId === undefined ? [...components, ...services] : [rootId];
}

function addDocument(
  graph: SpdxGraph,
  document: JsonObject,
  metadata: JsonObject | undefined,
  roots: readonly string[],
  gaps: readonly Gap[],
): void {
  const { taken } = graph;
  const phases = taken.objects(metadata, "lifecycles").flatMap((each) => {
    return taken.oneOf(each, "phase", sbomTypes) ?? [];
  });
  const { others } = references(graph, document, false);
  const constraints = taken.object(metadata, "distributionConstraints");
  const extra = [
    ...properties(graph, metadata),
    ...properties(graph, document),
    ...documentVersion(taken, document),
    ...movedTexts(graph, constraints, ["tlp"], "/metadata/distributionConstraints"),
  ];
  const licenses = metadata === undefined ? [] : licensesOf(graph, metadata).declared;
  const profileConformance = conformance(graph.elements(), gaps, extra.length > 0);
  const element = graph.elements().map(({ spdxId }) => spdxId ?? "");
  const sbom = graph.add("software_Sbom", graph.id("document", "sbom"), {
    ...present({ rootElement: roots, element }),
    profileConformance,
    ...present({
      software_sbomType: [...new Set(phases)],
      externalRef: others,
      extension: propertiesExtension(extra),
    }),
  });
  const [dataLicense, second] = licenses;
  graph.add("SpdxDocument", graph.id("document", "spdx"), {
    rootElement: [sbom],
    profileConformance,
    ...present({ dataLicense: second === undefined ? dataLicense : undefined }),
  });
  for (const license of second === undefined ? [] : licenses) {
    graph.relate(sbom, "hasDeclaredLicense", [license]);
  }
}

/** Which one of the documents of a serial number it is; the first is what one expects. */
function documentVersion(taken: Taken, document: JsonObject): readonly (readonly [string, string])[] {
  const version = taken.whole(document, "version");
  return typeof version === "number" && version !== 1 ? [["aibom:cyclonedx:version", String(version)]] : [];
}

/** bom-refs of components and services, nested ones too. */
function refsOf(document: JsonObject): ReadonlySet<string> {
  const refs = new Set<string>();
  const collect = (value: unknown): void => {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (isJsonObject(each)) {
        const ref = each["bom-ref"];
        if (typeof ref === "string") {
          refs.add(ref);
        }
        const { pedigree } = each;
        const relatives = isJsonObject(pedigree)
          ? [pedigree["ancestors"], pedigree["descendants"], pedigree["variants"]]
          : [];
        for (const inner of [each["components"], each["services"], ...relatives]) {
          collect(inner);
        }
      }
    }
  };
  const { metadata } = document;
  collect(isJsonObject(metadata) ? metadata["component"] : undefined);
  collect(document["components"]);
  collect(document["services"]);
  return refs;
}
