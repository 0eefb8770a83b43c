// SPDX-License-Identifier: Apache-2.0
// `aibom diff`: what changed from one BOM, or one verdict, to the next.

import { type Command, Option } from "commander";
import { changeKinds } from "../../model/bom-diff.ts";
import type { DiffNames } from "../../report/diff-text.ts";
import { formatOption } from "../format-option.ts";
import { helpText } from "../help-text.ts";
import { nameList } from "../option-values.ts";
import { type CommandExit, note, type Register, refuseIfStopped, type Session } from "../session.ts";

const failKinds = [...changeKinds, "any"] as const;

interface DiffFlags {
  readonly format: string;
  readonly failOn: readonly (typeof failKinds)[number][];
}

/** Defines `aibom diff BEFORE AFTER`. */
export function defineDiff(command: Command, register: Register): void {
  command
    .description(
      "Compares two BOMs (CycloneDX JSON 1.2 to 1.7, of any tool), or two verdicts: components that came and went, " +
        "digests, versions, signers, licenses, suppliers, base models, datasets, dependencies, findings. Components are " +
        "recognised by package URL without version, then bom-ref, then kind, name and place; renamed files by their bytes. " +
        "The order of lists does not matter, and no signature is verified.",
    )
    .argument("<before>", "the earlier document")
    .argument("<after>", "the later document")
    .addOption(formatOption(["text", "json", "markdown"]))
    .addOption(
      new Option("--fail-on <kinds>", `changes that end with exit code 1: ${failKinds.join(", ")}`)
        .default([], "none")
        .argParser(nameList("--fail-on", failKinds)),
    )
    .addHelpText(
      "after",
      helpText(
        [
          "aibom diff released.cdx.json candidate.cdx.json",
          "aibom diff main.cdx.json branch.cdx.json --format markdown=comment.md --fail-on removed,digest,license",
          "aibom diff yesterday.verdict.json today.verdict.json --fail-on verdict,finding",
        ],
        [
          [0, "compared; no change of a kind of --fail-on"],
          [1, "a change of a kind of --fail-on"],
          [2, "usage: bad flags, missing file, documents of two kinds"],
          [3, "a document cannot be read, or --fail-on was given and a document is invalid"],
        ],
      ),
    )
    .action((before: string, after: string, flags: DiffFlags) => {
      const names = { before, after };
      return register((session) => compare(session, names, flags));
    });
}

async function compare(session: Session, names: DiffNames, flags: DiffFlags): Promise<CommandExit> {
  const { changesOf, compareFiles } = await import("../../compare-boms.ts");
  const { deliverDiff, diffSinks } = await import("../diff-report.ts");
  const sinks = diffSinks(flags.format);
  const found = await compareFiles(names.before, names.after);
  refuseIfStopped(session);
  await deliverDiff(session, sinks, found, names);
  if (flags.failOn.length === 0) {
    return 0;
  }
  const failing = changesOf(found, flags.failOn);
  if (failing.length > 0) {
    const kinds = [...new Set(failing.map(({ kind }) => kind))];
    await note(session, `aibom: changes that --fail-on names: ${kinds.join(", ")}`);
    return 1;
  }
  const invalid = [found.before, found.after].some((side) => side.invalid !== undefined);
  if (invalid) {
    await note(
      session,
      "aibom: undecided: a document is invalid, so that no changes found is no proof of none",
    );
  }
  return invalid ? 3 : 0;
}
