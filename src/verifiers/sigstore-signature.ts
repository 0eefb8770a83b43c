// SPDX-License-Identifier: Apache-2.0
// Signatures that a Sigstore instance of the trust root vouches for: by a Fulcio certificate, or by a key of the
// trust root with log entries. Each instance judges alone, by its own thresholds; then the signer must be one of
// the identities that the trust root names under that instance.

import { AibomError } from "../errors.ts";
import type { Signer } from "../model/evidence.ts";
import type { SigstoreIdentity } from "../trust/identities.ts";
import { publicKeyId } from "../trust/public-key.ts";
import {
  identitiesOf,
  requireTrusted,
  type SigstoreInstance,
  type TrustDecision,
  type TrustedKey,
} from "../trust/trust-root.ts";
import { inTotoPayloadType, isInTotoPayloadType } from "./dsse.ts";
import { firstAcceptedAsync } from "./first-accepted.ts";
import type { ProvenSigner, SignatureContext, SignatureRules, SignedPayload } from "./signature.ts";
import { materialOf, refuseRevokedWitness } from "./signature-times.ts";
import { parseSigstoreBundle, type SigstoreBundle } from "./sigstore/bundle.ts";
import { type CertificateSigner, compareIdentity } from "./sigstore/identity.ts";
import {
  type ArtifactContent,
  type ManagedKey,
  type SigstoreResult,
  verifySigstoreBundle,
} from "./sigstore/verify-sigstore-bundle.ts";

/**
 * Verifies the signature over a statement.
 * @param bundle the context's bundle, unless it is written in another form and was read already.
 * @throws {AibomError} BUNDLE_*, SIGSTORE_*, CERTIFICATE_*, TIMESTAMP_*, TRUST_*, DSSE_*, OMS_ALGORITHM_UNSUPPORTED
 */
export async function openSigstoreStatement(
  context: SignatureContext,
  rules: SignatureRules,
  bundle: SigstoreBundle = parsedBundle(context, rules),
): Promise<SignedPayload> {
  const { result, proven } = await verifyByAuthorities(context, rules, bundle, { kind: "none" });
  if (result.content.kind !== "dsse") {
    throw AibomError.of("BUNDLE_CONTENT_UNSUPPORTED", { content: "messageSignature" });
  }
  const { payloadType, payload } = result.content;
  // Whoever may have something signed under another type must not be able to write statements with it.
  if (rules.usage === "statement" ? !isInTotoPayloadType(payloadType) : payloadType !== inTotoPayloadType) {
    throw AibomError.of("DSSE_PAYLOAD_TYPE", { got: payloadType.slice(0, 100) });
  }
  return { ...proven, payload, isOldBundle: false };
}

/**
 * Verifies the signature over the bytes of one file, of which only the digests are at hand.
 * @param digests hexadecimal, by algorithm
 * @throws {AibomError} as `openSigstoreStatement`
 */
export async function openSigstoreMessage(
  context: SignatureContext,
  rules: SignatureRules,
  digests: ReadonlyMap<string, string>,
): Promise<ProvenSigner> {
  const bundle = parsedBundle(context, rules);
  const { proven } = await verifyByAuthorities(context, rules, bundle, { kind: "digests", digests });
  return proven;
}

/**
 * Verifies a signature over bytes that are at hand.
 * @throws {AibomError} as `openSigstoreStatement`
 */
export async function openSigstoreBytes(
  context: SignatureContext,
  rules: SignatureRules,
  bundle: SigstoreBundle,
  bytes: Uint8Array,
): Promise<ProvenSigner> {
  const { proven } = await verifyByAuthorities(context, rules, bundle, { kind: "bytes", bytes });
  return proven;
}

function parsedBundle({ bundle, signature }: SignatureContext, { maxBytes }: SignatureRules): SigstoreBundle {
  return parseSigstoreBundle(bundle, signature, maxBytes);
}

/** What each authority is asked. */
interface Question {
  readonly bundle: SigstoreBundle;
  readonly content: ArtifactContent;
  /** The key that the bundle names; undefined for one with a certificate. */
  readonly trusted: TrustedKey | undefined;
}

interface Accepted {
  readonly result: SigstoreResult;
  readonly proven: ProvenSigner;
}

async function verifyByAuthorities(
  context: SignatureContext,
  rules: SignatureRules,
  bundle: SigstoreBundle,
  content: ArtifactContent,
): Promise<Accepted> {
  const question = { bundle, content, trusted: managedKey(context, bundle) };
  return firstAcceptedAsync(
    context.trustRoot.authorities.sigstore.map((instance) => ({
      name: instance.entry.name,
      check: () => verifyByInstance(context, rules, question, instance),
    })),
    "sigstore",
  );
}

async function verifyByInstance(
  context: SignatureContext,
  rules: SignatureRules,
  { bundle, content, trusted }: Question,
  { entry, root }: SigstoreInstance,
): Promise<Accepted> {
  const result = await verifySigstoreBundle({
    bundle,
    path: context.signature,
    content,
    authority: { name: entry.name, root, thresholds: entry.thresholds },
    at: context.at,
    ...(trusted === undefined ? {} : { key: asManagedKey(trusted) }),
  });
  if (rules.isAlgorithmAllowed?.(result.algorithm) === false) {
    throw AibomError.of("OMS_ALGORITHM_UNSUPPORTED", { algorithm: result.algorithm });
  }
  refuseRevokedWitnesses(context, entry.name, result);
  const signer = nameSigner(context, rules, result, entry.name, trusted);
  return { result, proven: { signer, times: result.times, logEntries: result.logEntries } };
}

/** The logs and time-stamping authorities that vouched, by their keys and certificates. */
function refuseRevokedWitnesses(
  { trustRoot, at }: SignatureContext,
  authority: string,
  { witnesses }: SigstoreResult,
): void {
  const material = materialOf(authority, witnesses.chains.flat());
  const keyIds = [...material.keyIds, ...witnesses.logKeys.map(publicKeyId)];
  refuseRevokedWitness(trustRoot, authority, { ...material, keyIds }, at);
}

/** The key of the trust root that a bundle with log entries names; undefined for one with a certificate. */
function managedKey({ trustRoot }: SignatureContext, { signer }: SigstoreBundle): TrustedKey | undefined {
  if (signer.kind !== "key") {
    return undefined;
  }
  const trusted = trustRoot.byHint.get(signer.hint);
  if (trusted === undefined) {
    throw AibomError.of("TRUST_KEY_UNKNOWN", { hint: signer.hint.slice(0, 100) });
  }
  return trusted;
}

function asManagedKey({ identity, key }: TrustedKey): ManagedKey {
  const { validFrom, validUntil } = identity;
  return {
    publicKey: key.key,
    ...(validFrom === undefined ? {} : { validFrom: new Date(validFrom) }),
    ...(validUntil === undefined ? {} : { validUntil: new Date(validUntil) }),
  };
}

function nameSigner(
  context: SignatureContext,
  rules: SignatureRules,
  { signer, algorithm, times, chain }: SigstoreResult,
  authority: string,
  trusted: TrustedKey | undefined,
): Signer {
  const moment = { at: context.at, times };
  if (signer.kind === "key") {
    if (trusted?.identity.keyId !== signer.keyId) {
      throw AibomError.of("TRUST_KEY_UNKNOWN", { hint: signer.keyId });
    }
    requireTrusted(context.trustRoot.check(trusted.identity, rules.usage, moment));
    return { identity: trusted.identity.name, keyId: signer.keyId, algorithm, method: "key" };
  }
  const material = materialOf(authority, chain);
  const named = namedBy(signer, identitiesOf(context.trustRoot, "sigstore", authority));
  const decisions = named.map((each) => context.trustRoot.check(each, rules.usage, moment, material));
  for (const [index, each] of named.entries()) {
    refuseRevokedName(each, decisions[index]);
  }
  const index = Math.max(
    decisions.findIndex((each) => each.trusted),
    0,
  );
  const [identity, decision] = [named[index], decisions[index]];
  if (identity === undefined || decision === undefined) {
    const names = `${signer.subjectAltName.value} (issuer ${signer.issuer})`;
    throw AibomError.of("TRUST_CERTIFICATE_UNKNOWN", { names: names.slice(0, 300), authority });
  }
  requireTrusted(decision);
  return {
    identity: identity.name,
    keyId: signer.keyId,
    algorithm,
    method: "sigstore",
    certificate: {
      authority,
      fingerprint: signer.certificateFingerprint,
      subjectAltName: signer.subjectAltName.value,
      issuer: signer.issuer,
    },
  };
}

/** A pattern must not let in again who was revoked by name. */
function refuseRevokedName({ subjectAltName }: SigstoreIdentity, decision: TrustDecision | undefined): void {
  if (subjectAltName !== undefined && decision?.trusted === false && decision.code === "TRUST_KEY_REVOKED") {
    requireTrusted(decision);
  }
}

/** Exact names before globs: whoever is named is meant. */
function namedBy(
  signer: CertificateSigner,
  identities: readonly SigstoreIdentity[],
): readonly SigstoreIdentity[] {
  const matches = identities.filter(({ issuer, subjectAltName, subjectAltNameGlob }) => {
    const expected = {
      issuer,
      ...(subjectAltName === undefined ? {} : { san: subjectAltName }),
      ...(subjectAltNameGlob === undefined ? {} : { sanGlob: subjectAltNameGlob }),
    };
    return compareIdentity(signer, expected).matches;
  });
  const isGlob = (each: SigstoreIdentity): number => Number(each.subjectAltName === undefined);
  return matches.sort((one, other) => isGlob(one) - isGlob(other));
}
