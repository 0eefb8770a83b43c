// SPDX-License-Identifier: Apache-2.0
// What a command is given: streams, environment, the flags that every command has, and the signal that
// stops it. A command returns its exit code; it never sets one.

import type { FetchOptions } from "../net/fetch-bytes.ts";
import type { TextOptions } from "../report/style.ts";
import type { Environment } from "./environment.ts";
import type { Output } from "./output.ts";
import { createProgress, noProgress, type ProgressLine } from "./progress.ts";
import { Refusal } from "./refusal.ts";
import { loadStyle, textWidth, wantsColour } from "./terminal.ts";

/** Flags that every command has. */
export interface GlobalOptions {
  /** False after `--no-color`. */
  readonly color: boolean;
  readonly debug: boolean;
  readonly quiet: boolean;
  /** Worker threads at most; undefined is the engine's choice. */
  readonly jobs: number | undefined;
}

/** 0 done or allow, 1 deny, 2 usage, 3 undecided. Faults (4) are thrown. `stopped`: a server whose end is a signal. */
export type CommandExit = 0 | 1 | 2 | 3 | "stopped";

export interface Session {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: Environment;
  readonly options: GlobalOptions;
  /** Aborted by SIGINT and SIGTERM, and after a fault. */
  readonly signal: AbortSignal;
  /** The instant the command started. */
  readonly startedAt: Date;
}

/** A command's work. Returning is finishing; everything else is thrown. */
export type CommandAction = (session: Session) => Promise<CommandExit>;

/** Runs a command's work; `program.ts` knows the flags, the caller knows streams and signals. */
export type Runner = (action: CommandAction, options: GlobalOptions) => Promise<void>;

/** The network, for a command whose flags asked for it. */
export function onlineOptions({ environment, signal }: Session): FetchOptions {
  const { httpsProxy, noProxy } = environment;
  return {
    online: true,
    signal,
    ...(httpsProxy === undefined ? {} : { httpsProxy }),
    ...(noProxy === undefined ? {} : { noProxy }),
  };
}

/** How a command registers its work. */
export type Register = (action: CommandAction) => Promise<void>;

/** How text for `output` is laid out and marked. */
export async function textOptions(session: Session, output: Output): Promise<Required<TextOptions>> {
  const colour = wantsColour(session.environment, session.options.color, output.isTerminal);
  return { style: await loadStyle(colour), width: textWidth(output.columns) };
}

/** A note for people: one line on stderr, unless `--quiet`. */
export async function note(session: Session, text: string): Promise<void> {
  if (!session.options.quiet) {
    await session.stderr.write(`${text}\n`);
  }
}

/**
 * Runs `work` with a progress line on stderr if somebody can see it: a terminal, not quiet, not a CI log.
 * The line is cleared before `withProgress` returns or throws.
 */
export async function withProgress<T>(
  session: Session,
  work: (progress: ProgressLine) => Promise<T>,
): Promise<T> {
  const isVisible = session.stderr.isTerminal && !session.options.quiet && !session.environment.ci;
  const progress = isVisible ? createProgress(session.stderr, () => performance.now()) : noProgress;
  try {
    return await work(progress);
  } finally {
    progress.end();
  }
}

/**
 * Called before a result is written: work that finished between a signal and its notice must not write.
 * @throws {AibomError} CLI_INTERRUPTED
 */
export function refuseIfStopped(session: Session): void {
  if (session.signal.aborted) {
    const { reason } = session.signal;
    throw reason instanceof Refusal
      ? reason
      : Refusal.of("CLI_INTERRUPTED", { signal: "a fault" }, { cause: reason });
  }
}
