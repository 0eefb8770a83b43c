// SPDX-License-Identifier: Apache-2.0
// `aibom log append`: an event that no command of aibom records by itself: an import, an approval, a disk that was handed over.

import type { Command } from "commander";
import { openLogger } from "../../custody.ts";
import { helpText } from "../../help-text.ts";
import { collect, word } from "../../option-values.ts";
import { Refusal } from "../../refusal.ts";
import { type CommandExit, type Register, type Session, withProgress } from "../../session.ts";
import { addSignerFlags, type SignerFlags, signerChoice } from "../../signer-flags.ts";
import { type WhichLog, whichLog } from "./options.ts";

interface AppendFlags extends WhichLog, SignerFlags {
  readonly type: string;
  readonly reason?: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
}

export function addAppend(log: Command, register: Register): void {
  const command = log
    .command("append")
    .summary("append an event by hand")
    .description(
      "Appends one event. Subjects, inputs and outputs are hashed: a directory by its file manifest, as verdicts name it. " +
        "With --key the entry is signed by that key, and the key counts as who did it.",
    )
    .argument("[subject...]", "what it happened to: files, directories, or sha256:HEX")
    .requiredOption(
      "--type <word>",
      "what happened: import, handover, approval … (lower case, digits, hyphens)",
      word("--type"),
    )
    .option("--reason <text>", "why, for people; cannot be taken back");
  for (const [flag, what] of [
    ["--input <path>", "what was read for it"],
    ["--output <path>", "what came of it"],
  ] as const) {
    command.option(flag, `${what}; may be repeated`, collect, []);
  }
  addSignerFlags(command)
    .addOption(whichLog())
    .addHelpText(
      "after",
      helpText(
        [
          "aibom log append ./model --type import --reason 'from disk 7, delivered by courier'",
          "aibom log append ./model --type approval --reason REVIEW-12 --key reviewer.key",
        ],
        [
          [0, "appended"],
          [2, "usage: no log, an unusable key, a missing subject"],
          [3, "the log cannot be written, or a subject not be read completely"],
        ],
      ),
    )
    .action((subjects: string[], flags: AppendFlags) =>
      register((session) => appendByHand(session, subjects, flags)),
    );
}

async function appendByHand(
  session: Session,
  subjects: readonly string[],
  flags: AppendFlags,
): Promise<CommandExit> {
  const log = await openLogger(session, flags);
  const { key, signerCommand } = flags;
  const hasSigner = (key ?? signerCommand ?? flags.signingConfig) !== undefined;
  const { hashResources } = await import("../../../custody-resources.ts");
  const signer = hasSigner ? await entrySigner(session, flags) : undefined;
  const event = await withProgress(session, async (progress) => {
    const hash = (paths: readonly string[]) =>
      hashResources(paths, {
        signal: session.signal,
        onProgress: (state) => progress.update(state),
        ...(session.options.jobs === undefined ? {} : { jobs: session.options.jobs }),
      });
    return {
      type: flags.type,
      subject: await hash(subjects),
      inputs: await hash(flags.input),
      outputs: await hash(flags.output),
      ...(flags.reason === undefined ? {} : { reason: flags.reason }),
    };
  });
  await log?.record(event, signer);
  return 0;
}

async function entrySigner(session: Session, flags: AppendFlags) {
  const choice = await signerChoice(session, flags);
  const { loadSigner } = await import("../../../signers/load-signer.ts");
  const signer = await loadSigner(choice, session.startedAt);
  if (!("keyId" in signer)) {
    throw Refusal.of("CLI_USAGE", { reason: "entries are signed with a key or a program, not keyless" });
  }
  return signer;
}
