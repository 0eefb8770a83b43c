// SPDX-License-Identifier: Apache-2.0
// The columns that a file of data itself has, for comparison with what a description claims.

import type { JsonObject } from "../bytes/json.ts";
import type { LayoutFile } from "./layout.ts";

/** Formats that state all their columns; of rows of JSON only the first are looked at, and a CSV file's header can only be guessed. */
const typed: ReadonlySet<string> = new Set(["parquet", "arrow", "arrow-stream", "avro"]);

/** Names of the columns; undefined if the file does not state them all. */
export function columnsOf({ format, description }: LayoutFile): ReadonlySet<string> | undefined {
  const schema = typed.has(format)
    ? description?.facts.find(({ name, grade }) => name === "schema" && grade === "computed")?.value
    : undefined;
  const isObject = typeof schema === "object" && schema !== null && !Array.isArray(schema);
  return isObject ? new Set(Object.keys(schema as JsonObject)) : undefined;
}

/** A few names; data may be in them, so they are cut. */
export function shownColumns(names: readonly string[]): string {
  const some = names.slice(0, 5).map((name) => name.slice(0, 60));
  return names.length === 0 ? "none" : `${some.join(", ")}${names.length > some.length ? " …" : ""}`;
}
