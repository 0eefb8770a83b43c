// SPDX-License-Identifier: Apache-2.0
// Two implementations that share no code must agree on every folder: both accept the untouched one, both refuse it after
// any change to any of its files.

import assert from "node:assert/strict";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { folderPayload, sealed } from "../../fixtures/audit-folder.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { verifyBoth, writeFiles } from "./verify-both.ts";

const root = temporaryDirectory({ after });
const files = await sealed(await folderPayload());
const folder = writeFiles(join(root, "audit"), files);
const names = [...files.keys()];
const bytesOf = (name: string): Buffer => Buffer.from(files.get(name) ?? "");

async function refusedByBoth(what: string): Promise<void> {
  const { own, self, ownFaults, selfFaults } = await verifyBoth(folder);
  assert.deepEqual([own, self], [1, 1], `${what}: ${ownFaults} / ${selfFaults}`);
}

async function restored(change: () => void, restore: () => void, what: string): Promise<void> {
  change();
  try {
    await refusedByBoth(what);
  } finally {
    restore();
  }
}

test("the untouched folder: the same checks, all ok", async () => {
  const { own, self, ownLines, selfLines } = await verifyBoth(folder);
  assert.deepEqual([own, self], [0, 0]);
  const checks = (lines: typeof ownLines) =>
    lines.map(({ id, state, place }) => `${state} ${id} ${place}`).sort();
  assert.deepEqual(checks(ownLines), checks(selfLines));
  assert.ok(ownLines.length > 40);
});

test("a file that is dropped", async () => {
  for (const name of names) {
    const path = join(folder, name);
    const put = () => writeFileSync(path, bytesOf(name));
    const isRenewal = name.startsWith("seal/renewal-") || name === "seal/token.tsr";
    if (!isRenewal) {
      await restored(() => rmSync(path), put, `without ${name}`);
    }
  }
});

test("a file that is cut off", async () => {
  // Every third: a digest is a digest.
  for (const name of names.filter((_, index) => index % 3 === 0 || names[index]?.startsWith("seal/"))) {
    const path = join(folder, name);
    await restored(
      () => writeFileSync(path, bytesOf(name).subarray(0, -1)),
      () => writeFileSync(path, bytesOf(name)),
      `${name} cut off`,
    );
  }
});

test("bytes that are changed anywhere in any file", async () => {
  const change = fc.record({
    name: fc.constantFrom(...names),
    place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    bit: fc.integer({ min: 0, max: 7 }),
  });
  const property = fc.asyncProperty(change, async ({ name, place, bit }) => {
    const bytes = bytesOf(name);
    const at = Math.floor(place * bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
    const path = join(folder, name);
    await restored(
      () => writeFileSync(path, bytes),
      () => writeFileSync(path, bytesOf(name)),
      `${name} byte ${at} bit ${bit}`,
    );
  });
  await fc.assert(property, { seed: 20261125, numRuns: 70, endOnFailure: true });
});

test("files that are added", async () => {
  for (const name of [
    "data/extra.txt",
    "extra.txt",
    "data/receipts/extra",
    "seal/extra.tsr",
    "seal/renewal-3.tsr",
  ]) {
    const path = join(folder, name);
    await restored(
      () => writeFileSync(path, "extra"),
      () => rmSync(path),
      name,
    );
  }
});

test("two receipts that are swapped", async () => {
  const receipts = [
    ...new Set(
      names.filter((name) => name.startsWith("data/receipts/")).map((name) => name.split("/")[2] ?? ""),
    ),
  ];
  const [one = "", other = ""] = receipts.map((name) => join(folder, "data/receipts", name));
  const swap = () => {
    renameSync(one, `${one}-away`);
    renameSync(other, one);
    renameSync(`${one}-away`, other);
  };
  await restored(swap, swap, "swapped");
  assert.deepEqual((await verifyBoth(folder)).ownFaults, []);
});
