// SPDX-License-Identifier: Apache-2.0
// The self-check refuses a document with one bad file among a thousand good ones, although good ones take
// the short way past the full validator: they are written as text, each value checked when it is written.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { buildBom } from "../../src/bom/build.ts";
import type { Document } from "../../src/bom/document.ts";
import type { FactsByPath } from "../../src/bom/file-components.ts";
import { type PlainFileList, plainFileLists, plainFiles, replaceLists } from "../../src/bom/plain-files.ts";
import { serialNumber as serialNumberOf } from "../../src/bom/refs.ts";
import { checkBuiltBom } from "../../src/bom/self-check.ts";
import { type SerializedBom, serializeBom } from "../../src/bom/serialize.ts";
import { validateBomDocument } from "../../src/bom/validate.ts";
import type { JsonObject } from "../../src/bytes/json.ts";
import type { Artifact, ArtifactFile } from "../../src/model/artifact.ts";
import { digestHexLengths } from "../../src/model/digest.ts";
import { computed } from "../../src/model/fact.ts";
import { comparePaths } from "../../src/model/path-order.ts";

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

test("files as objects are checked one by one, and good ones pass", async () => {
  await checkBuiltBom(document(() => {}));
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

const noFacts: FactsByPath = new Map();

function artifactFile(path: string, index: number): ArtifactFile {
  const hex = index.toString(16).padStart(64, "0");
  return { path, size: index, digests: [{ algorithm: "sha256", hex }], format: "file", status: "opaque" };
}

function thousandFiles(): ArtifactFile[] {
  return Array.from({ length: count }, (_, index) => artifactFile(String(index).padStart(4, "0"), index));
}

/** A document whose files are written as text. */
function listed(
  list: PlainFileList | readonly Document[],
): Record<string, unknown> & { dependencies: unknown[] } {
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.7",
    version: 1,
    metadata: {
      component: { type: "machine-learning-model", "bom-ref": "model:key", name: "m", components: list },
    },
    dependencies: [{ ref: "model:key" }, list],
  };
}

function plainList(files: readonly ArtifactFile[] = thousandFiles(), facts = noFacts): PlainFileList {
  const list = plainFiles("abc", files, facts);
  assert.ok(list !== undefined);
  return list;
}

const bytesOf = ({ pieces }: SerializedBom): Buffer => Buffer.concat(pieces);

const expandLists = (whole: Document): Document => replaceLists(whole, ({ expand }) => expand());

test("a thousand good files are written as text, take the short way and pass", async () => {
  const whole = listed(plainList());
  assert.equal(plainFileLists("metadata", whole["metadata"]).length, 1);
  await checkBuiltBom(whole);
  const { findings } = await validateBomDocument(expandLists(whole) as JsonObject, "bom");
  assert.deepEqual(findings, []);
});

test("the text of a list is what JSON.stringify writes, whatever names, formats and facts there are", () => {
  const anyText = fc.string({ unit: "binary", maxLength: 12 });
  const file = fc.record({
    path: anyText,
    size: fc.nat(),
    digests: fc
      .subarray(["sha256", "sha384", "sha512", "blake2b-512", "blake3"] as const, { minLength: 1 })
      .map((algorithms) =>
        algorithms.map((algorithm) => ({ algorithm, hex: "a".repeat(digestHexLengths[algorithm]) })),
      ),
    format: anyText,
    status: fc.constantFrom("described", "opaque", "unverified"),
    fact: fc.option(fc.dictionary(anyText, fc.nat(), { noNullPrototype: true })),
  });
  const files = fc
    .uniqueArray(file, { minLength: 70, maxLength: 90, selector: ({ path }) => path })
    .map((some) => some.toSorted((a, b) => comparePaths(a.path, b.path)));
  fc.assert(
    fc.property(files, (some) => {
      const facts = new Map(
        some.flatMap(({ path, fact }) =>
          fact === null ? [] : [[path, [computed("dtypes", fact, { path })]] as const],
        ),
      );
      const whole = listed(plainList(some, facts));
      for (const timestamp of [undefined, "1970-01-01T00:00:00Z"]) {
        const asText = serializeBom(whole, timestamp);
        const asObjects = serializeBom(expandLists(whole), timestamp);
        assert.equal(bytesOf(asText).compare(bytesOf(asObjects)), 0);
        assert.equal(asText.document["serialNumber"], asObjects.document["serialNumber"]);
      }
    }),
    { numRuns: 25 },
  );
});

test("a long list becomes text in parts and stays what JSON.stringify writes, times and lists of files included", () => {
  const time = "1970-01-01T00:00:00Z";
  const list = plainList();
  for (const length of [511, 512, 513, 1024, 1100]) {
    const components = Array.from({ length }, (_, index) => ({
      type: "data",
      "bom-ref": `d${index}`,
      name: index === 7 ? `"timestamp": "${time}",` : `\u{1f600} ${index}`,
      ...(index === 512 || index === 600 ? { components: plainList([...thousandFiles().slice(index)]) } : {}),
    }));
    const citations = components.map(({ name }) => ({ timestamp: time, attributedTo: "d0", note: name }));
    const dependencies = components.flatMap((each, index) =>
      index % 512 === 0 ? [list, { ref: each["bom-ref"] }] : [{ ref: each["bom-ref"] }],
    );
    const whole = { ...listed([]), components, dependencies, citations };
    const { pieces, document } = serializeBom(whole, time);
    const { bomFormat, specVersion, serialNumber, version, metadata, ...lists } = expandLists(document);
    const ordered = {
      ...{ bomFormat, specVersion, serialNumber, version, metadata, components: lists["components"] },
      ...{ dependencies: lists["dependencies"], citations },
    };
    const text = Buffer.concat(pieces).toString();
    assert.equal(text, `${JSON.stringify(ordered, null, 2)}\n`);
    const covered = text.replace(/^ *"(?:serialNumber|timestamp)": .*\n/gm, "");
    const sha256 = createHash("sha256").update(covered).digest("hex");
    assert.equal(serialNumber, serialNumberOf(sha256));
  }
});

test("a claim that looks like the place of a list stays where it is", () => {
  const claims = ['"components": 0', '\n      "components": 0', "\n    0", "    0"];
  const list = plainList();
  const whole = listed(list);
  const component = {
    type: "data",
    "bom-ref": "d",
    name: claims[1],
    components: list,
    properties: claims.map((claim) => ({ name: claim, value: claim })),
  };
  const twice = {
    ...whole,
    components: [component],
    dependencies: [{ ref: claims[2], dependsOn: claims }, list],
  };
  const text = bytesOf(serializeBom(twice, undefined)).toString();
  const expected = bytesOf(serializeBom(expandLists(twice), undefined)).toString();
  assert.equal(text, expected);
});

/** What a fault of ours, or of a caller without types, could put into one of a thousand files. */
const fileFaults: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "a short hash": { digests: [{ algorithm: "sha256", hex: "00" }] },
  "a hash with other letters": { digests: [{ algorithm: "sha256", hex: "g".repeat(64) }] },
  "a hash that ends its text": { digests: [{ algorithm: "sha256", hex: `"}${"0".repeat(62)}` }] },
  "an unknown algorithm": {
    digests: [
      { algorithm: "sha256", hex: "0".repeat(64) },
      { algorithm: "sha257", hex: "0".repeat(64) },
    ],
  },
  "a hash of another length": {
    digests: [
      { algorithm: "sha256", hex: "0".repeat(64) },
      { algorithm: "sha384", hex: "0".repeat(64) },
    ],
  },
  "a hash that is a number": { digests: [{ algorithm: "sha256", hex: 5 }] },
  "a format that is a number": { format: 5 },
  "a status that is an object": { status: {} },
  "a path used before": { path: "0499" },
  "the first file's path again": { path: "0000" },
};

for (const [name, fault] of Object.entries(fileFaults)) {
  test(`refused by the builder: ${name}`, async () => {
    const files = thousandFiles().map((file, index) => (index === 500 ? { ...file, ...fault } : file));
    assert.equal(plainFiles("abc", files, noFacts), undefined);
    const artifact: Artifact = {
      kind: "model",
      name: "m",
      files,
      facts: [],
      findings: [],
      ignored: [],
      complete: true,
    };
    const built = buildBom([artifact], { specVersion: "1.7", toolVersion: "0" });
    await assert.rejects(built, { code: "BOM_SELF_INVALID" });
  });
}

/** What could stand elsewhere in the document and have to do with files that are written as text. */
const documentFaults: Readonly<
  Record<string, (whole: ReturnType<typeof listed>, list: PlainFileList) => object>
> = {
  "a file's ref used by another component": () => ({
    components: [{ type: "data", "bom-ref": "file:abc/0500", name: "d" }],
  }),
  "a file's ref used deep inside": () => ({
    components: [
      { type: "data", name: "d", components: [{ type: "data", "bom-ref": "file:abc/0500", name: "e" }] },
    ],
  }),
  "a file's dependency entry twice": ({ dependencies }) => ({
    dependencies: [...dependencies, { ref: "file:abc/0500" }],
  }),
  "the first file's dependency entry twice": ({ dependencies }) => ({
    dependencies: [...dependencies, { ref: "file:abc/0000" }],
  }),
  "a dangling dependency on a file": ({ dependencies }) => ({
    dependencies: [...dependencies, { ref: "model:b", dependsOn: ["file:abc/none"] }],
  }),
  "dependency entries of a list twice": ({ dependencies }, list) => ({
    dependencies: [...dependencies, list],
  }),
  "dependency entries of a list without its components": ({ dependencies }) => ({
    dependencies: [...dependencies, plainFiles("def", thousandFiles(), noFacts)],
  }),
  "one list in two components": (_whole, list) => ({
    components: [{ type: "data", "bom-ref": "d", name: "d", components: list }],
  }),
  "two lists of one key": () => ({
    components: [{ type: "data", "bom-ref": "d", name: "d", components: plainList() }],
  }),
};

for (const [name, change] of Object.entries(documentFaults)) {
  test(`refused besides files written as text: ${name}`, async () => {
    const list = plainList();
    const whole = listed(list);
    await assert.rejects(checkBuiltBom({ ...whole, ...change(whole, list) }), { code: "BOM_SELF_INVALID" });
  });
}

test("a dependency on a file that is written as text is no fault", async () => {
  const whole = listed(plainList());
  const dependsOn = [{ ref: "model:key", dependsOn: ["file:abc/0500"] }, ...whole.dependencies.slice(1)];
  await checkBuiltBom({ ...whole, dependencies: dependsOn });
});

test("what the full validator only reports does not take the short way either", () => {
  const changes: Record<string, unknown>[] = [
    { digests: [{ algorithm: "sha256", hex: "A".repeat(64) }] },
    { digests: [] },
  ];
  for (const change of changes) {
    const files = thousandFiles().map((file, index) => (index === 500 ? { ...file, ...change } : file));
    assert.equal(plainFiles("abc", files, noFacts), undefined);
  }
  assert.equal(plainFiles("a/b", thousandFiles(), noFacts), undefined);
  assert.equal(plainFiles("abc", thousandFiles().toReversed(), noFacts), undefined, "out of order");
});
