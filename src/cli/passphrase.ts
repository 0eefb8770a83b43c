// SPDX-License-Identifier: Apache-2.0
// Where a passphrase comes from: the terminal without echo, a file that only its owner can read, or a file
// descriptor. Never the command line and never the environment: other processes can read both.

import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { ReadStream } from "node:tty";
import { fileError } from "../bytes/file-error.ts";
import { AibomError } from "../errors.ts";
import type { Output } from "./output.ts";

/** Bytes. No passphrase that a person types is longer, and a wrong file is noticed. */
const maxPassphraseBytes = 1024;

export interface PassphraseOptions {
  readonly passphraseFile?: string;
  readonly passphraseFd?: number;
}

/** How to ask: where the question is printed and what stops it. A session is one. */
export interface PromptContext {
  readonly stderr: Pick<Output, "write">;
  readonly signal: AbortSignal;
}

/**
 * The passphrase from a file or a file descriptor, or undefined if neither was named.
 * @throws {AibomError} CLI_USAGE (both were named), CLI_PASSPHRASE_*, SOURCE_*
 */
export function givenPassphrase(options: PassphraseOptions): string | undefined {
  const { passphraseFile: path, passphraseFd: descriptor } = options;
  if (path !== undefined && descriptor !== undefined) {
    throw AibomError.of("CLI_USAGE", { reason: "--passphrase-file and --passphrase-fd exclude each other" });
  }
  if (path !== undefined) {
    return readPassphraseFile(path);
  }
  return descriptor === undefined ? undefined : readPassphraseDescriptor(descriptor);
}

function readPassphraseFile(path: string): string {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    throw fileError(cause, path);
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) {
      throw AibomError.of("SOURCE_NOT_REGULAR", { kind: "special file" }, { where: { path } });
    }
    // Windows has no such mode bits; its access lists are not looked at.
    if (process.platform !== "win32" && (stat.mode & 0o077) !== 0) {
      const mode = (stat.mode & 0o777).toString(8).padStart(3, "0");
      throw AibomError.of("CLI_PASSPHRASE_FILE_OPEN", { mode }, { where: { path } });
    }
    return parsePassphrase(readLine(descriptor), path);
  } finally {
    closeSync(descriptor);
  }
}

function readPassphraseDescriptor(descriptor: number): string {
  const path = `file descriptor ${descriptor}`;
  try {
    return parsePassphrase(readLine(descriptor), path);
  } catch (cause) {
    throw cause instanceof AibomError ? cause : fileError(cause, path);
  }
}

/** Reads to the end, or to one byte more than a passphrase with its line break can have. */
function readLine(descriptor: number): Uint8Array {
  const bytes = new Uint8Array(maxPassphraseBytes + 3);
  let filled = 0;
  while (filled < bytes.length) {
    const count = readSync(descriptor, bytes, filled, bytes.length - filled, null);
    if (count === 0) {
      break;
    }
    filled += count;
  }
  return bytes.subarray(0, filled);
}

/**
 * One line of text; exactly one final line break is removed.
 * @throws {AibomError} CLI_PASSPHRASE_EMPTY, CLI_PASSPHRASE_INVALID
 */
export function parsePassphrase(bytes: Uint8Array, path: string): string {
  const where = { path };
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw AibomError.of("CLI_PASSPHRASE_INVALID", { reason: "it is not valid UTF-8" }, { where, cause });
  }
  const line = text.replace(/\r?\n$/, "");
  if (line === "") {
    throw AibomError.of("CLI_PASSPHRASE_EMPTY", {}, { where });
  }
  if (Buffer.byteLength(line) > maxPassphraseBytes) {
    const reason = `it is longer than ${maxPassphraseBytes} bytes`;
    throw AibomError.of("CLI_PASSPHRASE_INVALID", { reason }, { where });
  }
  if (/[\n\r\0]/.test(line)) {
    throw AibomError.of("CLI_PASSPHRASE_INVALID", { reason: "it is not one line of text" }, { where });
  }
  return line;
}

/**
 * The passphrase for a new key: none, that of a file or descriptor, or what somebody types twice.
 * @throws {AibomError} CLI_USAGE, CLI_PASSPHRASE_*, SOURCE_*, CLI_INTERRUPTED
 */
export async function choosePassphrase(
  what: string,
  options: PassphraseOptions & { readonly passphrase: boolean },
  context: PromptContext,
): Promise<string | undefined> {
  if (!options.passphrase) {
    if (options.passphraseFile !== undefined || options.passphraseFd !== undefined) {
      throw AibomError.of("CLI_USAGE", { reason: "--no-passphrase excludes the other passphrase flags" });
    }
    return undefined;
  }
  return givenPassphrase(options) ?? (await askNewPassphrase(what, context));
}

/**
 * Asks for a new passphrase, twice.
 * @throws {AibomError} CLI_PASSPHRASE_MISSING, CLI_PASSPHRASE_EMPTY, CLI_PASSPHRASE_MISMATCH, CLI_INTERRUPTED
 */
async function askNewPassphrase(what: string, context: PromptContext): Promise<string> {
  const first = await askPassphrase(`new passphrase for ${what}: `, context);
  const second = await askPassphrase("the same again: ", context);
  if (first !== second) {
    throw AibomError.of("CLI_PASSPHRASE_MISMATCH", {});
  }
  return first;
}

/**
 * Asks on the terminal, without echo.
 * @throws {AibomError} CLI_PASSPHRASE_MISSING, CLI_PASSPHRASE_EMPTY, CLI_INTERRUPTED
 */
export async function askPassphrase(question: string, context: PromptContext): Promise<string> {
  const input = openTerminal();
  try {
    input.setRawMode(true);
    await context.stderr.write(question);
    const line = await readTyped(input, context.signal);
    return parsePassphrase(Buffer.from(line), "terminal");
  } finally {
    input.setRawMode(false);
    input.destroy();
    await context.stderr.write("\n");
  }
}

/** The controlling terminal even if stdin is a pipe. A stream of its own, so that closing it ends the wait. */
function openTerminal(): ReadStream {
  try {
    return new ReadStream(openSync(process.platform === "win32" ? "CONIN$" : "/dev/tty", "r"));
  } catch (cause) {
    throw AibomError.of("CLI_PASSPHRASE_MISSING", {}, { cause });
  }
}

function readTyped(input: ReadStream, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let line = "";
    const interrupt = (): void => reject(AibomError.of("CLI_INTERRUPTED", { signal: "SIGINT" }));
    signal.addEventListener("abort", interrupt, { once: true });
    input.setEncoding("utf8");
    input.on("error", reject);
    input.on("end", () => resolve(line));
    input.on("data", (chunk) => {
      for (const character of String(chunk)) {
        const typed = editLine(line, character);
        if (typed === "end") {
          resolve(line);
          return;
        }
        if (typed === "interrupt") {
          interrupt();
          return;
        }
        line = typed.line;
      }
    });
  });
}

/** Raw mode hands over every key: line end, ^C, ^D, erase and ^U are ours to handle. */
function editLine(line: string, character: string): "end" | "interrupt" | { readonly line: string } {
  switch (character) {
    case "\r":
    case "\n":
    case "\x04":
      return "end";
    case "\x03":
      return "interrupt";
    case "\x7f":
    case "\b":
      return { line: [...line].slice(0, -1).join("") };
    case "\x15":
      return { line: "" };
    default:
      return { line: character < " " ? line : line + character };
  }
}
