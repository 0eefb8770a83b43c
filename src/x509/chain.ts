// SPDX-License-Identifier: Apache-2.0
// Chains of certificates (RFC 5280, section 6), from a leaf to one of the caller's roots, at one instant. A search in
// depth with a bound on its work. Left out on purpose: revocation, and policies (no policy is asked for, so each
// satisfies; constraints on policies are refused as extensions that are not understood).

import { parseDer } from "../bytes/der.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { type Certificate, isSameCertificate } from "./certificate.ts";
import { extendedKeyUsages, extensionOids } from "./extensions.ts";
import { requireStrongKey } from "./key-strength.ts";
import { isSelfIssued, NameConstraintChecker } from "./name-constraints.ts";
import { algorithmName, parseSignatureAlgorithm, verifySignature } from "./signature-algorithm.ts";

export interface ChainRequest {
  readonly leaf: Certificate;
  /** Certificates of authorities that may be used and are not trusted; those of a bundle. */
  readonly intermediates: readonly Certificate[];
  /** The only certificates that a chain may end in. */
  readonly roots: readonly Certificate[];
  /** Every certificate of the chain, the root included, must be valid at this instant. */
  readonly at: Date;
  /**
   * Object identifier of a purpose. The leaf must name it (anyExtendedKeyUsage is not enough), and every issuer that is
   * limited to purposes, the root included, must name it or anyExtendedKeyUsage. RFC 5280 leaves the meaning in issuers
   * open; this is what the CA/Browser Forum, Fulcio and the usual verifiers do.
   */
  readonly extendedKeyUsage?: string;
}

/** Extensions that may be critical: each is enforced here or by who asks for a purpose. */
const understood: ReadonlySet<string> = new Set(Object.values(extensionOids));

/**
 * Finds and verifies a chain. A root's own signature is not checked: it is trusted because the caller says so. A
 * leaf that is itself one of the roots is a chain of one.
 * @returns the chain, leaf first, root last
 * @throws {AibomError} CERTIFICATE_*, DER_*: what is wrong with the leaf, else with the chain that came farthest
 */
export function verifyChain(request: ChainRequest): readonly Certificate[] {
  requireCount(request.intermediates.length, "intermediate certificates", limits.maxChainCandidates);
  requireCount(request.roots.length, "roots", limits.maxChainRoots);
  requireUsable(request.leaf, request.at);
  const { extendedKeyUsage } = request;
  if (extendedKeyUsage !== undefined && !request.leaf.extendedKeyUsages.includes(extendedKeyUsage)) {
    const { title: subject } = request.leaf;
    throw AibomError.of("CERTIFICATE_EXTENDED_KEY_USAGE", {
      subject,
      purpose: purposeName(extendedKeyUsage),
    });
  }
  if (request.roots.some((root) => isSameCertificate(root, request.leaf))) {
    return [request.leaf];
  }
  return new ChainSearch(request).run();
}

function requireCount(count: number, what: string, limit: number): void {
  if (count > limit) {
    throw AibomError.of("CERTIFICATE_TOO_MANY", { count, what, limit });
  }
}

/** One search. The failure that is reported is that of the longest chain tried, of several the first. */
class ChainSearch {
  readonly #request: ChainRequest;
  readonly #candidates: readonly Certificate[];
  readonly #rootFingerprints: ReadonlySet<string>;
  readonly #nameConstraints = new NameConstraintChecker();
  #steps = 0;
  #failure: { readonly depth: number; readonly error: AibomError } | undefined;

  constructor(request: ChainRequest) {
    this.#request = request;
    const { roots, intermediates } = request;
    this.#rootFingerprints = new Set(roots.map((root) => root.fingerprint));
    const byFingerprint = new Map([...roots, ...intermediates].map((each) => [each.fingerprint, each]));
    // Roots first: the shortest chains are tried first.
    this.#candidates = [...byFingerprint.values()];
  }

  run(): readonly Certificate[] {
    const chain = this.#extend([this.#request.leaf]);
    if (chain === undefined) {
      throw this.#failure?.error ?? untrusted(this.#request.leaf);
    }
    return chain;
  }

  /** A complete chain that begins with `path`, or undefined. */
  #extend(path: readonly Certificate[]): readonly Certificate[] | undefined {
    const last = path.at(-1) ?? this.#request.leaf;
    if (path.length >= limits.maxChainLength) {
      const { title: subject } = this.#request.leaf;
      this.#fail(
        path,
        AibomError.of("CERTIFICATE_CHAIN_TOO_LONG", { limit: limits.maxChainLength, subject }),
      );
      return undefined;
    }
    const issuers = this.#candidates.filter(
      (each) =>
        Buffer.compare(each.subjectName, last.issuerName) === 0 &&
        !isSameCertificate(each, this.#request.leaf) &&
        !path.slice(1).some((used) => isSameAuthority(used, each)),
    );
    if (issuers.length === 0) {
      this.#fail(path, untrusted(last));
    }
    for (const issuer of issuers) {
      const chain = this.#try(path, last, issuer);
      if (chain !== undefined) {
        return chain;
      }
    }
    return undefined;
  }

  #try(
    path: readonly Certificate[],
    last: Certificate,
    issuer: Certificate,
  ): readonly Certificate[] | undefined {
    this.#steps += 1;
    if (this.#steps > limits.maxChainSteps) {
      throw AibomError.of("CERTIFICATE_CHAIN_WORK", { limit: limits.maxChainSteps });
    }
    const longer = [...path, issuer];
    const isComplete = this.#rootFingerprints.has(issuer.fingerprint);
    const error = refusal(() => {
      requireIssued(last, issuer);
      requireUsable(issuer, this.#request.at);
      if (isComplete) {
        this.#requireChainRules(longer);
      }
    });
    if (error !== undefined) {
      this.#fail(longer, error);
      return undefined;
    }
    return isComplete ? longer : this.#extend(longer);
  }

  /** Rules that need the whole chain. */
  #requireChainRules(chain: readonly Certificate[]): void {
    requirePathLengths(chain);
    requirePurpose(chain, this.#request.extendedKeyUsage);
    this.#nameConstraints.requireAllowed(chain);
  }

  #fail(path: readonly Certificate[], error: AibomError): void {
    if (this.#failure === undefined || path.length > this.#failure.depth) {
      this.#failure = { depth: path.length, error };
    }
  }
}

/** One name with one key is one authority, whichever certificate says so; a chain passes it once (RFC 4158, 2.4.2). */
function isSameAuthority(one: Certificate, other: Certificate): boolean {
  return one.keyId === other.keyId && Buffer.compare(one.subjectName, other.subjectName) === 0;
}

/** Runs checks; returns the error of the one that fails. */
function refusal(check: () => void): AibomError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof AibomError) {
      return error;
    }
    throw error;
  }
}

function untrusted({ title: subject, issuer }: Certificate): AibomError {
  return AibomError.of("CERTIFICATE_UNTRUSTED", { subject, issuer });
}

/** What every certificate of a chain must be: valid at the time, understood, with a strong key. */
function requireUsable(certificate: Certificate, at: Date): void {
  const { title: subject, notBefore, notAfter } = certificate;
  // Negated, so that an invalid date is no time at which anything is valid.
  if (!(at >= notBefore)) {
    const from = notBefore.toISOString();
    throw AibomError.of("CERTIFICATE_NOT_YET_VALID", { subject, from, at: timeText(at) });
  }
  if (!(at <= notAfter)) {
    const until = notAfter.toISOString();
    throw AibomError.of("CERTIFICATE_EXPIRED", { subject, until, at: timeText(at) });
  }
  for (const [oid, { critical }] of certificate.extensions) {
    if (critical && !understood.has(oid)) {
      throw AibomError.of("CERTIFICATE_CRITICAL_EXTENSION", { subject, oid });
    }
  }
  requireStrongKey(certificate);
}

function timeText(at: Date): string {
  return Number.isNaN(at.getTime()) ? "not a time" : at.toISOString();
}

/** The signature of `issuer` on `certificate`, and the right of `issuer` to make it. */
function requireIssued(certificate: Certificate, issuer: Certificate): void {
  const { title: subject } = certificate;
  requireStrongKey(issuer);
  const what = "signature algorithm";
  const identifier = parseDer(certificate.signatureAlgorithm, what);
  const algorithm = parseSignatureAlgorithm(identifier, what);
  if (algorithm === undefined) {
    const name = algorithmName(identifier, what);
    throw AibomError.of("CERTIFICATE_SIGNATURE_ALGORITHM", { subject, algorithm: name });
  }
  if (!verifySignature(algorithm, issuer.publicKey, certificate.tbs, certificate.signature)) {
    throw AibomError.of("CERTIFICATE_SIGNATURE_INVALID", { subject, issuer: issuer.title });
  }
  if (!issuer.isCa) {
    throw AibomError.of("CERTIFICATE_ISSUER_NOT_CA", { issuer: issuer.title });
  }
  if (issuer.extensions.has(extensionOids.keyUsage) && !issuer.keyUsages.has("keyCertSign")) {
    throw AibomError.of("CERTIFICATE_ISSUER_KEY_USAGE", { issuer: issuer.title });
  }
}

/** RFC 5280, section 4.2.1.9: certificates that an authority issued to itself do not count, nor does the leaf. */
function requirePathLengths(chain: readonly Certificate[]): void {
  let count = 0;
  for (const issuer of chain.slice(1)) {
    if (issuer.pathLength !== undefined && count > issuer.pathLength) {
      const limit = issuer.pathLength;
      throw AibomError.of("CERTIFICATE_PATH_LENGTH", { issuer: issuer.title, count, limit });
    }
    count += isSelfIssued(issuer) ? 0 : 1;
  }
}

function requirePurpose(chain: readonly Certificate[], purpose: string | undefined): void {
  for (const { title: subject, extendedKeyUsages: purposes } of chain.slice(1)) {
    const isLimited = purposes.length > 0 && !purposes.includes(extendedKeyUsages.any);
    if (purpose !== undefined && isLimited && !purposes.includes(purpose)) {
      throw AibomError.of("CERTIFICATE_EXTENDED_KEY_USAGE", { subject, purpose: purposeName(purpose) });
    }
  }
}

function purposeName(oid: string): string {
  return Object.entries(extendedKeyUsages).find(([, each]) => each === oid)?.[0] ?? oid;
}
