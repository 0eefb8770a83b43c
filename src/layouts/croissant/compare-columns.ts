// SPDX-License-Identifier: Apache-2.0
// The columns that the fields of a record set take their values from (Croissant, `source.extract.column`), compared with
// those that the files have. Only files that state their columns are compared, and only with a document that names some.

import { finding } from "../../model/finding.ts";
import { columnsOf, shownColumns } from "../file-columns.ts";
import type { Reading } from "../reading.ts";
import type { DocumentPlace } from "./place.ts";

/** Columns by the id of the file object or file set that they are in. */
export type ClaimedColumns = Map<string, Set<string>>;

/** Reports columns that are claimed and not there, and says which ones nobody described. `filesOf`: paths by id. */
export function compareColumns(
  reading: Reading,
  claimed: ReadonlyMap<string, ReadonlySet<string>>,
  filesOf: ReadonlyMap<string, readonly string[]>,
  place: DocumentPlace,
): void {
  const where = { path: place.path, member: `${place.pointer}/recordSet` };
  const report = (code: Code, source: string, columns: ReadonlySet<string>): void => {
    if (columns.size > 0) {
      const args = { source: source.slice(0, 200), columns: shownColumns([...columns]) };
      reading.findings.add(finding(code, where, args));
    }
  };
  for (const [source, names] of claimed) {
    const found = (filesOf.get(source) ?? []).flatMap((path) => {
      const file = reading.directory.files.get(path);
      return (file === undefined ? undefined : columnsOf(file)) ?? [];
    });
    const missing = found.flatMap((columns) => [...names].filter((name) => !columns.has(name)));
    const undescribed = found.flatMap((columns) => [...columns].filter((name) => !names.has(name)));
    report("CROISSANT_COLUMN_MISSING", source, new Set(missing));
    report("CROISSANT_COLUMN_UNDESCRIBED", source, new Set(undescribed));
  }
}

type Code = "CROISSANT_COLUMN_MISSING" | "CROISSANT_COLUMN_UNDESCRIBED";
