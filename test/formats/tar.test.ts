// SPDX-License-Identifier: Apache-2.0
// Tar archives: members in place, long names of every dialect, links, ends.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { buildGguf } from "../../fixtures/gguf.ts";
import { buildTar, paxRecords } from "../../fixtures/tar.ts";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { readTar, type TarEntry } from "../../src/bytes/tar.ts";
import { tar } from "../../src/formats/tar.ts";
import { corpus } from "../corpora.ts";
import { codesOf, inspect, mutationRun, readNamed } from "./hostile.ts";

const gguf = buildGguf({});
const pickle = Buffer.from("\x80\x02cos\nsystem\nX\x02\0\0\0id\x85R.", "latin1");
const long = `${"directory/".repeat(15)}model.gguf`;
const sample = buildTar([
  { name: "model/", type: "5" },
  { name: "model/model.gguf", data: gguf },
  { name: "model/config.json", data: "{}" },
]);

function entries(bytes: Uint8Array): readonly TarEntry[] {
  return [...readTar(memorySource(bytes, "a.tar"), () => {})];
}

test("a good archive has no finding, and its weights are found", () => {
  for (const path of ["a.tar", "a.nemo", "model.pt", "noname"]) {
    const { format, status, holdsWeights, findings, description } = readNamed(path, sample);
    assert.deepEqual([format, status, holdsWeights, findings], ["tar", "described", true, []], path);
    assert.equal(description?.facts[0]?.source.pointer, "model/model.gguf");
  }
  for (const endBlocks of [1, 2, 20]) {
    assert.deepEqual(codesOf(tar, buildTar([{ name: "a", data: "b" }], { endBlocks })), []);
  }
});

test("long names: ustar prefix, pax, GNU", () => {
  const data = gguf;
  const pax = { name: "pax", type: "x", data: paxRecords({ mtime: "1.5", path: long }) };
  const gnu = { name: "././@LongLink", type: "L", data: `${long}\0` };
  for (const bytes of [
    buildTar([pax, { name: "short", data }]),
    buildTar([gnu, { name: "short", data, magic: "ustar  \0" }]),
    buildTar([{ name: "model.gguf", prefix: long.slice(0, -11), data }]),
  ]) {
    assert.deepEqual(
      entries(bytes).map(({ name }) => name),
      [long],
    );
    assert.equal(readNamed("a.tar", bytes).holdsWeights, true);
  }
  const global = { name: "g", type: "g", data: paxRecords({ path: "all" }) };
  assert.deepEqual(
    entries(buildTar([global, { name: "a" }, { name: "b" }])).map(({ name }) => name),
    ["all", "all"],
  );
  const size = Buffer.concat([Buffer.from([0x80]), Buffer.alloc(10), Buffer.from([2])]);
  assert.equal(entries(buildTar([{ name: "a", data: "bc", size }]))[0]?.size, 2);
  const sized = { name: "p", type: "x", data: paxRecords({ size: "2" }) };
  assert.equal(entries(buildTar([sized, { name: "a", data: "bc", size: "00000000000\0" }]))[0]?.size, 2);
});

const cutOff = buildTar([{ name: "a", data: "b" }], { endBlocks: 0 });

const attacks: readonly (readonly [name: string, bytes: Uint8Array, codes: readonly string[]])[] = [
  ["a name that leads out", buildTar([{ name: "../a" }]), ["ARCHIVE_NAME_UNSAFE"]],
  [
    "a long name that leads out",
    buildTar([{ name: "x", type: "x", data: paxRecords({ path: "a/../../b" }) }, { name: "a" }]),
    ["ARCHIVE_NAME_UNSAFE"],
  ],
  ["a missing end", cutOff, ["TAR_END_MISSING"]],
  ["a link out", buildTar([{ name: "a", type: "2", target: "../../etc" }]), ["ARCHIVE_LINK_ESCAPES"]],
  [
    "a file behind a link",
    buildTar([
      { name: "a", type: "2", target: "/etc" },
      { name: "./a//passwd", data: "x" },
    ]),
    ["ARCHIVE_LINK_ESCAPES", "ARCHIVE_LINK_TRAVERSED"],
  ],
  ["a device", buildTar([{ name: "a", type: "3" }]), ["ARCHIVE_SPECIAL_FILE"]],
  ["a sparse file", buildTar([{ name: "a", type: "S" }]), ["TAR_KIND_UNREAD"]],
  [
    "one name twice",
    buildTar([
      { name: "a", data: "b" },
      { name: "a", data: "c" },
    ]),
    ["ARCHIVE_DUPLICATE_NAME"],
  ],
  ["a wrong checksum", buildTar([{ name: "a" }, { name: "b", checksum: "000001\0 " }]), ["TAR_BROKEN"]],
  ["a size that is no number", buildTar([{ name: "a", size: "0000000009x\0" }]), ["TAR_BROKEN"]],
  [
    "a size of 2^95",
    buildTar([{ name: "a", size: Buffer.concat([Buffer.from([0x80]), Buffer.alloc(11, 0xff)]) }]),
    ["TAR_BROKEN"],
  ],
  ["a size beyond the file", buildTar([{ name: "a", size: "00077777777\0" }]), ["BYTES_OUT_OF_RANGE"]],
  [
    "a pax header of 8 MB",
    buildTar([{ name: "a", type: "x", size: "00040000000\0" }]),
    ["BYTES_READ_TOO_LARGE"],
  ],
  [
    "bytes behind the end",
    buildTar([{ name: "a" }], { tail: Buffer.from("x".repeat(600)) }),
    ["ARCHIVE_TRAILING_BYTES"],
  ],
];
for (const [name, bytes, codes] of attacks) {
  test(`catches ${name}`, () => {
    assert.deepEqual(codesOf(tar, bytes), codes);
  });
}

test("an archive behind the end is read too", () => {
  const second = buildTar([{ name: "data.pkl", data: pickle }]);
  const { findings } = readNamed("a.tar", buildTar([{ name: "a" }], { tail: second }));
  assert.ok(findings.some(({ code }) => code === "ARCHIVE_TRAILING_BYTES"));
  assert.ok(findings.some(({ location }) => location.member === "data.pkl"));
});

test("links inside of the archive are harmless", () => {
  const bytes = buildTar([
    { name: "a/b/link", type: "2", target: "../c" },
    { name: "a/hard", type: "1", target: "a/c" },
    { name: "a/b/link/x", data: "y" },
  ]);
  assert.deepEqual(codesOf(tar, bytes), []);
});

test("texts and other files are no tars", () => {
  const text = Buffer.from("x".repeat(1024));
  assert.equal(inspect("LICENSE", text).format, "file");
  const name = Buffer.alloc(1024);
  name.write("model.bin");
  assert.deepEqual(inspect("LICENSE", name), { format: "file", codes: [] });
});

test("cut at every byte it is unverified, or its end is missing", () => {
  const bytes = buildTar([
    { name: "a", data: "b" },
    { name: "data.pkl", data: pickle },
  ]);
  for (let length = 513; length < bytes.length; length += 1) {
    const { status, findings } = readNamed("a.tar", bytes.subarray(0, length));
    const isCut = status === "unverified" || findings.some(({ code }) => code === "TAR_END_MISSING");
    // One of two blocks of zeros is enough for every reader.
    assert.equal(isCut, length < bytes.length - 512, String(length));
  }
});

test("10,000 mutations", () => {
  const { slowestMs } = mutationRun(tar, sample, 10_000, 2);
  assert.ok(slowestMs < 2000, `${slowestMs} ms`);
});

test("samples of the corpus", { skip: corpus("formats").missing }, () => {
  const root = corpus("formats").path;
  const read = (path: string): readonly string[] => inspect("a.tar", readFileSync(join(root, path))).codes;
  assert.deepEqual(read("oci/docker-save/hello-world-v25.tar"), []);
  assert.deepEqual(read("made/tar/layer_whiteout.tar"), []);
  assert.ok(read("made/tar/bad_escape.tar").includes("ARCHIVE_LINK_TRAVERSED"));
});
