// SPDX-License-Identifier: Apache-2.0
// A time-stamp authority of one's own: a key, its certificate, a policy, a clock's accuracy. Checked when it is opened, so
// that nobody gets stamps for years that no verifier takes. ECDSA alone: what every implementation of RFC 3161 reads.

import { AibomError } from "../errors.ts";
import type { Signer } from "../signers/signer.ts";
import { keyAlgorithms } from "../trust/public-key.ts";
import { requireTimestampingOnly, type TimestampAuthority } from "../verifiers/timestamp/verify-timestamp.ts";
import type { Certificate } from "../x509/certificate.ts";
import { verifyChain } from "../x509/chain.ts";
import { extendedKeyUsages } from "../x509/extensions.ts";
import type { HashName } from "../x509/signature-algorithm.ts";

/**
 * The policy of an authority that names none: an identifier under 2.25 (RFC 9562 UUIDs as arcs, ITU-T X.667), which nobody has to
 * register. It promises what docs/timestamps.md says and no more.
 */
export const defaultPolicy = "2.25.274702449357987635442847935310666641043";

export interface TimeAuthority {
  readonly signer: Signer;
  /** The hash that the key signs with. */
  readonly hash: HashName;
  readonly certificate: Certificate;
  /** Leaf first. */
  readonly chain: readonly Certificate[];
  /** Object identifier. */
  readonly policy: string;
  /** Milliseconds that the clock may be off; above 0. */
  readonly accuracyMilliseconds: number;
  /** The same authority as those see it who verify: each token is checked before it leaves. */
  readonly verifier: TimestampAuthority;
}

export interface AuthorityOptions {
  readonly signer: Signer;
  /** Leaf first, root last. */
  readonly chain: readonly Certificate[];
  readonly policy: string;
  readonly accuracyMilliseconds: number;
}

/**
 * Opens an authority at a moment.
 * @throws {AibomError} TSA_UNUSABLE
 */
export function openAuthority(options: AuthorityOptions, at: Date): TimeAuthority {
  const { signer, chain, policy, accuracyMilliseconds } = options;
  const { hash, curve } = keyAlgorithms[signer.algorithm];
  if (hash === undefined || curve === undefined) {
    throw unusable(`its key is ${signer.algorithm}; most programs that read time stamps know ECDSA only`);
  }
  const [certificate] = chain;
  if (certificate === undefined || certificate.keyId !== signer.keyId) {
    throw unusable("the first certificate is of another key; the chain goes from the leaf to its issuers");
  }
  const verifier = { name: certificate.title, certificates: chain };
  requireUsable(certificate, chain, at);
  return { signer, hash, certificate, chain, policy, accuracyMilliseconds, verifier };
}

/** Whether the authority's certificate is valid at a moment: a server outlives it, perhaps. */
export function isValidAt({ certificate }: TimeAuthority, at: Date): boolean {
  return at >= certificate.notBefore && at <= certificate.notAfter;
}

function requireUsable(leaf: Certificate, chain: readonly Certificate[], at: Date): void {
  const anchor = chain.at(-1) ?? leaf;
  try {
    requireTimestampingOnly(leaf);
    verifyChain({
      leaf,
      intermediates: chain.slice(1),
      roots: [anchor],
      at,
      extendedKeyUsage: extendedKeyUsages.timeStamping,
    });
  } catch (error) {
    throw error instanceof AibomError ? unusable(error.message, error) : error;
  }
}

function unusable(reason: string, cause?: AibomError): AibomError {
  return AibomError.of("TSA_UNUSABLE", { reason }, cause === undefined ? {} : { cause });
}
