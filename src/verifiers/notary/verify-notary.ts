// SPDX-License-Identifier: Apache-2.0
// Verifies a Notary Project signature against the trust root (trust-store-trust-policy.md, "Signature verification"): all
// five validations, each enforced: integrity, authenticity, authentic time stamp, expiry, revocation (by the lists that
// were given). CAs of the trust root are Notary's stores of type `ca`, those marked `signingAuthority` its stores of that
// type; identities under them are its trusted identities. Left out on purpose: verification plug-ins.

import { constants, type KeyObject, verify } from "node:crypto";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { TrustedTime } from "../../model/trusted-time.ts";
import { isStrongRsa } from "../../trust/public-key.ts";
import { type Certificate, parseCertificate } from "../../x509/certificate.ts";
import { extendedKeyUsages } from "../../x509/extensions.ts";
import { certificateSigner } from "../certificate-signer.ts";
import type { ProvenSigner, SignatureContext, SignatureRules } from "../signature.ts";
import { verifySignatureTimes } from "../signature-times.ts";
import { parseNotaryCose } from "./cose.ts";
import { type NotaryAlgorithm, type NotaryEnvelope, notaryAlgorithms } from "./envelope.ts";
import { parseNotaryJws } from "./jws.ts";
import { parseTargetArtifact, type TargetArtifact } from "./payload.ts";

/** Media types of the envelopes. */
export const notaryMediaTypes = { jws: "application/jose+json", cose: "application/cose" } as const;

export interface NotarySignature {
  readonly proven: ProvenSigner;
  readonly target: TargetArtifact;
  readonly expiry: Date | undefined;
}

/**
 * Verifies a signature; whether its target is the artifact at hand is for the caller.
 * @throws {AibomError} NOTARY_*, CBOR_*, JSON_*, CERTIFICATE_*, TIMESTAMP_*, TRUST_*, SIGNATURE_*
 */
export function verifyNotarySignature(
  format: keyof typeof notaryMediaTypes,
  context: SignatureContext,
  { usage }: Pick<SignatureRules, "usage">,
): NotarySignature {
  const { bundle: bytes, signature: path, at } = context;
  if (bytes.length > limits.maxNotaryEnvelopeBytes) {
    const limit = limits.maxNotaryEnvelopeBytes;
    throw AibomError.of("NOTARY_TOO_LARGE", { size: bytes.length, limit });
  }
  const envelope = format === "jws" ? parseNotaryJws(bytes, path) : parseNotaryCose(bytes);
  const chain = orderedChain(envelope.certificates);
  const [leaf] = chain;
  requireAlgorithm(envelope.algorithm, leaf.publicKey);
  requireSigningUsage(leaf);
  const times = provenTimes(envelope, context);
  const signer = certificateSigner(
    {
      leaf,
      intermediates: chain.slice(1),
      algorithm: notaryAlgorithms[envelope.algorithm].name,
      times,
      authorities: authoritiesFor(envelope, context),
    },
    context,
    usage,
  );
  if (!isSignedBy(envelope, leaf.publicKey)) {
    throw AibomError.of("SIGNATURE_INVALID", { identity: signer.identity });
  }
  const { expiry, payload } = envelope;
  // Negated, so that an invalid date is after every expiry.
  if (expiry !== undefined && !(at <= expiry)) {
    throw AibomError.of("NOTARY_EXPIRED", { expiry: expiry.toISOString(), at: instantText(at) });
  }
  return {
    proven: { signer, times, logEntries: 0 },
    target: parseTargetArtifact(payload, path),
    expiry,
  };
}

/** Leaf first, each issued by the next by name: the signatures are verified on the way to the trust root. */
function orderedChain(certificates: readonly Uint8Array[]): readonly [Certificate, ...Certificate[]] {
  const [leaf, ...others] = certificates.map((der) => parseCertificate(der));
  if (leaf === undefined) {
    throw AibomError.of("NOTARY_CHAIN", { reason: "there is none" });
  }
  const chain = [leaf, ...others] as const;
  for (const [index, certificate] of chain.entries()) {
    const issuer = chain[index + 1] ?? certificate;
    if (Buffer.compare(certificate.issuerName, issuer.subjectName) !== 0) {
      const reason =
        issuer === certificate
          ? `it ends in ${certificate.title}, which is no root`
          : `${certificate.title} was not issued by ${issuer.title}`;
      throw AibomError.of("NOTARY_CHAIN", { reason: reason.slice(0, 300) });
    }
  }
  return chain;
}

/** The key alone decides the algorithm (signature-specification.md, "Algorithm Selection"). */
function requireAlgorithm(algorithm: NotaryAlgorithm, key: KeyObject): void {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  const found = isStrongRsa(key) ? `rsa-${modulusLength}` : (namedCurve ?? key.asymmetricKeyType);
  if (notaryAlgorithms[algorithm].key !== found) {
    const names = Object.keys(notaryAlgorithms) as NotaryAlgorithm[];
    const expected = names.find((name) => notaryAlgorithms[name].key === found);
    throw AibomError.of("NOTARY_ALGORITHM", { got: algorithm, expected: expected ?? `none (${found})` });
  }
}

/** Certificate requirements of the specification: to sign, and if it has purposes at all, to sign code. */
function requireSigningUsage(leaf: Certificate): void {
  const { keyUsages, extendedKeyUsages: purposes, title: subject } = leaf;
  const isForCode = purposes.length === 0 || purposes.includes(extendedKeyUsages.codeSigning);
  if (!keyUsages.has("digitalSignature") || !isForCode || purposes.includes(extendedKeyUsages.any)) {
    const expected = "key usage digitalSignature, and extended key usage codeSigning if it has any";
    throw AibomError.of("CERTIFICATE_USAGE", { subject, expected });
  }
}

/** Of the two schemes each has authorities of its own. */
function authoritiesFor({ scheme }: NotaryEnvelope, { trustRoot }: SignatureContext) {
  const isAuthority = scheme === "notary.x509.signingAuthority";
  const authorities = trustRoot.authorities.ca.filter(
    ({ entry }) => entry.kind === "ca" && (entry.signingAuthority === true) === isAuthority,
  );
  if (authorities.length === 0) {
    throw AibomError.of("NOTARY_SCHEME_AUTHORITY", { scheme });
  }
  return authorities;
}

/** Time stamps over the signature, and the time of a signing authority, which counts once its chain is verified. */
function provenTimes(
  { timestamps, signature, authenticSigningTime }: NotaryEnvelope,
  { trustRoot, at }: SignatureContext,
): readonly TrustedTime[] {
  const stamped = verifySignatureTimes(timestamps, signature, trustRoot, at);
  if (authenticSigningTime === undefined) {
    return stamped;
  }
  if (!(authenticSigningTime <= at)) {
    const time = authenticSigningTime.toISOString();
    throw AibomError.of("NOTARY_SIGNING_TIME", { time, at: instantText(at) });
  }
  const authority = "notary.x509.signingAuthority";
  return [...stamped, { time: authenticSigningTime, source: "signing-authority", authority }];
}

function isSignedBy({ algorithm, signedBytes, signature }: NotaryEnvelope, key: KeyObject): boolean {
  const { hash } = notaryAlgorithms[algorithm];
  try {
    return algorithm.startsWith("PS")
      ? verify(
          hash,
          signedBytes,
          { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
          signature,
        )
      : verify(hash, signedBytes, { key, dsaEncoding: "ieee-p1363" }, signature);
  } catch {
    // OpenSSL throws where a signature cannot even be decoded.
    return false;
  }
}

function instantText(at: Date): string {
  return Number.isNaN(at.getTime()) ? "not a time" : at.toISOString();
}
