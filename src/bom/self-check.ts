// SPDX-License-Identifier: Apache-2.0
// The last step of building: a document that is not valid, by schema or by meaning, is never handed out.
// It checks the document that the text was written from, which spares parsing the text again. Of a long
// list of files, whose values were checked one by one when they were written (plain-files.ts), it looks at
// the first, unless anything else in the document could have to do with the others.

import type { JsonObject } from "../bytes/json.ts";
import { renderMessage } from "../codes/render.ts";
import { AibomError } from "../errors.ts";
import { atLeast } from "../model/severity.ts";
import type { Document } from "./document.ts";
import { plainFileLists, replaceLists } from "./plain-files.ts";
import { validateBomDocument } from "./validate.ts";

/**
 * Validates a built document.
 * @throws {AibomError} BOM_SELF_INVALID, VALIDATORS_NOT_BUILT
 */
export async function checkBuiltBom(document: Document): Promise<void> {
  const lists = plainFileLists("dependencies", document["dependencies"]);
  const whole = (): JsonObject => replaceLists(document, ({ expand }) => expand()) as JsonObject;
  const reduced = replaceLists(document, ({ first }) => [first]) as JsonObject;
  const isProven = areListsApart(document, reduced);
  let { findings } = await validateBomDocument(isProven ? reduced : whole(), "bom");
  if (findings.length > 0 && isProven && lists.length > 0) {
    // A finding may be about what was left out (a reference to a file): only the whole document can tell.
    ({ findings } = await validateBomDocument(whole(), "bom"));
  }
  const worst = findings.find(({ severity }) => atLeast(severity, "high"));
  if (worst !== undefined) {
    const place = worst.location.member ?? worst.location.path;
    const reason = `${worst.code} at ${place}: ${renderMessage(worst.code, worst.args)}`;
    throw AibomError.of("BOM_SELF_INVALID", { reason });
  }
}

/**
 * True if no file that `reduced` leaves out can be owned or stated twice: each list stands in one component
 * and once among the dependencies, with refs of its own, and besides the first file's nothing else in the
 * document has such a ref.
 */
function areListsApart(document: Document, reduced: JsonObject): boolean {
  const inComponents = ["metadata", "components"].flatMap((key) => plainFileLists(key, document[key]));
  const inDependencies = plainFileLists("dependencies", document["dependencies"]);
  const prefixes = new Map(inComponents.map(({ files }) => [files.refPrefix, files]));
  const areOnce =
    prefixes.size === inComponents.length &&
    new Set(inDependencies).size === inComponents.length &&
    inDependencies.length === inComponents.length &&
    inDependencies.every(({ files }) => prefixes.get(files.refPrefix) === files);
  if (!areOnce || inComponents.length === 0) {
    return areOnce;
  }
  // Once as a bom-ref and once as an entry of its own; a prefix ends at the first slash.
  const seen = new Map<string, number>();
  visitRefs(reduced, (ref) => {
    const prefix = ref.slice(0, ref.indexOf("/") + 1);
    if (prefixes.has(prefix)) {
      seen.set(prefix, (seen.get(prefix) ?? 0) + 1);
    }
  });
  return [...prefixes.keys()].every((prefix) => seen.get(prefix) === 2);
}

/** Calls `visit` with each `ref` and `bom-ref` inside. The builder bounds the depth. */
function visitRefs(value: unknown, visit: (ref: string) => void): void {
  if (Array.isArray(value)) {
    for (const each of value) {
      visitRefs(each, visit);
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      if (typeof each === "string" && (key === "bom-ref" || key === "ref")) {
        visit(each);
      } else {
        visitRefs(each, visit);
      }
    }
  }
}
