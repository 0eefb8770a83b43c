// SPDX-License-Identifier: Apache-2.0
// The columns of rows that are JSON: the keys of the first rows, each with the types of its values. Values never leave
// the file.

import { isJsonObject, type JsonValue, parseJson } from "../../bytes/json.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { finding } from "../../model/finding.ts";
import type { ClaimList } from "../claim-list.ts";
import type { FindingList } from "../finding-list.ts";

/** More keys than a table has columns: the keys are data themselves. */
const maxColumns = 500;

/** Keys of the rows read so far. */
export class KeyTypes {
  /** Numbers of the rows that are not strict JSON; each is a finding. */
  readonly invalidRows = new Set<number>();
  readonly #types = new Map<string, Set<string>>();
  readonly #path: string;
  readonly #findings: FindingList;

  constructor(path: string, findings: FindingList) {
    this.#path = path;
    this.#findings = findings;
  }

  /** Takes in one row, counted from 1, whose text starts at `offset`. */
  add(row: Uint8Array, number: number, offset: number): void {
    const path = this.#path;
    const options = { path, maxBytes: limits.maxSampledRowBytes, maxDepth: limits.maxJsonDepth, offset };
    try {
      const value = parseJson(row, options);
      for (const [key, each] of isJsonObject(value) ? Object.entries(value) : []) {
        const known = this.#types.get(key) ?? new Set<string>();
        this.#types.set(key, known.add(typeOf(each)));
      }
    } catch (error) {
      if (!(error instanceof AibomError)) {
        throw error;
      }
      this.invalidRows.add(number);
      const where = { path, offset: error.where?.offset ?? offset };
      this.#findings.add(finding("JSONL_ROW_INVALID", where, { row: number, reason: error.message }));
    }
  }

  /** States the columns, if there are any. */
  state(claims: ClaimList): void {
    if (this.#types.size > 0 && this.#types.size <= maxColumns) {
      const columns = [...this.#types].map(([key, types]) => [key, [...types].sort().join(" | ")] as const);
      claims.computed("columns.count", columns.length, { path: this.#path });
      claims.computed("schema", Object.fromEntries(columns), { path: this.#path });
    }
  }
}

function typeOf(value: JsonValue): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}
