// SPDX-License-Identifier: Apache-2.0
// Licenses as license expressions (Simple Licensing profile). What is no expression gets a LicenseRef whose element has its name;
// nothing is concluded that the BOM does not call concluded.

import { contentKey } from "../../bom/refs.ts";
import { normalizeLicense } from "../../bom/spdx.ts";
import type { JsonObject } from "../../bytes/json.ts";
import { present, type SpdxGraph } from "./graph.ts";
import { noAssertion } from "./vocabulary.ts";

/** What the licenses of one component come to. */
export interface ComponentLicenses {
  readonly declared: readonly string[];
  readonly concluded: readonly string[];
}

/** The license elements of a holder of `licenses`. Those that are not called concluded count as declared. */
export function licensesOf(graph: SpdxGraph, holder: JsonObject): ComponentLicenses {
  const { taken } = graph;
  const declared: string[] = [];
  const concluded: string[] = [];
  for (const choice of taken.objects(holder, "licenses")) {
    const license = taken.object(choice, "license");
    const of = license ?? choice;
    taken.whole(of, "bom-ref");
    const acknowledged = taken.text(of, "acknowledgement");
    const id = licenseElement(graph, choice, license);
    if (id !== undefined) {
      (acknowledged === "concluded" ? concluded : declared).push(id);
    }
  }
  return { declared: [...new Set(declared)], concluded: [...new Set(concluded)] };
}

function licenseElement(
  graph: SpdxGraph,
  choice: JsonObject,
  license: JsonObject | undefined,
): string | undefined {
  const { taken } = graph;
  const stated = taken.text(choice, "expression") ?? taken.text(license, "id");
  const name = stated ?? taken.text(license, "name");
  if (name === undefined) {
    return undefined;
  }
  const url = taken.text(license, "url");
  const known = normalizeLicense(name);
  const isExpression = known.kind !== "name";
  const expression = isExpression ? known.text : `LicenseRef-${contentKey(name)}`;
  const references =
    url === undefined ? [] : [{ type: "ExternalRef", externalRefType: "license", locator: [url] }];
  return graph.add(
    "simplelicensing_LicenseExpression",
    graph.id("license", contentKey(name, url ?? "")),
    present({
      // The spelling of the BOM, where it is another.
      name: expression === name ? undefined : name,
      externalRef: references,
      simplelicensing_licenseExpression: expression,
    }),
  );
}

/** Relates a component to its licenses. Where nothing is known, that is said. */
export function relateLicenses(graph: SpdxGraph, from: string, licenses: ComponentLicenses): void {
  const { declared, concluded } = licenses;
  graph.relate(from, "hasDeclaredLicense", declared.length === 0 ? [noAssertion.license] : declared);
  graph.relate(from, "hasConcludedLicense", concluded.length === 0 ? [noAssertion.license] : concluded);
}
