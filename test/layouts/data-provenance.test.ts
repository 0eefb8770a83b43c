// SPDX-License-Identifier: Apache-2.0
// Documents of the Data Provenance Standards 1.0.0.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { dataProvenanceDocument } from "../../fixtures/dataset.ts";
import { jsonFile } from "../../fixtures/hugging-face.ts";
import { dataProvenance } from "../../src/layouts/data-provenance.ts";
import { corpus } from "../corpora.ts";
import { mutate, seededRandom } from "../formats/hostile.ts";
import { codesOf, describeFiles, metadataOf, valuesOf } from "./dataset-layouts.ts";

test("a full document makes claims and no findings", () => {
  const description = describeFiles(dataProvenance, { "dps.json": dataProvenanceDocument() });
  assert.equal(description.dataset, "described");
  assert.deepEqual(description.findings, []);
  assert.deepEqual(valuesOf(description, "name"), ["Customer calls"]);
  assert.deepEqual(valuesOf(description, "organization"), ["Example Bank"]);
  assert.deepEqual(valuesOf(description, "governance"), [{ role: "owner", name: "Example Bank" }]);
  assert.deepEqual(valuesOf(description, "classification"), ["PII"]);
  assert.deepEqual(valuesOf(description, "sensitive_data"), ["PII"]);
  assert.deepEqual(valuesOf(description, "use_case"), ["service: quality of service"]);
  assert.deepEqual(valuesOf(description, "license"), ["https://data.example/terms"]);
  assert.deepEqual(valuesOf(description, "created"), ["2026-01-01"]);
  assert.deepEqual(valuesOf(description, "data_source"), [{ name: "Example Call Centre" }]);
  assert.deepEqual(valuesOf(description, "derived_from"), [
    { name: "https://data.example/dps/0", url: "https://data.example/dps/0" },
  ]);
  assert.deepEqual(metadataOf(description, "origin-geography"), ["DE-BE"]);
  assert.deepEqual(metadataOf(description, "storage-forbidden"), ["XX"]);
  assert.deepEqual(metadataOf(description, "generation-period"), ["2024-01-01/2024-12-31"]);
  assert.deepEqual(metadataOf(description, "privacy-enhancing"), ["masking"]);
});

test("JSON of other kinds is left alone", () => {
  const others = [
    { source: "x", issuer: "y", title: "z" },
    { source: { issuer: "y", title: "z" } },
    { title: "a", issuer: "b", source: [] },
  ];
  for (const other of others) {
    const description = describeFiles(dataProvenance, { "provenance.json": other });
    assert.deepEqual(description, { facts: [], findings: [], unverified: [] });
  }
});

test("a field of the wrong shape is a finding and hides nothing", () => {
  const document = dataProvenanceDocument();
  const cases = [
    { ...document, use: [] },
    { ...document, provenance: { "origin-geography": [{ planet: "Mars" }] } },
    { ...document, use: { license: [3] } },
    { ...document, use: { classification: [{ evaluated: true }] } },
  ];
  for (const each of cases) {
    const description = describeFiles(dataProvenance, { "dps.json": each });
    assert.deepEqual(codesOf(description), ["DATA_PROVENANCE_INVALID"]);
    assert.deepEqual(valuesOf(description, "name"), ["Customer calls"]);
  }
});

test("whatever bytes change, there is a description", () => {
  const random = seededRandom(3);
  const sample = jsonFile(dataProvenanceDocument());
  for (let round = 0; round < 10_000; round += 1) {
    describeFiles(dataProvenance, { "dps.json": mutate(sample, random) });
  }
});

const documents = corpus("formats/made/dps");
test("the document of the corpora", { skip: documents.missing }, () => {
  const name = "data-provenance.json";
  const description = describeFiles(dataProvenance, { [name]: readFileSync(join(documents.path, name)) });
  assert.deepEqual(description.findings, []);
  assert.deepEqual(valuesOf(description, "name"), ["Customer calls 2024"]);
});
