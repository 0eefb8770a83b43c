// SPDX-License-Identifier: Apache-2.0
// The sovereignty profile as a table for people, as a line for dashboards and as JSON for machines. Each says what it does not show.

import { escapeText } from "../codes/escape.ts";
import type { CheckResult, Level, Profile } from "../profile/build-profile.ts";
import { layerNames, layers } from "../profile/layer.ts";

const levelNames: Readonly<Record<Level, string>> = { Z: "zero", P: "partial", F: "full" };

/** What no profile shows, in every format that people read. */
const profileLimits =
  "Does not show: who owns what beyond the register, what courts would say, where chips were made, whether statements about " +
  "training data are true, or that weights hold no back door. It is no SEAL level, no certificate and no legal status.";

const maxSubjects = 3;

/** One line: the vector, then what a dashboard sorts by. */
export function renderProfileLine(profile: Profile): string {
  const { vector, overall, coverage, blockers, nextStep } = profile;
  const next = nextStep.length === 0 ? "-" : nextStep.join(",");
  return `${vector} overall=${overall} coverage=${coverage}% blockers=${blockers.length} next=${next}\n`;
}

export function renderProfileTable(profile: Profile): string {
  const { overall, coverage, evidence, requiredLayers, levels, checks, vector, blockers } = profile;
  const head = [
    `sovereignty ${levelNames[overall]} (weakest of ${requiredLayers.join(", ")})`,
    vector,
    `coverage ${coverage}% of ${checks.length} checks; known by E1 ${evidence[1]}, E2 ${evidence[2]}, E3 ${evidence[3]}, E4 ${evidence[4]}`,
    "E1 somebody says so, E2 seen in bytes, E3 signed by a key of the trust root, E4 recomputed or vouched for by hardware",
  ];
  const rows = layers.flatMap((layer) => [
    "",
    `${layer} ${layerNames[layer]}: ${levelNames[levels[layer]]}${requiredLayers.includes(layer) ? "" : " (not required)"}`,
    ...checks.filter((check) => check.layer === layer).map(row),
  ]);
  const next = checks
    .filter(({ id }) => profile.nextStep.includes(id))
    .map((check) => `  ${nextText(check)}`);
  const end = [
    "",
    ...(blockers.length === 0 ? [] : [`${blockers.length} blockers: ${blockers.join(", ")}`]),
    ...(next.length === 0 ? [] : ["cheapest next step:", ...next]),
    profileLimits,
  ];
  return `${[...head, ...rows, ...end].join("\n")}\n`;
}

function row(check: CheckResult): string {
  const { id, gate, status, evidence, question, minEvidence } = check;
  const known = evidence === undefined ? "--" : `E${evidence}`;
  const text = `  ${id} ${gate.padEnd(7)} ${status.padEnd(7)} ${known}/E${minEvidence}  ${question}`;
  return status === "pass" ? text : `${text}: ${reasonText(check)}`;
}

function reasonText({ reason, subjects, waiver }: CheckResult): string {
  const shown = subjects.slice(0, maxSubjects).map(escapeText).join(", ");
  const more = subjects.length > maxSubjects ? ` and ${subjects.length - maxSubjects} more` : "";
  const by =
    waiver === undefined
      ? ""
      : ` (waived by ${escapeText(waiver.approver)} until ${waiver.expires}: ${escapeText(waiver.reason)})`;
  return `${escapeText(reason)}${subjects.length === 0 ? "" : `: ${shown}${more}`}${by}`;
}

function nextText(check: CheckResult): string {
  return `${check.id}: ${check.question} - ${reasonText(check)}`;
}

export function renderProfileJson(profile: Profile): string {
  return `${JSON.stringify({ apiVersion: "aibom/profile/v1", ...profile, doesNotShow: profileLimits }, null, 2)}\n`;
}
