// SPDX-License-Identifier: Apache-2.0
// Is it a pickle? Protocols 2 to 5 start with their number. Protocols 0 and 1 start with any opcode, so their first
// bytes are run, and then the whole file: text that happens to start with opcodes breaks after a few.

import type { ByteSource } from "../../bytes/byte-source.ts";
import { AibomError } from "../../errors.ts";
import type { Head, Match } from "../format.ts";
import { ImportTable } from "./import-table.ts";
import { PickleInput } from "./input.ts";
import { legacyMagic } from "./legacy-magic.ts";
import { Machine } from "./machine.ts";
import { opcodes } from "./opcodes.ts";
import { runStream } from "./run-stream.ts";
import { areNames, type PickleScan, scanPickles } from "./scan.ts";
import type { Import } from "./value.ts";
import { judge } from "./verdict.ts";

const PROTO = 0x80;
/** Opcodes that a pickle without PROTO may start with: those that need nothing on the stack. */
const firstOpcodes: ReadonlySet<number> = new Set([
  ...Array.from("()]}cBCFGIJKLMNPSTUVX", (letter) => letter.charCodeAt(0)),
  ...[0x82, 0x83, 0x84, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8d, 0x8e, 0x8f, 0x95, 0x96, 0x97],
]);
/** A file of this name may hold a number and nothing else; elsewhere that is a text by chance. */
const pickleName = /\.(?:pkl|pickle|dill|joblib)$/i;
/** Opcodes of the first bytes that are run at most. */
const headOpcodes = 64;

export function matchPickle({ bytes, size }: Head): Match {
  const [first = 0, protocol = 0, opcode = 0] = bytes;
  if (first === PROTO && protocol <= 5) {
    return legacyMagic.every((byte, at) => bytes[at] === byte)
      ? "certain"
      : opcodes[opcode] === undefined
        ? "no"
        : "possible";
  }
  return firstOpcodes.has(first) && runsAtStart(bytes, size) ? "possible" : "no";
}

/** Runs the first bytes: true if they end before anything is wrong. */
function runsAtStart(bytes: Uint8Array, size: number): boolean {
  const head: ByteSource = {
    path: "",
    size: bytes.length,
    read: (at, count) => bytes.subarray(at, at + count),
  };
  try {
    const { opcodes: count } = runStream(new Machine(new PickleInput(head), new ImportTable()), headOpcodes);
    return count > 1;
  } catch (cause) {
    // The head ended, or its opcodes are used up: nothing was wrong so far.
    const isCut = cause instanceof AibomError && cause.code === "BYTES_OUT_OF_RANGE" && size > bytes.length;
    return isCut || (cause instanceof AibomError && cause.code === "PICKLE_TOO_LARGE");
  }
}

/**
 * Reads on: a pickle that says so is one. Any other must be complete, or import something before it breaks.
 * @throws {AibomError} the file cannot be read
 */
export function confirmPickle(file: ByteSource): boolean {
  if (file.size >= 2 && file.read(0, 1)[0] === PROTO) {
    return true;
  }
  const scan = scanPickles(file);
  return (
    isCredible(scan) || (pickleName.test(file.path) && scan.streams.length > 0 && scan.end === file.size)
  );
}

/** True if the bytes import something, which bytes of another format do not by chance, however they go on. */
export function importsPlausibly({ imports, notes }: PickleScan): boolean {
  return imports.all.some((each) => isPlausible(each, notes.calls > 0));
}

/** True if the bytes are pickles to their end, or do something before they break that text does not do by chance. */
export function isCredible(scan: PickleScan): boolean {
  const { streams, end, input, imports } = scan;
  const holdsObjects = streams.some(
    ({ start, result }) => typeof result !== "number" || input.byteAt(start) === PROTO,
  );
  const isComplete = end === input.end && (holdsObjects || imports.size > 0);
  return isComplete || importsPlausibly(scan);
}

/** Two lines of words can look like an import; one that is called, or known to be dangerous, is none by chance. */
function isPlausible(each: Import, isCalled: boolean): boolean {
  return areNames(each) && (isCalled || judge(each.module, each.name).verdict === "dangerous");
}
