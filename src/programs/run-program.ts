// SPDX-License-Identifier: Apache-2.0
// Starts a program that the user named: the signer of `--signer-command`, a credential helper. Without a shell, for a limited
// time, and with a limited answer. The only place that starts anything.

import { spawn } from "node:child_process";
import { Readable, type Writable } from "node:stream";

export interface ProgramRun {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly input: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** Where its own words go: a PIN prompt belongs on the user's terminal. */
  readonly errors: "inherit" | "ignore";
  readonly maxOutputBytes: number;
  readonly maxMilliseconds: number;
  readonly signal?: AbortSignal;
}

/** How it ended. */
export interface ProgramEnd {
  readonly exitCode: number | null;
  readonly killedBy: string | null;
  readonly output: Buffer;
}

/** It could not be started, took too long or said too much; the message says which, without what it said. */
export class ProgramFailure extends Error {}

/**
 * Runs a program to its end. Errors of `input` are thrown as they are: the end of what could be read must not look like the
 * end of the message.
 * @throws {ProgramFailure}
 */
export function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  const { program, args, environment, errors, maxOutputBytes, maxMilliseconds, signal } = run;
  // Not the option `timeout` of spawn: its timer outlives a program that was never found, and keeps us waiting.
  const timeout = AbortSignal.timeout(maxMilliseconds);
  const { promise, resolve, reject } = Promise.withResolvers<ProgramEnd>();
  const child = spawn(program, args, {
    env: environment,
    stdio: ["pipe", "pipe", errors],
    killSignal: "SIGKILL",
    signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
  });
  const chunks: Buffer[] = [];
  let size = 0;
  child.stdout?.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxOutputBytes) {
      child.kill("SIGKILL");
      // A program that it started may hold the pipe open and go on talking.
      child.stdout?.destroy();
      return;
    }
    chunks.push(chunk);
  });
  child.on("error", (error) => {
    const late = `it gave no answer within ${maxMilliseconds} ms`;
    reject(new ProgramFailure(timeout.aborted ? late : error.message));
  });
  child.on("close", (exitCode, killedBy) => {
    if (size > maxOutputBytes) {
      reject(new ProgramFailure(`it answered more than ${maxOutputBytes} bytes`));
    } else {
      resolve({ exitCode, killedBy, output: Buffer.concat(chunks) });
    }
  });
  const bytes = feed(child.stdin as Writable, run.input);
  bytes.on("error", (cause) => {
    child.kill("SIGKILL");
    reject(cause);
  });
  return promise.finally(() => bytes.destroy());
}

/** A program that does not read its input to the end is no failure: its answer decides. */
function feed(stdin: Writable, input: ProgramRun["input"]): Readable {
  const bytes = Readable.from(input);
  stdin.on("error", () => {});
  bytes.pipe(stdin);
  return bytes;
}
