// SPDX-License-Identifier: Apache-2.0
// Validation of BOMs: one small document per code, hostile documents, linear cost, any bytes.

import assert from "node:assert/strict";
import test, { before } from "node:test";
import fc from "fast-check";
import { buildValidators } from "../../scripts/validators.ts";
import { validateBom } from "../../src/bom/validate.ts";
import type { Code } from "../../src/codes/index.ts";
import { AibomError } from "../../src/errors.ts";
import { atLeast } from "../../src/model/severity.ts";

before(buildValidators);

const encoder = new TextEncoder();
const encode = (value: unknown): Uint8Array =>
  encoder.encode(typeof value === "string" ? value : JSON.stringify(value));

const bom = (more: object = {}): object => ({
  bomFormat: "CycloneDX",
  specVersion: "1.7",
  version: 1,
  ...more,
});
const model = (more: object = {}): object =>
  bom({ components: [{ type: "machine-learning-model", name: "m", "bom-ref": "m", ...more }] });

async function codesOf(value: unknown): Promise<string[]> {
  const { findings } = await validateBom(encode(value), "bom.json");
  return findings.map(({ code, severity, location }) =>
    `${code} ${severity} ${location.member ?? ""}`.trimEnd(),
  );
}

async function refuses(value: unknown, code: Code): Promise<void> {
  await assert.rejects(validateBom(encode(value), "bom.json"), (error: unknown) => {
    assert.ok(error instanceof AibomError, String(error));
    assert.equal(error.code, code);
    assert.equal(error.where?.path, "bom.json");
    return true;
  });
}

const hex = (length: number): string => "a".repeat(length);
const purl = "pkg:huggingface/acme/m@0123456789012345678901234567890123456789";

test("a complete model BOM has no findings", async () => {
  const document = {
    ...model({
      purl,
      cpe: "cpe:2.3:a:acme:m:1.0:*:*:*:*:*:*:*",
      swhid: [`swh:1:cnt:${hex(40)};path=/m.bin`],
      omniborId: [`gitoid:blob:sha256:${hex(64)}`],
      hashes: [{ alg: "SHA-256", content: hex(64) }],
      licenses: [{ expression: "Apache-2.0 OR (MIT AND GPL-2.0-only WITH Classpath-exception-2.0)" }],
      modelCard: { modelParameters: { datasets: [{ ref: "m" }, { type: "dataset", name: "d" }] } },
      evidence: { identity: [{ field: "hash", methods: [{ technique: "hash-comparison", confidence: 1 }] }] },
      externalReferences: [{ type: "website", url: "https://example.com/a?b=c#d" }],
      properties: [{ name: "a", value: "" }],
    }),
    dependencies: [{ ref: "m", dependsOn: ["urn:cdx:f08a6ccd-4dce-4759-bd84-c626675d60a7/1#x"] }],
    citations: [
      { timestamp: "2026-01-01T00:00:00Z", attributedTo: "m", pointers: ["/components/0/purl", ""] },
    ],
  };
  assert.deepEqual(await codesOf(document), []);
});

test("each semantic fault is found where it is", async () => {
  const cases: [object, string][] = [
    [{ ...bom(), version: undefined }, "BOM_VERSION high"],
    [
      bom({
        components: [{ type: "data", name: "a", "bom-ref": "x" }],
        services: [{ name: "s", "bom-ref": "x" }],
      }),
      "BOM_REF_DUPLICATE high /services/0/bom-ref",
    ],
    [
      { ...model(), dependencies: [{ ref: "m", dependsOn: ["n"] }] },
      "BOM_REF_DANGLING high /dependencies/0/dependsOn/0",
    ],
    [{ ...model(), dependencies: [{ ref: "n" }] }, "BOM_REF_DANGLING high /dependencies/0/ref"],
    [
      { ...model(), compositions: [{ aggregate: "complete", assemblies: ["n"] }] },
      "BOM_REF_DANGLING high /compositions/0/assemblies/0",
    ],
    [
      model({ modelCard: { modelParameters: { datasets: [{ ref: "n" }] } } }),
      "BOM_REF_DANGLING high /components/0/modelCard/modelParameters/datasets/0/ref",
    ],
    [
      model({ modelCard: { modelParameters: { datasets: [{}] } } }),
      "BOM_DATASET_EMPTY high /components/0/modelCard/modelParameters/datasets/0",
    ],
    [
      bom({ components: [{ type: "library", name: "l", modelCard: {} }] }),
      "BOM_MODELCARD_TYPE high /components/0/modelCard",
    ],
    [
      bom({ components: [{ type: "library", name: "l", data: [{ type: "dataset" }] }] }),
      "BOM_DATA_TYPE high /components/0/data",
    ],
    [model({ purl: "notapurl" }), "BOM_PURL high /components/0/purl"],
    [model({ cpe: "cpe:2.3:a:acme:m" }), "BOM_CPE high /components/0/cpe"],
    [
      model({ hashes: [{ alg: "SHA-256", content: hex(32) }] }),
      "BOM_HASH_LENGTH high /components/0/hashes/0/content",
    ],
    [
      model({ hashes: [{ alg: "SHA-256", content: hex(64).toUpperCase() }] }),
      "BOM_HASH_CASE low /components/0/hashes/0/content",
    ],
    [
      model({ externalReferences: [{ type: "website", url: "http://%%%" }] }),
      "BOM_URL high /components/0/externalReferences/0/url",
    ],
    [
      model({ externalReferences: [{ type: "website", url: "https://a.example/{b}" }] }),
      "BOM_URL medium /components/0/externalReferences/0/url",
    ],
    [
      model({ licenses: [{ expression: "NOTA(VALID" }] }),
      "BOM_LICENSE_EXPRESSION high /components/0/licenses/0/expression",
    ],
    [
      model({ licenses: [{ expression: `${"(".repeat(5000)}MIT${")".repeat(5000)}` }] }),
      "BOM_LICENSE_EXPRESSION high /components/0/licenses/0/expression",
    ],
    [
      model({ evidence: { identity: [{ field: "hash" }] } }),
      "BOM_EVIDENCE_METHODS high /components/0/evidence/identity/0",
    ],
    [
      model({ evidence: { identity: { field: "hash", methods: [] } } }),
      "BOM_EVIDENCE_METHODS high /components/0/evidence/identity",
    ],
    [
      bom({ signature: { algorithm: "http://x/alg", value: "AA" } }),
      "BOM_SIGNATURE_ALGORITHM high /signature/algorithm",
    ],
    [
      bom({ signature: { signers: [{ algorithm: "urn:x:y", value: "AA" }] } }),
      "BOM_SIGNATURE_ALGORITHM high /signature/signers/0/algorithm",
    ],
    [model({ swhid: ["nope"] }), "BOM_SWHID high /components/0/swhid/0"],
    [model({ omniborId: ["nope"] }), "BOM_OMNIBOR high /components/0/omniborId/0"],
    [model({ properties: [{ name: "a" }] }), "BOM_PROPERTY_VALUE medium /components/0/properties/0"],
    [
      model({
        components: [
          { type: "file", name: "a" },
          { type: "file", name: "a", version: "2" },
        ],
      }),
      "BOM_FILE_DUPLICATE high /components/0/components/1",
    ],
    [
      {
        ...model(),
        citations: [{ timestamp: "2026-01-01T00:00:00Z", attributedTo: "m", pointers: ["/components/1"] }],
      },
      "BOM_POINTER_DANGLING medium /citations/0/pointers/0",
    ],
  ];
  for (const [document, expected] of cases) {
    assert.deepEqual(await codesOf(document), [expected]);
  }
});

test("schema faults carry a JSON pointer", async () => {
  assert.deepEqual(await codesOf(bom({ components: [{ type: "file" }] })), ["BOM_SCHEMA high /components/0"]);
  assert.deepEqual(await codesOf(bom({ hello: 1 })), ["BOM_SCHEMA high"]);
  assert.deepEqual(await codesOf(bom({ metadata: { timestamp: "2026-02-29T00:00:00Z" } })), [
    "BOM_SCHEMA high /metadata/timestamp",
  ]);
  const twice = { type: "file", name: "a", hashes: [] };
  assert.ok(
    (await codesOf(bom({ components: [twice, { name: "a", hashes: [], type: "file" }] }))).includes(
      "BOM_SCHEMA high /components",
    ),
  );
});

test("a grave fault behind hundreds of mild ones is not lost", async () => {
  const mild = { type: "website", url: "https://a.example/{b}" };
  const externalReferences = Array.from({ length: 300 }, (_, index) => ({ ...mild, comment: String(index) }));
  const document = bom({ components: [{ type: "file", name: "a", externalReferences }, { type: "file" }] });
  const { findings } = await validateBom(encode(document), "bom.json");
  assert.ok(findings.some(({ severity }) => atLeast(severity, "high")));
  assert.ok(findings.length < 120);
});

test("findings of one kind are capped and counted, with the worst severity", async () => {
  const dependencies = Array.from({ length: 500 }, (_, index) => ({ ref: `missing-${index}` }));
  const { findings } = await validateBom(encode(bom({ dependencies })), "bom.json");
  assert.equal(findings.length, 51);
  assert.deepEqual(findings.at(-1)?.args, { code: "BOM_REF_DANGLING", count: 450 });
  assert.equal(findings.at(-1)?.severity, "high");
});

test("what is not CycloneDX JSON is named and refused", async () => {
  await refuses('<?xml version="1.0"?><bom/>', "BOM_UNSUPPORTED");
  await refuses("SPDXVersion: SPDX-2.3\n", "BOM_UNSUPPORTED");
  await refuses({ spdxVersion: "SPDX-2.3" }, "BOM_UNSUPPORTED");
  await refuses(
    { "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [] },
    "BOM_UNSUPPORTED",
  );
  await refuses({ specFormat: "CycloneDX", specVersion: "2.0" }, "BOM_UNSUPPORTED");
  await refuses([], "BOM_UNSUPPORTED");
  await refuses({}, "BOM_UNSUPPORTED");
  await refuses({ bomFormat: "CycloneDX" }, "BOM_UNSUPPORTED");
  for (const specVersion of ["9.9", "1.1", "2.0", "1.7 ", "1.10", "__proto__"]) {
    await refuses({ bomFormat: "CycloneDX", specVersion }, "BOM_SPEC_VERSION");
  }
});

test("duplicate keys, rounded numbers and deep nesting are refused before the schema sees them", async () => {
  await refuses(
    '{"bomFormat":"CycloneDX","specVersion":"1.7","version":1,"version":2}',
    "JSON_DUPLICATE_KEY",
  );
  await refuses(
    '{"bomFormat":"CycloneDX","specVersion":"1.7","version":9007199254740993}',
    "JSON_NUMBER_UNSAFE",
  );
  const bomb = `{"bomFormat":"CycloneDX","specVersion":"1.7","components":${'[{"type":"file","name":"a","components":'.repeat(1000)}`;
  await refuses(bomb, "JSON_TOO_DEEP");
});

test("the cost of unique items is linear in their number", async () => {
  const { areUnique } = await import("../../src/schemas/unique-items.ts");
  let reads = 0;
  const counted = (index: number): object =>
    new Proxy(
      { type: "file", name: "c", version: String(index) },
      {
        ownKeys: (target) => {
          reads++;
          return Reflect.ownKeys(target);
        },
      },
    );
  const cost = (count: number): number => {
    reads = 0;
    assert.equal(areUnique(Array.from({ length: count }, (_, index) => counted(index))), true);
    return reads;
  };
  const small = cost(1000);
  assert.equal(small, 1000);
  assert.equal(cost(2000), 2000);
});

test("property: unique items agree with pairwise comparison", async () => {
  const { areUnique } = await import("../../src/schemas/unique-items.ts");
  const { isDeepStrictEqual } = await import("node:util");
  const item = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(
      0,
      "0",
      null,
      "null",
      {},
      [],
      "\0{}",
      { a: 1, b: 2 },
      { name: "x" },
      { name: "x", a: 1 },
      { b: 2, a: 1 },
    ),
  );
  fc.assert(
    fc.property(fc.array(item, { maxLength: 8 }), (items) => {
      const plain = JSON.parse(JSON.stringify(items)) as unknown[];
      const hasPair = plain.some((a, i) => plain.some((b, j) => i < j && isDeepStrictEqual(a, b)));
      assert.equal(areUnique(plain), !hasPair);
    }),
    { numRuns: 500 },
  );
});

test("property: any bytes and any JSON give findings or an error with a code", async () => {
  const check = async (bytes: Uint8Array): Promise<void> => {
    try {
      await validateBom(bytes, "bom.json");
    } catch (error) {
      assert.ok(error instanceof AibomError, String(error));
    }
  };
  const value = fc.jsonValue({ maxDepth: 4 });
  const names = [
    "components",
    "metadata",
    "dependencies",
    "services",
    "signature",
    "citations",
    "formulation",
    "declarations",
    "compositions",
    "annotations",
    "vulnerabilities",
    "definitions",
  ];
  const fields = [
    "type",
    "name",
    "purl",
    "cpe",
    "hashes",
    "licenses",
    "modelCard",
    "data",
    "evidence",
    "bom-ref",
    "ref",
    "dependsOn",
    "pointers",
    "properties",
    "algorithm",
    "swhid",
    "omniborId",
    "components",
  ];
  const part = fc.dictionary(fc.constantFrom(...fields), value);
  const document = fc
    .tuple(
      fc.constantFrom("1.2", "1.3", "1.4", "1.5", "1.6", "1.7"),
      fc.dictionary(fc.constantFrom(...names), fc.oneof(value, fc.array(part), part)),
    )
    .map(([specVersion, more]) => encode({ bomFormat: "CycloneDX", specVersion, ...more }));
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), check), { numRuns: 200 });
  await fc.assert(fc.asyncProperty(document, check), { numRuns: 300 });
});
