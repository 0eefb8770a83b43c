// SPDX-License-Identifier: Apache-2.0
// What is compared of a component: every member of CycloneDX 1.2 to 1.7, each under the kind of change that it is. Members that
// have no kind of their own are compared whole, under their name. Not compared: evidence, which says how values were found.

import { hash } from "node:crypto";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../bytes/json.ts";
import { listOf, memberOf, objectOf, textOf } from "../layouts/member.ts";
import type { ChangeKind } from "../model/bom-diff.ts";
import { type BomNode, relativeText } from "./bom-nodes.ts";
import { packageKey, packageVariant } from "./match-nodes.ts";
import { jsfSigners } from "./signers.ts";
import { canonicalText, leaves, shownText, textValues, type Values } from "./values.ts";

/** The values of one kind, or of one of several fields of it. */
export interface Aspect {
  readonly kind: ChangeKind;
  readonly field?: string;
  readonly values: Values;
}

/** What something is in both documents: `id` is the same for the same component. */
export interface Resolved {
  readonly id: string;
  readonly text: string;
}

/** What references and components of a document are in both. */
export interface Resolve {
  (ref: string): Resolved;
  readonly node: (node: BomNode) => Resolved;
}

/** Edges of a document by bom-ref. */
export interface Edges {
  readonly dependsOn: ReadonlyMap<string, readonly string[]>;
  readonly provides: ReadonlyMap<string, readonly string[]>;
  readonly completeness: ReadonlyMap<string, readonly string[]>;
}

/** Members with a kind of their own, and those that are components themselves or name this one. */
const handled: ReadonlySet<string> = new Set([
  ..."type bom-ref group name version versionRange components services evidence hashes licenses signature".split(
    " ",
  ),
  ..."supplier manufacturer publisher author authors provider modelCard data pedigree properties".split(" "),
  ..."purl cpe swid swhid omniborId externalReferences".split(" "),
]);

/** Properties about how the BOM was written, not about the component: refs and notes that follow from the rest. */
const ignoredProperties: ReadonlySet<string> = new Set(["aibom:provenance", "aibom:inventoried-as"]);

/** Everything that is compared of one component. */
export function aspectsOf(node: BomNode, edges: Edges, resolve: Resolve): readonly Aspect[] {
  const { json, outer, ref = "" } = node;
  const targets = (of: ReadonlyMap<string, readonly string[]>): Values =>
    referenceValues(of.get(ref) ?? [], resolve);
  const around = outer === undefined ? [] : [resolve.node(outer)];
  return [
    { kind: "renamed", values: textValues([node.name]) },
    { kind: "detail", field: "type", values: textValues([node.type]) },
    { kind: "detail", field: "inside", values: new Map(around.map(({ id, text }) => [id, text])) },
    { kind: "version", values: textValues([textOf(json, "version") ?? textOf(json, "versionRange")]) },
    { kind: "signer", values: jsfSigners(json) },
    ...licenseAspects(json),
    ...supplierAspects(json),
    ...pedigreeAspects(json),
    ...datasetAspects(json, resolve),
    { kind: "dependency", values: targets(edges.dependsOn) },
    { kind: "dependency", field: "provides", values: targets(edges.provides) },
    { kind: "completeness", values: textValues(edges.completeness.get(ref) ?? []) },
    ...identityAspects(node),
    ...modelCardAspects(json),
    ...propertyAspects(json),
    { kind: "reference", values: externalReferences(json) },
    ...otherMembers(json),
  ];
}

/** Values that references lead to. */
function referenceValues(refs: readonly string[], resolve: Resolve): Values {
  return new Map(
    refs.map((ref) => {
      const { id, text } = resolve(ref);
      return [id, text] as const;
    }),
  );
}

/** Ids, names and expressions, with what they are acknowledged as and the text that comes along; and what else is said of them. */
export function licenseAspects(holder: JsonObject): readonly Aspect[] {
  const entries = listOf(holder, "licenses").filter(isJsonObject);
  return [
    { kind: "license", values: textValues(entries.map(licenseText)) },
    { kind: "detail", field: "licenses", values: textValues(entries.map(licenseDetails)) },
  ];
}

const licenseMembers: readonly string[] = ["expression", "id", "name", "acknowledgement", "text", "license"];

function licenseText(entry: JsonObject): string | undefined {
  const of = objectOf(entry, "license") ?? entry;
  const name = textOf(entry, "expression") ?? textOf(of, "id") ?? textOf(of, "name");
  const text = memberOf(of, "text");
  // Whoever gives a license of their own another text gives another license.
  const words = [
    textOf(of, "acknowledgement"),
    text === undefined ? undefined : `text sha256:${hash("sha256", canonicalText(text)).slice(0, 16)}`,
  ].filter((word) => word !== undefined);
  return name === undefined || words.length === 0 ? name : `${name} (${words.join(", ")})`;
}

function licenseDetails(entry: JsonObject): string | undefined {
  const rest = without(objectOf(entry, "license") ?? entry, licenseMembers);
  const name = licenseText(entry) ?? "unnamed";
  return Object.keys(rest).length === 0 ? undefined : `${name} ${canonicalText(withoutRefs(rest))}`;
}

function without(json: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(json).filter(([key]) => !names.includes(key)));
}

/** The value without bom-refs, which are the writer's, and without notes of aibom's own. Depth is bounded by the parser. */
function withoutRefs(value: JsonValue): JsonValue {
  if (isJsonArray(value)) {
    return value.filter((each) => !isNote(each)).map(withoutRefs);
  }
  return isJsonObject(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([key]) => key !== "bom-ref")
          .map(([key, each]) => [key, withoutRefs(each)]),
      )
    : value;
}

function isNote(value: JsonValue): boolean {
  return isJsonObject(value) && ignoredProperties.has(textOf(value, "name") ?? "");
}

/** Who made and who delivers it; of the document as well. */
export function supplierAspects(holder: JsonObject): readonly Aspect[] {
  const names = (key: string): Values => {
    const value = memberOf(holder, key);
    const list = Array.isArray(value) ? value : value === undefined ? [] : [value];
    return textValues(list.map((each) => (isJsonObject(each) ? contact(each) : shownText(each))));
  };
  const keys = ["supplier", "manufacturer", "manufacture", "publisher", "author", "authors", "provider"];
  return keys.map((field) => ({ kind: "supplier", field, values: names(field) }));
}

/** A name, and how they are reached if that is said: another address is another supplier. */
function contact(entity: JsonObject): string {
  const rest = withoutRefs(without(entity, ["name"]));
  return [textOf(entity, "name"), canonicalText(rest)]
    .filter((word) => word !== undefined && word !== "{}")
    .join(" ");
}

/** Ancestors are base models of a model, origins of a dataset. Their own refs are the writer's. */
function pedigreeAspects(json: JsonObject): readonly Aspect[] {
  const pedigree = objectOf(json, "pedigree");
  if (pedigree === undefined) {
    return [];
  }
  const ancestors = listOf(pedigree, "ancestors").filter(isJsonObject);
  const others = Object.entries(pedigree).filter(([key]) => key !== "ancestors");
  return [
    { kind: "base-model", values: textValues(ancestors.map(relativeText)) },
    ...ancestors.map((each) => ancestorDetails(each)),
    ...others.map(([key, value]) => wholeMember(`pedigree/${key}`, value)),
  ];
}

/** What is said of a base model besides its name: other bytes under the same name are another one. */
function ancestorDetails(ancestor: JsonObject): Aspect {
  const rest = withoutRefs(without(ancestor, ["type", "group", "name", "version", "purl"]));
  const text = canonicalText(rest);
  return {
    kind: "base-model",
    field: relativeText(ancestor),
    values: textValues([text === "{}" ? undefined : text]),
  };
}

/** The data sets of a model, and what a data set says of itself. */
function datasetAspects(json: JsonObject, resolve: Resolve): readonly Aspect[] {
  const parameters = objectOf(objectOf(json, "modelCard"), "modelParameters");
  const used = new Map<string, string>();
  for (const each of listOf(parameters, "datasets").filter(isJsonObject)) {
    const ref = textOf(each, "ref");
    const { id, text } =
      ref === undefined
        ? { id: canonicalText(each), text: textOf(each, "name") ?? shownText(each) }
        : resolve(ref);
    used.set(id, text);
  }
  const data = new Map<string, Map<string, string>>();
  const entries = listOf(json, "data").filter(isJsonObject);
  for (const entry of entries) {
    // With several, each has its own: else two could change places.
    const name = entries.length === 1 ? undefined : textOf(entry, "name");
    for (const [field, values] of leaves(entry, name ?? "")) {
      const known = data.get(field) ?? new Map<string, string>();
      data.set(field, known);
      for (const [value, text] of values) {
        known.set(value, text);
      }
    }
  }
  return [
    { kind: "dataset", values: used },
    ...[...data].map(([field, values]): Aspect => ({ kind: "dataset", field, values })),
  ];
}

/** Identifiers without what a new version changes. */
function identityAspects({ json, purl }: BomNode): readonly Aspect[] {
  const written = textOf(json, "purl");
  const values: Values =
    written === undefined
      ? new Map()
      : new Map([[purl === undefined ? written : packageKey(purl), written] as const]);
  const variant = purl === undefined ? [] : packageVariant(purl, written ?? "", textOf(json, "version"));
  const others = ["cpe", "swid", "swhid", "omniborId"].flatMap((field) => {
    const value = memberOf(json, field);
    return value === undefined ? [] : [{ ...wholeMember(field, value), kind: "identity" as const }];
  });
  return [
    { kind: "identity", field: "purl", values },
    { kind: "detail", field: "purl", values: textValues(variant) },
    ...others,
  ];
}

/** The model card, leaf by leaf, without its data sets. */
function modelCardAspects(json: JsonObject): readonly Aspect[] {
  const card = objectOf(json, "modelCard");
  if (card === undefined) {
    return [];
  }
  return [...leaves(card)]
    .filter(([field]) => field !== "bom-ref" && field !== "modelParameters/datasets")
    .map(([field, values]): Aspect => ({ kind: "model-card", field, values }));
}

/** Properties by name, with all their values. */
export function propertyAspects(holder: JsonObject): readonly Aspect[] {
  const byName = new Map<string, Map<string, string>>();
  for (const each of listOf(holder, "properties")) {
    const name = textOf(each, "name");
    if (name !== undefined && !ignoredProperties.has(name)) {
      const value = textOf(each, "value") ?? "";
      byName.set(name, (byName.get(name) ?? new Map<string, string>()).set(value, value));
    }
  }
  return [...byName].map(([field, values]): Aspect => ({ kind: "property", field, values }));
}

/** Type and address; of one to a file its digests as well. */
export function externalReferences(holder: JsonObject): Values {
  return new Map(
    listOf(holder, "externalReferences").map((each) => {
      const text = `${textOf(each, "type") ?? "other"} ${textOf(each, "url") ?? ""}`;
      return [canonicalText(each), text] as const;
    }),
  );
}

function otherMembers(json: JsonObject): readonly Aspect[] {
  return Object.entries(json)
    .filter(([key]) => !handled.has(key))
    .map(([key, value]) => wholeMember(key, value));
}

/** A member that is compared as one value, or entry by entry if it is a list. */
export function wholeMember(field: string, value: JsonValue): Aspect {
  const list = Array.isArray(value) ? value : [value];
  return {
    kind: "detail",
    field,
    values: new Map(list.map((each) => [canonicalText(each), shownText(each)] as const)),
  };
}
