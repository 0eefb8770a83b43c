// SPDX-License-Identifier: Apache-2.0
// llamafile: an executable with a ZIP behind it, whose weights are read in place.

import assert from "node:assert/strict";
import { test } from "node:test";
import { buildGguf } from "../../fixtures/gguf.ts";
import { buildZip } from "../../fixtures/zip.ts";
import { llamafile } from "../../src/formats/llamafile.ts";
import { mutationRun, readNamed } from "./hostile.ts";

const gguf = buildGguf({});

test("a llamafile gives the model and the arguments in it", () => {
  const front = Buffer.concat([Buffer.from("MZqFpD='\n"), Buffer.alloc(500, 0x90)]);
  for (const isPrefixCounted of [true, false]) {
    const entries = [
      { name: "model.gguf", data: gguf },
      { name: ".args", data: "-m\nmodel.gguf\n" },
    ];
    const bytes = buildZip(entries, { prefix: front, isPrefixCounted });
    const { format, status, holdsWeights, findings, description } = readNamed("m.llamafile", bytes);
    assert.deepEqual([format, status, holdsWeights, findings], ["llamafile", "described", true, []]);
    const facts = description?.facts ?? [];
    assert.ok(facts.some(({ name, source }) => name === "tensors.count" && source.pointer === "model.gguf"));
    assert.ok(facts.some(({ value }) => JSON.stringify(value).includes("-m model.gguf")));
  }
  assert.equal(readNamed("tool.exe", front).format, "llamafile");
  assert.equal(readNamed("tool.exe", front).holdsWeights, false);
});

test("made for one system, it is told by its name and the archive in it", () => {
  const elf = Buffer.concat([Buffer.from("7f454c46", "hex"), Buffer.alloc(500, 1)]);
  const bytes = buildZip({ "model.gguf": gguf }, { prefix: elf });
  assert.equal(readNamed("m.llamafile", bytes).holdsWeights, true);
});

test("10,000 mutations", () => {
  const prefix = Buffer.concat([Buffer.from("MZqFpD='\n"), Buffer.alloc(50, 0x90)]);
  const { slowestMs } = mutationRun(llamafile, buildZip({ ".args": "-m\nx\n" }, { prefix }), 10_000, 6);
  assert.ok(slowestMs < 2000, `${slowestMs} ms`);
});
