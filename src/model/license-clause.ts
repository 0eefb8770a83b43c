// SPDX-License-Identifier: Apache-2.0
// Kinds of clauses in licences of models and datasets that ordinary lists of licences do not tell apart, and which files
// hold licence texts. A clause is described in our own words; what it means for somebody is a lawyer's business.

/**
 * - `remote-restriction`: the licensor may restrict use from afar.
 * - `geo-exclusion`: people or companies of some places get no rights.
 * - `field-of-use`: some uses are forbidden, for example commercial ones.
 * - `must-update`: the user has to move to newer versions.
 * - `mau-cap`: above a number of users another licence is needed.
 * - `revocable`: the licensor may end the licence at will.
 */
export const licenseClauses = [
  "remote-restriction",
  "geo-exclusion",
  "field-of-use",
  "must-update",
  "mau-cap",
  "revocable",
] as const;
export type LicenseClause = (typeof licenseClauses)[number];

/** True for files that hold a licence text by the usual names: LICENSE, LICENCE.md, COPYING, USE_POLICY.md. */
export function isLicenseText(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return /^(?:licen[cs]e|copying|use[_-]policy|terms)(?:[._-][a-z0-9._-]{1,32})?$/i.test(name);
}
