// SPDX-License-Identifier: Apache-2.0
// `aibom log verify`: a whole log, or one exported proof.

import { existsSync } from "node:fs";
import { type Command, Option } from "commander";
import { escapeText } from "../../../codes/escape.ts";
import type { CustodyLog } from "../../../custody-log.ts";
import { helpText } from "../../help-text.ts";
import { collect } from "../../option-values.ts";
import { Refusal } from "../../refusal.ts";
import { type CommandExit, note, type Register, type Session, textOptions } from "../../session.ts";
import { answerFormat, policyOption, type WhichLog, whichLog } from "./options.ts";

interface VerifyFlags extends WhichLog {
  readonly policy?: string;
  readonly checkpoint: readonly string[];
  readonly remember?: string;
  readonly proof: readonly string[];
  readonly entry?: string;
  readonly format: "text" | "json";
}

export function addVerify(log: Command, register: Register): void {
  log
    .command("verify")
    .summary("verify the whole log, or a proof")
    .description(
      "Verifies every entry, its signature and its place, every tile and the root, and that the log continues every checkpoint " +
        "that is remembered: those that were handed to witnesses, --checkpoint, --remember and --proof. Rewriting is found " +
        "only against something that lies elsewhere. With --entry it checks one proof alone, without the log.",
    )
    .addOption(whichLog())
    .addOption(policyOption())
    .addOption(
      new Option("--checkpoint <file>", "an earlier checkpoint that the log must continue; may be repeated")
        .argParser(collect)
        .default([], "none"),
    )
    .option(
      "--remember <file>",
      "the same, and afterwards the file holds the newest checkpoint; made the first time",
    )
    .addOption(
      new Option("--proof <file>", "an exported proof that must still hold; may be repeated")
        .argParser(collect)
        .default([], "none"),
    )
    .option("--entry <file>", "check --proof for this entry by --policy alone, without a log")
    .addOption(answerFormat())
    .addHelpText(
      "after",
      helpText(
        [
          "aibom log verify --remember /media/usb/seen.checkpoint",
          "aibom log verify --log ./copy --policy policy-from-elsewhere",
          "aibom log verify --proof event.tlog-proof --entry event.dsse.json --policy policy-from-elsewhere",
        ],
        [
          [0, "it holds"],
          [1, "it does not: damaged, rewritten, cut, forked, or not witnessed as the policy asks"],
          [2, "usage: no log, an invalid policy"],
          [3, "something cannot be read"],
        ],
      ),
    )
    .action((flags: VerifyFlags) =>
      register((session) =>
        flags.entry === undefined ? verify(session, flags) : verifyOne(session, flags, flags.entry),
      ),
    );
}

async function verify(session: Session, flags: VerifyFlags): Promise<CommandExit> {
  const { openLog, readProof, readRemembered, verifyLog } = await import("../../../custody-log.ts");
  const { logReportJson, renderLogReport } = await import("../../log-text.ts");
  const log = openLog(flags.log, flags.policy);
  const { remember } = flags;
  const known = remember !== undefined && existsSync(remember) ? [remember] : [];
  const report = await verifyLog(log, {
    remembered: [...flags.checkpoint, ...known].map((path) => readRemembered(log, path)),
    proofs: flags.proof.map((path) => ({ path, text: readProof(path) })),
    signal: session.signal,
  });
  await session.stdout.write(
    flags.format === "json"
      ? logReportJson(report)
      : renderLogReport(report, await textOptions(session, session.stdout)),
  );
  if (report.findings.length > 0) {
    return 1;
  }
  if (remember !== undefined) {
    await rememberCheckpoint(session, log, remember);
  }
  return 0;
}

async function rememberCheckpoint(session: Session, log: CustodyLog, path: string): Promise<void> {
  const { checkpointNote } = await import("../../../custody-log.ts");
  const { refuseForeignFile } = await import("../../overwrite.ts");
  const { writeFileAtomic } = await import("../../write-file.ts");
  refuseForeignFile(path, "checkpoint");
  writeFileAtomic(path, checkpointNote(log));
  await note(session, `remembered ${log.checkpoint.size} entries in ${escapeText(path)}`);
}

async function verifyOne(session: Session, flags: VerifyFlags, entryPath: string): Promise<CommandExit> {
  const { proof: proofs, policy } = flags;
  const [path] = proofs;
  if (path === undefined || proofs.length > 1 || policy === undefined) {
    throw Refusal.of("CLI_USAGE", { reason: "--entry goes with one --proof and with --policy" });
  }
  const { checkEntryProof } = await import("../../../custody-log.ts");
  const { entry, proof } = await checkEntryProof(path, entryPath, policy);
  const cosigners = proof.cosigners.map(({ name, at }) => `${name} at ${at.toISOString().slice(0, 19)}Z`);
  const witnessed = cosigners.length === 0 ? "" : `, cosigned by ${escapeText(cosigners.join(", "))}`;
  await session.stdout.write(
    `HOLDS  entry ${proof.index} of ${escapeText(proof.origin)}, ${entry.type} at ${entry.time}, is in the log of ` +
      `${proof.size} entries${witnessed}\n`,
  );
  return 0;
}
