// SPDX-License-Identifier: Apache-2.0
// The HDF5 reader on sound files in all three styles, on links to other files, and on broken and hostile ones.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { buildHdf5, type Hdf5Group, type Hdf5Node, type Hdf5Spec } from "../../fixtures/hdf5.ts";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { AibomError } from "../../src/errors.ts";
import type { Description } from "../../src/formats/format.ts";
import type { Hdf5Detail } from "../../src/formats/hdf5/report.ts";
import { hdf5 } from "../../src/formats/hdf5.ts";
import type { FactName } from "../../src/model/fact.ts";
import { alone, codesOf, describeOrRefuse, inspect, mutationRun, readNamed } from "./hostile.ts";

const styles = ["old", "new", "dense"] as const;
const config = JSON.stringify({
  class_name: "Sequential",
  config: { name: "s", layers: [{ class_name: "Dense", config: { name: "d", units: 4 } }] },
});

/** A Keras 2 model with one layer. */
const model: Hdf5Group = {
  kind: "group",
  attributes: { keras_version: "2.15.0", backend: "tensorflow", model_config: { variable: config } },
  links: {
    model_weights: {
      kind: "group",
      attributes: { layer_names: "d" },
      links: {
        kernel: { kind: "dataset", shape: [3, 4] },
        bias: { kind: "dataset", shape: [4], type: "BF16", storage: "compact" },
      },
    },
    optimizer_weights: { kind: "group", links: { m: { kind: "dataset", shape: [3, 4], type: "F64" } } },
  },
};

function read(bytes: Uint8Array): Description {
  return hdf5.describe(memorySource(bytes, "model.h5"), alone);
}

function values(description: Description, name: FactName): readonly unknown[] {
  return description.facts.filter((fact) => fact.name === name).map((fact) => fact.value);
}

function withLinks(links: Readonly<Record<string, Hdf5Node>>, spec: Omit<Hdf5Spec, "root"> = {}): Uint8Array {
  return buildHdf5({ ...spec, root: { kind: "group", links } });
}

function severities(bytes: Uint8Array): readonly (readonly [string, string])[] {
  return read(bytes).findings.map(({ code, severity }) => [code, severity] as const);
}

describe("an HDF5 file", () => {
  for (const style of styles) {
    it(`of the ${style} style is described by its datasets and attributes`, () => {
      const description = read(buildHdf5({ style, root: model }));
      assert.deepEqual(description.findings, []);
      assert.equal(description.incomplete, undefined);
      const detail = description.detail as Hdf5Detail;
      assert.deepEqual(
        detail.datasets.map(({ path, dtype, shape }) => `${path} ${dtype} ${shape.join("x")}`).toSorted(),
        ["/model_weights/bias BF16 4", "/model_weights/kernel F32 3x4", "/optimizer_weights/m F64 3x4"],
      );
      assert.deepEqual(values(description, "parameters.count"), ["16"]);
      assert.deepEqual(values(description, "dtypes"), [{ BF16: "4", F32: "12" }]);
      assert.deepEqual(values(description, "tensors.count"), [3]);
      assert.deepEqual(values(description, "producer"), [{ name: "keras", version: "2.15.0" }]);
      assert.deepEqual(values(description, "layer_types"), [{ Dense: 1 }]);
    });
  }

  it("is recognised by its signature, also behind a user block", () => {
    const plain = buildHdf5({ root: model });
    assert.equal(inspect("weights.bin", plain).format, "hdf5");
    const shifted = buildHdf5({ userBlock: 2048, root: model });
    assert.deepEqual(codesOf(hdf5, shifted), ["HDF5_USER_BLOCK"]);
    assert.deepEqual(values(read(shifted), "parameters.count"), ["16"]);
    // The head says nothing, so the name decides that the reader is asked.
    assert.ok(inspect("model.h5", shifted).codes.includes("HDF5_USER_BLOCK"));
    assert.deepEqual(codesOf(hdf5, new Uint8Array(4096)), ["HDF5_NO_SIGNATURE"]);
  });

  it("keeps datasets of other programs apart from parameters", () => {
    const description = read(withLinks({ x: { kind: "dataset", shape: [5], type: "TEXT" } }));
    assert.deepEqual(values(description, "parameters.count"), []);
    assert.deepEqual(values(description, "tensors.count"), [1]);
    const data = withLinks({ x: { kind: "dataset", shape: [5] } });
    assert.equal(readNamed("climate.nc", data).holdsWeights, false);
    assert.equal(readNamed("climate.nc", data).format, "hdf5-data");
    assert.equal(readNamed("weights.h5", data).holdsWeights, true);
    assert.equal(readNamed("climate.nc", buildHdf5({ root: model })).holdsWeights, true);
  });
});

describe("an HDF5 file that draws in another file", () => {
  const outside: Readonly<Record<string, (file: string) => Hdf5Node>> = {
    HDF5_EXTERNAL_LINK: (file) => ({ kind: "external", file, path: "/d" }),
    HDF5_EXTERNAL_STORAGE: (file) => ({ kind: "dataset", shape: [8], externalFile: file }),
  };
  const virtual = (file: string): Hdf5Node => ({ kind: "dataset", shape: [8], virtualFile: file });

  for (const [code, make] of [...Object.entries(outside), ["HDF5_EXTERNAL_STORAGE", virtual] as const]) {
    for (const style of styles) {
      it(`has ${code} (${style} style)`, () => {
        assert.deepEqual(severities(withLinks({ x: make("part.h5") }, { style })), [[code, "medium"]]);
        for (const file of ["/etc/passwd", "../secret", "a/../../b", "C:\\x"]) {
          assert.deepEqual(severities(withLinks({ x: make(file) }, { style })), [[code, "high"]], file);
        }
        const keras: Hdf5Group = { ...model, links: { ...model.links, x: make("part.h5") } };
        assert.deepEqual(severities(buildHdf5({ style, root: keras })), [[code, "high"]]);
      });
    }
  }

  it("but not if a link or a virtual dataset stays in the file", () => {
    assert.deepEqual(severities(withLinks({ x: { kind: "soft", path: "/y" }, v: virtual(".") })), []);
  });

  it("or leaves it to a plug-in", () => {
    assert.deepEqual(codesOf(hdf5, withLinks({ x: { kind: "user-defined" } })), ["HDF5_USER_DEFINED_LINK"]);
  });
});

describe("a shape without values", () => {
  it("is reported if it would fill the memory", () => {
    for (const storage of ["none", "chunked"] as const) {
      const bomb: Hdf5Node = { kind: "dataset", shape: [1_000_000, 1_000_000], storage };
      assert.deepEqual(severities(withLinks({ x: bomb })), [["HDF5_UNBACKED_SHAPE", "medium"]]);
      const keras: Hdf5Group = { ...model, links: { ...model.links, bomb } };
      assert.deepEqual(severities(buildHdf5({ root: keras })), [["HDF5_UNBACKED_SHAPE", "high"]]);
    }
  });

  it("is not if it is small", () => {
    assert.deepEqual(
      severities(withLinks({ x: { kind: "dataset", shape: [1000, 1000], storage: "none" } })),
      [],
    );
  });
});

describe("a broken HDF5 file", () => {
  it("is never clean when it is cut", () => {
    for (const style of styles) {
      // The values come before the headers that need them, so every byte counts but the padding of the last header.
      const bytes = buildHdf5({ style, root: model });
      for (let size = 0; size < bytes.length - 8; size += 1) {
        const result = describeOrRefuse(hdf5, bytes.subarray(0, size));
        const isClean = !(result instanceof AibomError) && result.incomplete !== true;
        assert.ok(!isClean, `${style} cut at ${size} of ${bytes.length}`);
      }
    }
  });

  it("tells what was read before the fault", () => {
    const bytes = buildHdf5({ root: model });
    const at = Buffer.from(bytes).lastIndexOf("SNOD");
    const broken = Uint8Array.from(bytes);
    broken[at] = 0;
    const description = read(broken);
    assert.equal(description.incomplete, true);
    assert.ok(description.findings.some(({ code }) => code === "HDF5_INVALID"));
    assert.deepEqual(values(description, "layer_types"), [{ Dense: 1 }]);
  });

  it("with a tree, a group or a continuation that leads back to itself ends", () => {
    const bytes = buildHdf5({ root: model });
    const tree = Buffer.from(bytes).lastIndexOf("TREE");
    const looped = Buffer.from(bytes);
    looped.writeBigUInt64LE(BigInt(tree), tree + 32);
    assert.ok(codesOf(hdf5, looped).includes("HDF5_INVALID"));
  });

  it("with a version or a width that nobody knows is unverified", () => {
    const wrongVersion = Uint8Array.from(buildHdf5({ root: model }));
    wrongVersion[8] = 9;
    assert.deepEqual(codesOf(hdf5, wrongVersion), ["HDF5_UNSUPPORTED"]);
    const wrongWidth = Uint8Array.from(buildHdf5({ root: model }));
    wrongWidth[13] = 3;
    assert.deepEqual(codesOf(hdf5, wrongWidth), ["HDF5_UNSUPPORTED"]);
  });

  it("with data of a driver in several files is unverified", () => {
    const bytes = Buffer.from(buildHdf5({ root: model }));
    bytes.writeBigUInt64LE(8n, 48);
    const description = read(bytes);
    assert.deepEqual(
      description.findings.map(({ code }) => code),
      ["HDF5_SEVERAL_FILES"],
    );
    assert.equal(description.incomplete, true);
  });

  it("with groups too deep or a rank too high is unverified", () => {
    let deep: Hdf5Group = { kind: "group" };
    for (let level = 0; level < 300; level += 1) {
      deep = { kind: "group", links: { g: deep } };
    }
    assert.ok(codesOf(hdf5, buildHdf5({ style: "new", root: deep })).includes("HDF5_OVER_LIMIT"));
    const shape = Array.from({ length: 33 }, () => 1);
    assert.ok(codesOf(hdf5, withLinks({ x: { kind: "dataset", shape } })).includes("HDF5_OVER_LIMIT"));
  });

  it("with a configuration that is none is unverified", () => {
    const root: Hdf5Group = { ...model, attributes: { model_config: "{" } };
    const description = read(buildHdf5({ root }));
    assert.deepEqual(
      description.findings.map(({ code }) => code),
      ["KERAS_CONFIG_INVALID"],
    );
    assert.equal(description.incomplete, true);
  });

  it("ends quickly, whatever is changed", () => {
    for (const [index, style] of styles.entries()) {
      const { slowestMs } = mutationRun(hdf5, buildHdf5({ style, root: model }), 3500, index + 1);
      assert.ok(slowestMs < 2000, `${style}: ${slowestMs} ms`);
    }
  });
});
