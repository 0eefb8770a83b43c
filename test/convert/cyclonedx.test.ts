// SPDX-License-Identifier: Apache-2.0
// CycloneDX 1.7 as 1.6 and back: our own documents byte for byte, those of the specification valid, losses named.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { readBom } from "../../src/bom/read.ts";
import { type Conversion, convertBom } from "../../src/convert.ts";
import type { ConversionTarget } from "../../src/model/conversion.ts";
import { corpus } from "../corpora.ts";

const golden = join(import.meta.dirname, "../bom/golden");
const at = new Date(0);

async function convert(bytes: Uint8Array, to: ConversionTarget): Promise<Conversion & { bytes: Buffer }> {
  const conversion = await convertBom(bytes, "bom.json", { to, at, toolVersion: "0" });
  return { ...conversion, bytes: Buffer.concat(conversion.pieces) };
}

// biome-ignore lint/suspicious/noExplicitAny: documents are looked into freely
type Any = any;

const written = (document: Any): Buffer =>
  Buffer.from(JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.7", version: 1, ...document }));

describe("our own documents", () => {
  for (const name of readdirSync(golden).filter((each) => each.endsWith(".1.7.json"))) {
    test(name, async () => {
      const newer = readFileSync(join(golden, name));
      const older = readFileSync(join(golden, name.replace(".1.7.", ".1.6.")));
      const up = await convert(older, "cyclonedx-1.7");
      assert.deepEqual(up.losses, []);
      const down = await convert(up.bytes, "cyclonedx-1.6");
      assert.ok(down.bytes.equals(older), "1.6 to 1.7 to 1.6");
      const converted = await convert(newer, "cyclonedx-1.6");
      assert.deepEqual(converted.losses, []);
      // What inventory writes as 1.6 at once. Where an expression becomes a name, licenses stand in another order.
      if (!converted.moves.some(({ to }) => to === "license/name")) {
        assert.equal(converted.bytes.toString(), older.toString());
      }
      // Citations became annotations, and stay.
      const back = JSON.parse((await convert(converted.bytes, "cyclonedx-1.7")).bytes.toString());
      const { citations: _, ...first } = JSON.parse(newer.toString());
      const { annotations: __, ...second } = back;
      if (converted.moves.every(({ to }) => to !== "license/name")) {
        assert.deepEqual({ ...second, serialNumber: "" }, { ...first, serialNumber: "" });
      }
    });
  }

  test("a document of the version that is asked for stays as it is", async () => {
    const bytes = readFileSync(join(golden, "system.1.7.json"));
    assert.ok((await convert(bytes, "cyclonedx-1.7")).bytes.equals(bytes));
  });
});

describe("what only 1.7 says", () => {
  test("goes into properties of ours, and comes back", async () => {
    const source = {
      metadata: { distributionConstraints: { tlp: "AMBER" } },
      components: [
        { type: "library", name: "x", isExternal: true, versionRange: "vers:npm/>=1" },
        { type: "library", name: "y", isExternal: false },
      ],
    };
    const older = await convert(written(source), "cyclonedx-1.6");
    assert.deepEqual(older.losses, []);
    const document: Any = JSON.parse(older.bytes.toString());
    assert.deepEqual(document.metadata.properties, [
      { name: "aibom:distributionConstraints:tlp", value: "AMBER" },
    ]);
    assert.deepEqual(document.components[0].properties, [
      { name: "aibom:external", value: "true" },
      { name: "aibom:versionRange", value: "vers:npm/>=1" },
    ]);
    const newer: Any = JSON.parse((await convert(older.bytes, "cyclonedx-1.7")).bytes.toString());
    assert.deepEqual(newer.metadata, source.metadata);
    assert.deepEqual(newer.components[0], source.components[0]);
  });

  test("properties that only look like ours stay properties", async () => {
    const properties = [
      { name: "aibom:external", value: "perhaps" },
      { name: "aibom:versionRange", value: "1" },
    ];
    const components = [{ type: "library", name: "x", version: "1", properties }];
    const older = Buffer.from(
      JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.6", version: 1, components }),
    );
    const newer: Any = JSON.parse((await convert(older, "cyclonedx-1.7")).bytes.toString());
    assert.deepEqual(newer.components, components);
  });

  test("has no place, and is named with its count", async () => {
    const { losses } = await convert(
      written({
        components: [
          {
            type: "library",
            name: "x",
            hashes: [
              { alg: "Streebog-256", content: "a".repeat(64) },
              { alg: "SHA-256", content: "b".repeat(64) },
            ],
            externalReferences: [
              { type: "vcs", url: "https://x.example", properties: [{ name: "a", value: "b" }] },
            ],
          },
        ],
      }),
      "cyclonedx-1.6",
    );
    assert.deepEqual(losses, [
      { pointer: "/components/*/externalReferences/*/properties", count: 2 },
      { pointer: "/components/*/hashes/*", count: 2 },
    ]);
  });

  test("a signature is dropped where what it covers changed, and kept where not", async () => {
    const signature = { algorithm: "ES256", keyId: "k", value: "AAAA" };
    const { bytes, losses } = await convert(
      written({
        components: [
          { type: "library", name: "same", signature },
          { type: "library", name: "changed", isExternal: true, signature },
        ],
        signature,
      }),
      "cyclonedx-1.6",
    );
    const document: Any = JSON.parse(bytes.toString());
    assert.deepEqual(document.components[0].signature, signature);
    assert.equal(document.components[1].signature, undefined);
    assert.deepEqual(losses, [
      { pointer: "/components/*/signature", count: 3 },
      { pointer: "/signature", count: 3 },
    ]);
  });

  test("a serial number of another tool stays: others may link to it", async () => {
    const serialNumber = "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79";
    const { bytes } = await convert(written({ serialNumber }), "cyclonedx-1.6");
    assert.equal(JSON.parse(bytes.toString()).serialNumber, serialNumber);
  });

  test("a document that refers to what 1.6 cannot hold is refused, not broken", async () => {
    const patent = {
      "bom-ref": "patent",
      patentNumber: "US1234567",
      jurisdiction: "US",
      patentLegalStatus: "granted",
    };
    const source = written({ definitions: { patents: [patent] }, dependencies: [{ ref: "patent" }] });
    await assert.rejects(convert(source, "cyclonedx-1.6"), { code: "CONVERT_IMPOSSIBLE" });
  });

  test("keys that look like prototypes change nothing", async () => {
    const text = written({ components: [{ type: "library", name: "x" }] })
      .toString()
      .replace('"name":"x"', '"name":"x","properties":[{"name":"__proto__","value":"constructor"}]');
    const { bytes } = await convert(Buffer.from(text), "cyclonedx-1.6");
    assert.equal(JSON.parse(bytes.toString()).components[0].properties[0].name, "__proto__");
  });
});

const { path, missing } = corpus("cyclonedx");

describe("documents of the specification", { skip: missing }, () => {
  for (const to of ["cyclonedx-1.6", "cyclonedx-1.7"] as const) {
    test(`every valid one is valid as ${to}`, async () => {
      for (const version of ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"]) {
        const folder = join(path, "spec", version);
        for (const name of readdirSync(folder).filter((each) => each.startsWith("valid-"))) {
          const source = readFileSync(join(folder, name));
          if ((await readBom(source, name)).findings.some(({ severity }) => severity === "high")) {
            continue;
          }
          const { bytes, losses } = await convert(source, to);
          const { specVersion, findings } = await readBom(bytes, name);
          assert.equal(`cyclonedx-${specVersion}`, to);
          assert.deepEqual(
            findings.filter(({ severity }) => severity === "high"),
            [],
            name,
          );
          const lost = losses.filter(({ pointer }) => !pointer.endsWith("/signature"));
          assert.ok(version === "1.7" || lost.length === 0, `${version}/${name}: ${JSON.stringify(lost)}`);
        }
      }
    });
  }
});
