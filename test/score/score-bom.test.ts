// SPDX-License-Identifier: Apache-2.0
// Scoring itself: who is asked, what counts as known, how shares add up, and that no document breaks it.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import fc from "fast-check";
import { validateBom } from "../../src/bom/validate.ts";
import { isJsonObject, type JsonObject } from "../../src/bytes/json.ts";
import { AibomError } from "../../src/errors.ts";
import { scoreProfileIds } from "../../src/score/element.ts";
import { type ElementScore, type Score, scoreBom } from "../../src/score/score-bom.ts";
import { corpus } from "../corpora.ts";
import { mutate, seededRandom } from "../formats/hostile.ts";
import { elementCases, patched, silentDocument } from "./element-cases.ts";

function elementOf(score: Score, id: string): ElementScore {
  const found = score.elements.find((each) => each.id === id);
  assert.ok(found !== undefined, id);
  return found;
}

const g7 = (document: JsonObject, id: string): ElementScore => elementOf(scoreBom(document, "g7-ai"), id);

const models = (versions: readonly (string | undefined)[]): JsonObject => ({
  components: versions.map((version, index) => ({
    type: "machine-learning-model",
    "bom-ref": `m${index}`,
    name: `model ${index}`,
    ...(version === undefined ? {} : { version }),
  })),
});

test("an element counts its subjects, and names those that lack it", () => {
  const element = g7(models(["1", "2", "3", "4", "5", "6", "7", undefined, "NOASSERTION"]), "model-version");
  assert.deepEqual(element.subjects, { asked: 9, present: 7, declaredUnknown: 1, absent: 1 });
  assert.equal(element.status, "absent");
  assert.deepEqual(element.lacking, [
    { name: "model 7", pointer: "/components/7/version", status: "absent" },
    { name: "model 8", pointer: "/components/8/version", status: "declared-unknown" },
  ]);
  const unknown = g7(models(["1", " Unknown "]), "model-version");
  assert.equal(unknown.status, "declared-unknown");
  const many = g7(models(new Array(30).fill(undefined)), "model-version");
  assert.deepEqual([many.lacking.length, many.lackingMore], [20, 10]);
});

test("readiness is the mean of shares, rounded down, and 100 only if every subject has everything", () => {
  // CISA: 11 elements; of three components two have a version. Everything else is there.
  const everything = patched(silentDocument(), Object.values(elementCases["cisa-2025"]).flat());
  assert.deepEqual(scoreBom(everything, "cisa-2025").readiness, {
    percent: 100,
    applicable: 11,
    present: 11,
    declaredUnknown: 0,
    absent: 0,
    notApplicable: 0,
  });
  const less = patched(everything, [["/components/0/version", ""]]);
  assert.equal(scoreBom(less, "cisa-2025").readiness.percent, Math.floor((100 * (10 + 2 / 3)) / 11));
  const list = Array.from({ length: 2000 }, (_, index) => ({
    ...(everything["components"] as JsonObject[])[0],
    "bom-ref": `x${index}`,
  }));
  const nearly = { ...everything, components: [...list, { type: "library", name: "x" }] };
  assert.equal(scoreBom(nearly, "cisa-2025").readiness.percent, 99);
  assert.equal(scoreBom({}, "cisa-2025").readiness.percent, 0);
});

test("a kind that has to be there and is not is absent, not passed over", () => {
  const empty = { bomFormat: "CycloneDX", specVersion: "1.7" };
  const name = g7(empty, "model-name");
  assert.deepEqual([name.status, name.lacking[0]?.name, name.subjects.asked], ["absent", "no model", 0]);
  assert.equal(g7(empty, "system-name").lacking[0]?.pointer, "/metadata/component");
  const cisa = elementOf(scoreBom(empty, "cisa-2025"), "component-name");
  assert.equal(cisa.status, "absent");
  // The OWASP fields about GGUF are asked only of documents that have some.
  assert.equal(elementOf(scoreBom(empty, "owasp"), "block_count").status, "not-applicable");
});

test("aibom's own ways to say that nobody knows", () => {
  const marked = (value: string, name = "aibom:unknown"): JsonObject =>
    patched(silentDocument(), [["/components/0/properties", [{ name, value }]]]);
  assert.equal(g7(marked("/version"), "model-version").status, "declared-unknown");
  assert.equal(g7(marked("/licenses"), "model-version").status, "absent");
  // A place above stands for what is below it.
  assert.equal(g7(marked("/modelCard"), "model-training-properties").status, "declared-unknown");
  assert.equal(g7(marked("/mod"), "model-training-properties").status, "absent");
  assert.equal(g7(marked("license", "aibom:disagreement"), "model-license").status, "declared-unknown");
  assert.equal(g7(marked("version", "aibom:disagreement"), "model-license").status, "absent");
  const many = Array.from({ length: 50 }, (_, index) => ({ name: "aibom:unknown", value: `/x${index}` }));
  const late = patched(silentDocument(), [
    ["/components/0/properties", [...many, { name: "aibom:unknown", value: "/version" }]],
  ]);
  assert.equal(g7(late, "model-version").status, "declared-unknown");

  const external = patched(silentDocument(), [["/components/1/isExternal", true]]);
  assert.equal(g7(external, "dataset-hash").status, "declared-unknown");
  assert.equal(g7(external, "dataset-license").status, "absent");
  const unknown = { compositions: [{ aggregate: "unknown", dependencies: ["s"] }] };
  assert.equal(g7(unknown, "sbom-dependency-relationship").status, "declared-unknown");
  const tr = (aggregate: string) =>
    elementOf(
      scoreBom({ compositions: [{ aggregate, dependencies: ["s"] }] }, "bsi-tr-03183"),
      "completeness",
    ).status;
  assert.deepEqual(["complete", "incomplete", "unknown", "not_specified"].map(tr), [
    "present",
    "present",
    "declared-unknown",
    "declared-unknown",
  ]);
});

test("what is a model, a dataset, a component", () => {
  const document: JsonObject = {
    metadata: {
      component: { type: "machine-learning-model", name: "root", components: [{ type: "file", name: "w" }] },
    },
    components: [
      {
        type: "data",
        name: "store",
        components: [{ type: "machine-learning-model", name: "inner", "bom-ref": "i" }],
      },
      { type: "data", name: "entry", data: [{ type: "dataset" }] },
      { type: "data", name: "configuration", data: [{ type: "configuration" }] },
      { type: "data", name: "bare", "bom-ref": "b" },
      {
        type: "machine-learning-model",
        name: "other",
        modelCard: { modelParameters: { datasets: [{ type: "dataset", name: "in place" }, { ref: "b" }] } },
      },
      { type: "file", name: "alone" },
    ],
  };
  const names = (kind: "model" | "dataset") =>
    elementOf(scoreBom(document, "g7-ai"), `${kind}-license`).lacking.map(({ name }) => name);
  assert.deepEqual(names("model"), ["root", "inner", "other"]);
  assert.deepEqual(names("dataset"), ["entry", "bare", "in place"]);
  const components = elementOf(scoreBom(document, "cisa-2025"), "component-version");
  assert.equal(components.subjects.asked, 8, "all but the file that is a part");
});

test("any JSON is scored, and so is any document that the reader lets through", async () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(...scoreProfileIds), (value, profile) => {
      const { percent } = scoreBom(
        (isJsonObject(value as never) ? value : { x: value }) as JsonObject,
        profile,
      ).readiness;
      assert.ok(Number.isInteger(percent) && percent >= 0 && percent <= 100);
    }),
    { numRuns: 400 },
  );
  const all = scoreProfileIds.flatMap((profile) => Object.values(elementCases[profile]).flat());
  const whole = Buffer.from(
    JSON.stringify({
      ...patched(silentDocument(), all),
      bomFormat: "CycloneDX",
      specVersion: "1.7",
      version: 1,
    }),
  );
  const random = seededRandom(41);
  for (let run = 0; run < 400; run++) {
    try {
      const { document } = await validateBom(mutate(whole, random), "bom.json");
      for (const profile of scoreProfileIds) {
        scoreBom(document, profile);
      }
    } catch (error) {
      assert.ok(error instanceof AibomError, String(error));
    }
  }
});

test("names of members that every object has are no answers", () => {
  const document = JSON.parse(
    '{"metadata":{"component":{"__proto__":{"name":"x","version":"1"}}},"components":[{"type":"machine-learning-model","__proto__":{"purl":"pkg:generic/x"}}]}',
  ) as JsonObject;
  assert.equal(g7(document, "system-name").status, "absent");
  assert.equal(g7(document, "model-identifier").status, "absent");
  assert.equal(elementOf(scoreBom({}, "owasp"), "name").status, "absent");
});

test("30,000 components are scored in seconds", () => {
  const components = Array.from({ length: 30_000 }, (_, index) => ({
    type: "library",
    name: `x${index}`,
    "bom-ref": `r${index}`,
    properties: [{ name: "a", value: "b" }],
  }));
  const started = performance.now();
  for (const profile of scoreProfileIds) {
    scoreBom({ components }, profile);
  }
  assert.ok(performance.now() - started < 10_000);
});

test("real ML-BOMs: the OWASP figure is the one that its own code gave", (t) => {
  const { path, missing } = corpus("cyclonedx");
  if (missing !== false) {
    t.skip(missing);
    return;
  }
  const directory = join(path, "mlbom");
  const figures = Object.fromEntries(
    readdirSync(directory)
      .filter((name) => name.endsWith(".json"))
      .map((name) => [
        name.replace(/^.*(granite|qwen).*$/, "$1"),
        scoreBom(JSON.parse(readFileSync(join(directory, name), "utf8")), "owasp").foreignScore?.score,
      ]),
  );
  assert.deepEqual([figures["granite"], figures["qwen"]], [31.1, 29]);
});
