// SPDX-License-Identifier: Apache-2.0
// What is compared of a component: every member of CycloneDX 1.2 to 1.7, each under the kind of change that it is. Members that
// have no kind of their own are compared whole, under their name. Not compared: evidence, which says how values were found.

import { isJsonObject, type JsonObject, type JsonValue } from "../bytes/json.ts";
import { listOf, memberOf, objectOf, textOf } from "../layouts/member.ts";
import type { ChangeKind } from "../model/bom-diff.ts";
import { type BomNode, relativeText } from "./bom-nodes.ts";
import { packageKey } from "./match-nodes.ts";
import { jsfSigners } from "./signers.ts";
import { canonicalText, leaves, shownText, textValues, type Values } from "./values.ts";

/** The values of one kind, or of one of several fields of it. */
export interface Aspect {
  readonly kind: ChangeKind;
  readonly field?: string;
  readonly values: Values;
}

/** What a reference means in its document: `id` is the same for the same component in both documents. */
export type Resolve = (ref: string) => { readonly id: string; readonly text: string };

/** Edges of a document by bom-ref. */
export interface Edges {
  readonly dependsOn: ReadonlyMap<string, readonly string[]>;
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
  const { json, ref } = node;
  const targets = ref === undefined ? [] : (edges.dependsOn.get(ref) ?? []);
  const complete = ref === undefined ? [] : (edges.completeness.get(ref) ?? []);
  return [
    { kind: "renamed", values: textValues([node.name]) },
    { kind: "version", values: textValues([textOf(json, "version") ?? textOf(json, "versionRange")]) },
    { kind: "signer", values: jsfSigners(json) },
    { kind: "license", values: licenseValues(json) },
    ...supplierAspects(json),
    ...pedigreeAspects(json),
    ...datasetAspects(json, resolve),
    { kind: "dependency", values: referenceValues(targets, resolve) },
    { kind: "completeness", values: textValues(complete) },
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

/** Ids, names and expressions, with what they are acknowledged as. */
export function licenseValues(holder: JsonObject): Values {
  return textValues(
    listOf(holder, "licenses").map((each) => {
      const license = memberOf(each, "license");
      const of = isJsonObject(license) ? license : each;
      const text = textOf(each, "expression") ?? textOf(of, "id") ?? textOf(of, "name");
      const acknowledged = textOf(of, "acknowledgement");
      return text === undefined || acknowledged === undefined ? text : `${text} (${acknowledged})`;
    }),
  );
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

function contact(entity: JsonObject): string {
  return textOf(entity, "name") ?? textOf(entity, "email") ?? canonicalText(entity);
}

/** Ancestors are base models of a model, origins of a dataset. Their own refs are the writer's. */
function pedigreeAspects(json: JsonObject): readonly Aspect[] {
  const pedigree = objectOf(json, "pedigree");
  if (pedigree === undefined) {
    return [];
  }
  const ancestors = listOf(pedigree, "ancestors").filter(isJsonObject).map(relativeText);
  const others = Object.entries(pedigree).filter(([key]) => key !== "ancestors");
  return [
    { kind: "base-model", values: textValues(ancestors) },
    ...others.map(([key, value]) => wholeMember(`pedigree/${key}`, value)),
  ];
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
  const entries = memberOf(json, "data");
  for (const entry of (Array.isArray(entries) ? entries : []).filter(isJsonObject)) {
    for (const [field, values] of leaves(entry)) {
      data.set(field, new Map([...(data.get(field) ?? []), ...values]));
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
  const others = ["cpe", "swid", "swhid", "omniborId"].flatMap((field) => {
    const value = memberOf(json, field);
    return value === undefined ? [] : [{ ...wholeMember(field, value), kind: "identity" as const }];
  });
  return [{ kind: "identity", field: "purl", values }, ...others];
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
