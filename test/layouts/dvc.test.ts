// SPDX-License-Identifier: Apache-2.0
// DVC repositories: what their YAML says of files, sources and stages.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { dvc } from "../../src/layouts/dvc.ts";
import type { LayoutDescription } from "../../src/layouts/layout.ts";
import { memoryDirectory } from "./memory-directory.ts";

const md5 = "0123456789abcdef0123456789abcdef";
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(files: Readonly<Record<string, string>>): LayoutDescription {
  return dvc.describe(
    memoryDirectory(new Map(Object.entries(files).map(([path, text]) => [path, encode(text)]))),
  );
}

function values({ facts }: LayoutDescription, name: string): readonly unknown[] {
  return facts.filter((fact) => fact.name === name).map(({ value }) => value);
}

function codes({ findings }: LayoutDescription): readonly string[] {
  return findings.map(({ code }) => code);
}

describe("a .dvc file", () => {
  test("says what its outputs must be", () => {
    const text = `outs:\n- md5: ${md5}\n  size: 12\n  hash: md5\n  path: data.csv\n`;
    const described = read({ "raw/data.csv.dvc": text });
    assert.deepEqual(codes(described), []);
    assert.deepEqual(values(described, "file.expected"), [
      { path: "raw/data.csv", md5, size: 12, by: "raw/data.csv.dvc" },
    ]);
  });

  test("of DVC 2 is compared by size: its MD5 may be that of other line ends", () => {
    const text = `outs:\n- md5: ${md5}\n  size: 12\n  path: data.csv\n`;
    assert.deepEqual(values(read({ "data.csv.dvc": text }), "file.expected"), [
      { path: "data.csv", size: 12, by: "data.csv.dvc" },
    ]);
  });

  test("moves with its working directory, but not out of the directory", () => {
    const text = (wdir: string): string => `wdir: ${wdir}\nouts:\n- md5: ${md5}\n  hash: md5\n  path: x\n`;
    assert.deepEqual(values(read({ "a/b/x.dvc": text("..") }), "file.expected"), [
      { path: "a/x", md5, by: "a/b/x.dvc" },
    ]);
    assert.deepEqual(values(read({ "a/x.dvc": text("..") }), "file.expected"), [
      { path: "x", md5, by: "a/x.dvc" },
    ]);
    assert.deepEqual(codes(read({ "a/x.dvc": text("../..") })), ["MANIFEST_PATH_UNSAFE"]);
  });

  test("that writes outside of the directory is reported, an address is not", () => {
    const text = (path: string): string => `outs:\n- md5: ${md5}\n  hash: md5\n  path: ${path}\n`;
    for (const path of ["../x", "/etc/cron.d/x", "a/../../x"]) {
      const described = read({ "x.dvc": text(path) });
      assert.deepEqual(codes(described), ["MANIFEST_PATH_UNSAFE"], path);
      assert.deepEqual(values(described, "file.expected"), []);
    }
    assert.deepEqual(codes(read({ "x.dvc": text("s3://bucket/x") })), []);
  });

  test("says where an import comes from", () => {
    const text = `deps:\n- path: data.csv\n  repo:\n    url: https://user:secret@example.org/r\n    rev_lock: 0a1b\nouts:\n- md5: ${md5}\n  path: data.csv\n`;
    assert.deepEqual(values(read({ "data.csv.dvc": text }), "derived_from"), [
      { name: "data.csv", url: "https://example.org/r", revision: "0a1b", output: "data.csv" },
    ]);
  });

  test("that is no YAML, repeats a key, or is a bomb is unverified", () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghi"
      .split("")
      .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[index]}`).join(",")}]`)
      .join("\n")}\n`;
    for (const text of ["outs: [", "- a\n", "outs: 1\nouts: 2\n", bomb, "[".repeat(5000), "%YAML 9\n:"]) {
      const described = read({ "x.dvc": text });
      assert.deepEqual(codes(described), ["DVC_FILE_INVALID"], text.slice(0, 20));
      assert.deepEqual(described.unverified, ["x.dvc"]);
    }
  });
});

describe("a directory output", () => {
  const dirName = `.dvc/cache/files/md5/${md5.slice(0, 2)}/${md5.slice(2)}.dir`;
  const text = `outs:\n- md5: ${md5}.dir\n  size: 6\n  nfiles: 2\n  hash: md5\n  path: images\n`;
  const files = (list: unknown): Record<string, string> => ({
    "images.dvc": text,
    [dirName]: JSON.stringify(list),
  });

  test("says what each file in it must be, if the list is in the cache", () => {
    const described = read(files([{ md5, relpath: "sub/1.png" }]));
    assert.deepEqual(
      values(described, "file.expected"),
      [
        { path: dirName, md5, by: dirName },
        { path: "images/sub/1.png", md5, by: dirName },
      ].toSorted((a) => (a.path === dirName ? 1 : -1)),
    );
    assert.deepEqual(codes(described), []);
    assert.deepEqual(values(read({ "images.dvc": text }), "file.expected"), []);
  });

  test("that leaves its directory is reported", () => {
    for (const relpath of ["../x", "../../x", "/x", "a/../../x", ""]) {
      assert.deepEqual(codes(read(files([{ md5, relpath }]))), ["MANIFEST_PATH_UNSAFE"], relpath);
    }
  });

  test("whose list is no JSON is unverified", () => {
    const described = read({ "images.dvc": text, [dirName]: "[" });
    assert.deepEqual(described.unverified, [dirName]);
  });
});

test("dvc.lock: stages with their commands, from what to what", () => {
  const text = `schema: '2.0'
stages:
  train:
    cmd: python train.py --token hf_${"a".repeat(34)}
    deps:
    - path: data.csv
      hash: md5
      md5: ${md5}
      size: 3
    - path: ../shared/lib.py
      md5: ${md5}
    outs:
    - path: model.pkl
      hash: md5
      md5: ${md5}
      size: 5
`;
  const described = read({ "p/dvc.lock": text });
  assert.deepEqual(values(described, "file.expected"), [
    { path: "p/model.pkl", md5, size: 5, by: "p/dvc.lock" },
  ]);
  assert.deepEqual(values(described, "derived_from"), [
    { name: "p/data.csv", output: "p/model.pkl" },
    { name: "shared/lib.py", output: "p/model.pkl" },
  ]);
  const [command] = values(described, "metadata") as { key: string; value: string }[];
  assert.equal(command?.key, "dvc.cmd");
  assert.match(command?.value ?? "", /^train: python train\.py/);
  assert.ok(!JSON.stringify(described.facts).includes("hf_aaaa"));
  assert.deepEqual(codes(described), ["METADATA_SECRET"]);
});
