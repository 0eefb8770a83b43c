// SPDX-License-Identifier: Apache-2.0
// `aibom report diff`: what changed from one audit folder to the next.

import { type Command, Option } from "commander";
import { hasChange, type RecordChangeKind, recordChangeKinds } from "../../../audit/compare-records.ts";
import { type RecordDiffFormat, recordDiffFormats } from "../../../audit/render-diff.ts";
import { helpText } from "../../help-text.ts";
import { nameList, oneOf } from "../../option-values.ts";
import type { CommandExit, Register, Session } from "../../session.ts";

type FailOn = RecordChangeKind | "any";

interface DiffFlags {
  readonly failOn: readonly FailOn[];
  readonly format: RecordDiffFormat;
}

const failKinds: readonly FailOn[] = ["any", ...recordChangeKinds];

/** Adds `diff BEFORE AFTER` to `aibom report`. */
export function addDiff(command: Command, register: Register): void {
  command
    .command("diff")
    .summary("say what changed from one folder to the next")
    .description(
      "Compares the records of two audit folders: verdict, artifacts and their digests, signers, evidence, rules, waivers, " +
        "policy, trust root, what was not covered.",
    )
    .argument("<before>", "an audit folder")
    .argument("<after>", "a later one")
    .addOption(
      new Option("--fail-on <kinds>", `exit 1 on a change of these kinds: ${failKinds.join(", ")}`)
        .default([], "never")
        .argParser(nameList("--fail-on", failKinds)),
    )
    .addOption(
      new Option("--format <name>", recordDiffFormats.join(", "))
        .default("text")
        .argParser(oneOf("--format", recordDiffFormats)),
    )
    .addHelpText(
      "after",
      helpText(
        [
          "aibom report diff audit-march audit-june",
          "aibom report diff audit-march audit-june --format markdown --fail-on verdict,signer,trust-root",
        ],
        [
          [0, "compared"],
          [
            1,
            "a change of a kind that --fail-on names, or a folder whose record is not what its manifest says",
          ],
          [2, "usage: not an audit folder"],
        ],
      ),
    )
    .action((before: string, after: string, flags: DiffFlags) =>
      register((session) => diff(session, before, after, flags)),
    );
}

async function diff(
  session: Session,
  before: string,
  after: string,
  { failOn, format }: DiffFlags,
): Promise<CommandExit> {
  const { compareReports } = await import("../../../compare-reports.ts");
  const { renderRecordDiff } = await import("../../../audit/render-diff.ts");
  const found = await compareReports(before, after);
  await session.stdout.write(renderRecordDiff(found, format));
  return hasChange(found, failOn) ? 1 : 0;
}
