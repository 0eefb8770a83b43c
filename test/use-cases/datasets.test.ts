// SPDX-License-Identifier: Apache-2.0
// Datasets from a directory to a BOM: what is one, whose digests are compared, and how models refer to them.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import {
  croissantDataset,
  croissantDocument,
  csvFile,
  dataProvenanceDocument,
  digest,
  fileObject,
  huggingFaceDataset,
  imageFolder,
} from "../../fixtures/dataset.ts";
import { huggingFaceModel, jsonFile, lfsPointer, modelCard } from "../../fixtures/hugging-face.ts";
import { writeTree } from "../../fixtures/make.ts";
import { buildSafetensors, type FileTree } from "../../fixtures/safetensors.ts";
import { buildBom } from "../../src/bom/build.ts";
import { validateBom } from "../../src/bom/validate.ts";
import { inventory, inventoryTarget, type Progress } from "../../src/inventory.ts";
import type { Artifact, ArtifactKind } from "../../src/model/artifact.ts";
import { claim, type Fact } from "../../src/model/fact.ts";
import { compareManifests, expectedFiles } from "../../src/reading/manifest-digests.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

function write(t: TestContext, tree: FileTree, name = "data"): string {
  const directory = join(temporaryDirectory(t), name);
  writeTree(directory, tree);
  return directory;
}

async function inventoried(t: TestContext, tree: FileTree, name?: string): Promise<Artifact> {
  return (await inventoryTarget(write(t, tree, name))).artifact;
}

const codesOf = ({ findings }: Artifact): string[] => findings.map(({ code }) => code);
const vouched = ({ facts }: Artifact): unknown[] =>
  facts.filter(({ name }) => name === "files.vouched").map(({ value }) => value);

// biome-ignore lint/suspicious/noExplicitAny: a JSON document whose shape the validator checked
type Json = any;

async function bomOf(artifacts: readonly Artifact[], specVersion: "1.6" | "1.7" = "1.7"): Promise<Json> {
  const bytes = await buildBom(artifacts, { specVersion, toolVersion: "0.0.0", timestamp: new Date(0) });
  const { findings } = await validateBom(bytes, "bom.json");
  assert.deepEqual(findings, []);
  return JSON.parse(Buffer.from(bytes).toString());
}

test("what a directory is", async (t) => {
  const weights = buildSafetensors({ tensors: { w: { dtype: "F32", shape: [4] } } });
  const npy = Buffer.from("934e554d5059010076007b276465736372273a20273c6634277d0a", "hex");
  const card = huggingFaceDataset();
  const cases: readonly (readonly [string, ArtifactKind, FileTree])[] = [
    ["a dataset card", "dataset", card],
    ["a Croissant document", "dataset", croissantDataset()],
    ["a data provenance document", "dataset", new Map([["dps.json", jsonFile(dataProvenanceDocument())]])],
    ["an image folder", "dataset", imageFolder()],
    ["a dataset card beside arrays", "dataset", new Map([...card, ["x.npy", npy]])],
    ["weights, whatever the card says", "model", new Map([...card, ["m.safetensors", weights]])],
    [
      "a model with the description of its data",
      "model",
      new Map([...huggingFaceModel(), ["croissant.json", jsonFile(croissantDocument({ distribution: [] }))]]),
    ],
    ["other files", "file-set", new Map([["a.txt", Buffer.from("x")]])],
  ];
  for (const [what, kind, tree] of cases) {
    assert.equal((await inventoried(t, tree)).kind, kind, what);
  }
});

test("equal digests are a computed fact that names the manifest, and no evidence", async (t) => {
  const artifact = await inventoried(t, croissantDataset());
  assert.deepEqual(artifact.findings, []);
  assert.deepEqual(vouched(artifact), [{ by: "croissant.json", algorithm: "sha256", files: 2 }]);
  assert.deepEqual(
    artifact.facts.filter(({ name }) => name === "file.expected"),
    [],
  );
  const bom = await bomOf([artifact]);
  const value = "sha256 of 2 files";
  const { properties } = bom.metadata.component;
  const own = properties.filter(({ name }: { name: string }) => name.includes("vouched"));
  assert.deepEqual(own, [{ name: "aibom:computed:files.vouched:croissant.json", value }]);
});

test("a changed file, a file of another size and a missing file are findings", async (t) => {
  const tree = new Map(croissantDataset());
  tree.set("data/train.csv", csvFile("id,text", "1,one", "2,TWO", "3,three"));
  tree.set("data/test.csv", csvFile("id,text"));
  const changed = await inventoried(t, tree);
  assert.deepEqual(
    changed.findings.map(({ code, severity, location, args }) => [
      code,
      severity,
      location.path,
      args["algorithm"],
    ]),
    [
      ["MANIFEST_FILE_DIFFERS", "high", "data/train.csv", "sha256"],
      ["MANIFEST_FILE_DIFFERS", "high", "data/test.csv", "size"],
    ],
  );
  assert.deepEqual(vouched(changed), []);
  tree.delete("data/test.csv");
  tree.set("data/train.csv", croissantDataset().get("data/train.csv") ?? new Uint8Array());
  const missing = await inventoried(t, tree);
  assert.deepEqual(codesOf(missing), ["MANIFEST_FILE_MISSING"]);
  // What is known of the missing file stays.
  assert.equal(missing.facts.filter(({ name }) => name === "file.expected").length, 1);
  await bomOf([missing]);
});

test("MD5 alone is identity, and a difference is a finding all the same", async (t) => {
  const csv = csvFile("a", "1");
  const withMd5 = (md5: string, parts = {}): FileTree =>
    new Map([
      [
        "croissant.json",
        jsonFile(
          croissantDocument({
            distribution: [fileObject("a.csv", csv, { sha256: undefined, md5, ...parts })],
          }),
        ),
      ],
      ["a.csv", csv],
    ]);
  const equal = await inventoried(t, withMd5(digest("md5", csv)));
  assert.deepEqual(codesOf(equal), ["MANIFEST_ONLY_WEAK"]);
  assert.deepEqual(vouched(equal), [{ by: "croissant.json", algorithm: "md5", files: 1 }]);
  assert.deepEqual(
    equal.files.flatMap(({ digests }) => digests.map(({ algorithm }) => algorithm)),
    ["sha256", "sha256"],
  );
  const different = await inventoried(t, withMd5("0".repeat(32)));
  assert.deepEqual(codesOf(different), ["MANIFEST_FILE_DIFFERS"]);
  // With a SHA-256 beside it, MD5 is not looked at.
  const both = await inventoried(t, withMd5("0".repeat(32), { sha256: digest("sha256", csv) }));
  assert.deepEqual(codesOf(both), []);
});

test("very many manifests are counted together", async (t) => {
  const csv = csvFile("a", "1");
  const sha256 = digest("sha256", csv);
  const { artifact } = await inventoryTarget(write(t, new Map([["a.csv", csv]])));
  const expecting = (count: number): Artifact => ({
    ...artifact,
    facts: Array.from({ length: count }, (_, index) =>
      claim("file.expected", { path: "a.csv", sha256, by: `${index}` }, { path: "a.csv" }),
    ),
  });
  const compare = (count: number): readonly Fact[] => {
    const one = expecting(count);
    return compareManifests(one, expectedFiles(one), () => undefined).facts;
  };
  assert.equal(compare(100).length, 100);
  assert.deepEqual(
    compare(101).map(({ value }) => value),
    [{ by: "0 and 100 more", algorithm: "sha256", files: 101 }],
  );
});

test("a file of the same name elsewhere: equal counts, different may be another file", async (t) => {
  const csv = csvFile("a", "1");
  const withAddress = (sha256: string): FileTree =>
    new Map([
      [
        "croissant.json",
        jsonFile(
          croissantDocument({
            distribution: [fileObject("a", csv, { contentUrl: "https://data.example/a.csv", sha256 })],
          }),
        ),
      ],
      ["a.csv", csv],
    ]);
  const equal = await inventoried(t, withAddress(digest("sha256", csv)));
  assert.deepEqual(
    [codesOf(equal), vouched(equal)],
    [[], [{ by: "croissant.json", algorithm: "sha256", files: 1 }]],
  );
  const different = await inventoried(t, withAddress("ab".repeat(32)));
  assert.deepEqual(
    different.findings.map(({ code, severity }) => [code, severity]),
    [["MANIFEST_NAMESAKE_DIFFERS", "low"]],
  );
  const absent = new Map([...withAddress("ab".repeat(32))].filter(([path]) => path !== "a.csv"));
  assert.deepEqual(codesOf(await inventoried(t, absent)), []);
});

test("a Git LFS pointer in place of a file is not compared with what it stands for", async (t) => {
  const csv = csvFile("a", "1");
  const tree = new Map([
    ["croissant.json", jsonFile(croissantDocument({ distribution: [fileObject("a.csv", csv)] }))],
    ["a.csv", lfsPointer(digest("sha256", csv), csv.length)],
  ]);
  const artifact = await inventoried(t, tree);
  assert.deepEqual(codesOf(artifact), ["LFS_POINTER_NOT_WEIGHTS"]);
  assert.equal(artifact.complete, false);
});

test("a second pass over large files goes on where progress was, and can be stopped", async (t) => {
  const large = new Uint8Array(20 * 1024 * 1024);
  const md5 = digest("md5", large);
  const document = croissantDocument({
    distribution: [fileObject("large.bin", large, { sha256: undefined, md5 })],
  });
  const target = write(
    t,
    new Map([
      ["croissant.json", jsonFile(document)],
      ["large.bin", large],
    ]),
  );
  const seen: Progress[] = [];
  const { artifact } = await inventoryTarget(target, { onProgress: (state) => seen.push(state) });
  assert.deepEqual(codesOf(artifact), ["MANIFEST_ONLY_WEAK"]);
  const last = seen.at(-1);
  assert.equal(last?.bytes, last?.totalBytes);
  assert.ok((last?.bytes ?? 0) > 2 * large.length);
  const signal = AbortSignal.abort(new Error("stopped"));
  await assert.rejects(inventoryTarget(target, { signal }), /stopped/);
});

test("a dataset's component tells contents, governance and origin, valid in both versions", async (t) => {
  const parts = {
    copyrightHolder: { "@type": "Organization", name: "ACME" },
    maintainer: { "@type": "Person", name: "Cy" },
  };
  const artifact = await inventoried(t, croissantDataset(parts), "corpus");
  for (const specVersion of ["1.6", "1.7"] as const) {
    const { metadata, components, dependencies } = await bomOf([artifact], specVersion);
    const component = metadata.component;
    assert.equal(component.type, "data");
    assert.equal(component.modelCard, undefined);
    assert.match(component["bom-ref"], /^dataset:/);
    assert.equal(component.licenses[0].license.id, "CC-BY-4.0");
    const [data] = component.data;
    assert.equal(data.type, "dataset");
    assert.equal(data.name, "example-corpus");
    assert.equal(data.description, "Numbers in words.");
    assert.deepEqual(data.sensitiveData, ["Names"]);
    assert.deepEqual(data.governance, {
      owners: [{ organization: { name: "ACME" } }],
      stewards: [{ contact: { name: "Cy" } }],
    });
    assert.equal(data.contents.url, "https://data.example/corpus");
    const properties = new Map(data.contents.properties.map((each: Json) => [each.name, each.value]));
    assert.equal(properties.get("aibom:claim:schema:id"), "Integer");
    assert.ok(Number(properties.get("aibom:computed:size")) > 1000);
    const [origin] = components;
    assert.equal(origin.name, "https://data.example/base");
    const edge = dependencies.find(({ ref }: Json) => ref === component["bom-ref"]);
    assert.deepEqual(edge.dependsOn, [origin["bom-ref"]]);
    assert.deepEqual(component.pedigree.ancestors, [{ type: "data", name: "https://data.example/base" }]);
  }
});

const modelOn = (dataset: string): FileTree =>
  new Map([
    ["config.json", jsonFile({ model_type: "llama" })],
    ["README.md", modelCard(`datasets:\n- ${dataset}`)],
  ]);

test("a model refers to the dataset in the inventory, if exactly that one is meant", async (t) => {
  const hub = "https://huggingface.co/datasets/acme/corpus";
  const datasetAt = (parts: object): FileTree =>
    croissantDataset({ "prov:wasDerivedFrom": undefined, ...parts });
  const cases: readonly (readonly [string, object, boolean])[] = [
    ["acme/corpus", { url: hub }, true],
    ["acme/corpus", { url: `${hub}/` }, true],
    ["acme/corpus", { alternateName: ["acme/corpus"] }, true],
    [hub, { alternateName: "acme/corpus" }, true],
    ["https://data.example/corpus/", {}, true],
    ["example-corpus", {}, true],
    ["acme/corpus", {}, false],
    ["acme/Corpus", { url: hub }, false],
    ["acme/corpus-v2", { url: hub }, false],
    ["corpus", { url: hub }, false],
    ["acme/corpus", { url: `${hub}/tree/main` }, false],
  ];
  for (const [named, parts, isLinked] of cases) {
    const model = await inventoried(t, modelOn(named), "model");
    const dataset = await inventoried(t, datasetAt(parts), "corpus");
    const { components, dependencies } = await bomOf([model, dataset]);
    const at = (name: string): Json => components.find((each: Json) => each.name === name);
    const [{ ref }] = at("model").modelCard.modelParameters.datasets;
    assert.equal(ref === at("corpus")["bom-ref"], isLinked, named);
    const edge = dependencies.find((each: Json) => each.ref === at("model")["bom-ref"]);
    assert.deepEqual(edge.dependsOn, [ref]);
    assert.equal(components.length, isLinked ? 2 : 3, named);
  }
});

test("a model refers to a dataset by the repository that its store names", async (t) => {
  const model = await inventoried(t, modelOn("acme/corpus"), "model");
  const revision = { system: "huggingface", id: "0".repeat(40), repository: "acme/corpus" };
  const plain = await inventoried(t, huggingFaceDataset(), "corpus");
  const dataset = { ...plain, facts: [...plain.facts, claim("revision", revision, { path: "README.md" })] };
  for (const [artifact, isLinked] of [
    [dataset, true],
    [plain, false],
  ] as const) {
    const { components } = await bomOf([model, artifact]);
    const at = (name: string): Json => components.find((each: Json) => each.name === name);
    const [{ ref }] = at("model").modelCard.modelParameters.datasets;
    assert.equal(ref === at("corpus")["bom-ref"], isLinked);
  }
});

test("two datasets of one name: neither is chosen; a dataset that names itself depends on nothing", async (t) => {
  const model = await inventoried(t, modelOn("example-corpus"), "model");
  const first = await inventoried(t, croissantDataset({ "prov:wasDerivedFrom": undefined }), "a");
  const second = await inventoried(
    t,
    croissantDataset({ "prov:wasDerivedFrom": { name: "example-corpus" } }),
    "b",
  );
  const both = await bomOf([model, first, second]);
  const external = both.components.find((each: Json) => each.isExternal === true);
  assert.equal(external.name, "example-corpus");
  const alone = await bomOf([second]);
  const own = alone.dependencies.find(({ ref }: Json) => ref === alone.metadata.component["bom-ref"]);
  assert.equal(own.dependsOn, undefined);
  const derived = await bomOf([
    first,
    await inventoried(
      t,
      croissantDataset({ name: "new", url: undefined, "prov:wasDerivedFrom": { name: "example-corpus" } }),
      "new",
    ),
  ]);
  const at = (name: string): Json => derived.components.find((each: Json) => each.name === name);
  const edge = derived.dependencies.find(({ ref }: Json) => ref === at("new")["bom-ref"]);
  assert.deepEqual(edge.dependsOn, [at("a")["bom-ref"]]);
});

test("a single data document is a dataset of which nothing is here", async (t) => {
  const path = join(temporaryDirectory(t), "croissant.json");
  writeFileSync(path, jsonFile(croissantDocument()));
  const [artifact] = await inventory([path]);
  assert.equal(artifact?.kind, "dataset");
  assert.deepEqual(artifact === undefined ? [] : codesOf(artifact), [
    "MANIFEST_FILE_MISSING",
    "MANIFEST_FILE_MISSING",
  ]);
  assert.equal((await bomOf(artifact === undefined ? [] : [artifact])).metadata.component.type, "data");
});
