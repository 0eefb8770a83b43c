// SPDX-License-Identifier: Apache-2.0
// One file can take its reader's thread down, and nothing else: it is unverified with the reason, the other files
// are read as they would have been alone.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import test, { type TestContext } from "node:test";
import { buildSafetensors } from "../../fixtures/safetensors.ts";
import { readTarget } from "../../src/inventory.ts";
import { limits } from "../../src/limits.ts";
import type { Artifact } from "../../src/model/artifact.ts";
import { FileReaders } from "../../src/reading/file-readers.ts";
import { readerLimits } from "../../src/reading/reader-threads.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const worker = new URL("./planted-worker.ts", import.meta.url);

/** With a header larger than what is read on the main thread. */
const large = buildSafetensors({
  tensors: Object.fromEntries(
    Array.from({ length: limits.maxMainThreadReadBytes / 40 }, (_, index) => [
      `w${index}`,
      { dtype: "U8", shape: [1] },
    ]),
  ),
});

function directoryOf(t: TestContext, names: readonly string[]): string {
  const directory = join(temporaryDirectory(t), "model");
  mkdirSync(directory);
  for (const name of names) {
    writeFileSync(join(directory, `${name}.safetensors`), large);
  }
  return directory;
}

interface Planted {
  readonly milliseconds?: number;
  readonly memoryMiB?: number;
  readonly worker?: URL;
  readonly jobs?: number;
}

async function inventoryOf(directory: string, planted: Planted = {}): Promise<Artifact> {
  const { jobs = 2, ...threads } = planted;
  const readers = new FileReaders({ jobs, threads: { ...readerLimits, worker, ...threads } });
  try {
    return (await readTarget(directory, { jobs: 1 }, readers)).artifact;
  } finally {
    await readers.close();
  }
}

/** Statuses by the file's name, and the codes of all findings with it. */
function summary(artifact: Artifact): Record<string, string> {
  return Object.fromEntries(
    artifact.files.map(({ path, status }) => {
      const codes = artifact.findings
        .filter(({ location }) => location.path === path)
        .map(({ code }) => code);
      return [basename(path, ".safetensors"), [status, ...codes].join(" ")];
    }),
  );
}

const good = ["a", "b", "m", "y", "z"];
const fine = Object.fromEntries(good.map((name) => [name, "described"]));

test("a reader that hangs is ended when its time is over", async (t) => {
  const artifact = await inventoryOf(directoryOf(t, [...good, "hang"]), { milliseconds: 3000 });
  assert.deepEqual(summary(artifact), { ...fine, hang: "unverified READER_TIMEOUT" });
  assert.equal(artifact.complete, false);
  assert.deepEqual(artifact.findings[0]?.args, { format: "safetensors", seconds: 3 });
});

test("a reader that eats memory is ended at its ceiling, whatever it eats", async (t) => {
  const eaters = ["eat-objects", "eat-arrays", "eat-text"];
  const artifact = await inventoryOf(directoryOf(t, [...good, ...eaters]), { memoryMiB: 128 });
  const eaten = Object.fromEntries(eaters.map((name) => [name, "unverified READER_OUT_OF_MEMORY"]));
  assert.deepEqual(summary(artifact), { ...fine, ...eaten });
});

test("a reader that throws what it likes or needs the whole stack fails alone", async (t) => {
  const faults = ["throw-string", "overflow-stack", "not-cloneable"];
  const artifact = await inventoryOf(directoryOf(t, [...good, ...faults]));
  const failed = Object.fromEntries(faults.map((name) => [name, "unverified READER_FAULT"]));
  assert.deepEqual(summary(artifact), { ...fine, ...failed });
});

test("a thread that ends by itself is replaced", async (t) => {
  const artifact = await inventoryOf(directoryOf(t, [...good, "exit"]), { jobs: 1 });
  assert.deepEqual(summary(artifact), { ...fine, exit: "unverified READER_CRASHED" });
});

test("an error outside of a reader never makes a file clean that was not read", async (t) => {
  const artifact = await inventoryOf(directoryOf(t, [...good, "throw-later"]), { jobs: 1 });
  const statuses = Object.values(summary(artifact)).filter((each) => each !== "described");
  // Which file the thread had when the error came is a matter of luck.
  assert.deepEqual(
    [...new Set(statuses)].slice(0, 1),
    statuses.length === 0 ? [] : ["unverified READER_CRASHED"],
  );
  assert.ok(statuses.length <= 1, statuses.join());
});

test("a thread that does not start leaves every file of it unverified", async (t) => {
  const missing = new URL("./no-such-worker.ts", import.meta.url);
  const artifact = await inventoryOf(directoryOf(t, ["a", "b"]), { worker: missing });
  assert.deepEqual(summary(artifact), {
    a: "unverified READER_CRASHED",
    b: "unverified READER_CRASHED",
  });
});

test("a run that is given up leaves no thread, and says so at once", async (t) => {
  const controller = new AbortController();
  const { signal } = controller;
  const readers = new FileReaders({ signal, jobs: 1, threads: { ...readerLimits, worker } });
  const reading = readTarget(directoryOf(t, ["hang"]), { jobs: 1, signal }, readers);
  setTimeout(() => controller.abort(new Error("enough")), 300);
  await assert.rejects(reading, { message: "enough" });
  await readers.close();
});

test("a thread that answers and then ends does not leave the others waiting", async (t) => {
  const names = ["a", "answer-and-exit", "b", "c", "d"];
  const artifact = await inventoryOf(directoryOf(t, names), { jobs: 1 });
  const statuses = Object.entries(summary(artifact));
  assert.equal(statuses.length, names.length);
  // The file that was given to the thread when it was already ending is lost with it, never clean.
  for (const [, status] of statuses) {
    assert.ok(["described", "unverified READER_CRASHED"].includes(status), status);
  }
});
