// SPDX-License-Identifier: Apache-2.0
// `aibom log init`: makes a log without entries, and its key if none is given.

import { join, relative } from "node:path";
import type { Command } from "commander";
import { escapeText } from "../../../codes/escape.ts";
import { logPassphrase } from "../../custody.ts";
import { helpText } from "../../help-text.ts";
import { type CommandExit, note, type Register, type Session } from "../../session.ts";
import { type WhichLog, whichLog } from "./options.ts";

interface InitFlags extends WhichLog {
  readonly name?: string;
  readonly key?: string;
  readonly actorKey?: string;
}

export function addInit(log: Command, register: Register): void {
  log
    .command("init")
    .summary("make a log")
    .description(
      "Makes an empty log in DIR and, beside it in DIR.private, what does not belong into copies of it: its key (unless " +
        "--key names one), settings, and the names behind pseudonyms. The log's folder can be copied and published.",
    )
    .option(
      "--name <name>",
      "name of the log, for life: like example.org/custody; default: aibom.local/ and 16 digits of its key's id",
    )
    .addOption(whichLog())
    .option(
      "--key <file>",
      "Ed25519 key that signs checkpoints (PKCS#8 PEM); default: a new one without a passphrase",
    )
    .option(
      "--actor-key <file>",
      "key of whoever works on this machine: signs entries of commands that have no key of their own",
    )
    .addHelpText(
      "after",
      helpText(
        [
          "aibom log init",
          "aibom log init --name example.org/custody",
          "aibom log init --name example.org/gate --actor-key gate.key --log /srv/gate/log",
        ],
        [
          [0, "the log is made"],
          [2, "usage: something is there already, a name or a key that cannot be used"],
        ],
      ),
    )
    .action((flags: InitFlags) => register((session) => initLog(session, flags)));
}

async function initLog(session: Session, flags: InitFlags): Promise<CommandExit> {
  const { createLogWithKey } = await import("../../../custody-log.ts");
  const { key, keyFile } = await createLogWithKey(flags.log, {
    ...(flags.name === undefined ? {} : { name: flags.name }),
    ...(flags.key === undefined ? {} : { key: flags.key }),
    ...(flags.actorKey === undefined ? {} : { actorKey: flags.actorKey }),
    passphrase: (path) => logPassphrase(session, path),
  });
  await note(
    session,
    `made the log ${escapeText(flags.log)}, whose key is ${escapeText(relative("", keyFile))}\n` +
      `whoever checks it needs this line from you, by another way than the log (${escapeText(join(flags.log, "policy"))}):`,
  );
  await session.stdout.write(`log ${key}\n`);
  return 0;
}
