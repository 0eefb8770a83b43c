// SPDX-License-Identifier: Apache-2.0
// The trust root as verifiers see it: identities by name, by key and by the hint of a signature, and the
// one decision about them. `kind` is a tag, so that identities by certificate or by issuer can be added.

import type { Args, Code } from "../codes/index.ts";
import type { Digest } from "../model/digest.ts";
import type { Usage } from "../model/evidence.ts";
import { keyHints, type PublicKey, type PublicKeyAlgorithm } from "./public-key.ts";

/** An identity that is a public key. */
export interface KeyIdentity {
  readonly name: string;
  readonly kind: "key";
  /** SubjectPublicKeyInfo in PEM. */
  readonly publicKey: string;
  /** SHA-256 of the SubjectPublicKeyInfo in DER, hexadecimal. */
  readonly keyId: string;
  readonly algorithm: PublicKeyAlgorithm;
  /** What the identity may vouch for. */
  readonly usages: readonly Usage[];
  /** RFC 3339, UTC, inclusive. */
  readonly validFrom?: string;
  /** RFC 3339, UTC, inclusive. */
  readonly validUntil?: string;
  readonly comment?: string;
}

export type Identity = KeyIdentity;

/** A key that is trusted no longer. */
export interface Revocation {
  readonly keyId: string;
  /** RFC 3339, UTC: the revocation counts from this instant on. */
  readonly revokedAt: string;
  readonly reason: string;
}

/** The content of trust.json. */
export interface TrustDocument {
  readonly version: 1;
  readonly identities: readonly Identity[];
  readonly revocations: readonly Revocation[];
}

/** An identity with its key decoded. */
export interface TrustedKey {
  readonly identity: KeyIdentity;
  readonly key: PublicKey;
}

type DecisionCode =
  | "TRUST_KEY_REVOKED"
  | "TRUST_KEY_NOT_YET_VALID"
  | "TRUST_KEY_EXPIRED"
  | "TRUST_USAGE_NOT_ALLOWED";

/** May this identity vouch for this, at this instant? A `no` carries its code. */
export type TrustDecision =
  | { readonly trusted: true }
  | {
      [C in DecisionCode]: { readonly trusted: false; readonly code: C; readonly args: Args<C> };
    }[DecisionCode];

/** A loaded trust root. Look-ups are Maps: hints are attacker-chosen text. */
export interface TrustRoot {
  /** Where it was loaded from, as given. */
  readonly directory: string;
  /** SHA-256 of the bytes of trust.json. */
  readonly digest: Digest;
  readonly document: TrustDocument;
  readonly byName: ReadonlyMap<string, TrustedKey>;
  readonly byKeyId: ReadonlyMap<string, TrustedKey>;
  /** By what a signature file calls its key; see `keyHints`. */
  readonly byHint: ReadonlyMap<string, TrustedKey>;
  /** Revocation first, then the window, then the usage. */
  check(identity: Identity, usage: Usage, at: Date): TrustDecision;
}

/** Builds the look-ups over a document that was validated. `keys` are in the order of the identities. */
export function buildTrustRoot(
  directory: string,
  digest: Digest,
  document: TrustDocument,
  keys: readonly TrustedKey[],
): TrustRoot {
  const revocations = new Map(document.revocations.map((each) => [each.keyId, each]));
  return {
    directory,
    digest,
    document,
    byName: new Map(keys.map((each) => [each.identity.name, each])),
    byKeyId: new Map(keys.map((each) => [each.identity.keyId, each])),
    byHint: new Map(keys.flatMap((each) => keyHints(each.key).map((hint) => [hint, each] as const))),
    check: (identity, usage, at) =>
      checkRevocation(identity, revocations.get(identity.keyId), at) ??
      checkWindow(identity, at) ??
      checkUsage(identity, usage) ?? { trusted: true },
  };
}

/**
 * Nothing in a key signature proves when it was made. From the revocation on, an attacker with the key could
 * have made it, so every signature of the key is refused.
 */
function checkRevocation(
  identity: Identity,
  revocation: Revocation | undefined,
  at: Date,
): TrustDecision | undefined {
  if (revocation === undefined || at.getTime() < Date.parse(revocation.revokedAt)) {
    return undefined;
  }
  const { revokedAt, reason } = revocation;
  return refuse("TRUST_KEY_REVOKED", { identity: identity.name, revokedAt, reason });
}

function checkWindow(identity: Identity, at: Date): TrustDecision | undefined {
  const instant = at.getTime();
  const { name, validFrom, validUntil } = identity;
  // Written so that an invalid date (NaN) is outside every window, never inside.
  if (validFrom !== undefined && !(instant >= Date.parse(validFrom))) {
    return refuse("TRUST_KEY_NOT_YET_VALID", { identity: name, validFrom, at: showInstant(at) });
  }
  if (validUntil !== undefined && !(instant <= Date.parse(validUntil))) {
    return refuse("TRUST_KEY_EXPIRED", { identity: name, validUntil, at: showInstant(at) });
  }
  return undefined;
}

function checkUsage(identity: Identity, usage: Usage): TrustDecision | undefined {
  return identity.usages.includes(usage)
    ? undefined
    : refuse("TRUST_USAGE_NOT_ALLOWED", {
        identity: identity.name,
        usages: identity.usages.join(", "),
        usage,
      });
}

function showInstant(at: Date): string {
  return Number.isNaN(at.getTime()) ? "an invalid date" : at.toISOString();
}

function refuse<C extends DecisionCode & Code>(code: C, args: Args<C>): TrustDecision {
  return { trusted: false, code, args } as TrustDecision;
}
