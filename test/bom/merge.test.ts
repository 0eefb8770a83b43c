// SPDX-License-Identifier: Apache-2.0
// Merged BOMs: nothing twice, nothing under a foreign name, no reference that leads nowhere, and nothing lost in silence.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { validateBom } from "../../src/bom/validate.ts";
import { mergeBomFiles } from "../../src/merge-boms.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

type Json = Readonly<Record<string, unknown>>;

const component = (ref: string, name: string, more: Json = {}): Json => ({
  type: "library",
  "bom-ref": ref,
  name,
  ...more,
});

function bom(more: Json, specVersion = "1.7"): Json {
  return { bomFormat: "CycloneDX", specVersion, version: 1, ...more };
}

async function merge(
  t: TestContext,
  boms: readonly Json[],
  more: Parameters<typeof mergeBomFiles>[1] | Json = {},
) {
  const directory = temporaryDirectory(t);
  const paths = boms.map((each, index) => {
    const path = join(directory, `${index}.json`);
    writeFileSync(path, JSON.stringify(each));
    return path;
  });
  const merged = await mergeBomFiles(paths, { name: "all", toolVersion: "0", ...more });
  const bytes = Buffer.concat(merged.pieces);
  assert.deepEqual((await validateBom(bytes, "merged")).findings, []);
  return { ...merged, bytes, document: JSON.parse(bytes.toString()) };
}

/** What a ref leads to, by name. */
function edges(document: { metadata: { component: Json }; components: Json[]; dependencies: Json[] }) {
  const names = new Map(
    [document.metadata.component, ...document.components].map((each) => [
      each["bom-ref"],
      String(each["name"]),
    ]),
  );
  return Object.fromEntries(
    document.dependencies.map(({ ref, dependsOn = [] }) => [
      names.get(ref),
      (dependsOn as string[]).map((each) => names.get(each)).sort(),
    ]),
  );
}

describe("mergeBomFiles", () => {
  test("equal components are one, and their edges are united", async (t) => {
    const shared = component("zlib", "zlib");
    const a = bom({
      metadata: { component: component("a", "a") },
      components: [shared],
      dependencies: [{ ref: "a", dependsOn: ["zlib"] }],
    });
    const b = bom({
      metadata: { component: component("b", "b") },
      components: [shared, component("c", "c")],
      dependencies: [
        { ref: "b", dependsOn: ["zlib"] },
        { ref: "zlib", dependsOn: ["c"] },
      ],
    });
    const { document, components, shared: same, renamed, lost } = await merge(t, [a, b]);
    assert.deepEqual([components, same, renamed, lost], [4, 1, 0, []]);
    assert.deepEqual(edges(document), { all: ["a", "b"], a: ["zlib"], b: ["zlib"], zlib: ["c"] });
  });

  test("different components of one ref get different names, everywhere", async (t) => {
    const make = (name: string): Json =>
      bom({
        metadata: { component: component("root", name) },
        components: [
          component("lib", `${name}-lib`),
          component("card", `${name}-card`, {
            type: "machine-learning-model",
            modelCard: { modelParameters: { datasets: [{ ref: "data" }] } },
          }),
          component("data", `${name}-data`, { type: "data" }),
        ],
        dependencies: [{ ref: "root", dependsOn: ["lib"] }],
        compositions: [{ aggregate: "complete", assemblies: ["root"] }],
        vulnerabilities: [{ "bom-ref": "v", id: "CVE-1", affects: [{ ref: "lib" }] }],
        annotations: [
          {
            subjects: ["lib"],
            annotator: { component: { type: "library", name: "x" } },
            timestamp: "2026-01-01T00:00:00Z",
            text: name,
          },
        ],
        services: [{ "bom-ref": "s", name: `${name}-service` }],
      });
    const { document, renamed } = await merge(t, [make("a"), make("b")]);
    assert.ok(renamed >= 5);
    assert.deepEqual(edges(document), { all: ["a", "b"], a: ["a-lib"], b: ["b-lib"] });
    const byRef = new Map(document.components.map((each: Json) => [each["bom-ref"], each["name"]]));
    assert.deepEqual(
      document.vulnerabilities
        .map(({ affects }: { affects: { ref: string }[] }) => byRef.get(affects[0]?.ref))
        .sort(),
      ["a-lib", "b-lib"],
    );
    for (const { text, subjects } of document.annotations) {
      assert.equal(byRef.get(subjects[0]), `${text}-lib`);
    }
    for (const card of document.components.filter(({ modelCard }: Json) => modelCard !== undefined)) {
      const [{ ref }] = card.modelCard.modelParameters.datasets;
      assert.equal(byRef.get(ref), `${String(card.name).slice(0, 1)}-data`);
    }
  });

  test("a component that refers to a renamed one is no longer the same", async (t) => {
    const card = component("model", "model", {
      type: "machine-learning-model",
      modelCard: { modelParameters: { datasets: [{ ref: "data" }] } },
    });
    const make = (version: string): Json =>
      bom({ components: [card, component("data", "data", { type: "data", version })] });
    const { document } = await merge(t, [make("1"), make("2")]);
    assert.equal(document.components.length, 4);
    assert.equal(new Set(document.components.map((each: Json) => each["bom-ref"])).size, 4);
  });

  test("citations follow their components", async (t) => {
    const make = (name: string, tail: Json[] = []): Json =>
      bom({
        metadata: {
          component: component(`root-${name}`, name),
          tools: { components: [component("tool", "tool")] },
        },
        components: [...tail, component(`lib-${name}`, `${name}-lib`)],
        citations: [
          {
            pointers: ["/metadata/component/name", `/components/${tail.length}/name`, "/dependencies/0"],
            attributedTo: "tool",
            timestamp: "2026-01-01T00:00:00Z",
            note: name,
          },
          { pointers: ["/dependencies/0"], attributedTo: "tool", timestamp: "2026-01-01T00:00:00Z" },
        ],
        dependencies: [{ ref: `root-${name}` }],
      });
    const { document, lost } = await merge(t, [make("a"), make("b", [component("extra", "extra")])]);
    const at = (pointer: string): unknown =>
      pointer
        .split("/")
        .slice(1)
        .reduce((value: unknown, key) => (value as Json)[key], document);
    for (const { note, pointers } of document.citations) {
      assert.deepEqual(pointers.map(at), [note, `${note}-lib`]);
    }
    assert.deepEqual(
      lost.map(({ what }) => what),
      [["1 of 2 citations"], ["1 of 2 citations"]],
    );
  });

  test("old documents, what is lost, and where the inputs are named", async (t) => {
    const old = bom(
      {
        serialNumber: "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
        metadata: { tools: [{ vendor: "acme", name: "maker", version: "1" }], supplier: { name: "acme" } },
        components: [component("x", "x")],
      },
      "1.4",
    );
    const { document, lost } = await merge(t, [old]);
    assert.equal(document.specVersion, "1.6");
    assert.deepEqual(lost[0]?.what, ["metadata.supplier"]);
    assert.deepEqual(
      document.metadata.tools.components.map(({ name }: Json) => name),
      ["aibom-cli", "maker"],
    );
    const [reference] = document.externalReferences;
    assert.equal(reference.url, "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1");
    assert.equal(reference.hashes[0].alg, "SHA-256");
  });

  test("the order of the inputs does not matter, and merging is reproducible", async (t) => {
    const boms = ["a", "b", "c"].map((name) => bom({ components: [component("x", name)] }));
    const one = await merge(t, boms);
    const other = await merge(t, boms.toReversed());
    assert.ok(one.bytes.equals(other.bytes));
  });

  test("invalid documents and older versions are refused", async (t) => {
    const dangling = bom({ components: [component("x", "x")], dependencies: [{ ref: "nobody" }] });
    await assert.rejects(merge(t, [dangling]), { code: "BOM_INVALID" });
    await assert.rejects(merge(t, [bom({ components: [] })], { specVersion: "1.6" }), {
      code: "BOM_MERGE_OLDER",
    });
  });
});
