// SPDX-License-Identifier: Apache-2.0
// From a directory to a BOM: what the bytes are decides, nothing of this machine gets in, and one unreadable
// file makes the inventory incomplete and nothing else invisible.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { dirname, join } from "node:path";
import test from "node:test";
import { writeFixtures } from "../../fixtures/make.ts";
import { buildBom } from "../../src/bom/build.ts";
import { validateBom } from "../../src/bom/validate.ts";
import { HashRun } from "../../src/digests/engine.ts";
import { inventory, inventoryTarget, type Progress } from "../../src/inventory.ts";
import type { Artifact } from "../../src/model/artifact.ts";
import { walkTarget } from "../../src/sources/target.ts";
import { seeded } from "../random.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const options = { specVersion: "1.7", toolVersion: "0.0.0", timestamp: new Date(0) } as const;
const bomOf = async (target: string): Promise<string> =>
  Buffer.from(await buildBom(await inventory([target]), options)).toString();
const findingsOf = (artifact: Artifact): string[] =>
  artifact.findings.map((each) => `${each.location.path} ${each.code}`);

test("every fixture becomes a complete model and a valid BOM in both versions", async (t) => {
  const directory = temporaryDirectory(t);
  writeFixtures(directory);
  for (const name of readdirSync(directory)) {
    const { artifact } = await inventoryTarget(join(directory, name));
    assert.equal(artifact.complete, true, `${name}: ${findingsOf(artifact).join(", ")}`);
    assert.equal(artifact.kind, "model", name);
    for (const specVersion of ["1.6", "1.7"] as const) {
      const { findings } = await validateBom(await buildBom([artifact], { ...options, specVersion }), name);
      assert.deepEqual(findings, [], `${name} ${specVersion}`);
    }
  }
});

test("the same files give the same BOM, wherever they lie and however they got there", async (t) => {
  const first = temporaryDirectory(t);
  writeFixtures(first);
  const source = join(first, "tiny-safetensors");
  const copy = join(temporaryDirectory(t), "some where", "tiny-safetensors");
  for (const name of readdirSync(source).toReversed()) {
    mkdirSync(dirname(join(copy, name)), { recursive: true });
    cpSync(join(source, name), join(copy, name));
  }
  assert.equal(await bomOf(copy), await bomOf(source));
});

test("no path, user or host name of this machine is in a BOM", async (t) => {
  const directory = temporaryDirectory(t);
  writeFixtures(directory);
  const bom = await bomOf(join(directory, "tiny-safetensors"));
  assert.ok(!bom.includes(directory));
  assert.ok(!bom.includes(hostname()));
  assert.ok(!new RegExp(`"${userInfo().username}"`).test(bom));
});

test("a pickle named .safetensors is found by its bytes, and the file is not clean", async (t) => {
  const directory = temporaryDirectory(t);
  writeFileSync(join(directory, "model.safetensors"), Buffer.from("80049510000000000000008c026f73", "hex"));
  const { artifact } = await inventoryTarget(directory);
  assert.deepEqual(artifact.files.map((file) => file.status).includes("described"), false);
  assert.ok(findingsOf(artifact).includes("model.safetensors FORMAT_MISMATCH"), findingsOf(artifact).join());
});

test("one broken shard is unverified and the others stay described", async (t) => {
  const directory = temporaryDirectory(t);
  writeFixtures(directory);
  const target = join(directory, "tiny-safetensors");
  const broken = join(target, "model-00001-of-00002.safetensors");
  writeFileSync(broken, readFileSync(broken).subarray(0, 100));
  const { artifact } = await inventoryTarget(target);
  assert.equal(artifact.complete, false);
  const statuses = new Map(artifact.files.map((file) => [file.path, file.status]));
  assert.equal(statuses.get("model-00001-of-00002.safetensors"), "unverified");
  assert.equal(statuses.get("model-00002-of-00002.safetensors"), "described");
  const bom = JSON.parse(Buffer.from(await buildBom([artifact], options)).toString());
  assert.ok(bom.compositions.some((each: { aggregate: string }) => each.aggregate.startsWith("incomplete")));
});

test("weights of a format without a reader make a model too; documents do not", async (t) => {
  const directory = temporaryDirectory(t);
  for (const name of ["weights", "documents"]) {
    mkdirSync(join(directory, name));
  }
  writeFileSync(join(directory, "weights/pytorch_model.bin"), Buffer.from("504b0304140000", "hex"));
  writeFileSync(join(directory, "documents/readme.txt"), "hello");
  assert.equal((await inventoryTarget(join(directory, "weights"))).artifact.kind, "model");
  assert.equal((await inventoryTarget(join(directory, "documents"))).artifact.kind, "file-set");
});

test("random bytes without a telling name are opaque, and nothing is claimed about them", async (t) => {
  const directory = temporaryDirectory(t);
  const below = seeded(7);
  for (let index = 0; index < 200; index++) {
    writeFileSync(
      join(directory, `${index}.dat`),
      Uint8Array.from({ length: 300 }, () => below(256)),
    );
  }
  const { artifact } = await inventoryTarget(directory);
  assert.deepEqual([...new Set(artifact.files.map((file) => file.status))], ["opaque"]);
  assert.deepEqual(artifact.facts, []);
});

test("a thousand side files do not use up the descriptors", async (t) => {
  const directory = temporaryDirectory(t);
  for (let index = 0; index < 1200; index++) {
    mkdirSync(join(directory, `m${index}`));
    writeFileSync(join(directory, `m${index}/config.json`), '{"model_type":"bert"}');
  }
  const { artifact } = await inventoryTarget(directory);
  assert.deepEqual(
    artifact.findings.filter((each) => each.code === "READER_FAULT"),
    [],
  );
});

test("a BOM written into the model is left out of itself: the second run gives the same bytes", async (t) => {
  const directory = temporaryDirectory(t);
  writeFixtures(directory);
  const target = join(directory, "tiny-gguf");
  const output = join(target, "aibom.cdx.json");
  const outputs = [output, `${output}.sigstore.json`];
  const first = await buildBom(await inventory([target], { outputs }), options);
  writeFileSync(output, first);
  writeFileSync(`${output}.sigstore.json`, "{}");
  assert.deepEqual(await buildBom(await inventory([target], { outputs }), options), first);
  assert.match(Buffer.from(first).toString(), /aibom\.cdx\.json: rule aibom\.cdx\.json \(written by aibom\)/);
});

test("hard links are files like any other for the inventory", async (t) => {
  const directory = temporaryDirectory(t);
  writeFileSync(join(directory, "a.txt"), "x");
  linkSync(join(directory, "a.txt"), join(directory, "b.txt"));
  const { artifact } = await inventoryTarget(directory);
  assert.deepEqual(
    artifact.files.map((file) => file.path),
    ["a.txt", "b.txt"],
  );
});

/** Enough small files that threads start while the tree is still being walked. */
function writeManyFiles(directory: string, count = 9000): void {
  for (let index = 0; index < count; index++) {
    const folder = join(directory, `d${index % 90}`);
    if (index < 90) {
      mkdirSync(folder);
    }
    writeFileSync(join(folder, `f${index}.bin`), `content ${index}`);
  }
}

test("a tree that is hashed while it is walked gives what its files give one by one", async (t) => {
  const directory = temporaryDirectory(t);
  writeManyFiles(directory);
  writeFileSync(join(directory, "d7", "large"), Buffer.alloc(9_000_000, "x"));
  writeFileSync(join(directory, "d0", "wrong.safetensors"), "not what the name says");
  symlinkSync("../d1/f1.bin", join(directory, "d0", "link"));
  symlinkSync("/etc/hostname", join(directory, "d0", "outside"));
  let last: Progress | undefined;
  const { artifact, tree, hashed } = await inventoryTarget(directory, {
    jobs: 2,
    onProgress: (progress) => {
      last = progress;
    },
  });
  const paths = artifact.files.map((file) => file.path);
  assert.equal(paths.length, 9003);
  assert.deepEqual(paths, paths.toSorted());
  assert.deepEqual(
    paths,
    tree.files.map((file) => file.path),
  );
  assert.deepEqual(
    paths,
    hashed.map((file) => file.path),
  );
  for (const file of artifact.files) {
    const bytes = readFileSync(join(directory, file.path));
    assert.equal(file.size, bytes.length);
    const hex = createHash("sha256").update(bytes).digest("hex");
    assert.deepEqual(file.digests, [{ algorithm: "sha256", hex }], file.path);
  }
  // The file that the link leads to is read once.
  const read = artifact.files.filter(({ path }) => path !== "d0/link");
  const sizes = read.reduce((sum, file) => sum + file.size, 0);
  assert.deepEqual(last, { bytes: sizes, totalBytes: sizes, files: 9002, totalFiles: 9002 });
  assert.equal(artifact.complete, false);
  assert.deepEqual(tree.refused, ["d0/outside"]);
  assert.deepEqual(
    artifact.files.filter((file) => file.status === "unverified").map((file) => file.path),
    ["d0/wrong.safetensors"],
  );
});

test("what ends the walk ends the hashing that is under way, and no thread stays", async (t) => {
  const directory = temporaryDirectory(t);
  writeManyFiles(directory);
  // Directories are walked from the last name to the first: this one is met when thousands of files are known.
  mkdirSync(join(directory, "aa", ...Array.from({ length: 129 }, () => "d")), { recursive: true });
  await assert.rejects(inventoryTarget(directory, { jobs: 2 }), { code: "SOURCE_TOO_DEEP" });
  assert.ok(!process.getActiveResourcesInfo().includes("Worker"));
});

test("a file that cannot be hashed is reported after the walk, and an abort during it at once", async (t) => {
  const directory = temporaryDirectory(t);
  writeManyFiles(directory);
  const controller = new AbortController();
  const reason = new Error("enough");
  const aborted = inventoryTarget(directory, { jobs: 2, signal: controller.signal });
  setImmediate(() => controller.abort(reason));
  await assert.rejects(aborted, reason);
  assert.ok(!process.getActiveResourcesInfo().includes("Worker"));

  const run = new HashRun({ jobs: 2 });
  for (const step of walkTarget(directory, [])) {
    // As if somebody had written to each file since it was found.
    run.add(step.map((file) => ({ ...file, size: file.size + 1, algorithms: ["sha256"] })));
    await run.startMany();
  }
  await assert.rejects(run.finish(), { code: "SOURCE_CHANGED" });
  assert.ok(!process.getActiveResourcesInfo().includes("Worker"));
});
