// SPDX-License-Identifier: Apache-2.0
// Citations (CycloneDX 1.7) point at places of a document. In the merged one components stand elsewhere, so the pointers
// follow them; a citation of anything else cannot.

import { isJsonArray, type JsonObject } from "../../bytes/json.ts";
import { objectsIn, union } from "./combine.ts";

interface CitedPart {
  readonly document: JsonObject;
  readonly rootRef: string | undefined;
}

/**
 * @param places for each part the places of its components in the merged document, that of its root first
 */
export function rebaseCitations(
  parts: readonly CitedPart[],
  places: readonly (readonly number[])[],
): { readonly citations: JsonObject[]; readonly lost: readonly (readonly string[])[] } {
  const lost: string[][] = [];
  const lists = parts.map(({ document, rootRef }, index) => {
    const of = places[index] ?? [];
    const offset = rootRef === undefined ? 0 : 1;
    const place = (pointer: string): string | undefined => rebase(pointer, of, offset);
    const all = objectsIn(document["citations"]);
    const kept = all.flatMap((citation) => rebased(citation, place));
    lost.push(kept.length === all.length ? [] : [`${all.length - kept.length} of ${all.length} citations`]);
    return kept;
  });
  return { citations: union(lists), lost };
}

/** The citation with the pointers that could follow; none if there is none. */
function rebased(citation: JsonObject, place: (pointer: string) => string | undefined): JsonObject[] {
  const pointers = isJsonArray(citation["pointers"]) ? citation["pointers"] : [];
  const moved = pointers.flatMap((pointer) => (typeof pointer === "string" ? (place(pointer) ?? []) : []));
  // A signed citation would no longer be what was signed.
  const { expressions: _, ...rest } = citation;
  return moved.length === 0 || citation["signature"] !== undefined ? [] : [{ ...rest, pointers: moved }];
}

function rebase(pointer: string, places: readonly number[], offset: number): string | undefined {
  const [, root, position, rest = ""] =
    /^(?:(\/metadata\/component)|\/components\/(0|[1-9][0-9]{0,8}))(\/.*)?$/s.exec(pointer) ?? [];
  const index = root === undefined ? Number(position ?? Number.NaN) + offset : 0;
  const place = root !== undefined && offset === 0 ? undefined : places[index];
  return place === undefined ? undefined : `/components/${place}${rest}`;
}
