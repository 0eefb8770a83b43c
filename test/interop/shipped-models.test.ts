// SPDX-License-Identifier: Apache-2.0
// Models that registry packages ship: inventory, BOM and scan of each package as a whole, and our tensors, types, counts,
// inputs and operators are those that onnx and safetensors report. No file of theirs raises a grave finding.

import assert from "node:assert/strict";
import { test } from "node:test";
import { buildBom } from "../../src/bom/build.ts";
import { validateBom } from "../../src/bom/validate.ts";
import { inventory } from "../../src/inventory.ts";
import type { Artifact } from "../../src/model/artifact.ts";
import { atLeast } from "../../src/model/severity.ts";
import { scan } from "../../src/scan.ts";
import { missingEnvironment, runPython } from "./python-environments.ts";
import {
  missingShipped,
  type ShippedPackage,
  shippedDirectory,
  shippedPackages,
} from "./shipped-packages.ts";

const skip = missingEnvironment("shipped") || missingShipped();

/** What the libraries say of each file below a directory, by path. */
const report = `
import collections, json, math, os, struct, sys
import onnx
from safetensors import safe_open

def tensors(message):
    if isinstance(message, onnx.TensorProto):
        yield message
        return
    for field, value in message.ListFields():
        if field.message_type is not None:
            for each in (value if field.is_repeated else [value]):
                yield from tensors(each)

def nodes(graph):
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            for inner in ([attribute.g] if attribute.HasField("g") else []) + list(attribute.graphs):
                yield from nodes(inner)

kinds = {"FLOAT": "F32", "DOUBLE": "F64", "FLOAT16": "F16", "INT64": "I64", "INT32": "I32", "UINT8": "U8", "INT8": "I8"}

def add(found, kind, shape):
    found["dtypes"][kind] += math.prod(shape)
    found["tensors"] += 1

said = {}
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        path = os.path.join(folder, name)
        found = {"tensors": 0, "dtypes": collections.Counter()}
        if name.endswith(".onnx"):
            model = onnx.load(path)
            for each in tensors(model):
                kind = onnx.TensorProto.DataType.Name(each.data_type)
                add(found, kinds.get(kind, kind), each.dims)
            found["inputs"] = sorted(each.name for each in model.graph.input)
            found["operators"] = collections.Counter((n.domain or "ai.onnx") + "::" + n.op_type for n in nodes(model.graph))
        elif name.endswith(".safetensors"):
            with safe_open(path, "np") as file:
                for key in file.keys():
                    part = file.get_slice(key)
                    add(found, part.get_dtype(), part.get_shape())
        else:
            continue
        said[os.path.relpath(path, sys.argv[1])] = found
print(json.dumps(said))
`;

interface Said {
  readonly tensors: number;
  readonly dtypes: Readonly<Record<string, number>>;
  readonly inputs?: readonly string[];
  readonly operators?: Readonly<Record<string, number>>;
}

function values({ facts }: Artifact, path: string, name: string): readonly unknown[] {
  return facts.filter((each) => each.name === name && each.source.path === path).map(({ value }) => value);
}

async function read(shipped: ShippedPackage): Promise<Artifact> {
  const [artifact] = await inventory([shippedDirectory(shipped)]);
  assert.ok(artifact !== undefined);
  assert.equal(artifact.complete, true);
  assert.deepEqual(
    artifact.findings.filter(({ severity }) => atLeast(severity, "high")),
    [],
  );
  return artifact;
}

for (const shipped of shippedPackages) {
  test(`${shipped.name} ${shipped.version}`, { skip }, async (t) => {
    const directory = shippedDirectory(shipped);
    const artifact = await read(shipped);
    const said = runPython("shipped", report, [directory]) as Readonly<Record<string, Said>>;
    for (const [path, { tensors, dtypes, inputs, operators }] of Object.entries(said)) {
      const parameters = Object.values(dtypes).reduce((sum, count) => sum + count, 0);
      assert.deepEqual(values(artifact, path, "tensors.count"), [tensors], path);
      assert.deepEqual(values(artifact, path, "parameters.count"), [String(parameters)], path);
      assert.deepEqual(asNumbers(values(artifact, path, "dtypes")[0]), dtypes, path);
      if (inputs !== undefined) {
        const ours = values(artifact, path, "input").map((value) => (value as { name: string }).name);
        assert.deepEqual(ours.sort(), inputs, path);
        assert.deepEqual(asNumbers(values(artifact, path, "operators")[0]), operators, path);
      }
    }
    const bom = await buildBom([artifact], {
      specVersion: "1.7",
      toolVersion: "0.0.0",
      timestamp: new Date(0),
    });
    assert.deepEqual((await validateBom(bom, "bom.json")).findings, []);
    assert.equal(artifact.kind, "model");
    assert.equal((await scan([directory])).outcome, "clean");
    // nsfwjs has its weights in JavaScript files: they are told by their names and the string that they are.
    const inCode = artifact.findings.filter(({ code }) => code === "BASE64_MODULE").length;
    assert.equal(inCode, shipped.name === "nsfwjs" ? 9 : 0);
    t.diagnostic(`${Object.keys(said).length} models, ${artifact.files.length} files`);
  });
}

test("silero-vad ships TorchScript, and every code that it imports is allowed", { skip }, async () => {
  const artifact = await read(shippedPackages[0]);
  const script = artifact.files.find(({ path }) => path.endsWith(".jit"));
  assert.deepEqual([script?.format, script?.status], ["pytorch", "described"]);
  const verdicts = artifact.facts
    .filter(({ name }) => name === "import")
    .map(({ value }) => (value as { verdict: string }).verdict);
  assert.ok(verdicts.every((verdict) => verdict === "allowed"));
});

function asNumbers(counts: unknown): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(counts as object).map(([key, count]) => [key, Number(count)]));
}
