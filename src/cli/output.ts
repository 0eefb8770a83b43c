// SPDX-License-Identifier: Apache-2.0
// The two streams, written synchronously: what was written is written, in order, whatever happens next, and
// start-up does not pay for the stream classes (they cost as much as the rest of `--help`). A reader that
// closes early (`aibom … | head -1`) is no failure of ours: what is left is dropped quietly. Any other write
// error is one: a result that was not delivered is not a result.

import { fstatSync, statSync, writeSync } from "node:fs";
import { Refusal } from "./refusal.ts";

/** A stream that text or bytes are written to. */
export interface Output {
  readonly isTerminal: boolean;
  /** Columns; undefined if it is no terminal. */
  readonly columns: number | undefined;
  /**
   * Resolves when the operating system has taken everything.
   * @throws {AibomError} CLI_OUTPUT_NOT_WRITABLE
   */
  write(data: string | Uint8Array): Promise<void>;
}

const streams = { stdout: 1, stderr: 2 } as const;

/** One of the two streams of the process. */
export function createOutput(name: keyof typeof streams): Output {
  const descriptor = streams[name];
  let isClosed = false;
  let terminal: NodeJS.WriteStream | "none" | undefined;
  // The terminal's own stream class is loaded only for what can be one.
  const terminalStream = (): NodeJS.WriteStream | undefined => {
    terminal ??= canBeTerminal(descriptor) && process[name].isTTY ? process[name] : "none";
    return terminal === "none" ? undefined : terminal;
  };
  return {
    get isTerminal() {
      return terminalStream() !== undefined;
    },
    get columns() {
      return terminalStream()?.columns;
    },
    async write(data) {
      if (isClosed) {
        return;
      }
      try {
        writeWhole(descriptor, typeof data === "string" ? Buffer.from(data) : data);
      } catch (cause) {
        isClosed = true;
        const code = errnoOf(cause);
        if (code !== "EPIPE") {
          throw Refusal.of("CLI_OUTPUT_NOT_WRITABLE", { reason: code }, { where: { path: name }, cause });
        }
      }
    },
  };
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      if (errnoOf(error) !== "EAGAIN") {
        throw error;
      }
      // Whoever shares the pipe made it non-blocking, and its reader is slow.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}

/** A terminal is a character device; so is the null device, which scripts write to. */
function canBeTerminal(descriptor: number): boolean {
  try {
    const stat = fstatSync(descriptor);
    return stat.isCharacterDevice() && stat.rdev !== statSync("/dev/null", { throwIfNoEntry: false })?.rdev;
  } catch {
    // A stream that the caller closed (`aibom … >&-`) is no terminal; writing to it will say so.
    return false;
  }
}

function errnoOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
