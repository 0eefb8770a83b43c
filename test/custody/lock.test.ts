// SPDX-License-Identifier: Apache-2.0
// Several writers at once: no entry is lost, none is there twice, and a lock whose holder is gone does not stay.

import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { promisify } from "node:util";
import { withLock } from "../../src/custody/log-lock.ts";
import { openLog, readEntries, readPeople, verifyLog } from "../../src/custody-log.ts";
import { AibomError } from "../../src/errors.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { appendMany, sampleLog } from "./sample-log.ts";

const isBusy = (error: unknown): boolean => error instanceof AibomError && error.code === "CUSTODY_LOG_BUSY";

test("five processes append at once", async (t) => {
  const writer = await sampleLog(temporaryDirectory(t));
  const script = join(import.meta.dirname, "append-child.ts");
  const names = ["ann", "ben", "cem", "dia", "eve"];
  const run = promisify(execFile);
  await Promise.all(names.map((name) => run(process.execPath, [script, writer.directory, name, "12"])));
  const log = openLog(writer.directory);
  const shown = await readEntries(log, 0, log.checkpoint.size);
  const expected = names.flatMap((name) => Array.from({ length: 12 }, (_, number) => `${name} ${number}`));
  assert.deepEqual(shown.map(({ entry }) => entry.reason ?? "").sort(), expected.sort());
  for (const name of names) {
    const own = shown.map(({ entry }) => entry.reason ?? "").filter((reason) => reason.startsWith(name));
    assert.deepEqual(
      own,
      own.toSorted((one, other) => Number(one.slice(4)) - Number(other.slice(4))),
    );
  }
  assert.deepEqual((await verifyLog(log)).findings, []);
  assert.equal(readPeople(writer.directory).length, 5);
  assert.ok(!readdirSync(`${writer.directory}.private`).some((name) => name.includes("lock")));
});

/** A lock as another process would hold it. */
function plant(folder: string, holder: object | string, name = "1-aa"): void {
  mkdirSync(join(folder, "lock"));
  writeFileSync(join(folder, "lock", name), typeof holder === "string" ? holder : JSON.stringify(holder));
}

/** The number of a process that ended. */
function endedProcess(): number {
  return spawnSync(process.execPath, ["--version"]).pid;
}

/** What a lock says of its holder, if that is this process. */
async function ownHolder(folder: string): Promise<Record<string, unknown>> {
  return withLock(folder, async () => {
    const [name = ""] = readdirSync(join(folder, "lock"));
    return JSON.parse(readFileSync(join(folder, "lock", name), "utf8"));
  });
}

test("the lock of a process that ended, or of an earlier boot, is taken over", async (t) => {
  for (const [holder, needed] of [
    [{ pid: endedProcess(), host: hostname() }, "pid"],
    [{ pid: process.pid, host: hostname(), boot: "another" }, "machine"],
    [{ pid: process.pid, host: hostname(), started: "1" }, "started"],
  ] as const) {
    const folder = temporaryDirectory(t);
    const own = await ownHolder(folder);
    if (own[needed] === undefined) {
      continue;
    }
    plant(folder, { ...own, ...holder });
    assert.equal(await withLock(folder, async () => 7, 3), 7);
    assert.deepEqual(readdirSync(folder), []);
  }
});

test("a machine of the same name, and a process of which nothing can be seen, keep their locks", async (t) => {
  for (const more of [
    { machine: "another", boot: "another" },
    { machine: "another", pid: endedProcess() },
    { machine: undefined, boot: "another" },
    { boot: undefined, started: undefined, pid: process.ppid },
    { started: undefined, pid: process.ppid },
  ]) {
    const folder = temporaryDirectory(t);
    const own = await ownHolder(folder);
    if (own["machine"] === undefined && "machine" in more && more.machine !== undefined) {
      continue;
    }
    plant(folder, { ...own, ...more });
    await assert.rejects(
      withLock(folder, async () => 7, 3),
      isBusy,
    );
  }
});

test("a lock is kept while nobody can say that its holder is gone", async (t) => {
  for (const holder of [
    { pid: endedProcess(), host: "elsewhere" },
    "not JSON",
    { pid: -1, host: hostname() },
    { pid: "1", host: hostname() },
  ]) {
    const folder = temporaryDirectory(t);
    plant(folder, holder);
    await assert.rejects(
      withLock(folder, async () => 7, 3),
      isBusy,
    );
    assert.deepEqual(readdirSync(folder), ["lock"], "what was prepared is removed");
  }
  const folder = temporaryDirectory(t);
  await withLock(folder, () =>
    assert.rejects(
      withLock(folder, async () => 7, 3),
      isBusy,
    ),
  );
});

test("work that fails, and a lock that was removed by hand, leave no lock", async (t) => {
  const folder = temporaryDirectory(t);
  await assert.rejects(
    withLock(folder, () => Promise.reject(new Error("no"))),
    /no/,
  );
  assert.deepEqual(readdirSync(folder), []);
  mkdirSync(join(folder, "lock"));
  assert.equal(await withLock(folder, async () => 7, 1), 7, "an empty lock is nobody's");
});

test("an append while another process holds the log says who", async (t) => {
  const writer = await sampleLog(temporaryDirectory(t));
  plant(`${writer.directory}.private`, { pid: 12, host: "elsewhere" });
  await assert.rejects(appendMany(writer, 1, {}, { lockAttempts: 2 }), (error: unknown) => {
    assert.ok(error instanceof AibomError && isBusy(error));
    assert.match(error.message, /process 12 on elsewhere/);
    return true;
  });
});
