// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { type HashedFile, type HashOptions, type HashRequest, hashFiles } from "../../src/digests/engine.ts";
import { AibomError } from "../../src/errors.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const names = ["one", "two", "three"];

interface Scene {
  readonly target: string;
  readonly options: Required<Pick<HashOptions, "cacheDirectory">>;
  readonly file: string;
}

function scene(t: TestContext): Scene {
  const root = temporaryDirectory(t);
  const target = join(root, "target");
  mkdirSync(target);
  for (const name of names) {
    writeFileSync(join(target, name), name.repeat(50));
  }
  const cacheDirectory = join(root, "cache");
  return { target, options: { cacheDirectory }, file: join(cacheDirectory, "digests.bin") };
}

function requests(target: string, rest: Partial<HashRequest> = {}): HashRequest[] {
  return names.map((path) => {
    const absolutePath = join(target, path);
    return { path, absolutePath, size: statSync(absolutePath).size, algorithms: ["sha256"], ...rest };
  });
}

/** Time stamps of the files are older than two seconds after this. */
const settle = (): Promise<void> => setTimeout(2100);

const fromCache = (hashed: readonly HashedFile[]): boolean[] => hashed.map((file) => file.fromCache);
const withoutMark = (hashed: readonly HashedFile[]): unknown[] =>
  hashed.map(({ path, size, digests, shards, head, identity, linkCount, hasNoArchiveEnd }) => ({
    ...{ path, size, digests, shards, identity, linkCount, hasNoArchiveEnd },
    head: Buffer.from(head),
  }));

test("a file written less than two seconds ago is not stored", async (t) => {
  const { target, options } = scene(t);
  await hashFiles(requests(target), options);
  assert.deepEqual(fromCache(await hashFiles(requests(target), options)), [false, false, false]);
  assert.deepEqual(readdirSync(options.cacheDirectory), []);
});

test("an old mtime does not hide a fresh ctime, and a file of the future is not stored", async (t) => {
  const { target, options } = scene(t);
  utimesSync(join(target, "one"), 1, 1);
  utimesSync(join(target, "two"), 9e9, 9e9);
  await hashFiles(requests(target), options);
  assert.deepEqual(fromCache(await hashFiles(requests(target), options)), [false, false, false]);
});

test("hits are equal to what was computed, and marked; each key field is looked at", async (t) => {
  const { target, options } = scene(t);
  await settle();
  const first = await hashFiles(requests(target), options);
  const second = await hashFiles(requests(target), options);
  assert.deepEqual(fromCache(first), [false, false, false]);
  assert.deepEqual(fromCache(second), [true, true, true]);
  assert.deepEqual(withoutMark(second), withoutMark(first));
  assert.equal(statSync(options.cacheDirectory).mode & 0o777, 0o700);
  assert.equal(statSync(join(options.cacheDirectory, "digests.bin")).mode & 0o777, 0o600);
  assert.equal(readdirSync(options.cacheDirectory).length, 1);

  const other = await hashFiles(requests(target, { algorithms: ["sha512"] }), options);
  assert.deepEqual(fromCache(other), [false, false, false], "algorithm");

  appendFileSync(join(target, "one"), "x");
  const { mtimeMs } = statSync(join(target, "two"));
  writeFileSync(join(target, "two"), "TWO".repeat(50));
  utimesSync(join(target, "two"), mtimeMs / 1000, mtimeMs / 1000);
  copyFileSync(join(target, "three"), join(target, "copy"));
  renameSync(join(target, "copy"), join(target, "three"));
  const changed = await hashFiles(requests(target), options);
  assert.deepEqual(fromCache(changed), [false, false, false], "size, ctime behind a restored mtime, inode");
  assert.notEqual(changed[1]?.digests[0]?.hex, first[1]?.digests[0]?.hex);
});

test("progress counts what the cache gave", async (t) => {
  const { target, options } = scene(t);
  await settle();
  await hashFiles(requests(target), options);
  let last: unknown;
  await hashFiles(requests(target), { ...options, onProgress: (progress) => (last = progress) });
  assert.deepEqual(last, { files: 3, bytes: "onetwothree".length * 50 });
});

test("shards come from the cache too", async (t) => {
  const { target, options } = scene(t);
  const asked = requests(target, { shards: { algorithm: "sha256", sizeBytes: 40 } });
  await settle();
  const first = await hashFiles(asked, options);
  const second = await hashFiles(asked, options);
  assert.deepEqual(fromCache(second), [true, true, true]);
  assert.deepEqual(withoutMark(second), withoutMark(first));
  const resized = requests(target, { shards: { algorithm: "sha256", sizeBytes: 41 } });
  assert.deepEqual(fromCache(await hashFiles(resized, options)), [false, false, false]);
});

test("a cache that is damaged anywhere is ignored whole and replaced", async (t) => {
  const { target, options, file } = scene(t);
  await settle();
  await hashFiles(requests(target), options);
  const intact = readFileSync(file);
  const flips = [0, 15, 16, 47, 48, 60, intact.length - 1].map((offset) => {
    const bytes = Buffer.from(intact);
    bytes[offset] = (bytes[offset] ?? 0) ^ 1;
    return bytes;
  });
  const cuts = [0, 10, 48, intact.length - 1].map((length) => intact.subarray(0, length));
  for (const damaged of [...flips, ...cuts, Buffer.concat([intact, Buffer.from("x")])]) {
    writeFileSync(file, damaged);
    assert.deepEqual(fromCache(await hashFiles(requests(target), options)), [false, false, false]);
    assert.deepEqual(readFileSync(file), intact);
  }
});

test("a cache that others can write to, or that lies with the files, is refused", async (t) => {
  const { target, options, file } = scene(t);
  const refused = (cacheDirectory: string): Promise<void> =>
    assert.rejects(
      hashFiles(requests(target), { cacheDirectory }),
      (error) => error instanceof AibomError && error.code === "DIGEST_CACHE_REFUSED",
    );
  await refused(target);
  await refused(join(target, ".cache"));
  await refused(join(target, ".."));

  mkdirSync(options.cacheDirectory, { mode: 0o700 });
  for (const mode of [0o770, 0o702, 0o777]) {
    chmodSync(options.cacheDirectory, mode);
    await refused(options.cacheDirectory);
  }
  chmodSync(options.cacheDirectory, 0o700);
  symlinkSync(options.cacheDirectory, join(target, "..", "link"));
  await refused(join(target, "..", "link"));

  writeFileSync(file, "");
  for (const mode of [0o620, 0o602, 0o666]) {
    chmodSync(file, mode);
    await refused(options.cacheDirectory);
  }
  chmodSync(file, 0o600);
  renameSync(file, join(target, "..", "elsewhere"));
  symlinkSync("../elsewhere", file);
  await refused(options.cacheDirectory);
});

test("a cache of another user is refused", async (t) => {
  if (process.geteuid?.() !== 0) {
    t.skip("only root can give a directory away");
    return;
  }
  const { target, options } = scene(t);
  mkdirSync(options.cacheDirectory, { mode: 0o700 });
  lchownSync(options.cacheDirectory, 65_534, 65_534);
  await assert.rejects(
    hashFiles(requests(target), options),
    (error) => error instanceof AibomError && error.code === "DIGEST_CACHE_REFUSED",
  );
});
