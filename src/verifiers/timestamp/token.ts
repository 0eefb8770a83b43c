// SPDX-License-Identifier: Apache-2.0
// A time-stamp token with everything checked that does not depend on who is trusted: structure, content type, the
// attributes and their digest, and that it is about the caller's bytes.

import type { DerElement } from "../../bytes/der.ts";
import { derOctets, derOid } from "../../bytes/der-values.ts";
import { AibomError } from "../../errors.ts";
import { digestOf, type HashName } from "../../x509/signature-algorithm.ts";
import { cmsOids } from "./oids.ts";
import { parseSignedData, type SignedData, type SignerInfo } from "./signed-data.ts";
import { type CertificateBinding, parseSigningCertificate } from "./signing-certificate.ts";
import { tokenOf } from "./timestamp-response.ts";
import { parseTstInfo, type TstInfo } from "./tst-info.ts";

export interface TimestampToken {
  readonly signedData: SignedData;
  readonly info: TstInfo;
  /** One or two, each of which must fit. */
  readonly bindings: readonly CertificateBinding[];
}

/**
 * Parses a TimeStampToken, or the one in a granted TimeStampResp. Nothing is verified.
 * @throws {AibomError} DER_*, CERTIFICATE_*, TIMESTAMP_*
 */
export function parseTimestampToken(bytes: Uint8Array): TimestampToken {
  const signedData = parseSignedData(tokenOf(bytes));
  requireType(signedData.contentType, "the content");
  const { signer } = signedData;
  const type = onlyValue(signer, cmsOids.contentType, "contentType");
  if (type === undefined) {
    throw AibomError.of("TIMESTAMP_ATTRIBUTE", { attribute: "contentType", reason: "is missing" });
  }
  requireType(derOid(type, "attribute contentType"), "the signed attribute contentType");
  return { signedData, info: parseTstInfo(signedData.content), bindings: parseBindings(signer) };
}

function requireType(type: string, what: string): void {
  if (type !== cmsOids.tstInfo) {
    throw AibomError.of("TIMESTAMP_CONTENT_TYPE", { what, got: type, expected: cmsOids.tstInfo });
  }
}

/** The one value of a signed attribute; undefined if there is no such attribute. */
function onlyValue({ attributes }: SignerInfo, oid: string, attribute: string): DerElement | undefined {
  const values = attributes.get(oid);
  const [value] = values ?? [];
  if (values !== undefined && (value === undefined || values.length > 1)) {
    throw AibomError.of("TIMESTAMP_ATTRIBUTE", {
      attribute,
      reason: `has ${values.length} values, expected 1`,
    });
  }
  return value;
}

function parseBindings(signer: SignerInfo): readonly CertificateBinding[] {
  const first = onlyValue(signer, cmsOids.signingCertificate, "signingCertificate");
  const second = onlyValue(signer, cmsOids.signingCertificateV2, "signingCertificateV2");
  const bindings = [
    ...(first ? [parseSigningCertificate(first, 1)] : []),
    ...(second ? [parseSigningCertificate(second, 2)] : []),
  ];
  if (bindings.length === 0) {
    throw AibomError.of("TIMESTAMP_ATTRIBUTE", { attribute: "signingCertificate", reason: "is missing" });
  }
  return bindings;
}

/** What a time stamp is about: the bytes, or their digest if they are too many to hold. */
export type Stamped = Uint8Array | { readonly hash: HashName; readonly digest: Uint8Array };

/** What the caller may ask of a time stamp besides its bytes. */
export interface TimestampExpectations {
  /** The nonce of the request. */
  readonly nonce?: bigint;
  /** Object identifier of the policy that was asked for. */
  readonly policy?: string;
}

/**
 * Checks a token against its own digest and against what the caller has.
 * @throws {AibomError} TIMESTAMP_MESSAGE_DIGEST, TIMESTAMP_ATTRIBUTE, TIMESTAMP_HASH, TIMESTAMP_IMPRINT, TIMESTAMP_NONCE,
 * TIMESTAMP_POLICY, TIMESTAMP_CRITICAL_EXTENSION
 */
export function requireContent(
  { signedData, info }: TimestampToken,
  stamped: Stamped,
  expected: TimestampExpectations,
): void {
  const { signer, content } = signedData;
  const messageDigest = onlyValue(signer, cmsOids.messageDigest, "messageDigest");
  if (messageDigest === undefined) {
    throw AibomError.of("TIMESTAMP_ATTRIBUTE", { attribute: "messageDigest", reason: "is missing" });
  }
  const digest = derOctets(messageDigest, "attribute messageDigest");
  if (Buffer.compare(digest, digestOf(signer.digest, content)) !== 0) {
    throw AibomError.of("TIMESTAMP_MESSAGE_DIGEST", {});
  }
  requireImprint(info, stamped);
  if (expected.nonce !== undefined && info.nonce !== expected.nonce) {
    const got = info.nonce ?? "absent";
    throw AibomError.of("TIMESTAMP_NONCE", { got, expected: expected.nonce });
  }
  if (expected.policy !== undefined && info.policy !== expected.policy) {
    throw AibomError.of("TIMESTAMP_POLICY", { got: info.policy, expected: expected.policy });
  }
  for (const [oid, { critical }] of info.extensions) {
    if (critical) {
      throw AibomError.of("TIMESTAMP_CRITICAL_EXTENSION", { oid });
    }
  }
}

function requireImprint({ imprintHash, imprintAlgorithm, imprint }: TstInfo, stamped: Stamped): void {
  if (imprintHash === undefined) {
    throw AibomError.of("TIMESTAMP_HASH", { algorithm: imprintAlgorithm, what: "the stamped bytes" });
  }
  if (!isAbout(stamped, imprintHash, imprint)) {
    throw AibomError.of("TIMESTAMP_IMPRINT", { hash: imprintHash });
  }
}

/** Whether a digest is that of what is stamped. */
export function isAbout(stamped: Stamped, hash: HashName, digest: Uint8Array): boolean {
  return stamped instanceof Uint8Array
    ? Buffer.compare(digestOf(hash, stamped), digest) === 0
    : stamped.hash === hash && Buffer.compare(stamped.digest, digest) === 0;
}
