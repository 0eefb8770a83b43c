// SPDX-License-Identifier: Apache-2.0
// The ONNX reader on sound, broken and hostile models, and on real ones.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { buildOnnx, nodeMessage, type OnnxTensor, onnxModel, tensorMessage } from "../../fixtures/onnx.ts";
import { bytes, concat, number, varint } from "../../fixtures/protobuf.ts";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { AibomError } from "../../src/errors.ts";
import type { Description } from "../../src/formats/format.ts";
import { onnx } from "../../src/formats/onnx.ts";
import { limits } from "../../src/limits.ts";
import type { FactName } from "../../src/model/fact.ts";
import { mutate, seeded } from "../random.ts";
import { alone } from "./hostile.ts";

const corpora = join(import.meta.dirname, "../../../shared/corpora/formats");
const silero = join(import.meta.dirname, "../../node_modules/@ricky0123/vad-web/dist");

function read(data: Uint8Array, path = "model.onnx"): Description {
  return onnx.describe(memorySource(data, path), alone);
}

function codesOf(data: Uint8Array): readonly string[] {
  return read(data).findings.map((finding) => finding.code);
}

function values(description: Description, name: FactName): readonly unknown[] {
  return description.facts.filter((fact) => fact.name === name).map((fact) => fact.value);
}

function withTensor(tensor: OnnxTensor): Uint8Array {
  return buildOnnx({ tensors: [{ name: "w", ...tensor }] });
}

function refuses(data: Uint8Array, code: string): void {
  assert.throws(
    () => read(data),
    (error) => error instanceof AibomError && error.code === code,
  );
}

describe("an ONNX model", () => {
  it("is described by its content and its claims", () => {
    const description = read(onnxModel().get("model.onnx") ?? new Uint8Array(), "dir/model.onnx");
    assert.deepEqual(description.findings, []);
    assert.deepEqual(values(description, "parameters.count"), ["28"]);
    assert.deepEqual(values(description, "tensors.count"), [4]);
    assert.deepEqual(values(description, "dtypes"), [{ F32: "28" }]);
    assert.deepEqual(values(description, "operators"), [
      { "ai.onnx::Add": 1, "ai.onnx::MatMul": 1, "ai.onnx::Relu": 1 },
    ]);
    assert.deepEqual(values(description, "opset"), [{ domain: "ai.onnx", version: "21" }]);
    assert.deepEqual(values(description, "license"), ["Apache-2.0"]);
    assert.deepEqual(values(description, "input"), [{ name: "x", format: "F32[batch,4]" }]);
    assert.deepEqual(
      description.references.map(({ path, offset, length }) => [path, offset, length]),
      [
        ["dir/weights.bin", 0, 64],
        ["dir/weights.bin", 64, 16],
      ],
    );
    const grades = new Map(description.facts.map((fact) => [fact.name, fact.grade]));
    assert.equal(grades.get("license"), "claim");
    assert.equal(grades.get("parameters.count"), "computed");
  });

  it("is recognised by its first fields, and a SavedModel is not", () => {
    const model = buildOnnx();
    const head = (data: Uint8Array, path: string) => ({
      bytes: data.subarray(0, 64),
      path,
      size: data.length,
    });
    assert.equal(onnx.match(head(model, "weights.bin")), "possible");
    const savedModel = concat(number(1, 1), bytes(2, bytes(1, bytes(4, "serve"))));
    assert.equal(onnx.match(head(savedModel, "saved_model.pb")), "no");
    assert.equal(onnx.match(head(new Uint8Array(0), "x")), "no");
  });

  it("counts tensors of sub-graphs, attributes, functions and sparse initializers", () => {
    const inner = concat(
      bytes(1, nodeMessage("Deep")),
      bytes(5, tensorMessage({ name: "i", dims: [3], floats: [1, 2, 3] })),
    );
    const branch = concat(bytes(1, "then_branch"), bytes(6, inner));
    const constant = concat(bytes(1, "value"), bytes(5, tensorMessage({ dims: [2], floats: [1, 2] })));
    const sparse = concat(
      bytes(1, tensorMessage({ name: "s", dims: [1], floats: [1] })),
      bytes(2, tensorMessage({ dims: [1], type: 7, raw: new Uint8Array(8) })),
      number(3, 9),
    );
    const fn = concat(bytes(1, "Twice"), bytes(7, nodeMessage("Add")), bytes(10, "own"));
    const description = read(
      buildOnnx({
        nodes: [
          nodeMessage("If", "", [branch]),
          nodeMessage("Constant", "", [constant]),
          nodeMessage("Twice", "own"),
        ],
        graphExtra: [bytes(15, sparse)],
        modelExtra: [bytes(25, fn)],
      }),
    );
    assert.deepEqual(values(description, "parameters.count"), ["6"]);
    assert.deepEqual(values(description, "operators"), [
      { "ai.onnx::Add": 1, "ai.onnx::Constant": 1, "ai.onnx::Deep": 1, "ai.onnx::If": 1, "own::Twice": 1 },
    ]);
    assert.deepEqual(description.findings, []);
  });

  it("tells custom operators from vendor ones and from its own functions", () => {
    const custom = read(
      buildOnnx({ nodes: [nodeMessage("Evil", "com.evil"), nodeMessage("Gelu", "com.microsoft")] }),
    );
    assert.deepEqual(
      custom.findings.map(({ code, args }) => [code, args["domain"]]),
      [
        ["ONNX_CUSTOM_OPERATORS", "com.evil"],
        ["ONNX_VENDOR_OPERATORS", "com.microsoft"],
      ],
    );
    assert.deepEqual(
      codesOf(
        buildOnnx({
          opsets: [
            ["", 21],
            ["com.evil", 1],
          ],
        }),
      ),
      ["ONNX_CUSTOM_DOMAIN_UNUSED"],
    );
  });
});

describe("an ONNX tensor", () => {
  const entry = (location: string): OnnxTensor => ({ dims: [4], external: [["location", location]] });

  for (const location of [
    "/etc/passwd",
    "../weights.bin",
    "a/../../w",
    "..",
    "a\\b",
    "..\\w",
    "C:w",
    "C:/w",
    "",
    "a\0b",
    "file:///etc/passwd",
    "dir/",
    ".",
  ]) {
    it(`may not read ${JSON.stringify(location)}`, () => {
      const description = read(withTensor(entry(location)));
      assert.deepEqual(
        description.findings.map(({ code, severity }) => [code, severity]),
        [["ONNX_EXTERNAL_PATH", "critical"]],
      );
      assert.deepEqual(description.references, []);
    });
  }

  it("may read a file below its own directory", () => {
    const description = read(withTensor(entry("./data//part.bin")), "a/b/model.onnx");
    assert.deepEqual(description.references, [
      { path: "a/b/data/part.bin", offset: 0, length: 16, member: "w" },
    ]);
  });

  it("is checked for paths in attributes of nested graphs too", () => {
    const inner = bytes(5, tensorMessage({ name: "w", ...entry("../x") }));
    const attribute = concat(bytes(1, "body"), bytes(6, inner));
    assert.deepEqual(codesOf(buildOnnx({ nodes: [nodeMessage("Loop", "", [attribute])] })), [
      "ONNX_EXTERNAL_PATH",
    ]);
  });

  it("has unique and numeric external entries", () => {
    const cases: readonly (readonly [string, string])[][] = [
      [
        ["location", "a"],
        ["location", "b"],
      ],
      [
        ["location", "a"],
        ["offset", "-1"],
      ],
      [
        ["location", "a"],
        ["offset", "99999999999999999999"],
      ],
      [
        ["location", "a"],
        ["length", "0x10"],
      ],
      [
        ["location", "a"],
        ["basepath", "/etc"],
      ],
      [["offset", "0"]],
    ];
    for (const external of cases) {
      assert.ok(
        codesOf(withTensor({ dims: [4], external })).includes("ONNX_EXTERNAL_INVALID"),
        JSON.stringify(external),
      );
    }
    assert.deepEqual(codesOf(withTensor({ ...entry("a"), location: 0 })), ["ONNX_EXTERNAL_INVALID"]);
    assert.deepEqual(
      codesOf(
        withTensor({
          dims: [4],
          external: [
            ["location", "a"],
            ["length", "15"],
          ],
        }),
      ),
      ["ONNX_TENSOR_SIZE"],
    );
    assert.deepEqual(codesOf(withTensor({ ...entry("a"), raw: new Uint8Array(16) })), [
      "ONNX_TENSOR_INVALID",
    ]);
    assert.deepEqual(
      codesOf(
        withTensor({
          dims: [4],
          external: [
            ["location", "a"],
            ["checksum", "00"],
          ],
        }),
      ),
      ["ONNX_EXTERNAL_CHECKSUM"],
    );
  });

  it("holds the bytes that its dimensions and type need", () => {
    const raw = (length: number): Uint8Array => new Uint8Array(length);
    for (const tensor of [
      { dims: [4], raw: raw(15) },
      { dims: [4], raw: raw(17) },
      { dims: [4] },
      { dims: [], raw: raw(0) },
      { dims: [4], type: 7, raw: raw(16) },
      { dims: [5], type: 22, raw: raw(2) },
      { dims: [3], floats: [1, 2] },
      { dims: [2], type: 11, floats: [1, 2] },
      { dims: [1], type: 8, raw: raw(1) },
    ]) {
      assert.deepEqual(codesOf(withTensor(tensor)), ["ONNX_TENSOR_SIZE"], JSON.stringify(tensor));
    }
    for (const tensor of [
      { dims: [0, 7] },
      { dims: [], raw: raw(4) },
      { dims: [5], type: 22, raw: raw(3) },
      { dims: [1, 2, 2], raw: raw(16) },
      { dims: [3], type: 8, extra: [bytes(6, "a"), bytes(6, "b"), bytes(6, "")] },
      { dims: [3], type: 7, extra: [bytes(7, varint(1), varint(-1), varint(300))] },
    ]) {
      assert.deepEqual(codesOf(withTensor(tensor)), [], JSON.stringify(tensor));
    }
  });

  it("has possible dimensions, a known type and one place for its values", () => {
    for (const tensor of [
      { dims: [-1], raw: new Uint8Array(4) },
      { dims: [2n ** 31n, 2n ** 31n] },
      { dims: [2n ** 62n, 4n] },
      { dims: [0n, -5n] },
      { dims: [1], type: 99, raw: new Uint8Array(4) },
      { dims: [1], type: 0, raw: new Uint8Array(4) },
      { dims: [1], raw: new Uint8Array(4), floats: [1] },
      { dims: [1], raw: new Uint8Array(4), extra: [bytes(3, number(1, 0))] },
    ]) {
      assert.deepEqual(codesOf(withTensor(tensor)), ["ONNX_TENSOR_INVALID"]);
    }
    refuses(
      withTensor({ dims: Array.from({ length: 65 }, () => 1), raw: new Uint8Array(4) }),
      "ONNX_OVER_LIMIT",
    );
  });

  it("has a name of its own and of bounded length", () => {
    const tensor = { name: "w", dims: [1], floats: [1] };
    assert.deepEqual(codesOf(buildOnnx({ tensors: [tensor, tensor] })), ["ONNX_DUPLICATE_TENSOR"]);
    refuses(
      withTensor({ name: "n".repeat(limits.maxNameBytes + 1), dims: [1], floats: [1] }),
      "ONNX_OVER_LIMIT",
    );
  });
});

describe("a hostile ONNX file", () => {
  it("shows appended bytes, unknown and repeated fields", () => {
    const model = buildOnnx();
    assert.deepEqual(codesOf(concat(model, bytes(999, "payload"))), ["ONNX_UNKNOWN_FIELD"]);
    assert.deepEqual(codesOf(concat(model, bytes(1, "a number's field as text"))), ["ONNX_UNKNOWN_FIELD"]);
    assert.deepEqual(codesOf(concat(model, number(1, 10))), ["ONNX_DUPLICATE_FIELD"]);
    assert.deepEqual(codesOf(concat(model, bytes(7, bytes(2, "other")))), ["ONNX_DUPLICATE_FIELD"]);
    refuses(concat(model, new Uint8Array(4)), "PROTOBUF_INVALID");
    const zip = Buffer.from("PK\u0003\u0004 and so on");
    assert.throws(() => assert.deepEqual(codesOf(concat(model, zip)), []));
  });

  it("reports no value of a repeated metadata key", () => {
    const description = read(
      buildOnnx({
        metadata: [
          ["license", "MIT"],
          ["license", "GPL-3.0"],
          ["license", "MIT"],
        ],
      }),
    );
    assert.deepEqual(
      description.findings.map(({ code }) => code),
      ["ONNX_DUPLICATE_METADATA", "ONNX_DUPLICATE_METADATA"],
    );
    assert.deepEqual(values(description, "license"), []);
    assert.deepEqual(
      codesOf(
        buildOnnx({
          opsets: [
            ["", 21],
            ["ai.onnx", 20],
          ],
        }),
      ),
      ["ONNX_DUPLICATE_METADATA"],
    );
  });

  it("is refused without version, graph or operator sets", () => {
    refuses(new Uint8Array(0), "ONNX_NOT_A_MODEL");
    refuses(number(1, 8), "ONNX_NOT_A_MODEL");
    refuses(buildOnnx({ ir: 0 }), "ONNX_NOT_A_MODEL");
    refuses(buildOnnx({ ir: 2n ** 64n - 1n }), "ONNX_NOT_A_MODEL");
    refuses(buildOnnx({ opsets: [] }), "ONNX_NOT_A_MODEL");
  });

  it("cannot exhaust the stack by nesting", () => {
    let graph: Uint8Array = bytes(2, "g");
    for (let level = 0; level < 2000; level += 1) {
      graph = bytes(1, bytes(5, bytes(6, graph)));
    }
    refuses(buildOnnx({ graphExtra: [graph] }), "PROTOBUF_TOO_DEEP");
    let type: Uint8Array = bytes(1, number(1, 1));
    for (let level = 0; level < 2000; level += 1) {
      type = bytes(4, bytes(1, type));
    }
    refuses(buildOnnx({ graphExtra: [bytes(11, bytes(1, "x"), bytes(2, type))] }), "PROTOBUF_TOO_DEEP");
  });

  it("has long texts cut, secrets and invalid text reported", () => {
    const description = read(
      buildOnnx({ description: "ä".repeat(10_000), metadata: [["note", `hf_${"a".repeat(30)}`]] }),
    );
    assert.deepEqual(
      description.findings.map(({ code }) => code),
      ["METADATA_CUT", "METADATA_SECRET"],
    );
    const [text] = values(description, "description");
    assert.equal(text, "ä".repeat(limits.maxMetadataCharacters));
    assert.deepEqual(values(description, "metadata").at(-1), { key: "note", value: "<redacted>" });
    assert.deepEqual(codesOf(concat(buildOnnx(), bytes(14, bytes(1, "k"), bytes(2, Uint8Array.of(0xff))))), [
      "ONNX_TEXT_INVALID",
    ]);
  });

  it("gets a bounded number of findings", () => {
    const tensors = Array.from({ length: 5000 }, (_, index) => ({
      name: `t${index}`,
      dims: [4],
      floats: [1],
    }));
    const { findings } = read(buildOnnx({ tensors }));
    assert.equal(findings.length, limits.maxFindingsPerCode + 1);
    assert.equal(findings.at(-1)?.code, "FINDINGS_CUT");
    assert.equal(findings.at(-1)?.severity, "high");
  });

  it("is never sound when it is cut at any byte", () => {
    const model = onnxModel().get("model.onnx") ?? new Uint8Array();
    const whole = JSON.stringify(read(model));
    for (let length = 0; length < model.length; length += 1) {
      try {
        // A cut between two fields leaves a valid message that says less, never the same.
        assert.notEqual(JSON.stringify(read(model.subarray(0, length))), whole, `cut at ${length}`);
      } catch (error) {
        assert.ok(error instanceof AibomError, String(error));
      }
    }
  });

  it("survives each length at its extremes", () => {
    const model = onnxModel().get("model.onnx") ?? new Uint8Array();
    const extremes = [0, 1, 0x7f, 2 ** 31, 2 ** 32, 2n ** 63n, 2n ** 64n - 1n].map((value) => varint(value));
    for (let at = 0; at < model.length; at += 1) {
      for (const extreme of extremes) {
        readOrRefuse(concat(model.subarray(0, at), extreme, model.subarray(at + 1)));
      }
    }
  });

  it("ends in a description or an AibomError after 10,000 mutations", (t) => {
    const model = onnxModel().get("model.onnx") ?? new Uint8Array();
    const next = seeded(20261124);
    let refused = 0;
    const start = performance.now();
    for (let round = 0; round < 10_000; round += 1) {
      refused += readOrRefuse(mutate(model, next)) ? 0 : 1;
    }
    t.diagnostic(`10000 mutations: ${refused} refused, ${Math.round(performance.now() - start)} ms`);
    assert.ok(refused > 1000);
  });
});

/** True if the model was read. Anything but a description or an AibomError fails the test. */
function readOrRefuse(data: Uint8Array): boolean {
  try {
    read(data);
    return true;
  } catch (error) {
    assert.ok(error instanceof AibomError, `${String(error)} on ${Buffer.from(data).toString("hex")}`);
    return false;
  }
}

describe("real ONNX files", () => {
  it("Silero VAD reads without a finding", (t) => {
    const expected: readonly (readonly [string, string, number])[] = [
      ["silero_vad_v5.onnx", "545601", 345],
      ["silero_vad_v6.onnx", "545601", 345],
    ];
    for (const [name, parameters, tensors] of expected) {
      const description = read(readFileSync(join(silero, name)), name);
      assert.deepEqual(description.findings, []);
      assert.deepEqual(values(description, "parameters.count"), [parameters]);
      assert.deepEqual(values(description, "tensors.count"), [tensors]);
      t.diagnostic(`${name}: ${parameters} values in ${tensors} tensors`);
    }
  });

  it("the samples of the corpora end as their names say", (t: TestContext) => {
    const folders = [join(corpora, "onnx"), join(corpora, "made/onnx")];
    if (!folders.every((folder) => existsSync(folder))) {
      t.skip("corpora not present: shared/corpora/formats/onnx");
      return;
    }
    for (const path of folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))) {
      const name = path.split("/").at(-1) ?? "";
      if (!name.endsWith(".onnx") || name === "bad_external_range.onnx") {
        continue;
      }
      let clean = false;
      try {
        clean = read(readFileSync(path), name).findings.length === 0;
      } catch (error) {
        assert.ok(error instanceof AibomError);
      }
      assert.equal(clean, !/^(?:bad|warn)_/.test(name), name);
    }
  });
});
