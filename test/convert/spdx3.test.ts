// SPDX-License-Identifier: Apache-2.0
// SPDX 3.0.1: valid by the official schema, nothing forgotten, nothing invented, profiles claimed only where they are met.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { readBom } from "../../src/bom/read.ts";
import { type Conversion, convertBom } from "../../src/convert.ts";
import { lazy } from "../../src/lazy.ts";
import { corpus } from "../corpora.ts";
import { assertNothingForgotten, outputText } from "./leaves.ts";

const golden = join(import.meta.dirname, "../bom/golden");
const { path, missing } = corpus("cyclonedx");
const options = { to: "spdx-3.0.1", at: new Date("2026-01-02T03:04:05.678Z"), toolVersion: "0.1.0" } as const;

// biome-ignore lint/suspicious/noExplicitAny: documents are looked into freely
type Any = any;

interface Converted extends Conversion {
  readonly graph: readonly Any[];
  readonly text: string;
}

async function convert(bytes: Uint8Array): Promise<Converted> {
  const conversion = await convertBom(bytes, "bom.json", options);
  const text = Buffer.concat(conversion.pieces).toString();
  return { ...conversion, text, graph: JSON.parse(text)["@graph"] };
}

const convertDocument = (document: object): Promise<Converted> =>
  convert(
    Buffer.from(JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.7", version: 1, ...document })),
  );

const ofType = ({ graph }: Converted, type: string): Any[] => graph.filter((each) => each.type === type);

const official = lazy(() => {
  const ajv = new Ajv2020({ strict: false, logger: false });
  addFormats.default(ajv);
  return ajv.compile(JSON.parse(readFileSync(join(path, "spdx3/schema-v3.0.1.json"), "utf8")));
});

/** Words of CycloneDX for which SPDX has its own, ids that are made anew, and times, which have no fractions there. */
const reworded =
  /\/(?:type|aggregate|alg|phase|acknowledgement|classification|activity|unit|timestamp|fileKind|isExternal|modified)$|(?:tools(?:\/components)?|licenses|license|subjects|compositions|annotations|citations|authors|supplier|manufacturer?|contact|data|modelCard|datasets)(?:\/\*)?(?:\/license)?\/bom-ref$|\/annotator\/|^\/citations\/|\/subjects\/\*$/;

function* samples(): Generator<readonly [string, Buffer]> {
  for (const name of readdirSync(golden)) {
    yield [name, readFileSync(join(golden, name))];
  }
  const folders = [
    "mlbom",
    "generated",
    "bom-examples",
    ...["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"].map((each) => `spec/${each}`),
  ];
  for (const folder of missing === false ? folders : []) {
    for (const name of readdirSync(join(path, folder))) {
      if (name.endsWith(".json") && !name.includes("invalid") && !name.includes("spdx")) {
        yield [`${folder}/${name}`, readFileSync(join(path, folder, name))];
      }
    }
  }
}

describe("CycloneDX as SPDX 3.0.1", () => {
  test("fits the official schema, forgets nothing, and is the same every time", {
    skip: missing,
  }, async () => {
    let count = 0;
    for (const [name, bytes] of samples()) {
      const { findings, document } = await readBom(bytes, name);
      if (findings.some(({ severity }) => severity === "high" || severity === "critical")) {
        continue;
      }
      count++;
      const converted = await convert(bytes);
      assert.equal(
        official()(JSON.parse(converted.text)),
        true,
        `${name}: ${JSON.stringify(official().errors?.[0])}`,
      );
      assert.equal((await convert(bytes)).text, converted.text);
      const raw = outputText(converted.text, true);
      const output = `${raw}\n${decode(raw)}`;
      assertNothingForgotten(document, output, converted, (pointer) => reworded.test(pointer));
    }
    assert.ok(count > 150, `${count} documents`);
  });

  test("a model with everything that the AI profile wants claims it", async () => {
    const converted = await convertDocument({
      metadata: {
        timestamp: "2026-01-02T03:04:05.123Z",
        authors: [{ name: "Ada", email: "ada@example.com" }],
        component: {
          type: "machine-learning-model",
          "bom-ref": "m",
          name: "m",
          version: "1",
          supplier: { name: "ACME", url: ["https://acme.example"] },
          releaseNotes: { type: "major", timestamp: "2025-12-31T23:59:59+02:00" },
          licenses: [{ license: { id: "MIT", acknowledgement: "concluded" } }],
          externalReferences: [{ type: "distribution", url: "https://acme.example/m" }],
          pedigree: { ancestors: [{ type: "machine-learning-model", name: "base" }] },
          modelCard: {
            modelParameters: { task: "chat", approach: { type: "supervised" }, datasets: [{ ref: "d" }] },
            quantitativeAnalysis: { performanceMetrics: [{ type: "f1", slice: "en", value: "0.9" }] },
            considerations: {
              technicalLimitations: ["English only"],
              environmentalConsiderations: {
                energyConsumptions: [
                  {
                    activity: "training",
                    energyProviders: [
                      {
                        organization: { name: "E" },
                        energySource: "wind",
                        energyProvided: { value: 1, unit: "kWh" },
                      },
                    ],
                    activityEnergyCost: { value: 0.4, unit: "kWh" },
                  },
                ],
              },
            },
            properties: [{ name: "cdx:ai-ml:model:parameter:count", value: "7B" }],
          },
        },
      },
      components: [{ type: "library", "bom-ref": "d", name: "d" }],
    });
    // The base model is an AIPackage too, of which nothing but the name is known.
    assert.deepEqual([...new Set(converted.gaps.map(({ first }) => first))], ["base"]);
    const model = ofType(converted, "ai_AIPackage").find(({ name }) => name === "m");
    assert.equal(model.releaseTime, "2025-12-31T21:59:59Z");
    assert.deepEqual(model.ai_typeOfModel, ["supervised"]);
    assert.deepEqual(model.ai_domain, ["chat"]);
    assert.equal(model.ai_limitation, "English only");
    assert.deepEqual(model.ai_metric, [{ type: "DictionaryEntry", key: "f1 / en", value: "0.9" }]);
    assert.equal(model.ai_energyConsumption.ai_trainingEnergyConsumption[0].ai_energyQuantity, "0.4");
    const [document] = ofType(converted, "SpdxDocument");
    assert.ok(!document.profileConformance.includes("ai"));
    const relations = ofType(converted, "Relationship").map(({ relationshipType }) => relationshipType);
    for (const kind of ["trainedOn", "descendantOf", "hasDeclaredLicense", "hasConcludedLicense"]) {
      assert.ok(relations.includes(kind), kind);
    }
    assert.equal(ofType(converted, "CreationInfo")[0].created, "2026-01-02T03:04:05Z");
  });

  test("profiles are claimed where nothing is missing, and only there", async () => {
    const whole = {
      type: "machine-learning-model",
      name: "m",
      version: "1",
      supplier: { name: "ACME" },
      releaseNotes: { type: "major", timestamp: "2025-12-31T23:59:59Z" },
      externalReferences: [{ type: "distribution", url: "https://acme.example/m" }],
    };
    const conformance = async (component: object): Promise<string[]> =>
      ofType(await convertDocument({ metadata: { component } }), "SpdxDocument")[0].profileConformance;
    assert.ok((await conformance(whole)).includes("ai"));
    for (const key of ["version", "supplier", "releaseNotes", "externalReferences"]) {
      const { [key as "version"]: _, ...less } = whole;
      assert.ok(!(await conformance(less)).includes("ai"), key);
    }
    assert.deepEqual(await conformance({ type: "library", name: "x" }), ["core", "software"]);
  });

  test("what contradicts itself, or is finer than SPDX, is named", async () => {
    const { losses, moves } = await convertDocument({
      metadata: { timestamp: "2026-01-02T03:04:05.678Z" },
      components: [{ type: "library", "bom-ref": "x", name: "x" }],
      compositions: [
        { aggregate: "incomplete", assemblies: ["x"], dependencies: ["x"] },
        { aggregate: "complete", assemblies: ["x"], dependencies: ["x"] },
      ],
    });
    assert.deepEqual(losses, [
      { pointer: "/compositions/*/aggregate", count: 1 },
      { pointer: "/compositions/*/assemblies/*", count: 1 },
      { pointer: "/compositions/*/dependencies/*", count: 1 },
    ]);
    assert.deepEqual(moves, [{ pointer: "/metadata/timestamp", to: "whole seconds", count: 1 }]);
  });

  test("nothing is invented: no licence, no supplier, no dependency", async () => {
    const converted = await convertDocument({
      components: [{ type: "library", "bom-ref": "x", name: "x" }],
      compositions: [
        { aggregate: "unknown", dependencies: ["x"] },
        { aggregate: "complete", assemblies: ["x"] },
      ],
    });
    const [item] = ofType(converted, "software_Package");
    assert.deepEqual(Object.keys(item).sort(), [
      "creationInfo",
      "name",
      "software_primaryPurpose",
      "spdxId",
      "type",
    ]);
    const to = Object.fromEntries(
      ofType(converted, "Relationship").map((each) => [
        each.relationshipType,
        [each.to[0].split("/").at(-1), each.completeness],
      ]),
    );
    assert.deepEqual(to, {
      hasDeclaredLicense: ["NoAssertionLicense", undefined],
      hasConcludedLicense: ["NoAssertionLicense", undefined],
      contains: ["NoneElement", "complete"],
      dependsOn: ["NoAssertionElement", "noAssertion"],
    });
    // No time in the document: the SPDX document is as old as the conversion.
    assert.equal(ofType(converted, "CreationInfo")[0].created, "2026-01-02T03:04:05Z");
  });

  test("10,000 components in little more than linear time", async () => {
    const components = Array.from({ length: 10_000 }, (_, index) => ({
      type: "library",
      "bom-ref": `r${index}`,
      name: `n${index}`,
      licenses: [{ license: { id: "MIT" } }],
    }));
    const start = performance.now();
    const { graph } = await convertDocument({
      components,
      dependencies: [{ ref: "r0", dependsOn: components.slice(1).map((each) => each["bom-ref"]) }],
    });
    assert.ok(graph.length > 30_000);
    assert.ok(performance.now() - start < 15_000);
  });
});

function decode(text: string): string {
  return text.replaceAll(/(?:%[0-9A-F]{2})+/g, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}
