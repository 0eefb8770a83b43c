// SPDX-License-Identifier: Apache-2.0
// What a rule demands of a single signature besides its signer: how it was made, and when. A signature that lacks it
// does not count; it is not counted against anybody, so more evidence never hurts.

import type { SignatureEvidence } from "../model/evidence.ts";
import { isWithin } from "./age.ts";
import type { SignatureDemands } from "./policy.ts";

/** Why a signature does not count, or undefined if it does. */
export function missingDemand(
  demands: SignatureDemands,
  signature: SignatureEvidence,
  at: Date,
): string | undefined {
  const { schemes, trustedTime, transparencyLog, maxAge } = demands;
  if (schemes !== undefined && !schemes.includes(signature.scheme)) {
    return `its scheme is ${signature.scheme}, not ${schemes.join(" or ")}`;
  }
  if (transparencyLog === true && signature.logEntries === 0) {
    return "no entry of a transparency log was verified";
  }
  const times = signature.times.filter(
    ({ source }) => trustedTime === undefined || trustedTime === "any" || trustedTime.includes(source),
  );
  if (trustedTime !== undefined && times.length === 0) {
    return `no trusted time from ${trustedTime === "any" ? "any source" : trustedTime.join(" or ")}`;
  }
  return maxAge === undefined ? undefined : tooOld(maxAge, times, at);
}

/** A time proves that the signature existed then: it may be older, so the earliest proof counts. */
function tooOld(maxAge: string, times: SignatureEvidence["times"], at: Date): string | undefined {
  const earliest = Math.min(...times.map(({ time }) => time.getTime()));
  if (!Number.isFinite(earliest)) {
    return "nothing proves when it was made";
  }
  return isWithin(new Date(earliest), maxAge, at)
    ? undefined
    : `made at ${new Date(earliest).toISOString()}, at most ${maxAge} before the check is allowed`;
}
