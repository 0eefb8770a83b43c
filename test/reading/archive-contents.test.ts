// SPDX-License-Identifier: Apache-2.0
// A packed directory gets what an unpacked one gets, whatever it is packed with and wherever it is read.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test, { after } from "node:test";
import { gzipSync } from "node:zlib";
import { croissantDataset, fileObject, huggingFaceDataset } from "../../fixtures/dataset.ts";
import { deltaTableFiles } from "../../fixtures/delta.ts";
import { jsonFile, modelCard } from "../../fixtures/hugging-face.ts";
import { onnxModel } from "../../fixtures/onnx.ts";
import { buildSafetensors, type FileTree, safetensorsModel } from "../../fixtures/safetensors.ts";
import { buildSevenZip } from "../../fixtures/seven-zip.ts";
import { mlflowModel } from "../../fixtures/stores.ts";
import { buildTar } from "../../fixtures/tar.ts";
import { buildZip } from "../../fixtures/zip.ts";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { identify } from "../../src/formats/identify.ts";
import { type ReadFile, readFile } from "../../src/formats/read-file.ts";
import { inventory } from "../../src/inventory.ts";
import type { Artifact } from "../../src/model/artifact.ts";
import type { Finding } from "../../src/model/finding.ts";
import { describeContents } from "../../src/reading/archive-contents.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const remote = jsonFile({
  model_type: "x",
  auto_map: { AutoModel: "evil/repo--modeling.Model" },
  trust_remote_code: true,
});
const text = (value: string): Uint8Array => Buffer.from(value);
const weights = buildSafetensors({ tensors: { w: { dtype: "F32", shape: [4] } } });

const hostile: FileTree = new Map([
  ["config.json", remote],
  ["modeling.py", text("import os\n")],
  ["chat_template.jinja", text("{{ ''.__class__.__mro__[1].__subclasses__() }}")],
  ["tokenizer_config.json", jsonFile({ chat_template: "{{ x.__globals__ }}" })],
  ["README.md", modelCard("license: mit\nbase_model: a/b")],
  ["model.safetensors", weights],
]);

const missing = new Map(onnxModel());
missing.delete("weights.bin");
const shards = new Map(safetensorsModel());
shards.delete([...shards.keys()].find((path) => path.endsWith(".safetensors")) ?? "");
const lying = croissantDataset({
  distribution: [
    fileObject("data/train.csv", text("other bytes\n")),
    fileObject("data/gone.csv", text("gone\n")),
  ],
});
const several: FileTree = new Map(
  ["a", "b"].flatMap((name) => [...hostile].map(([path, bytes]) => [`${name}/${path}`, bytes] as const)),
);

const trees: Readonly<Record<string, FileTree>> = {
  "a hostile model": hostile,
  "two models": several,
  "a sound ONNX model": onnxModel(),
  "an ONNX model without its weights": missing,
  "shards of which one is missing": shards,
  "a sound dataset": croissantDataset(),
  "a dataset that is not what its Croissant file says": lying,
  "a Hugging Face dataset": huggingFaceDataset(),
  "a Delta table": deltaTableFiles(),
  "an MLflow model": mlflowModel(),
  "a broken configuration": new Map([
    ["config.json", text("{")],
    ["model.safetensors", weights],
  ]),
};

const packers: Readonly<Record<string, (tree: FileTree) => Uint8Array>> = {
  "p.zip": (tree) => buildZip([...tree].map(([name, data]) => ({ name: `m/${name}`, data, method: 8 }))),
  "p.tar": (tree) => buildTar([...tree].map(([name, data]) => ({ name: `./${name}`, data }))),
  "p.tar.gz": (tree) => gzipSync(packers["p.tar"]?.(tree) ?? ""),
  "p.7z": (tree) => buildSevenZip(Object.fromEntries(tree)),
  "p2.zip": (tree) => buildZip({ "inner.tar": packers["p.tar"]?.(tree) ?? "" }),
};

function write(directory: string, tree: FileTree): string {
  for (const [path, bytes] of tree) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), bytes);
  }
  return directory;
}

/** Findings as code and severity, each with the last name of its place, sorted. */
function summary(findings: readonly Finding[], names: ReadonlySet<string>): readonly string[] {
  const nameOf = ({ path, member = "" }: Finding["location"]): string => {
    const parts = [path, ...member.split("!")].flatMap((part) => part.split("/"));
    return parts.findLast((part) => names.has(part)) ?? "";
  };
  return findings.map((each) => `${each.severity} ${each.code} ${nameOf(each.location)}`).sort();
}

const folder = temporaryDirectory({ after });
const packedNames = Object.keys(packers);
const targets = Object.values(trees).flatMap((tree, index) => [
  write(join(folder, String(index), "m"), tree),
  ...Object.entries(packers).map(([name, pack]) =>
    write(join(folder, String(index), name, "m"), new Map([[name, pack(tree)]])),
  ),
]);
// All at once: starting threads takes longer than the rest.
const artifacts = inventory(targets);

for (const [index, [what, tree]] of Object.entries(trees).entries()) {
  test(`${what}: packed as unpacked`, async () => {
    const names = new Set([...tree.keys()].map((path) => path.slice(path.lastIndexOf("/") + 1)));
    const first = index * (packedNames.length + 1);
    const [unpacked, ...others] = (await artifacts).slice(first, first + packedNames.length + 1);
    assert.ok(unpacked);
    assert.equal(others.length, packedNames.length);
    for (const [at, packed] of others.entries()) {
      const name = packedNames[at];
      assert.deepEqual(summary(packed.findings, names), summary(unpacked.findings, names), name);
      assert.equal(packed.complete, unpacked.complete, name);
      assert.deepEqual(factNames(packed), factNames(unpacked), name);
    }
  });
}

/** What a manifest says of files in the archive is settled there. */
function factNames({ facts }: Artifact): readonly string[] {
  return facts
    .map(({ name }) => name)
    .filter((name) => name !== "files.vouched" && name !== "file.expected")
    .sort();
}

function read(path: string, bytes: Uint8Array): ReadFile {
  const head = { bytes: bytes.subarray(0, 64), path, size: bytes.length };
  return readFile(head, memorySource(bytes, path), identify(head), describeContents);
}

test("a place is in the archive, with the member's name; no finding is said twice", () => {
  const { findings, description } = read("x/model.zip", buildZip(Object.fromEntries(hostile)));
  const [code] = findings.filter((each) => each.code === "CUSTOM_CODE_REMOTE");
  assert.deepEqual(code?.location, {
    path: "x/model.zip",
    member: "config.json!/auto_map/AutoModel",
  });
  assert.equal(code?.subject, "x/model.zip");
  const keys = findings.map((each) => JSON.stringify([each.code, each.location]));
  assert.equal(new Set(keys).size, keys.length);
  const license = description?.facts.find((fact) => fact.name === "license");
  assert.deepEqual(license?.source, { path: "x/model.zip", pointer: "README.md!license" });
});

test("archives of a kind of their own are no directories", () => {
  const keras = read("m.keras", buildZip({ "config.json": remote, "model.py": "x" }));
  assert.ok(!keras.findings.some(({ code }) => code.startsWith("CUSTOM_CODE")));
});

test("names that lead out and links in a circle are left out", () => {
  const tar = buildTar([
    { name: "../config.json", data: remote },
    { name: "a", type: "2", target: "b" },
    { name: "b", type: "2", target: "a" },
    { name: "c/config.json", type: "2", target: "../../../config.json" },
    { name: "d/chat_template.jinja", type: "1", target: "e" },
    { name: "e", data: "{{ ''.__class__ }}" },
  ]);
  const codes = read("m.tar", tar).findings.map(({ code }) => code);
  assert.ok(codes.includes("ARCHIVE_NAME_UNSAFE"));
  assert.ok(!codes.includes("CUSTOM_CODE_REMOTE"));
  assert.ok(codes.includes("CHAT_TEMPLATE_DANGEROUS"));
});

test("a file in the archive that cannot be opened again makes the archive unverified, not clean", () => {
  let opened = 0;
  const described = describeContents("a.zip", [
    {
      name: "config.json",
      size: 2,
      open() {
        opened += 1;
        throw new Error("gone");
      },
    },
  ]);
  assert.ok(opened > 0);
  assert.equal(described.incomplete, true);
  assert.ok(described.findings.some(({ code }) => code === "READER_FAULT"));
});
