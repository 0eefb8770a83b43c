// SPDX-License-Identifier: Apache-2.0
// An instant at which a signature existed, proven by a party of the trust root. Without one a verifier has
// only the present: certificates and keys must then be valid now.

/** Where a trusted time comes from. */
export type TimeSource = "rfc3161" | "transparency-log";

export interface TrustedTime {
  readonly time: Date;
  readonly source: TimeSource;
  /** Name of the authority in the trust root that vouches for it. */
  readonly authority: string;
}
