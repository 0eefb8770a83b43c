// SPDX-License-Identifier: Apache-2.0
// VEX in its three formats: the same statement, and documents that are no VEX or say it only in part.

import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { AibomError } from "../../src/errors.ts";
import { readVex } from "../../src/vulnerabilities/vex/read.ts";
import type { VexContent } from "../../src/vulnerabilities/vex/statement.ts";

const time = "2026-06-01T00:00:00Z";
const purl = "pkg:pypi/torch@2.0";

const openVex = {
  "@context": "https://openvex.dev/ns/v0.2.0",
  "@id": "https://vendor.example/1",
  author: "vendor",
  timestamp: time,
  version: 1,
  statements: [
    {
      vulnerability: { "@id": "https://nvd.example/CVE-1", name: "CVE-1", aliases: ["GHSA-1"] },
      products: [{ "@id": "https://vendor.example/torch", identifiers: { purl } }],
      status: "not_affected",
      justification: "vulnerable_code_not_present",
    },
  ],
};

const cycloneDx = {
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  version: 1,
  metadata: { timestamp: time },
  components: [
    { type: "library", name: "a", components: [{ type: "library", name: "torch", "bom-ref": "t", purl }] },
  ],
  vulnerabilities: [
    {
      id: "CVE-1",
      references: [{ id: "GHSA-1", source: { name: "GitHub" } }],
      ratings: [{ severity: "low" }, { severity: "high" }],
      analysis: { state: "not_affected", justification: "code_not_reachable" },
      affects: [{ ref: "t" }],
    },
  ],
};

const csaf = {
  document: { category: "csaf_vex", csaf_version: "2.0", tracking: { current_release_date: time } },
  product_tree: {
    branches: [
      {
        category: "vendor",
        branches: [
          { category: "product", product: { product_id: "P", product_identification_helper: { purl } } },
        ],
      },
    ],
    full_product_names: [
      {
        product_id: "W",
        product_identification_helper: { hashes: [{ file_hashes: [{ algorithm: "sha256", value: "AB" }] }] },
      },
    ],
    relationships: [
      {
        category: "default_component_of",
        product_reference: "P",
        relates_to_product_reference: "W",
        full_product_name: { product_id: "PW" },
      },
    ],
  },
  vulnerabilities: [
    {
      cve: "CVE-1",
      ids: [{ system_name: "GitHub", text: "GHSA-1" }],
      product_status: { known_not_affected: ["P"], under_investigation: ["PW"], fixed: ["nobody"] },
      flags: [{ label: "component_not_present", product_ids: ["P"] }],
      scores: [{ cvss_v3: { baseSeverity: "HIGH" }, products: ["P"] }],
    },
  ],
};

const read = (document: unknown): VexContent => readVex(Buffer.from(JSON.stringify(document)), "vex.json");

test("one statement in three formats", () => {
  const words = ["vulnerable_code_not_present", "code_not_reachable", "component_not_present"];
  for (const [index, document] of [openVex, cycloneDx, csaf].entries()) {
    const content = read(document);
    const [first] = content.statements;
    assert.equal(content.time, time);
    assert.ok(first !== undefined);
    assert.deepEqual(
      ["CVE-1", "GHSA-1"].filter((id) => !first.ids.includes(id)),
      [],
      content.format,
    );
    assert.deepEqual([first.status, first.justification, first.time], ["not_affected", words[index], time]);
    assert.equal(first.products[0]?.purl?.name, "torch", content.format);
    assert.equal(first.severity, index === 0 ? "unknown" : "high");
  }
});

test("CSAF: a relationship is a part of a product; products that nobody can recognise have no statement", () => {
  const { statements } = read(csaf);
  assert.equal(statements.length, 2);
  const [, part] = statements;
  assert.deepEqual([part?.status, part?.products[0]?.hashes], ["under_investigation", ["ab"]]);
  assert.equal(part?.products[0]?.parts?.[0]?.name, "torch");
});

test("CycloneDX: no analysis means affected; versions make a statement narrower; a BOM-Link is kept whole", () => {
  const [vulnerability] = cycloneDx.vulnerabilities;
  const { analysis: _, ...plain } = vulnerability ?? {};
  const link = "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#t";
  const affects = [{ ref: link, versions: [{ version: "1.0", status: "affected" }] }];
  const [first] = read({ ...cycloneDx, vulnerabilities: [{ ...plain, affects }] }).statements;
  assert.deepEqual([first?.status, first?.products], ["affected", [{ ref: link, isNarrower: true }]]);
});

const spoilt: readonly [string, object][] = [
  ["no known format", { statements: [] }],
  ["OpenVEX without time", { ...openVex, timestamp: undefined }],
  ["OpenVEX with a time of no calendar", { ...openVex, timestamp: "yesterday" }],
  ["OpenVEX without status", { ...openVex, statements: [{ vulnerability: "CVE-1" }] }],
  ["OpenVEX with an unknown status", { ...openVex, statements: [{ vulnerability: "CVE-1", status: "ok" }] }],
  ["OpenVEX without vulnerability", { ...openVex, statements: [{ status: "fixed" }] }],
  ["CycloneDX without time", { ...cycloneDx, metadata: {} }],
  [
    "CycloneDX with an unknown state",
    { ...cycloneDx, vulnerabilities: [{ id: "X", analysis: { state: "fine" } }] },
  ],
  ["CycloneDX without id", { ...cycloneDx, vulnerabilities: [{ analysis: { state: "not_affected" } }] }],
  ["CSAF without release date", { ...csaf, document: { csaf_version: "2.0" } }],
];
for (const [name, document] of spoilt) {
  test(`refused: ${name}`, () => {
    assert.throws(() => read(document), { code: "VEX_INVALID" });
  });
}

test("whatever the document: an answer, or an error of ours", () => {
  const samples = [openVex, cycloneDx, csaf].map((each) => JSON.stringify(each));
  const junk = fc.constantFrom("null", "[]", "{}", "1", '""', "[null]", '{"a":[{}]}');
  fc.assert(
    fc.property(fc.constantFrom(...samples), fc.nat(60), junk, (text, index, value) => {
      // Puts another value in the place of one member.
      let seen = 0;
      const changed = text.replaceAll(/:("[^"]*"|\d+)/g, (whole) => (seen++ === index ? `:${value}` : whole));
      try {
        readVex(Buffer.from(changed), "vex.json");
      } catch (error) {
        assert.ok(error instanceof AibomError, String(error));
      }
    }),
    { numRuns: 1000 },
  );
});
