// SPDX-License-Identifier: Apache-2.0
// Where a file is read must not show in what is said about it: every fixture gives the same on the main thread and on
// a thread of its own, in the order of paths.

import assert from "node:assert/strict";
import { lstatSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { namedGzip } from "../../fixtures/compressed.ts";
import { buildGguf } from "../../fixtures/gguf.ts";
import { writeFixtures } from "../../fixtures/make.ts";
import { buildSafetensors } from "../../fixtures/safetensors.ts";
import { allSamples } from "../../fixtures/samples.ts";
import { buildTar } from "../../fixtures/tar.ts";
import { buildZip } from "../../fixtures/zip.ts";
import { memorySource } from "../../src/bytes/byte-source.ts";
import type { Format } from "../../src/formats/format.ts";
import { identify } from "../../src/formats/identify.ts";
import { type ReadFile, readLightly } from "../../src/formats/read-file.ts";
import { limits } from "../../src/limits.ts";
import { type FileOnDisk, readOnDisk } from "../../src/reading/file-on-disk.ts";
import { FileReaders } from "../../src/reading/file-readers.ts";
import { ReaderThreads, readerLimits } from "../../src/reading/reader-threads.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

function onDisk(directory: string, path: string): FileOnDisk {
  const absolutePath = join(directory, path);
  const stat = lstatSync(absolutePath, { bigint: true });
  return {
    path,
    absolutePath,
    head: new Uint8Array(readFileSync(absolutePath)).slice(0, 64),
    size: Number(stat.size),
    identity: {
      device: stat.dev,
      inode: stat.ino,
      size: Number(stat.size),
      modifiedNs: stat.mtimeNs,
      changedNs: stat.ctimeNs,
    },
  };
}

/** A copy on another thread loses what a class has besides data: a getter would be gone there, and only there. */
function assertOnlyData(value: unknown, place: string): void {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) {
    return;
  }
  const made = value.constructor;
  if (![Object, Array, Map, Set].includes(made as ObjectConstructor)) {
    const methods = Object.getOwnPropertyNames(made.prototype).filter((name) => name !== "constructor");
    assert.deepEqual(methods, [], `${place}: a description holds a ${made.name} with methods`);
  }
  const parts = value instanceof Map || value instanceof Set ? [...value] : Object.values(value);
  for (const part of parts) {
    assertOnlyData(part, place);
  }
}

test("every fixture and sample is described the same here and on a thread", async (t) => {
  const directory = temporaryDirectory(t);
  writeFixtures(directory);
  for (const [index, { name, bytes }] of allSamples().entries()) {
    writeFileSync(join(directory, `${index}-${name.replaceAll("/", "-")}`), bytes);
  }
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => onDisk(directory, join(entry.parentPath, entry.name).slice(directory.length + 1)));
  assert.ok(files.length >= 10);
  const threads = new ReaderThreads({ ...readerLimits, threads: 2 });
  const read: ReadFile[] = [];
  for (const [index, file] of files.entries()) {
    threads.read(file, (each) => {
      read[index] = each;
    });
  }
  await threads.idle();
  await threads.close();
  for (const [index, file] of files.entries()) {
    const here = readOnDisk(file);
    assertOnlyData(here, file.path);
    assert.deepStrictEqual(read[index], structuredClone(here), file.path);
  }
});

test("headers need no thread, of large files neither; what reads more does", async (t) => {
  const directory = temporaryDirectory(t);
  writeFileSync(join(directory, "small.gguf"), buildGguf({}));
  const shape = [2 * limits.maxMainThreadReadBytes];
  const tensors = { w: { dtype: "U8", shape } };
  writeFileSync(join(directory, "large.safetensors"), buildSafetensors({ tensors }));
  const metadata = { notes: "x".repeat(limits.maxMainThreadReadBytes) };
  writeFileSync(join(directory, "header.safetensors"), buildSafetensors({ tensors, metadata }));
  writeFileSync(join(directory, "large.dat"), new Uint8Array(limits.maxMainThreadReadBytes * 2).fill(7));
  // A program that does not exist: whoever needs a thread gets READER_CRASHED.
  const worker = new URL("./no-such-worker.ts", import.meta.url);
  const readers = new FileReaders({ threads: { ...readerLimits, worker } });
  const codes = new Map<string, readonly string[]>();
  for (const path of ["small.gguf", "large.safetensors", "header.safetensors", "large.dat"]) {
    readers.read(onDisk(directory, path), ({ findings }) =>
      codes.set(
        path,
        findings.map(({ code }) => code),
      ),
    );
  }
  await readers.finish();
  await readers.close();
  assert.deepEqual(Object.fromEntries(codes), {
    "small.gguf": [],
    "large.safetensors": [],
    "header.safetensors": ["READER_CRASHED"],
    "large.dat": [],
  });
});

test("pickles, which are read whole, need no thread below a ceiling", async (t) => {
  const directory = temporaryDirectory(t);
  // A text that fills the file: PROTO 2, BINUNICODE, its length, STOP.
  const pickle = (size: number): Uint8Array => {
    const bytes = Buffer.alloc(size, "x");
    bytes.set([0x80, 2, 0x58]);
    bytes.writeUInt32LE(size - 8, 3);
    bytes[size - 1] = 0x2e;
    return bytes;
  };
  writeFileSync(join(directory, "large.pkl"), pickle(limits.maxMainThreadFileBytes));
  writeFileSync(join(directory, "larger.pkl"), pickle(limits.maxMainThreadFileBytes + 1));
  const worker = new URL("./no-such-worker.ts", import.meta.url);
  const readers = new FileReaders({ threads: { ...readerLimits, worker } });
  const statuses = new Map<string, string>();
  for (const path of ["large.pkl", "larger.pkl"]) {
    readers.read(onDisk(directory, path), ({ status }) => statuses.set(path, status));
  }
  await readers.finish();
  await readers.close();
  assert.deepEqual(Object.fromEntries(statuses), { "large.pkl": "described", "larger.pkl": "unverified" });
});

test("a reader that is heavy, unpacks or reads on and on is not called on the main thread", () => {
  const base: Format = {
    id: "planted",
    holdsWeights: false,
    extensions: [],
    match: () => "certain",
    describe: () => ({ facts: [], findings: [], references: [] }),
  };
  const bytes = memorySource(new Uint8Array(8), "x");
  const read = (reader: Format): ReadFile | undefined =>
    readLightly(
      { bytes: new Uint8Array(8), path: "x", size: 8 },
      bytes,
      {
        ...identify({ bytes: new Uint8Array(8), path: "x", size: 8 }),
        format: reader.id,
        reader,
        matched: "certain",
      },
      1000,
    );
  assert.equal(read(base)?.status, "described");
  assert.equal(read({ ...base, isHeavy: true }), undefined);
  assert.equal(read({ ...base, readsWhole: true })?.status, "described");
  const large = { bytes: new Uint8Array(8), path: "x", size: 400 };
  const whole: Format = { ...base, readsWhole: true };
  const identification = { ...identify(large), format: whole.id, reader: whole };
  assert.equal(readLightly(large, memorySource(new Uint8Array(400), "x"), identification, 1000), undefined);
  const unpacks: Format = {
    ...base,
    describe(file, members) {
      members.spend(1);
      return base.describe(file, members);
    },
  };
  assert.equal(read(unpacks), undefined);
  const swallows: Format = {
    ...base,
    describe(file, members) {
      try {
        members.spend(1);
      } catch {
        // A reader that goes on over everything.
      }
      return base.describe(file, members);
    },
  };
  assert.equal(read(swallows), undefined);
  const readsOnAndOn: Format = {
    ...base,
    describe(file, members) {
      for (let reads = 0; reads < 100; reads++) {
        try {
          file.read(0, 0);
        } catch {
          // The same, for the one who reads nothing again and again.
        }
      }
      return base.describe(file, members);
    },
  };
  assert.equal(read(readsOnAndOn), undefined);
});

test("members that lie in a file as they are count as bytes of it; packed, heavy and many ones need a thread", () => {
  const readsHere = (path: string, bytes: Uint8Array): boolean => {
    const head = { bytes: bytes.subarray(0, 64), path, size: bytes.length };
    return (
      readLightly(head, memorySource(bytes, path), identify(head), limits.maxMainThreadReadBytes) !==
      undefined
    );
  };
  const data = buildGguf({});
  const nested = buildTar([{ name: "inner.zip", data: buildZip([{ name: "model.gguf", data }]) }]);
  const many = Array.from({ length: 400 }, (_, index) => ({
    name: `${index}.gguf`,
    data: data.subarray(0, 64),
  }));
  const large = new Uint8Array(limits.maxMainThreadReadBytes);
  assert.equal(readsHere("a.tar", nested), true);
  assert.equal(readsHere("packed.zip", buildZip([{ name: "model.gguf", data, method: 8 }])), false);
  assert.equal(
    readsHere("heavy.tar", buildTar([{ name: "model.gz", data: namedGzip(data, "model") }])),
    false,
  );
  assert.equal(readsHere("many.tar", buildTar(many)), false);
  assert.equal(readsHere("large.zip", buildZip([{ name: "model.dat", data: large }])), false);
});

test("a file that was exchanged after it was hashed is unverified, here and on a thread", async (t) => {
  const directory = temporaryDirectory(t);
  writeFileSync(join(directory, "model.gguf"), buildGguf({}));
  const file = onDisk(directory, "model.gguf");
  const changed = { ...file, identity: { ...file.identity, changedNs: 1n } };
  const codes: string[] = [];
  const readers = new FileReaders();
  readers.read(changed, ({ findings }) => codes.push(...findings.map(({ code }) => code)));
  await readers.close();
  assert.deepEqual(codes, ["SOURCE_CHANGED"]);
  assert.equal(readOnDisk(changed).status, "unverified");
});
