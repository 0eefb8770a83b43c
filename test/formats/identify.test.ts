// SPDX-License-Identifier: Apache-2.0
// Identification: bytes first, name second; a contradiction is a finding.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { buildGguf } from "../../fixtures/gguf.ts";
import { buildSafetensors } from "../../fixtures/safetensors.ts";
import { identify } from "../../src/formats/identify.ts";
import { formats } from "../../src/formats/index.ts";
import { inspect, readNamed } from "./hostile.ts";

const safetensors = buildSafetensors({ tensors: { a: { dtype: "F32", shape: [4] } } });
const gguf = buildGguf({});
const zip = Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0, 0, 0, ...new Uint8Array(54));
const pickle = Uint8Array.of(0x80, 2, 0x63, ...new TextEncoder().encode("os\nsystem\n"), 0x2e);
const noise = Uint8Array.from({ length: 64 }, (_, index) => 0x61 + (index % 7));

function identified(path: string, bytes: Uint8Array): { format: string; codes: string[]; found: unknown[] } {
  const { format, findings } = identify({ bytes: bytes.subarray(0, 64), path, size: bytes.length });
  return {
    format,
    codes: findings.map(({ code }) => code),
    found: findings.map(({ args }) => args["found"]),
  };
}

test("names that agree with the bytes have no finding", () => {
  for (const [path, bytes, format] of [
    ["a/model.safetensors", safetensors, "safetensors"],
    ["MODEL.SAFETENSORS", safetensors, "safetensors"],
    ["model.gguf", gguf, "gguf"],
    ["notes.txt", noise, "file"],
    ["LICENSE", noise, "file"],
    ["empty", new Uint8Array(0), "file"],
    ["generation_config.json", new TextEncoder().encode('{"a":1}'), "file"],
  ] as const) {
    assert.deepEqual(identified(path, bytes), { format, codes: [], found: [] }, path);
  }
});

test("pickles have an id of their own, by their bytes and without a magic", () => {
  for (const [path, bytes] of [
    ["pytorch_model.bin", pickle],
    ["model.pkl", pickle],
    // Protocols 0 and 1 have no magic.
    ["model.pkl", new TextEncoder().encode("cos\nsystem\n(S'id'\ntR.")],
    ["weights", new TextEncoder().encode("cos\nsystem\n(S'id'\ntR.")],
  ] as const) {
    assert.deepEqual(identified(path, bytes), { format: "pickle", codes: [], found: [] });
  }
});

test("a name that the bytes contradict is a finding that names both", () => {
  for (const [path, bytes, format] of [
    ["model.safetensors", pickle, "pickle"],
    ["model.safetensors", zip, "zip"],
    ["model.safetensors", gguf, "gguf"],
    ["model.gguf", safetensors, "safetensors"],
    ["model.onnx", zip, "zip"],
    ["model.pt", safetensors, "safetensors"],
    ["config.json", pickle, "pickle"],
    ["README.md", zip, "zip"],
  ] as const) {
    const shown = identified(path, bytes);
    assert.equal(shown.format, format, path);
    assert.equal(shown.codes[0], "FORMAT_MISMATCH", path);
    assert.equal(shown.found[0], format, path);
  }
});

test("a packed text is a small matter, and Iceberg's names say that they are packed", () => {
  const plain = Buffer.from('{"rows": 1}\n');
  const severities = (path: string, bytes: Uint8Array): readonly string[] =>
    readNamed(path, bytes).findings.map(({ code, severity }) => `${severity} ${code}`);
  for (const path of ["RECORD.txt", "rows.csv", "a.json", "v1.zstd.metadata.json"]) {
    assert.deepEqual(severities(path, gzipSync(plain)), ["medium FORMAT_MISMATCH"], path);
  }
  assert.deepEqual(severities("v1.gz.metadata.json", gzipSync(plain)), []);
  assert.deepEqual(severities("v1.zstd.metadata.json", zstdCompressSync(plain)), []);
  const harmless = Uint8Array.of(0x80, 4, 0x7d, 0x2e);
  assert.deepEqual(severities("old-joblib.gz", deflateSync(harmless)), []);
  assert.deepEqual(severities("rows.xz", gzipSync(harmless)), ["medium FORMAT_MISMATCH"]);
  const inside = severities("RECORD.txt", gzipSync(pickle));
  assert.ok(inside.includes("high FORMAT_MISMATCH"), inside.join());
});

test("a weights name over unknown bytes is a finding, and the reader says why", () => {
  for (const path of ["model.safetensors", "model.gguf"]) {
    const { format, codes } = inspect(path, noise);
    assert.equal(format, "file");
    assert.equal(codes[0], "FORMAT_MISMATCH");
    assert.equal(codes.length, 2, codes.join(" "));
  }
  const huge = buildSafetensors({ headerLength: 2n ** 64n - 1n });
  assert.deepEqual(inspect("m.safetensors", huge).codes, ["FORMAT_MISMATCH", "SAFETENSORS_HEADER_TOO_LARGE"]);
  assert.ok(inspect("m.safetensors", new Uint8Array(0)).codes.includes("SAFETENSORS_TOO_SMALL"));
});

test("a safetensors length that starts like a pickle is safetensors", () => {
  for (const length of [0x0280, 0x0380, 0x0480, 0x0580]) {
    const bytes = buildSafetensors({ headerText: `{}${" ".repeat(length - 2)}` });
    assert.deepEqual(identified("m.safetensors", bytes), { format: "safetensors", codes: [], found: [] });
  }
});

test("bytes that two formats claim are a polyglot", () => {
  // A length of 0x04034b50 bytes is the magic of ZIP; the header is in the file.
  const size = 0x04034b50 + 8;
  const bytes = Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0x7b);
  const { findings } = identify({ bytes, path: "model.safetensors", size });
  assert.ok(findings.some(({ code }) => code === "FORMAT_POLYGLOT"));
  const tflite = Uint8Array.of(...gguf.subarray(0, 4), ...new TextEncoder().encode("TFL3"));
  assert.deepEqual(identified("model.gguf", tflite).codes, ["FORMAT_POLYGLOT"]);
});

test("legacy ggml files are named, not read", () => {
  const bytes = new TextEncoder().encode("tjgg0000");
  assert.equal(identified("model.bin", bytes).format, "ggml-legacy");
});

test("identification never throws and knows its own formats only", () => {
  const ids = new Set(formats.map(({ id }) => id));
  assert.equal(ids.size, formats.length, "ids are unique");
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.string(), fc.nat(), (bytes, path, extra) => {
      const { reader } = identify({ bytes, path, size: bytes.length + extra });
      assert.ok(reader === undefined || ids.has(reader.id));
    }),
    { numRuns: 1000 },
  );
});

test("samples of the corpus are identified", (t) => {
  const root = join(import.meta.dirname, "../../../shared/corpora/formats");
  const samples: readonly (readonly [string, string])[] = [
    ["made/lfs/model.safetensors", "git-lfs-pointer"],
    [
      "made/hf-cache/hub/models--example-org--tiny-model/blobs/" +
        "c16fbb65b8f5477bac882d226cd56990a7d00a6d266f7933c9985fba593aed8d",
      "safetensors",
    ],
  ];
  for (const [path, format] of samples) {
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(join(root, path));
    } catch {
      return t.skip(`corpora not present: shared/corpora/formats/${path}`);
    }
    assert.deepEqual(identified(path, bytes), { format, codes: [], found: [] });
  }
});
