// SPDX-License-Identifier: Apache-2.0
// The TFRecord reader: no length is believed before its checksum was.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { concat } from "../../fixtures/protobuf.ts";
import { buildTfrecord, exampleRecord, tfrecordRecord } from "../../fixtures/tfrecord.ts";
import { crc32c } from "../../src/bytes/crc32c.ts";
import { tfrecord } from "../../src/formats/tfrecord.ts";
import { corpus } from "../corpora.ts";
import { codesOf, mutationRun, readNamed } from "./hostile.ts";

const sample = buildTfrecord();

function valueIn(bytes: Uint8Array, name: string): unknown {
  return readNamed("t.tfrecord", bytes).description?.facts.find((fact) => fact.name === name)?.value;
}

test("CRC-32C of the check string and of RFC 3720's zeros", () => {
  assert.equal(crc32c(new TextEncoder().encode("123456789"), 0, 9), 0xe3069283);
  assert.equal(crc32c(new Uint8Array(32), 0, 32), 0x8a9136aa);
});

test("records are counted, the first one tells the features", () => {
  const read = readNamed("train-00000-of-00010", sample);
  assert.equal(read.format, "tfrecord");
  assert.deepEqual(read.findings, []);
  assert.equal(valueIn(sample, "rows.count"), 3);
  assert.deepEqual(valueIn(sample, "schema"), { image: "bytes", score: "float", label: "int64" });
});

test("records that are no Examples have rows and no columns", () => {
  const bytes = tfrecordRecord(new TextEncoder().encode("any bytes"));
  assert.equal(valueIn(bytes, "rows.count"), 1);
  assert.equal(valueIn(bytes, "schema"), undefined);
  assert.equal(valueIn(tfrecordRecord(new Uint8Array()), "rows.count"), 1);
});

test("cut at any byte it is never clean", () => {
  const record = sample.length / 3;
  for (let length = 12; length < sample.length; length += 1) {
    const { status } = readNamed("t.tfrecord", sample.subarray(0, length));
    assert.equal(status === "described", length % record === 0, `cut to ${length} bytes`);
  }
});

test("lengths at their extremes, with good checksums and without", () => {
  const first = tfrecordRecord(exampleRecord());
  for (const length of [BigInt(first.length), 2n ** 53n + 1n, 2n ** 62n, 2n ** 64n - 1n]) {
    const bytes = concat(first, tfrecordRecord(exampleRecord(), length));
    assert.deepEqual(codesOf(tfrecord, bytes), ["TFRECORD_CUT"], String(length));
  }
  const broken = Uint8Array.from(first);
  broken[7] = 0x40;
  assert.deepEqual(codesOf(tfrecord, broken), ["TFRECORD_BAD_CHECKSUM"]);
  assert.equal(readNamed("t.tfrecord", broken).status, "unverified");
  assert.equal(readNamed("t.bin", broken).format, "file");
});

test("a compressed file of that name is what its bytes are", () => {
  const { format, findings } = readNamed("t.tfrecord", new Uint8Array(gzipSync(sample)));
  assert.equal(format, "gzip");
  assert.deepEqual(
    findings.filter(({ code }) => code === "FORMAT_MISMATCH" || code === "FORMAT_POLYGLOT"),
    [],
  );
});

test("10,000 mutations", () => {
  const { slowestMs } = mutationRun(tfrecord, sample, 10_000, 34);
  assert.ok(slowestMs < 2000, `${slowestMs} ms`);
});

const made = corpus("formats/made/tfrecord");

test("the corpus: three records, and a length of 2^62", { skip: made.missing }, () => {
  const ok = new Uint8Array(readFileSync(join(made.path, "ok.tfrecord")));
  assert.equal(valueIn(ok, "rows.count"), 3);
  assert.deepEqual(valueIn(ok, "schema"), { label: "int64", text: "bytes" });
  const bad = new Uint8Array(readFileSync(join(made.path, "bad_len.tfrecord")));
  assert.equal(readNamed("bad_len.tfrecord", bad).status, "unverified");
});
