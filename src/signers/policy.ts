// SPDX-License-Identifier: Apache-2.0
// Signs a policy: an in-toto statement whose one subject is the file.

import { createHash } from "node:crypto";
import { limits } from "../limits.ts";
import { policyPredicateType } from "../verifiers/policy-signature.ts";
import { statementTypeV1 } from "../verifiers/statement.ts";
import type { KeylessSigner, Signer } from "./signer.ts";
import { signStatement } from "./statement-bundle.ts";

/**
 * The bytes of a policy's `.sigstore.json`. `name` is the file's base name, for people.
 * @throws {AibomError} those of the signer
 */
export async function signPolicyBytes(
  policy: Uint8Array,
  name: string,
  signer: Signer | KeylessSigner,
): Promise<Uint8Array> {
  const sha256 = createHash("sha256").update(policy).digest("hex");
  const subject = [{ name, digest: { sha256 } }];
  const statement = { _type: statementTypeV1, subject, predicateType: policyPredicateType, predicate: {} };
  return signStatement(Buffer.from(JSON.stringify(statement)), signer, limits.maxPolicyBytes);
}
