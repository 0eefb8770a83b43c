// SPDX-License-Identifier: Apache-2.0
// Licence texts: clauses by their words, nothing from any other file.

import assert from "node:assert/strict";
import test from "node:test";
import { licenseText } from "../../src/layouts/license-text.ts";
import { limits } from "../../src/limits.ts";
import { codesOf, describeFiles, valuesOf } from "./dataset-layouts.ts";

const clausesIn = (files: Readonly<Record<string, string>>) =>
  (valuesOf(describeFiles(licenseText, files), "license.clause") as { clause: string }[]).map(
    ({ clause }) => clause,
  );

test("clauses are found across line breaks and emphasis", () => {
  const text = "Licensor may Restrict\n   (remotely or **otherwise**)\n> usage of it.";
  assert.deepEqual(clausesIn({ "LICENSE.md": text }), ["remote-restriction"]);
  assert.deepEqual(clausesIn({ "sub/USE_POLICY": "700 Million Monthly\tActive Users" }), ["mau-cap"]);
  assert.deepEqual(clausesIn({ LICENSE: "a revocable license" }), ["revocable"]);
});

test("an ordinary licence has none, and other files are not looked at", () => {
  assert.deepEqual(clausesIn({ LICENSE: "a perpetual, irrevocable license; no warranty" }), []);
  assert.deepEqual(clausesIn({ "README.md": "non-commercial", "licenses.json": "non-commercial" }), []);
});

test("a text over the limit is unverified, never clean", () => {
  const description = describeFiles(licenseText, { LICENSE: "x".repeat(limits.maxLicenseTextBytes + 1) });
  assert.deepEqual(description.unverified, ["LICENSE"]);
  assert.deepEqual(codesOf(description), ["SOURCE_TOO_LARGE"]);
});
