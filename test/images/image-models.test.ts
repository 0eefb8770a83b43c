// SPDX-License-Identifier: Apache-2.0
// Models in the layers of an image are parts of it: each with its files, its digest as on disk, its licence and the layer
// that brought it, and the image depends on it.

import assert from "node:assert/strict";
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { huggingFaceModel } from "../../fixtures/hugging-face.ts";
import { buildLayer, OciLayout, sha256, tarOf } from "../../fixtures/oci.ts";
import { buildOnnx, onnxModel } from "../../fixtures/onnx.ts";
import { buildSafetensors, type FileTree, safetensorsModel } from "../../fixtures/safetensors.ts";
import { ollamaStore, writeCachedRepository } from "../../fixtures/stores.ts";
import type { TarMemberSpec } from "../../fixtures/tar.ts";
import { artifactDigest } from "../../src/bom/artifact-ref.ts";
import { buildBom } from "../../src/bom/build.ts";
import { bomArtifacts } from "../../src/bom/read.ts";
import { inventory } from "../../src/inventory.ts";
import type { Artifact } from "../../src/model/artifact.ts";
import type { ImageContent } from "../../src/model/image.ts";
import { matchImages } from "../../src/verifiers/image-match.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

function members(folder: string, files: FileTree): TarMemberSpec[] {
  return [...files].map(([name, data]) => ({ name: `${folder}/${name}`, data }));
}

async function read(t: TestContext, ...layers: TarMemberSpec[][]): Promise<[Artifact, ImageContent]> {
  const layout = new OciLayout();
  const image = layout.image(layers.map((each) => buildLayer(each)));
  const path = join(temporaryDirectory(t), "image.tar");
  writeFileSync(path, tarOf(layout.list(image, "app:1").all()));
  const [artifact] = await inventory([path]);
  const [first] = artifact?.images ?? [];
  assert.ok(artifact !== undefined && first !== undefined);
  return [artifact, first];
}

const weights = buildSafetensors({ tensors: { w: { dtype: "F32", shape: [4] } } });
const model: FileTree = new Map([
  ...huggingFaceModel(),
  ...safetensorsModel(),
  ["merges.txt", Buffer.from("a b")],
]);

test("a folder with a model is a part with the digest that it has on disk, its licence and its layer", async (t) => {
  const app = [
    { name: "app/main.py", data: "serve()" },
    { name: "etc/motd", data: "hello" },
  ];
  const [artifact, image] = await read(t, app, members("models/tiny", model));
  const [part, ...others] = image.parts ?? [];
  assert.deepEqual(others, []);
  assert.equal(part?.kind, "model");
  assert.equal(part.name, "models/tiny");
  assert.equal(part.root, "/models/tiny");
  assert.deepEqual(
    part.files.map(({ path }) => path),
    [...model.keys()].map((name) => `/models/tiny/${name}`).sort(),
  );
  assert.deepEqual(new Set(part.files.map(({ layer }) => layer)), new Set([image.layers[1]?.diffId]));
  assert.ok(part.facts.some(({ name, value }) => name === "license" && value === "apache-2.0"));
  const onDisk = join(temporaryDirectory(t), "tiny");
  for (const [name, bytes] of model) {
    mkdirSync(dirname(join(onDisk, name)), { recursive: true });
    writeFileSync(join(onDisk, name), bytes);
  }
  const [same] = await inventory([onDisk]);
  assert.ok(same !== undefined);
  const document = await bomOf(artifact);
  const text = JSON.stringify(document);
  assert.ok(text.includes(artifactDigest(same).hex));
  // The program beside the model is not the model's.
  assert.ok(!artifact.findings.some(({ code }) => code === "CUSTOM_CODE_FILE"));
});

async function bomOf(artifact: Artifact) {
  const bytes = await buildBom([artifact], { specVersion: "1.7", toolVersion: "0.0.0" });
  return JSON.parse(Buffer.from(bytes).toString()) as Parameters<typeof bomArtifacts>[0] & {
    dependencies: { ref: string; dependsOn?: string[] }[];
  };
}

test("the image depends on its models, and a BOM of it is compared file by file", async (t) => {
  const [artifact] = await read(
    t,
    members("models/tiny", model),
    members("opt", new Map([["x.onnx", buildOnnx()]])),
  );
  const document = await bomOf(artifact);
  const edges = document.dependencies.filter(({ ref }) => ref.startsWith("image:"));
  const models = edges.flatMap(({ dependsOn = [] }) => dependsOn.filter((each) => each.startsWith("model:")));
  assert.equal(models.length, 2);
  const candidates = bomArtifacts(document);
  assert.deepEqual(matchImages(artifact, candidates), []);
  const [other] = await read(
    t,
    members("models/tiny", new Map([...model, ["merges.txt", Buffer.from("b a")]])),
  );
  assert.notDeepEqual(matchImages(other, candidates), []);
});

test("loose weights: one folder is one model, ONNX files beside one another are several", async (t) => {
  const onnx = buildOnnx();
  const [, image] = await read(t, [
    ...members("srv/a", onnxModel()),
    { name: "srv/a/server.py", data: "x" },
    { name: "srv/a/LICENSE", data: "terms" },
    { name: "srv/ocr/det_infer.onnx", data: onnx },
    { name: "srv/ocr/rec_infer.onnx", data: onnx },
    { name: "srv/ocr/rec_infer_int8.onnx", data: onnx },
    { name: "srv/whisper/encoder.onnx", data: onnx },
    { name: "srv/whisper/decoder.onnx", data: onnx },
    { name: "root.safetensors", data: weights },
  ]);
  const found = (image.parts ?? []).map(({ name, root, files }) => [
    name,
    root,
    files.map(({ path }) => path),
  ]);
  assert.deepEqual(found, [
    ["root", "/", ["/root.safetensors"]],
    ["srv/a/model", "/srv/a", ["/srv/a/LICENSE", "/srv/a/model.onnx", "/srv/a/weights.bin"]],
    ["srv/ocr/det_infer", "/srv/ocr", ["/srv/ocr/det_infer.onnx"]],
    ["srv/ocr/rec_infer", "/srv/ocr", ["/srv/ocr/rec_infer.onnx", "/srv/ocr/rec_infer_int8.onnx"]],
    ["srv/whisper", "/srv/whisper", ["/srv/whisper/decoder.onnx", "/srv/whisper/encoder.onnx"]],
  ]);
});

test("what belongs to software is a model only if it looks like one, and is no test", async (t) => {
  const library = "usr/lib/python3/dist-packages";
  const onnx = buildOnnx();
  const [, image] = await read(t, [
    { name: `${library}/vad/data/vad.onnx`, data: onnx },
    { name: `${library}/onnx/backend/test/data/x.onnx`, data: onnx },
    { name: `${library}/numpy/lib/tests/data/a.npy`, data: Buffer.from("\x93NUMPY\x01\x00") },
  ]);
  assert.deepEqual(
    (image.parts ?? []).map(({ name }) => name),
    [`${library}/vad/data/vad`],
  );
});

test("a deleted model is no part; one that a later layer replaced is the later one's", async (t) => {
  const [, gone] = await read(t, members("m", model), [{ name: "m/.wh..wh..opq" }]);
  assert.equal(gone.parts, undefined);
  const [, replaced] = await read(t, members("m", model), [{ name: "m/merges.txt", data: "b a" }]);
  const layers = replaced.parts?.[0]?.files.map(({ path, layer }) => [path, layer]);
  assert.deepEqual(
    layers?.filter(([, layer]) => layer === replaced.layers[1]?.diffId),
    [["/m/merges.txt", replaced.layers[1]?.diffId]],
  );
});

test("a Hugging Face cache in a layer proves its revision; a forged blob does not", async (t) => {
  const hub = temporaryDirectory(t);
  const commit = "0123456789abcdef0123456789abcdef01234567";
  writeCachedRepository(hub, { id: "example/tiny", commit, files: model });
  const layer = treeMembers(hub, "hf");
  const [, image] = await read(t, layer);
  const [part] = image.parts ?? [];
  assert.equal(part?.store, "hugging-face-cache");
  assert.equal(part.name, "example/tiny");
  assert.equal(part.package?.version, commit);
  const forged = layer.map((each) =>
    each.data !== undefined && sha256(each.data).endsWith(each.name.slice(-64))
      ? { ...each, data: weights }
      : each,
  );
  const [artifact, other] = await read(t, forged);
  assert.equal(other.parts?.[0]?.package, undefined);
  const codes = artifact.findings.map(({ code }) => code);
  assert.ok(codes.includes("MANIFEST_FILE_DIFFERS"), codes.join());
  const [found] = artifact.findings.filter(({ code }) => code === "MANIFEST_FILE_DIFFERS");
  assert.match(found?.location.member ?? "", /^sha256:[0-9a-f]{64}!hf\/models--/);
});

/** Files and links of a directory, as a layer. */
function treeMembers(root: string, under: string): TarMemberSpec[] {
  const names = readdirSync(root, { recursive: true, encoding: "utf8" });
  return names.flatMap((name): TarMemberSpec[] => {
    const path = join(root, name);
    const stat = lstatSync(path);
    const at = `${under}/${name}`;
    return stat.isSymbolicLink()
      ? [{ name: at, type: "2", target: readlinkSync(path) }]
      : stat.isFile()
        ? [{ name: at, data: readFileSync(path) }]
        : [];
  });
}

test("Ollama's store in a layer", async (t) => {
  const store = ollamaStore([
    { path: "registry.ollama.ai/library/tiny/latest", layers: [["model", weights]] },
  ]);
  const [, image] = await read(t, members("root/.ollama/models", store));
  assert.deepEqual(
    (image.parts ?? []).map(({ store, kind }) => [store, kind]),
    [["ollama", "model"]],
  );
});

test("a configuration that is too large to keep is not passed over", async (t) => {
  const padded = Buffer.concat([model.get("config.json") ?? Buffer.alloc(0), Buffer.alloc(1024 * 1024, " ")]);
  const [artifact] = await read(t, members("m", new Map([...model, ["config.json", padded]])));
  assert.equal(artifact.complete, false);
  assert.ok(artifact.findings.some(({ code }) => code === "IMAGE_FILE_UNREAD"));
});
