// SPDX-License-Identifier: Apache-2.0
// The journal of a time-stamp authority: numbers and times go on after a restart, after a crash in the middle of a line, and beside
// another process; what is no journal is not written to.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Journal, openJournal } from "../../src/tsa/journal.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const start = new Date("2026-11-01T12:00:00.000Z");
const subject = { hash: "sha256", digest: Buffer.alloc(32, 0xab) };
const countOf = (serialNumber: bigint): bigint => serialNumber >> 64n;

function open(t: TestContext, path: string): Journal {
  const journal = openJournal(path, 1000);
  t.after(() => journal.close());
  return journal;
}

const journalPath = (t: TestContext) => join(temporaryDirectory(t), "journal.txt");

test("a restart goes on where the last one stopped", (t) => {
  const path = journalPath(t);
  const first = open(t, path).take(start, subject);
  const second = open(t, path).take(start, subject);
  assert.deepEqual([countOf(first.serialNumber), countOf(second.serialNumber)], [1n, 2n]);
  assert.ok(second.time > first.time);
  const lines = readFileSync(path, "utf8").split("\n");
  assert.equal(lines.length, 3);
  assert.equal(
    lines[1],
    `2 ${second.serialNumber.toString(16)} ${second.time.toISOString()} sha256:${"ab".repeat(32)}`,
  );
});

test("a crash in any byte of a line leaves a journal that goes on, and no number comes twice", (t) => {
  const path = journalPath(t);
  const first = open(t, path).take(start, subject);
  const whole = readFileSync(path);
  const second = open(t, path).take(start, subject);
  const both = readFileSync(path);
  for (let length = whole.length; length <= both.length; length += 1) {
    writeFileSync(path, both.subarray(0, length));
    const next = openJournal(path, 1000);
    const place = next.take(start, subject);
    next.close();
    assert.ok(place.time > first.time);
    assert.ok(![first.serialNumber, second.serialNumber].includes(place.serialNumber));
    assert.match(readFileSync(path, "utf8").split("\n").at(-2) ?? "", /^[23] /, "the new line stands alone");
  }
});

test("an old copy that was put back repeats no serial number", (t) => {
  const path = journalPath(t);
  open(t, path).take(start, subject);
  const copy = readFileSync(path);
  const lost = open(t, path).take(start, subject);
  writeFileSync(path, copy);
  assert.notEqual(open(t, path).take(start, subject).serialNumber, lost.serialNumber);
});

test("another who writes the same file is noticed", (t) => {
  const path = journalPath(t);
  const [one, other] = [open(t, path), open(t, path)];
  const places = Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? one : other).take(start, subject));
  for (const [at, { serialNumber, time }] of places.entries()) {
    assert.equal(countOf(serialNumber), BigInt(at + 1));
    assert.ok(time.getTime() > (places[at - 1]?.time.getTime() ?? 0));
  }
});

test("two processes at once: numbers and times of what was taken are all different", async (t) => {
  const path = journalPath(t);
  const at = Date.now() + 1500;
  const program = `
    import { openJournal } from ${JSON.stringify(join(import.meta.dirname, "../../src/tsa/journal.ts"))};
    while (Date.now() < ${at});
    const journal = openJournal(${JSON.stringify(path)}, 60000);
    for (let count = 0; count < 60; count += 1) {
      try {
        const { serialNumber, time } = journal.take(new Date(), { hash: "sha256", digest: Buffer.alloc(32) });
        console.log(serialNumber.toString(16), time.getTime());
      } catch (error) {
        if (error.code !== "TSA_JOURNAL") throw error;
      }
    }`;
  const run = async (): Promise<string[]> => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", program]);
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    await new Promise((resolve) => child.on("close", resolve));
    return output.trim().split("\n");
  };
  const taken = (await Promise.all([run(), run()])).flat();
  assert.ok(taken.length > 60, `${taken.length} were taken`);
  assert.equal(new Set(taken.map((line) => line.split(" ")[0])).size, taken.length);
  assert.equal(new Set(taken.map((line) => line.split(" ")[1])).size, taken.length);
});

test("what is no journal is not written to", (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, "notes.txt");
  for (const content of [
    "these are my notes\n",
    "\n",
    `17 zz 2026-11-01T12:00:00.001Z sha256:${"ab".repeat(32)}\n`,
  ]) {
    writeFileSync(path, content);
    assert.throws(() => openJournal(path, 1000), { code: "TSA_JOURNAL" });
    assert.equal(readFileSync(path, "utf8"), content);
  }
  mkdirSync(join(directory, "folder"));
  assert.throws(() => openJournal(join(directory, "folder"), 1000), { code: "SOURCE_NOT_READABLE" });
  assert.throws(() => openJournal(join(directory, "absent/journal.txt"), 1000), { code: "SOURCE_NOT_FOUND" });
  assert.throws(() => openJournal("/dev/null", 1000), { code: "SOURCE_NOT_REGULAR" });
});

test("a journal that is spoilt while it is open stops the stamps; a long one is read at its end only", (t) => {
  const path = journalPath(t);
  const journal = open(t, path);
  const { time } = journal.take(start, subject);
  const line = readFileSync(path);
  appendFileSync(path, Buffer.alloc(100_000, "x"));
  assert.throws(() => journal.take(start, subject), { code: "TSA_JOURNAL" });
  truncateSync(path, line.length);
  for (let copies = 0; copies < 1000; copies += 1) {
    appendFileSync(path, line);
  }
  assert.ok(journal.take(start, subject).time > time);
  assert.throws(() => journal.take(new Date(start.getTime() - 2000), subject), { code: "TSA_CLOCK" });
});
