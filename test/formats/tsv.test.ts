// SPDX-License-Identifier: Apache-2.0
// TSV: the reader of CSV with tabs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { tsv } from "../../src/formats/delimited-text.ts";
import { mutationRun, readNamed } from "./hostile.ts";
import { encode, factsIn } from "./text-facts.ts";

test("only tabs separate", () => {
  const found = factsIn("t.tsv", "a,b\tc\n1,2\t3\n");
  assert.equal(found["columns.count"], 2);
  assert.equal(found["rows.count"], 1);
  assert.equal(readNamed("t.tsv", encode("a\tb\n")).format, "tsv");
});

test("1,000 mutations", () => {
  const { slowestMs } = mutationRun(tsv, encode('id\ttext\n1\t"a\nb"\n'), 1000, 39);
  assert.ok(slowestMs < 2000, `${slowestMs} ms`);
});
