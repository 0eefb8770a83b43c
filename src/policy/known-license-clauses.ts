// SPDX-License-Identifier: Apache-2.0
// Clauses of licences by the names that model cards give them. Read from the licences' own texts, in our words; data, to
// be extended with care: what is not listed is unknown, and unknown is not harmless.

import { normalizeLicense } from "../bom/spdx.ts";
import type { LicenseClause } from "../model/license-clause.ts";

interface KnownLicense {
  /** Names as model cards write them, lower case. */
  readonly names: readonly string[];
  readonly clauses: readonly LicenseClause[];
  /** The text that was read. */
  readonly source: string;
}

const known: readonly KnownLicense[] = [
  {
    names: ["creativeml-openrail-m", "openrail", "openrail++", "bigscience-openrail-m", "deepseek"],
    clauses: ["remote-restriction", "must-update", "field-of-use"],
    source: "OpenRAIL-M texts, §7 and attachment A",
  },
  {
    names: ["bigscience-bloom-rail-1.0", "bigcode-openrail-m"],
    clauses: ["remote-restriction", "field-of-use"],
    source: "BigScience RAIL 1.0 and BigCode OpenRAIL-M, attachment A",
  },
  {
    names: ["gemma"],
    clauses: ["remote-restriction", "field-of-use"],
    source: "Gemma Terms of Use, §3.2",
  },
  {
    names: ["llama2", "llama3", "llama3.1", "llama3.3"],
    clauses: ["mau-cap", "field-of-use"],
    source: "Llama Community Licenses, §2, and their acceptable use policies",
  },
  {
    names: ["llama3.2", "llama4"],
    clauses: ["mau-cap", "field-of-use", "geo-exclusion"],
    source:
      "Llama 3.2 and 4 Community Licenses and acceptable use policies; the exclusion is of multimodal models",
  },
  {
    names: ["tongyi-qianwen", "qwen"],
    clauses: ["mau-cap"],
    source: "Tongyi Qianwen License Agreement",
  },
  {
    names: ["tencent-hunyuan-community"],
    clauses: ["mau-cap", "geo-exclusion", "field-of-use"],
    source: "Tencent Hunyuan Community License Agreement",
  },
  {
    names: ["fair-noncommercial-research-license", "apple-amlr", "qwen-research", "intel-research"],
    clauses: ["field-of-use"],
    source: "research licences of FAIR, Apple, Alibaba and Intel",
  },
  {
    names: ["2.0", "2.5", "3.0", "4.0"].flatMap((version) =>
      ["cc-by-nc", "cc-by-nc-sa", "cc-by-nc-nd"].map((id) => `${id}-${version}`),
    ),
    clauses: ["field-of-use"],
    source: "Creative Commons NC licences",
  },
];

/** Names of the licences that have one of these clauses. */
export function licensesWith(clauses: readonly LicenseClause[]): readonly string[] {
  return known
    .filter((license) => license.clauses.some((clause) => clauses.includes(clause)))
    .flatMap(({ names }) => names);
}

/** The clauses of the licence of this name; none if nobody has read it. */
export function clausesOf(name: string): readonly LicenseClause[] {
  const key = name.trim().toLowerCase();
  return known.filter(({ names }) => names.includes(key)).flatMap(({ clauses }) => clauses);
}

/** True if it is a licence of the SPDX list (or an expression of such), or one whose clauses are known. */
export function isKnownLicense(name: string): boolean {
  return normalizeLicense(name).kind !== "name" || hasKnownClauses(name);
}

/** True if the clauses of a licence of this name are known. */
export function hasKnownClauses(name: string): boolean {
  const key = name.trim().toLowerCase();
  return known.some(({ names }) => names.includes(key));
}
