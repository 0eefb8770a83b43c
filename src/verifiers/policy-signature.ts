// SPDX-License-Identifier: Apache-2.0
// Signatures of policies: an in-toto statement in a DSSE envelope whose one subject is the policy file, byte for byte.
// The predicate says nothing: what the policy is stands in the file.

import { createHash } from "node:crypto";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Signer } from "../model/evidence.ts";
import { openSignature } from "./open-signature.ts";
import type { SignatureContext } from "./signature.ts";
import { parseStatement, statementDepth, statementTypeV1 } from "./statement.ts";

/** The predicate type of signed policies. */
export const policyPredicateType = "https://aibom.dev/policy/v1";

/**
 * Who signed these bytes as a policy: an identity with the usage `policy`.
 * @throws {AibomError} POLICY_SIGNATURE_OTHER, STATEMENT_*, and those of `openSignature`
 */
export async function verifyPolicySignature(context: SignatureContext, policy: Uint8Array): Promise<Signer> {
  const signed = await openSignature(context, { usage: "policy", maxBytes: limits.maxPolicyBytes });
  const { predicateType, subjects } = parseStatement(signed.payload, {
    path: context.signature,
    types: [statementTypeV1],
    maxDepth: statementDepth + 2,
    isPredicateOptional: true,
  });
  if (predicateType !== policyPredicateType) {
    const args = { got: predicateType.slice(0, 100), expected: policyPredicateType };
    throw AibomError.of("STATEMENT_PREDICATE_TYPE", args);
  }
  const [subject] = subjects;
  if (subject === undefined || subjects.length > 1) {
    throw AibomError.of("STATEMENT_SUBJECT_COUNT", { count: subjects.length, expected: "exactly 1" });
  }
  const got = createHash("sha256").update(policy).digest("hex");
  const expected = subject.digests.get("sha256") ?? "no SHA-256";
  if (expected !== got) {
    throw AibomError.of("POLICY_SIGNATURE_OTHER", { expected: expected.slice(0, 64), got });
  }
  return signed.signer;
}
