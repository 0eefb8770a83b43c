// SPDX-License-Identifier: Apache-2.0
// Git LFS pointers: recognised, read strictly, never taken for weights.

import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import { lfsPointer } from "../../fixtures/hugging-face.ts";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { AibomError } from "../../src/errors.ts";
import { gitLfsPointer } from "../../src/formats/git-lfs-pointer.ts";
import { alone, inspect } from "./hostile.ts";

const oid = "ab".repeat(32);
const version = "version https://git-lfs.github.com/spec/v1\n";

function describePointer(text: string | Uint8Array) {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return gitLfsPointer.describe(memorySource(bytes, "model.safetensors"), alone);
}

function match(text: string, size = text.length) {
  const bytes = new TextEncoder().encode(text).subarray(0, 64);
  return gitLfsPointer.match({ bytes, path: "x", size });
}

describe("a Git LFS pointer", () => {
  it("names its content and is not the content", () => {
    const { facts, findings } = describePointer(lfsPointer(oid, 4976698672));
    assert.deepEqual(facts[0]?.value, { path: "model.safetensors", sha256: oid, size: 4976698672 });
    assert.deepEqual(
      findings.map(({ code, severity }) => [code, severity]),
      [["LFS_POINTER_NOT_WEIGHTS", "medium"]],
    );
  });

  it("is recognised by its exact version line and size", () => {
    assert.equal(match(`${version}oid sha256:${oid}\nsize 1\n`), "certain");
    assert.equal(match(`${version}oid`, 1025), "no");
    assert.equal(match("version https://git-lfs.github.com/spec/v2\n"), "no");
    assert.equal(match(version.trimEnd()), "no");
  });

  it("may have extension lines", () => {
    const text = `${version}ext-0-foo sha256:${oid}\noid sha256:${oid}\nsize 0\n`;
    assert.equal(describePointer(text).findings.length, 1);
  });

  for (const text of [
    `${version}`,
    `${version}oid sha256:${oid}\n`,
    `${version}size 1\n`,
    `${version}oid sha256:${oid}\nsize 1`,
    `${version}oid sha256:${oid}\nsize 1\nsize 2\n`,
    `${version}oid sha256:${oid}\noid sha256:${oid}\nsize 1\n`,
    `${version}size 1\noid sha256:${oid}\n`,
    `${version}oid sha256:${oid.toUpperCase()}\nsize 1\n`,
    `${version}oid sha1:${oid}\nsize 1\n`,
    `${version}oid sha256:${oid.slice(2)}\nsize 1\n`,
    `${version}oid sha256:${oid}\nsize -1\n`,
    `${version}oid sha256:${oid}\nsize 01\n`,
    `${version}oid sha256:${oid}\nsize 9999999999999999\n`,
    `${version}oid sha256:${oid}\nsize 1\nzebra 1\n`,
    `${version}oid sha256:${oid}\r\nsize 1\r\n`,
    `${version}oid sha256:${oid}\nsize 1\n\n`,
  ]) {
    it(`is refused: ${JSON.stringify(text.slice(version.length))}`, () => {
      assert.throws(
        () => describePointer(text),
        (error) => error instanceof AibomError && error.code === "LFS_POINTER_INVALID",
      );
    });
  }

  it("is read or refused whatever one byte is", () => {
    const pointer = lfsPointer(oid, 12);
    for (let at = 0; at < pointer.length; at += 1) {
      for (const byte of [0, 0x0a, 0x20, 0x39, 0xff]) {
        const changed = Uint8Array.from(pointer);
        changed[at] = byte;
        try {
          describePointer(changed);
        } catch (error) {
          assert.ok(error instanceof AibomError);
        }
      }
    }
  });
});

test("a pointer in place of a file of text is a pointer and nothing else", () => {
  for (const path of [
    "rows.csv",
    "rows.jsonl",
    "rows.tsv",
    "data.json",
    "model.safetensors",
    "rows.parquet",
  ]) {
    const { format, codes } = inspect(path, lfsPointer("ab".repeat(32), 12));
    assert.equal(format, "git-lfs-pointer", path);
    assert.deepEqual(codes, ["LFS_POINTER_NOT_WEIGHTS"], path);
  }
});
