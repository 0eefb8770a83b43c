// SPDX-License-Identifier: Apache-2.0
// What the conformance clients for Sigstore and OpenSSF Model Signing have in common: a command, its exit code, and
// one line on stderr if it fails. Exit 1 means denied, 2 usage, 3 undecided.

import { AibomError } from "../src/errors.ts";

/** The call itself is wrong. */
export class UsageError extends Error {}

/** What was to be verified is not what it should be. */
export class Rejected extends Error {}

/** A command, given what follows its name. */
export type Command = (args: string[]) => Promise<void>;

/** Runs the command that the command line names. */
export async function runClient(client: string, commands: ReadonlyMap<string, Command>): Promise<void> {
  const [name = "", ...args] = process.argv.slice(2);
  const command = commands.get(name);
  try {
    if (command === undefined) {
      throw new UsageError(`unknown command; there is ${[...commands.keys()].join(", ")}`);
    }
    await command(args);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof AibomError ? ` [${error.code}]` : "";
    process.stderr.write(`${client}: ${message}${code}\n`);
    process.exitCode = exitCodeOf(error);
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof AibomError) {
    // A fault of ours is no verdict; the protocols know only success and failure.
    return error.exitCode === 4 ? 3 : error.exitCode;
  }
  if (error instanceof Rejected) {
    return 1;
  }
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? "";
  return error instanceof UsageError || code.startsWith("ERR_PARSE_ARGS") || code === "ENOENT" ? 2 : 3;
}
