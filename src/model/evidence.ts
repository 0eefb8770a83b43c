// SPDX-License-Identifier: Apache-2.0
// Evidence: what a verifier proved. Only `verifiers/` may construct it (checked by the import rules and,
// at run time, by `isEvidence`), so that a claim can never be passed off as proof.

import type { Digest } from "./digest.ts";
import type { SignedClaim } from "./signed-claim.ts";
import type { TrustedTime } from "./trusted-time.ts";

/** What an identity of the trust root may vouch for. */
export const usages = ["model", "bom", "policy", "report", "statement"] as const;
export type Usage = (typeof usages)[number];

/** How the trust root knows a signer: by its key, by a private CA, or by a Sigstore instance. */
export type SigningMethod = "key" | "certificate" | "sigstore";

/** The certificate by which a signer is known. Its key may be new with every signature. */
export interface SignerCertificate {
  /** Name of the authority in the trust root. */
  readonly authority: string;
  /** SHA-256 of the certificate in DER, hexadecimal. */
  readonly fingerprint: string;
  /** Distinguished name, RFC 4514. */
  readonly subject?: string;
  readonly subjectAltName?: string;
  /** URL of the OpenID Connect issuer, for Sigstore identities. */
  readonly issuer?: string;
}

/** A signer as the trust root names it. */
export interface Signer {
  /** The identity's name in the trust root. */
  readonly identity: string;
  /** SHA-256 of the SubjectPublicKeyInfo in DER, hexadecimal. */
  readonly keyId: string;
  /** Signature algorithm, for example `ecdsa-p256-sha256`, `ed25519`, `ml-dsa-65`. */
  readonly algorithm: string;
  readonly method: SigningMethod;
  /** Absent for the method `key`. */
  readonly certificate?: SignerCertificate;
}

/**
 * What was signed: a model manifest, a statement, a bare file, a document that holds its own signature, or a payload that
 * names the digest of an image.
 */
export const signatureSchemes = ["oms", "dsse", "sigstore", "jsf", "notary", "simple-signing"] as const;
export type SignatureScheme = (typeof signatureSchemes)[number];

declare const brand: unique symbol;

/** A signature over a set of files or over one document, made by an identity of the trust root. */
export interface SignatureEvidence {
  readonly [brand]: true;
  readonly kind: "signature";
  /** `oms`: OpenSSF Model Signing. `dsse`: in-toto statement in a DSSE envelope. `sigstore`: message signature over
   * one file. `jsf`: signature inside a CycloneDX document. `notary`: Notary Project. `simple-signing`: cosign before
   * version 3, and containers/image. */
  readonly scheme: SignatureScheme;
  readonly usage: Usage;
  readonly signer: Signer;
  /** Path of the signature file as given or found, relative where possible. */
  readonly signature: string;
  /** Artifact the signature covers. */
  readonly subject: string;
  /** Files (relative paths) whose recomputed digests the signed statement holds. */
  readonly covers: readonly string[];
  /** Files that the signed statement names with other digests than those recomputed; absent if there are none. */
  readonly contradicts?: readonly string[];
  /** Type of the signed statement; empty for schemes without one. */
  readonly predicateType: string;
  /** Instants at which the signature is proven to have existed; empty without such proof. */
  readonly times: readonly TrustedTime[];
  /** Transparency log entries that were verified. */
  readonly logEntries: number;
  /** What a signed predicate says, by documented names. The signer's word, not more. */
  readonly claims: readonly SignedClaim[];
  /** Hash functions that the signed statement's digests use; a rule on hash functions rests on this. */
  readonly algorithms?: readonly Digest["algorithm"][];
}

/** Digests recomputed from bytes that equal those of a document (a BOM). */
export interface DigestEvidence {
  readonly [brand]: true;
  readonly kind: "digest";
  readonly subject: string;
  /** What the digests were compared with, for example `bom`. */
  readonly against: "bom";
  readonly covers: readonly string[];
  /** Files that such a document need not list: git's own, and the document itself. Compared with nothing. */
  readonly outside?: readonly string[];
  readonly algorithms: readonly Digest["algorithm"][];
}

/**
 * Digests recomputed from bytes that equal those of manifests (Croissant, a store's manifest …) which somebody signed:
 * from the signer over the manifest to the file. It says what those manifests list, not that they list everything.
 */
export interface ManifestEvidence {
  readonly [brand]: true;
  readonly kind: "manifest";
  readonly subject: string;
  /** Paths of the manifests. */
  readonly manifests: readonly string[];
  readonly signer: Signer;
  /** The signature that covers them. */
  readonly signature: string;
  readonly covers: readonly string[];
  readonly algorithms: readonly Digest["algorithm"][];
}

/**
 * A signed statement about the archive (wheel, tarball) that a record here pins for a package: its name, its version and
 * its digest are those that were signed. It says nothing about any file here, not even about the package's own.
 */
export interface PackageEvidence {
  readonly [brand]: true;
  readonly kind: "package";
  readonly subject: string;
  /** Package URL, as the artifact lists it. */
  readonly package: string;
  /** Of the archive. */
  readonly digest: Digest;
  readonly signer: Signer;
  readonly signature: string;
  readonly predicateType: string;
  readonly times: readonly TrustedTime[];
  readonly logEntries: number;
  readonly claims: readonly SignedClaim[];
}

export type Evidence = SignatureEvidence | DigestEvidence | ManifestEvidence | PackageEvidence;

/** Evidence before it is registered: the same fields without the brand. */
export type Unregistered<E extends Evidence> = Omit<E, typeof brand>;

const registry = new WeakSet<object>();

/** Makes evidence of its fields, once and for all. For verifiers/mint.ts only (checked by the import rules). */
export function registerEvidence<E extends Evidence>(fields: Unregistered<E>): E {
  for (const value of Object.values(fields)) {
    Object.freeze(value);
  }
  const evidence = Object.freeze(fields);
  registry.add(evidence);
  return evidence as unknown as E;
}

/** True only for objects that a verifier made in this process: a copy or a look-alike is not evidence. */
export function isEvidence(value: unknown): value is Evidence {
  return typeof value === "object" && value !== null && registry.has(value);
}

/** Something that was offered as evidence and was not accepted, with the code that says why. */
export interface Rejection {
  readonly kind: Evidence["kind"];
  readonly subject: string;
  readonly signature: string;
  readonly code: string;
  readonly args: Readonly<Record<string, unknown>>;
}
