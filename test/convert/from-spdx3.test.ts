// SPDX-License-Identifier: Apache-2.0
// SPDX 3.0.1 as CycloneDX: our own documents come back but for what is named here, the official examples are read, hostile graphs
// end.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import { readBom } from "../../src/bom/read.ts";
import { compareBoms } from "../../src/compare-boms.ts";
import { type Conversion, convertBom } from "../../src/convert.ts";
import { AibomError } from "../../src/errors.ts";
import type { ConversionTarget } from "../../src/model/conversion.ts";
import { corpus } from "../corpora.ts";

const golden = join(import.meta.dirname, "../bom/golden");
const context = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld";

async function convert(
  bytes: Uint8Array,
  to: ConversionTarget = "cyclonedx-1.7",
): Promise<Conversion & { bytes: Buffer }> {
  const conversion = await convertBom(bytes, "doc.json", { to, at: new Date(0), toolVersion: "0" });
  return { ...conversion, bytes: Buffer.concat(conversion.pieces) };
}

// biome-ignore lint/suspicious/noExplicitAny: documents are looked into freely
type Any = any;

const graphOf = (elements: readonly Any[]): Buffer =>
  Buffer.from(
    JSON.stringify({
      "@context": context,
      "@graph": [
        {
          type: "CreationInfo",
          "@id": "_:c",
          specVersion: "3.0.1",
          created: "2026-01-01T00:00:00Z",
          createdBy: ["urn:x:ada"],
        },
        { type: "Person", spdxId: "urn:x:ada", creationInfo: "_:c", name: "Ada" },
        ...elements.map((each) => ({ creationInfo: "_:c", ...each })),
      ],
    }),
  );

const item = (name: string, more: object = {}): object => ({
  type: "software_Package",
  spdxId: `urn:x:${name}`,
  name,
  ...more,
});
const relation = (from: string, relationshipType: string, to: readonly string[]): object => ({
  type: "Relationship",
  spdxId: `urn:x:${from}-${relationshipType}-${to.join("-")}`,
  from: `urn:x:${from}`,
  relationshipType,
  to: to.map((each) => `urn:x:${each}`),
});

describe("SPDX 3.0.1 as CycloneDX", () => {
  for (const name of readdirSync(golden).filter((each) => each.endsWith(".1.7.json"))) {
    test(`and back: ${name}`, async () => {
      const source = readFileSync(join(golden, name));
      const spdx = await convert(source, "spdx-3.0.1");
      const back = await convert(spdx.bytes);
      assert.deepEqual(back.losses, []);
      assert.deepEqual(
        (await readBom(back.bytes, name)).findings.filter(({ severity }) => severity === "high"),
        [],
      );
      const { changes } = compareBoms(JSON.parse(source.toString()), JSON.parse(back.bytes.toString()));
      // What stands in properties afterwards, and addresses that have two places in CycloneDX.
      const others = changes.filter(
        ({ kind, field }) =>
          !["property", "tool", "reference"].includes(kind) &&
          !(
            kind === "dataset" &&
            /^(contents|governance|classification|sensitiveData|description)/.test(field ?? "")
          ) &&
          !(kind === "model-card" && /^(properties|modelParameters\/(in|out)puts)/.test(field ?? "")),
      );
      assert.deepEqual(others, []);
      const older = await convert(spdx.bytes, "cyclonedx-1.6");
      assert.equal((await readBom(older.bytes, name)).specVersion, "1.6");
    });
  }

  test("relationships become structure", async () => {
    const { bytes, losses } = await convert(
      graphOf([
        item("app", { software_primaryPurpose: "application" }),
        item("lib", {
          software_primaryPurpose: "library",
          verifiedUsing: [{ type: "Hash", algorithm: "sha256", hashValue: "a".repeat(64) }],
        }),
        item("part"),
        relation("app", "dependsOn", ["lib"]),
        relation("app", "contains", ["part"]),
        relation("app", "amendedBy", ["lib"]),
        { ...relation("lib", "hasDeclaredLicense", []), to: ["https://spdx.org/licenses/MIT"] },
        {
          type: "software_Sbom",
          spdxId: "urn:x:sbom",
          rootElement: ["urn:x:app"],
          software_sbomType: ["analyzed"],
        },
      ]),
    );
    const document: Any = JSON.parse(bytes.toString());
    assert.equal(document.metadata.component.name, "app");
    assert.deepEqual(document.metadata.authors, [{ name: "Ada" }]);
    assert.deepEqual(
      document.metadata.component.components.map(({ name }: Any) => name),
      ["part"],
    );
    assert.deepEqual(document.dependencies, [{ ref: "urn:x:app", dependsOn: ["urn:x:lib"] }]);
    assert.deepEqual(document.components[0].licenses, [
      { license: { id: "MIT", acknowledgement: "declared" } },
    ]);
    assert.equal(document.components[0].hashes[0].alg, "SHA-256");
    // Amendments have no place in CycloneDX.
    assert.ok(
      losses.some(({ pointer }) => pointer === "/@graph/*" || pointer === "/@graph/*/relationshipType"),
    );
  });

  test("a cycle of parts ends, and every element has one place", async () => {
    const { bytes } = await convert(
      graphOf([
        item("a"),
        item("b"),
        relation("a", "contains", ["b"]),
        relation("b", "contains", ["a"]),
        relation("b", "contains", ["b"]),
      ]),
    );
    const names = [...bytes.toString().matchAll(/"name": "([ab])"/g)].map(([, name]) => name).sort();
    assert.deepEqual(names, ["a", "b"]);
  });

  test("whatever the graph: a valid document or an error of ours", async () => {
    const types = [
      "software_Package",
      "ai_AIPackage",
      "dataset_DatasetPackage",
      "software_File",
      "Relationship",
      "Annotation",
      "X",
    ];
    const keys = [
      "name",
      "to",
      "from",
      "relationshipType",
      "verifiedUsing",
      "ai_metric",
      "extension",
      "externalRef",
      "suppliedBy",
      "originatedBy",
      "software_packageUrl",
      "ai_typeOfModel",
    ];
    const element = fc
      .tuple(
        fc.constantFrom(...types),
        fc.nat(3),
        fc.dictionary(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 3 })),
      )
      .map(([type, id, members]) => ({ type, spdxId: `urn:x:${id}`, ...(members as object) }));
    await fc.assert(
      fc.asyncProperty(fc.array(element, { maxLength: 8 }), async (elements) => {
        try {
          const { bytes } = await convert(graphOf(elements));
          const { findings } = await readBom(bytes, "x");
          assert.deepEqual(
            findings.filter(({ severity }) => severity === "high"),
            [],
          );
        } catch (error) {
          assert.ok(error instanceof AibomError, String(error));
        }
      }),
      { numRuns: 200 },
    );
  });

  test("other SPDX is refused", async () => {
    const other = graphOf([]).toString().replace("3.0.1/spdx-context", "3.1/spdx-context");
    await assert.rejects(convert(Buffer.from(other)), { code: "BOM_UNSUPPORTED" });
    await assert.rejects(convert(Buffer.from('{"spdxVersion":"SPDX-2.3"}')), { code: "BOM_UNSUPPORTED" });
    await assert.rejects(convert(graphOf([]), "spdx-3.0.1"), { code: "CONVERT_IMPOSSIBLE" });
  });

  const { path, missing } = corpus("cyclonedx");
  test("the official examples of AI and Dataset", { skip: missing }, async () => {
    const read = async (name: string): Promise<Any> => {
      const { bytes } = await convert(readFileSync(join(path, "spdx3", name)));
      assert.deepEqual(
        (await readBom(bytes, name)).findings.filter(({ severity }) => severity === "high"),
        [],
      );
      return JSON.parse(bytes.toString());
    };
    const ai = await read("ai_example02_spdx3.0_sbom.spdx3.json");
    assert.equal(ai.metadata.component.type, "machine-learning-model");
    assert.equal(ai.metadata.component.modelCard.modelParameters.task, "sentiment analysis");
    const data = await read("dataset_example01_spdx3.0_example01.spdx3.json");
    assert.equal(data.metadata.component.type, "data");
    assert.equal(data.metadata.component.supplier.name, "Our World in Data");
    assert.deepEqual(
      data.metadata.component.licenses.map(({ license }: Any) => license.id),
      ["CC-BY-4.0", "CC-BY-4.0"],
    );
  });
});
