// SPDX-License-Identifier: Apache-2.0
// Facts without a CycloneDX field of their own, as properties. The grade is part of the name:
// `aibom:claim:…` is what the artifact says about itself, `aibom:computed:…` is what its bytes show.
// Names under `cdx` are reserved for CycloneDX's own taxonomy, so ours stand under `aibom`.

import type { Artifact } from "../model/artifact.ts";
import type { FactName } from "../model/fact.ts";
import { comparePaths } from "../model/path-order.ts";
import { severities } from "../model/severity.ts";
import { cleanText, cleanUrl } from "./clean-text.ts";
import { agreedDataFacts, dataFacts } from "./data-entry.ts";
import type { FactIndex, Value } from "./fact-index.ts";
import type { Property } from "./file-components.ts";
import { isNameOnly, licensesDisagree } from "./licenses.ts";
import { agreedCardFacts, cardFacts } from "./model-card.ts";
import type { Item } from "./provenance.ts";
import { property, valueProperties } from "./value-properties.ts";

/** Reasons and ignored paths that are listed one by one. */
const maxListed = 1000;

/** Facts that the component takes over completely. */
const componentFacts: ReadonlySet<FactName> = new Set<FactName>(["author", "tag", "license", "base_model"]);

/** Facts of which the component takes the agreed value. */
const agreedComponentFacts: ReadonlySet<FactName> = new Set<FactName>([
  "version",
  "description",
  "organization",
]);

/** Properties for every fact that is not told elsewhere. */
export function factProperties(artifact: Artifact, index: FactIndex): Item<Property>[] {
  const names = [...new Set(artifact.facts.map((fact) => fact.name))];
  const told = artifact.kind === "model" ? cardFacts : artifact.kind === "dataset" ? dataFacts : undefined;
  return names.flatMap((name) => {
    const isTold = told?.has(name) === true || componentFacts.has(name);
    return isTold ? [] : untold(artifact, index, name).flatMap((value) => valueProperties(name, value));
  });
}

/** The values of `name` that no field of the component holds. */
function untold(artifact: Artifact, index: FactIndex, name: FactName): readonly Value[] {
  const all = index.all(name);
  if (name === "name") {
    return all.filter((value) => value.text !== artifact.name);
  }
  if (name === "license.name" && isNameOnly(index)) {
    return [];
  }
  if (name === "url" || name === "license.link") {
    return all.filter((value) => cleanUrl(value.text) === undefined);
  }
  const isTakenOver =
    agreedComponentFacts.has(name) ||
    (artifact.kind === "model" && agreedCardFacts.has(name)) ||
    (artifact.kind === "dataset" && agreedDataFacts.has(name));
  const agreed = isTakenOver ? index.agreed(name) : undefined;
  return all.filter((value) => value !== agreed);
}

/** Properties about the inventory itself: what was left out, what could not be read, what was found. */
export function inventoryProperties(artifact: Artifact, index: FactIndex): Item<Property>[] {
  const counts = severities.flatMap((severity) => {
    const count = artifact.findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [property(`aibom:findings:${severity}`, String(count))];
  });
  const disagreements = [...index.disagreements, ...(licensesDisagree(index) ? ["license"] : [])];
  return [
    ...counts,
    ...listed(
      "aibom:ignored",
      artifact.ignored.map(({ path, rule }) => `${path}: rule ${rule}`),
    ),
    ...(artifact.complete ? [] : listed("aibom:incomplete", incompleteReasons(artifact))),
    ...disagreements.map((name) => property("aibom:disagreement", name)),
    ...[...index.omitted].map(([name, count]) => property(`aibom:omitted:${name}`, String(count))),
  ];
}

/** `CODE path` for each finding about a file that could not be read, or about a path that is no file of ours. */
function incompleteReasons(artifact: Artifact): string[] {
  const status = new Map(artifact.files.map((file) => [file.path, file.status]));
  const reasons = artifact.findings
    .filter(({ location }) => (status.get(location.path) ?? "unverified") === "unverified")
    .map(({ code, location }) => `${code} ${location.path}`);
  const explained = new Set(artifact.findings.map(({ location }) => location.path));
  const unexplained = artifact.files
    .filter((file) => file.status === "unverified" && !explained.has(file.path))
    .map((file) => `unverified ${file.path}`);
  return [...reasons, ...unexplained];
}

function listed(name: string, values: readonly string[]): Item<Property>[] {
  const sorted = [...new Set(values)].sort(comparePaths);
  const rest = sorted.length - maxListed;
  return [
    ...sorted.slice(0, maxListed).map((value) => property(name, cleanText(value))),
    ...(rest > 0 ? [property(`aibom:omitted:${name.slice("aibom:".length)}`, String(rest))] : []),
  ];
}
