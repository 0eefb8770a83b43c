// SPDX-License-Identifier: Apache-2.0
// What is kept of a layer is a copy: the memory that chunks come in is used again for the next one, and a Buffer's `slice`
// is no copy.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { buildTar } from "../../fixtures/tar.ts";
import { TarStream } from "../../src/bytes/tar/stream.ts";
import { LayerFiles } from "../../src/images/layer-files.ts";
import type { LayerEntry } from "../../src/images/layer-job.ts";

const files = Array.from({ length: 30 }, (_, index) => ({
  name: `f${index}`,
  data: randomBytes(997 * index),
}));

test("kept files and headers that chunks cut survive the next chunk, whatever its size", () => {
  const tar = buildTar(files);
  for (const size of [300, 1000, 4096, 1 << 20]) {
    const entries: LayerEntry[] = [];
    const sink = new LayerFiles({ path: "image.tar", layer: "sha256:x" }, { keeps: () => true }, (entry) =>
      entries.push(entry),
    );
    const stream = new TarStream(sink);
    const memory = Buffer.alloc(size);
    for (let at = 0; at < tar.length; at += size) {
      const chunk = tar.subarray(at, at + size);
      memory.fill(0xee);
      memory.set(chunk);
      stream.write(memory.subarray(0, chunk.length));
    }
    stream.end();
    memory.fill(0xee);
    assert.equal(entries.length, files.length);
    for (const [index, { path, bytes }] of entries.entries()) {
      assert.equal(path, files[index]?.name);
      assert.ok(Buffer.from(bytes ?? "").equals(files[index]?.data ?? Buffer.alloc(0)), `${path} at ${size}`);
    }
  }
});
