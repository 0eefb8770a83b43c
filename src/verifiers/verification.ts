// SPDX-License-Identifier: Apache-2.0
// What a signature verifier answers, and the fence around every verifier: whatever is thrown inside becomes
// a rejection with a code, never acceptance and never a crash.

import { AibomError } from "../errors.ts";
import type { PackageEvidence, Rejection, SignatureEvidence } from "../model/evidence.ts";
import type { Finding } from "../model/finding.ts";

/** The answer of a signature verifier: evidence or the reason why not, and what else it saw. */
export interface SignatureVerification {
  readonly evidence: readonly SignatureEvidence[];
  readonly rejected: readonly Rejection[];
  readonly findings: readonly Finding[];
  /** What it says about archives of packages. */
  readonly packages?: readonly PackageEvidence[];
}

/** What came of a check: its value, or why it was rejected. */
export type Attempt<T> = { readonly value: T } | { readonly rejection: Rejection };

/** Runs `check`; anything that it throws becomes a rejection. */
export function attempt<T>(about: About, check: () => T): Attempt<T> {
  try {
    return { value: check() };
  } catch (cause) {
    return { rejection: rejection(about, asAibomError(cause)) };
  }
}

/** As `attempt`, for checks that load their machinery. */
export async function attemptAsync<T>(about: About, check: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await check() };
  } catch (cause) {
    return { rejection: rejection(about, asAibomError(cause)) };
  }
}

/** What a rejection is about. */
export interface About {
  readonly subject: string;
  readonly signature: string;
}

/** An error as the reason of a rejection. */
export function rejection(about: About, error: AibomError): Rejection {
  const { subject, signature } = about;
  return { kind: "signature", subject, signature, code: error.code, args: error.args };
}

/** An answer with nothing but a rejection. */
export function rejectedOnly(rejected: Rejection, findings: readonly Finding[] = []): SignatureVerification {
  return { evidence: [], rejected: [rejected], findings };
}

/** Whatever was thrown, as an error of the table. */
export function asAibomError(cause: unknown): AibomError {
  if (cause instanceof AibomError) {
    return cause;
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return AibomError.of("SIGNATURE_VERIFIER_FAULT", { reason: reason.slice(0, 200) }, { cause });
}
