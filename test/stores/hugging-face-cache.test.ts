// SPDX-License-Identifier: Apache-2.0
// The Hugging Face cache: which files are which model, what its links and names prove, and what forged ones do.

import assert from "node:assert/strict";
import { appendFileSync, cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { huggingFaceModel, jsonFile, modelCard } from "../../fixtures/hugging-face.ts";
import { buildSafetensors } from "../../fixtures/safetensors.ts";
import { gitBlobId, sha256, writeCachedRepository } from "../../fixtures/stores.ts";
import { inventoryTarget } from "../../src/inventory.ts";
import type { Artifact, ArtifactPart } from "../../src/model/artifact.ts";
import { huggingFaceCache } from "../../src/stores/hugging-face-cache.ts";
import { memoryDirectory } from "../layouts/memory-directory.ts";
import { mutate, seeded } from "../random.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const weights = buildSafetensors({ tensors: { w: { dtype: "F32", shape: [2, 2] } } });
const base = {
  id: "example/base",
  commit: "a".repeat(40),
  files: new Map([...huggingFaceModel(), ["model.safetensors", weights]]),
};
const lora = {
  id: "example/lora",
  commit: "b".repeat(40),
  files: new Map([
    [
      "adapter_config.json",
      jsonFile({ peft_type: "LORA", base_model_name_or_path: "example/base", revision: base.commit }),
    ],
    ["adapter_model.safetensors", weights],
  ]),
};
const corpus = {
  type: "datasets",
  id: "example/corpus",
  commit: "c".repeat(40),
  files: new Map([
    ["README.md", modelCard("license: cc0-1.0\npretty_name: Corpus")],
    ["data/a.txt", new Uint8Array(9)],
  ]),
} as const;

function cache(t: TestContext): string {
  const hub = join(temporaryDirectory(t), "hub");
  for (const repository of [base, lora, corpus]) {
    writeCachedRepository(hub, { ...repository, hasTree: true });
  }
  return hub;
}

async function read(target: string): Promise<Artifact> {
  return (await inventoryTarget(target)).artifact;
}

/** That git's blob ids are weak is true of every cache. */
function codesOf({ findings }: Artifact): readonly string[] {
  return findings.map(({ code }) => code).filter((code) => code !== "MANIFEST_ONLY_WEAK");
}

function partsOf({ parts = [] }: Artifact): readonly (string | undefined)[] {
  return parts.map(
    ({ name, kind, files, package: known }) =>
      `${name} ${kind} ${files.length} ${known?.version.slice(0, 2)}`,
  );
}

test("each snapshot is a part with its revision, at every level that may be the target", async (t) => {
  const hub = cache(t);
  const whole = await read(hub);
  assert.deepEqual(codesOf(whole), []);
  assert.deepEqual(partsOf(whole), [
    "example/base model 5 aa",
    "example/corpus dataset 2 cc",
    "example/lora model 2 bb",
  ]);
  assert.equal(whole.complete, true);
  const repository = await read(join(hub, "models--example--base"));
  assert.deepEqual(partsOf(repository), ["example/base model 5 aa"]);
  const snapshot = await read(join(hub, "models--example--base", "snapshots", base.commit));
  assert.equal(snapshot.parts, undefined);
  assert.deepEqual(snapshot.package, {
    type: "huggingface",
    namespace: "example",
    name: "base",
    version: base.commit,
  });
  assert.deepEqual(codesOf(snapshot), []);
});

test("layouts look at each snapshot as if it were alone", async (t) => {
  const { parts = [] } = await read(cache(t));
  const values = (index: number, name: string) =>
    parts[index]?.facts.filter((fact) => fact.name === name).map(({ value }) => value);
  assert.deepEqual(values(0, "architecture.class"), ["LlamaForCausalLM"]);
  assert.deepEqual(values(0, "license"), ["apache-2.0"]);
  assert.deepEqual(values(2, "base_model"), [
    { name: "example/base", relation: "adapter", revision: base.commit },
  ]);
  assert.deepEqual(values(0, "revision"), [
    { system: "huggingface", id: base.commit, repository: "example/base" },
  ]);
});

test("names of blobs and the hub's list are compared with the files", async (t) => {
  const hub = cache(t);
  const { parts = [] } = await read(hub);
  const vouched = (part: ArtifactPart | undefined): readonly string[] | undefined =>
    part?.facts
      .filter(({ name }) => name === "files.vouched")
      .map(({ value }) => JSON.stringify(value))
      .toSorted();
  const tree = `models--example--base/trees/${base.commit}.json`;
  const blobs = "models--example--base/blobs";
  assert.deepEqual(
    vouched(parts[0]),
    [blobs, tree].flatMap((by) => [
      JSON.stringify({ by, algorithm: "git-sha1", files: 4 }),
      JSON.stringify({ by, algorithm: "sha256", files: 1 }),
    ]),
  );
  appendFileSync(join(hub, blobs, sha256(weights)), " ");
  const changed = await read(hub);
  const differs = changed.findings.filter(({ code }) => code === "MANIFEST_FILE_DIFFERS");
  const path = `${parts[0]?.root}/model.safetensors`;
  assert.deepEqual([...new Set(differs.map(({ location }) => location.path))], [path]);
  assert.ok(differs.every(({ severity }) => severity === "high" || severity === "critical"));
  assert.ok(changed.parts?.[0]?.findings.some(({ code }) => code === "MANIFEST_FILE_DIFFERS"));
  assert.ok(changed.parts?.[2]?.findings.every(({ code }) => code !== "MANIFEST_FILE_DIFFERS"));
});

test("a blob that is not what its name says proves no revision", async (t) => {
  for (const blob of [sha256(weights), gitBlobId(base.files.get("config.json") ?? new Uint8Array())]) {
    const hub = cache(t);
    appendFileSync(join(hub, "models--example--base", "blobs", blob), " ");
    const { parts = [] } = await read(hub);
    assert.equal(parts[0]?.package, undefined);
    assert.notEqual(parts[1]?.package, undefined);
    const snapshot = await read(join(hub, "models--example--base", "snapshots", base.commit));
    assert.equal(snapshot.package, undefined, "the snapshot as a target of its own");
  }
});

test("a link to anything but a blob of its own repository is a finding of severity high", async (t) => {
  const hub = cache(t);
  const folder = join(hub, "models--example--base", "snapshots", base.commit);
  const foreign = `../../../models--example--lora/blobs/${sha256(weights)}`;
  rmSync(join(folder, "model.safetensors"));
  symlinkSync(foreign, join(folder, "model.safetensors"));
  symlinkSync("config.json", join(folder, "other.json"));
  symlinkSync("/etc/hostname", join(folder, "host.txt"));
  const artifact = await read(hub);
  const found = artifact.findings.filter(({ severity }) => severity === "high");
  assert.deepEqual(found.map(({ code, location }) => `${code} ${location.path.split("/").at(-1)}`).sort(), [
    "CACHE_LINK_FOREIGN model.safetensors",
    "SOURCE_LINK_OUTSIDE host.txt",
  ]);
  // A link to another link of the snapshot ends at a blob: its name is what was not in the commit.
  assert.ok(codesOf(artifact).includes("CACHE_FILE_UNLISTED"));
  assert.equal(artifact.parts?.[0]?.package, undefined);
  assert.equal(artifact.parts?.[0]?.complete, false);
  // The same at the snapshot itself: the foreign blob is out of reach.
  assert.ok(codesOf(await read(folder)).includes("SOURCE_LINK_OUTSIDE"));
});

test("files put into a snapshot by hand prove nothing, and the hub's list does not have them", async (t) => {
  const hub = cache(t);
  const folder = join(hub, "models--example--base", "snapshots", base.commit);
  writeFileSync(join(folder, "modeling.py"), "import os\n");
  const artifact = await read(hub);
  assert.deepEqual(codesOf(artifact).toSorted(), ["CACHE_FILE_UNLISTED", "CUSTOM_CODE_FILE"]);
  assert.equal(artifact.parts?.[0]?.package, undefined);
});

test("code beside the models is code, as it is beside one model", async (t) => {
  const hub = cache(t);
  writeFileSync(join(hub, "sitecustomize.py"), "import os\n");
  assert.deepEqual(codesOf(await read(hub)), ["CUSTOM_CODE_FILE"]);
});

test("bookkeeping that is out of date or broken is told", async (t) => {
  const hub = cache(t);
  const folder = join(hub, "models--example--base");
  writeFileSync(join(folder, "blobs", `${"d".repeat(64)}.incomplete`), "half");
  writeFileSync(join(folder, "refs", "main"), "e".repeat(40));
  writeFileSync(join(folder, "refs", "broken"), "main");
  writeFileSync(join(folder, "trees", `${base.commit}.json`), '{"format_version": 2}');
  assert.deepEqual(codesOf(await read(hub)).toSorted(), [
    "CACHE_BLOB_INCOMPLETE",
    "CACHE_REF_DANGLING",
    "CACHE_REF_INVALID",
    "CACHE_SNAPSHOT_STALE",
    "CACHE_TREE_INVALID",
  ]);
});

test("a partial download says what it lacks", async (t) => {
  const hub = cache(t);
  rmSync(join(hub, "models--example--base", "snapshots", base.commit, "README.md"));
  assert.deepEqual(codesOf(await read(hub)), ["CACHE_SNAPSHOT_PARTIAL"]);
});

test("a name that the hub would not give proves nothing", async (t) => {
  const hub = cache(t);
  for (const name of ["models--a--b--c", "models--bad name--x"]) {
    cpSync(join(hub, "models--example--base"), join(hub, name), { recursive: true, verbatimSymlinks: true });
  }
  cpSync(
    join(hub, "models--example--base", "snapshots", base.commit),
    join(hub, "models--example--lora", "snapshots", "main"),
    { recursive: true, verbatimSymlinks: true },
  );
  const artifact = await read(hub);
  assert.equal(codesOf(artifact).filter((code) => code === "CACHE_NAME_INVALID").length, 3);
  assert.equal(artifact.parts?.filter((part) => part.package === undefined).length, 3);
});

test("a blob that is no hash, and one that no snapshot shows", async (t) => {
  const hub = cache(t);
  const folder = join(hub, "models--example--base");
  writeFileSync(join(folder, "blobs", "etag-12"), "x");
  symlinkSync("../../blobs/etag-12", join(folder, "snapshots", base.commit, "config_extra.txt"));
  writeFileSync(join(folder, "blobs", "f".repeat(64)), "nobody shows me");
  rmSync(join(folder, "trees"), { recursive: true });
  const artifact = await read(hub);
  assert.deepEqual(codesOf(artifact), ["CACHE_BLOB_UNNAMED", "MANIFEST_FILE_DIFFERS"]);
  const [, differs] = artifact.findings.filter(({ code }) => code !== "MANIFEST_ONLY_WEAK");
  assert.equal(differs?.location.path, `models--example--base/blobs/${"f".repeat(64)}`);
});

test("a repository that was cached without links is read and proves nothing", async (t) => {
  const hub = join(temporaryDirectory(t), "hub");
  const folder = join(hub, "models--example--base", "snapshots", base.commit);
  mkdirSync(folder, { recursive: true });
  for (const [path, bytes] of base.files) {
    writeFileSync(join(folder, path), bytes);
  }
  const artifact = await read(hub);
  assert.deepEqual(partsOf(artifact), ["example/base model 5 undefined"]);
  assert.deepEqual(codesOf(artifact), []);
});

test("what a blob is, is said once: where its name is", async (t) => {
  const hub = join(temporaryDirectory(t), "hub");
  const files = new Map([["model.safetensors", new TextEncoder().encode("not what the name says")]]);
  const folder = writeCachedRepository(hub, { ...base, files });
  const artifact = await read(hub);
  assert.equal(new Set(artifact.findings.map(({ location }) => location.path)).size, 1);
  assert.equal(
    artifact.findings[0]?.location.path,
    `models--example--base/snapshots/${base.commit}/model.safetensors`,
  );
  const [blob = ""] = readdirSync(join(folder, "blobs"));
  const status = artifact.files.find(({ path }) => path.endsWith(blob))?.status;
  assert.equal(status, "unverified");
});

test("10,000 damaged lists of files: findings, never an exception", () => {
  const next = seeded(40);
  const tree = {
    "config.json": { size: 2, blob_id: "a".repeat(40) },
    w: { lfs_sha256: "b".repeat(64), lfs_size: 3 },
  };
  const bytes = jsonFile({ format_version: 1, files: tree });
  const folder = "models--a--b";
  const files = new Map<string, Uint8Array>([
    [`${folder}/snapshots/${base.commit}/config.json`, new Uint8Array(2)],
  ]);
  for (let round = 0; round < 10_000; round += 1) {
    const changed = new Map(files).set(`${folder}/trees/${base.commit}.json`, mutate(bytes, next));
    const described = huggingFaceCache.describe(memoryDirectory(changed), []);
    assert.equal(described?.parts.length, 1);
    assert.equal(described.parts[0]?.package, undefined);
  }
});
