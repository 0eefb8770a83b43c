// SPDX-License-Identifier: Apache-2.0
// Compressed files: what is inside is described, whatever breaks, within limits.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { buildLz4, fromTool, namedGzip, packedByTools, storedXz } from "../../fixtures/compressed.ts";
import { buildGguf } from "../../fixtures/gguf.ts";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { unpackBzip2 } from "../../src/bytes/bzip2.ts";
import { unpackGzip } from "../../src/bytes/gzip.ts";
import { unpackLz4 } from "../../src/bytes/lz4.ts";
import { unpackLzmaAlone } from "../../src/bytes/lzma-alone.ts";
import type { Unpacker } from "../../src/bytes/unpacked.ts";
import { unpackXz } from "../../src/bytes/xz.ts";
import { compressedFormats } from "../../src/formats/compressed.ts";
import type { Format } from "../../src/formats/format.ts";
import { membersOf } from "../../src/formats/read-file.ts";
import { limits } from "../../src/limits.ts";
import { codesOf, inspect, mutate, mutationRun, readNamed, seededRandom } from "./hostile.ts";

const { pickle } = packedByTools;
const zeros = new Uint8Array(20 * 1024 * 1024);

/** Each kind, and the same pickle packed with it. */
const samples: readonly (readonly [id: string, name: string, bytes: Uint8Array])[] = [
  ["gzip", "m.pkl.gz", gzipSync(pickle)],
  ["zlib", "m.joblib", deflateSync(pickle)],
  ["zstd", "m.pkl.zst", zstdCompressSync(pickle)],
  ["bzip2", "m.pkl.bz2", fromTool(packedByTools.bzip2.pickle)],
  ["xz", "m.pkl.xz", fromTool(packedByTools.xz.pickle)],
  ["lzma", "m.pkl.lzma", fromTool(packedByTools.lzma.pickle)],
  ["lz4", "m.pkl.lz4", fromTool(packedByTools.lz4.pickle)],
];

function formatOf(id: string): Format {
  const format = compressedFormats.find((each) => each.id === id);
  assert.ok(format);
  return format;
}

for (const [id, name, bytes] of samples) {
  test(`${id}: the pickle inside is found`, () => {
    const { format, findings } = readNamed(name, bytes);
    assert.equal(format, id);
    assert.ok(findings.length > 0);
    assert.ok(findings.every(({ location }) => location.member?.startsWith("m.")));
  });

  test(`${id}: cut at every byte it is unverified, never clean`, () => {
    for (let length = 1; length < bytes.length; length += 1) {
      const { status, findings } = readNamed(name, bytes.subarray(0, length));
      assert.ok(status === "unverified" || findings.length > 0 || length < 14, `cut to ${length}: ${status}`);
    }
  });

  test(`${id}: 10,000 mutations`, () => {
    const { slowestMs } = mutationRun(formatOf(id), bytes, 10_000, 7);
    assert.ok(slowestMs < 3000, `${slowestMs} ms`);
  });
}

test("text inside has no finding, and the name loses its extension", () => {
  const { text } = packedByTools;
  for (const [id, bytes] of [
    ["gzip", gzipSync(text)],
    ["zlib", deflateSync(text)],
    ["zstd", zstdCompressSync(text)],
    ["bzip2", fromTool(packedByTools.bzip2.text)],
    ["xz", fromTool(packedByTools.xz.text)],
    ["lzma", fromTool(packedByTools.lzma.text)],
    ["lz4", fromTool(packedByTools.lz4.text)],
  ] as const) {
    const { format, status, findings } = readNamed("data", bytes);
    assert.deepEqual([format, status, findings], [id, "described", []]);
  }
  const named = readNamed("x", namedGzip(buildGguf({}), "../m.gguf"));
  assert.equal(named.description?.facts[0]?.source.pointer?.split("!")[0], "m.gguf");
  assert.equal(named.holdsWeights, true);
});

test("streams that follow one another are read as one; what else follows is reported", () => {
  const two = Buffer.concat([gzipSync(pickle.subarray(0, 7)), gzipSync(pickle.subarray(7))]);
  assert.ok(readNamed("m.pkl.gz", two).findings.length > 0);
  assert.deepEqual(inspect("a.gz", Buffer.concat([gzipSync("a"), new Uint8Array(100)])).codes, []);
  assert.deepEqual(inspect("a.gz", Buffer.concat([gzipSync("a"), Buffer.from("b")])).codes, [
    "ARCHIVE_TRAILING_BYTES",
  ]);
  const skippable = Buffer.from("502a4d1803000000616263", "hex");
  assert.deepEqual(
    inspect("a.zst", Buffer.concat([zstdCompressSync("a"), skippable, zstdCompressSync("b")])).codes,
    [],
  );
});

test("wrong checksums are reported and do not end the reading", () => {
  for (const [id, name, bytes] of samples.filter(
    ([each]) => each === "gzip" || each === "bzip2" || each === "xz",
  )) {
    const wrong = Uint8Array.from(bytes);
    const at = { gzip: bytes.length - 8, bzip2: 10, xz: bytes.length - 28 }[id] ?? 0;
    wrong[at] = (wrong[at] ?? 0) ^ 0xff;
    const { codes } = inspect(name, wrong);
    assert.equal(codes[0], "COMPRESSED_CHECKSUM_MISMATCH", id);
    assert.ok(codes.length > 1, "the content is described");
  }
});

test("a broken stream tells what came before", () => {
  const noise = Buffer.from(Uint8Array.from({ length: 50_000 }, seededByte())).toString("hex");
  const packed = gzipSync(Buffer.concat([pickle, Buffer.from(noise)]));
  packed.fill(0xff, 30_000, 30_100);
  const cut = packed.subarray(0, 20_000);
  for (const bytes of [packed, cut]) {
    const { status, findings } = readNamed("m.pkl.gz", bytes);
    assert.equal(status, "unverified");
    assert.ok(findings.some(({ code }) => code === "PICKLE_DANGEROUS_IMPORT"));
  }
});

test("a bomb is stopped, and what it starts with is named", () => {
  const bytes = gzipSync(zeros);
  assert.deepEqual(inspect("a.gz", bytes).codes, ["CONTAINER_RATIO"]);
  const many = gzipSync(new Uint8Array(limits.maxMemberBytes + 1));
  const { status, findings } = readNamed("a.gz", many);
  assert.equal(status, "unverified");
  assert.ok(findings.some(({ code }) => code === "CONTAINER_MEMBER_TOO_LARGE"));
  // A run of one byte, again and again, in LZ4.
  const block = Buffer.concat([Buffer.from([0x1f, 0x61, 1, 0]), Buffer.alloc(60_000, 255), Buffer.from([0])]);
  const lz4 = buildLz4(Array.from({ length: 40 }, () => ({ packed: block })));
  assert.equal(readNamed("a.lz4", lz4).status, "unverified");
});

test("the purse is one for all that is nested", () => {
  let nested: Uint8Array = gzipSync(zeros);
  for (let level = 0; level < 3; level += 1) {
    nested = gzipSync(nested);
  }
  assert.ok(inspect("a.gz", nested).codes.includes("CONTAINER_RATIO"));
  nested = gzipSync(nested);
  assert.ok(inspect("a.gz", nested).codes.includes("CONTAINER_TOO_DEEP"));
  const members = membersOf("a.gz", 0);
  members.spend(limits.minUnpackedBytes);
  const { incomplete, findings } = formatOf("gzip").describe(memorySource(gzipSync("a"), "a.gz"), members);
  assert.equal(incomplete, true);
  assert.equal(findings[0]?.code, "CONTAINER_UNPACKS_TOO_MUCH");
  assert.throws(() => formatOf("gzip").describe(memorySource(gzipSync("a"), "a.gz"), members), {
    code: "CONTAINER_UNPACKS_TOO_MUCH",
  });
});

test("unpackers give what was packed, also in parts that are not compressed", () => {
  const data = Uint8Array.from({ length: 200_000 }, seededByte());
  assert.deepEqual(Buffer.from(unpackXz(storedXz(data), 1e6).bytes), Buffer.from(data));
  assert.equal(unpackXz(storedXz(data), 1e6).isIntact, true);
  assert.equal(unpackXz(storedXz(data), 1000).state, "limit");
  assert.equal(unpackXz(storedXz(data), 1000).bytes.length, 1000);
  const frame = buildLz4([{ stored: data.subarray(0, 1000) }, { packed: Buffer.from([0x0f, 0xe8, 3, 0]) }]);
  assert.equal(unpackLz4(frame, 1e6).bytes.length, 1019);
});

/** The tools themselves, where the machine has them. */
const tools: readonly (readonly [tool: string, args: readonly string[], unpack: Unpacker])[] = [
  ["gzip", ["-1c"], unpackGzip],
  ["bzip2", ["-1c"], unpackBzip2],
  ["bzip2", ["-9c"], unpackBzip2],
  ["xz", ["-6c"], unpackXz],
  ["xz", ["-c", "--check=sha256", "--delta=dist=4", "--lzma2=preset=1"], unpackXz],
  ["xz", ["-c", "--x86", "--lzma2=preset=1,lc=0,lp=3,pb=0"], unpackXz],
  ...["arm", "armthumb", "arm64", "powerpc", "sparc"].map(
    (machine) => ["xz", ["-c", `--${machine}`, "--lzma2=preset=1"], unpackXz] as const,
  ),
  ["xz", ["-c", "--format=lzma"], unpackLzmaAlone],
  ["lz4", ["-c"], unpackLz4],
  ["lz4", ["-9c", "-BD", "--content-size"], unpackLz4],
];
const inputs: readonly Uint8Array[] = [
  new Uint8Array(0),
  Buffer.from("a"),
  Buffer.from(`${"a".repeat(259)}b${"a".repeat(4)}c`.repeat(50)),
  new Uint8Array(1_000_000),
  Uint8Array.from({ length: 100_000 }, seededByte()),
  readFileSync(process.execPath).subarray(0, 400_000),
  callsOf(),
];

/** Words that each of the filters for machine code takes for a call, by some bytes of them. */
function callsOf(): Uint8Array {
  const bytes = Uint8Array.from({ length: 64_000 }, seededByte());
  const calls = [
    [[3, 0xeb]],
    [
      [1, 0xf3],
      [3, 0xfa],
    ],
    [[3, 0x95]],
    [[3, 0x90]],
    [
      [0, 0x4a],
      [3, 0x41],
    ],
    [
      [0, 0x40],
      [1, 0x09],
    ],
  ] as const;
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    for (const [offset, byte] of calls[(at / 8) % calls.length] ?? []) {
      bytes[at + offset] = byte;
    }
  }
  return bytes;
}
for (const [tool, args, unpack] of tools) {
  test(`${tool} ${args.join(" ")} is undone`, (t) => {
    for (const input of inputs) {
      let packed: Uint8Array;
      try {
        packed = execFileSync(tool, args, { input, maxBuffer: 1e8 });
      } catch (error) {
        return t.skip(`${tool} does not run here: ${String(error).slice(0, 80)}`);
      }
      const { bytes, state, consumed, isIntact } = unpack(packed, 1e7);
      assert.ok(Buffer.from(bytes).equals(input));
      assert.deepEqual([state, consumed, isIntact !== false], ["end", packed.length, true]);
    }
  });
}

test("unpackers never throw on broken streams and keep to their limit", () => {
  const random = seededRandom(3);
  for (const [id, , bytes] of samples) {
    const unpack = {
      gzip: unpackGzip,
      bzip2: unpackBzip2,
      xz: unpackXz,
      lzma: unpackLzmaAlone,
      lz4: unpackLz4,
    }[id];
    for (let round = 0; unpack !== undefined && round < 2000; round += 1) {
      const { bytes: out } = unpack(mutate(bytes, random), 5000);
      assert.ok(out.length <= 5000);
    }
  }
});

test("codes of a refused file", () => {
  assert.deepEqual(codesOf(formatOf("xz"), fromTool(packedByTools.xz.text).subarray(0, 20)), [
    "COMPRESSED_DATA_INVALID",
  ]);
});

function seededByte(): () => number {
  const random = seededRandom(11);
  return () => Math.floor(random() * 256);
}
