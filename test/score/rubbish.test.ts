// SPDX-License-Identifier: Apache-2.0
// Readiness cannot be had for rubbish, and no document makes a score take for ever.

import assert from "node:assert/strict";
import test from "node:test";
import type { JsonObject } from "../../src/bytes/json.ts";
import { scoreProfileIds } from "../../src/score/element.ts";
import { worthOf } from "../../src/score/look.ts";
import { scoreBom } from "../../src/score/score-bom.ts";

test("blanks, invisible characters and signs say nothing", () => {
  const empty = ["", " ", "\t\n", "\u00a0", "\u200b", "\ufeff\u2060", "\u00ad", "\u3164", "\u{e0041}"];
  for (const text of [
    ...empty,
    "-",
    "--",
    "?",
    "...",
    "*",
    "_",
    "\u2014",
    "[]",
    "\u202e",
    "\u200b".repeat(5000),
  ]) {
    assert.equal(worthOf(text), "nothing", JSON.stringify(text.slice(0, 20)));
    assert.equal(worthOf([{ name: text }]), "nothing", JSON.stringify(text.slice(0, 20)));
  }
});

test("what people write into a field that they cannot fill says that it is not known", () => {
  for (const text of [
    ...["NOASSERTION", "Unknown", "unknown.", "<unknown>", "n/a", "N/A", "TBD", "todo", "null", "undefined"],
    ...["not_specified", "Not  available", "not-applicable", "un\u200bknown", "(to be determined)", "XXX"],
  ]) {
    assert.equal(worthOf(text), "unknown", text);
  }
});

test("what says something still does", () => {
  for (const text of [
    "NONE",
    "none",
    "0",
    "1.0",
    "x",
    "NA-7",
    "模型",
    "unknown unknowns",
    "C++",
    "null pointer",
  ]) {
    assert.equal(worthOf(text), "something", text);
  }
});

test("20,000 models and as many empty workflows, properties and compositions are scored in linear time", () => {
  const numbers = Array.from({ length: 20_000 }, (_, index) => index);
  const document: JsonObject = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    components: numbers.map((index) => ({ type: "machine-learning-model", name: `m${index}` })),
    formulation: [{ workflows: numbers.map((index) => ({ "bom-ref": `w${index}`, uid: "" })) }],
    properties: numbers.map((index) => ({ name: `p${index}`, value: "x" })),
    compositions: numbers.map(() => ({ aggregate: "unknown" })),
  };
  const started = performance.now();
  for (const profile of scoreProfileIds) {
    scoreBom(document, profile);
  }
  // Two minutes if each model asks the document again.
  assert.ok(performance.now() - started < 15_000);
});
