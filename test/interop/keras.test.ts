// SPDX-License-Identifier: Apache-2.0
// Models that Keras, h5py and TensorFlow write on the spot: names, shapes and counts that we read equal what they say.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { headBytes } from "../../src/formats/format.ts";
import type { Hdf5Detail } from "../../src/formats/hdf5/report.ts";
import { type ReadFile, readFile } from "../../src/formats/read-file.ts";
import type { CheckpointDetail } from "../../src/formats/tf-checkpoint.ts";
import { inventory } from "../../src/inventory.ts";
import { missingEnvironment, runPython } from "./python-environments.ts";

const scratch = mkdtempSync(join(tmpdir(), "aibom-keras-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

function read(name: string): ReadFile {
  const bytes = readFileSync(join(scratch, name));
  const head = { bytes: bytes.subarray(0, headBytes), path: name, size: bytes.length };
  return readFile(head, memorySource(bytes, name));
}

function values(file: ReadFile, name: string): readonly unknown[] {
  return (file.description?.facts ?? []).filter((each) => each.name === name).map((each) => each.value);
}

interface Said {
  readonly parameters: number;
  readonly layers: Readonly<Record<string, number>>;
  readonly version: string;
}

const kerasModel = `
import os, sys, json, collections
os.environ["KERAS_BACKEND"] = "jax"
import numpy as np, keras
from keras import layers
os.chdir(sys.argv[1])
x = i = keras.Input((8, 4))
x = layers.Conv1D(6, 3, padding="same", activation="relu", kernel_regularizer="l2")(x)
x = layers.BatchNormalization()(x)
x = layers.Bidirectional(layers.LSTM(5, return_sequences=True))(x)
x = layers.MultiHeadAttention(2, 3)(x, x)
x = layers.Dropout(0.2)(x)
inner = keras.Sequential([layers.Dense(7, activation="gelu"), layers.Dense(3)], name="inner")
m = keras.Model(i, keras.ops.mean(inner(layers.Flatten()(x)), axis=-1))
m.compile("adam", "mse")
m.fit(np.zeros((4, 8, 4)), np.zeros((4,)), verbose=0)
m.save("model.keras"); m.save("model.h5"); m.save_weights("model.weights.h5")
def count(model, into):
    for each in model.layers if isinstance(model, keras.Sequential) else model.operations:
        into[type(each).__name__] += 1
        if isinstance(each, keras.Model):
            into["InputLayer"] += isinstance(each, keras.Sequential)
            count(each, into)
    return into
print(json.dumps({"parameters": m.count_params(), "layers": count(m, collections.Counter()), "version": keras.__version__}))
`;

test("Keras: a model as .keras, as HDF5 and as weights", { skip: missingEnvironment("keras") }, () => {
  const said = runPython("keras", kerasModel, [scratch]) as Said;
  for (const name of ["model.keras", "model.h5", "model.weights.h5"]) {
    const file = read(name);
    assert.equal(file.status, "described", name);
    assert.deepEqual(file.findings, [], name);
    assert.deepEqual(values(file, "parameters.count"), [String(said.parameters)], name);
    if (name !== "model.weights.h5") {
      assert.deepEqual(values(file, "layer_types"), [said.layers], name);
      assert.deepEqual(values(file, "producer"), [{ name: "keras", version: said.version }], name);
    }
  }
});

test("Keras: a Lambda is found in both formats", { skip: missingEnvironment("keras") }, () => {
  runPython(
    "keras",
    `
import os, sys
os.environ["KERAS_BACKEND"] = "jax"
import keras
from keras import layers
os.chdir(sys.argv[1])
m = keras.Sequential([keras.Input((4,)), layers.Lambda(lambda t: __import__("os").getcwd() and t)])
m.save("lambda.keras"); m.save("lambda.h5")
`,
    [scratch],
  );
  for (const name of ["lambda.keras", "lambda.h5"]) {
    const { findings } = read(name);
    assert.deepEqual(
      findings.map(({ code, severity }) => `${code} ${severity}`),
      ["KERAS_LAMBDA_CODE critical"],
      name,
    );
  }
});

const hdf5Files = `
import sys, json, itertools, h5py, numpy as np
said = {}
for lib, order, many, block in itertools.product(["earliest", "v108", "latest"], [False, True], [3, 60, 2000], [0, 1024]):
    name = f"{lib}-{order}-{many}-{block}.h5"
    with h5py.File(f"{sys.argv[1]}/{name}", "w", libver=lib, track_order=order, userblock_size=block) as f:
        f.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": {"name": "x" * 70000, "layers": []}})
        for kind in "f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 c8 c16 >f4".split():
            f.create_dataset("types/" + kind, shape=(2, 3), dtype=kind)
        f.create_dataset("types/bool", data=np.zeros((3,), bool))
        f.create_dataset("types/text", data=["a", "bb"])
        f.create_dataset("types/null", data=h5py.Empty("f4"))
        f.create_dataset("types/packed", shape=(100, 100), chunks=(10, 10), compression="gzip", dtype="f4")
        f["committed"] = np.dtype("f8")
        f.create_dataset("shared", shape=(3,), dtype=f["committed"])
        group = f.create_group("many", track_order=order)
        for index in range(many):
            group.create_dataset(f"dataset_with_a_long_name_{index:06}", shape=(index % 5,), dtype="f4")
            group.attrs[f"attribute {index}"] = "y" * (index % 300)
    with h5py.File(f"{sys.argv[1]}/{name}") as f:
        found = {}
        f.visititems(lambda n, o: found.update({"/" + n: list(o.shape or [])}) if isinstance(o, h5py.Dataset) else None)
        said[name] = found
print(json.dumps(said))
`;

test("h5py: files of each version, with few and many datasets", { skip: missingEnvironment("keras") }, () => {
  const said = runPython("keras", hdf5Files, [scratch]) as Record<string, Record<string, number[]>>;
  assert.equal(Object.keys(said).length, 36);
  for (const [name, datasets] of Object.entries(said)) {
    const file = read(name);
    assert.equal(file.status, "described", name);
    const detail = file.description?.detail as Hdf5Detail;
    const found = Object.fromEntries(detail.datasets.map(({ path, shape }) => [path, shape]));
    assert.deepEqual(found, datasets, name);
    assert.deepEqual(values(file, "architecture.class"), ["Sequential"], name);
  }
});

const tensorflowModels = `
import os, sys, json
os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="")
import numpy as np, tensorflow as tf
from tensorflow import keras
os.chdir(sys.argv[1])
i = keras.Input((8,))
m = keras.Model(i, keras.layers.Dense(3)(keras.layers.BatchNormalization()(keras.layers.Dense(16, activation="relu")(i))))
m.compile("adam", "mse"); m.fit(np.zeros((4, 8)), np.zeros((4, 3)), verbose=0)
m.export("exported", verbose=False)
with open("vocab.txt", "w") as f: f.write("a\\nb\\n")
class Text(tf.Module):
    def __init__(self):
        self.table = tf.lookup.StaticHashTable(tf.lookup.TextFileInitializer("vocab.txt", tf.string, tf.lookup.TextFileIndex.WHOLE_LINE, tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER), -1)
        self.v = tf.Variable(tf.random.normal((10, 4)))
    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def __call__(self, words):
        return tf.gather(self.v, self.table.lookup(tf.strings.lower(words)) + 1)
tf.saved_model.save(Text(), "text")
os.remove("vocab.txt")
class Evil(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def __call__(self, x):
        tf.io.write_file("/tmp/x", tf.io.read_file("/etc/passwd"))
        return x + tf.py_function(lambda: 1.0, [], tf.float32)
tf.saved_model.save(Evil(), "evil")
def operators(graph):
    counts = {}
    for nodes in [graph.node] + [f.node_def for f in graph.library.function]:
        for node in nodes: counts[node.op] = counts.get(node.op, 0) + 1
    return counts
from tensorflow.core.protobuf import saved_model_pb2
said = {"parameters": m.count_params()}
for name in ("exported", "text", "evil"):
    pb = saved_model_pb2.SavedModel(); pb.ParseFromString(open(name + "/saved_model.pb", "rb").read())
    said[name] = {"operators": operators(pb.meta_graphs[0].graph_def),
                  "variables": {n: list(s) for n, s in tf.train.list_variables(name + "/variables/variables")}}
print(json.dumps(said))
`;

interface SavedModelSaid {
  readonly operators: Readonly<Record<string, number>>;
  readonly variables: Readonly<Record<string, readonly number[]>>;
}

test("TensorFlow: SavedModels", { skip: missingEnvironment("tensorflow") }, async () => {
  const said = runPython("tensorflow", tensorflowModels, [scratch]) as Record<string, SavedModelSaid>;
  for (const name of ["exported", "text", "evil"]) {
    const { operators, variables } = said[name] as SavedModelSaid;
    assert.deepEqual(values(read(`${name}/saved_model.pb`), "operators"), [operators], name);
    const index = read(`${name}/variables/variables.index`);
    const detail = index.description?.detail as CheckpointDetail;
    const found = Object.fromEntries(detail.tensors.map((each) => [each.name, each.shape.map(Number)]));
    assert.deepEqual(found, variables, name);
  }
  const index = read("exported/variables/variables.index");
  assert.deepEqual(values(index, "parameters.count"), [String(said["parameters"])]);
  for (const name of ["exported", "text"]) {
    const [artifact] = await inventory([join(scratch, name)]);
    assert.deepEqual(artifact?.findings, [], name);
  }
  const { findings } = read("evil/saved_model.pb");
  assert.deepEqual(findings.map(({ code }) => code).toSorted(), [
    "TF_FILE_READ",
    "TF_FILE_WRITE",
    "TF_HOST_PATH",
    "TF_PYTHON_CALLBACK",
  ]);
});
