// SPDX-License-Identifier: Apache-2.0
// CycloneDX BOM as predicate (in-toto/attestation, spec/predicates/cyclonedx.md). Only what identifies the BOM is
// claimed; the BOM that aibom itself uses is verified by bom-statement.ts. cosign's older wrapping of the BOM in
// `Data` is left out: it is no CycloneDX.

import { bomClaims } from "../bom-claims.ts";
import { definePredicate } from "../predicate.ts";

const typePattern = /^https:\/\/cyclonedx\.org\/bom(?:\/v([0-9]{1,2}\.[0-9]{1,2}))?$/;

export const cyclonedx = definePredicate({
  id: "cyclonedx",
  specification: "CycloneDX 1.2 and newer, JSON",
  types: ["https://cyclonedx.org/bom", "https://cyclonedx.org/bom/v*"],
  matches: (predicateType) => typePattern.test(predicateType),
  claims: {
    ...bomClaims,
    "bom.serialNumber": "the BOM's URN",
    "bom.version": "its version under this serial number",
  },
  read: (predicate, claims, { predicateType }) => {
    const version = typePattern.exec(predicateType)?.[1];
    const specVersion = predicate.text("specVersion");
    if (version !== undefined && version !== specVersion) {
      throw predicate.fault("specVersion", `is not the version of the predicate type, ${version}`);
    }
    claims.add("bom.format", predicate.choice("bomFormat", ["CycloneDX"]));
    claims.add("bom.specVersion", specVersion);
    claims.add("bom.serialNumber", predicate.optionalText("serialNumber"));
    claims.add("bom.version", predicate.optionalCount("version"));
    claims.add("bom.components.count", predicate.optionalObjects("components").length);
  },
});
