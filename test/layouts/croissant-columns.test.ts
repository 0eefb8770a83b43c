// SPDX-License-Identifier: Apache-2.0
// The columns that a Croissant document takes its values from, against those that the files have.

import assert from "node:assert/strict";
import { test } from "node:test";
import { croissantDocument } from "../../fixtures/dataset.ts";
import { buildParquet } from "../../fixtures/parquet.ts";
import { croissant } from "../../src/layouts/croissant.ts";
import { codesOf, describeFiles } from "./dataset-layouts.ts";

/** Columns `id` and `text`. */
const shard = buildParquet({ groups: [4n] });

const field = (source: object, column: string): object => ({
  "@type": "cr:Field",
  "@id": `rows/${column}`,
  dataType: "sc:Text",
  source: { ...source, extract: { column } },
});

function describe(
  columns: readonly string[],
  kind: "fileSet" | "fileObject",
  files: Readonly<Record<string, unknown>>,
) {
  const distribution =
    kind === "fileSet"
      ? {
          "@type": "cr:FileSet",
          "@id": "data",
          encodingFormat: "application/x-parquet",
          includes: "data/*.parquet",
        }
      : {
          "@type": "cr:FileObject",
          "@id": "data",
          encodingFormat: "application/x-parquet",
          contentUrl: "data/a.parquet",
        };
  const recordSet = {
    "@type": "cr:RecordSet",
    "@id": "rows",
    field: columns.map((column) => field({ [kind]: { "@id": "data" } }, column)),
  };
  return describeFiles(croissant, {
    "croissant.json": croissantDocument({ distribution: [distribution], recordSet: [recordSet] }),
    ...files,
  });
}

const files = { "data/a.parquet": shard, "data/b.parquet": shard };

for (const kind of ["fileSet", "fileObject"] as const) {
  test(`${kind}: columns that are there are no finding`, () => {
    assert.deepEqual(codesOf(describe(["id", "text"], kind, files)), []);
  });

  test(`${kind}: a column that is not there, and one that nobody described`, () => {
    const { findings } = describe(["id", "label"], kind, files);
    assert.deepEqual(
      findings.map(({ code, severity, args }) => [code, severity, args]),
      [
        ["CROISSANT_COLUMN_MISSING", "medium", { source: "data", columns: "label" }],
        ["CROISSANT_COLUMN_UNDESCRIBED", "info", { source: "data", columns: "text" }],
      ],
    );
  });
}

test("files that do not state their columns, and files that are not here, are not compared", () => {
  assert.deepEqual(codesOf(describe(["a"], "fileSet", { "data/a.parquet": "no parquet" })), []);
  const described = describe(["a"], "fileObject", {});
  assert.ok(described.findings.every(({ code }) => !code.startsWith("CROISSANT_COLUMN")));
});
