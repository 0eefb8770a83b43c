// SPDX-License-Identifier: Apache-2.0
// The sovereignty profile: every check answered, the weakest link of each layer, and of the layers the lowest. What is not known
// counts as failed, what is known too weakly as well; what somebody waived never makes a layer full.

import { lastInstant } from "../policy/expiry.ts";
import { compareText } from "../policy/finding-order.ts";
import type { Check, EvidenceClass, ProfileInput } from "./check.ts";
import { artifactChecks } from "./checks/artifacts.ts";
import { deploymentChecks } from "./checks/operation.ts";
import { placeChecks } from "./checks/places.ts";
import { type Layer, layers } from "./layer.ts";

/** `weak`: it holds, and is known less well than the check asks for. Only `pass` counts. */
export type CheckStatus = "pass" | "weak" | "fail" | "unknown" | "waived";

/** Z zero, P partial, F full. */
export type Level = "Z" | "P" | "F";

export interface CheckResult {
  readonly id: string;
  readonly layer: Layer;
  readonly gate: Check["gate"];
  readonly question: string;
  readonly status: CheckStatus;
  readonly evidence?: EvidenceClass;
  readonly minEvidence: EvidenceClass;
  readonly reason: string;
  readonly subjects: readonly string[];
  readonly waiver?: { readonly reason: string; readonly approver: string; readonly expires: string };
}

export interface Profile {
  /** What it is about, by name and SHA-256 of the file manifest. */
  readonly artifacts: readonly { readonly name: string; readonly sha256: string }[];
  readonly overall: Level;
  readonly requiredLayers: readonly Layer[];
  readonly levels: Readonly<Record<Layer, Level>>;
  /** `ASP:1/HW:P/…`. */
  readonly vector: string;
  /** Part of the checks whose answer is known, in percent. */
  readonly coverage: number;
  /** How many answers are known in each class. */
  readonly evidence: Readonly<Record<EvidenceClass, number>>;
  readonly checks: readonly CheckResult[];
  /** Checks that keep the required layers from the next level, by id. */
  readonly blockers: readonly string[];
  /** The blockers of the lowest layer with the fewest: what to do first. */
  readonly nextStep: readonly string[];
}

/** Every check, in the order of the layers. */
export const profileChecks: readonly Check[] = [...placeChecks, ...artifactChecks, ...deploymentChecks].sort(
  (a, b) => layers.indexOf(a.layer) - layers.indexOf(b.layer) || (a.id < b.id ? -1 : 1),
);

/** Energy counts if somebody asks for it. */
const defaultLayers: readonly Layer[] = layers.filter((layer) => layer !== "EN");

export function buildProfile(input: ProfileInput): Profile {
  const checks = profileChecks.map((check) => judge(check, input));
  const levels = Object.fromEntries(
    layers.map((layer) => [layer, levelOf(checks.filter((check) => check.layer === layer))]),
  ) as Record<Layer, Level>;
  const requiredLayers = layers.filter((layer) =>
    (input.perimeter?.requiredLayers ?? defaultLayers).includes(layer),
  );
  const overall = lowest(requiredLayers.map((layer) => levels[layer]));
  const blocking = requiredLayers.map((layer) => ({ layer, ids: blockersOf(checks, layer, levels[layer]) }));
  const [first] = blocking
    .filter(({ layer, ids }) => levels[layer] === overall && ids.length > 0)
    .sort((a, b) => a.ids.length - b.ids.length);
  return {
    artifacts: input.artifacts
      .map(({ artifact, manifest }) => ({ name: artifact.name, sha256: manifest.hex }))
      .sort((a, b) => compareText(a.name, b.name) || compareText(a.sha256, b.sha256)),
    overall,
    requiredLayers,
    levels,
    vector: ["ASP:1", ...layers.map((layer) => `${layer}:${levels[layer]}`)].join("/"),
    coverage: Math.floor((100 * checks.filter(isKnown).length) / checks.length),
    evidence: histogram(checks),
    checks,
    blockers: blocking.flatMap(({ ids }) => ids),
    nextStep: first?.ids ?? [],
  };
}

function judge(check: Check, input: ProfileInput): CheckResult {
  const { id, layer, gate, question } = check;
  const { holds, evidence, needs, reason, subjects = [] } = check.answer(input);
  const minEvidence = needs ?? check.minEvidence;
  const isStrong = evidence !== undefined && evidence >= minEvidence;
  const status =
    holds === "unknown" ? "unknown" : holds === false ? "fail" : isStrong ? "pass" : ("weak" as const);
  const waiver = input.perimeter?.waivers?.find(
    (each) => each.check === id && input.at.getTime() <= lastInstant(each.expires).getTime(),
  );
  // A waiver is somebody's decision: without a signature nobody is known to have taken it.
  const isWaived = status !== "pass" && waiver !== undefined && input.perimeterEvidence >= 3;
  return {
    id,
    layer,
    gate,
    question,
    status: isWaived ? "waived" : status,
    ...(evidence === undefined || holds === "unknown" ? {} : { evidence }),
    minEvidence,
    reason: status === "weak" ? `known as E${evidence ?? 1}, needs E${minEvidence}` : reason,
    subjects,
    ...(isWaived
      ? { waiver: { reason: waiver.reason, approver: waiver.approver, expires: waiver.expires } }
      : {}),
  };
}

function levelOf(checks: readonly CheckResult[]): Level {
  const isOpen = ({ gate, status }: CheckResult): boolean =>
    gate === "partial" && status !== "pass" && status !== "waived";
  if (checks.some(isOpen)) {
    return "Z";
  }
  return checks.every(({ status }) => status === "pass") ? "F" : "P";
}

const order: readonly Level[] = ["Z", "P", "F"];

function lowest(levels: readonly Level[]): Level {
  return order.find((level) => levels.includes(level)) ?? "Z";
}

function blockersOf(checks: readonly CheckResult[], layer: Layer, level: Level): readonly string[] {
  return checks
    .filter((check) => check.layer === layer && check.status !== "pass")
    .filter(({ gate, status }) => (level === "Z" ? gate === "partial" && status !== "waived" : true))
    .map(({ id }) => id);
}

const isKnown = ({ evidence }: CheckResult): boolean => evidence !== undefined;

function histogram(checks: readonly CheckResult[]): Record<EvidenceClass, number> {
  const counts: Record<EvidenceClass, number> = { 1: 0, 2: 0, 3: 0, 4: 0 };
  for (const { evidence } of checks) {
    if (evidence !== undefined) {
      counts[evidence] += 1;
    }
  }
  return counts;
}
