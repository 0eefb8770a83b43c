// SPDX-License-Identifier: Apache-2.0
// Where `inventory` writes its BOM, and what `sign` and `keygen` say to a newcomer.

import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryDirectory } from "../temporary-directory.ts";
import { aibom } from "./run-aibom.ts";

test("-o - is stdout and no file of that name", async (t) => {
  const cwd = temporaryDirectory(t);
  writeFileSync(join(cwd, "data.csv"), "a,b\n1,2\n");
  const { code, stdout, stderr } = await aibom(["inventory", "data.csv", "-o", "-", "--no-timestamp"], {
    cwd,
  });
  assert.equal(code, 0, stderr);
  assert.equal(JSON.parse(stdout).bomFormat, "CycloneDX");
  assert.equal(existsSync(join(cwd, "-")), false);
});

test("keygen without a terminal names every way out, and sign counts files", async (t) => {
  const cwd = temporaryDirectory(t);
  const refused = await aibom(["keygen", "--out", "release.key"], { cwd });
  assert.equal(refused.code, 2);
  assert.match(refused.stderr.replace(/\s+/g, " "), /--passphrase-file FILE .*--no-passphrase/);
  await aibom(["keygen", "--out", "release.key", "--no-passphrase"], { cwd });
  writeFileSync(join(cwd, "data.csv"), "a,b\n1,2\n");
  const signed = await aibom(["sign", "data.csv", "--key", "release.key"], { cwd });
  assert.match(signed.stderr + signed.stdout, /^signed model: 1 file, key /);
});
