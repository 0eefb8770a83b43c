// SPDX-License-Identifier: Apache-2.0
// Short phrases by which clauses are recognised. Each is a few words of the licence that is named beside it, in lower case
// with single spaces. A phrase that is found shows the clause; that none is found shows nothing.

import type { LicenseClause } from "../../model/license-clause.ts";

interface Phrase {
  readonly clause: LicenseClause;
  readonly text: string;
  /** Licences that have it. */
  readonly source: string;
}

export const clausePhrases: readonly Phrase[] = [
  {
    clause: "remote-restriction",
    text: "restrict (remotely or otherwise) usage",
    source: "OpenRAIL-M family §7, Gemma Terms of Use §3.2",
  },
  {
    clause: "must-update",
    text: "update the model through electronic means",
    source: "CreativeML OpenRAIL-M §7",
  },
  {
    clause: "must-update",
    text: "reasonable efforts to use the latest version",
    source: "CreativeML OpenRAIL-M §7",
  },
  {
    clause: "geo-exclusion",
    text: "principal place of business in, the european union",
    source: "Llama 3.2 and 4 Acceptable Use Policies (multimodal models)",
  },
  {
    clause: "geo-exclusion",
    text: "does not apply in the european union",
    source: "Tencent Hunyuan Community License",
  },
  {
    clause: "mau-cap",
    text: "million monthly active users",
    source: "Llama 2 to 4 Community Licenses §2, Tongyi Qianwen and Tencent Hunyuan licences",
  },
  {
    clause: "field-of-use",
    text: "use restrictions",
    source: "OpenRAIL-M family, attachment A",
  },
  {
    clause: "field-of-use",
    text: "acceptable use policy",
    source: "Llama Community Licenses",
  },
  {
    clause: "field-of-use",
    text: "prohibited use policy",
    source: "Gemma Terms of Use §3.2",
  },
  {
    clause: "field-of-use",
    text: "non-commercial",
    source: "licences for research and for non-commercial use",
  },
  {
    clause: "field-of-use",
    text: "noncommercial",
    source: "Creative Commons NC licences, FAIR Noncommercial Research License",
  },
  {
    clause: "revocable",
    text: "may terminate this agreement at any time",
    source: "licences that end at the licensor's will",
  },
  {
    clause: "revocable",
    text: "revocable license",
    source: "licences that grant no irrevocable rights",
  },
];
