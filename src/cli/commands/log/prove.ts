// SPDX-License-Identifier: Apache-2.0
// `aibom log prove`: the proof that an entry is in the log, in a file that needs nothing else of the log.

import type { Command } from "commander";
import { escapeText } from "../../../codes/escape.ts";
import { helpText } from "../../help-text.ts";
import { wholeNumber } from "../../option-values.ts";
import { type CommandExit, note, type Register, type Session } from "../../session.ts";
import { policyOption, type WhichLog, whichLog } from "./options.ts";

interface ProveFlags extends WhichLog {
  readonly output?: string;
  readonly entry?: string;
  readonly policy?: string;
}

export function addProve(log: Command, register: Register): void {
  log
    .command("prove")
    .summary("write the proof that an entry is in the log")
    .description(
      "Writes a C2SP tlog-proof: place, hashes up to the root, and the checkpoint with its signatures. With witnesses in the " +
        "policy it is the newest checkpoint that enough of them cosigned and that has the entry. `aibom log verify --proof` " +
        "checks it, and so does any other reader of the format.",
    )
    .argument("<index>", "number of the entry, from 0", wholeNumber("<index>", 0, Number.MAX_SAFE_INTEGER))
    .option("-o, --output <file>", "write the proof here; default: stdout")
    .option("--entry <file>", "write the entry itself (its DSSE envelope), which the proof is about")
    .addOption(whichLog())
    .addOption(policyOption())
    .addHelpText(
      "after",
      helpText(
        ["aibom log prove 3 -o event.tlog-proof --entry event.dsse.json", "aibom log prove 3"],
        [
          [0, "the proof is written; it was checked"],
          [1, "the log does not prove the entry: it is damaged"],
          [2, "usage: no log, no such entry"],
        ],
      ),
    )
    .action((index: number, flags: ProveFlags) => register((session) => prove(session, index, flags)));
}

async function prove(session: Session, index: number, flags: ProveFlags): Promise<CommandExit> {
  const { openLog, proofOfEntry, readEntry } = await import("../../../custody-log.ts");
  const { refuseForeignFile } = await import("../../overwrite.ts");
  const { writeFileAtomic } = await import("../../write-file.ts");
  const { output, entry } = flags;
  const log = openLog(flags.log, flags.policy);
  const proof = proofOfEntry(log, index);
  if (entry !== undefined) {
    refuseForeignFile(entry, "custody entry");
    writeFileAtomic(entry, readEntry(log, index));
  }
  if (output === undefined) {
    await session.stdout.write(proof);
    return 0;
  }
  refuseForeignFile(output, "tlog proof");
  writeFileAtomic(output, proof);
  await note(session, `wrote the proof of entry ${index} to ${escapeText(output)}`);
  return 0;
}
