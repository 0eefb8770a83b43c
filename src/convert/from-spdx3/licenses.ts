// SPDX-License-Identifier: Apache-2.0
// License relationships of SPDX as `licenses` of CycloneDX 1.7. That nothing is asserted is what CycloneDX says by silence.

import { normalizeLicense } from "../../bom/spdx.ts";
import type { JsonObject } from "../../bytes/json.ts";
import { noAssertion } from "../spdx3/vocabulary.ts";
import { type ReadGraph, related } from "./spdx-graph.ts";

const listed = "https://spdx.org/licenses/";

/** The licenses of an element, declared and concluded. */
export function readLicenses(graph: ReadGraph, id: string): readonly JsonObject[] {
  return (["declared", "concluded"] as const).flatMap((acknowledgement) => {
    const type = acknowledgement === "declared" ? "hasDeclaredLicense" : "hasConcludedLicense";
    return related(graph, id, type)
      .map((target) => choice(graph, target, acknowledgement))
      .filter((each) => each !== undefined);
  });
}

function choice(graph: ReadGraph, id: string, acknowledgement: string): JsonObject | undefined {
  if (id === noAssertion.license) {
    return undefined;
  }
  const { taken, byId } = graph;
  const element = byId.get(id);
  for (const key of ["type", "spdxId", "creationInfo"]) {
    taken.whole(element, key);
  }
  const expression =
    taken.text(element, "simplelicensing_licenseExpression") ??
    (id.startsWith(listed) ? id.slice(listed.length) : undefined);
  const name = taken.text(element, "name");
  const [url] = taken.objects(element, "externalRef").flatMap((each) => {
    taken.whole(each, "type");
    taken.whole(each, "externalRefType");
    return taken.texts(each, "locator");
  });
  if (expression === undefined) {
    return undefined;
  }
  const known = normalizeLicense(expression);
  const members = { acknowledgement, ...(url === undefined ? {} : { url }) };
  if (expression.startsWith("LicenseRef-") && name !== undefined) {
    return { license: { name, ...members } };
  }
  if (known.kind === "id") {
    return { license: { id: known.text, ...members } };
  }
  return known.kind === "expression"
    ? { expression, acknowledgement }
    : { license: { name: name ?? expression, ...members } };
}
