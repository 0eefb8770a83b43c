// SPDX-License-Identifier: Apache-2.0
// The journal of a time-stamp authority: one line for each token, flushed before the token exists. Serial numbers and times go on
// from the last line, so that neither comes twice, whatever a crash or a clock does; and an auditor can read what was stamped.
//
//   17 11a4f0c2e8d35b7f90 2026-11-25T21:40:11.123Z sha256:9f86d0…
//
// Several processes may write the same file without a lock: a line counts only if it directly follows the state that it was made
// from, else its number is given up and the next one is tried.

import { randomBytes } from "node:crypto";
import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";
import { fileError } from "../bytes/file-error.ts";
import { AibomError } from "../errors.ts";
import { serverLimits } from "../server-limits.ts";
import type { TokenPlace } from "./token.ts";

/** What is stamped. */
export interface JournalSubject {
  readonly hash: string;
  readonly digest: Uint8Array;
}

export interface Journal {
  /**
   * The next number, and a time after that of every earlier token: that of the clock, or a little later.
   * @throws {AibomError} TSA_CLOCK, TSA_JOURNAL, SOURCE_*
   */
  take(clock: Date, subject: JournalSubject): TokenPlace;
  close(): void;
}

interface Tail {
  /** Bytes of the file. */
  readonly size: number;
  /** Number and time of the latest token. */
  readonly count: bigint;
  readonly time: number;
  /** False: a crash cut the last line short. */
  readonly isEnded: boolean;
}

/**
 * Opens a journal, which is made if it is absent. `toleranceMilliseconds`: the clock may have gone back so far.
 * @throws {AibomError} TSA_JOURNAL, SOURCE_*
 */
export function openJournal(path: string, toleranceMilliseconds: number): Journal {
  const descriptor = guarded(path, () => openSync(path, "a+", 0o644));
  const requireFile = (): void => {
    if (!fstatSync(descriptor).isFile()) {
      throw AibomError.of("SOURCE_NOT_REGULAR", { kind: "special file" }, { where: { path } });
    }
  };
  try {
    guarded(path, requireFile);
    readTail(descriptor, path);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return {
    take: (clock, subject) =>
      guarded(path, () => takeNext(descriptor, path, { clock, subject, toleranceMilliseconds })),
    close: () => closeSync(descriptor),
  };
}

interface Wish {
  readonly clock: Date;
  readonly subject: JournalSubject;
  readonly toleranceMilliseconds: number;
}

function takeNext(descriptor: number, path: string, wish: Wish): TokenPlace {
  for (let attempt = 0; attempt < serverLimits.maxJournalAttempts; attempt += 1) {
    const tail = readTail(descriptor, path);
    const place = {
      serialNumber: serialNumber(tail.count + 1n),
      time: nextTime(tail.time, wish.clock, wish.toleranceMilliseconds),
    };
    const line = Buffer.from(
      `${tail.isEnded ? "" : "\n"}${journalLine(tail.count + 1n, place, wish.subject)}`,
    );
    // One call: what is appended in parts may have another's line in between. A short write shows as a wrong size.
    writeSync(descriptor, line);
    fsyncSync(descriptor);
    // Appended bytes are in one piece: if the file is longer, somebody wrote before this line or after it.
    if (fstatSync(descriptor).size === tail.size + line.length) {
      return place;
    }
  }
  throw AibomError.of("TSA_JOURNAL", { reason: "too many others write it" }, { where: { path } });
}

/** The count makes it unique here, 64 random bits make it unique even after a copy of an old journal was put back. */
function serialNumber(count: bigint): bigint {
  return (count << 64n) | randomBytes(8).readBigUInt64BE();
}

/**
 * Strictly later than the last token, which is what the field `ordering` promises. Never a whole hundredth of a second: DER has no
 * trailing zeros in a fraction, and some readers know times with three digits or none (@sigstore/core).
 */
function nextTime(last: number, clock: Date, toleranceMilliseconds: number): Date {
  const now = clock.getTime();
  if (last - now > toleranceMilliseconds) {
    const args = { now: clock.toISOString(), last: new Date(last).toISOString() };
    throw AibomError.of("TSA_CLOCK", args);
  }
  const next = Math.max(now, last + 1);
  return new Date(next % 10 === 0 ? next + 1 : next);
}

function journalLine(count: bigint, { serialNumber: serial, time }: TokenPlace, subject: JournalSubject) {
  const digest = Buffer.from(subject.digest).toString("hex");
  return `${count} ${serial.toString(16)} ${time.toISOString()} ${subject.hash}:${digest}\n`;
}

const linePattern =
  /^([1-9][0-9]{0,18}) [0-9a-f]{1,40} (\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z) sha\d{3}:[0-9a-f]{64,128}$/;

/**
 * The highest number and the latest time of the last lines: a line that its writer gave up may stand behind a later one. Lines that a
 * crash cut short are passed over; a file that has no whole line at its end is not a journal.
 */
function readTail(descriptor: number, path: string): Tail {
  const { size } = fstatSync(descriptor);
  if (size === 0) {
    return { size, count: 0n, time: Number.NEGATIVE_INFINITY, isEnded: true };
  }
  const bytes = Buffer.alloc(Math.min(size, serverLimits.maxJournalTailBytes));
  const filled = readSync(descriptor, bytes, 0, bytes.length, size - bytes.length);
  const text = bytes.subarray(0, filled).toString("latin1");
  let [count, time] = [0n, Number.NEGATIVE_INFINITY];
  for (const line of text.split("\n")) {
    const [, number = "", written = ""] = linePattern.exec(line) ?? [];
    const at = Date.parse(written);
    if (!Number.isNaN(at)) {
      count = BigInt(number) > count ? BigInt(number) : count;
      time = Math.max(time, at);
    }
  }
  if (count === 0n) {
    const reason = "there is no line of a time stamp at its end";
    throw AibomError.of("TSA_JOURNAL", { reason }, { where: { path } });
  }
  return { size, count, time, isEnded: text.endsWith("\n") };
}

/** @throws {AibomError} SOURCE_* for what the file system says */
function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw cause instanceof AibomError ? cause : fileError(cause, path);
  }
}
