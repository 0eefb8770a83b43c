// SPDX-License-Identifier: Apache-2.0
// Plain directories: what is several models, and above all what is one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { buildGguf, ggufMetadata, ggufModel, ggufTensors } from "../../fixtures/gguf.ts";
import { huggingFaceModel, jsonFile, modelCard } from "../../fixtures/hugging-face.ts";
import { buildOnnx, onnxModel } from "../../fixtures/onnx.ts";
import { buildSafetensors, type FileTree, safetensorsModel } from "../../fixtures/safetensors.ts";
import { mlflowModel } from "../../fixtures/stores.ts";
import { describeTogether } from "../../src/stores/together.ts";
import { memoryDirectory } from "../layouts/memory-directory.ts";

const gguf = buildGguf({ metadata: ggufMetadata(), tensors: ggufTensors });
const weights = buildSafetensors({ tensors: { w: { dtype: "F32", shape: [2] } } });
const projector = buildGguf({ metadata: [["general.architecture", ["string", "clip"]]], tensors: [] });

/** Trees below folders; the empty name is the root. */
function together(folders: Readonly<Record<string, FileTree>>) {
  const tree = Object.entries(folders).flatMap(([folder, files]) =>
    [...files].map(([path, bytes]) => [folder === "" ? path : `${folder}/${path}`, bytes] as const),
  );
  return describeTogether(memoryDirectory(new Map(tree)));
}

function partsOf(folders: Readonly<Record<string, FileTree>>): readonly string[] {
  return together(folders).parts.map(({ part }) => `${part.name}: ${part.paths.length}`);
}

const files = (...entries: readonly (readonly [string, Uint8Array])[]): FileTree => new Map(entries);

test("folders with a configuration of their own are models", () => {
  assert.deepEqual(
    partsOf({
      "org/base": huggingFaceModel(),
      "org/lora": files(["adapter_config.json", jsonFile({ base_model_name_or_path: "org/base" })]),
      mlflow: mlflowModel(),
    }),
    ["mlflow: 3", "org/base: 4", "org/lora: 1"],
  );
});

test("LM Studio's folders, with projectors and shards", () => {
  assert.deepEqual(
    partsOf({
      "lmstudio-community/a-GGUF": files(
        ["a-Q4_0.gguf", gguf],
        ["mmproj-a.gguf", projector],
        ["README.md", modelCard("license: mit")],
      ),
      "someone/b-GGUF": files(["b-00001-of-00002.gguf", gguf], ["b-00002-of-00002.gguf", gguf]),
      "someone/c-GGUF": files(["c-Q4_0.gguf", gguf], ["c-Q8_0.gguf", gguf], ["mmproj-c.gguf", projector]),
    }),
    [
      "lmstudio-community/a-GGUF: 3",
      "someone/b-GGUF: 2",
      "someone/c-GGUF/c-Q4_0: 2",
      "someone/c-GGUF/c-Q8_0: 2",
    ],
  );
});

test("the card of a folder speaks for each of its GGUF files", () => {
  const { parts, facts } = together({
    "": files(["a.gguf", gguf], ["b.gguf", gguf], ["README.md", modelCard("license: mit")]),
  });
  assert.deepEqual(
    parts.map(({ part }) => [part.name, part.paths]),
    [
      ["a", ["a.gguf"]],
      ["b", ["b.gguf"]],
    ],
  );
  for (const { layouts } of parts) {
    const licenses = layouts.flatMap((each) => each.facts.filter(({ name }) => name === "license"));
    assert.deepEqual(
      licenses.map(({ value }) => value),
      ["mit"],
    );
  }
  assert.equal(facts.filter(({ name, value }) => name === "license" && value === "mit").length, 1);
});

test("code in a folder of several models is found, whatever marks the folder", () => {
  const code = new TextEncoder().encode("import os\n");
  const { findings } = together({
    "a/model": huggingFaceModel(),
    "b/model": files(["b.gguf", gguf], ["run.py", code]),
    "c/model": files(["c1.gguf", gguf], ["c2.gguf", gguf], ["run.py", code]),
    scripts: files(["run.py", code]),
  });
  assert.deepEqual(
    findings.map(({ code, location }) => `${code} ${location.path}`).toSorted(),
    ["b/model", "c/model", "scripts"].map((folder) => `CUSTOM_CODE_FILE ${folder}/run.py`),
  );
});

const onnx = buildOnnx();

test("ONNX files beside one another are models of their own, each with its precisions and its tensors", () => {
  const external = [...onnxModel()].map(([name, bytes]) => [name.replace("model.", "det."), bytes] as const);
  const folder = files(...external, ["rec.onnx", onnx], ["rec_int8.onnx", onnx], ["dict.txt", new Uint8Array(9)]);
  assert.deepEqual(partsOf({ models: folder }), ["models/det: 2", "models/rec: 2"]);
});

test("one model stays one, whatever its folders hold", () => {
  const part = files(["config.json", jsonFile({ _class_name: "UNet" })], ["model.safetensors", gguf]);
  for (const folders of [
    { "": safetensorsModel() },
    { "": ggufModel() },
    { "": onnxModel() },
    { "": huggingFaceModel(), "checkpoint-1": huggingFaceModel(), "checkpoint-2": huggingFaceModel() },
    { "": files(["model_index.json", jsonFile({ _class_name: "X" })]), unet: part, vae: part },
    { "": files(["modules.json", jsonFile([])]), "1_Pooling": files(["config.json", jsonFile({})]) },
    { "": mlflowModel(), "artifacts/model": huggingFaceModel() },
    { "publisher/model": files(["a.gguf", gguf], ["mmproj.gguf", projector]) },
    { "": files(["a-00001-of-00002.gguf", gguf], ["a-00002-of-00002.gguf", gguf]) },
    { model: huggingFaceModel(), data: files(["a.txt", new Uint8Array(9)]) },
    { pytorch: files(["a.safetensors", weights]), onnx: onnxModel() },
    { "": files(["encoder.onnx", onnx], ["decoder.onnx", onnx]) },
    { "": files(["whisper-encoder.int8.onnx", onnx], ["whisper-decoder.int8.onnx", onnx]) },
    { "": files(["net_1.onnx", onnx], ["net_2.onnx", onnx]) },
    { "": files(["net.onnx", onnx], ["net_fp16.onnx", onnx], ["net_quantized.onnx", onnx]) },
    { "": files(["a.onnx", onnx], ["b.onnx", onnx], ["a.safetensors", weights]) },
  ]) {
    assert.deepEqual(partsOf(folders), [], JSON.stringify(Object.keys(folders)));
  }
});

test("a thousand models in folders take no more than their files", () => {
  const folders = Object.fromEntries(
    Array.from({ length: 1000 }, (_, index) => [`m/${index}`, huggingFaceModel()]),
  );
  const { cpu, count } = measured(() => partsOf(folders).length);
  assert.equal(count, 1000);
  assert.ok(cpu < 10_000, `${cpu} ms`);
});

function measured(run: () => number): { cpu: number; count: number } {
  const start = process.cpuUsage();
  const count = run();
  const { user, system } = process.cpuUsage(start);
  return { cpu: (user + system) / 1000, count };
}
