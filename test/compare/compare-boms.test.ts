// SPDX-License-Identifier: Apache-2.0
// Each kind of change is found, nothing is found where nothing changed, and the order of lists does not matter.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { buildBom } from "../../src/bom/build.ts";
import type { JsonObject } from "../../src/bytes/json.ts";
import { compareBoms } from "../../src/compare-boms.ts";
import type { Change, ChangeKind } from "../../src/model/bom-diff.ts";

const golden = join(import.meta.dirname, "../bom/golden");
const read = (name: string): JsonObject => JSON.parse(readFileSync(join(golden, name), "utf8"));

// biome-ignore lint/suspicious/noExplicitAny: documents are edited freely
type Any = any;

/** A model with everything that is compared, as the subject of its document. */
function sample(): Any {
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.7",
    version: 1,
    metadata: {
      timestamp: "2026-01-01T00:00:00Z",
      tools: { components: [{ type: "application", name: "maker", version: "1" }] },
      component: {
        type: "machine-learning-model",
        "bom-ref": "m",
        name: "assistant",
        version: "1.0",
        supplier: { name: "ACME" },
        hashes: [{ alg: "SHA-256", content: "a".repeat(64) }],
        licenses: [{ license: { id: "Apache-2.0", acknowledgement: "declared" } }],
        pedigree: { ancestors: [{ type: "machine-learning-model", name: "acme/base", version: "3" }] },
        modelCard: { modelParameters: { task: "text-generation", datasets: [{ ref: "d" }] } },
        properties: [{ name: "aibom:claim:task", value: "chat" }],
        signature: { algorithm: "ES256", keyId: "release", value: "AAAA" },
        components: [
          {
            type: "file",
            "bom-ref": "f1",
            name: "w.bin",
            hashes: [{ alg: "SHA-256", content: "b".repeat(64) }],
          },
          {
            type: "file",
            "bom-ref": "f2",
            name: "c.json",
            hashes: [{ alg: "SHA-256", content: "c".repeat(64) }],
          },
        ],
      },
    },
    components: [
      {
        type: "data",
        "bom-ref": "d",
        name: "reviews",
        data: [{ type: "dataset", classification: "public" }],
      },
      { type: "library", "bom-ref": "n", name: "numpy", version: "1.26.4", purl: "pkg:pypi/numpy@1.26.4" },
    ],
    dependencies: [{ ref: "m", dependsOn: ["n", "d"] }, { ref: "n" }],
    compositions: [{ aggregate: "complete", assemblies: ["m"] }],
    vulnerabilities: [{ id: "CVE-2026-1", analysis: { state: "not_affected" } }],
  };
}

/** The kinds of the changes that an edit makes, with the subject's name. */
function changesBy(edit: (bom: Any) => void): readonly Change[] {
  const after = sample();
  edit(after);
  return compareBoms(sample(), after).changes;
}

const of = (changes: readonly Change[]): string[] =>
  changes.map(({ kind, subject }) => `${kind} ${subject.name}`);

describe("compareBoms", () => {
  const edits: readonly (readonly [ChangeKind, string, (bom: Any) => void])[] = [
    [
      "removed",
      "numpy",
      (b) => b.components.splice(1, 1) && b.dependencies.splice(0, 2, { ref: "m", dependsOn: ["d"] }),
    ],
    ["added", "torch", (b) => b.components.push({ type: "library", name: "torch" })],
    [
      "renamed",
      "weights.bin",
      (b) => {
        b.metadata.component.components[0].name = "weights.bin";
        b.metadata.component.components[0]["bom-ref"] = "other";
      },
    ],
    [
      "digest",
      "w.bin",
      (b) => {
        b.metadata.component.components[0].hashes[0].content = "d".repeat(64);
      },
    ],
    [
      "digest",
      "w.bin",
      (b) => {
        delete b.metadata.component.components[0].hashes;
      },
    ],
    [
      "version",
      "numpy",
      (b) => {
        b.components[1].version = "2.0.0";
        b.components[1].purl = "pkg:pypi/numpy@2.0.0";
      },
    ],
    [
      "signer",
      "assistant",
      (b) => {
        b.metadata.component.signature.keyId = "stranger";
      },
    ],
    [
      "license",
      "assistant",
      (b) => {
        b.metadata.component.licenses = [{ expression: "MIT" }];
      },
    ],
    [
      "supplier",
      "assistant",
      (b) => {
        b.metadata.component.supplier.name = "Stranger";
      },
    ],
    [
      "base-model",
      "assistant",
      (b) => {
        b.metadata.component.pedigree.ancestors[0].version = "4";
      },
    ],
    [
      "dataset",
      "assistant",
      (b) => {
        b.metadata.component.modelCard.modelParameters.datasets = [];
      },
    ],
    [
      "dataset",
      "reviews",
      (b) => {
        b.components[0].data[0].classification = "secret";
      },
    ],
    [
      "dependency",
      "assistant",
      (b) => {
        b.dependencies[0].dependsOn.pop();
      },
    ],
    [
      "completeness",
      "assistant",
      (b) => {
        b.compositions[0].aggregate = "incomplete";
      },
    ],
    [
      "vulnerability",
      "assistant",
      (b) => {
        b.vulnerabilities[0].analysis.state = "exploitable";
      },
    ],
    [
      "identity",
      "numpy",
      (b) => {
        b.components[1].cpe = "cpe:2.3:a:numpy:numpy:1:*:*:*:*:*:*:*";
      },
    ],
    [
      "model-card",
      "assistant",
      (b) => {
        b.metadata.component.modelCard.modelParameters.task = "spam";
      },
    ],
    [
      "property",
      "assistant",
      (b) => {
        b.metadata.component.properties[0].value = "spam";
      },
    ],
    [
      "reference",
      "numpy",
      (b) => {
        b.components[1].externalReferences = [{ type: "vcs", url: "https://x.example" }];
      },
    ],
    [
      "tool",
      "assistant",
      (b) => {
        b.metadata.tools.components[0].version = "2";
      },
    ],
    [
      "detail",
      "numpy",
      (b) => {
        b.components[1].description = "numbers";
      },
    ],
    [
      "signer",
      "assistant",
      (b) => {
        b.signature = { algorithm: "ES256", keyId: "k", value: "AAAA" };
      },
    ],
  ];
  for (const [kind, name, edit] of edits) {
    test(`${kind} of ${name}`, () => {
      // What depended on a component that went depends on it no longer.
      const also = kind === "removed" ? ["dependency assistant"] : [];
      assert.deepEqual(of(changesBy(edit)), [...also, `${kind} ${name}`]);
    });
  }

  test("values are those that only one side has", () => {
    const [change] = changesBy((b) => {
      b.metadata.component.licenses.push({ license: { id: "MIT" } });
    });
    assert.deepEqual([change?.before, change?.after], [[], ["MIT"]]);
  });

  test("time stamps, serial numbers, document versions, evidence and provenance notes are no change", () => {
    const changes = changesBy((b) => {
      b.serialNumber = "urn:uuid:11111111-1111-4111-8111-111111111111";
      b.version = 9;
      b.metadata.timestamp = "2027-01-01T00:00:00Z";
      b.metadata.component.evidence = { occurrences: [{ location: "x" }] };
      b.metadata.component.properties.push({ name: "aibom:provenance", value: "x" });
      b.citations = [{ timestamp: "2027-01-01T00:00:00Z", pointers: ["/version"], attributedTo: "m" }];
    });
    assert.deepEqual(changes, []);
  });

  test("another writer's refs are no change where names or package URLs are the same", () => {
    const text = JSON.stringify(sample()).replaceAll(/"(m|d|n|f1|f2)"/g, '"new-$1"');
    assert.deepEqual(compareBoms(sample(), JSON.parse(text)).changes, []);
  });

  test("more algorithms for the same bytes are no change of the digest", () => {
    const changes = changesBy((b) => {
      b.metadata.component.components[0].hashes.push({ alg: "SHA-1", content: "e".repeat(40) });
    });
    assert.deepEqual(of(changes), ["property w.bin"]);
  });

  test("two versions of one library side by side stay themselves", () => {
    const twice = (bom: Any): void => {
      bom.components.push({
        type: "library",
        "bom-ref": "n2",
        name: "numpy",
        version: "2.0.0",
        purl: "pkg:pypi/numpy@2.0.0",
      });
    };
    const before = sample();
    twice(before);
    const after = sample();
    twice(after);
    after.components.reverse();
    assert.deepEqual(compareBoms(before, after).changes, []);
    after.components.splice(
      after.components.findIndex((each: Any) => each.version === "1.26.4"),
      1,
    );
    assert.ok(of(compareBoms(before, after).changes).includes("removed numpy"));
  });

  test("a model that is about the same in both versions of CycloneDX is the same", () => {
    for (const name of readdirSync(golden).filter((each) => each.endsWith(".1.6.json"))) {
      const { changes } = compareBoms(read(name), read(name.replace(".1.6.", ".1.7.")));
      // Beside the version: expressions beside other licenses are names in 1.6, and isExternal is a property there.
      const own = ["specVersion", "isExternal", "aibom:external"];
      const rest = changes.filter(({ kind, field }) => kind !== "license" && !own.includes(field ?? ""));
      assert.deepEqual(rest, [], name);
    }
  });
});

test("BOMs that aibom builds from the same files are equal", async () => {
  const artifact = {
    kind: "model",
    name: "m",
    facts: [],
    findings: [],
    ignored: [],
    complete: true,
  } as const;
  const file = { path: "w.bin", size: 1, format: "file", status: "opaque" } as const;
  const build = async (hex: string, toolVersion: string): Promise<JsonObject> =>
    JSON.parse(
      Buffer.from(
        await buildBom(
          [{ ...artifact, files: [{ ...file, digests: [{ algorithm: "sha256", hex: hex.repeat(64) }] }] }],
          { specVersion: "1.7", toolVersion },
        ),
      ).toString(),
    );
  assert.deepEqual(compareBoms(await build("a", "1"), await build("a", "1")).changes, []);
  assert.deepEqual(of(compareBoms(await build("a", "1"), await build("b", "2")).changes), [
    "tool m",
    "digest m",
    "digest w.bin",
  ]);
});
