// SPDX-License-Identifier: Apache-2.0
// The bag and its archive: `sha256sum` and `tar` agree, names of strangers stay harmless, the same files give the same bytes.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import { zstdDecompressSync } from "node:zlib";
import fc from "fast-check";
import { auditRecord } from "../../fixtures/audit-record.ts";
import { packArchive, packTar } from "../../src/audit/archive.ts";
import { buildBag } from "../../src/audit/bag.ts";
import { csvFile } from "../../src/audit/csv-file.ts";
import { type FolderFile, Names, safeName, textFile } from "../../src/audit/folder-file.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const long = `data/receipts/${"a".repeat(64)}/${"n".repeat(100)}`;
const payload = [textFile("data/b.txt", "b"), textFile("data/a/z.txt", ""), textFile(long, "long")];
const bag = buildBag(payload, [textFile("VERIFY.md", "how")], auditRecord({ title: "two\nlines \u202e" }));
const mtime = new Date("2026-06-30T12:00:00Z");

function write(directory: string, files: readonly FolderFile[]): void {
  for (const { path, pieces } of files) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), Buffer.concat(pieces));
  }
}

test("sha256sum checks both manifests", (t) => {
  if (spawnSync("sha256sum", ["--version"]).error !== undefined) {
    t.skip("no sha256sum here");
    return;
  }
  const directory = temporaryDirectory(t);
  write(directory, bag.files);
  for (const manifest of ["manifest-sha256.txt", "tagmanifest-sha256.txt"]) {
    const checked = execFileSync("sha256sum", ["-c", "--strict", manifest], { cwd: directory }).toString();
    assert.doesNotMatch(checked, /FAILED/);
  }
  writeFileSync(join(directory, "data/b.txt"), "c");
  const broken = spawnSync("sha256sum", ["-c", "--quiet", "manifest-sha256.txt"], { cwd: directory });
  assert.equal(broken.status, 1);
});

test("the order of the files changes nothing; bag-info has one line for each field", () => {
  const other = buildBag(
    payload.toReversed(),
    [textFile("VERIFY.md", "how")],
    auditRecord({ title: "two\nlines \u202e" }),
  );
  assert.equal(other.tagManifestSha256, bag.tagManifestSha256);
  const info = Buffer.concat(bag.files.find(({ path }) => path === "bag-info.txt")?.pieces ?? []).toString();
  assert.match(info, /^Bag-Group-Identifier: two lines$/m);
  assert.match(info, /^Payload-Oxum: 5\.3$/m);
  assert.match(info, /^Bagging-Date: 2026-06-30$/m);
  for (const line of info.trimEnd().split("\n")) {
    assert.match(line, /^[A-Z][A-Za-z-]+: \S/);
  }
});

test("a name that a manifest could not hold is a fault, not a file", () => {
  for (const path of ["data/../x", "data/a b", "data/a\nb", "/data/x", "data/", "data/.hidden"]) {
    assert.throws(() => buildBag([textFile(path, "")], [], auditRecord()), /not a name/, path);
  }
});

test("any name of a stranger becomes one that every file system can hold, and no two are one", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" })), (strange) => {
      const names = new Names();
      const claimed = strange.map((each) => names.claim(safeName(each)));
      assert.equal(new Set(claimed.map((each) => each.toLowerCase())).size, strange.length);
      for (const each of claimed) {
        assert.match(each, /^[A-Za-z0-9_][A-Za-z0-9._-]{0,110}$/);
      }
    }),
  );
});

test("the archive: the same bytes in any order, read by tar, without owner", (t) => {
  const archive = packArchive(bag.files, "audit", mtime);
  const again = packArchive(bag.files.toReversed(), "audit", mtime);
  const hash = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
  assert.equal(hash(again), hash(archive));
  const tar = zstdDecompressSync(archive);
  assert.equal(hash(tar), hash(Buffer.concat(packTar(bag.files, "audit", mtime))));
  if (spawnSync("tar", ["--version"]).error !== undefined) {
    t.skip("no tar here");
    return;
  }
  const directory = temporaryDirectory(t);
  writeFileSync(join(directory, "a.tar"), tar);
  const listed = execFileSync("tar", ["-tvf", "a.tar", "--numeric-owner", "--utc"], {
    cwd: directory,
    encoding: "utf8",
  });
  const lines = listed.trimEnd().split("\n");
  assert.ok(
    lines.every((line) => /^[-d]rw[x-]r-[x-]r-[x-] 0\/0 +\d+ 2026-06-30 12:00/.test(line)),
    listed,
  );
  execFileSync("tar", ["-xf", "a.tar"], { cwd: directory });
  for (const { path, pieces } of bag.files) {
    assert.deepEqual(readFileSync(join(directory, "audit", path)), Buffer.concat(pieces), path);
  }
});

test("cells of a table are no formulas, and quotes stay inside", () => {
  const { pieces } = csvFile("data/people.csv", ["a", "b"], [["=cmd()", 'say "hi", now']]);
  assert.equal(Buffer.concat(pieces).toString(), 'a,b\r\n\'=cmd(),"say ""hi"", now"\r\n');
});
