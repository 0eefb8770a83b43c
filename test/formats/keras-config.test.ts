// SPDX-License-Identifier: Apache-2.0
// The reader of Keras configurations that are files of their own.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lambdaCode, layer, sequential } from "../../fixtures/keras.ts";
import { kerasConfig } from "../../src/formats/keras-config.ts";
import { mutationRun, readNamed } from "./hostile.ts";

describe("a configuration on its own", () => {
  const evil = sequential(layer("Lambda", { function: lambdaCode("os", "system") }));

  it("is read in a directory, and by its first bytes under any name", () => {
    for (const name of ["model/config.json", "task.json", "architecture.conf"]) {
      const read = readNamed(name, new TextEncoder().encode(JSON.stringify(evil)));
      assert.equal(read.format, "keras-config");
      assert.deepEqual(
        read.findings.map(({ code }) => code),
        ["KERAS_LAMBDA_CODE"],
      );
      assert.equal(read.findings[0]?.location.member, "#/config/layers/0/config/function");
    }
    const indented = new TextEncoder().encode(JSON.stringify(evil, undefined, 4));
    assert.equal(readNamed("config.json", indented).format, "keras-config");
  });

  it("is read in each encoding that Python guesses, and not let pass if only Python reads it", () => {
    const text = JSON.stringify(evil);
    const utf16 = (mark: string): Uint8Array => new Uint8Array(Buffer.from(mark + text, "utf16le"));
    const swapped = new Uint8Array(Buffer.from(text, "utf16le").swap16());
    const blanks = new TextEncoder().encode(" ".repeat(200) + text);
    for (const bytes of [
      new TextEncoder().encode(`\ufeff${text}`),
      utf16(""),
      utf16("\ufeff"),
      swapped,
      blanks,
    ]) {
      assert.deepEqual(
        readNamed("config.json", bytes).findings.map(({ code }) => code),
        ["KERAS_LAMBDA_CODE"],
      );
    }
    const twice = text.replace('"class_name"', '"class_name":"Dense","class_name"');
    const wide = new Uint8Array([...Buffer.from(text)].flatMap((byte) => [byte, 0, 0, 0]));
    for (const bytes of [new TextEncoder().encode(twice), wide]) {
      const read = readNamed("config.json", bytes);
      assert.equal(read.status, "unverified");
      assert.deepEqual(
        read.findings.map(({ code }) => code),
        ["KERAS_CONFIG_INVALID"],
      );
    }
  });

  it("is not any JSON", () => {
    for (const other of [
      '{"architectures": ["BertModel"]}',
      '{"class_name": 1, "config": {}}',
      '{"module": "x"',
      "{",
    ]) {
      const read = readNamed("config.json", new TextEncoder().encode(other));
      assert.equal(read.format, "file");
      assert.deepEqual(read.findings, []);
    }
  });

  it("ends quickly, whatever is changed", () => {
    const { slowestMs } = mutationRun(kerasConfig, new TextEncoder().encode(JSON.stringify(evil)), 10000, 4);
    assert.ok(slowestMs < 1000, `${slowestMs} ms`);
  });
});
