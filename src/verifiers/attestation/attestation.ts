// SPDX-License-Identifier: Apache-2.0
// From a payload whose signature is good to what it states: an in-toto statement (v1 and v0.1), its subjects and the
// claims of its predicate. Who signed it, and whether that signer may say so, was settled before.

import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { SignedClaim } from "../../model/signed-claim.ts";
import { isInTotoPayloadType } from "../dsse.ts";
import {
  parseStatement,
  type Statement,
  type Subject,
  statementDepth,
  statementTypeV1,
  statementTypeV01,
} from "../statement.ts";
import { Fields } from "./fields.ts";
import { predicateReaders } from "./predicates/index.ts";

/** What a signed payload states. */
export interface Attestation {
  readonly statement: Statement;
  readonly predicateType: string;
  /** `id` of the reader that read the predicate; undefined for a type that aibom does not know. */
  readonly reader: string | undefined;
  /** Every claim of a known predicate type; none for an unknown one. */
  readonly claims: readonly SignedClaim[];
  /** At least one. */
  readonly subjects: readonly Subject[];
}

/**
 * Reads an attestation. Nothing of it may be believed unless the signature over `signed` was verified.
 * @param path file that the payload comes from, for errors
 * @throws {AibomError} DSSE_PAYLOAD_TYPE, JSON_*, TEXT_NOT_UTF8, STATEMENT_*, PREDICATE_*
 */
export function openAttestation(
  signed: { readonly payload: Uint8Array; readonly payloadType: string },
  path: string,
): Attestation {
  if (!isInTotoPayloadType(signed.payloadType)) {
    throw AibomError.of("DSSE_PAYLOAD_TYPE", { got: signed.payloadType.slice(0, 100) });
  }
  const statement = parseStatement(signed.payload, {
    path,
    types: [statementTypeV1, statementTypeV01],
    maxDepth: limits.maxBomDepth + statementDepth,
    isPredicateOptional: true,
  });
  const { predicateType, subjects } = statement;
  if (subjects.length === 0) {
    throw AibomError.of("STATEMENT_SUBJECT_COUNT", { count: 0, expected: "at least 1" });
  }
  if (predicateType === "" || predicateType.length > limits.maxMetadataCharacters) {
    throw AibomError.of("STATEMENT_MALFORMED", { reason: "predicateType is empty or too long" });
  }
  const reader = predicateReaders.find(({ matches }) => matches(predicateType));
  const predicate = new Fields(statement.predicate, "", (pointer, reason) =>
    AibomError.of("PREDICATE_MALFORMED", { type: predicateType.slice(0, 200), pointer, reason }),
  );
  const claims = reader?.read(predicate, statement) ?? [];
  return { statement, predicateType, reader: reader?.id, claims, subjects };
}
