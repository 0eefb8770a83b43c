// SPDX-License-Identifier: Apache-2.0
// Pickles of protocol 0 are all text: names of texts and tables do not hide them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { calls } from "../../fixtures/pickle.ts";
import { npyFile, npyHeader } from "../../fixtures/pytorch.ts";
import { buildTar } from "../../fixtures/tar.ts";
import { buildZip } from "../../fixtures/zip.ts";
import { inspect, readNamed } from "./hostile.ts";

test("a pickle of protocol 0 is found under any name of a text, also in an archive", () => {
  const bytes = new TextEncoder().encode("cos\nsystem\n(S'true'\ntR.");
  const expected = ["FORMAT_MISMATCH", "PICKLE_DANGEROUS_IMPORT"];
  for (const extension of ["csv", "tsv", "txt", "json", "jsonl", "ndjson", "md", "yaml", "xml"]) {
    const { format, codes } = inspect(`rows.${extension}`, bytes);
    assert.equal(format, "pickle", extension);
    assert.ok(codes.includes("PICKLE_DANGEROUS_IMPORT"), `${extension}: ${codes.join()}`);
    const shard = buildTar([
      { name: "0001.jpg", data: "0" },
      { name: `0001.${extension}`, data: bytes },
    ]);
    assert.ok(inspect("train-000000.tar", shard).codes.includes("PICKLE_DANGEROUS_IMPORT"), extension);
  }
  assert.deepEqual([...inspect("rows.csv", bytes).codes].sort(), expected);
});

test("an archive of arrays of objects, which runs like a pickle from its first letter on, is no pickle", () => {
  const array = npyFile(npyHeader("'|O'", "(2,)"), calls("numpy._core.multiarray", "_reconstruct", "x"));
  const archive = buildZip({ "a.npy": array, "b.npy": array });
  for (const path of ["objects.npz", "objects.zip", "objects"]) {
    assert.ok(!inspect(path, archive).codes.includes("FORMAT_POLYGLOT"), path);
  }
});

test("tables that begin like a pickle stay tables", () => {
  for (const text of ["N,a\n1,2\n", "I1\nI2\n", "(a,b)\n(1,2)\n", "Vx\n1\n", "]\n)\n.\n"]) {
    const { format, findings } = readNamed("rows.csv", new TextEncoder().encode(text));
    assert.equal(format, "csv", text);
    assert.deepEqual(
      findings.filter(({ severity }) => severity === "high" || severity === "critical"),
      [],
      text,
    );
  }
});
