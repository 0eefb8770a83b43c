// SPDX-License-Identifier: Apache-2.0
// What a reader of one predicate type implements. A reader is given a predicate out of a statement whose
// signature is good, and says all of its claims or throws: there is no half-read predicate.

import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { SignedClaim } from "../../model/signed-claim.ts";
import type { Statement } from "../statement.ts";
import type { Fields } from "./fields.ts";

/** A predicate type that aibom reads. */
export interface PredicateReader {
  /** Stable name, the file's own. */
  readonly id: string;
  /** The specification and the version that was implemented. */
  readonly specification: string;
  /** The predicate types, as documented; `*` stands for a version. */
  readonly types: readonly string[];
  /** True for the predicate types of this reader, compared exactly. */
  readonly matches: (predicateType: string) => boolean;
  /** Every claim that this reader can make, with what it says. */
  readonly claims: Readonly<Record<string, string>>;
  /** @throws {AibomError} PREDICATE_MALFORMED, PREDICATE_CLAIMS_TOO_MANY */
  readonly read: (predicate: Fields, statement: Statement) => readonly SignedClaim[];
}

/** Collects the claims of one predicate; names are those that the reader documents. */
export class ClaimList<Name extends string> {
  readonly #claims: SignedClaim[] = [];

  /** Adds one claim; nothing if the value is undefined, since what is absent is not claimed. */
  add(name: Name, value: string | number | boolean | undefined): void {
    if (value === undefined) {
      return;
    }
    if (typeof value === "string" && value.length > limits.maxMetadataCharacters) {
      throw AibomError.of("PREDICATE_CLAIM_TOO_LONG", { name, limit: limits.maxMetadataCharacters });
    }
    if (this.#claims.length >= limits.maxSignedClaims) {
      throw AibomError.of("PREDICATE_CLAIMS_TOO_MANY", { limit: limits.maxSignedClaims });
    }
    this.#claims.push({ name, value });
  }

  /** Adds one claim for each value. */
  addAll(name: Name, values: Iterable<string>): void {
    for (const value of values) {
      this.add(name, value);
    }
  }

  get claims(): readonly SignedClaim[] {
    return this.#claims;
  }
}

interface Definition<Name extends string> {
  readonly id: string;
  readonly specification: string;
  readonly types: readonly string[];
  readonly matches?: (predicateType: string) => boolean;
  readonly claims: Readonly<Record<Name, string>>;
  readonly read: (predicate: Fields, claims: ClaimList<Name>, statement: Statement) => void;
}

/** Builds a reader; the names that `read` may use are those of `claims`. */
export function definePredicate<Name extends string>(definition: Definition<Name>): PredicateReader {
  const { id, specification, types, claims, read } = definition;
  return {
    id,
    specification,
    types,
    matches: definition.matches ?? ((predicateType) => types.includes(predicateType)),
    claims,
    read: (predicate, statement) => {
      const list = new ClaimList<Name>();
      read(predicate, list, statement);
      return list.claims;
    },
  };
}
