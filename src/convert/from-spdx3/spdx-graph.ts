// SPDX-License-Identifier: Apache-2.0
// An SPDX 3.0.1 document in JSON-LD as a graph: elements by id, relationships by where they begin. Elements that stand inline are
// not looked for: every tool writes a flat graph.

import { isJsonObject, type JsonObject, type JsonValue } from "../../bytes/json.ts";
import { AibomError } from "../../errors.ts";
import type { Taken } from "../taken.ts";

/** The context of the one version that is read. */
const knownContext = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld";

export interface SpdxRelation {
  readonly json: JsonObject;
  readonly type: string;
  readonly to: readonly string[];
}

export interface ReadGraph {
  readonly taken: Taken;
  readonly byId: ReadonlyMap<string, JsonObject>;
  readonly byType: ReadonlyMap<string, readonly JsonObject[]>;
  readonly relations: ReadonlyMap<string, readonly SpdxRelation[]>;
}

/** True if a parsed document is SPDX 3 in JSON-LD. */
export function isSpdx3(document: JsonValue): document is JsonObject {
  return isJsonObject(document) && Object.hasOwn(document, "@context") && Object.hasOwn(document, "@graph");
}

/**
 * Reads the graph of a document.
 * @throws {AibomError} BOM_UNSUPPORTED
 */
export function readGraph(document: JsonObject, taken: Taken, path: string): ReadGraph {
  if (taken.whole(document, "@context") !== knownContext) {
    throw AibomError.of("BOM_UNSUPPORTED", { reason: "it is SPDX, but not 3.0.1" }, { where: { path } });
  }
  const elements = taken.objects(document, "@graph");
  const byId = new Map<string, JsonObject>();
  const relations = new Map<string, SpdxRelation[]>();
  for (const element of elements) {
    const id = element["spdxId"] ?? element["@id"];
    if (typeof id === "string" && !byId.has(id)) {
      byId.set(id, element);
    }
    const { from, relationshipType: type, to } = element;
    if (typeof from === "string" && typeof type === "string" && Array.isArray(to)) {
      const ids = to.filter((each) => typeof each === "string");
      const relation = { json: element, type, to: ids };
      const known = relations.get(from);
      if (known === undefined) {
        relations.set(from, [relation]);
      } else {
        known.push(relation);
      }
    }
  }
  return { taken, byId, byType: Map.groupBy(elements, ({ type }) => String(type)), relations };
}

/** The targets of an element's relationships of a kind, which count as read. */
export function related(graph: ReadGraph, from: string, type: string): readonly string[] {
  const found = (graph.relations.get(from) ?? []).filter((each) => each.type === type);
  return found.flatMap(({ json, to }) => {
    for (const key of ["type", "spdxId", "creationInfo", "from", "relationshipType", "to"]) {
      graph.taken.whole(json, key);
    }
    return to;
  });
}
