// SPDX-License-Identifier: Apache-2.0
// Claimed licences as CycloneDX `licenses` (1.6 and 1.7, licenseChoice). All are `declared`: nothing is
// concluded. Claims that disagree are all listed. CycloneDX 1.6 allows one expression alone; beside other
// licences it becomes a name there, so that nothing is lost.

import * as SPDX from "@cyclonedx/cyclonedx-library/SPDX";
import { cleanUrl } from "./clean-text.ts";
import type { Document } from "./document.ts";
import type { SpecVersion } from "./extend.ts";
import type { FactIndex, Value } from "./fact-index.ts";
import type { Item } from "./provenance.ts";
import { type License, normalizeLicense } from "./spdx.ts";

const acknowledgement = "declared";

/** What cards write when the licence is told elsewhere (Hugging Face: `license: other` + `license_name`). */
const placeholders = new Set(["other", "unknown"]);

/** The licences of one artifact, unsorted. */
export function licenseItems(index: FactIndex, specVersion: SpecVersion): Item<Document>[] {
  const names = index.all("license.name");
  const stated = index
    .all("license")
    .map((value) => ({ value, license: normalizeLicense(value.text) }))
    .filter(({ license }) => names.length === 0 || !isPlaceholder(license));
  const named = isNameOnly(index) ? names : [];
  const all = [...stated, ...named.map((value) => ({ value, license: normalizeLicense(value.text) }))];
  const distinct = new Set(all.map(({ license }) => license.text));
  const canHoldExpression = specVersion === "1.7" || distinct.size === 1;
  const link = licenseLink(index);
  return all.map(({ value, license }) => item(value, license, canHoldExpression, link));
}

/** True if `license.name` stands for the licence, not beside it. */
export function isNameOnly(index: FactIndex): boolean {
  return index.all("license").every((value) => isPlaceholder(normalizeLicense(value.text)));
}

/** True if licences from different files differ. A list in one file is no disagreement. */
export function licensesDisagree(index: FactIndex): boolean {
  const byPath = new Map<string, Set<string>>();
  for (const value of index.all("license")) {
    const { text } = normalizeLicense(value.text);
    for (const { path } of value.origins) {
      const texts = byPath.get(path ?? "") ?? new Set();
      byPath.set(path ?? "", texts.add(text));
    }
  }
  const stated = new Set([...byPath.values()].map((texts) => [...texts].sort().join("\n")));
  return stated.size > 1;
}

function isPlaceholder(license: License): boolean {
  return license.kind === "name" && placeholders.has(license.text.toLowerCase());
}

/** The link to the licence's text: a web address, or a file of the artifact. */
function licenseLink(index: FactIndex): string | undefined {
  const link = index.agreed("license.link")?.text;
  if (link === undefined) {
    return undefined;
  }
  const isFile = /^[A-Za-z0-9_-][A-Za-z0-9._/-]{0,255}$/.test(link);
  return isFile ? link : cleanUrl(link);
}

function item(value: Value, license: License, canHoldExpression: boolean, link?: string): Item<Document> {
  const json = licenseJson(license, canHoldExpression, link);
  return { key: JSON.stringify(json), json, origins: value.origins };
}

/** One licence as an entry of `licenses`. */
export function licenseJson(license: License, canHoldExpression: boolean, link?: string): Document {
  // CycloneDX carries its own copy of the SPDX list, which can lag behind.
  if (license.kind === "id" && SPDX.isSupportedSpdxId(license.text)) {
    return { license: { id: license.text, acknowledgement } };
  }
  if (license.kind === "expression" && canHoldExpression) {
    return { expression: license.text, acknowledgement };
  }
  const url = license.kind === "name" && link !== undefined ? { url: link } : {};
  return { license: { name: license.text, acknowledgement, ...url } };
}
