// SPDX-License-Identifier: Apache-2.0
// The base score of a CVSS v3.0 or v3.1 vector (first.org, v3.1 specification, section 7.1) and the word for it. Vectors of
// other versions are unknown here: what cannot be told is never harmless.

/** `unknown` counts as the gravest wherever a threshold is asked. */
export const vulnerabilitySeverities = ["none", "low", "medium", "high", "critical"] as const;
export type VulnerabilitySeverity = (typeof vulnerabilitySeverities)[number] | "unknown";

const words: ReadonlyMap<string, VulnerabilitySeverity> = new Map([
  ["none", "none"],
  ["negligible", "low"],
  ["low", "low"],
  ["moderate", "medium"],
  ["medium", "medium"],
  ["important", "high"],
  ["high", "high"],
  ["critical", "critical"],
]);

export function severityOfWord(word: string): VulnerabilitySeverity {
  return words.get(word.trim().toLowerCase()) ?? "unknown";
}

/** Section 5 of the specification. */
export function severityOfScore(score: number): VulnerabilitySeverity {
  if (!(score >= 0 && score <= 10)) {
    return "unknown";
  }
  return score >= 9 ? "critical" : score >= 7 ? "high" : score >= 4 ? "medium" : score > 0 ? "low" : "none";
}

/** The graver of two; what is known goes before what is not. */
export function graver(left: VulnerabilitySeverity, right: VulnerabilitySeverity): VulnerabilitySeverity {
  return rank(left) >= rank(right) ? left : right;
}

const rank = (severity: VulnerabilitySeverity): number =>
  severity === "unknown" ? -1 : vulnerabilitySeverities.indexOf(severity);

const weights: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  UI: { N: 0.85, R: 0.62 },
  C: { H: 0.56, L: 0.22, N: 0 },
  I: { H: 0.56, L: 0.22, N: 0 },
  A: { H: 0.56, L: 0.22, N: 0 },
};
const privileges: Readonly<Record<string, readonly [unchanged: number, changed: number]>> = {
  N: [0.85, 0.85],
  L: [0.62, 0.68],
  H: [0.27, 0.5],
};

/** Undefined if the text is no complete vector of version 3. */
export function baseScore(vector: string): number | undefined {
  const [version, ...pairs] = vector.slice(0, 512).split("/");
  if (version !== "CVSS:3.0" && version !== "CVSS:3.1") {
    return undefined;
  }
  const metrics = new Map(pairs.map((pair) => pair.split(":") as [string, string]));
  const weight = (name: string): number => weights[name]?.[metrics.get(name) ?? ""] ?? Number.NaN;
  const scope = metrics.get("S");
  const isChanged = scope === "C";
  const privilege = privileges[metrics.get("PR") ?? ""]?.[isChanged ? 1 : 0] ?? Number.NaN;
  const base = 1 - (1 - weight("C")) * (1 - weight("I")) * (1 - weight("A"));
  const impact = isChanged ? 7.52 * (base - 0.029) - 3.25 * (base - 0.02) ** 15 : 6.42 * base;
  const exploitability = 8.22 * weight("AV") * weight("AC") * privilege * weight("UI");
  if (!Number.isFinite(impact + exploitability) || (scope !== "C" && scope !== "U")) {
    return undefined;
  }
  return impact <= 0 ? 0 : roundUp(Math.min((isChanged ? 1.08 : 1) * (impact + exploitability), 10));
}

/** To one decimal, upwards, safe from binary fractions (appendix A of v3.1). */
function roundUp(value: number): number {
  const scaled = Math.round(value * 100_000);
  return scaled % 10_000 === 0 ? scaled / 100_000 : (Math.floor(scaled / 10_000) + 1) / 10;
}
