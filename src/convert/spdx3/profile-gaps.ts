// SPDX-License-Identifier: Apache-2.0
// What the profiles demand and the JSON schema does not check (SPDX 3.0.1, "External properties restrictions" of AIPackage,
// DatasetPackage and the Lite profile's absence here). A profile is claimed only by a document that meets it.

import { compareText } from "../../bom/order.ts";
import type { JsonObject } from "../../bytes/json.ts";
import type { Gap } from "../../model/conversion.ts";

/** Members that every package of a profile must have; those of the second list exactly once. */
const demands: Readonly<Record<string, readonly string[]>> = {
  ai_AIPackage: [
    "suppliedBy",
    "releaseTime",
    "software_downloadLocation",
    "software_packageVersion",
    "software_primaryPurpose",
  ],
  dataset_DatasetPackage: [
    "dataset_datasetType",
    "builtTime",
    "originatedBy",
    "releaseTime",
    "software_downloadLocation",
    "software_primaryPurpose",
  ],
};

const profiles: Readonly<Record<string, string>> = { ai_AIPackage: "ai", dataset_DatasetPackage: "dataset" };

/** What elements lack for the AI and the Dataset profile, by profile and member. */
export function profileGaps(elements: readonly JsonObject[]): readonly Gap[] {
  const licensed = licensedElements(elements);
  const gaps = new Map<string, Gap>();
  for (const element of elements) {
    const type = String(element["type"]);
    const profile = Object.hasOwn(profiles, type) ? profiles[type] : undefined;
    if (profile === undefined) {
      continue;
    }
    const missing = [
      ...(demands[type] ?? []).filter((member) => !isMet(element, member)),
      ...["hasDeclaredLicense", "hasConcludedLicense"].filter(
        (relation) => licensed.get(relation)?.get(String(element["spdxId"])) !== 1,
      ),
    ];
    for (const member of missing) {
      const key = `${profile} ${member}`;
      const known = gaps.get(key);
      const first = typeof element["name"] === "string" ? element["name"] : String(element["spdxId"]);
      gaps.set(key, {
        profile,
        missing: member,
        count: 1 + (known?.count ?? 0),
        first: known?.first ?? first,
      });
    }
  }
  return [...gaps.values()].sort(
    (a, b) => compareText(a.profile, b.profile) || compareText(a.missing, b.missing),
  );
}

function isMet(element: JsonObject, member: string): boolean {
  const value = Object.hasOwn(element, member) ? element[member] : undefined;
  // The Dataset profile wants exactly one origin.
  const length = Array.isArray(value) ? value.length : value === undefined ? 0 : 1;
  return member === "originatedBy" ? length === 1 : length > 0;
}

/** How many relationships of each license kind lead from an element. */
function licensedElements(elements: readonly JsonObject[]): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const counts = new Map<string, Map<string, number>>();
  for (const element of elements.filter(({ type }) => type === "Relationship")) {
    const [kind, from] = [String(element["relationshipType"]), String(element["from"])];
    const of = counts.get(kind) ?? new Map<string, number>();
    counts.set(kind, of.set(from, 1 + (of.get(from) ?? 0)));
  }
  return counts;
}

/** The profiles that a document can claim: what it uses, and the AI and Dataset profile where nothing is missing. */
export function conformance(
  elements: readonly JsonObject[],
  gaps: readonly Gap[],
  isExtended: boolean,
): readonly string[] {
  const types = new Set(elements.map(({ type }) => String(type)));
  const complete = (type: string, profile: string): string[] =>
    types.has(type) && !gaps.some((gap) => gap.profile === profile) ? [profile] : [];
  return [
    "core",
    "software",
    ...(types.has("simplelicensing_LicenseExpression") ? ["simpleLicensing"] : []),
    ...complete("ai_AIPackage", "ai"),
    ...complete("dataset_DatasetPackage", "dataset"),
    ...(isExtended || elements.some((element) => element["extension"] !== undefined) ? ["extension"] : []),
  ];
}
