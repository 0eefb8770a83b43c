// SPDX-License-Identifier: Apache-2.0
// The trusted times of a signature, or of a file: RFC 3161 tokens over its bytes, by the time-stamping authorities of the
// trust root. With one, a signature outlives the certificate or key that made it.

import { AibomError } from "../errors.ts";
import type { TrustedTime } from "../model/trusted-time.ts";
import { requireTrusted, type SignerMaterial, type TrustRoot } from "../trust/trust-root.ts";
import type { Certificate } from "../x509/certificate.ts";
import type { Stamped, TimestampExpectations } from "./timestamp/token.ts";
import {
  type TimestampAuthority,
  type VerifiedTimestamp,
  verifyTimestamp,
} from "./timestamp/verify-timestamp.ts";

/**
 * Verifies every token over `signature`. One that does not verify is not left out but refused: it would look
 * like proof.
 * @throws {AibomError} TIMESTAMP_*, SIGNATURE_TIME_LATER, TRUST_KEY_REVOKED
 */
export function verifySignatureTimes(
  tokens: readonly Uint8Array[],
  signature: Stamped,
  trustRoot: TrustRoot,
  at: Date,
  expected: TimestampExpectations = {},
): readonly VerifiedTimestamp[] {
  const authorities = timestampAuthorities(trustRoot);
  const times = tokens.map((token) => verifyTimestamp(token, signature, authorities, expected));
  for (const { authority, chain } of times) {
    refuseRevokedWitness(trustRoot, authority, materialOf(authority, chain), at);
  }
  // By the authority's clock: what it claims about its accuracy must not make every fresh signature too young.
  refuseLaterTimes(
    times.map(({ genTime, source, authority }) => ({ time: genTime, source, authority })),
    at,
  );
  return times;
}

/** A compromised time-stamping authority or log would keep every other stolen key alive. @throws {AibomError} TRUST_KEY_REVOKED */
export function refuseRevokedWitness(
  trustRoot: TrustRoot,
  authority: string,
  material: SignerMaterial,
  at: Date,
): void {
  requireTrusted(trustRoot.checkWitness(authority, material, at));
}

/** What revocations can name of a chain that an authority of the trust root issued. */
export function materialOf(authority: string, chain: readonly Certificate[]): SignerMaterial {
  return {
    keyIds: chain.map((each) => each.keyId),
    certificates: { authority, serialNumbers: chain.map((each) => each.serialNumber) },
  };
}

/** A signature that is proven to be younger than the instant to verify for did not exist then. */
function refuseLaterTimes(times: readonly TrustedTime[], at: Date): void {
  for (const { time, authority } of times) {
    if (!(time.getTime() <= at.getTime())) {
      throw AibomError.of("SIGNATURE_TIME_LATER", {
        time: time.toISOString(),
        authority,
        at: Number.isNaN(at.getTime()) ? "an invalid date" : at.toISOString(),
      });
    }
  }
}

/** Those of their own, and those of the Sigstore instances: a time is a time. */
function timestampAuthorities({ authorities }: TrustRoot): readonly TimestampAuthority[] {
  const own = authorities.tsa.map(({ entry, certificates }) => ({
    name: entry.name,
    certificates,
    ...window(
      "validFrom" in entry && entry.validFrom !== undefined ? new Date(entry.validFrom) : undefined,
      "validUntil" in entry && entry.validUntil !== undefined ? new Date(entry.validUntil) : undefined,
    ),
  }));
  const sigstore = authorities.sigstore.flatMap(({ entry, root }) =>
    root.timestampAuthorities.map((each) => ({
      name: entry.name,
      certificates: each.certificates,
      ...window(each.validFrom, each.validUntil),
    })),
  );
  return [...own, ...sigstore];
}

function window(validFrom: Date | undefined, validUntil: Date | undefined): Partial<TimestampAuthority> {
  return {
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(validUntil === undefined ? {} : { validUntil }),
  };
}
