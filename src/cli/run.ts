// SPDX-License-Identifier: Apache-2.0
// One run of the command line: streams, signals, the command, its failure. Returns the exit code.

import { readClock } from "./clock.ts";
import { readEnvironment } from "./environment.ts";
import { createOutput, type Output } from "./output.ts";
import { buildProgram, commandOf, usageError } from "./program.ts";
import { Refusal } from "./refusal.ts";
import type { CommandExit, Runner, Session } from "./session.ts";
import { textWidth } from "./terminal.ts";

/** Exit codes after a signal: 128 plus its number, as shells do. */
const stopCodes = { SIGINT: 130, SIGTERM: 143 } as const;
type StopSignal = keyof typeof stopCodes;
const stopSignals = Object.keys(stopCodes) as StopSignal[];

/**
 * Runs the command line `argv` (without node and script) to its end.
 * @param interruption aborted here when a signal arrives; its abort stops the command
 * @returns 0 to 3 for a finished command or an error with a code, 130 or 143 after a signal; 0 for a server that one stopped
 * @throws whatever is neither an AibomError nor a usage error: a fault
 */
export async function run(argv: readonly string[], interruption: AbortController): Promise<number> {
  const stdout = createOutput("stdout");
  const stderr = createOutput("stderr");
  const stop = listenForSignals(interruption);
  const place: CommandPlace = { command: "aibom" };
  try {
    const exitCode = await runCommand(argv, { stdout, stderr }, interruption.signal, place);
    if (exitCode === "stopped") {
      return 0;
    }
    return stop.received === undefined ? exitCode : stopCodes[stop.received];
  } catch (error) {
    const { asFailure, writeFailure } = await import("./failure.ts");
    const failure = asFailure(stop.received === undefined ? error : interrupted(stop.received, error));
    if (failure === undefined) {
      throw error;
    }
    await writeFailure(failure, argv, { stdout, stderr }, place.command);
    return stop.received === undefined ? failure.exitCode : stopCodes[stop.received];
  } finally {
    stop.release();
  }
}

/** Which command the line is about, as soon as that is known: for hints. */
interface CommandPlace {
  command: string;
}

async function runCommand(
  argv: readonly string[],
  streams: { readonly stdout: Output; readonly stderr: Output },
  signal: AbortSignal,
  place: CommandPlace,
): Promise<CommandExit> {
  let exitCode: CommandExit | undefined;
  let help = "";
  const runner: Runner = async (action, options) => {
    const session: Session = {
      ...streams,
      options,
      signal,
      environment: readEnvironment(),
      startedAt: readClock(),
    };
    exitCode = await action(session);
  };
  const output = {
    // Asking a terminal for its width loads the stream classes; only help needs it.
    get columns() {
      return textWidth(streams.stdout.columns);
    },
    write: (text: string) => {
      help += text;
    },
  };
  const program = await buildProgram(runner, output, argv);
  place.command = commandOf(program, argv);
  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    const failure = usageError(error, help !== "");
    if (failure !== undefined) {
      throw failure;
    }
    exitCode = 0;
  }
  if (help !== "") {
    await streams.stdout.write(help);
  }
  if (exitCode === undefined) {
    throw new Error("the command line was parsed and no command ran");
  }
  return exitCode;
}

interface SignalWatch {
  readonly received: StopSignal | undefined;
  release(): void;
}

/** The first signal asks the command to stop and clean up; the second one ends the process as usual. */
function listenForSignals(interruption: AbortController): SignalWatch {
  let received: StopSignal | undefined;
  const listeners = stopSignals.map((name) => {
    const listener = (): void => {
      received = name;
      release();
      interruption.abort(Refusal.of("CLI_INTERRUPTED", { signal: name }));
    };
    process.on(name, listener);
    return { name, listener };
  });
  function release(): void {
    for (const { name, listener } of listeners) {
      process.off(name, listener);
    }
  }
  return {
    get received() {
      return received;
    },
    release,
  };
}

function interrupted(signal: StopSignal, cause: unknown): Refusal {
  return Refusal.of("CLI_INTERRUPTED", { signal }, { cause });
}
