// SPDX-License-Identifier: Apache-2.0
// What a signature verifier answers, and the fence around every verifier: whatever is thrown inside becomes
// a rejection with a code, never acceptance and never a crash.

import { AibomError } from "../errors.ts";
import type { Rejection, SignatureEvidence } from "../model/evidence.ts";
import type { Finding } from "../model/finding.ts";

/** The answer of a signature verifier: evidence or the reason why not, and what else it saw. */
export interface SignatureVerification {
  readonly evidence: readonly SignatureEvidence[];
  readonly rejected: readonly Rejection[];
  readonly findings: readonly Finding[];
}

/** Runs `check`; anything that it throws becomes a rejection. */
export function attempt<T>(
  about: { readonly subject: string; readonly signature: string },
  check: () => T,
): { readonly value: T } | { readonly rejection: Rejection } {
  try {
    return { value: check() };
  } catch (cause) {
    const error = cause instanceof AibomError ? cause : fault(cause);
    return { rejection: rejection(about, error) };
  }
}

/** An error as the reason of a rejection. */
export function rejection(
  about: { readonly subject: string; readonly signature: string },
  error: AibomError,
): Rejection {
  const { subject, signature } = about;
  return { kind: "signature", subject, signature, code: error.code, args: error.args };
}

/** An answer with nothing but a rejection. */
export function rejectedOnly(rejected: Rejection, findings: readonly Finding[] = []): SignatureVerification {
  return { evidence: [], rejected: [rejected], findings };
}

function fault(cause: unknown): AibomError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return AibomError.of("SIGNATURE_VERIFIER_FAULT", { reason: reason.slice(0, 200) }, { cause });
}
