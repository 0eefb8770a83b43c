// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { AibomError } from "../../src/errors.ts";
import { readBounded } from "../../src/sources/read-bounded.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const throwsCode = (code: string, run: () => unknown): void => {
  assert.throws(run, (error) => error instanceof AibomError && error.code === code);
};

test("reads a file whole up to the limit and not a byte more", (t) => {
  const path = join(temporaryDirectory(t), "f");
  writeFileSync(path, "12345");
  assert.equal(Buffer.from(readBounded(path, 5)).toString(), "12345");
  throwsCode("SOURCE_TOO_LARGE", () => readBounded(path, 4));
});

test("a sparse giant is refused by its size, before memory is taken", (t) => {
  const path = join(temporaryDirectory(t), "giant");
  writeFileSync(path, "");
  truncateSync(path, 2 ** 40);
  throwsCode("SOURCE_TOO_LARGE", () => readBounded(path, 1024));
});

test("directories, FIFOs and missing files are errors and never block", (t) => {
  const root = temporaryDirectory(t);
  execFileSync("mkfifo", [join(root, "fifo")]);
  throwsCode("SOURCE_NOT_REGULAR", () => readBounded(join(root, "fifo"), 10));
  throwsCode("SOURCE_NOT_REGULAR", () => readBounded(root, 10));
  throwsCode("SOURCE_NOT_FOUND", () => readBounded(join(root, "nothing"), 10));
});
