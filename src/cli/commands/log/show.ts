// SPDX-License-Identifier: Apache-2.0
// `aibom log show`: entries for people, or as JSON.

import { type Command, Option } from "commander";
import { helpText } from "../../help-text.ts";
import { digestStart, wholeNumber } from "../../option-values.ts";
import { type CommandExit, type Register, type Session, textOptions } from "../../session.ts";
import { answerFormat, policyOption, type WhichLog, whichLog } from "./options.ts";

interface ShowFlags extends WhichLog {
  readonly last: number;
  readonly type?: string;
  readonly digest?: string;
  readonly format: "text" | "json";
  readonly trustRoot: string;
  readonly policy?: string;
}

export function addShow(log: Command, register: Register): void {
  log
    .command("show")
    .summary("show entries")
    .description(
      "Shows the newest entries, or one. Who acted is told in two ways: `key …` signed the entry (with its name, if the trust " +
        "root knows the key); `says the system: …` is whom the operating system named, and proves nothing. Signatures of the " +
        "entries that are shown are verified; whether the log is whole, `aibom log verify` says.",
    )
    .argument("[index]", "number of one entry, from 0", wholeNumber("<index>", 0, Number.MAX_SAFE_INTEGER))
    .addOption(whichLog())
    .addOption(
      new Option("--last <n>", "how many of the newest are looked at")
        .default(20)
        .argParser(wholeNumber("--last", 1, 10_000_000)),
    )
    .option("--type <word>", "only events of this type")
    .option(
      "--digest <hex>",
      "only events with a subject, input or output of this digest, or whose digest begins so (8 digits or more)",
      digestStart("--digest"),
    )
    .option("--trust-root <dir>", "names of keys, if it is there", ".aibom/trust")
    .addOption(policyOption())
    .addOption(answerFormat("text, or json: one object"))
    .addHelpText(
      "after",
      helpText(
        [
          "aibom log show",
          "aibom log show 3",
          "aibom log show --last 1000 --type gate-decision --format json",
        ],
        [
          [0, "shown"],
          [1, "an entry or the checkpoint does not hold"],
          [2, "usage: no log, no such entry"],
        ],
      ),
    )
    .action((index: number | undefined, flags: ShowFlags) =>
      register((session) => show(session, index, flags)),
    );
}

async function show(session: Session, index: number | undefined, flags: ShowFlags): Promise<CommandExit> {
  const { openLog, readEntries, readPeople } = await import("../../../custody-log.ts");
  const { entriesJson, renderEntries } = await import("../../log-text.ts");
  const log = openLog(flags.log, flags.policy);
  const { size } = log.checkpoint;
  const from = index ?? Math.max(0, size - flags.last);
  const shown = await readEntries(log, from, index === undefined ? size : index + 1, {
    ...(flags.type === undefined ? {} : { type: flags.type }),
    ...(flags.digest === undefined ? {} : { digest: flags.digest }),
  });
  if (flags.format === "json") {
    await session.stdout.write(entriesJson(log, shown));
    return 0;
  }
  const text = renderEntries(log, shown, {
    ...(await textOptions(session, session.stdout)),
    people: readPeople(flags.log),
    keyNames: await keyNames(flags.trustRoot),
    isOne: index !== undefined,
  });
  await session.stdout.write(text);
  return 0;
}

/** Names of keys in the trust root, if there is one that loads: they are only shown. */
async function keyNames(trustRoot: string): Promise<ReadonlyMap<string, string>> {
  const { AibomError } = await import("../../../errors.ts");
  const { loadTrustRoot } = await import("../../../trust/load.ts");
  try {
    const { identities } = loadTrustRoot(trustRoot).document;
    return new Map(identities.flatMap((each) => (each.kind === "key" ? [[each.keyId, each.name]] : [])));
  } catch (error) {
    if (error instanceof AibomError) {
      return new Map();
    }
    throw error;
  }
}
