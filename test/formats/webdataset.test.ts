// SPDX-License-Identifier: Apache-2.0
// WebDataset shards: samples are counted, and what their loader unpickles is read as a pickle.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { callPickle, harmlessPickle } from "../../fixtures/data-samples.ts";
import { buildTar } from "../../fixtures/tar.ts";
import type { ReadFile } from "../../src/formats/read-file.ts";
import { tar } from "../../src/formats/tar.ts";
import { corpus } from "../corpora.ts";
import { mutationRun, readNamed } from "./hostile.ts";

/** A tar with a file of a few bytes for each name. */
function shard(...names: readonly string[]): Uint8Array {
  return new Uint8Array(buildTar(names.map((name) => ({ name, data: "[1]" }))));
}

function value({ description }: ReadFile, name: string): unknown {
  return description?.facts.find((fact) => fact.name === name)?.value;
}

describe("a WebDataset shard", () => {
  const sample = shard("a/1.jpg", "a/1.json", "a/1.seg.png", "a/2.jpg", "a/2.json", "a/2.seg.png", "a/3.jpg");

  test("says its samples and the kinds of files in them", () => {
    const read = readNamed("train-000000.tar", sample);
    assert.equal(read.format, "webdataset");
    assert.equal(value(read, "rows.count"), 3);
    assert.equal(value(read, "columns.count"), 3);
    assert.deepEqual(Object.keys(value(read, "schema") as object), ["jpg", "json", "seg.png"]);
  });

  test("may be compressed", () => {
    const read = readNamed("train.tar.gz", new Uint8Array(gzipSync(sample)));
    assert.equal(value(read, "rows.count"), 3);
  });

  test("is not any tar whose files have names in pairs", () => {
    for (const names of [
      ["src/a.c", "src/a.h", "src/b.c", "src/b.h"],
      ["model.bin", "model.json"],
      ["a.jpg", "b.jpg", "c.jpg"],
      ["1.jpg", "1.json", "2.jpg", "2.json", "a.py", "b.py", "c.py"],
    ]) {
      assert.equal(readNamed("x.tar", shard(...names)).format, "tar", names.join(" "));
    }
  });

  test("with pickles has what they do reported, whatever protocol they have", () => {
    const withMember = (name: string, data: Uint8Array): ReadFile => {
      const plain = ["1.jpg", "1.cls", "2.jpg", "2.cls", "3.jpg", "3.cls"];
      const members = [...plain.map((each) => ({ name: each, data: "0" })), { name, data }];
      return readNamed("t.tar", new Uint8Array(buildTar(members)));
    };
    const evil = callPickle("posix", "system", "id");
    for (const name of ["4.pyd", "4.pkl"]) {
      for (const data of [evil, new TextEncoder().encode("cposix\nsystem\n(S'id'\ntR.")]) {
        const read = withMember(name, data);
        assert.equal(read.format, "webdataset");
        const places = read.findings.map(({ location }) => location.member ?? "");
        assert.ok(
          places.some((place) => place.startsWith(name)),
          `${name}: ${places.join(" ")}`,
        );
      }
    }
    assert.deepEqual(withMember("4.json", new TextEncoder().encode("{}")).findings, []);
    assert.equal(withMember("4.pyd", harmlessPickle).format, "webdataset");
  });

  test("2,000 mutations", () => {
    const { slowestMs } = mutationRun(tar, sample, 2000, 38);
    assert.ok(slowestMs < 2000, `${slowestMs} ms`);
  });
});

const files = corpus("formats/webdataset");

test("the corpus has ninety samples", { skip: files.missing }, () => {
  const read = readNamed("sample.tgz", new Uint8Array(readFileSync(join(files.path, "sample.tgz"))));
  assert.equal(value(read, "rows.count"), 90);
  assert.deepEqual(value(read, "schema"), { cls: "file", png: "png" });
});
