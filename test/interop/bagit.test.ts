// SPDX-License-Identifier: Apache-2.0
// An audit folder is a bag for the Library of Congress's bagit-python: valid as it was written, and not when a file was
// changed, added or removed.

import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { auditedRelease } from "../audit/audited-release.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { missingEnvironment, runPython } from "./python-environments.ts";

const validate = `
import bagit, json, sys
bag = bagit.Bag(sys.argv[1])
try:
    bag.validate()
    print(json.dumps({"valid": True, "info": bag.info["Payload-Oxum"], "version": bag.version_info}))
except bagit.BagError as error:
    print(json.dumps({"valid": False, "reason": str(error)}))
`;

test("bagit-python validates the folder, and sees each change", {
  skip: missingEnvironment("bag"),
}, async (t) => {
  const directory = temporaryDirectory(t);
  const audited = await auditedRelease(directory);
  const { files } = await audited.report();
  const folder = join(directory, "audit");
  for (const { path, pieces } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), Buffer.concat(pieces));
  }
  const judged = () => runPython("bag", validate, [folder]) as { valid: boolean; version?: unknown };
  const whole = judged();
  assert.equal(whole.valid, true, JSON.stringify(whole));
  assert.deepEqual(whole.version, [1, 0]);
  const record = join(folder, "data/record.json");
  writeFileSync(join(folder, "data/added.txt"), "x");
  assert.equal(judged().valid, false);
  rmSync(join(folder, "data/added.txt"));
  assert.equal(judged().valid, true);
  writeFileSync(record, "{}");
  assert.equal(judged().valid, false);
  rmSync(record);
  assert.equal(judged().valid, false);
});
