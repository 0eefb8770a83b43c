// SPDX-License-Identifier: Apache-2.0
// rpm's SQLite database (rpm 4.16 and later): the table Packages has a header in each row. Opened from bytes in memory,
// with Node's own SQLite: nothing is written, no lock or journal appears beside the file, and images need no disk.

import { DatabaseSync } from "node:sqlite";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";

/** Bytes 18 and 19: the file format versions. 2 means a journal beside the file, which memory has not. */
const versionsOffset = 18;

/** The headers. @throws {AibomError} PACKAGE_RECORD_INVALID */
export function readSqliteHeaders(bytes: Uint8Array, path: string): readonly Uint8Array[] {
  const copy = Uint8Array.from(bytes);
  copy.fill(1, versionsOffset, versionsOffset + 2);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(":memory:", { allowExtension: false, defensive: true });
    database.deserialize(copy);
    // Only plain tables: a view or trigger in a hostile file must not decide what runs.
    const table = database.prepare("SELECT type, sql FROM sqlite_schema WHERE name = 'Packages'").get() as
      | { type?: unknown; sql?: unknown }
      | undefined;
    if (table?.type !== "table" || /\b(?:VIRTUAL|GENERATED)\b/i.test(String(table.sql))) {
      throw new Error("it has no table of packages");
    }
    const rows = database
      .prepare("SELECT blob FROM Packages ORDER BY hnum LIMIT ?")
      .iterate(limits.maxPackagesPerRecord + 1);
    const headers: Uint8Array[] = [];
    for (const { blob } of rows as Iterable<{ blob?: unknown }>) {
      if (!(blob instanceof Uint8Array)) {
        throw new Error("a package is no header");
      }
      if (headers.push(blob) > limits.maxPackagesPerRecord) {
        throw new Error(`it has more than ${limits.maxPackagesPerRecord} packages`);
      }
    }
    return headers;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw AibomError.of("PACKAGE_RECORD_INVALID", { reason }, { where: { path }, cause });
  } finally {
    database?.close();
  }
}
