// SPDX-License-Identifier: Apache-2.0
// ZIP archives: what is listed, what is compared, what is found inside.

import assert from "node:assert/strict";
import { test } from "node:test";
import { buildGguf } from "../../fixtures/gguf.ts";
import { buildZip } from "../../fixtures/zip.ts";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { readZip } from "../../src/bytes/zip.ts";
import { readFile } from "../../src/formats/read-file.ts";
import { zip } from "../../src/formats/zip.ts";
import type { Finding } from "../../src/model/finding.ts";
import { codesOf } from "./hostile.ts";

const gguf = buildGguf({});

test("a good archive has no finding, stored, deflated, zstd, with descriptors, zip64, prefixed", () => {
  for (const method of [0, 8, 93]) {
    const entries = [
      { name: "a/", unixMode: 0o40755 },
      { name: "a/config.json", data: "{}", method },
      { name: "model.gguf", data: gguf, method, hasDescriptor: method === 8 },
    ];
    for (const spec of [{}, { isZip64: true }, { comment: Buffer.from("hello") }]) {
      assert.deepEqual(codesOf(zip, buildZip(entries, spec)), []);
    }
    const prefix = Buffer.from("#!/bin/sh\n");
    for (const isPrefixCounted of [true, false]) {
      const report: Finding[] = [];
      const file = memorySource(buildZip(entries, { prefix, isPrefixCounted, isZip64: true }), "a.zip");
      const archive = readZip(file, (each) => report.push(each));
      assert.deepEqual(report, []);
      assert.equal(archive.start, prefix.length);
      assert.deepEqual(
        archive.entries.map(({ name }) => name),
        entries.map(({ name }) => name),
      );
    }
  }
  const read = readFile(
    { bytes: buildZip({ "m.gguf": gguf }).subarray(0, 64), path: "a.zip", size: 10_000 },
    memorySource(buildZip({ "m.gguf": gguf }), "a.zip"),
  );
  assert.equal(read.holdsWeights, true);
  assert.equal(read.status, "described");
});
