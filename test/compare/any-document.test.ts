// SPDX-License-Identifier: Apache-2.0
// What holds for any document: equal to itself in any order of its lists, and compared in linear time.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { JsonObject, JsonValue } from "../../src/bytes/json.ts";
import { compareBoms } from "../../src/compare-boms.ts";
import { changeKinds } from "../../src/model/bom-diff.ts";
import { diffJson } from "../../src/report/diff-json.ts";
import { loadValidator } from "../../src/schemas/validators.ts";
import { corpus } from "../corpora.ts";

const golden = join(import.meta.dirname, "../bom/golden");
const read = (name: string): JsonObject => JSON.parse(readFileSync(join(golden, name), "utf8"));
const sample = (): JsonObject => read("model-and-dataset.1.7.json");

describe("compareBoms of any document", () => {
  test("the order of lists does not matter", async () => {
    const validate = await loadValidator("diff");
    const [before, after] = [read("model-and-dataset.1.7.json"), read("system.1.7.json")];
    const expected = diffJson(compareBoms(before, after));
    assert.equal(validate(expected), true, JSON.stringify(validate.errors));
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const shuffled = compareBoms(
          shuffle(before, seed) as JsonObject,
          shuffle(after, seed + 1) as JsonObject,
        );
        assert.deepEqual(diffJson(shuffled), expected);
      }),
      { numRuns: 50 },
    );
  });

  test("whatever the JSON, a document compared with itself is unchanged, and changes come in their order", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.jsonValue({ maxDepth: 6 }), (left, right) => {
        const [before, after] = [left, right].map((value) => ({
          ...sample(),
          components: [value, { type: "library", name: "x", data: value, pedigree: value, hashes: value }],
          services: value,
          dependencies: value,
          vulnerabilities: value,
        })) as unknown as [JsonObject, JsonObject];
        assert.deepEqual(compareBoms(before, before).changes, []);
        for (const { kind } of compareBoms(before, after).changes) {
          assert.ok(changeKinds.includes(kind));
        }
      }),
      { numRuns: 300 },
    );
  });

  test("duplicate refs and package URLs are compared, in linear time", () => {
    const many = (version: string): JsonObject => ({
      ...sample(),
      components: Array.from({ length: 20_000 }, (_, index) => ({
        type: "library",
        "bom-ref": "same",
        name: "same",
        version: `${version}.${index}`,
        purl: "pkg:npm/same",
      })),
    });
    const start = performance.now();
    const { changes, matched } = compareBoms(many("1"), many("2"));
    assert.equal(matched, 20_001);
    assert.equal(changes.filter(({ kind }) => kind === "version").length, 20_000);
    assert.ok(performance.now() - start < 10_000);
  });

  const { path, missing } = corpus("cyclonedx");
  test("every valid document of the specification equals itself, whatever its version", {
    skip: missing,
  }, () => {
    for (const version of ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"]) {
      const folder = join(path, "spec", version);
      for (const name of readdirSync(folder).filter((each) => each.startsWith("valid-"))) {
        const document = JSON.parse(readFileSync(join(folder, name), "utf8"));
        const { changes } = compareBoms(document, shuffle(document, 7) as JsonObject);
        assert.deepEqual(changes, [], `${version}/${name}`);
      }
    }
  });
});

/** The same document with every list in another order, but for those whose order has a meaning. */
function shuffle(value: JsonValue, seed: number): JsonValue {
  if (Array.isArray(value)) {
    const list = value.map((each: JsonValue) => shuffle(each, seed));
    for (let index = list.length - 1; index > 0; index--) {
      const other = Math.abs(seed * 31 + index * 17) % (index + 1);
      [list[index], list[other]] = [list[other] ?? null, list[index] ?? null];
    }
    return list;
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(
        Object.entries(value).map(([key, each]) => [
          key,
          key === "certificatePath" ? each : shuffle(each, seed),
        ]),
      )
    : value;
}
