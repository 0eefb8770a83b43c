// SPDX-License-Identifier: Apache-2.0
// `aibom profile`: where a deployment stands between in others' hands and in one's own. It reports and decides nothing.

import { type Command, Option } from "commander";
import type { Profile } from "../../profile/build-profile.ts";
import { helpText } from "../help-text.ts";
import { collect, instant } from "../option-values.ts";
import { type CommandExit, type Register, refuseIfStopped, type Session } from "../session.ts";
import { version as toolVersion } from "../version.ts";

interface ProfileFlags {
  readonly bom?: string;
  readonly suppliers?: string;
  readonly perimeter?: string;
  readonly log?: string;
  readonly logPolicy?: string;
  readonly trustRoot: string;
  readonly at?: Date;
  readonly ignore: readonly string[];
  readonly format: "table" | "line" | "json" | "oscal";
}

/** Defines `aibom profile TARGET…`. */
export function defineProfile(command: Command, register: Register): void {
  command
    .description(
      "Verifies targets as `aibom verify` does and answers the checks of the sovereignty profile, layer by layer: the weakest " +
        "check decides, and what is not known counts as failed. What files cannot say comes from a supplier register and a perimeter, " +
        "both signed. Guide: docs/profile.md",
    )
    .argument("<target...>", "models, datasets, and the directories that deploy them")
    .option("--suppliers <file>", "supplier register, with FILE.sig beside it")
    .option("--perimeter <file>", "what is your own (schemas/perimeter.schema.json), with FILE.sig beside it")
    .option("--log <dir>", "custody log: who touched what")
    .option("--log-policy <file>", "keys of the log and its witnesses (C2SP tlog-policy), from elsewhere")
    .option("--bom <file>", "CycloneDX JSON that every file of the targets must match")
    .option("--trust-root <dir>", "local trust root", ".aibom/trust")
    .addOption(
      new Option("--at <time>", "profile for this instant (RFC 3339); default: now").argParser(
        instant("--at"),
      ),
    )
    .addOption(
      new Option("--ignore <path>", "leave out this path of the target; may be repeated")
        .argParser(collect)
        .default([], "none"),
    )
    .addOption(
      new Option(
        "--format <format>",
        "table for people, line for dashboards, json for machines, oscal for assessors",
      )
        .choices(["table", "line", "json", "oscal"])
        .default("table"),
    )
    .addHelpText(
      "after",
      helpText(
        [
          "aibom profile ./model ./deploy --suppliers suppliers.yaml --perimeter perimeter.yaml",
          "aibom profile ./model ./deploy --perimeter perimeter.yaml --format line",
        ],
        [
          [0, "profiled, whatever the level"],
          [2, "usage: missing target, trust root or document; a document that is not valid or expired"],
        ],
      ),
    )
    .action((targets: string[], flags: ProfileFlags) =>
      register((session) => profileTargets(session, targets, flags)),
    );
}

async function profileTargets(
  session: Session,
  targets: readonly string[],
  { bom, suppliers, perimeter, log, logPolicy, trustRoot, at, ignore, format }: ProfileFlags,
): Promise<CommandExit> {
  const { profile } = await import("../../profile.ts");
  const { renderProfileJson, renderProfileLine, renderProfileTable } = await import(
    "../../report/profile-text.ts"
  );
  const { subjectOf } = await import("../../assessment/context.ts");
  const { renderOscal } = await import("../../assessment/oscal-results.ts");
  const { jobs } = session.options;
  const found = await profile(targets, {
    trustRoot,
    at: at ?? session.startedAt,
    signal: session.signal,
    ignore: ignore.map((path) => ({ path, reason: "--ignore" })),
    ...(bom === undefined ? {} : { bom }),
    ...(suppliers === undefined ? {} : { suppliers }),
    ...(perimeter === undefined ? {} : { perimeter }),
    ...(log === undefined ? {} : { custodyLog: log }),
    ...(logPolicy === undefined ? {} : { custodyPolicy: logPolicy }),
    ...(jobs === undefined ? {} : { jobs }),
  });
  refuseIfStopped(session);
  const render = {
    table: renderProfileTable,
    line: renderProfileLine,
    json: renderProfileJson,
    oscal: (each: Profile) =>
      renderOscal({ profile: each }, { at: at ?? session.startedAt, toolVersion, subject: subjectOf(each) }),
  }[format];
  await session.stdout.write(render(found));
  return 0;
}
