// SPDX-License-Identifier: Apache-2.0
// What a time stamp says, for reports. Nothing here is verified: these are claims of whoever wrote the bytes.

import { signerText } from "./signer-identifier.ts";
import { parseTimestampToken } from "./token.ts";

export interface TimestampDescription {
  /** The clock of whoever made it, cut to milliseconds. */
  readonly genTime: Date;
  readonly accuracyMicroseconds: number | undefined;
  /** `sha256` …, or the name or object identifier of a hash that is not accepted. */
  readonly hashAlgorithm: string;
  /** Hexadecimal. */
  readonly imprint: string;
  /** Object identifier. */
  readonly policy: string;
  /** Hexadecimal. */
  readonly serialNumber: string;
  /** Hexadecimal. */
  readonly nonce: string | undefined;
  readonly ordering: boolean;
  readonly authorityName: string | undefined;
  /** Issuer and serial number, or key identifier, of the signer's certificate. */
  readonly signer: string;
  /** `ecdsa with sha256` … */
  readonly signatureAlgorithm: string;
  /** Subjects of the embedded certificates, RFC 4514. */
  readonly certificates: readonly string[];
}

/**
 * Describes a TimeStampToken or a granted TimeStampResp without verifying it.
 * @throws {AibomError} TIMESTAMP_*, DER_*, CERTIFICATE_* if it cannot be read
 */
export function inspectTimestamp(token: Uint8Array): TimestampDescription {
  const { signedData, info } = parseTimestampToken(token);
  const { algorithm, identifier } = signedData.signer;
  return {
    genTime: info.genTime,
    accuracyMicroseconds: info.accuracyMicroseconds,
    hashAlgorithm: info.imprintHash ?? info.imprintAlgorithm,
    imprint: Buffer.from(info.imprint).toString("hex"),
    policy: info.policy,
    serialNumber: info.serialNumber.toString(16),
    nonce: info.nonce?.toString(16),
    ordering: info.ordering,
    authorityName: info.tsa,
    signer: signerText(identifier),
    signatureAlgorithm: "hash" in algorithm ? `${algorithm.family} with ${algorithm.hash}` : algorithm.family,
    certificates: signedData.certificates.map(({ subject }) => subject),
  };
}
