// SPDX-License-Identifier: Apache-2.0
// What every component has in SPDX (Core, Artifact; Software, SoftwareArtifact and Package): identifiers, digests, references,
// agents, properties.

import type { JsonObject, JsonValue } from "../../bytes/json.ts";
import { countValues } from "../taken.ts";
import { namedAgent, organization, people } from "./agents.ts";
import { present, type SpdxGraph, takeTime } from "./graph.ts";
import { hashAlgorithms, referenceTypes } from "./vocabulary.ts";

/** Members of an element, and agents that stand in a relationship to it. */
export interface ArtifactMembers {
  readonly members: JsonObject;
  readonly publisher: string | undefined;
}

/** Who delivers and who made what the document as a whole is about. */
export interface DocumentAgents {
  readonly supplier?: string | undefined;
  readonly manufacturer?: string | undefined;
}

/** What files and packages have in common. */
export function artifactMembers(
  graph: SpdxGraph,
  component: JsonObject,
  place: string,
  agents: DocumentAgents,
): ArtifactMembers {
  const { taken } = graph;
  const makers = [
    organization(graph, component, "manufacturer") ?? agents.manufacturer,
    ...people(graph, component, "authors"),
    namedAgent(graph, component, "author"),
  ].filter((each) => each !== undefined);
  const publisher = namedAgent(graph, component, "publisher");
  const notes = taken.object(component, "releaseNotes");
  const members = present({
    name: nameOf(graph, component, place),
    description: taken.text(component, "description"),
    verifiedUsing: hashes(graph, component),
    externalIdentifier: identifiers(graph, component),
    software_contentIdentifier: contentIdentifiers(graph, component),
    software_copyrightText: taken.text(component, "copyright"),
    suppliedBy: organization(graph, component, "supplier") ?? agents.supplier,
    originatedBy: [...new Set(makers)],
    releaseTime: takeTime(taken, notes, "timestamp", `${place}/releaseNotes`),
  });
  return { members, publisher };
}

function nameOf(graph: SpdxGraph, component: JsonObject, place: string): string | undefined {
  const { taken } = graph;
  const name = taken.text(component, "name");
  const group = taken.text(component, "group");
  if (group === undefined || group === "") {
    return name;
  }
  taken.move(`${place}/group`, "name");
  return `${group}/${name ?? ""}`;
}

/** Values of algorithms that SPDX knows. */
function hashes(graph: SpdxGraph, holder: JsonObject): readonly JsonObject[] {
  const { taken } = graph;
  return taken.objects(holder, "hashes").flatMap((hash) => {
    const algorithm = taken.oneOf(hash, "alg", hashAlgorithms);
    const value = algorithm === undefined ? undefined : taken.text(hash, "content");
    return algorithm === undefined || value === undefined
      ? []
      : [{ type: "Hash", algorithm, hashValue: value.toLowerCase() }];
  });
}

function identifiers(graph: SpdxGraph, component: JsonObject): readonly JsonObject[] {
  const { taken } = graph;
  const cpe = taken.text(component, "cpe");
  return cpe === undefined ? [] : [identifier(cpe.startsWith("cpe:2.3:") ? "cpe23" : "cpe22", cpe)];
}

/** An identifier of an element. */
export function identifier(externalIdentifierType: string, text: string): JsonObject {
  return { type: "ExternalIdentifier", externalIdentifierType, identifier: text };
}

function contentIdentifiers(graph: SpdxGraph, component: JsonObject): readonly JsonObject[] {
  const { taken } = graph;
  const of = (key: string, kind: string): JsonObject[] =>
    taken.texts(component, key).map((value) => ({
      type: "software_ContentIdentifier",
      software_contentIdentifierType: kind,
      software_contentIdentifierValue: value,
    }));
  return [...of("omniborId", "gitoid"), ...of("swhid", "swhid")];
}

/** References by what a package does with them: one address of the download, one home page, the rest. */
export interface References {
  readonly downloadLocation: string | undefined;
  readonly homePage: string | undefined;
  readonly others: readonly JsonObject[];
}

/**
 * External references. The first `distribution` and the first `website` have members of their own in a package.
 * @param isPackage false for files, which have none
 */
export function references(graph: SpdxGraph, holder: JsonObject, isPackage: boolean): References {
  const { taken } = graph;
  let [downloadLocation, homePage]: (string | undefined)[] = [];
  const others: JsonObject[] = [];
  for (const reference of taken.objects(holder, "externalReferences")) {
    const type = taken.text(reference, "type") ?? "other";
    const url = taken.text(reference, "url");
    const comment = taken.text(reference, "comment");
    if (url === undefined) {
      continue;
    }
    const isBare = isPackage && comment === undefined;
    if (isBare && type === "distribution" && downloadLocation === undefined) {
      downloadLocation = url;
    } else if (isBare && type === "website" && homePage === undefined) {
      homePage = url;
    } else {
      others.push(referenceElement(type, url, comment));
    }
  }
  return { downloadLocation, homePage, others };
}

function referenceElement(type: string, url: string, comment: string | undefined): JsonObject {
  const known = referenceTypes.get(type) ?? fallbackTypes.get(type);
  const words = [...(known === undefined && type !== "other" ? [`type ${type}`] : []), comment];
  const text = words.filter((word) => word !== undefined).join(": ");
  return present({
    type: "ExternalRef",
    externalRefType: known ?? "other",
    locator: [url],
    comment: text === "" ? undefined : text,
  });
}

/** Types that have a member of their own the first time. */
const fallbackTypes: ReadonlyMap<string, string> = new Map([
  ["distribution", "altDownloadLocation"],
  ["website", "altWebPage"],
]);

/** Properties in the extension that SPDX has for those of CycloneDX (Extension profile, CdxPropertiesExtension). */
export function propertiesExtension(entries: readonly (readonly [string, string | undefined])[]): JsonValue {
  return entries.length === 0
    ? []
    : [
        {
          type: "extension_CdxPropertiesExtension",
          extension_cdxProperty: entries.map(([name, value]) =>
            present({
              type: "extension_CdxPropertyEntry",
              extension_cdxPropName: name,
              extension_cdxPropValue: value,
            }),
          ),
        },
      ];
}

/** The properties of a holder. */
export function properties(
  graph: SpdxGraph,
  holder: JsonObject | undefined,
): readonly (readonly [string, string | undefined])[] {
  const { taken } = graph;
  return taken.objects(holder, "properties").flatMap((property) => {
    const name = taken.text(property, "name");
    return name === undefined ? [] : [[name, taken.text(property, "value")] as const];
  });
}

/** Values that go into the extension under a name that says where they stood. */
export function movedTexts(
  graph: SpdxGraph,
  holder: JsonObject | undefined,
  keys: readonly string[],
  place: string,
): readonly (readonly [string, string])[] {
  const { taken } = graph;
  return keys.flatMap((key) => {
    const value = holder === undefined || !Object.hasOwn(holder, key) ? undefined : holder[key];
    const texts = Array.isArray(value) ? taken.texts(holder, key) : [taken.text(holder, key)];
    const found = texts.filter((text) => text !== undefined);
    if (found.length > 0) {
      taken.move(`${place}/${key}`, `property aibom:cyclonedx:${key}`, countValues(found));
    }
    return found.map((text) => [`aibom:cyclonedx:${key}`, text] as const);
  });
}
