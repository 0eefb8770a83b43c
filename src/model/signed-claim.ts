// SPDX-License-Identifier: Apache-2.0
// A signed claim: one value out of the predicate of an attestation whose signature is good. It is as true as
// its signer is trusted, and is kept apart from facts (read from the artifact) and from evidence (checked here).

/**
 * One value that a signer states. Names are documented in docs/attestations.md (`slsa.builder.id`); a list is
 * several claims of one name. Texts are as signed, unescaped; instants are RFC 3339 in UTC with milliseconds.
 */
export interface SignedClaim {
  readonly name: string;
  readonly value: string | number | boolean;
}
