// SPDX-License-Identifier: Apache-2.0
// Keras models: what a configuration needs from outside, in archives and HDF5 files.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  buildKeras,
  buildKerasH5,
  bytecode,
  functionConfig,
  type Json,
  lambdaCode,
  layer,
  oldLayer,
  oldSequential,
  sequential,
} from "../../fixtures/keras.ts";
import { buildZip } from "../../fixtures/zip.ts";
import { parseKerasJson } from "../../src/formats/keras/config-json.ts";
import type { ReadFile } from "../../src/formats/read-file.ts";
import { zip } from "../../src/formats/zip.ts";
import type { FactName } from "../../src/model/fact.ts";
import { mutationRun, readNamed } from "./hostile.ts";

function readModel(...layers: readonly Json[]): ReadFile {
  return readNamed("model.keras", buildKeras({ config: sequential(...layers) }));
}

function values(read: ReadFile, name: FactName): readonly unknown[] {
  return (read.description?.facts ?? []).filter((fact) => fact.name === name).map((fact) => fact.value);
}

function said(read: ReadFile): readonly string[] {
  return read.findings.map(({ code, severity, args }) => {
    const { reference, layer: name, path, operation } = args;
    return [code, severity, reference ?? operation ?? path ?? name ?? ""].join(" ");
  });
}

function ofLayers(...layers: readonly Json[]): readonly string[] {
  return said(readModel(...layers));
}

function ofOldLayers(...layers: readonly Json[]): readonly string[] {
  return said(readNamed("model.h5", buildKerasH5(oldSequential(...layers))));
}

describe("a .keras file", () => {
  it("is described by its configuration, its metadata and its weights", () => {
    const read = readModel(layer("InputLayer"), layer("Dense"), layer("Dense"));
    assert.equal(read.format, "keras");
    assert.equal(read.status, "described");
    assert.equal(read.holdsWeights, true);
    assert.deepEqual(read.findings, []);
    assert.deepEqual(values(read, "layer_types"), [{ Dense: 2, InputLayer: 1 }]);
    assert.deepEqual(values(read, "architecture.class"), ["Sequential"]);
    assert.deepEqual(values(read, "producer"), [{ name: "keras", version: "3.15.1" }]);
    assert.deepEqual(values(read, "created"), ["2026-11-25T15:22:02"]);
    assert.deepEqual(values(read, "parameters.count"), ["16"]);
  });

  it("counts the layers of inner models and looks into wrappers", () => {
    const read = readModel(sequential(layer("Dense"), layer("Bidirectional", { layer: layer("LSTM") })));
    assert.deepEqual(values(read, "layer_types"), [{ Bidirectional: 1, Dense: 1, Sequential: 1 }]);
  });

  it("may be as Keras 1 wrote it: layers without a name for them", () => {
    const old = { class_name: "Sequential", config: [oldLayer("Dense"), oldLayer("Mine")] };
    const read = readNamed("model.h5", buildKerasH5(old));
    assert.deepEqual(values(read, "layer_types"), [{ Dense: 1, Mine: 1 }]);
    assert.deepEqual(said(read), ["KERAS_CUSTOM_CODE medium Mine"]);
  });

  it("without a part is unverified, and its configuration is read all the same", () => {
    const evil = sequential(layer("Lambda", { function: lambdaCode("os", "system") }));
    for (const without of ["metadata.json", "model.weights.h5"]) {
      const read = readNamed("model.keras", buildKeras({ config: evil, without: [without] }));
      assert.equal(read.status, "unverified");
      assert.deepEqual(read.findings.map(({ code }) => code).toSorted(), [
        "KERAS_LAMBDA_CODE",
        "KERAS_MEMBER_MISSING",
      ]);
    }
    const bare = buildZip({ "config.json": JSON.stringify(evil), "readme.txt": "x" });
    assert.ok(readNamed("model.bin", bare).findings.some(({ code }) => code === "KERAS_LAMBDA_CODE"));
  });

  it("is not any archive with a config.json", () => {
    const other = readNamed("data.zip", buildZip({ "config.json": '{"a": 1}', "readme.txt": "x" }));
    assert.equal(other.format, "zip");
    assert.deepEqual(other.findings, []);
  });

  it("with a configuration that cannot be read is unverified", () => {
    for (const configText of ["{", '{"class_name": "A", "class_name": "B"}', `${"[".repeat(200)}`]) {
      const read = readNamed("model.keras", buildKeras({ config: {}, configText }));
      assert.equal(read.status, "unverified");
      assert.ok(read.findings.some(({ code }) => code === "KERAS_CONFIG_INVALID"));
    }
  });

  it("may hold the numbers that Python writes and JSON has not", () => {
    const text = '{"a": NaN, "b": [-Infinity, Infinity], "NaN": "Infinity \\" NaN"}';
    const parsed = parseKerasJson(new TextEncoder().encode(text), "c") as Record<string, unknown>;
    assert.deepEqual(Object.keys(parsed), ["a", "b", "NaN"]);
    assert.equal(parsed["NaN"], 'Infinity " NaN');
  });

  it("ends quickly, whatever is changed", () => {
    const sample = buildKeras({
      config: sequential(layer("Dense"), layer("Lambda", { function: lambdaCode("os") })),
    });
    const { slowestMs } = mutationRun(zip, sample, 3000, 7);
    assert.ok(slowestMs < 2000, `${slowestMs} ms`);
  });
});

describe("a Lambda", () => {
  const code = (read: readonly string[]): readonly string[] =>
    read.map((each) => each.split(" ", 2).join(" "));

  it("with bytecode is high, and critical if the bytecode names the host", () => {
    const lambda = (...names: string[]): Json => layer("Lambda", { function: lambdaCode(...names) });
    assert.deepEqual(code(ofLayers(lambda("tf", "math", "add"))), ["KERAS_LAMBDA_CODE high"]);
    for (const name of ["os", "subprocess.run", "__import__", "eval", "popen", "requests"]) {
      assert.deepEqual(code(ofLayers(lambda(name))), ["KERAS_LAMBDA_CODE critical"], name);
    }
  });

  it("of Keras 2 too, also in its shape and its mask", () => {
    const value = [bytecode("x1"), null, null];
    for (const key of ["function", "output_shape", "mask"]) {
      assert.deepEqual(
        code(ofOldLayers(oldLayer("Lambda", { [key]: value, [`${key}_type`]: "lambda" }))),
        ["KERAS_LAMBDA_CODE high"],
        key,
      );
    }
  });

  it("that names a function is judged by the function", () => {
    const named = (module: string, name: string): Json =>
      oldLayer("Lambda", { function: name, function_type: "function", module });
    assert.deepEqual(ofOldLayers(named("os", "system")), ["KERAS_HOST_REFERENCE critical os.system"]);
    assert.deepEqual(ofOldLayers(named("mine", "scale")), ["KERAS_CUSTOM_CODE medium mine.scale"]);
    assert.deepEqual(ofLayers(layer("Lambda", { function: functionConfig("builtins", "relu") })), []);
  });
});

describe("a reference", () => {
  const activation = (module: string, name: string): Json =>
    layer("Activation", { activation: functionConfig(module, name) });

  it("to the host is critical", () => {
    const references = [
      ["os", "system"],
      ["posix", "popen"],
      ["urllib.request", "urlretrieve"],
      ["builtins", "eval"],
      ["pip._internal", "main"],
      ["keras.utils", "get_file"],
      ["keras.src.utils.file_utils", "get_file"],
      ["keras.config", "enable_unsafe_deserialization"],
      ["tensorflow", "py_function"],
      ["builtins", "load_model"],
    ] as const;
    for (const [module, name] of references) {
      assert.deepEqual(ofLayers(activation(module, name)), [
        `KERAS_HOST_REFERENCE critical ${module}.${name}`,
      ]);
    }
    assert.deepEqual(ofLayers(layer("Popen", {}, "subprocess")), [
      "KERAS_HOST_REFERENCE critical subprocess.Popen",
    ]);
  });

  it("to code of somebody's own is medium, and listed once", () => {
    const own: Json = {
      module: "my_package.layers",
      class_name: "Mine",
      config: { name: "mine" },
      registered_name: "Custom>Mine",
    };
    const read = readModel(own, own);
    assert.deepEqual(said(read), ["KERAS_CUSTOM_CODE medium my_package.layers.Mine"]);
    assert.deepEqual(values(read, "import"), [
      { module: "my_package.layers", name: "Mine", verdict: "unknown", count: 2 },
    ]);
    assert.deepEqual(values(read, "custom_code"), [{ class: "Mine", module: "my_package.layers" }]);
    assert.deepEqual(ofLayers(activation("builtins", "my_loss")), ["KERAS_CUSTOM_CODE medium my_loss"]);
    assert.deepEqual(ofOldLayers(oldLayer("AttentionOfMine")), ["KERAS_CUSTOM_CODE medium AttentionOfMine"]);
  });

  it("to Keras is nothing", () => {
    const modules = ["keras.activations", "keras.src.activations", "tf_keras.src.activations"];
    for (const module of [
      ...modules,
      "tensorflow.keras",
      "tensorflow.python.keras.activations",
      "keras_hub.src",
    ]) {
      assert.deepEqual(ofLayers(activation(module, "gelu")), [], module);
    }
    assert.deepEqual(ofOldLayers(oldLayer("CuDNNLSTM"), oldLayer("BatchNormalization")), []);
  });
});

describe("a layer that does more than compute", () => {
  it("is named", () => {
    assert.deepEqual(ofLayers(layer("TFSMLayer", { filepath: "/x" })), ["KERAS_SAVED_MODEL_LAYER high /x"]);
    assert.deepEqual(ofLayers(layer("TorchModuleWrapper")), ["KERAS_PICKLED_MODULE high torchmodulewrapper"]);
    for (const name of ["io.write_file", "raw_ops.ReadFile", "py_function", "io.gfile.glob"]) {
      const [found = ""] = ofOldLayers(oldLayer("TFOpLambda", { function: name }));
      assert.ok(found.startsWith("KERAS_HOST_OPERATION high"), name);
    }
    const definition = JSON.stringify({ name: "x", op: "WriteFile", input: ["a", "b"] });
    const [found = ""] = ofOldLayers(oldLayer("TensorFlowOpLayer", { node_def: definition }));
    assert.ok(found.startsWith("KERAS_HOST_OPERATION high"));
    assert.deepEqual(ofOldLayers(oldLayer("TFOpLambda", { function: "math.reduce_mean" })), []);
  });

  it("reads a vocabulary from a file", () => {
    const lookup = (vocabulary: Json): readonly string[] => ofLayers(layer("StringLookup", { vocabulary }));
    assert.deepEqual(lookup("vocab.txt"), ["KERAS_FILE_PATH medium vocab.txt"]);
    for (const path of ["/etc/passwd", "../../x", "https://example.com/v", "C:\\v"]) {
      assert.deepEqual(lookup(path), [`KERAS_FILE_PATH high ${path}`]);
    }
    assert.deepEqual(lookup(["a", "b"]), []);
    assert.deepEqual(lookup(null), []);
  });
});

describe("a training setup", () => {
  const compiled = (setup: Json): readonly string[] =>
    said(
      readNamed(
        "m.keras",
        buildKeras({ config: Object.assign({ compile_config: setup }, sequential(layer("Dense"))) }),
      ),
    );
  const trained = (setup: Json): readonly string[] =>
    said(readNamed("m.h5", buildKerasH5(oldSequential(oldLayer("Dense")), {}, setup)));
  const wrapper = (fn: Json): Json => ({ class_name: "MeanMetricWrapper", config: { name: "m", fn } });

  it("that names losses, metrics and optimizers of Keras is fine, in each spelling", () => {
    for (const setup of [
      { loss: "mse", metrics: ["accuracy", "MSE", "AUC"], optimizer: "rmsprop" },
      {
        loss: { a: "binary_crossentropy", b: null },
        metrics: [[wrapper("binary_accuracy")]],
        loss_weights: [1],
      },
      { loss: { class_name: "Huber", config: {} }, optimizer_config: { class_name: "Adam", config: {} } },
    ]) {
      assert.deepEqual(compiled(setup), []);
      assert.deepEqual(trained(setup), []);
    }
  });

  it("needs what is not part of Keras", () => {
    const cases: readonly (readonly [Json, string])[] = [
      [{ loss: "my_loss" }, "my_loss"],
      [{ loss: { out: ["mse", "my_loss"] } }, "my_loss"],
      [{ metrics: [{ class_name: "MyMetric", config: {} }] }, "MyMetric"],
      [{ weighted_metrics: [wrapper("my_metric")] }, "my_metric"],
      [{ optimizer_config: { class_name: "MyAdam", config: {} } }, "MyAdam"],
    ];
    for (const [setup, name] of cases) {
      assert.deepEqual(compiled(setup), [`KERAS_CUSTOM_CODE medium ${name}`]);
      assert.deepEqual(trained(setup), [`KERAS_CUSTOM_CODE medium ${name}`]);
    }
    assert.deepEqual(trained({ loss: "eval" }), ["KERAS_HOST_REFERENCE critical builtins.eval"]);
  });
});
