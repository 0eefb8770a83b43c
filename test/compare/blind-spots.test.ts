// SPDX-License-Identifier: Apache-2.0
// What somebody would change who does not want it seen: each change has a kind, and no leaf of a BOM is passed over but for those
// that docs/diff.md names.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { JsonObject } from "../../src/bytes/json.ts";
import { compareBoms } from "../../src/compare-boms.ts";

// biome-ignore lint/suspicious/noExplicitAny: documents are edited freely
type Any = any;

const bom = (more: object): JsonObject => ({
  bomFormat: "CycloneDX",
  specVersion: "1.7",
  version: 1,
  ...more,
});
const library = (more: object): JsonObject =>
  bom({ components: [{ type: "library", "bom-ref": "a", name: "a", ...more }] });
const [sha256, md5] = [
  { alg: "SHA-256", content: "a".repeat(64) },
  { alg: "MD5", content: "b".repeat(32) },
];
const inner = { type: "library", name: "x", purl: "pkg:npm/x@1" };
const [a, b] = [
  { type: "library", name: "A" },
  { type: "library", name: "B" },
];
const data = (first: string, second: string): JsonObject =>
  bom({
    components: [
      {
        type: "data",
        name: "d",
        data: [
          { type: "dataset", name: "one", classification: first },
          { type: "dataset", name: "two", classification: second },
        ],
      },
    ],
  });
const vulnerable = (more: object): JsonObject =>
  bom({
    components: [
      { ...a, "bom-ref": "a" },
      { ...b, "bom-ref": "b" },
    ],
    vulnerabilities: [{ id: "CVE-2026-1", ...more }],
  });
const ancestor = (more: object): JsonObject =>
  library({ pedigree: { ancestors: [{ type: "library", name: "base", version: "1", ...more }] } });

const cases: readonly (readonly [string, string, JsonObject, JsonObject])[] = [
  [
    "what is said of the whole document is less complete",
    "completeness",
    bom({ compositions: [{ aggregate: "complete" }] }),
    bom({ compositions: [{ aggregate: "unknown" }] }),
  ],
  [
    "and of its vulnerabilities",
    "completeness",
    vulnerable({ "bom-ref": "v" }),
    {
      ...vulnerable({ "bom-ref": "v" }),
      compositions: [{ aggregate: "incomplete", vulnerabilities: ["v"] }],
    },
  ],
  [
    "another type of the same package",
    "detail",
    library({ purl: "pkg:npm/a@1" }),
    library({ purl: "pkg:npm/a@1", type: "firmware" }),
  ],
  [
    "only a hash that anybody can forge is left",
    "digest",
    library({ hashes: [sha256, md5] }),
    library({ hashes: [md5] }),
  ],
  [
    "moved into another component",
    "detail",
    bom({ components: [{ ...a, components: [inner] }, b] }),
    bom({ components: [a, { ...b, components: [inner] }] }),
  ],
  ["two datasets change places", "dataset", data("public", "secret"), data("secret", "public")],
  [
    "another severity",
    "vulnerability",
    vulnerable({ ratings: [{ severity: "critical" }] }),
    vulnerable({ ratings: [{ severity: "low" }] }),
  ],
  [
    "another component is affected",
    "vulnerability",
    vulnerable({ affects: [{ ref: "a" }] }),
    vulnerable({ affects: [{ ref: "b" }] }),
  ],
  [
    "another justification",
    "vulnerability",
    vulnerable({ analysis: { state: "not_affected", justification: "code_not_present" } }),
    vulnerable({ analysis: { state: "not_affected", justification: "requires_environment" } }),
  ],
  ["other bytes of a base model", "base-model", ancestor({ hashes: [sha256] }), ancestor({ hashes: [md5] })],
  [
    "another address of the supplier",
    "supplier",
    library({ supplier: { name: "ACME", url: ["https://acme.example"] } }),
    library({ supplier: { name: "ACME", url: ["https://evil.example"] } }),
  ],
  [
    "another text of a license of their own",
    "license",
    library({ licenses: [{ license: { name: "Ours", text: { content: "You may." } } }] }),
    library({ licenses: [{ license: { name: "Ours", text: { content: "You may not." } } }] }),
  ],
  [
    "another address of the license",
    "detail",
    library({ licenses: [{ license: { id: "MIT", url: "https://a.example" } }] }),
    library({ licenses: [{ license: { id: "MIT", url: "https://b.example" } }] }),
  ],
  [
    "a package URL of another version than the component's",
    "detail",
    library({ version: "1", purl: "pkg:npm/a@1" }),
    library({ version: "1", purl: "pkg:npm/a@2" }),
  ],
  [
    "a package URL that fetches elsewhere",
    "detail",
    library({ purl: "pkg:npm/a@1?download_url=https://a.example" }),
    library({ purl: "pkg:npm/a@1?download_url=https://b.example" }),
  ],
  [
    "a package URL into another folder",
    "detail",
    library({ purl: "pkg:npm/a@1#x" }),
    library({ purl: "pkg:npm/a@1#y" }),
  ],
  [
    "something else is provided",
    "dependency",
    { ...library({}), dependencies: [{ ref: "a", provides: ["a"] }] },
    { ...library({}), dependencies: [{ ref: "a" }] },
  ],
];

describe("changes that hide", () => {
  for (const [name, kind, before, after] of cases) {
    test(name, () => {
      for (const changes of [compareBoms(before, after).changes, compareBoms(after, before).changes]) {
        assert.deepEqual([...new Set(changes.map((each) => each.kind))], [kind]);
      }
      assert.deepEqual(compareBoms(after, after).changes, []);
    });
  }

  test("a new version is one change, in the package URL as well", () => {
    const { changes } = compareBoms(
      library({ version: "1", purl: "pkg:npm/a@1" }),
      library({ version: "2", purl: "pkg:npm/a@2" }),
    );
    assert.deepEqual(
      changes.map(({ kind }) => kind),
      ["version"],
    );
  });

  test("many values under one name take linear time", () => {
    const numbers = Array.from({ length: 30_000 }, (_, index) => String(index));
    const many = library({
      data: numbers.map((name) => ({ type: "dataset", description: name })),
      hashes: numbers.map((content) => ({ alg: "SHA-256", content })),
      pedigree: { ancestors: numbers.map((copyright) => ({ type: "library", name: "base", copyright })) },
    });
    const started = performance.now();
    assert.deepEqual(compareBoms(many, many).changes, []);
    assert.ok(performance.now() - started < 8000);
  });
});

/** Refs are the writer's, and the rest is what docs/diff.md says is not compared; `/version` is that of the document. */
const notCompared =
  /\/bom-ref$|^\/dependencies\/\*\/ref$|^\/(?:\$schema|bomFormat|serialNumber|version)$|^\/metadata\/timestamp$|^\/(?:citations|annotations)\/|\/evidence\/|\/tools\/components\/\*\/type$|\/ancestors\/\*\/type$/;

test("any leaf of any BOM that is changed is a change", () => {
  const golden = join(import.meta.dirname, "../bom/golden");
  const seen = new Set<string>();
  for (const file of readdirSync(golden)) {
    const before = JSON.parse(readFileSync(join(golden, file), "utf8"));
    const after = structuredClone(before);
    const visit = (value: Any, place: string): void => {
      for (const [key, each] of Object.entries(value)) {
        const below = `${place}/${Array.isArray(value) ? "*" : key}`;
        if (typeof each === "object" && each !== null) {
          visit(each, below);
        } else if (!seen.has(`${file} ${below}`) && !notCompared.test(below) && !isNote(value)) {
          seen.add(`${file} ${below}`);
          value[key] = typeof each === "string" ? `${each}0` : typeof each === "number" ? each + 1 : !each;
          assert.notEqual(compareBoms(before, after).changes.length, 0, `${file} ${below}`);
          value[key] = each;
        }
      }
    };
    visit(after, "");
  }
  assert.ok(seen.size > 100);
});

/** How a value was found is said in a property of aibom's. */
function isNote({ name }: Any): boolean {
  return name === "aibom:provenance" || name === "aibom:inventoried-as";
}
