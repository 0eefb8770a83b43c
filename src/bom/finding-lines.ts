// SPDX-License-Identifier: Apache-2.0
// Where findings stand in the BOM, for reports that point at lines: those about the BOM itself, about an artifact as a whole,
// and about a file that it lists. Apart from verification: a verdict never rests on it.

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, parseJson } from "../bytes/json.ts";
import { jsonLines } from "../bytes/json-lines.ts";
import { limits } from "../limits.ts";
import type { Finding } from "../model/finding.ts";

/** They compare a file with what the BOM lists of it. */
const aboutFiles: ReadonlySet<string> = new Set([
  "BOM_FILE_MISSING",
  "BOM_FILE_CHANGED",
  "BOM_FILE_NO_DIGEST",
]);

/**
 * Lines, counted from 1, of those of the findings that have a place in the BOM.
 * @param name what findings about the BOM have as their subject
 * @throws {AibomError} JSON_*
 */
export function findingLines(
  bytes: Uint8Array,
  name: string,
  findings: readonly Finding[],
): ReadonlyMap<Finding, number> {
  const aboutBom = findings.filter(({ subject }) => subject === name);
  const listed = findings.filter(
    (each) => each.subject !== name && (isWhole(each) || aboutFiles.has(each.code)),
  );
  const pointers = new Map(aboutBom.map((each) => [each, pointerIn(each)] as const));
  if (listed.length > 0) {
    const document = parseJson(bytes, {
      path: name,
      maxBytes: limits.maxBomBytes,
      maxDepth: limits.maxBomDepth,
    });
    const places = namedPlaces(document, new Set(listed.map(nameOf)));
    for (const each of listed) {
      const found = choose(places.get(nameOf(each)) ?? [], each);
      if (found !== undefined) {
        pointers.set(each, found);
      }
    }
  }
  const lines = jsonLines(bytes, pointers.values());
  return new Map(
    [...pointers].flatMap(([each, pointer]) => {
      const line = lines.get(pointer);
      return line === undefined ? [] : [[each, line] as const];
    }),
  );
}

/** Of a finding about the BOM; the document itself if it names nothing in it. */
function pointerIn({ location }: Finding): string {
  return location.member?.startsWith("/") === true ? location.member : "";
}

function isWhole({ location }: Finding): boolean {
  return location.path === "." || location.path === "";
}

/** What the component is called that the finding is about. */
function nameOf(each: Finding): string {
  return isWhole(each) ? each.subject : each.location.path;
}

interface NamedPlace {
  readonly pointer: string;
  /** Names of the components that it is inside of, and its own. */
  readonly inside: readonly string[];
}

/** The components of these names, by name. */
function namedPlaces(
  document: JsonValue,
  names: ReadonlySet<string>,
): ReadonlyMap<string, readonly NamedPlace[]> {
  const places = new Map<string, NamedPlace[]>();
  // Recursion is bounded: the parser refuses deep documents.
  const visit = (component: JsonObject, pointer: string, outer: readonly string[]): void => {
    const name = component["name"];
    const inside = typeof name === "string" ? [...outer, name] : outer;
    if (typeof name === "string" && names.has(name)) {
      places.set(name, [...(places.get(name) ?? []), { pointer, inside }]);
    }
    visitAll(component["components"], `${pointer}/components`, inside);
  };
  const visitAll = (list: JsonValue | undefined, pointer: string, inside: readonly string[]): void => {
    for (const [index, each] of (isJsonArray(list) ? list : []).entries()) {
      if (isJsonObject(each)) {
        visit(each, `${pointer}/${index}`, inside);
      }
    }
  };
  if (isJsonObject(document)) {
    const metadata = document["metadata"];
    const described = isJsonObject(metadata) ? metadata["component"] : undefined;
    if (isJsonObject(described)) {
      visit(described, "/metadata/component", []);
    }
    visitAll(document["components"], "/components", []);
  }
  return places;
}

/** Inside the component of the artifact's name if one is; a name that several have elsewhere is no place. */
function choose(places: readonly NamedPlace[], { subject }: Finding): string | undefined {
  const own = places.filter(({ inside }) => inside.includes(subject));
  const fitting = own.length > 0 ? own : places;
  // A component and a file in it may share a name: the outer one is meant.
  const depth = Math.min(...fitting.map(({ inside }) => inside.length));
  const [first, ...others] = fitting.filter(({ inside }) => inside.length === depth);
  return others.length === 0 ? first?.pointer : undefined;
}
