// SPDX-License-Identifier: Apache-2.0
// Who is behind something, and in whose reach: by the supplier register. Nobody who is not in it is anywhere.

import { isSigned } from "../policy/named-subjects.ts";
import type { GatedArtifact } from "../policy/rule.ts";
import type { Supplier } from "../policy/suppliers.ts";
import { type Answer, allOf, type EvidenceClass, type ProfileInput, unknown } from "./check.ts";

/** The countries that have a say over a party; `self` is at home. Undefined if nobody knows the party. */
export function countriesOf(
  party: string,
  { suppliers, perimeter }: ProfileInput,
): readonly string[] | undefined {
  if (party === "self") {
    return perimeter?.home;
  }
  const supplier = suppliers.find(({ id }) => id === party);
  return supplier === undefined ? undefined : [supplier.country, ...(supplier.control ?? [])];
}

/** Every party is in the reach of these countries only. */
export function allWithin(
  parties: readonly string[],
  countries: readonly string[],
  input: ProfileInput,
  evidence: EvidenceClass = supplierEvidence(parties, input),
): Answer {
  const strangers = parties.filter((party) => countriesOf(party, input) === undefined);
  if (strangers.length > 0) {
    return unknown("not in the supplier register", [...new Set(strangers)].sort());
  }
  const outside = parties.flatMap((party) => {
    const reach = (countriesOf(party, input) ?? []).filter((each) => !countries.includes(each));
    return reach.length === 0 ? [] : [`${party} (${[...new Set(reach)].sort().join(", ")})`];
  });
  return allOf(outside, evidence, `in the reach of other countries than ${countries.join(", ")}`);
}

/** A claim about suppliers is as good as the weaker of the two documents that it is read from. */
function supplierEvidence(parties: readonly string[], input: ProfileInput): EvidenceClass {
  const isOwn = parties.every((party) => party === "self");
  const classes = [input.perimeterEvidence, ...(isOwn ? [] : [input.suppliersEvidence])];
  return Math.min(...classes) as EvidenceClass;
}

/** Home, and the countries that are trusted. */
export function friendly({ perimeter }: ProfileInput): readonly string[] {
  return [...(perimeter?.home ?? []), ...(perimeter?.trusted ?? [])];
}

/** The supplier whose identity signed every file. */
export function supplierOf(gated: GatedArtifact, suppliers: readonly Supplier[]): Supplier | undefined {
  const { kind, name, facts, files } = gated.artifact;
  return suppliers.find(
    ({ signers = [] }) =>
      signers.length > 0 && isSigned({ gated, kind, name, facts, files }, { signedBy: signers }),
  );
}
