// SPDX-License-Identifier: Apache-2.0
// A CycloneDX document as a table for people: one line for each component and service, nested ones after what they are in.

import type { JsonObject } from "../bytes/json.ts";
import type { BomTable, ConversionNotes, TableRow } from "../model/conversion.ts";
import { Taken } from "./taken.ts";

export interface TableConversion extends ConversionNotes {
  readonly table: BomTable;
}

/** A row before the names of what it refers to are known. */
interface Draft {
  readonly row: TableRow;
  /** bom-refs of datasets, and names of those that the card describes itself. */
  readonly datasets: readonly { readonly ref?: string; readonly name?: string }[];
}

/**
 * Converts a valid document of CycloneDX 1.2 to 1.7.
 * @param hasHeader true if what is said of the document as a whole is written too
 */
export function toTable(document: JsonObject, hasHeader: boolean): TableConversion {
  const taken = new Taken();
  const drafts: Draft[] = [];
  const metadata = taken.object(document, "metadata");
  const root = taken.object(metadata, "component");
  const table = {
    name: typeof root?.["name"] === "string" ? root["name"] : "",
    version: typeof root?.["version"] === "string" ? root["version"] : "",
    specVersion: taken.text(document, "specVersion") ?? "",
    serialNumber: hasHeader ? (taken.text(document, "serialNumber") ?? "") : "",
    timestamp: hasHeader ? (taken.text(metadata, "timestamp") ?? "") : "",
  };
  for (const key of ["$schema", "bomFormat"]) {
    taken.whole(document, key);
  }
  if (document["version"] === 1) {
    // The first document of its serial number, as one expects.
    taken.whole(document, "version");
  }
  if (root !== undefined) {
    collect(taken, root, undefined, [], drafts);
  }
  for (const component of taken.objects(document, "components")) {
    collect(taken, component, undefined, [], drafts);
  }
  for (const service of taken.objects(document, "services")) {
    collect(taken, service, "service", [], drafts);
  }
  const names = new Map(drafts.map(({ row }) => [row.ref, named(row)]));
  const edges = dependencies(taken, document, names);
  const rows = drafts.map((draft) => ({
    ...draft.row,
    datasets: draft.datasets.flatMap(({ ref, name }) => name ?? names.get(ref ?? "") ?? ref ?? []),
    dependsOn: edges.get(draft.row.ref) ?? [],
  }));
  return { table: { ...table, rows }, losses: taken.losses(document), moves: taken.moves(), gaps: [] };
}

function named({ name, version }: TableRow): string {
  return version === "" ? name : `${name} ${version}`;
}

// Recursion is bounded: the parser refuses deep documents.
function collect(
  taken: Taken,
  json: JsonObject,
  fixedType: string | undefined,
  inside: readonly string[],
  drafts: Draft[],
): void {
  const group = taken.text(json, "group");
  const own = taken.text(json, "name") ?? "";
  const name = group === undefined || group === "" ? own : `${group}/${own}`;
  const row: TableRow = {
    type: fixedType ?? taken.text(json, "type") ?? "",
    name,
    version: taken.text(json, "version") ?? "",
    inside,
    licenses: licenses(taken, json),
    suppliers: suppliers(taken, json),
    hashes: hashes(taken, json),
    ancestors: ancestors(taken, json),
    datasets: [],
    dependsOn: [],
    description: taken.text(json, "description") ?? "",
    purl: taken.text(json, "purl") ?? "",
    ref: taken.text(json, "bom-ref") ?? "",
  };
  drafts.push({ row, datasets: datasets(taken, json) });
  for (const child of taken.objects(json, "components")) {
    collect(taken, child, undefined, [...inside, name], drafts);
  }
  for (const child of taken.objects(json, "services")) {
    collect(taken, child, "service", [...inside, name], drafts);
  }
}

function licenses(taken: Taken, json: JsonObject): readonly string[] {
  return taken.objects(json, "licenses").flatMap((choice) => {
    const license = taken.object(choice, "license");
    const text = taken.text(choice, "expression") ?? taken.text(license, "id") ?? taken.text(license, "name");
    const acknowledged = taken.text(license ?? choice, "acknowledgement");
    return text === undefined ? [] : [acknowledged === undefined ? text : `${text} (${acknowledged})`];
  });
}

function suppliers(taken: Taken, json: JsonObject): readonly string[] {
  const entities = ["supplier", "manufacturer", "provider"].flatMap(
    (key) => taken.text(taken.object(json, key), "name") ?? [],
  );
  const authors = taken.objects(json, "authors").flatMap((each) => taken.text(each, "name") ?? []);
  const texts = ["publisher", "author"].flatMap((key) => taken.text(json, key) ?? []);
  return [...new Set([...entities, ...authors, ...texts])];
}

function hashes(taken: Taken, json: JsonObject): readonly string[] {
  return taken.objects(json, "hashes").map((hash) => {
    const words = [taken.text(hash, "alg"), taken.text(hash, "content")];
    return words.filter((word) => word !== undefined).join(" ");
  });
}

function ancestors(taken: Taken, json: JsonObject): readonly string[] {
  return taken.objects(taken.object(json, "pedigree"), "ancestors").map((each) => {
    taken.whole(each, "bom-ref");
    const words = [taken.text(each, "group"), taken.text(each, "name"), taken.text(each, "version")];
    return words.filter((word) => word !== undefined).join(" ");
  });
}

function datasets(taken: Taken, json: JsonObject): Draft["datasets"] {
  const parameters = taken.object(taken.object(json, "modelCard"), "modelParameters");
  return taken.objects(parameters, "datasets").map((each) => {
    const [ref, name] = [taken.text(each, "ref"), taken.text(each, "name")];
    return { ...(ref === undefined ? {} : { ref }), ...(name === undefined ? {} : { name }) };
  });
}

function dependencies(
  taken: Taken,
  document: JsonObject,
  names: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly string[]> {
  const edges = new Map<string, string[]>();
  for (const dependency of taken.objects(document, "dependencies")) {
    const { ref } = dependency;
    if (typeof ref === "string" && names.has(ref)) {
      taken.take(dependency, "ref");
      const needed = taken.someTexts(dependency, "dependsOn", () => true);
      const known = edges.get(ref) ?? [];
      edges.set(ref, known);
      // A component may have several entries.
      for (const each of needed) {
        known.push(names.get(each) ?? each);
      }
    }
  }
  return edges;
}
