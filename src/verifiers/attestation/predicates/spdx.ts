// SPDX-License-Identifier: Apache-2.0
// SPDX document as predicate: v2 (in-toto/attestation, spec/predicates/spdx2.md) and v3 (spdx3.md), in JSON. Only
// what identifies the document is claimed. Tag-value texts, which early cosign wrapped, are left out.

import { bomClaims } from "../bom-claims.ts";
import type { Fields } from "../fields.ts";
import { type ClaimList, definePredicate } from "../predicate.ts";

const typePattern = /^https:\/\/spdx\.dev\/Document(?:\/v([0-9](?:\.[0-9]{1,2}){0,2}))?$/;
const claims = {
  ...bomClaims,
  "bom.namespace": "the document's URI; SPDX 2",
  "bom.name": "the document's name; SPDX 2",
} as const;

export const spdx = definePredicate({
  id: "spdx",
  specification: "SPDX 2.x and 3.0, JSON",
  types: ["https://spdx.dev/Document", "https://spdx.dev/Document/v*"],
  matches: (predicateType) => typePattern.test(predicateType),
  claims,
  read: (predicate, list, { predicateType }) => {
    const version = typePattern.exec(predicateType)?.[1] ?? "";
    list.add("bom.format", "SPDX");
    if (predicate.has("@graph")) {
      readGraph(predicate, version, list);
    } else {
      readDocument(predicate, version, list);
    }
  },
});

/** SPDX 2: one document object. */
function readDocument(document: Fields, version: string, list: ClaimList<keyof typeof claims>): void {
  const specVersion = /^SPDX-(2\.[0-9]{1,2})$/.exec(document.text("spdxVersion"))?.[1];
  if (specVersion === undefined || !isVersionOf(version, specVersion)) {
    throw document.fault("spdxVersion", "is not a version of SPDX 2, or not that of the predicate type");
  }
  document.choice("SPDXID", ["SPDXRef-DOCUMENT"]);
  list.add("bom.specVersion", specVersion);
  list.add("bom.namespace", document.optionalText("documentNamespace"));
  list.add("bom.name", document.optionalText("name"));
  list.add("bom.components.count", document.optionalObjects("packages").length);
}

/** SPDX 3: a JSON-LD graph; the version is stated by its creation information. */
function readGraph(document: Fields, version: string, list: ClaimList<keyof typeof claims>): void {
  const versions = new Set<string>();
  let packages = 0;
  for (const element of document.objects("@graph")) {
    const type = element.optionalText("type") ?? element.optionalText("@type") ?? "";
    packages += type.endsWith("Package") ? 1 : 0;
    if (type === "CreationInfo") {
      versions.add(element.text("specVersion"));
    }
  }
  const [specVersion] = versions;
  if (versions.size > 1 || !(specVersion ?? "3.").startsWith("3.")) {
    throw document.fault("@graph", "names several versions of SPDX, or another than 3");
  }
  if (!isVersionOf(version, specVersion ?? "3")) {
    throw document.fault("@graph", `is not of version ${version}, which the predicate type names`);
  }
  list.add("bom.specVersion", specVersion);
  list.add("bom.components.count", packages);
}

/** True if the predicate type names no version, this one, or a part of it (`3` and `3.0` for `3.0.1`). */
function isVersionOf(version: string, specVersion: string): boolean {
  return (
    version === "" ||
    `${specVersion}.`.startsWith(`${version}.`) ||
    `${version}.`.startsWith(`${specVersion}.`)
  );
}
