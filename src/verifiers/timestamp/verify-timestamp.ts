// SPDX-License-Identifier: Apache-2.0
// Verifies time stamps (RFC 3161) against the time-stamp authorities of a trust root. Pure and offline. Left out on
// purpose: revocation of the authority's certificate (end its window in the trust root instead), and whether the time
// lies in the future of the caller's clock (there is no clock here: the caller compares).

import { AibomError } from "../../errors.ts";
import type { TrustedTime } from "../../model/trusted-time.ts";
import type { Certificate } from "../../x509/certificate.ts";
import { verifyChain } from "../../x509/chain.ts";
import { extendedKeyUsages, extensionOids } from "../../x509/extensions.ts";
import { verifySignature } from "../../x509/signature-algorithm.ts";
import { isSignerOf, signerText } from "./signer-identifier.ts";
import { bindingFault } from "./signing-certificate.ts";
import {
  parseTimestampToken,
  requireContent,
  type Stamped,
  type TimestampExpectations,
  type TimestampToken,
} from "./token.ts";

/** A time-stamp authority that the user trusts. */
export interface TimestampAuthority {
  /** Its name in the trust root. */
  readonly name: string;
  /**
   * Its certificates, in any order. Chains must end in those of its CA certificates that no other of the list issued, or,
   * if there is no CA certificate, in the authority's own. If one is not a CA's, only it (or another such) may sign;
   * otherwise the time stamp must bring the signer's certificate along.
   */
  readonly certificates: readonly Certificate[];
  /** First and last instant, both inclusive, at which it is believed. */
  readonly validFrom?: Date;
  readonly validUntil?: Date;
}

/** A verified time stamp. */
export interface VerifiedTimestamp extends TrustedTime {
  /**
   * The latest instant that the time stamp allows: the authority's clock plus the accuracy that it claims, rounded up to
   * milliseconds. What a time stamp proves is "not later than", so a certificate must not have expired by then.
   */
  readonly time: Date;
  readonly source: "rfc3161";
  /** The authority's clock, cut to milliseconds. Its certificates and its window are checked at this instant. */
  readonly genTime: Date;
  /** Undefined: the authority does not say. */
  readonly accuracyMicroseconds: number | undefined;
  /** Hexadecimal. */
  readonly serialNumber: string;
  /** Object identifier. */
  readonly policy: string;
  /** The authority's certificates, signer first, root last. */
  readonly chain: readonly Certificate[];
}

/**
 * Verifies that one of `authorities` stamped `stamped`. `token` is a TimeStampToken or a TimeStampResp.
 * @throws {AibomError} TIMESTAMP_*, DER_*, CERTIFICATE_*: what is wrong with the token, else why the one authority that knows
 * its signer refuses it, else TIMESTAMP_UNTRUSTED with the reason for each
 */
export function verifyTimestamp(
  token: Uint8Array,
  stamped: Stamped,
  authorities: readonly TimestampAuthority[],
  expected: TimestampExpectations = {},
): VerifiedTimestamp {
  const parsed = parseTimestampToken(token);
  requireContent(parsed, stamped, expected);
  const failures: Failure[] = [];
  for (const authority of authorities) {
    try {
      return verifyByAuthority(parsed, authority);
    } catch (error) {
      if (!(error instanceof AibomError)) {
        throw error;
      }
      failures.push({ authority: authority.name, error });
    }
  }
  throw explain(failures);
}

/** Codes that say no more than that the authority has nothing to do with the time stamp. */
const unrelated: ReadonlySet<string> = new Set(["TIMESTAMP_SIGNER_UNKNOWN", "CERTIFICATE_UNTRUSTED"]);

interface Failure {
  readonly authority: string;
  readonly error: AibomError;
}

/** The one telling failure itself, so that its code does not depend on how many other authorities there are. */
function explain(failures: readonly Failure[]): AibomError {
  const telling =
    failures.length === 1 ? failures : failures.filter(({ error }) => !unrelated.has(error.code));
  const [first, ...others] = telling;
  if (first !== undefined && others.length === 0) {
    return first.error;
  }
  const reasons = failures.map(({ authority, error }) => `${authority}: ${error.message} (${error.code})`);
  const cause = new AggregateError(failures.map(({ error }) => error));
  return AibomError.of(
    "TIMESTAMP_UNTRUSTED",
    { reasons: reasons.length === 0 ? "there is none" : reasons.join("; ") },
    { cause },
  );
}

function verifyByAuthority(token: TimestampToken, authority: TimestampAuthority): VerifiedTimestamp {
  const { signedData, info } = token;
  const signer = signerOf(token, authority);
  const { algorithm, signedBytes, signature } = signedData.signer;
  if (!verifySignature(algorithm, signer.publicKey, signedBytes, signature)) {
    throw AibomError.of("TIMESTAMP_SIGNATURE_INVALID", { subject: signer.title });
  }
  requireTimestampingOnly(signer);
  requireWindow(authority, info.genTime);
  const chain = verifyChain({
    leaf: signer,
    intermediates: [...authority.certificates, ...signedData.certificates],
    roots: anchors(authority.certificates),
    at: info.genTime,
    extendedKeyUsage: extendedKeyUsages.timeStamping,
  });
  return {
    time: info.latest,
    source: "rfc3161",
    authority: authority.name,
    genTime: info.genTime,
    accuracyMicroseconds: info.accuracyMicroseconds,
    serialNumber: info.serialNumber.toString(16),
    policy: info.policy,
    chain,
  };
}

/** The certificate that the signer's identifier and the signed attributes mean, from where it may come. */
function signerOf({ signedData, bindings }: TimestampToken, authority: TimestampAuthority): Certificate {
  const { identifier } = signedData.signer;
  const isLeafListed = authority.certificates.some(({ isCa }) => !isCa);
  const allowed = isLeafListed
    ? authority.certificates
    : [...authority.certificates, ...signedData.certificates];
  const named = allowed.filter((certificate) => isSignerOf(identifier, certificate));
  const [first] = named;
  if (first === undefined) {
    const signer = signerText(identifier);
    throw AibomError.of("TIMESTAMP_SIGNER_UNKNOWN", { signer, authority: authority.name });
  }
  const faultOf = (certificate: Certificate): string | undefined =>
    bindings.map((binding) => bindingFault(binding, certificate)).find((fault) => fault !== undefined);
  const bound = named.find((certificate) => faultOf(certificate) === undefined);
  if (bound === undefined) {
    const reason = faultOf(first) ?? "it names another one";
    throw AibomError.of("TIMESTAMP_CERTIFICATE_BINDING", { reason });
  }
  return bound;
}

/**
 * RFC 3161, section 2.3.
 * @throws {AibomError} TIMESTAMP_PURPOSE
 */
export function requireTimestampingOnly(signer: Certificate): void {
  const { title: subject, extendedKeyUsages: purposes, extensions, keyUsages } = signer;
  const refuse = (reason: string): AibomError => AibomError.of("TIMESTAMP_PURPOSE", { subject, reason });
  if (!purposes.includes(extendedKeyUsages.timeStamping)) {
    throw refuse("it lacks the extended key usage timeStamping");
  }
  if (purposes.length !== 1) {
    throw refuse("it has other purposes besides");
  }
  if (extensions.get(extensionOids.extendedKeyUsage)?.critical !== true) {
    throw refuse("its extended key usage is not critical");
  }
  const maySign = keyUsages.has("digitalSignature") || keyUsages.has("nonRepudiation");
  if (extensions.has(extensionOids.keyUsage) && !maySign) {
    throw refuse("its key usage does not allow to sign");
  }
}

function requireWindow({ name, validFrom, validUntil }: TimestampAuthority, time: Date): void {
  const isEarly = validFrom !== undefined && !(time >= validFrom);
  const isLate = validUntil !== undefined && !(time <= validUntil);
  if (isEarly || isLate) {
    const from = validFrom === undefined ? "" : `from ${validFrom.toISOString()}`;
    const until = validUntil === undefined ? "" : `until ${validUntil.toISOString()}`;
    const window = [from, until].filter(Boolean).join(" ");
    throw AibomError.of("TIMESTAMP_AUTHORITY_WINDOW", { authority: name, window, time: time.toISOString() });
  }
}

/** Of the authority's CA certificates, or all if there are none, those that no other issued, by name. */
function anchors(certificates: readonly Certificate[]): readonly Certificate[] {
  const authorities = certificates.filter(({ isCa }) => isCa);
  return (authorities.length > 0 ? authorities : certificates).filter(
    (certificate) =>
      !certificates.some(
        (other) =>
          other.fingerprint !== certificate.fingerprint &&
          Buffer.compare(other.subjectName, certificate.issuerName) === 0,
      ),
  );
}
