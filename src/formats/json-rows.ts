// SPDX-License-Identifier: Apache-2.0
// JSON files whose outermost value is an array of objects (RFC 8259), as datasets are shipped: encoding, rows, and the
// keys of the first rows with their types. The file is read in windows, so that its size costs time and no memory.

import type { ByteSource } from "../bytes/byte-source.ts";
import { finding } from "../model/finding.ts";
import { ClaimList } from "./claim-list.ts";
import { stateRows } from "./counted-rows.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Head, Match } from "./format.ts";
import { ArrayRows } from "./text-data/array-rows.ts";
import { KeyTypes } from "./text-data/key-types.ts";
import { TextWindows } from "./text-data/text-windows.ts";

/** The reader of arrays of objects. Its files share the extension with everything else, so no name promises it. */
export const jsonRows: Format = {
  id: "json-rows",
  holdsWeights: false,
  extensions: [".json"],
  match: ({ bytes, path }: Head): Match => {
    const start = Buffer.from(bytes)
      .toString("latin1")
      .replace(/^\xef\xbb\xbf/, "");
    const isArray = /\.json$/i.test(path) && /^\s*\[\s*\{/.test(start);
    return isArray && !isModuleList(path, start) ? "possible" : "no";
  },
  describe,
};

/** The steps of a sentence-transformers model: a configuration, not rows. */
function isModuleList(path: string, start: string): boolean {
  return /(?:^|\/)modules\.json$/.test(path) && start.includes('"idx"');
}

function describe(file: ByteSource): Description {
  const findings = new FindingList(file.path);
  const claims = new ClaimList(findings);
  const text = new TextWindows(file);
  const keys = new KeyTypes(file.path, findings);
  const rows = new ArrayRows((row, number, offset) => keys.add(row, number, offset), text.start);
  for (const window of text.windows()) {
    rows.add(window);
  }
  stateRows(file, text, text.isCut ? 0 : rows.finish(), claims, findings);
  keys.state(claims);
  const { fault } = rows;
  if (fault !== undefined) {
    const { reason, offset } = fault;
    findings.add(finding("JSON_ROWS_INVALID", { path: file.path, offset }, { reason }));
  }
  const isBroken = fault !== undefined || keys.invalidRows.has(1);
  return {
    facts: claims.facts,
    findings: findings.all(),
    references: [],
    ...(isBroken && { incomplete: true as const }),
  };
}
