// SPDX-License-Identifier: Apache-2.0
// How commands append to the custody log. It lies beside the trust root, in `.aibom/log`, once `aibom log init` made it there;
// without it nothing of it is loaded. What must be logged and cannot be fails the command.

import { lstatSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { fileError } from "../bytes/file-error.ts";
import { escapeText } from "../codes/escape.ts";
import type { CustodyEvent } from "../custody-log.ts";
import type { Signer } from "../signers/signer.ts";
import { note, type Session } from "./session.ts";
import { version } from "./version.ts";

export interface LogFlags {
  /** False after `--no-log`. */
  readonly log?: string | false;
}

/** What a command did; time, tool and person are added. */
export type LoggedEvent = Omit<CustodyEvent, "time" | "tool">;

/** Adds `--log` and `--no-log`. */
export function addLogFlags(command: Command): Command {
  return command
    .option(
      "--log <dir>",
      "append to this custody log; default: the folder log beside the trust root, if there",
    )
    .option("--no-log", "append to no custody log");
}

/** The log that a command appends to: the one that was named, or what lies at the usual place, whatever it is. */
function logDirectory({ log }: LogFlags, trustRoot = ".aibom/trust"): string | undefined {
  if (log === false) {
    return undefined;
  }
  const usual = join(dirname(trustRoot), "log");
  return log ?? (isThere(usual) ? usual : undefined);
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (cause) {
    throw fileError(cause, path);
  }
}

/** A log that is ready to be appended to. */
export interface Logger {
  /**
   * Appends an event.
   * @param signer the actor's own key
   * @throws {AibomError} CUSTODY_*, and those of the signer
   */
  record(event: LoggedEvent, signer?: Signer): Promise<void>;
}

/**
 * Makes ready the log of a command, if there is one: at its start, so that nobody waits for hours to learn that the log
 * cannot be written.
 * @throws {AibomError} CUSTODY_*, KEY_*, SOURCE_*
 */
export async function openLogger(
  session: Session,
  flags: LogFlags,
  trustRoot?: string,
): Promise<Logger | undefined> {
  const directory = logDirectory(flags, trustRoot);
  if (directory === undefined) {
    return undefined;
  }
  const { appendEvent, openLog, openWriter } = await import("../custody-log.ts");
  openLog(directory);
  const writer = await openWriter(directory, { passphrase: (path) => logPassphrase(session, path) });
  return {
    async record(event, signer) {
      const { readClock } = await import("./clock.ts");
      const { osUser } = await import("./os-user.ts");
      const complete = { ...event, time: readClock(), tool: { name: "aibom", version } };
      const actor = { claimed: osUser(), ...(signer === undefined ? {} : { signer }) };
      const { indexes } = await appendEvent(writer, complete, actor);
      const [first = 0] = indexes;
      const last = indexes.at(-1) ?? first;
      const place = first === last ? `entry ${first}` : `entries ${first} to ${last}`;
      await note(session, `logged ${complete.type} as ${place} of ${escapeText(directory)}`);
    },
  };
}

/** Asks for the passphrase of a key of the log. */
export async function logPassphrase(session: Session, path: string): Promise<string> {
  const { askPassphrase } = await import("./passphrase.ts");
  return askPassphrase(`passphrase of ${escapeText(path)}: `, session);
}
