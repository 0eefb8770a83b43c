// SPDX-License-Identifier: Apache-2.0
// One package or file of SPDX as a component of CycloneDX 1.7. Members that have no place of their own become properties named
// `aibom:spdx:MEMBER`; what has none there is lost.

import type { JsonObject, JsonValue } from "../../bytes/json.ts";
import { hashAlgorithms, purposes, referenceTypes } from "../spdx3/vocabulary.ts";
import { readAgent } from "./agents.ts";
import { readLicenses } from "./licenses.ts";
import { aiCard } from "./model-card.ts";
import { type ReadGraph, related } from "./spdx-graph.ts";

type Members = { [key: string]: JsonValue };
type Property = { readonly name: string; readonly value: string };

const inverse = (map: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([...map].map(([key, value]) => [value, key]));

const types = inverse(purposes);
const algorithms = inverse(hashAlgorithms);
const references: ReadonlyMap<string, string> = new Map([
  ...inverse(referenceTypes),
  ["altDownloadLocation", "distribution"],
  ["altWebPage", "website"],
]);

/** The members of the component of an element, without what is inside it. */
export function readComponent(graph: ReadGraph, element: JsonObject, id: string, ref: string): Members {
  const { taken } = graph;
  const kind = String(element["type"]);
  for (const key of ["type", "spdxId", "creationInfo", "software_fileKind"]) {
    taken.whole(element, key);
  }
  const purpose = taken.oneOf(element, "software_primaryPurpose", types);
  const extension = extensionProperties(graph, element);
  const own = (name: string): readonly string[] =>
    extension.filter((each) => each.name === `aibom:cyclonedx:${name}`).map(({ value }) => value);
  const licenses = readLicenses(graph, id);
  const version = taken.text(element, "software_packageVersion") ?? own("version")[0];
  const component: Members = {
    type: typeOf(kind, purpose, own("type")[0]),
    "bom-ref": ref,
    name: taken.text(element, "name") ?? ref,
    ...(version === undefined ? {} : { version }),
    ...text(graph, element, "description", "description"),
    ...text(graph, element, "software_copyrightText", "copyright"),
    ...text(graph, element, "software_packageUrl", "purl"),
    ...mimeType(graph, element),
    ...list("hashes", hashes(graph, element)),
    ...identifiers(graph, element),
    ...agents(graph, element, id),
    ...list("licenses", licenses),
    ...list("externalReferences", externalReferences(graph, element)),
    ...(own("tags").length === 0 ? {} : { tags: [...own("tags")] }),
    ...(own("scope")[0] === undefined ? {} : { scope: own("scope")[0] ?? "" }),
    ...(extension.some(({ name, value }) => name === "aibom:external" && value === "true")
      ? { isExternal: true }
      : {}),
  };
  const restored = new Set(
    ["tags", "scope", "type", "version", "data:name"].map((name) => `aibom:cyclonedx:${name}`),
  );
  const card = kind === "ai_AIPackage" ? aiCard(graph, element) : undefined;
  const data = kind === "dataset_DatasetPackage" ? dataOf(graph, element, own) : undefined;
  const properties = [
    ...extension.filter(({ name }) => !restored.has(name) && name !== "aibom:external"),
    ...leftTexts(graph, element),
  ];
  return {
    ...component,
    ...(card === undefined ? {} : { modelCard: card }),
    ...(data === undefined ? {} : { data: [data] }),
    ...list("properties", properties),
  };
}

function typeOf(kind: string, purpose: string | undefined, own: string | undefined): string {
  const fixed: Readonly<Record<string, string>> = {
    ai_AIPackage: "machine-learning-model",
    dataset_DatasetPackage: "data",
    software_File: "file",
  };
  // What CycloneDX uses where nothing better is known.
  return fixed[kind] ?? purpose ?? (own === "cryptographic-asset" ? own : "library");
}

function list(key: string, values: readonly JsonValue[]): Members {
  return values.length === 0 ? {} : { [key]: [...values] };
}

function text({ taken }: ReadGraph, element: JsonObject, from: string, to: string): Members {
  const value = taken.text(element, from);
  return value === undefined ? {} : { [to]: value };
}

/** With parameters, such as a character set, it is none in CycloneDX, and becomes a property. */
function mimeType(graph: ReadGraph, element: JsonObject): Members {
  const { contentType } = element;
  const isPlain = typeof contentType === "string" && /^[-+a-z0-9.]+\/[-+a-z0-9.]+$/.test(contentType);
  return isPlain ? text(graph, element, "contentType", "mime-type") : {};
}

function hashes({ taken }: ReadGraph, element: JsonObject): readonly JsonObject[] {
  return taken.objects(element, "verifiedUsing").flatMap((each) => {
    const alg = taken.oneOf(each, "algorithm", algorithms);
    const content = alg === undefined ? undefined : taken.text(each, "hashValue");
    taken.whole(alg === undefined ? undefined : each, "type");
    return alg === undefined || content === undefined ? [] : [{ alg, content }];
  });
}

function identifiers({ taken }: ReadGraph, element: JsonObject): Members {
  const found: Members = {};
  for (const each of taken.objects(element, "externalIdentifier")) {
    const kind = each["externalIdentifierType"];
    const key = kind === "packageUrl" ? "purl" : kind === "cpe22" || kind === "cpe23" ? "cpe" : undefined;
    const value = key === undefined || found[key] !== undefined ? undefined : taken.text(each, "identifier");
    if (key !== undefined && value !== undefined) {
      taken.whole(each, "type");
      taken.whole(each, "externalIdentifierType");
      found[key] = value;
    }
  }
  for (const each of taken.objects(element, "software_contentIdentifier")) {
    const key = each["software_contentIdentifierType"] === "swhid" ? "swhid" : "omniborId";
    const value = taken.text(each, "software_contentIdentifierValue");
    taken.whole(each, "type");
    taken.whole(each, "software_contentIdentifierType");
    const known = found[key];
    found[key] = [...(Array.isArray(known) ? known : []), ...(value === undefined ? [] : [value])];
  }
  return found;
}

function agents(graph: ReadGraph, element: JsonObject, id: string): Members {
  const { taken } = graph;
  const supplier = element["suppliedBy"];
  const supplying = typeof supplier === "string" ? readAgent(graph, supplier) : undefined;
  const isOrganization = supplying?.kind === "organization" || supplying?.kind === "unknown";
  if (isOrganization) {
    taken.take(element, "suppliedBy");
  }
  const makers = taken
    .someTexts(element, "originatedBy", (each) => readAgent(graph, each) !== undefined)
    .flatMap((each) => readAgent(graph, each) ?? []);
  const manufacturer = makers.find(({ kind }) => kind === "organization");
  const authors = makers.filter((each) => each !== manufacturer).map(({ entity }) => entity);
  const [publisher] = related(graph, id, "publishedBy").flatMap((each) => readAgent(graph, each)?.name ?? []);
  return {
    ...(isOrganization ? { supplier: supplying.entity } : {}),
    ...(manufacturer === undefined ? {} : { manufacturer: manufacturer.entity }),
    ...list("authors", authors),
    ...(publisher === undefined ? {} : { publisher }),
  };
}

function externalReferences({ taken }: ReadGraph, element: JsonObject): readonly JsonObject[] {
  const direct = [
    ["software_downloadLocation", "distribution"],
    ["software_homePage", "website"],
  ].flatMap(([key = "", type = ""]) => {
    const url = taken.text(element, key);
    return url === undefined ? [] : [{ url, type }];
  });
  const others = taken.objects(element, "externalRef").flatMap((each) => {
    taken.whole(each, "type");
    const written = taken.text(each, "externalRefType") ?? "other";
    const comment = taken.text(each, "comment");
    const type = references.get(written) ?? /^type ([a-z0-9-]{1,40})$/.exec(comment ?? "")?.[1];
    const told = type === undefined && written !== "other" ? [`type ${written}`] : [];
    const words =
      type !== undefined && !references.has(written)
        ? []
        : [...told, ...(comment === undefined ? [] : [comment])];
    return taken.texts(each, "locator").map((url) => ({
      url,
      type: type ?? "other",
      ...(words.length === 0 ? {} : { comment: words.join(": ") }),
    }));
  });
  return [...direct, ...others];
}

/** Properties that the extension carries. */
export function extensionProperties({ taken }: ReadGraph, element: JsonObject): readonly Property[] {
  return taken.objects(element, "extension").flatMap((extension) => {
    taken.whole(extension, "type");
    return taken.objects(extension, "extension_cdxProperty").flatMap((each) => {
      taken.whole(each, "type");
      const name = taken.text(each, "extension_cdxPropName");
      return name === undefined ? [] : [{ name, value: taken.text(each, "extension_cdxPropValue") ?? "" }];
    });
  });
}

function dataOf(
  { taken }: ReadGraph,
  element: JsonObject,
  own: (name: string) => readonly string[],
): JsonObject {
  const level = taken.text(element, "dataset_confidentialityLevel");
  const types = taken.texts(element, "dataset_datasetType").filter((each) => each !== "noAssertion");
  const properties = types.map((value) => ({ name: "aibom:spdx:dataset_datasetType", value }));
  return {
    type: "dataset",
    name: own("data:name")[0] ?? (typeof element["name"] === "string" ? element["name"] : "dataset"),
    ...(level === undefined ? {} : { classification: level === "clear" ? "public" : level.toUpperCase() }),
    ...(properties.length === 0 ? {} : { contents: { properties } }),
  };
}

/** Texts and numbers of the element that nothing else has read. */
function leftTexts({ taken }: ReadGraph, element: JsonObject): readonly Property[] {
  return Object.entries(element).flatMap(([key, value]) => {
    const values = Array.isArray(value) ? value : [value];
    const isPlain = values.every((each) => typeof each === "string" || typeof each === "number");
    if (taken.has(element, key) || !isPlain || !/^[A-Za-z_]{1,80}$/.test(key) || isReference(key)) {
      return [];
    }
    taken.take(element, key);
    taken.move(`/@graph/*/${key}`, `property aibom:spdx:${key}`, values.length);
    return values.map((each) => ({ name: `aibom:spdx:${key}`, value: String(each) }));
  });
}

/** Members that hold ids of other elements, which mean nothing in another document. */
function isReference(key: string): boolean {
  return ["suppliedBy", "originatedBy", "element", "rootElement", "extension"].includes(key);
}
