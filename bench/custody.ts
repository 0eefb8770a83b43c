// SPDX-License-Identifier: Apache-2.0
// A custody log of 1,000,000 entries: appending one event (goal: under 5 ms) and proving one entry (goal: under 10 ms), each
// from opening the log on. The log is made by code, with the program's own trees and tiles; its old entries are filler, the
// appended ones are real. What a durable append costs beyond processor time is what the disk takes to flush: the time of
// one flushed file of 200 kB, a file replaced and its folder flushed, is printed beside it.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Frontier, type WrittenTile } from "../src/custody/frontier.ts";
import {
  appendEvent,
  createLogWithKey,
  type LogWriter,
  openLog,
  openWriter,
  proofOfEntry,
  verifyLog,
} from "../src/custody-log.ts";
import { checkpointText } from "../src/tlog/checkpoint.ts";
import { formatNote, noteSignature } from "../src/tlog/note.ts";
import { tilePath } from "../src/tlog/tile.ts";
import { flushDirectory, replaceFile, writeFlushed } from "../src/trust/durable-write.ts";
import { numberFlags } from "./harness.ts";

const event = {
  type: "gate-decision",
  time: new Date("2026-06-30T12:00:00Z"),
  subject: [{ name: "model", digest: { sha256: "a".repeat(64) } }],
  outputs: [{ name: "verdict.json", digest: { sha256: "b".repeat(64) } }],
  outcome: "allow",
  tool: { name: "aibom", version: "0.0.0" },
} as const;

const { entries, rounds } = numberFlags({ entries: 1_000_000, rounds: 200 });
const folder = mkdtempSync(join(tmpdir(), "aibom-custody-"));
try {
  const writer = await emptyLog(join(folder, "log"));
  const started = performance.now();
  await fill(writer, entries);
  console.log(`made ${entries} entries in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  await measureAppends(writer);
  measureProofs(writer.directory);
  await measureVerify(join(folder, "small"));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function emptyLog(directory: string): Promise<LogWriter> {
  await createLogWithKey(directory, { name: "bench.example/log" });
  return openWriter(directory);
}

/** Filler of the size of a real entry: no two alike. */
function filler(index: number): Uint8Array {
  return Buffer.from(`{"filler":"${index}${"x".repeat(780)}"}`);
}

async function fill({ directory, signer }: LogWriter, count: number): Promise<void> {
  const write = (tile: WrittenTile): void => {
    const path = join(directory, tilePath(tile));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, tile.bytes);
  };
  const frontier = Frontier.empty();
  for (let index = 0; index < count; index += 1) {
    frontier.append(filler(index));
    if (index % 65_536 === 65_535) {
      frontier.takeFull().forEach(write);
    }
  }
  [...frontier.takeFull(), ...frontier.partial()].forEach(write);
  const { key } = openLog(directory).checkpoint;
  const text = checkpointText(key.name, count, frontier.root());
  const signature = noteSignature(key.name, key.id, await signer.sign(Buffer.from(text)));
  writeFileSync(join(directory, "checkpoint"), formatNote({ text, signatures: [signature] }));
}

async function measureAppends(writer: LogWriter): Promise<void> {
  const durable: number[] = [];
  const cpu: number[] = [];
  const flushes: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    flushes.push(await time(() => flushOnce(join(folder, `flush-${round}`))));
    const before = process.cpuUsage();
    durable.push(await time(() => appendEvent(writer, event, { claimed: { user: "bench", host: "bench" } })));
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 1000);
  }
  print("append one event", durable, 5);
  print("  of that, processor time", cpu);
  print("  for comparison: flushing 200 kB, 8 kB and a replaced file of 200 bytes", flushes);
}

/** What the disk does for one append. */
function flushOnce(at: string): void {
  mkdirSync(at);
  writeFlushed(join(at, "bundle"), Buffer.alloc(200_000));
  writeFlushed(join(at, "tile"), Buffer.alloc(8192));
  flushDirectory(at);
  replaceFile(join(at, "checkpoint"), Buffer.alloc(200));
}

function measureProofs(directory: string): void {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const index = Math.floor(((round + 0.5) / rounds) * entries);
    const start = performance.now();
    proofOfEntry(openLog(directory), index);
    times.push(performance.now() - start);
  }
  print("prove one entry", times, 10);
}

async function measureVerify(directory: string): Promise<void> {
  const writer = await emptyLog(directory);
  const { appendEvents } = await import("../src/custody-log.ts");
  const count = 10_000;
  await appendEvents(writer, Array<typeof event>(count).fill(event), {});
  const start = performance.now();
  const { findings } = await verifyLog(openLog(directory));
  const seconds = (performance.now() - start) / 1000;
  if (findings.length > 0) {
    throw new Error("the log does not verify");
  }
  console.log(
    `verify a whole log: ${Math.round(count / seconds)} entries a second, with signatures and ${count} of them`,
  );
}

async function time(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function print(what: string, times: readonly number[], goal?: number): void {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (part: number): string => (sorted[Math.floor(part * (sorted.length - 1))] ?? 0).toFixed(2);
  const met = goal === undefined ? "" : `, goal ${goal} ms: ${Number(at(0.5)) < goal ? "met" : "missed"}`;
  console.log(`${what}: median ${at(0.5)} ms, least ${at(0)}, 95% below ${at(0.95)}${met}`);
}
