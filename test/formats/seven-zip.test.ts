// SPDX-License-Identifier: Apache-2.0
// 7z archives: members are found in every packing that tools use for models; what cannot be read is never clean.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync, zstdCompressSync } from "node:zlib";
import { fromTool, packedByTools, storedLzma2 } from "../../fixtures/compressed.ts";
import { buildSevenZip } from "../../fixtures/seven-zip.ts";
import { sevenZip } from "../../src/formats/seven-zip.ts";
import { codesOf, mutationRun, readNamed } from "./hostile.ts";

const { pickle } = packedByTools;
const files = { "a/data.pkl": pickle, "config.json": "{}" };
const content = Buffer.concat([pickle, Buffer.from("{}")]);
const sample = buildSevenZip(files);

function members(bytes: Uint8Array): readonly string[] {
  return readNamed("m.7z", bytes).findings.map(({ location }) => location.member ?? "");
}

test("pickles are found in each packing", () => {
  const lzma = fromTool(packedByTools.lzma.pickle);
  for (const [name, bytes] of [
    ["copied", sample],
    ["packed header", buildSevenZip(files, { isHeaderPacked: true })],
    ["deflate", buildSevenZip(files, { coder: { method: "040108" }, packed: deflateRawSync(content) })],
    ["zstd", buildSevenZip(files, { coder: { method: "04f71101" }, packed: zstdCompressSync(content) })],
    [
      "LZMA2",
      buildSevenZip(files, {
        coder: { method: "21", properties: Uint8Array.of(18) },
        packed: storedLzma2(content),
      }),
    ],
    [
      "LZMA",
      buildSevenZip(
        { "a/data.pkl": pickle },
        { coder: { method: "030101", properties: lzma.subarray(0, 5) }, packed: lzma.subarray(13) },
      ),
    ],
    [
      "bzip2",
      buildSevenZip(
        { "a/data.pkl": pickle },
        { coder: { method: "040202" }, packed: fromTool(packedByTools.bzip2.pickle) },
      ),
    ],
  ] as const) {
    const { format, status } = readNamed("m.7z", bytes);
    assert.deepEqual([format, status], ["7z", "described"], name);
    assert.ok(members(bytes).includes("a/data.pkl"), name);
  }
  assert.deepEqual(codesOf(sevenZip, buildSevenZip({ "config.json": "{}", "a.txt": "b" })), []);
});

test("what cannot be unpacked is unverified", () => {
  for (const [method, code] of [
    ["06f10701", "ARCHIVE_ENCRYPTED"],
    ["030401", "COMPRESSED_METHOD_UNKNOWN"],
    ["040108", "COMPRESSED_DATA_INVALID"],
    ["21", "COMPRESSED_DATA_INVALID"],
  ] as const) {
    const bytes = buildSevenZip(files, { coder: { method } });
    assert.deepEqual(codesOf(sevenZip, bytes), [code]);
    assert.equal(readNamed("m.7z", bytes).status, "unverified");
  }
});

test("names and bytes behind the end are checked", () => {
  assert.deepEqual(codesOf(sevenZip, buildSevenZip({ "../a": "" })), ["ARCHIVE_NAME_UNSAFE"]);
  assert.deepEqual(codesOf(sevenZip, buildSevenZip({ a: "b" }, { tail: Buffer.from("x") })), [
    "ARCHIVE_TRAILING_BYTES",
  ]);
});

test("cut at every byte it is refused", () => {
  for (let length = 6; length < sample.length; length += 1) {
    assert.deepEqual(codesOf(sevenZip, sample.subarray(0, length)), ["SEVEN_ZIP_BROKEN"], String(length));
  }
});

test("fields at their extremes are refused", () => {
  for (const headerSize of [1n, 2n ** 31n, 2n ** 63n, 2n ** 64n - 1n]) {
    assert.deepEqual(codesOf(sevenZip, buildSevenZip(files, { headerSize })), ["SEVEN_ZIP_BROKEN"]);
  }
  for (const headerOffset of [2n ** 31n, 2n ** 63n, 2n ** 64n - 1n]) {
    assert.deepEqual(codesOf(sevenZip, buildSevenZip(files, { headerOffset })), ["SEVEN_ZIP_BROKEN"]);
  }
  assert.deepEqual(codesOf(sevenZip, buildSevenZip(files, { headerCrc: 0 })), ["SEVEN_ZIP_BROKEN"]);
  // Each byte of the header at its largest, with a right checksum.
  const length = sample.length - 32 - content.length;
  for (let at = 0; at < length; at += 1) {
    for (const value of [0, 0x7f, 0x80, 0xfe, 0xff]) {
      const wrong = buildSevenZip(files, {
        header: (bytes) => {
          bytes[at] = value;
          return bytes;
        },
      });
      codesOf(sevenZip, wrong);
    }
    const cut = buildSevenZip(files, { header: (bytes) => bytes.subarray(0, at) });
    assert.ok(at === 0 || codesOf(sevenZip, cut).length > 0);
  }
});

test("10,000 mutations", () => {
  const { slowestMs } = mutationRun(sevenZip, sample, 10_000, 5);
  assert.ok(slowestMs < 2000, `${slowestMs} ms`);
});
