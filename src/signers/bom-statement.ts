// SPDX-License-Identifier: Apache-2.0
// Signs a BOM: an in-toto Statement v1 whose predicate is the BOM, as it is written, and whose subjects are
// the BOM file and its artifacts by digest.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { bomPredicateType, bomSubjects, parseBomObject } from "../verifiers/bom-statement.ts";
import { statementTypeV1 } from "../verifiers/statement.ts";
import type { KeylessSigner, Signer } from "./signer.ts";
import { signStatement } from "./statement-bundle.ts";

export interface SignedBomStatement {
  /** Bytes of the `.sigstore.json` file. */
  readonly bundle: Uint8Array;
  /** How many subjects the statement names, the BOM file included. */
  readonly subjects: number;
}

/**
 * Signs the bytes of a BOM file. `name` is its base name.
 * @throws {AibomError} JSON_*, BUNDLE_TOO_LARGE, STATEMENT_SUBJECT_COUNT, STATEMENT_MALFORMED, and those of the signer
 */
export async function signBom(
  bytes: Uint8Array,
  name: string,
  signer: Signer | KeylessSigner,
): Promise<SignedBomStatement> {
  const bom = parseBomObject(bytes, name);
  const subjects = bomSubjects(bytes, bom, name);
  if (subjects.length > limits.maxStatementEntries) {
    throw AibomError.of("STATEMENT_SUBJECT_COUNT", {
      count: subjects.length,
      expected: `at most ${limits.maxStatementEntries}`,
    });
  }
  const bundle = await signStatement(bomStatement(bytes, subjects), signer, limits.maxBomBundleBytes);
  return { bundle, subjects: subjects.length };
}

/** The BOM goes in byte for byte: parsing and printing it again would round its numbers. */
function bomStatement(bytes: Uint8Array, subjects: ReturnType<typeof bomSubjects>): Uint8Array {
  const subject = subjects.map((each) => ({ name: each.name, digest: { [each.algorithm]: each.hex } }));
  const head = JSON.stringify({ _type: statementTypeV1, subject, predicateType: bomPredicateType });
  return Buffer.concat([Buffer.from(`${head.slice(0, -1)},"predicate":`), bytes, Buffer.from("}")]);
}
