// SPDX-License-Identifier: Apache-2.0
// `aibom scan`: what an inventory reads, without hashes, signatures and BOM. Its exit code says whether something
// dangerous was found.

import { type Command, Option } from "commander";
import type { ScanOutcome } from "../../model/scan-report.ts";
import { type Severity, severities } from "../../model/severity.ts";
import { formatOption } from "../format-option.ts";
import { helpText } from "../help-text.ts";
import { collect } from "../option-values.ts";
import { rootfsOption, withRootFileSystems } from "../rootfs-option.ts";
import { type CommandExit, type Register, refuseIfStopped, type Session, withProgress } from "../session.ts";

interface ScanFlags {
  readonly format: string;
  readonly failOn: Severity;
  readonly ignore: readonly string[];
  readonly rootfs: readonly string[];
}

const examples = [
  "aibom scan ./model",
  "aibom scan *.pkl --fail-on medium",
  "aibom scan ./models --format text,sarif=scan.sarif",
];

/** Defines `aibom scan TARGET…`. */
export function defineScan(command: Command, register: Register): void {
  command
    .description(
      "Reads models and data as `inventory` does and reports what is dangerous in them: code that runs when a " +
        "file is loaded, files that are not what they say. Nothing is loaded, and nothing is proved: whether the " +
        "bytes are the right ones is what `verify` tells.",
    )
    .argument("[target...]", "directories or files")
    .addOption(formatOption(["text", "json", "sarif"]))
    .addOption(
      new Option("--fail-on <severity>", "a finding of this severity or graver ends with exit code 1")
        .choices(severities)
        .default("high"),
    )
    .addOption(
      new Option("--ignore <path>", "leave out this path of the target; may be repeated")
        .argParser(collect)
        .default([], "none"),
    )
    .addOption(rootfsOption())
    .addHelpText(
      "after",
      helpText(examples, [
        [0, "everything was read, and nothing was found"],
        [1, "something was found; the findings say where"],
        [2, "usage: bad flags, missing target"],
        [3, "nothing was found, but something could not be read, or there was nothing to read"],
      ]),
    )
    .action((targets: string[], flags: ScanFlags) =>
      register((session) => scanTargets(session, targets, flags)),
    );
}

async function scanTargets(
  session: Session,
  given: readonly string[],
  flags: ScanFlags,
): Promise<CommandExit> {
  const targets = withRootFileSystems(given, flags.rootfs);
  const { deliverScan, scanSinks } = await import("../scan-report.ts");
  const sinks = scanSinks(flags.format);
  const { scan } = await import("../../scan.ts");
  const { jobs } = session.options;
  const report = await withProgress(session, (progress) =>
    scan(targets, {
      failOn: flags.failOn,
      rootFileSystems: flags.rootfs,
      ignore: flags.ignore.map((path) => ({ path, reason: "--ignore" })),
      signal: session.signal,
      onProgress: (state) => progress.update(state),
      ...(jobs === undefined ? {} : { jobs }),
    }),
  );
  refuseIfStopped(session);
  await deliverScan(session, sinks, report);
  return exitOf(report.outcome);
}

/** Only `clean` is 0. */
function exitOf(outcome: ScanOutcome): CommandExit {
  switch (outcome) {
    case "clean":
      return 0;
    case "dangerous":
      return 1;
    case "incomplete":
      return 3;
  }
}
