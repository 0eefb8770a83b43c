// SPDX-License-Identifier: Apache-2.0
// The patterns of Croissant file sets, compared with the files that lie beside the document.

import assert from "node:assert/strict";
import { test } from "node:test";
import { croissantDocument } from "../../fixtures/dataset.ts";
import { croissant } from "../../src/layouts/croissant.ts";
import type { LayoutDescription } from "../../src/layouts/layout.ts";
import { codesOf, describeFiles, metadataOf } from "./dataset-layouts.ts";

function withFileSet(fields: object, folder = ""): LayoutDescription {
  const fileSet = { "@type": "cr:FileSet", "@id": "images", encodingFormat: "image/png", ...fields };
  return describeFiles(croissant, {
    [`${folder}croissant.json`]: croissantDocument({ distribution: [fileSet], recordSet: [] }),
    [`${folder}images/a.png`]: "a",
    [`${folder}images/b.png`]: "b",
    [`${folder}images/deep/c.png`]: "c",
    "elsewhere.png": "d",
  });
}

test("files of a set are counted, wherever the document lies", () => {
  for (const [fields, count] of [
    [{ includes: "images/*.png" }, 2],
    [{ includes: ["./images/**/*.png"] }, 3],
    [{ includes: "images/**/*.png", excludes: "images/b.*" }, 2],
  ] as const) {
    for (const folder of ["", "data/set/"]) {
      const described = withFileSet(fields, folder);
      assert.deepEqual(metadataOf(described, "croissant.files"), [`images: ${count}`]);
      assert.deepEqual(codesOf(described), []);
    }
  }
});

test("a set without files is reported if they would lie here", () => {
  const described = withFileSet({ includes: "images/*.jpg" });
  assert.deepEqual(codesOf(described), ["CROISSANT_INVALID"]);
  assert.equal(described.findings[0]?.severity, "low");
});

test("patterns that would take too long are not followed", () => {
  for (const includes of ["*a".repeat(5000), Array.from({ length: 5000 }, () => "**/x")]) {
    const start = performance.now();
    const described = withFileSet({ includes });
    assert.deepEqual(metadataOf(described, "croissant.files"), []);
    assert.ok(!codesOf(described).includes("CROISSANT_INVALID"));
    assert.ok(performance.now() - start < 2000);
  }
});
