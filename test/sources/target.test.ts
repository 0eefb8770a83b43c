// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { AibomError } from "../../src/errors.ts";
import { limits } from "../../src/limits.ts";
import { comparePaths } from "../../src/model/path-order.ts";
import { defaultIgnoreRules } from "../../src/sources/ignore.ts";
import { readTarget } from "../../src/sources/target.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const codes = (tree: { findings: readonly { code: string }[] }): string[] => tree.findings.map((f) => f.code);
const throwsCode = (code: string, run: () => unknown): void => {
  assert.throws(run, (error) => error instanceof AibomError && error.code === code);
};

test("a directory gives its files in UTF-8 byte order, with default ignore rules named", (t) => {
  const root = temporaryDirectory(t);
  for (const path of [
    "b",
    "a/b",
    "a b",
    ".git/config",
    ".gitignore",
    "model.sig",
    "sub/model.sig",
    ".hidden",
  ]) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), path);
  }
  const tree = readTarget(root);
  assert.deepEqual(
    tree.files.map((file) => file.path),
    [".hidden", "a b", "a/b", "b", "sub/model.sig"],
  );
  assert.deepEqual(
    tree.ignored.map((each) => each.path),
    [".git", ".gitignore", "model.sig"],
  );
  assert.match(tree.ignored[0]?.rule ?? "", /git metadata/);
  assert.deepEqual(tree.refused, []);
});

test("paths are compared by code point, not by UTF-16 unit", () => {
  const astral = "\u{1F600}";
  const replacement = "\uFFFD";
  assert.ok(astral < replacement, "JavaScript's own order is the wrong one here");
  assert.ok(comparePaths(astral, replacement) > 0);
  const sample = ["a", "a/b", "a b", "é", astral, replacement, "z", "", "aa"];
  const byBytes = [...sample].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  assert.deepEqual([...sample].sort(comparePaths), byBytes);
});

test("a single file is a target of its own name, also through a link that the user named", (t) => {
  const root = temporaryDirectory(t);
  writeFileSync(join(root, "w.onnx"), "x");
  symlinkSync("w.onnx", join(root, "link"));
  for (const target of ["w.onnx", "link"]) {
    const tree = readTarget(join(root, target));
    assert.equal(tree.isSingleFile, true);
    assert.deepEqual(
      tree.files.map((file) => [file.path, file.size]),
      [["w.onnx", 1]],
    );
  }
});

test("missing, empty and special targets are errors, never an empty inventory", (t) => {
  const root = temporaryDirectory(t);
  throwsCode("SOURCE_NOT_FOUND", () => readTarget(join(root, "nothing")));
  throwsCode("SOURCE_EMPTY", () => readTarget(root));
  mkdirSync(join(root, ".git"));
  writeFileSync(join(root, ".git", "config"), "");
  throwsCode("SOURCE_EMPTY", () => readTarget(root));
  execFileSync("mkfifo", [join(root, "fifo")]);
  throwsCode("SOURCE_NOT_REGULAR", () => readTarget(join(root, "fifo")));
});

test("links inside the target are followed; outside, broken, circular and to directories are refused", (t) => {
  const outside = temporaryDirectory(t);
  const root = temporaryDirectory(t);
  writeFileSync(join(outside, "secret"), "x");
  writeFileSync(join(root, "real"), "12345");
  mkdirSync(join(root, "directory"));
  symlinkSync("real", join(root, "inside"));
  symlinkSync(join(outside, "secret"), join(root, "absolute"));
  symlinkSync("../../../../../../etc/hostname", join(root, "relative"));
  symlinkSync("nothing", join(root, "broken"));
  symlinkSync("circle-b", join(root, "circle-a"));
  symlinkSync("circle-a", join(root, "circle-b"));
  symlinkSync("directory", join(root, "to-directory"));
  symlinkSync("/dev/null", join(root, "to-device"));
  const tree = readTarget(root);
  assert.deepEqual(
    tree.files.map((file) => [file.path, file.size, file.isLink, file.linkTarget]),
    [
      ["inside", 5, true, "real"],
      ["real", 5, false, undefined],
    ],
  );
  assert.deepEqual(
    new Map(tree.findings.map((each) => [each.location.path, each.code])),
    new Map([
      ["absolute", "SOURCE_LINK_OUTSIDE"],
      ["relative", "SOURCE_LINK_OUTSIDE"],
      ["broken", "SOURCE_LINK_BROKEN"],
      ["circle-a", "SOURCE_LINK_BROKEN"],
      ["circle-b", "SOURCE_LINK_BROKEN"],
      ["to-directory", "SOURCE_LINK_TO_DIRECTORY"],
      ["to-device", "SOURCE_LINK_OUTSIDE"],
    ]),
  );
  assert.equal(tree.refused.length, 7);
});

test("a link to a sibling whose path starts with the root's path is outside", (t) => {
  const parent = temporaryDirectory(t);
  mkdirSync(join(parent, "model"));
  mkdirSync(join(parent, "model-evil"));
  writeFileSync(join(parent, "model-evil", "w"), "x");
  writeFileSync(join(parent, "model", "a"), "x");
  symlinkSync("../model-evil/w", join(parent, "model", "w"));
  assert.deepEqual(codes(readTarget(join(parent, "model"))), ["SOURCE_LINK_OUTSIDE"]);
});

test("a Hugging Face snapshot may link into the blobs of its own repository, and nowhere else", (t) => {
  const cache = temporaryDirectory(t);
  const snapshot = join(cache, "models--org--tiny", "snapshots", "0123");
  const other = join(cache, "models--org--other", "blobs");
  mkdirSync(snapshot, { recursive: true });
  mkdirSync(other, { recursive: true });
  mkdirSync(join(cache, "models--org--tiny", "blobs"));
  writeFileSync(join(cache, "models--org--tiny", "blobs", "abcd"), "weights");
  writeFileSync(join(other, "ef01"), "foreign");
  symlinkSync("../../blobs/abcd", join(snapshot, "model.safetensors"));
  symlinkSync("../../../models--org--other/blobs/ef01", join(snapshot, "foreign"));
  const tree = readTarget(snapshot);
  assert.deepEqual(
    tree.files.map((file) => file.path),
    ["model.safetensors"],
  );
  assert.deepEqual(codes(tree), ["SOURCE_LINK_OUTSIDE"]);

  const lookalike = join(cache, "models", "snapshots", "0123");
  mkdirSync(lookalike, { recursive: true });
  mkdirSync(join(cache, "models", "blobs"));
  writeFileSync(join(cache, "models", "blobs", "abcd"), "x");
  symlinkSync("../../blobs/abcd", join(lookalike, "w"));
  assert.deepEqual(codes(readTarget(lookalike)), ["SOURCE_LINK_OUTSIDE"]);
});

test("FIFOs and sockets are refused without being opened", (t) => {
  const root = temporaryDirectory(t);
  execFileSync("mkfifo", [join(root, "pipe")]);
  writeFileSync(join(root, "file"), "x");
  const tree = readTarget(root);
  assert.deepEqual(codes(tree), ["SOURCE_NOT_REGULAR"]);
  assert.deepEqual(tree.refused, ["pipe"]);
});

test("names that are not UTF-8 are refused; a real U+FFFD is a name like any other", (t) => {
  const root = temporaryDirectory(t);
  writeFileSync(join(root, "ok-\uFFFD"), "x");
  writeFileSync(Buffer.concat([Buffer.from(`${root}/bad-`), Buffer.from([0xff, 0xfe])]), "x");
  const tree = readTarget(root);
  assert.deepEqual(
    tree.files.map((file) => file.path),
    ["ok-\uFFFD"],
  );
  assert.deepEqual(codes(tree), ["SOURCE_NAME_INVALID"]);
  assert.equal(tree.refused.length, 1);
});

test("control, bidirectional and invisible characters in names are reported", (t) => {
  const root = temporaryDirectory(t);
  for (const name of ["a\u001b[31m", "b\u202egpj", "c\u200b", "d\n"]) {
    writeFileSync(join(root, name), "x");
  }
  assert.deepEqual(codes(readTarget(root)), Array(4).fill("SOURCE_NAME_SUSPICIOUS"));
});

test("names that collide on other file systems are reported, whatever the directory order", (t) => {
  const root = temporaryDirectory(t);
  for (const name of ["Model.bin", "model.BIN", "caf\u00e9", "cafe\u0301"]) {
    writeFileSync(join(root, name), "x");
  }
  const tree = readTarget(root);
  assert.deepEqual(
    tree.findings.map((each) => [each.code, each.location.path]),
    [
      ["SOURCE_NAME_COLLISION", "caf\u00e9"],
      ["SOURCE_NAME_COLLISION", "model.BIN"],
    ],
  );
});

test("extra ignore rules leave out a subtree and are named", (t) => {
  const root = temporaryDirectory(t);
  mkdirSync(join(root, "cache"));
  mkdirSync(join(root, "cache2"));
  writeFileSync(join(root, "cache", "x"), "x");
  writeFileSync(join(root, "cache2", "x"), "x");
  const tree = readTarget(root, [...defaultIgnoreRules, { path: "cache", reason: "asked for" }]);
  assert.deepEqual(
    tree.files.map((file) => file.path),
    ["cache2/x"],
  );
  assert.deepEqual(tree.ignored, [{ path: "cache", rule: "cache (asked for)", isDirectory: true }]);
});

test("a tree nested beyond the limit is an error, not a stack overflow", (t) => {
  const root = temporaryDirectory(t);
  // Built bottom-up by renaming: the absolute path stays short enough for the system calls.
  const deep = join(root, "d");
  mkdirSync(deep);
  writeFileSync(join(deep, "f"), "x");
  for (let depth = 0; depth < limits.maxDirectoryDepth; depth++) {
    renameSync(deep, join(root, "t"));
    mkdirSync(deep);
    renameSync(join(root, "t"), join(deep, "d"));
  }
  throwsCode("SOURCE_TOO_DEEP", () => readTarget(root));
});
