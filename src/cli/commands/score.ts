// SPDX-License-Identifier: Apache-2.0
// `aibom score`: how much of what a list of elements asks for a BOM holds. It decides something only where it is told what is enough.

import { type Command, Option } from "commander";
import { type ScoreProfileId, scoreProfileIds } from "../../score/element.ts";
import type { ScoredBom } from "../../score/scored-bom.ts";
import { formatOption } from "../format-option.ts";
import { helpText } from "../help-text.ts";
import { collect, instant, nameList, wholeNumber } from "../option-values.ts";
import { type CommandExit, type Register, type Session, textOptions } from "../session.ts";
import { version as toolVersion } from "../version.ts";

const formats = ["text", "json", "markdown", "oscal"] as const;

interface ScoreFlags {
  readonly profile: readonly ScoreProfileId[];
  readonly format: string;
  readonly failUnder?: number;
  readonly require: readonly string[];
  readonly at?: Date;
}

/** Defines `aibom score BOM`. */
export function defineScore(command: Command, register: Register): void {
  command
    .description(
      "Looks in a CycloneDX document of 1.2 to 1.7 for the elements that a list asks for: each is present, absent, declared unknown or " +
        "not applicable, with its place and how to fill it. Readiness is a share of elements found, never a statement that anything " +
        "complies. Guide: docs/score.md",
    )
    .argument("<bom>", "CycloneDX JSON file")
    .addOption(listOption())
    .addOption(
      new Option("--fail-under <percent>", "exit with 1 if the readiness of any list is lower").argParser(
        wholeNumber("--fail-under", 0, 100),
      ),
    )
    .addOption(
      new Option("--require <element>", "exit with 1 unless this element is present; may be repeated")
        .argParser(collect)
        .default([], "none"),
    )
    .addOption(formatOption(formats))
    .addOption(
      new Option("--at <time>", "time of the OSCAL report (RFC 3339); default: now").argParser(
        instant("--at"),
      ),
    )
    .addHelpText(
      "after",
      helpText(
        [
          "aibom score aibom.cdx.json",
          "aibom score aibom.cdx.json --profile g7-ai,cisa-2025 --fail-under 60 --require model-license",
          "aibom score aibom.cdx.json --profile bsi-tr-03183 --format text,json=score.json,oscal=results.json",
        ],
        [
          [0, "scored, and enough if something was asked for"],
          [
            1,
            "below --fail-under, a required element is not present, or the document is invalid and something was asked for",
          ],
          [2, "usage: bad flags, missing file, an element that is in none of the lists"],
          [3, "the document cannot be read: not JSON, or over a limit"],
        ],
      ),
    )
    .action((path: string, flags: ScoreFlags) => register((session) => score(session, path, flags)));
}

function listOption(): Option {
  const option = new Option("--profile <list>", "lists of elements, separated by commas")
    .argParser(nameList("--profile", scoreProfileIds))
    .default(["g7-ai"], "g7-ai");
  option.argChoices = [...scoreProfileIds];
  return option;
}

async function score(session: Session, path: string, flags: ScoreFlags): Promise<CommandExit> {
  const { parseSinks } = await import("../sinks.ts");
  const { refuseForeignSinks } = await import("../overwrite.ts");
  const { refuseUnknownElements, scoreBomFile } = await import("../../score.ts");
  const { deliver } = await import("../reports.ts");
  const sinks = parseSinks(flags.format, formats);
  refuseForeignSinks(sinks);
  refuseUnknownElements(flags.require, flags.profile);
  const scored = await scoreBomFile(path, flags.profile);
  const render = await renderer(session, scored, flags.at ?? session.startedAt);
  await deliver(session, sinks, render);
  return isEnough(scored, flags) ? 0 : 1;
}

async function renderer(
  session: Session,
  scored: ScoredBom,
  at: Date,
): Promise<(format: (typeof formats)[number], isFile: boolean) => string> {
  const { renderScoreJson, renderScoreMarkdown, renderScoreText } = await import(
    "../../report/score-text.ts"
  );
  const { renderOscal } = await import("../../assessment/oscal-results.ts");
  const options = await textOptions(session, session.stdout);
  const { scores, sha256, subject } = scored;
  const renderers = {
    text: (isFile: boolean) => renderScoreText(scored, isFile ? {} : options),
    json: () => renderScoreJson(scored),
    markdown: () => renderScoreMarkdown(scored),
    oscal: () => renderOscal({ scores }, { at, toolVersion, subject: { ...subject, sha256 } }),
  };
  return (format, isFile) => renderers[format](isFile);
}

/** Nothing asked, nothing refused. An invalid document is enough for nothing. */
function isEnough(scored: ScoredBom, { failUnder, require }: ScoreFlags): boolean {
  if (failUnder === undefined && require.length === 0) {
    return true;
  }
  const elements = scored.scores.flatMap((each) => each.elements);
  return (
    scored.isValid &&
    scored.scores.every(({ readiness }) => readiness.percent >= (failUnder ?? 0)) &&
    elements.every(({ id, status }) => !require.includes(id) || status === "present")
  );
}
