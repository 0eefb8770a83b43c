// SPDX-License-Identifier: Apache-2.0
// Random damage to carriers, layers and documents: an answer or an AibomError, never anything else.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { buildLayer, OciLayout, tarOf } from "../../fixtures/oci.ts";
import { buildTar, paxRecords } from "../../fixtures/tar.ts";
import { TarBroken, TarStream } from "../../src/bytes/tar/stream.ts";
import { AibomError } from "../../src/errors.ts";
import { openImageStore } from "../../src/images/open-image-store.ts";

const directory = mkdtempSync(join(tmpdir(), "aibom-hostile-images-"));
after(() => rmSync(directory, { recursive: true }));

/** The same numbers in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function damaged(bytes: Uint8Array, next: (below: number) => number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (let count = 1 + next(4); count > 0; count -= 1) {
    copy[next(copy.length)] = next(256);
  }
  return next(4) === 0 ? copy.subarray(0, next(copy.length)) : copy;
}

test("10,000 damaged tars stream to an end in chunks of any size", () => {
  const long = "d/".repeat(60);
  const tar = buildTar([
    { name: "pax", type: "x", data: paxRecords({ path: `${long}f` }) },
    { name: "f", data: "x".repeat(700) },
    { name: "l", type: "L", data: `${long}g\0` },
    { name: "g", data: "" },
    { name: "s", type: "2", target: "f" },
  ]);
  const next = numbers(7);
  for (let run = 0; run < 10_000; run += 1) {
    const bytes = run === 0 ? tar : damaged(tar, next);
    let content = 0;
    const stream = new TarStream({
      entry: () => undefined,
      content: (piece) => {
        content += piece.length;
      },
      entryEnd: () => undefined,
    });
    try {
      for (let at = 0; at < bytes.length; ) {
        const end = at + 1 + next(900);
        stream.write(bytes.subarray(at, end));
        at = end;
      }
      stream.end();
    } catch (error) {
      assert.ok(error instanceof TarBroken, String(error));
    }
    assert.ok(content <= bytes.length);
    assert.ok(run > 0 || content === 700);
  }
});

test("2,000 damaged carriers open or are refused", () => {
  const layout = new OciLayout();
  const image = layout.image([buildLayer([{ name: "a", data: "a" }])]);
  const tar = tarOf(layout.list(layout.index([image]), "1").all());
  const next = numbers(11);
  const path = join(directory, "image.tar");
  for (let run = 0; run < 2000; run += 1) {
    writeFileSync(path, damaged(tar, next));
    try {
      const store = openImageStore(path);
      for (const { digest } of store.blobs.values()) {
        try {
          store.blob(digest, 10_000);
        } catch (error) {
          assert.ok(error instanceof AibomError, String(error));
        }
      }
      store.close();
    } catch (error) {
      assert.ok(error instanceof AibomError, error instanceof Error ? error.stack : String(error));
    }
  }
});
