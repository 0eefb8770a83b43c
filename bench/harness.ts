// SPDX-License-Identifier: Apache-2.0
// A small bench harness: contenders take turns within each round (A B A B …), so that a noisy neighbour
// hits all of them alike; what counts is the ratio of medians, which does not depend on the machine.
// It measures whole processes (`command`) or functions of this process (`task`).

import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { closeSync, fsyncSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from "node:fs";
import { cpus, release, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

/** One thing to measure. `prepare` runs before each round, outside the clock. */
export interface Contender {
  readonly name: string;
  readonly run: () => unknown;
  readonly prepare?: () => void;
}

/** The times of one contender, in milliseconds, in the order of the rounds. */
export interface Series {
  readonly name: string;
  readonly milliseconds: readonly number[];
  readonly min: number;
  readonly median: number;
  readonly max: number;
  /** Median of the processor time, of all threads and processes; NaN where the system does not tell. */
  readonly cpu: number;
}

/** What a series is measured against, and how much slower it may be. */
export interface Target {
  readonly of: string;
  readonly against: string;
  /** Highest allowed ratio of the medians. */
  readonly maxRatio: number;
}

/**
 * The environment of every measured process. NODE_EXTRA_CA_CERTS costs 38 ms per process on some Node
 * releases and would drown a start-up figure.
 */
export function benchEnvironment(): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, NODE_OPTIONS: __, ...rest } = process.env;
  return rest;
}

export interface CommandOptions {
  readonly prepare?: () => void;
  readonly cwd?: string;
  /** Exit codes that count as success; default 0 only. */
  readonly exitCodes?: readonly number[];
  /** Where its output goes, which is thrown away; default: the null device. */
  readonly output?: "null device" | "pipe";
}

/** A whole process from spawn to exit. A failing command throws: a fast failure is not a result. */
export function command(name: string, argv: readonly string[], options: CommandOptions = {}): Contender {
  const [file = "", ...args] = argv;
  const env = benchEnvironment();
  return {
    name,
    ...(options.prepare === undefined ? {} : { prepare: options.prepare }),
    run: () => {
      const result = spawnSync(file, args, {
        env,
        stdio: ["ignore", options.output === "pipe" ? "pipe" : "ignore", "pipe"],
        maxBuffer: 64 * 1024 * 1024,
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      });
      assertExit(name, result, options.exitCodes ?? [0]);
    },
  };
}

/** A shell line as a whole process. */
export function shell(name: string, line: string, options: CommandOptions = {}): Contender {
  return command(name, ["/bin/sh", "-c", line], options);
}

/** A function of this process; a promise is awaited. */
export function task(name: string, run: () => unknown, prepare?: () => void): Contender {
  return { name, run, ...(prepare === undefined ? {} : { prepare }) };
}

function assertExit(name: string, result: SpawnSyncReturns<Buffer>, allowed: readonly number[]): void {
  if (result.error !== undefined) {
    throw result.error;
  }
  if (result.status === null || !allowed.includes(result.status)) {
    throw new Error(
      `${name}: exit ${result.status ?? result.signal}: ${result.stderr.toString().slice(0, 2000)}`,
    );
  }
}

/** Runs every contender once unmeasured, then `rounds` times in turn. */
export async function compare(contenders: readonly Contender[], rounds = 5): Promise<Series[]> {
  const times = contenders.map((): number[] => []);
  const cpuTimes = contenders.map((): number[] => []);
  for (let round = -1; round < rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      contender.prepare?.();
      const cpuStart = cpuMilliseconds();
      const start = process.hrtime.bigint();
      await contender.run();
      const elapsed = Number(process.hrtime.bigint() - start) / 1e6;
      if (round >= 0) {
        times[index]?.push(elapsed);
        cpuTimes[index]?.push(cpuMilliseconds() - cpuStart);
      }
    }
  }
  return contenders.map((contender, index) =>
    summarize(contender.name, times[index] ?? [], cpuTimes[index] ?? []),
  );
}

/**
 * Processor time of this process and of the children it waited for. A busy machine stretches the time on the
 * clock, and not the same way for a contender that uses one core and one that uses all.
 */
function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 + childCpuMilliseconds();
}

/** From Linux's /proc/self/stat, in steps of 10 ms. */
function childCpuMilliseconds(): number {
  try {
    const stat = readFileSync("/proc/self/stat", "latin1");
    // The second field is a name in parentheses; fields 16 and 17 are the children's ticks.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[13]) + Number(fields[14])) * 10;
  } catch {
    return Number.NaN;
  }
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

function summarize(name: string, milliseconds: readonly number[], cpu: readonly number[]): Series {
  return {
    name,
    milliseconds,
    min: Math.min(...milliseconds),
    median: medianOf(milliseconds),
    max: Math.max(...milliseconds),
    cpu: medianOf(cpu),
  };
}

/** Ratio of the medians of two series by name; NaN if one of them was skipped. */
export function ratio(series: readonly Series[], of: string, against: string): number {
  const median = (name: string): number => series.find((one) => one.name === name)?.median ?? Number.NaN;
  return median(of) / median(against);
}

/**
 * Prints a table: min, median, max, ratio to the first series, processor time and its ratio, rate if `bytes`
 * is given; then one line per target. True if every target was met or had nothing to be measured against.
 */
export function printSeries(
  title: string,
  series: readonly Series[],
  options: { readonly bytes?: number; readonly targets?: readonly Target[] } = {},
): boolean {
  console.log(`\n${title}`);
  const width = Math.max(...series.map((one) => one.name.length));
  for (const one of series) {
    const rate = options.bytes === undefined ? "" : `  ${(options.bytes / 1e6 / one.median).toFixed(2)} GB/s`;
    const relative = ratio(series, one.name, series[0]?.name ?? "").toFixed(2);
    const cpu = Number.isNaN(one.cpu)
      ? ""
      : `  cpu ${milliseconds(one.cpu)} ms x${(one.cpu / (series[0]?.cpu ?? Number.NaN)).toFixed(2)}`;
    console.log(
      `  ${one.name.padEnd(width)}  ${milliseconds(one.min)} ${milliseconds(one.median)} ${milliseconds(one.max)} ms` +
        `  x${relative}${cpu}${rate}`,
    );
  }
  let isMet = true;
  for (const { of, against, maxRatio } of options.targets ?? []) {
    const value = ratio(series, of, against);
    const state = Number.isNaN(value) ? "skipped" : value <= maxRatio ? "met" : "MISSED";
    isMet &&= state !== "MISSED";
    console.log(`  target ${state}: ${of} / ${against} = ${value.toFixed(3)}, at most ${maxRatio}`);
  }
  return isMet;
}

function milliseconds(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0).padStart(8);
}

/** One line that says what the figures were measured on. */
export function machineLine(): string {
  const all = cpus();
  return (
    `${all.length} x ${all[0]?.model.trim() ?? "unknown"}, ${Math.round(totalmem() / 1e9)} GB, ` +
    `${process.platform} ${release()}, Node ${process.version}, OpenSSL ${process.versions.openssl}`
  );
}

/** True if `name` starts at all; contenders that are not installed are skipped, not failed. */
export function hasCommand(name: string, versionArgument = "--version"): boolean {
  const result = spawnSync(name, [versionArgument], { env: benchEnvironment(), stdio: "ignore" });
  return result.error === undefined && result.status === 0;
}

/** Reads files once, so that the next reader finds them in the page cache. */
export function warm(paths: readonly string[]): void {
  const buffer = new Uint8Array(1024 * 1024);
  for (const path of paths) {
    const descriptor = openSync(path, "r");
    while (readSync(descriptor, buffer) > 0);
    closeSync(descriptor);
  }
}

/** Drops files from the page cache (GNU dd asks the kernel to); false where that cannot be done. */
export function evict(paths: readonly string[]): boolean {
  return paths.every((path) => {
    const descriptor = openSync(path, "r+");
    fsyncSync(descriptor);
    closeSync(descriptor);
    const args = [`of=${path}`, "oflag=nocache", "conv=notrunc,fdatasync", "count=0", "status=none"];
    return spawnSync("dd", args, { stdio: "ignore" }).status === 0;
  });
}

/** Bytes of the files that are in the page cache, as far as `fincore` (util-linux) is there to tell. */
export function cachedBytes(paths: readonly string[]): number | undefined {
  const result = spawnSync("fincore", ["--bytes", "--noheadings", "--output", "RES", ...paths]);
  return result.error === undefined && result.status === 0
    ? result.stdout
        .toString()
        .split(/\s+/)
        .reduce((sum, field) => sum + Number(field), 0)
    : undefined;
}

/** A new directory below the system's temporary one, removed when the process ends. */
export function temporaryDirectory(prefix: string): string {
  const directory = mkdtempSync(join(tmpdir(), `aibom-bench-${prefix}-`));
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => process.exit(1));
  }
  return directory;
}

/** Numeric flags of a bench: `numberFlags({ rounds: 5 })` reads `--rounds 9`. */
export function numberFlags<Name extends string>(
  defaults: Readonly<Record<Name, number>>,
): Record<Name, number> {
  const names = Object.keys(defaults) as Name[];
  const options = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
  const { values } = parseArgs({ options });
  const read = (name: Name): number => {
    const value = Number(values[name] ?? defaults[name]);
    if (!Number.isFinite(value) || value < 0) {
      throw new Error(`--${name} must be a number of at least 0`);
    }
    return value;
  };
  return Object.fromEntries(names.map((name) => [name, read(name)])) as Record<Name, number>;
}
