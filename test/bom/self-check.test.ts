// SPDX-License-Identifier: Apache-2.0
// The self-check refuses a document with one bad file among a thousand good ones, although good ones take
// the short way past the full validator.

import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutPlainFiles } from "../../src/bom/plain-files.ts";
import { checkBuiltBom } from "../../src/bom/self-check.ts";
import type { JsonObject } from "../../src/bytes/json.ts";

const count = 1000;

function file(index: number): Record<string, unknown> {
  return {
    type: "file",
    "bom-ref": `file:key/${index}`,
    name: String(index),
    hashes: [{ alg: "SHA-256", content: index.toString(16).padStart(64, "0") }],
    properties: [{ name: "aibom:file:size", value: "1" }],
  };
}

function document(change: (files: Record<string, unknown>[], edges: Record<string, unknown>[]) => void) {
  const files = Array.from({ length: count }, (_, index) => file(index));
  const edges: Record<string, unknown>[] = [
    { ref: "model:key" },
    ...files.map((each) => ({ ref: each["bom-ref"] })),
  ];
  change(files, edges);
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.7",
    version: 1,
    metadata: {
      component: { type: "machine-learning-model", "bom-ref": "model:key", name: "m", components: files },
    },
    dependencies: edges,
  };
}

test("good files take the short way and pass", async () => {
  const good = document(() => {});
  const reduced = withoutPlainFiles(good as unknown as JsonObject);
  assert.equal((reduced["dependencies"] as unknown[]).length, 2);
  await checkBuiltBom(good);
});

const faults: Readonly<Record<string, Parameters<typeof document>[0]>> = {
  "a short hash": (files) => Object.assign(files[500] ?? {}, { hashes: [{ alg: "SHA-256", content: "00" }] }),
  "a hash with other letters": (files) =>
    Object.assign(files[500] ?? {}, { hashes: [{ alg: "SHA-256", content: "g".repeat(64) }] }),
  "an unknown algorithm": (files) =>
    Object.assign(files[500] ?? {}, { hashes: [{ alg: "SHA-257", content: "0".repeat(64) }] }),
  "a hash of another length": (files) =>
    Object.assign(files[500] ?? {}, { hashes: [{ alg: "SHA-512", content: "0".repeat(64) }] }),
  "an extra member": (files) => Object.assign(files[500] ?? {}, { extra: 1 }),
  "an extra member of a hash": (files) =>
    Object.assign(files[500] ?? {}, { hashes: [{ alg: "SHA-256", content: "0".repeat(64), extra: 1 }] }),
  "a missing name": (files) => Reflect.deleteProperty(files[500] ?? {}, "name"),
  "a name that is a number": (files) => Object.assign(files[500] ?? {}, { name: 5 }),
  "a wrong type": (files) => Object.assign(files[500] ?? {}, { type: "fil" }),
  "a ref of another type": (files) => Object.assign(files[500] ?? {}, { "bom-ref": 7 }),
  "a duplicate ref": (files) => Object.assign(files[500] ?? {}, { "bom-ref": "file:key/499" }),
  "the first file's ref again": (files) => Object.assign(files[500] ?? {}, { "bom-ref": "file:key/0" }),
  "a duplicate name": (files) => Object.assign(files[500] ?? {}, { name: "499" }),
  "a property that is a number": (files) =>
    Object.assign(files[500] ?? {}, { properties: [{ name: "a", value: 5 }] }),
  "a dependency entry twice": (_files, edges) => edges.push({ ref: "file:key/500" }),
  "a dangling dependency": (_files, edges) => edges.push({ ref: "file:key/none" }),
};

for (const [name, change] of Object.entries(faults)) {
  test(`refused: ${name}`, async () => {
    await assert.rejects(checkBuiltBom(document(change)), { code: "BOM_SELF_INVALID" });
  });
}

test("refused: a file's ref used by another component", async () => {
  const twice = { type: "data", "bom-ref": "file:key/500", name: "d" };
  const whole = { ...document(() => {}), components: [twice] };
  await assert.rejects(checkBuiltBom(whole), { code: "BOM_SELF_INVALID" });
});

test("what the full validator only reports does not take the short way either", () => {
  const changes: Record<string, unknown>[] = [
    { hashes: [{ alg: "SHA-256", content: "A".repeat(64) }] },
    { properties: [{ name: "a" }] },
  ];
  for (const change of changes) {
    const whole = document((files) => Object.assign(files[500] ?? {}, change)) as unknown as JsonObject;
    assert.equal(withoutPlainFiles(whole), whole);
  }
});
