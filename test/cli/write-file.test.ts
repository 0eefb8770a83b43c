// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { mustNotExist, writeFileAtomic, writeNewFile } from "../../src/cli/write-file.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

test("writes, replaces, and leaves nothing else behind", (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, "a b\n.json");
  writeFileAtomic(path, "one");
  assert.equal(readFileSync(path, "utf8"), "one");
  chmodSync(path, 0o640);
  writeFileAtomic(path, ["t", Buffer.from("wo")]);
  assert.equal(readFileSync(path, "utf8"), "two");
  assert.equal(statSync(path).mode & 0o777, 0o640);
  assert.deepEqual(readdirSync(directory), ["a b\n.json"]);
});

test("a failure while producing the content keeps the old file and removes the new one", (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, "bom.json");
  writeFileSync(path, "old");
  function* broken(): Generator<string> {
    yield "new";
    throw new Error("stopped");
  }
  assert.throws(() => writeFileAtomic(path, broken()), { message: "stopped" });
  assert.equal(readFileSync(path, "utf8"), "old");
  assert.deepEqual(readdirSync(directory), ["bom.json"]);
});

test("follows a symbolic link instead of replacing it", (t) => {
  const directory = temporaryDirectory(t);
  const real = join(directory, "real.json");
  writeFileSync(real, "old");
  symlinkSync("real.json", join(directory, "link.json"));
  writeFileAtomic(join(directory, "link.json"), "new");
  assert.equal(readFileSync(real, "utf8"), "new");
  assert.deepEqual(readdirSync(directory).sort(), ["link.json", "real.json"]);
});

test("writes to a device instead of replacing it", () => {
  writeFileAtomic("/dev/null", "x");
  assert.ok(statSync("/dev/null").isCharacterDevice());
});

test("refuses directories and places that are not there", (t) => {
  const directory = temporaryDirectory(t);
  mkdirSync(join(directory, "sub"));
  assert.throws(() => writeFileAtomic(join(directory, "sub"), "x"), { code: "CLI_OUTPUT_IS_DIRECTORY" });
  assert.throws(() => writeFileAtomic(`${directory}/new/`, "x"), { code: "CLI_OUTPUT_IS_DIRECTORY" });
  assert.throws(() => writeFileAtomic(join(directory, "no/such.json"), "x"), {
    code: "CLI_OUTPUT_NOT_WRITABLE",
  });
  writeFileSync(join(directory, "file"), "");
  assert.throws(() => writeFileAtomic(join(directory, "file/x"), "x"), { code: "CLI_OUTPUT_NOT_WRITABLE" });
});

test("new files are never put over old ones, dangling links included", (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, "release.key");
  writeNewFile(path, "secret", 0o600);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.throws(() => writeNewFile(path, "other", 0o600), { code: "CLI_OUTPUT_EXISTS" });
  assert.equal(readFileSync(path, "utf8"), "secret");
  symlinkSync("nowhere", join(directory, "link"));
  assert.throws(() => writeNewFile(join(directory, "link"), "x"), { code: "CLI_OUTPUT_EXISTS" });
  assert.throws(() => mustNotExist(join(directory, "link")), { code: "CLI_OUTPUT_EXISTS" });
  mustNotExist(join(directory, "free"));
});

test("a new file that cannot be completed is removed", (t) => {
  const directory = temporaryDirectory(t);
  function* broken(): Generator<string> {
    yield "half";
    throw new Error("stopped");
  }
  assert.throws(() => writeNewFile(join(directory, "x"), broken()));
  assert.deepEqual(readdirSync(directory), []);
});
