// SPDX-License-Identifier: Apache-2.0
// JSON Lines (jsonlines.org) and NDJSON: encoding, rows, and the keys of the first rows with their types. Rows are
// counted by their line ends; the first ones are read as strict JSON. Values never leave the file.

import type { ByteSource } from "../bytes/byte-source.ts";
import { isJsonObject, type JsonValue, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { finding } from "../model/finding.ts";
import { ClaimList } from "./claim-list.ts";
import { addUncounted } from "./counted-rows.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Head, Match } from "./format.ts";
import { LineCounter } from "./text-data/lines.ts";
import { looksLikeText, TextWindows } from "./text-data/text-windows.ts";

const extensions = [".jsonl", ".ndjson"];

/** The JSON Lines reader. */
export const jsonLines: Format = {
  id: "jsonl",
  holdsWeights: false,
  extensions,
  match: (head: Head): Match =>
    extensions.some((each) => head.path.toLowerCase().endsWith(each)) && looksLikeText(head.bytes)
      ? "possible"
      : "no",
  describe,
};

function describe(file: ByteSource): Description {
  const source = { path: file.path };
  const findings = new FindingList(file.path);
  const claims = new ClaimList(findings);
  const text = new TextWindows(file);
  const keys = new KeyTypes();
  const invalidRows = new Set<number>();
  const lines = new LineCounter((line, number, offset) => {
    const fault = keys.add(line, file.path, offset);
    if (fault !== undefined) {
      invalidRows.add(number);
      const where = { ...source, offset: fault.where?.offset ?? offset };
      findings.add(finding("JSONL_ROW_INVALID", where, { row: number, reason: fault.message }));
    }
  });
  for (const window of text.windows()) {
    lines.add(window);
  }
  const rows = lines.finish();
  claims.computed("encoding", text.encoding, source);
  if (text.invalidAt !== undefined) {
    findings.add(finding("TEXT_DATA_NOT_UTF8", { ...source, offset: text.invalidAt }, {}));
  }
  if (text.isCut) {
    addUncounted(claims, file);
  } else {
    claims.computed("rows.count", rows, source);
  }
  const columns = keys.columns();
  if (columns.size > 0) {
    claims.computed("columns.count", columns.size, source);
    claims.computed("schema", Object.fromEntries(columns), source);
  }
  return {
    facts: claims.facts,
    findings: findings.all(),
    references: [],
    ...(invalidRows.has(1) && { incomplete: true as const }),
  };
}

/** More keys than a table has columns: the keys are data themselves. */
const maxColumns = 500;

/** Keys of the rows read so far, each with the types of its values. */
class KeyTypes {
  readonly #types = new Map<string, Set<string>>();

  /** Takes in one row; its fault if it is not strict JSON. */
  add(line: Uint8Array, path: string, offset: number): AibomError | undefined {
    try {
      const options = { path, maxBytes: limits.maxSampledRowBytes, maxDepth: limits.maxJsonDepth, offset };
      const value = parseJson(line, options);
      for (const [key, each] of isJsonObject(value) ? Object.entries(value) : []) {
        const known = this.#types.get(key) ?? new Set<string>();
        this.#types.set(key, known.add(typeOf(each)));
      }
      return undefined;
    } catch (error) {
      if (error instanceof AibomError) {
        return error;
      }
      throw error;
    }
  }

  columns(): ReadonlyMap<string, string> {
    return this.#types.size > maxColumns
      ? new Map()
      : new Map([...this.#types].map(([key, types]) => [key, [...types].sort().join(" | ")]));
  }
}

function typeOf(value: JsonValue): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}
