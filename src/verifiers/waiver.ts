// SPDX-License-Identifier: Apache-2.0
// Waivers: an in-toto statement with one subject in a DSSE envelope, signed by an identity with the usage `policy`.
// Nothing of it is read before the signature is good, and it counts only between its two instants.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Waiver, WaiverText } from "../model/waiver.ts";
import { loadValidator } from "../schemas/validators.ts";
import { mintWaiver } from "./mint.ts";
import { openSignature } from "./open-signature.ts";
import type { SignatureContext } from "./signature.ts";
import { parseStatement, type Statement, statementDepth, statementTypeV1 } from "./statement.ts";

/** The predicate type of waivers; schemas/waiver.schema.json describes the predicate. */
export const waiverPredicateType = "https://aibom.dev/waiver/v1";

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Opens a waiver and checks that it counts at `context.at`.
 * @throws {AibomError} WAIVER_*, STATEMENT_*, and those of `openSignature`
 */
export async function openWaiver(context: SignatureContext): Promise<Waiver> {
  const signed = await openSignature(context, { usage: "policy", maxBytes: limits.maxWaiverBytes });
  const statement = parseStatement(signed.payload, {
    path: context.signature,
    types: [statementTypeV1],
    maxDepth: statementDepth + 2,
  });
  const text = await parseWaiver(statement);
  checkWaiverWindow(text);
  requireCurrent(text, context.at);
  return mintWaiver({ ...text, signer: signed.signer, path: context.signature });
}

async function parseWaiver({ predicateType, predicate, subjects }: Statement): Promise<WaiverText> {
  if (predicateType !== waiverPredicateType) {
    const args = { got: predicateType.slice(0, 100), expected: waiverPredicateType };
    throw AibomError.of("STATEMENT_PREDICATE_TYPE", args);
  }
  const [subject] = subjects;
  if (subject === undefined || subjects.length > 1) {
    throw AibomError.of("STATEMENT_SUBJECT_COUNT", { count: subjects.length, expected: "exactly 1" });
  }
  const sha256 = subject.digests.get("sha256");
  if (sha256 === undefined || subject.digests.size > 1 || !/^[0-9a-f]{64}$/.test(sha256)) {
    throw AibomError.of("WAIVER_INVALID", { reason: "its subject has not one SHA-256 and nothing else" });
  }
  await checkWaiverText(predicate);
  // The validator has just shown that the predicate has this shape.
  return { ...(predicate as unknown as Omit<WaiverText, "sha256">), sha256 };
}

/**
 * Checks a predicate against the schema.
 * @throws {AibomError} WAIVER_INVALID
 */
export async function checkWaiverText(predicate: object): Promise<void> {
  const validate = await loadValidator("waiver");
  if (!validate(predicate)) {
    const [problem] = validate.errors ?? [];
    const reason = `${problem?.instancePath || "/"} ${problem?.message ?? "is not valid"}`;
    throw AibomError.of("WAIVER_INVALID", { reason: reason.slice(0, 200) });
  }
}

/**
 * A waiver ends, and soon.
 * @throws {AibomError} WAIVER_INVALID, WAIVER_TOO_LONG
 */
export function checkWaiverWindow({ issuedAt, notAfter }: Pick<WaiverText, "issuedAt" | "notAfter">): void {
  const [start, end] = [instantOf(issuedAt), instantOf(notAfter)];
  if (!(end > start)) {
    throw AibomError.of("WAIVER_INVALID", { reason: "notAfter is not after issuedAt, or no date" });
  }
  if (end - start > limits.maxWaiverDays * dayMs) {
    throw AibomError.of("WAIVER_TOO_LONG", { issuedAt, notAfter, days: limits.maxWaiverDays });
  }
}

/** NaN for what is no date of the calendar: Date rolls 30 February over to March. */
function instantOf(text: string): number {
  const instant = new Date(text);
  return Number.isNaN(instant.getTime()) || `${instant.toISOString().slice(0, 19)}Z` !== text
    ? Number.NaN
    : instant.getTime();
}

function requireCurrent({ issuedAt, notAfter }: WaiverText, at: Date): void {
  // Written so that an invalid date is outside.
  if (!(at.getTime() >= instantOf(issuedAt))) {
    throw AibomError.of("WAIVER_NOT_YET_VALID", { issuedAt });
  }
  if (!(at.getTime() <= instantOf(notAfter))) {
    throw AibomError.of("WAIVER_EXPIRED", { notAfter });
  }
}
