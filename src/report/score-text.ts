// SPDX-License-Identifier: Apache-2.0
// Scores as text for people, as Markdown for a pull request and as JSON for machines (schemas/score.schema.json). Each says where the
// list comes from and what a score does not show.

import { escapeText } from "../codes/escape.ts";
import type { ElementScore, Score } from "../score/score-bom.ts";
import type { ScoredBom } from "../score.ts";
import { codeSpan, markdownText } from "./markdown-text.ts";
import { plainStyle, type TextOptions } from "./style.ts";

/** The `$id` of schemas/score.schema.json. */
const scoreSchemaId = "https://aibom.dev/schemas/score/v1";

/** What no score shows, in every format. */
const scoreLimits =
  "Readiness says how much of what the list asks for can be found in this document. It does not say that it is true, " +
  "that it is enough, or that anything complies with anything.";

const formula =
  "readiness = floor(100 × sum over applicable elements of (subjects that have it ÷ subjects that it is asked of) ÷ applicable elements)";

/** Subjects that lack an element and are named in text. */
const maxShown = 3;

const plurals: Readonly<Record<ElementScore["of"], string>> = {
  document: "document",
  system: "system",
  model: "models",
  dataset: "datasets",
  component: "components",
};

export function renderScoreText(scored: ScoredBom, options: TextOptions = {}): string {
  const { style = plainStyle } = options;
  const { name, specVersion, isValid, scores } = scored;
  const invalid = isValid ? "" : `, ${style.deny("invalid: see aibom validate")}`;
  const head = `${style.bold(escapeText(name))}: CycloneDX ${specVersion}${invalid}`;
  return `${[head, ...scores.flatMap((score) => scoreLines(score, style)), "", scoreLimits].join("\n")}\n`;
}

function scoreLines(score: Score, style: NonNullable<TextOptions["style"]>): readonly string[] {
  const groups = [...new Set(score.elements.map(({ group }) => group))];
  return [
    "",
    `${style.bold(`${score.profile} readiness ${score.readiness.percent}%`)}  ${score.title}`,
    `  ${countsText(score)}`,
    `  ${score.standing}; ${sourcesText(score)}`,
    ...(score.foreignScore === undefined
      ? []
      : [
          `  ${score.foreignScore.tool} would give ${score.foreignScore.score} of ${score.foreignScore.maximum}`,
        ]),
    ...groups.flatMap((group) => [
      `  ${group}`,
      ...score.elements.filter((each) => each.group === group).flatMap((each) => elementLines(each, style)),
    ]),
  ];
}

function countsText({ readiness }: Score): string {
  const { present, applicable, declaredUnknown, absent, notApplicable } = readiness;
  return [
    `${present} of ${applicable} elements present`,
    `${absent} absent`,
    `${declaredUnknown} declared unknown`,
    ...(notApplicable === 0 ? [] : [`${notApplicable} not applicable`]),
  ].join(", ");
}

function sourcesText({ sources }: Score): string {
  return sources.every(({ kind }) => kind === "primary")
    ? "from the source itself"
    : "known from secondary sources";
}

function elementLines(element: ElementScore, style: NonNullable<TextOptions["style"]>): readonly string[] {
  const { id, title, status, lacking, fill } = element;
  const mark = {
    present: style.allow("+"),
    absent: style.deny("-"),
    "declared-unknown": style.undecided("?"),
    "not-applicable": " ",
  }[status];
  const line = `    ${mark} ${id.padEnd(32)} ${title}${subjectsText(element)}`;
  if (lacking.length === 0) {
    return [line];
  }
  return [
    line,
    `        ${status === "declared-unknown" ? "declared unknown" : "missing"}: ${lackingText(element)}`,
    `        fill: ${fill}`,
  ];
}

function subjectsText({ of, subjects, status }: ElementScore): string {
  const { asked, present } = subjects;
  if (status === "not-applicable") {
    return " (not applicable)";
  }
  return of === "document" || of === "system" || asked === 0 ? "" : `: ${present} of ${asked} ${plurals[of]}`;
}

function lackingText({ lacking, lackingMore, of }: ElementScore): string {
  const shown = lacking.slice(0, maxShown).map(({ name, pointer }) => {
    const at = escapeText(pointer);
    return of === "document" || of === "system" ? at : `${at} (${escapeText(name)})`;
  });
  const more = lacking.length - shown.length + lackingMore;
  return `${shown.join(", ")}${more === 0 ? "" : ` and ${more} more`}`;
}

/** First line of a Markdown report: by it an earlier one is known. */
const markdownMark = "<!-- aibom score -->";

export function renderScoreMarkdown({ name, specVersion, isValid, scores }: ScoredBom): string {
  const lines = [
    markdownMark,
    `## Readiness of ${codeSpan(name)}`,
    "",
    `CycloneDX ${specVersion}${isValid ? "" : ", **invalid**: see `aibom validate`"}.`,
    "",
    "| list | readiness | present | absent | declared unknown | standing |",
    "|---|---|---|---|---|---|",
    ...scores.map(
      ({ title, readiness, standing }) =>
        `| ${markdownText(title)} | ${readiness.percent}% | ${readiness.present} of ${readiness.applicable} | ` +
        `${readiness.absent} | ${readiness.declaredUnknown} | ${markdownText(standing)} |`,
    ),
    ...scores.flatMap(markdownSection),
    "",
    scoreLimits,
    "",
    `\`${formula}\``,
  ];
  return `${lines.join("\n")}\n`;
}

function markdownSection(score: Score): readonly string[] {
  const open = score.elements.filter(({ status }) => status === "absent" || status === "declared-unknown");
  const foreign = score.foreignScore;
  return [
    "",
    `### ${markdownText(score.title)}: ${score.readiness.percent}%`,
    "",
    ...(foreign === undefined
      ? []
      : [`${markdownText(foreign.tool)} would give ${foreign.score} of ${foreign.maximum}.`, ""]),
    ...(open.length === 0
      ? ["Every element that applies is present."]
      : [
          "| element | status | where it should stand | how to fill it |",
          "|---|---|---|---|",
          ...open.map(
            (each) =>
              `| ${codeSpan(each.id)}${markdownText(subjectsText(each))} | ${each.status} | ` +
              `${codeSpan(lackingText(each))} | ${markdownText(each.fill)} |`,
          ),
        ]),
  ];
}

export function renderScoreJson({ name, sha256, specVersion, isValid, scores }: ScoredBom): string {
  return `${JSON.stringify(
    {
      $schema: scoreSchemaId,
      document: { name, sha256, specVersion, valid: isValid },
      formula,
      doesNotShow: scoreLimits,
      scores,
    },
    null,
    2,
  )}\n`;
}
