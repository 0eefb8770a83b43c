// SPDX-License-Identifier: Apache-2.0
// `aibom convert`: one BOM in another format, with everything that got lost printed.

import { type Command, Option } from "commander";
import { escapeText } from "../../codes/escape.ts";
import type { Conversion } from "../../convert.ts";
import { type ConversionTarget, conversionTargets } from "../../model/conversion.ts";
import { helpText } from "../help-text.ts";
import { nameList, oneOf } from "../option-values.ts";
import type { OutputKind } from "../overwrite.ts";
import { Refusal } from "../refusal.ts";
import { type CommandExit, note, type Register, refuseIfStopped, type Session } from "../session.ts";
import { version as toolVersion } from "../version.ts";

const failKinds = ["loss", "move", "gap", "any"] as const;

interface ConvertFlags {
  readonly to: ConversionTarget;
  readonly output?: string;
  readonly losses?: string;
  readonly failOn: readonly (typeof failKinds)[number][];
}

/** Defines `aibom convert BOM --to FORMAT`. */
export function defineConvert(command: Command, register: Register): void {
  command
    .description(
      "Converts a CycloneDX document to CycloneDX 1.6 or 1.7, to SPDX 3.0.1 (JSON-LD, with the AI and Dataset profiles), or to a " +
        "table for people; and SPDX 3.0.1 to CycloneDX. Nothing is invented: what a profile of SPDX demands and the document does not say is printed as a " +
        "gap, and the profile is not claimed. What gets lost, and what stands in another place, is printed.",
    )
    .argument("<bom>", "CycloneDX JSON, 1.2 to 1.7, or SPDX 3.0.1 JSON-LD")
    .addOption(
      new Option("--to <format>", "what to convert to")
        .choices(conversionTargets)
        .argParser(oneOf("--to", conversionTargets))
        .makeOptionMandatory(),
    )
    .option("-o, --output <file>", "write the document here; default: stdout")
    .option("--losses <file>", "write what got lost, moved and is missing here, as JSON")
    .addOption(
      new Option("--fail-on <kinds>", `end with exit code 1 on: ${failKinds.join(", ")}`)
        .default([], "none")
        .argParser(nameList("--fail-on", failKinds)),
    )
    .addHelpText(
      "after",
      helpText(
        [
          "aibom convert aibom.cdx.json --to spdx-3.0.1 -o aibom.spdx.json",
          "aibom convert aibom.cdx.json --to cyclonedx-1.6 -o aibom.1.6.cdx.json --losses losses.json --fail-on loss",
          "aibom convert aibom.cdx.json --to csv -o aibom.csv",
        ],
        [
          [0, "the document is written"],
          [1, "it is written, and something that --fail-on names happened"],
          [2, "usage: bad flags, missing file, a document that is not valid CycloneDX"],
          [3, "the document cannot be read, or what is left of it would not be valid"],
        ],
      ),
    )
    .action((path: string, flags: ConvertFlags) => register((session) => convert(session, path, flags)));
}

/** What an output of each target may replace: nothing, or an earlier one of its kind. */
const outputKinds: Readonly<Record<ConversionTarget, OutputKind>> = {
  "cyclonedx-1.6": "BOM",
  "cyclonedx-1.7": "BOM",
  "spdx-3.0.1": "SPDX document",
  csv: "BOM table",
  markdown: "BOM page",
};

async function convert(session: Session, path: string, flags: ConvertFlags): Promise<CommandExit> {
  const { refuseForeignFile } = await import("../overwrite.ts");
  const { refuseInput } = await import("../refuse-input.ts");
  const { bomTimestamp } = await import("../clock.ts");
  const { convertFile } = await import("../../convert.ts");
  await requireThreeFiles(path, flags);
  if (flags.output !== undefined) {
    refuseInput(flags.output, [path]);
    refuseForeignFile(flags.output, outputKinds[flags.to]);
  }
  if (flags.losses !== undefined) {
    refuseForeignFile(flags.losses, "conversion notes");
  }
  const at = bomTimestamp(session.environment);
  const conversion = await convertFile(path, { to: flags.to, at, toolVersion });
  refuseIfStopped(session);
  await write(session, conversion, flags);
  await tell(session, path, conversion, flags);
  return hasFailed(conversion, flags) ? 1 : 0;
}

/** The document itself may be signed, and of two outputs in one file the first would be lost. */
async function requireThreeFiles(path: string, { output, losses }: ConvertFlags): Promise<void> {
  const { samePlace } = await import("../sinks.ts");
  const files = [path, output, losses].filter((each) => each !== undefined).map(samePlace);
  if (new Set(files).size < files.length) {
    const reason = "the document, -o and --losses are different files";
    throw Refusal.of("CLI_USAGE", { reason });
  }
}

async function write(
  session: Session,
  conversion: Conversion,
  { output, losses }: ConvertFlags,
): Promise<void> {
  const { writeFileAtomic } = await import("../write-file.ts");
  if (losses !== undefined) {
    const { conversionJson } = await import("../../report/conversion-notes.ts");
    const text = conversionJson(conversion.from, conversion.to, conversion);
    writeFileAtomic(losses, [Buffer.from(text)]);
  }
  if (output !== undefined) {
    writeFileAtomic(output, conversion.pieces);
    return;
  }
  for (const piece of conversion.pieces) {
    await session.stdout.write(piece);
  }
}

async function tell(
  session: Session,
  path: string,
  conversion: Conversion,
  flags: ConvertFlags,
): Promise<void> {
  const { conversionLines, conversionSummary } = await import("../../report/conversion-notes.ts");
  const { from, to } = conversion;
  const files = [flags.output, flags.losses].filter((each) => each !== undefined);
  await note(session, `${escapeText(path)}: ${from} to ${to}: ${conversionSummary(conversion)}`);
  for (const line of [...conversionLines(conversion), ...files.map((file) => `wrote ${escapeText(file)}`)]) {
    await note(session, line);
  }
}

function hasFailed({ losses, moves, gaps }: Conversion, { failOn }: ConvertFlags): boolean {
  const found = [
    ["loss", losses],
    ["move", moves],
    ["gap", gaps],
  ] as const;
  return found.some(([kind, list]) => list.length > 0 && (failOn.includes(kind) || failOn.includes("any")));
}
