// SPDX-License-Identifier: Apache-2.0
// Facts without a CycloneDX field of their own, as properties. The grade is part of the name:
// `aibom:claim:…` is what the artifact says about itself, `aibom:computed:…` is what its bytes show.
// Names under `cdx` are reserved for CycloneDX's own taxonomy, so ours stand under `aibom`.

import type { Artifact } from "../model/artifact.ts";
import type { FactName } from "../model/fact.ts";
import { comparePaths } from "../model/path-order.ts";
import { severities } from "../model/severity.ts";
import { cleanText, cleanUrl } from "./clean-text.ts";
import type { FactIndex, Value } from "./fact-index.ts";
import type { Property } from "./file-components.ts";
import { isNameOnly, licensesDisagree } from "./licenses.ts";
import { agreedCardFacts, cardFacts, propertyItem } from "./model-card.ts";
import type { Item } from "./provenance.ts";

const maxNameCharacters = 256;
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

/** Facts whose values are `{key, value}` pairs, and the members that hold them. */
const keyedFacts: ReadonlyMap<FactName, readonly [key: string, value: string]> = new Map<
  FactName,
  readonly [string, string]
>([
  ["metadata", ["key", "value"]],
  ["opset", ["domain", "version"]],
  ["input", ["name", "format"]],
  ["output", ["name", "format"]],
]);

/** Facts whose values are maps: one property per member. */
const mapFacts: ReadonlySet<FactName> = new Set<FactName>(["dtypes", "quantizations", "operators"]);

/** Properties for every fact that is not told elsewhere. */
export function factProperties(artifact: Artifact, index: FactIndex): Item<Property>[] {
  const names = [...new Set(artifact.facts.map((fact) => fact.name))];
  const isModel = artifact.kind === "model";
  return names.flatMap((name) => {
    const isTold = (isModel && cardFacts.has(name)) || componentFacts.has(name);
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
    agreedComponentFacts.has(name) || (artifact.kind === "model" && agreedCardFacts.has(name));
  const agreed = isTakenOver ? index.agreed(name) : undefined;
  return all.filter((value) => value !== agreed);
}

function valueProperties(name: FactName, value: Value): Item<Property>[] {
  const prefix = `aibom:${value.grade}:${name}`;
  const keyed = keyedFacts.get(name);
  const key = keyed === undefined ? undefined : value.member(keyed[0]);
  if (keyed !== undefined && key !== undefined) {
    return [propertyItem(propertyName(prefix, key), value.member(keyed[1]) ?? "", value)];
  }
  const entries = mapFacts.has(name) ? value.entries() : [];
  if (entries.length > 0) {
    return entries.map(([member, text]) => propertyItem(propertyName(prefix, member), text, value));
  }
  if (name === "producer") {
    const text = [value.member("name"), value.member("version")].filter((part) => part !== undefined);
    return [propertyItem(prefix, text.length === 0 ? value.text : text.join(" "), value)];
  }
  return [propertyItem(prefix, value.text, value)];
}

/** An empty key (the default ONNX domain) stays visible as an empty last part. */
function propertyName(prefix: string, key: string): string {
  return `${prefix}:${key}`.slice(0, maxNameCharacters).toWellFormed();
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

/** A property that aibom states by itself. */
export function property(name: string, value: string): Item<Property> {
  return { key: `${name}\0${value}`, json: { name, value }, origins: [] };
}
