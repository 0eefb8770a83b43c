// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { openvinoLayers, openvinoXml } from "../../fixtures/openvino.ts";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { openvino } from "../../src/formats/openvino.ts";
import { corpus } from "../corpora.ts";
import { alone, codesOf, mutationRun, readNamed } from "./hostile.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function codesOfText(text: string): readonly string[] {
  return codesOf(openvino, encode(text), "model.xml");
}

describe("an OpenVINO model", () => {
  test("says its name, layers, inputs and constants", () => {
    const { facts, findings, references } = openvino.describe(
      memorySource(openvinoXml(), "m/model.xml"),
      alone,
    );
    assert.deepEqual(findings, []);
    const value = (name: string): unknown => facts.find((each) => each.name === name)?.value;
    assert.equal(value("name"), "tiny");
    assert.equal(value("format.version"), "11");
    assert.equal(value("parameters.count"), "31");
    assert.deepEqual(value("dtypes"), { f32: "30", i8: "1" });
    assert.deepEqual(value("input"), { name: "x", format: "f32" });
    assert.deepEqual(value("operators"), {
      "opset1::Add": "1",
      "opset1::Const": "2",
      "opset1::Parameter": "1",
    });
    assert.deepEqual(value("producer"), { name: "OpenVINO Model Optimizer", version: "2025.1.0" });
    assert.deepEqual(references[1], { path: "m/model.bin", offset: 120, length: 1, member: "b" });
  });

  test("is told from other XML by its root", () => {
    assert.equal(readNamed("model.xml", openvinoXml()).format, "openvino");
    const other = readNamed(
      "config.xml",
      encode('<?xml version="1.0"?><project><net version="11"/></project>'),
    );
    assert.deepEqual([other.format, other.status, other.findings], ["file", "opaque", []]);
  });

  test("a layer of an extension library is reported once for its kind", () => {
    const layer = { name: "e", type: "MyOp", version: "extension" };
    const bytes = openvinoXml([...openvinoLayers, layer, { ...layer, name: "f" }]);
    assert.deepEqual(codesOf(openvino, bytes), ["OPENVINO_EXTENSION_LAYER"]);
    assert.deepEqual(codesOf(openvino, openvinoXml([layer], "7")), [], "old versions name no operator set");
  });

  test("a constant without its range is refused", () => {
    for (const data of [
      { shape: "1" },
      { shape: "1", offset: "0" },
      { shape: "-1", offset: "0", size: "4" },
    ]) {
      const bytes = openvinoXml([{ name: "w", type: "Const", data }]);
      assert.deepEqual(codesOf(openvino, bytes), ["OPENVINO_INVALID"]);
    }
    const huge = { shape: Array.from({ length: 65 }, () => "2").join(","), offset: "0", size: "4" };
    assert.deepEqual(codesOf(openvino, openvinoXml([{ name: "w", type: "Const", data: huge }])), [
      "OPENVINO_INVALID",
    ]);
  });
});

describe("hostile XML", () => {
  const cases: Readonly<Record<string, string>> = {
    "a document type": '<!DOCTYPE net [<!ENTITY a "b">]><net version="11"></net>',
    "an entity": '<net version="11" name="&lol;"></net>',
    "an entity without end": '<net version="11" name="a&b"></net>',
    "a tag that does not match": '<net version="11"><a></b></net>',
    "an element that is not closed": '<net version="11"><a>',
    "an attribute given twice": '<net version="11" version="10"></net>',
    "two roots": '<net version="11"></net><net version="11"></net>',
    "a value without quotes": "<net version=11></net>",
    "a comment without end": '<net version="11"><!-- </net>',
    "no element": "text",
    "levels without end": '<net version="11">'.concat("<a>".repeat(100)),
  };
  for (const [name, text] of Object.entries(cases)) {
    test(`${name} is refused`, () => assert.deepEqual(codesOfText(text), ["XML_INVALID"]));
  }

  test("a root that is no graph is refused", () => {
    assert.deepEqual(codesOfText("<nett version='11'></nett>"), ["OPENVINO_INVALID"]);
    assert.deepEqual(codesOfText("<net></net>"), ["OPENVINO_INVALID"]);
    assert.deepEqual(codesOfText("<net version='11'><layer/></net>"), ["OPENVINO_INVALID"]);
  });

  test("a graph cut anywhere is refused", () => {
    const whole = openvinoXml();
    for (let length = 0; length < whole.length - 1; length += 1) {
      assert.equal(codesOf(openvino, whole.subarray(0, length)).length, 1, `cut at ${length}`);
    }
  });

  test("10,000 mutations end in a description or an error", () => {
    const { slowestMs, refused } = mutationRun(openvino, openvinoXml(), 10_000, 11);
    assert.ok(refused > 0);
    assert.ok(slowestMs < 2000);
  });
});

const samples = corpus("formats/openvino");
test("the samples of the corpus", { skip: samples.missing }, () => {
  for (const name of ["dummy.xml", "scalar.xml"]) {
    const { facts, findings } = openvino.describe(
      memorySource(readFileSync(`${samples.path}/${name}`), name),
      alone,
    );
    assert.deepEqual(findings, []);
    assert.equal(facts.find((each) => each.name === "parameters.count")?.value, "1");
  }
});
