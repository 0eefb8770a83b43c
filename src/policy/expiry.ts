// SPDX-License-Identifier: Apache-2.0
// The end of a policy's validity. Two spellings only (RFC 3339, UTC), so that nobody has to guess.

const dayMs = 24 * 60 * 60 * 1000;
const datePattern = /^\d{4}-\d{2}-\d{2}$/;

/**
 * The last instant at which a policy with this `expires` is valid: a date holds to its end in UTC.
 * An impossible date (30 February) gives an invalid Date, which no instant is before.
 */
export function lastInstant(expires: string): Date {
  const isDate = datePattern.test(expires);
  const instant = new Date(isDate ? `${expires}T00:00:00Z` : expires);
  // Date rolls 30 February over to March; a date that does not come back as written does not exist.
  if (Number.isNaN(instant.getTime()) || !instant.toISOString().startsWith(expires.slice(0, 10))) {
    return new Date(Number.NaN);
  }
  return isDate ? new Date(instant.getTime() + dayMs - 1) : instant;
}
