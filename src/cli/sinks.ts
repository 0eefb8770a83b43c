// SPDX-License-Identifier: Apache-2.0
// `--format text,json=verdict.json`: which report goes where. Parsed before any work is done, so that a
// mistyped format fails in milliseconds and not after an hour of hashing.

import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { Refusal } from "./refusal.ts";

/** One report and its place; `path` undefined is stdout. */
export interface Sink<F extends string = string> {
  readonly format: F;
  readonly path: string | undefined;
}

/**
 * Parses a `--format` value against the formats that the command can write.
 * A file name may hold `=` but no comma.
 * @throws {AibomError} CLI_FORMAT_INVALID
 */
export function parseSinks<F extends string>(value: string, formats: readonly F[]): readonly Sink<F>[] {
  const sinks = value.split(",").map((entry) => parseSink(entry, value, formats));
  if (sinks.filter((sink) => sink.path === undefined).length > 1) {
    throw invalid(value, "more than one report for stdout; write `FORMAT=FILE` for the others");
  }
  // `v.json` and `./v.json` are one file: the second report would replace the first.
  const paths = sinks
    .map(({ path }) => path)
    .filter((path) => path !== undefined)
    .map(samePlace);
  if (new Set(paths).size !== paths.length) {
    throw invalid(value, "two reports for the same file");
  }
  return sinks;
}

/** The file behind links, or where it will be. */
export function samePlace(path: string): string {
  const absolute = resolve(path);
  for (const [found, rest] of [
    [absolute, ""],
    [dirname(absolute), basename(absolute)],
  ] as const) {
    try {
      return join(realpathSync(found), rest);
    } catch {
      // It is not there yet.
    }
  }
  return absolute;
}

function parseSink<F extends string>(entry: string, value: string, formats: readonly F[]): Sink<F> {
  const equals = entry.indexOf("=");
  const name = equals < 0 ? entry : entry.slice(0, equals);
  const format = formats.find((candidate) => candidate === name);
  if (format === undefined) {
    throw invalid(value, `${JSON.stringify(name)} is not one of ${formats.join(", ")}`);
  }
  const path = equals < 0 ? undefined : entry.slice(equals + 1);
  if (path === "") {
    throw invalid(value, `the file name after ${name}= is missing`);
  }
  return { format, path };
}

function invalid(value: string, reason: string): Refusal {
  return Refusal.of("CLI_FORMAT_INVALID", { format: JSON.stringify(value), reason });
}

/**
 * The JSON reports that a command line asks for, read without a full parse: a usage error is itself reported
 * as JSON to whoever asked for JSON. Anything unclear counts as not asked for.
 */
export function jsonSinksOf(argv: readonly string[]): readonly Sink<"json">[] {
  const end = argv.indexOf("--");
  const words = end < 0 ? argv : argv.slice(0, end);
  const values = words.flatMap((word, index) => {
    if (word.startsWith("--format=")) {
      return [word.slice("--format=".length)];
    }
    const next = words[index + 1];
    return word === "--format" && next !== undefined ? [next] : [];
  });
  const entries = (values.at(-1) ?? "").split(",");
  const json = entries.filter((entry) => entry === "json" || /^json=./.test(entry));
  return json.map((entry) => ({ format: "json", path: entry === "json" ? undefined : entry.slice(5) }));
}
