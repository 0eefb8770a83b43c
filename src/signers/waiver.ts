// SPDX-License-Identifier: Apache-2.0
// Writes and signs a waiver: an in-toto statement whose one subject is what it waives a rule for.

import { limits } from "../limits.ts";
import type { WaiverText } from "../model/waiver.ts";
import { statementTypeV1 } from "../verifiers/statement.ts";
import { checkWaiverText, checkWaiverWindow, waiverPredicateType } from "../verifiers/waiver.ts";
import type { KeylessSigner, Signer } from "./signer.ts";
import { signStatement } from "./statement-bundle.ts";

/**
 * The bytes of a waiver's `.sigstore.json`. `name` is what people call its subject.
 * @throws {AibomError} WAIVER_INVALID, WAIVER_TOO_LONG, and those of the signer
 */
export async function signWaiver(
  { sha256, ...predicate }: WaiverText,
  name: string,
  signer: Signer | KeylessSigner,
): Promise<Uint8Array> {
  await checkWaiverText(predicate);
  checkWaiverWindow(predicate);
  const subject = [{ name, digest: { sha256 } }];
  const statement = { _type: statementTypeV1, subject, predicateType: waiverPredicateType, predicate };
  return signStatement(Buffer.from(JSON.stringify(statement)), signer, limits.maxWaiverBytes);
}
