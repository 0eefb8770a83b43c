// SPDX-License-Identifier: Apache-2.0
// Asks the authorities of the trust root one after the other. Each judges alone, by its own thresholds; what
// one lacks another cannot add.

import { AibomError } from "../errors.ts";
import { asAibomError } from "./verification.ts";

/** One authority and its judgement. */
export interface Candidate<T> {
  readonly name: string;
  /** @throws {AibomError} the reason why not */
  readonly check: () => T;
}

/**
 * The first answer that is not an error.
 * @throws {AibomError} the reason of the only authority; TRUST_NO_AUTHORITY_ACCEPTS with all reasons; TRUST_NO_AUTHORITY
 */
export function firstAccepted<T>(candidates: readonly Candidate<T>[], kind: string): T {
  const errors: { readonly name: string; readonly error: AibomError }[] = [];
  for (const { name, check } of candidates) {
    try {
      return check();
    } catch (error) {
      errors.push({ name, error: asAibomError(error) });
    }
  }
  throw refusal(errors, kind);
}

/** As `firstAccepted`, for checks that load their machinery. */
export async function firstAcceptedAsync<T>(
  candidates: readonly Candidate<Promise<T>>[],
  kind: string,
): Promise<T> {
  const errors: { readonly name: string; readonly error: AibomError }[] = [];
  for (const { name, check } of candidates) {
    try {
      return await check();
    } catch (error) {
      errors.push({ name, error: asAibomError(error) });
    }
  }
  throw refusal(errors, kind);
}

function refusal(
  errors: readonly { readonly name: string; readonly error: AibomError }[],
  kind: string,
): AibomError {
  const [only, ...others] = errors;
  if (only === undefined) {
    return AibomError.of("TRUST_NO_AUTHORITY", { kind });
  }
  if (others.length === 0) {
    return only.error;
  }
  const reasons = errors.map(({ name, error }) => `${name}: ${error.code}`).join("; ");
  return AibomError.of("TRUST_NO_AUTHORITY_ACCEPTS", { reasons: reasons.slice(0, 500) });
}
