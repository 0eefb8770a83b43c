// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { tensorrt } from "../../src/formats/tensorrt.ts";
import { alone, codesOf, mutationRun, readNamed } from "./hostile.ts";

/** An engine, with a JSON text before it if one is given. */
function engine(prefix?: string): Uint8Array {
  const body = Buffer.concat([Buffer.from("ftrt"), Buffer.alloc(4), Buffer.from([232]), Buffer.alloc(55)]);
  if (prefix === undefined) {
    return body;
  }
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.byteLength(prefix));
  return Buffer.concat([length, Buffer.from(prefix), body]);
}

describe("a TensorRT engine", () => {
  test("is told by its magic, and is code that cannot be read", () => {
    const { format, status, findings, description } = readNamed("m.engine", engine());
    assert.deepEqual(
      [format, status, findings.map(({ code }) => code)],
      ["tensorrt", "described", ["TENSORRT_OPAQUE"]],
    );
    assert.equal(description?.facts.find(({ name }) => name === "format.version")?.value, "232");
  });

  test("may stand behind a JSON text", () => {
    const prefix = JSON.stringify({ author: "Ada", license: "AGPL-3.0", version: "8.3.0", stride: 32 });
    const bytes = engine(prefix);
    assert.equal(readNamed("m.engine", bytes).format, "tensorrt");
    const { facts } = tensorrt.describe(memorySource(bytes, "m.engine"), alone);
    assert.deepEqual(
      facts.map(({ name, value }) => [name, value]),
      [
        ["author", "Ada"],
        ["license", "AGPL-3.0"],
        ["producer", { name: "ultralytics", version: "8.3.0" }],
        ["metadata", { key: "stride", value: 32 }],
        ["format.version", "232"],
      ],
    );
  });

  test("behind a text that is no JSON, or without an engine, it is refused", () => {
    assert.deepEqual(codesOf(tensorrt, engine("{broken}")), ["JSON_INVALID"]);
    assert.deepEqual(codesOf(tensorrt, Buffer.alloc(64)), ["TENSORRT_INVALID"]);
    assert.equal(readNamed("m.engine", Buffer.alloc(64)).status, "unverified");
  });

  test("a text that only looks like one is not taken for an engine", () => {
    const text = Buffer.concat([Buffer.from([40, 0, 0, 0]), Buffer.from("{".padEnd(100, " "))]);
    assert.deepEqual(
      [readNamed("data.bin", text).format, readNamed("data.bin", text).findings],
      ["file", []],
    );
  });

  test("cut anywhere in its header it is refused", () => {
    const bytes = engine('{"a":1}');
    for (let length = 0; length < 4 + 7 + 12; length += 1) {
      assert.equal(codesOf(tensorrt, bytes.subarray(0, length)).length, 1, `cut at ${length}`);
    }
  });

  test("10,000 mutations end in a description or an error", () => {
    const { refused, slowestMs } = mutationRun(tensorrt, engine('{"a":1}'), 10_000, 13);
    assert.ok(refused > 0);
    assert.ok(slowestMs < 2000);
  });
});
