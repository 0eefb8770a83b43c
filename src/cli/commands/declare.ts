// SPDX-License-Identifier: Apache-2.0
// `aibom declare`: what was verified, as CycloneDX attestations inside the BOM or beside it.

import { type Command, Option } from "commander";
import { escapeText } from "../../codes/escape.ts";
import type { Declared, DeclareOptions } from "../../declare.ts";
import { type ScoreProfileId, scoreProfileIds } from "../../score/element.ts";
import { helpText } from "../help-text.ts";
import { collect, instant, nameList, oneOf } from "../option-values.ts";
import { type CommandExit, note, type Register, refuseIfStopped, type Session } from "../session.ts";
import { version as toolVersion } from "../version.ts";

interface DeclareFlags {
  readonly bom: string;
  readonly output: string;
  readonly policy?: string;
  readonly env?: string;
  readonly suppliers?: string;
  readonly perimeter?: string;
  readonly profile: readonly ScoreProfileId[];
  readonly assessor?: string;
  readonly alone?: "1.6" | "1.7";
  readonly trustRoot: string;
  readonly at?: Date;
  readonly ignore: readonly string[];
}

/** Defines `aibom declare TARGET… --bom BOM -o FILE`. */
export function defineDeclare(command: Command, register: Register): void {
  const profile = new Option("--profile <list>", "lists of elements to score, separated by commas")
    .argParser(nameList("--profile", scoreProfileIds))
    .default(["g7-ai"], "g7-ai");
  profile.argChoices = [...scoreProfileIds];
  command
    .description(
      "Verifies targets as `aibom verify` does, scores their BOM, and writes the BOM with the answers as CycloneDX attestations: " +
        "standards, claims and counter-claims, conformance, confidence by class of evidence. It reads no earlier report. What failed is " +
        "declared as well. Sign the result: it is another document. Guide: docs/declarations.md",
    )
    .argument("<target...>", "models, datasets, images: what the BOM lists")
    .requiredOption("--bom <file>", "CycloneDX JSON 1.6 or 1.7 that every file of the targets must match")
    .requiredOption("-o, --output <file>", "write the declarations here; never the BOM itself")
    .option("--policy <file>", "policy file; default: the built-in baseline")
    .option("--env <name>", "the policy's environment that this is; needed if it has environments")
    .option("--suppliers <file>", "supplier register, with FILE.sig beside it")
    .option(
      "--perimeter <file>",
      "perimeter, with FILE.sig beside it: declares the sovereignty profile as well",
    )
    .addOption(profile)
    .option("--assessor <name>", "organisation that runs this, by its own word")
    .addOption(
      new Option("--alone <version>", "a document of its own of this CycloneDX version, beside the BOM")
        .choices(["1.6", "1.7"])
        .argParser(oneOf("--alone", ["1.6", "1.7"])),
    )
    .option("--trust-root <dir>", "local trust root", ".aibom/trust")
    .addOption(
      new Option("--at <time>", "verify for this instant (RFC 3339); default: now").argParser(
        instant("--at"),
      ),
    )
    .addOption(
      new Option("--ignore <path>", "leave out this path of the target; may be repeated")
        .argParser(collect)
        .default([], "none"),
    )
    .addHelpText(
      "after",
      helpText(
        [
          "aibom declare ./model --bom aibom.cdx.json -o declared.cdx.json",
          "aibom declare ./model --bom aibom.cdx.json --policy policy.yaml --profile g7-ai,eu-annex-xi --alone 1.7 -o declarations.cdx.json",
        ],
        [
          [0, "the declarations are written, whatever they say"],
          [2, "usage: bad flags, missing target, invalid policy, trust root or BOM file"],
          [3, "something needed is unreadable, damaged or over a limit"],
        ],
      ),
    )
    .action((targets: string[], flags: DeclareFlags) =>
      register((session) => declareTargets(session, targets, flags)),
    );
}

async function declareTargets(
  session: Session,
  targets: readonly string[],
  flags: DeclareFlags,
): Promise<CommandExit> {
  const { refuseForeignFile } = await import("../overwrite.ts");
  const { refuseInput } = await import("../refuse-input.ts");
  const { writeFileAtomic } = await import("../write-file.ts");
  const { declare } = await import("../../declare.ts");
  refuseInput(flags.output, [flags.bom]);
  refuseForeignFile(flags.output, "BOM");
  const declared = await declare(targets, declareOptions(session, flags));
  refuseIfStopped(session);
  writeFileAtomic(flags.output, declared.pieces);
  for (const line of describe(declared, flags)) {
    await note(session, line);
  }
  return 0;
}

function declareOptions(session: Session, flags: DeclareFlags): DeclareOptions {
  const { policy, env, suppliers, perimeter, assessor, alone, ignore } = flags;
  const { jobs } = session.options;
  return {
    bom: flags.bom,
    trustRoot: flags.trustRoot,
    scoreProfiles: flags.profile,
    toolVersion,
    at: flags.at ?? session.startedAt,
    ...(flags.at === undefined ? {} : { isAtChosen: true as const }),
    signal: session.signal,
    ignore: ignore.map((path) => ({ path, reason: "--ignore" })),
    ...(policy === undefined ? {} : { policy }),
    ...(env === undefined ? {} : { environment: env }),
    ...(suppliers === undefined ? {} : { suppliers }),
    ...(perimeter === undefined ? {} : { perimeter }),
    ...(assessor === undefined ? {} : { assessor }),
    ...(alone === undefined ? {} : { alone }),
    ...(jobs === undefined ? {} : { jobs }),
  };
}

function describe({ verdict, lost }: Declared, { output }: DeclareFlags): readonly string[] {
  return [
    `declared: the verdict is ${verdict.outcome}`,
    ...(lost.length === 0 ? [] : [`not carried over: ${lost.join(", ")}`]),
    `wrote ${escapeText(output)}; nobody has signed it yet: aibom sign ${escapeText(output)} --key KEY`,
  ];
}
