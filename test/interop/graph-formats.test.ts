// SPDX-License-Identifier: Apache-2.0
// Models that OpenVINO and coremltools write on the spot: what we read equals what they say.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { inventory } from "../../src/inventory.ts";
import type { Artifact } from "../../src/model/artifact.ts";
import { missingEnvironment, runPython } from "./python-environments.ts";

const skip = missingEnvironment("graphs");
const scratch = mkdtempSync(join(tmpdir(), "aibom-graphs-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

async function read(directory: string): Promise<Artifact> {
  const [artifact] = await inventory([directory]);
  assert.ok(artifact !== undefined);
  assert.equal(artifact.complete, true);
  assert.deepEqual(artifact.findings, []);
  return artifact;
}

function values(artifact: Artifact, name: string): readonly unknown[] {
  return artifact.facts.filter((each) => each.name === name).map((each) => each.value);
}

test("an OpenVINO model", { skip }, async () => {
  const directory = join(scratch, "openvino");
  const said = runPython(
    "graphs",
    `
import json, sys, collections, numpy as np, openvino as ov, openvino.opset13 as ops
x = ops.parameter([1, 3, 8, 8], np.float32, name="x")
w = ops.constant(np.random.rand(4, 3, 3, 3).astype(np.float32))
b = ops.constant(np.ones((1, 4, 1, 1), np.float16))
y = ops.add(ops.convolution(x, w, [1, 1], [1, 1], [1, 1], [1, 1]), ops.convert(b, "f32"))
model = ov.Model([y], [x], "convolution")
ov.save_model(model, sys.argv[1] + "/model.xml", compress_to_fp16=False)
again = ov.Core().read_model(sys.argv[1] + "/model.xml")
kinds = collections.Counter(n.get_type_name() for n in again.get_ordered_ops())
constants = [n for n in again.get_ordered_ops() if n.get_type_name() == "Constant"]
print(json.dumps({
  "name": again.get_friendly_name(),
  "layers": sum(kinds.values()),
  "parameters": sum(int(np.prod(n.get_output_shape(0))) for n in constants),
  "constants": len(constants)}))
`,
    [directory],
  ) as { name: string; layers: number; parameters: number; constants: number };
  const artifact = await read(directory);
  assert.deepEqual(values(artifact, "name"), [said.name]);
  assert.deepEqual(values(artifact, "parameters.count"), [String(said.parameters)]);
  assert.deepEqual(values(artifact, "tensors.count"), [said.constants]);
  const operators = Object.values(values(artifact, "operators")[0] as Record<string, string>);
  assert.equal(
    operators.reduce((sum, count) => sum + Number(count), 0),
    said.layers,
  );
});

test("a Core ML model and a package", { skip }, async () => {
  const directory = join(scratch, "coreml");
  const said = runPython(
    "graphs",
    `
import json, os, sys, numpy as np, coremltools as ct
from coremltools.models import datatypes
from coremltools.models.neural_network import NeuralNetworkBuilder
from coremltools.converters.mil import Builder as mb
os.makedirs(sys.argv[1])
nb = NeuralNetworkBuilder([("x", datatypes.Array(3))], [("y", datatypes.Array(2))])
nb.add_inner_product("ip", np.ones((2, 3)), np.ones(2), 3, 2, True, "x", "y")
nb.spec.description.metadata.author = "Ada"
nb.spec.description.metadata.license = "MIT"
ct.models.utils.save_spec(nb.spec, sys.argv[1] + "/nn.mlmodel")
@mb.program(input_specs=[mb.TensorSpec(shape=(1, 4))])
def program(x):
    return mb.relu(x=x)
ct.convert(program, convert_to="mlprogram", minimum_deployment_target=ct.target.iOS16).save(sys.argv[1] + "/p.mlpackage")
specs = [ct.utils.load_spec(sys.argv[1] + "/" + n) for n in ("nn.mlmodel", "p.mlpackage")]
print(json.dumps({
  "versions": [str(s.specificationVersion) for s in specs],
  "kinds": [s.WhichOneof("Type") for s in specs],
  "inputs": [s.description.input[0].name for s in specs]}))
`,
    [directory],
  ) as { versions: string[]; kinds: string[]; inputs: string[] };
  const artifact = await read(directory);
  assert.deepEqual(values(artifact, "format.version"), said.versions);
  assert.deepEqual(values(artifact, "architecture.family"), said.kinds);
  assert.deepEqual(
    values(artifact, "input").map((value) => (value as { name: string }).name),
    said.inputs,
  );
  assert.deepEqual(values(artifact, "author"), ["Ada"]);
  assert.deepEqual(values(artifact, "license"), ["MIT"]);
});
