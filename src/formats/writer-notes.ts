// SPDX-License-Identifier: Apache-2.0
// Notes that writers of Parquet and Arrow files leave in the schema: their names, and what Hugging Face's `datasets`
// says about the set. Other notes are named and not copied: some libraries put rows there.

import { isJsonObject, type JsonObject, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { FactName } from "../model/fact.ts";
import type { ClaimList } from "./claim-list.ts";

export type WriterNote = readonly [key: string, value: string];

/** Adds the claims of the notes of one file. */
export function addWriterNotes(notes: readonly WriterNote[], claims: ClaimList, path: string): void {
  for (const [key, value] of notes) {
    claims.claim("metadata", { key: "schema.note", value: key }, { path, pointer: "metadata" });
    if (key === "huggingface") {
      huggingFaceClaims(value, claims, path);
    }
  }
}

const infoTexts: readonly (readonly [key: string, name: FactName])[] = [
  ["description", "description"],
  ["citation", "citation"],
  ["homepage", "url"],
  ["license", "license"],
];

/** DatasetInfo in the `huggingface` note; a note that is not valid says nothing, and nobody loads it. */
function huggingFaceClaims(text: string, claims: ClaimList, path: string): void {
  const pointer = "huggingface/info";
  const info = infoOf(text, path);
  for (const [key, name] of infoTexts) {
    const value = info !== undefined && Object.hasOwn(info, key) ? info[key] : undefined;
    if (typeof value === "string" && value !== "") {
      claims.claim(name, value, { path, pointer: `${pointer}/${key}` });
    }
  }
}

function infoOf(text: string, path: string): JsonObject | undefined {
  try {
    const maxBytes = limits.maxFrontMatterBytes;
    const value = parseJson(Buffer.from(text), { path, maxBytes, maxDepth: limits.maxJsonDepth });
    const info = isJsonObject(value) && Object.hasOwn(value, "info") ? value["info"] : undefined;
    return isJsonObject(info) ? info : undefined;
  } catch (error) {
    if (error instanceof AibomError) {
      return undefined;
    }
    throw error;
  }
}
