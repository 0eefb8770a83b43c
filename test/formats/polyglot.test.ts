// SPDX-License-Identifier: Apache-2.0
// A file that is two things at once is reported once, whatever its format, and both things are read.

import assert from "node:assert/strict";
import { test } from "node:test";
import { buildGguf } from "../../fixtures/gguf.ts";
import { buildSafetensors } from "../../fixtures/safetensors.ts";
import { buildTar } from "../../fixtures/tar.ts";
import { buildZip } from "../../fixtures/zip.ts";
import { readNamed } from "./hostile.ts";

const pickle = Buffer.from("\x80\x02cos\nsystem\nX\x02\0\0\0id\x85R.", "latin1");
const archive = Buffer.from(buildZip({ "archive/data.pkl": pickle }));
const safetensors = buildSafetensors({ tensors: { a: { dtype: "F32", shape: [4] } } });
const gguf = buildGguf({});

function summary(path: string, bytes: Uint8Array): readonly string[] {
  return readNamed(path, bytes).findings.map(({ code, severity, location }) => {
    return `${severity} ${code}${location.member === undefined ? "" : ` ${location.member}`}`;
  });
}

test("an archive behind weights is a polyglot, and its entries are read", () => {
  for (const [path, front] of [
    ["m.safetensors", safetensors],
    ["m.gguf", gguf],
  ] as const) {
    for (const tail of [Buffer.alloc(0), Buffer.from("junk")]) {
      const found = summary(path, Buffer.concat([front, archive, tail]));
      assert.equal(found.filter((each) => each.startsWith("high FORMAT_POLYGLOT")).length, 1, path);
      assert.ok(
        found.some((each) => each.endsWith("archive/data.pkl")),
        found.join(),
      );
    }
    assert.deepEqual(summary(path, front), []);
  }
});

test("the records of an archive without entries, or a stray signature, are none", () => {
  for (const tail of [buildZip({}), Buffer.from("PK\x05\x06")]) {
    const found = summary("m.safetensors", Buffer.concat([safetensors, tail]));
    assert.deepEqual(found, ["high SAFETENSORS_TRAILING_BYTES"]);
  }
});

test("bytes in front of an archive and behind it are read too", () => {
  const before = summary("m.pt", Buffer.concat([pickle, archive]));
  assert.ok(before.some((each) => each.includes("FORMAT_POLYGLOT")));
  const behind = summary("m.zip", Buffer.concat([archive, pickle]));
  assert.ok(behind.includes("medium ARCHIVE_TRAILING_BYTES"), behind.join());
  assert.ok(behind.includes("high FORMAT_POLYGLOT"), behind.join());
  const junk = summary("m.pt", Buffer.concat([Buffer.alloc(100, 0x20), archive]));
  assert.ok(
    junk.some((each) => each.endsWith("archive/data.pkl")),
    junk.join(),
  );
  assert.ok(junk.includes("medium ARCHIVE_LEADING_BYTES"), junk.join());
});

test("programs in front of an archive are what they should be", () => {
  const script = Buffer.from("#!/usr/bin/env python3\n");
  const found = summary("app.zip", Buffer.concat([script, buildZip({ "__main__.py": "print(1)" })]));
  assert.deepEqual(found, []);
});

test("an archive that holds another archive last is no polyglot", () => {
  for (const bytes of [
    buildZip({ "inner.zip": archive }),
    buildTar([{ name: "inner.zip", data: archive }]),
  ]) {
    const { findings } = readNamed("backup", bytes);
    assert.equal(findings.filter(({ code }) => code === "FORMAT_POLYGLOT").length, 0);
    assert.ok(findings.some(({ location }) => location.member === "inner.zip!archive/data.pkl"));
  }
});

const png = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(200, 7)]);
const unknown = Buffer.alloc(200, 7);

test("an archive behind a picture or behind unknown bytes is read, and is a polyglot", () => {
  for (const [path, front, severity] of [
    ["cat.png", png, "high"],
    ["cat.jpg", Buffer.concat([Buffer.from("ffd8ffe0", "hex"), unknown]), "medium"],
    ["cache.dat", unknown, "medium"],
    ["notes.txt", Buffer.from("notes ".repeat(30)), "medium"],
  ] as const) {
    for (const tail of [archive, withComment(archive, 60_000)]) {
      const read = readNamed(path, Buffer.concat([front, tail]));
      const found = read.findings.map(({ code, severity, location }) => [code, severity, location.member]);
      assert.deepEqual(found[0], ["FORMAT_POLYGLOT", severity, undefined], path);
      assert.ok(
        found.some(([, , member]) => member === "archive/data.pkl"),
        path,
      );
    }
    const alone = readNamed(path, front);
    assert.deepEqual([alone.findings, alone.status], [[], "opaque"], path);
  }
});

test("a word of an archive's records in a picture is no archive", () => {
  for (const tail of ["PK\x05\x06", "PK\x03\x04 PK\x01\x02 PK\x05\x06", "\0".repeat(200)]) {
    assert.deepEqual(summary("cat.png", Buffer.concat([png, Buffer.from(tail, "latin1")])), []);
  }
});

test("a program's own archive is read and is no polyglot", () => {
  const harmless = buildZip({ "__main__.py": "print(1)" });
  for (const program of ["#!/usr/bin/env python3\n", `MZ${"\0".repeat(100)}`, `\x7fELF${"\0".repeat(100)}`]) {
    assert.deepEqual(summary("app", Buffer.concat([Buffer.from(program, "latin1"), harmless])), []);
    const found = summary("app", Buffer.concat([Buffer.from(program, "latin1"), archive]));
    assert.ok(
      found.some((each) => each.endsWith("archive/data.pkl")),
      found.join(),
    );
  }
});

test("a picture in an archive may hide one as well, and a broken archive in it is unverified", () => {
  const hidden = Buffer.concat([png, archive]);
  const inside = summary("photos.tar", buildTar([{ name: "cat.png", data: hidden }]));
  assert.ok(inside.includes("high FORMAT_POLYGLOT cat.png"), inside.join());
  const broken = Buffer.from(hidden);
  broken.fill(0xff, png.length, png.length + 30);
  assert.equal(readNamed("cat.png", broken).status, "unverified");
});

/** The archive with a comment of `length` letters behind its end record. */
function withComment(zip: Buffer, length: number): Buffer {
  const commented = Buffer.concat([zip, Buffer.alloc(length, 0x61)]);
  commented.writeUInt16LE(length, zip.length - 2);
  return commented;
}
