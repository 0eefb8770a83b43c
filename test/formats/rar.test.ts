// SPDX-License-Identifier: Apache-2.0
// RAR archives are named and never clean.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readNamed } from "./hostile.ts";

test("a RAR archive is unverified, whatever its name", () => {
  for (const path of ["a.rar", "model.bin"]) {
    const { format, status, findings } = readNamed(path, Buffer.from("Rar!\x1a\x07\x01\0data"));
    assert.deepEqual([format, status], ["rar", "unverified"]);
    assert.deepEqual(
      findings.map(({ code }) => code),
      ["COMPRESSED_METHOD_UNKNOWN"],
    );
  }
});
