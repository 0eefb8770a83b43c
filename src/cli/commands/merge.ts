// SPDX-License-Identifier: Apache-2.0
// `aibom merge`: several BOMs as one.

import { type Command, Option } from "commander";
import type { MergedBom } from "../../bom/merge/merge.ts";
import { escapeText } from "../../codes/escape.ts";
import { counted } from "../../report/counted.ts";
import { helpText } from "../help-text.ts";
import { oneOf } from "../option-values.ts";
import { type CommandExit, note, type Register, refuseIfStopped, type Session } from "../session.ts";
import { version as toolVersion } from "../version.ts";

interface MergeFlags {
  readonly output?: string;
  readonly name: string;
  readonly systemVersion?: string;
  readonly specVersion?: "1.6" | "1.7";
  /** False after `--no-timestamp`. */
  readonly timestamp: boolean;
}

/** Defines `aibom merge BOM BOM…`. */
export function defineMerge(command: Command, register: Register): void {
  command
    .description(
      "Merges CycloneDX documents into one: a root of its own that depends on what each is about, every component once, " +
        "every reference resolved. Equal components become one; different ones of the same bom-ref get different names. " +
        "The inputs are listed with their digests; what cannot be carried over (their signatures) is said.",
    )
    .argument("<bom...>", "CycloneDX JSON files, 1.2 to 1.7")
    .option("-o, --output <file>", "write the BOM here; default: stdout")
    .option("--name <name>", "name of what the merged BOM is about", "merged")
    .option("--system-version <version>", "its version")
    .addOption(
      new Option(
        "--spec-version <version>",
        "CycloneDX version; default: the newest of the inputs, at least 1.6",
      )
        .choices(["1.6", "1.7"])
        .argParser(oneOf("--spec-version", ["1.6", "1.7"])),
    )
    .option("--no-timestamp", "write no time stamp")
    .addHelpText(
      "after",
      helpText(
        [
          "aibom merge models.cdx.json image.cdx.json -o system.cdx.json",
          "aibom merge *.cdx.json -o system.cdx.json --name chat --system-version 1.4",
        ],
        [
          [0, "the BOM is written"],
          [2, "usage: bad flags, missing file, a document that is invalid or newer than --spec-version"],
          [3, "a document cannot be read: not JSON, or over a limit"],
        ],
      ),
    )
    .action((paths: string[], flags: MergeFlags) => register((session) => merge(session, paths, flags)));
}

async function merge(session: Session, paths: readonly string[], flags: MergeFlags): Promise<CommandExit> {
  const { bomTimestamp } = await import("../clock.ts");
  const { refuseForeignFile } = await import("../overwrite.ts");
  const { refuseInput } = await import("../refuse-input.ts");
  const { mergeBomFiles } = await import("../../merge-boms.ts");
  if (flags.output !== undefined) {
    refuseInput(flags.output, paths);
    refuseForeignFile(flags.output, "BOM");
  }
  const timestamp = flags.timestamp ? bomTimestamp(session.environment) : undefined;
  const merged = await mergeBomFiles(paths, {
    name: flags.name,
    toolVersion,
    ...(flags.systemVersion === undefined ? {} : { version: flags.systemVersion }),
    ...(flags.specVersion === undefined ? {} : { specVersion: flags.specVersion }),
    ...(timestamp === undefined ? {} : { timestamp }),
  });
  refuseIfStopped(session);
  if (flags.output === undefined) {
    for (const piece of merged.pieces) {
      await session.stdout.write(piece);
    }
  } else {
    const { writeFileAtomic } = await import("../write-file.ts");
    writeFileAtomic(flags.output, merged.pieces);
  }
  for (const line of describe(paths.length, merged, flags)) {
    await note(session, line);
  }
  return 0;
}

function describe(count: number, merged: MergedBom, flags: MergeFlags): string[] {
  const { components, shared, renamed, lost } = merged;
  const details = [
    counted(components, "component"),
    ...(shared === 0 ? [] : [`${shared} shared`]),
    ...(renamed === 0 ? [] : [`${counted(renamed, "reference")} renamed`]),
  ];
  return [
    `${counted(count, "BOM")}: ${details.join(", ")}`,
    ...lost.map(
      ({ name, what }) => `  ${escapeText(name)}: not carried over: ${what.map(escapeText).join(", ")}`,
    ),
    ...(flags.output === undefined ? [] : [`wrote ${escapeText(flags.output)}`]),
  ];
}
