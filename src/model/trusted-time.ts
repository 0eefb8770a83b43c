// SPDX-License-Identifier: Apache-2.0
// An instant at which a signature existed, proven by a party of the trust root. Without one a verifier has
// only the present: certificates and keys must then be valid now.

/**
 * Where a trusted time comes from: a time-stamping authority, a log, or a signing authority of the Notary Project, which
 * signs for others and states when.
 */
export type TimeSource = "rfc3161" | "transparency-log" | "signing-authority";

export interface TrustedTime {
  readonly time: Date;
  readonly source: TimeSource;
  /** Name of the authority in the trust root that vouches for it. */
  readonly authority: string;
}
