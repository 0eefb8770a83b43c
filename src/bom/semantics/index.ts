// SPDX-License-Identifier: Apache-2.0
// The semantic layer: what a CycloneDX document can get wrong although it fits the schema. A new group is one
// file here and one line below.

import type { JsonObject } from "../../bytes/json.ts";
import { type Report, runChecks, type SemanticCheck } from "./check.ts";
import { components } from "./components.ts";
import { wholeDocument } from "./document.ts";
import { hashes } from "./hashes.ts";
import { identifiers } from "./identifiers.ts";
import { licenses } from "./licenses.ts";
import { references } from "./references.ts";

const groups: readonly (() => SemanticCheck)[] = [
  wholeDocument,
  references,
  identifiers,
  hashes,
  licenses,
  components,
];

/** Runs every check over a parsed document of any shape; findings go to `report`. Linear in the document. */
export function checkSemantics(document: JsonObject, report: Report): void {
  runChecks(
    document,
    groups.map((group) => group()),
    report,
  );
}
