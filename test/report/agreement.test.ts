// SPDX-License-Identifier: Apache-2.0
// Messages count in the plural; one thing is said in the singular.

import assert from "node:assert/strict";
import test from "node:test";
import { type Code, codes } from "../../src/codes/index.ts";
import { renderMessage } from "../../src/codes/render.ts";

test("one is no plural, whatever the message", () => {
  const one = renderMessage("ARCHIVE_TRAILING_BYTES", { length: 1 });
  assert.equal(one, "1 byte behind the end belongs to nothing");
  assert.equal(
    renderMessage("ARCHIVE_TRAILING_BYTES", { length: 2n }),
    "2 bytes behind the end belong to nothing",
  );
  assert.equal(
    renderMessage("ZIP_NO_DIRECTORY", { count: 1 }),
    "has no directory at its end; 1 entry was found without it",
  );
  const shard = renderMessage("SHARD_TENSOR_UNMAPPED", { count: 1, shard: "bytes are", tensor: "t" });
  assert.equal(shard, "1 tensor of bytes are is not in the index, first t");
  // Each noun in the plural behind a count is known here, or it is a verb.
  const verbs = /^(?:is|has|does|was|occurs|says|ms|[a-z]+(?:s|es))$/;
  const known = /(?:bytes|tensors|nodes|levels|files|rows|shards|entries|signatures)$/;
  for (const [code, { message }] of Object.entries(codes)) {
    for (const [, name = "", noun = ""] of message.matchAll(/\{(\w+)\} ([a-z]+s)\b/g)) {
      if (known.test(noun)) {
        const text = renderMessage(code as Code, { [name]: 1 });
        assert.ok(!text.includes(`1 ${noun}`), `${code}: ${text}`);
      }
      assert.match(noun, verbs);
    }
  }
});
