// SPDX-License-Identifier: Apache-2.0
// Tables that are a directory with a directory of metadata in it, however many there are and however deep they lie.

import type { DirectoryView, Layout, LayoutDescription } from "./layout.ts";
import { Reading, splitPath } from "./reading.ts";

/**
 * A layout of tables whose metadata lies in directories of this name. `describeTable` gets such a directory and the
 * table's own, and returns false if there is no table after all.
 */
export function tableLayout(
  id: string,
  metadataFolder: string,
  describeTable: (reading: Reading, metadata: string, table: string) => boolean,
): Layout {
  return {
    id,
    describe(directory: DirectoryView): LayoutDescription {
      const reading = new Reading(directory);
      let isTable = false;
      for (const [folder] of reading.folders()) {
        const [table, name] = splitPath(folder);
        if (name === metadataFolder && describeTable(reading, folder, table)) {
          isTable = true;
        }
      }
      return {
        facts: [...reading.claims.facts, ...reading.expected],
        findings: reading.findings.all(),
        unverified: [...reading.unverified],
        ...(isTable && { dataset: "described" as const }),
      };
    },
  };
}
