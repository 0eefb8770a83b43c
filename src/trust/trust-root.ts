// SPDX-License-Identifier: Apache-2.0
// The trust root as verifiers see it: identities by name, keys by the hint of a signature, authorities with
// their material, and the one decision about a signer at a moment.

import type { Args, Code } from "../codes/index.ts";
import { AibomError } from "../errors.ts";
import type { Digest } from "../model/digest.ts";
import type { Usage } from "../model/evidence.ts";
import type { TrustedTime } from "../model/trusted-time.ts";
import type { Certificate } from "../x509/certificate.ts";
import type {
  AuthorityEntry,
  CaAuthorityEntry,
  SigstoreAuthorityEntry,
  TsaAuthorityEntry,
} from "./authorities.ts";
import type { Identity, KeyIdentity, ParsedIdentity, SigstoreIdentity, X509Identity } from "./identities.ts";
import type { PolicyFloor } from "./policy-floors.ts";
import { keyHints, type PublicKey } from "./public-key.ts";
import type { Revocation } from "./revocations.ts";
import type { SigstoreRoot } from "./sigstore-root.ts";

/** The content of trust.json. */
export interface TrustDocument {
  readonly version: 1;
  readonly identities: readonly Identity[];
  readonly authorities: readonly AuthorityEntry[];
  readonly revocations: readonly Revocation[];
  /** Policies of which older versions are refused; absent if there are none. */
  readonly policies?: readonly PolicyFloor[];
}

/** An identity with its key decoded. */
export interface TrustedKey {
  readonly identity: KeyIdentity;
  readonly key: PublicKey;
}

/** A Sigstore instance with its trusted_root.json read. */
export interface SigstoreInstance {
  readonly entry: SigstoreAuthorityEntry;
  readonly root: SigstoreRoot;
}

/** A private CA or time-stamping authority with its certificates read. */
export interface CertificateAuthority {
  readonly entry: CaAuthorityEntry | TsaAuthorityEntry;
  readonly certificates: readonly Certificate[];
}

export interface Authorities {
  readonly sigstore: readonly SigstoreInstance[];
  readonly ca: readonly CertificateAuthority[];
  readonly tsa: readonly CertificateAuthority[];
}

/** When a signature is judged: at its trusted times if there are any, else at `at`. */
export interface Moment {
  /** The instant to verify for. */
  readonly at: Date;
  /** Instants at which the signature is proven to have existed. */
  readonly times: readonly TrustedTime[];
}

/** What a revocation can name besides the identity. */
export interface SignerMaterial {
  /** Key ids of the signing key and of every certificate in its chain. */
  readonly keyIds: readonly string[];
  /** The authority and the serial numbers of the certificates that it issued for this signature. */
  readonly certificates?: { readonly authority: string; readonly serialNumbers: readonly string[] };
}

type DecisionCode =
  | "TRUST_KEY_REVOKED"
  | "TRUST_KEY_NOT_YET_VALID"
  | "TRUST_KEY_EXPIRED"
  | "TRUST_USAGE_NOT_ALLOWED";

/** May this identity vouch for this, at this moment? A `no` carries its code. */
export type TrustDecision =
  | { readonly trusted: true }
  | {
      [C in DecisionCode]: { readonly trusted: false; readonly code: C; readonly args: Args<C> };
    }[DecisionCode];

/** @throws {AibomError} TRUST_KEY_*, TRUST_USAGE_NOT_ALLOWED: the code of a `no` */
export function requireTrusted(decision: TrustDecision): void {
  if (!decision.trusted) {
    throw AibomError.of(decision.code, decision.args as never);
  }
}

/** A loaded trust root. Look-ups are Maps: hints are attacker-chosen text. */
export interface TrustRoot {
  /** Where it was loaded from, as given. */
  readonly directory: string;
  /** SHA-256 of the bytes of trust.json, which names the SHA-256 of every other file. */
  readonly digest: Digest;
  readonly document: TrustDocument;
  readonly byName: ReadonlyMap<string, Identity>;
  readonly byKeyId: ReadonlyMap<string, TrustedKey>;
  /** By what a signature file calls its key; see `keyHints`. */
  readonly byHint: ReadonlyMap<string, TrustedKey>;
  readonly authorities: Authorities;
  /** Revocation first, then the window, then the usage. */
  check(identity: Identity, usage: Usage, moment: Moment, material?: SignerMaterial): TrustDecision;
  /** May the material of this authority (a time-stamping authority, a log) still vouch for others? Revocations only. */
  checkWitness(authority: string, material: SignerMaterial, at: Date): TrustDecision;
}

/** The identities of one kind that rest on one authority. */
export function identitiesOf<K extends "sigstore" | "x509">(
  trustRoot: TrustRoot,
  kind: K,
  authority: string,
): readonly (K extends "sigstore" ? SigstoreIdentity : X509Identity)[] {
  return trustRoot.document.identities.filter(
    (each) => each.kind === kind && each.authority === authority,
  ) as (K extends "sigstore" ? SigstoreIdentity : X509Identity)[];
}

const noAuthorities: Authorities = { sigstore: [], ca: [], tsa: [] };

/** Builds the look-ups over a document that was validated. `identities` are those of the document, parsed. */
export function buildTrustRoot(
  directory: string,
  digest: Digest,
  document: TrustDocument,
  identities: readonly ParsedIdentity[],
  authorities: Authorities = noAuthorities,
): TrustRoot {
  const keys = identities.flatMap(({ identity, key }) =>
    identity.kind === "key" && key !== undefined ? [{ identity, key }] : [],
  );
  return {
    directory,
    digest,
    document,
    byName: new Map(document.identities.map((each) => [each.name, each])),
    byKeyId: new Map(keys.map((each) => [each.identity.keyId, each])),
    byHint: new Map(keys.flatMap((each) => keyHints(each.key).map((hint) => [hint, each] as const))),
    authorities,
    check: (identity, usage, moment, material) =>
      checkRevocations(document.revocations, identity, moment, material) ??
      checkWindow(identity, moment) ??
      checkUsage(identity, usage) ?? { trusted: true },
    checkWitness: (authority, material, at) =>
      checkWitness(document.revocations, authority, material, at) ?? { trusted: true },
  };
}

/**
 * From the revocation on, an attacker with the key could have made the signature. Only proof that it is older
 * saves it: all its trusted times lie before the revocation. Without one, the time of the check counts.
 */
function checkRevocations(
  revocations: readonly Revocation[],
  identity: Identity,
  moment: Moment,
  material: SignerMaterial | undefined,
): TrustDecision | undefined {
  for (const revocation of revocations) {
    const revokedFrom = Date.parse(revocation.revokedAt);
    const isOlder = instantsOf(moment).every((instant) => instant.getTime() < revokedFrom);
    if (!isOlder && concerns(revocation, identity, material)) {
      const { revokedAt, reason } = revocation;
      return refuse("TRUST_KEY_REVOKED", { identity: identity.name, revokedAt, reason });
    }
  }
  return undefined;
}

/** Whoever holds the key of a witness writes any time with it: what it says of itself proves no age. */
function checkWitness(
  revocations: readonly Revocation[],
  authority: string,
  material: SignerMaterial,
  at: Date,
): TrustDecision | undefined {
  const found = revocations.find(
    (each) => !(at.getTime() < Date.parse(each.revokedAt)) && concerns(each, undefined, material),
  );
  return found === undefined
    ? undefined
    : refuse("TRUST_KEY_REVOKED", { identity: authority, revokedAt: found.revokedAt, reason: found.reason });
}

function concerns(
  revocation: Revocation,
  identity: Identity | undefined,
  material: SignerMaterial | undefined,
): boolean {
  if ("identity" in revocation) {
    return revocation.identity === identity?.name;
  }
  if ("keyId" in revocation) {
    const own = identity?.kind === "key" ? [identity.keyId] : [];
    return [...own, ...(material?.keyIds ?? [])].includes(revocation.keyId);
  }
  const issued = material?.certificates;
  return issued?.authority === revocation.authority && issued.serialNumbers.includes(revocation.serialNumber);
}

function checkWindow(identity: Identity, moment: Moment): TrustDecision | undefined {
  const { name, validFrom, validUntil } = identity;
  for (const at of instantsOf(moment)) {
    const instant = at.getTime();
    // Written so that an invalid date (NaN) is outside every window, never inside.
    if (validFrom !== undefined && !(instant >= Date.parse(validFrom))) {
      return refuse("TRUST_KEY_NOT_YET_VALID", { identity: name, validFrom, at: showInstant(at) });
    }
    if (validUntil !== undefined && !(instant <= Date.parse(validUntil))) {
      return refuse("TRUST_KEY_EXPIRED", { identity: name, validUntil, at: showInstant(at) });
    }
  }
  return undefined;
}

/** Every established time must lie in the window: otherwise one backdated source would decide alone. */
function instantsOf({ at, times }: Moment): readonly Date[] {
  return times.length === 0 ? [at] : times.map((each) => each.time);
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
