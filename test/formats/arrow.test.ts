// SPDX-License-Identifier: Apache-2.0
// The Arrow reader: files and streams, and types that are pickles.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { type ArrowSpec, buildArrowFile, buildArrowSchema, buildArrowStream } from "../../fixtures/arrow.ts";
import { callPickle, harmlessPickle } from "../../fixtures/data-samples.ts";
import { flatTable } from "../../fixtures/flatbuffer.ts";
import { buildParquet } from "../../fixtures/parquet.ts";
import { concat } from "../../fixtures/protobuf.ts";
import { arrow } from "../../src/formats/arrow.ts";
import { parquet } from "../../src/formats/parquet.ts";
import type { Fact } from "../../src/model/fact.ts";
import { corpus } from "../corpora.ts";
import { codesOf, mutationRun, readNamed } from "./hostile.ts";

function values(facts: readonly Fact[] | undefined, name: string): readonly unknown[] {
  return (facts ?? []).filter((each) => each.name === name).map((each) => each.value);
}

const forms = [
  { id: "arrow", name: "t.arrow", build: buildArrowFile },
  { id: "arrow-stream", name: "t.arrows", build: buildArrowStream },
];

for (const { id, name, build } of forms) {
  describe(`an ${id}`, () => {
    test("says its rows, columns and the names of its notes", () => {
      const read = readNamed(
        name,
        build({ notes: { huggingface: '{"info":{"license":"MIT"}}', pandas: "x" } }),
      );
      assert.equal(read.format, id);
      assert.equal(read.status, "described");
      assert.deepEqual(read.findings, []);
      const facts = read.description?.facts;
      assert.deepEqual(values(facts, "rows.count"), [10]);
      assert.deepEqual(values(facts, "columns.count"), [2]);
      assert.deepEqual(values(facts, "schema"), [{ id: "int64", text: "string" }]);
      assert.deepEqual(values(facts, "license"), ["MIT"]);
      assert.deepEqual(values(facts, "metadata"), [
        { key: "arrow.batches", value: 2 },
        { key: "schema.note", value: "huggingface" },
        { key: "schema.note", value: "pandas" },
      ]);
    });

    test("cut inside a message is never clean", () => {
      const bytes = build();
      for (let length = 12; length < bytes.length - 8; length += 1) {
        const { status } = readNamed(name, bytes.subarray(0, length));
        // A stream may end behind any message.
        const isEnd =
          id === "arrow-stream" &&
          readNamed(name, concat(bytes.subarray(0, length), Uint8Array.of(0xff))).status !== status;
        assert.ok(status !== "described" || isEnd, `cut to ${length} bytes`);
      }
    });

    test("body lengths and rows at their extremes", () => {
      for (const bodyLength of [-1n, -(2n ** 63n), 2n ** 40n, 2n ** 63n - 1n]) {
        assert.deepEqual(codesOf(arrow, build({ bodyLength })), ["ARROW_INVALID"], String(bodyLength));
      }
      assert.deepEqual(codesOf(arrow, build({ batches: [-1n] })), ["ARROW_INVALID"]);
      assert.deepEqual(codesOf(arrow, build({ batches: [2n ** 62n, 2n ** 62n] })), ["ARROW_INVALID"]);
      assert.deepEqual(codesOf(arrow, build({ batches: [0n] })), []);
    });

    test("10,000 mutations", () => {
      const { slowestMs } = mutationRun(arrow, build(), 10_000, 32);
      assert.ok(slowestMs < 2000, `${slowestMs} ms`);
    });

    test("types that nest without end", () => {
      let field = { name: "leaf" } as NonNullable<ArrowSpec["fields"]>[number];
      for (let level = 0; level < 80; level += 1) {
        field = { name: "l", kind: 12, type: flatTable(), children: [field] };
      }
      assert.deepEqual(codesOf(arrow, build({ fields: [field] })), ["ARROW_INVALID"]);
    });
  });
}

test("an Arrow file whose schemas or blocks disagree", () => {
  assert.deepEqual(codesOf(arrow, buildArrowFile({ footerFields: [{ name: "other" }] })), ["ARROW_INVALID"]);
  for (const blockOffset of [-8n, 0n, 8n, 2n ** 40n, 2n ** 62n]) {
    const codes = codesOf(arrow, buildArrowFile({ blockOffset }));
    assert.equal(codes.length, 1, String(blockOffset));
  }
});

test("other bytes that start with ones are no stream", () => {
  assert.equal(readNamed("weights.bin", new Uint8Array(4096).fill(0xff)).format, "file");
});

const evil = callPickle("posix", "system", "id");

function pickled(pickle: Uint8Array): ArrowSpec {
  const metadata = { "ARROW:extension:name": "arrow.py_extension_type", "ARROW:extension:metadata": pickle };
  return { fields: [{ name: "id" }, { name: "ext", metadata }] };
}

test("a type that is a pickle is reported and its pickle is read, in every form", () => {
  const schema = Buffer.from(buildArrowSchema(pickled(evil))).toString("base64");
  const all = [
    codesOf(arrow, buildArrowFile(pickled(evil))),
    codesOf(arrow, buildArrowStream(pickled(evil))),
    codesOf(parquet, buildParquet({ notes: { "ARROW:schema": schema } })),
  ];
  for (const codes of all) {
    assert.ok(codes.includes("ARROW_PICKLED_TYPE"), codes.join(" "));
    assert.ok(codes.length > 1, "nothing is said of what the pickle does");
  }
  // The same pickle in the first schema only, which readers of streams use.
  const hidden = buildArrowFile({ ...pickled(evil), footerFields: [{ name: "id" }, { name: "ext" }] });
  assert.ok(codesOf(arrow, hidden).includes("ARROW_PICKLED_TYPE"));
});

test("a type of another extension is no pickle", () => {
  const metadata = { "ARROW:extension:name": "arrow.uuid", "ARROW:extension:metadata": harmlessPickle };
  assert.deepEqual(codesOf(arrow, buildArrowFile({ fields: [{ name: "ext", metadata }] })), []);
});

const files = corpus("formats/arrow");

test("files of Arrow's own integration tests: both forms agree", { skip: files.missing }, () => {
  const expected: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
    generated_custom_metadata: [1, 4],
    generated_dictionary: [17, 3],
    generated_primitive: [37, 22],
  };
  for (const [name, [rows, columns]] of Object.entries(expected)) {
    for (const extension of ["arrow", "stream"]) {
      const bytes = new Uint8Array(readFileSync(join(files.path, `${name}.${extension}`)));
      const read = readNamed(`t.${extension}`, bytes);
      assert.equal(read.status, "described");
      assert.deepEqual(values(read.description?.facts, "rows.count"), [rows]);
      assert.deepEqual(values(read.description?.facts, "columns.count"), [columns]);
    }
  }
  for (const name of readdirSync(join(files.path, "fuzz"))) {
    codesOf(arrow, new Uint8Array(readFileSync(join(files.path, "fuzz", name))));
  }
});
