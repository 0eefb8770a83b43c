// SPDX-License-Identifier: Apache-2.0
// Writes a time-stamp token: TSTInfo (RFC 3161, section 2.4.2) in signed CMS (RFC 5652), with the signer's certificate named
// by its SHA-256 (ESSCertIDv2, RFC 5816).

import { createHash } from "node:crypto";
import { contextTag, derTags } from "../bytes/der.ts";
import {
  encodeDer,
  encodeGeneralizedTime,
  encodeInteger,
  encodeOid,
  encodeSequence,
  encodeSet,
  encodeTrue,
} from "../bytes/der-encode.ts";
import { cmsOids } from "../verifiers/timestamp/oids.ts";
import type { Certificate } from "../x509/certificate.ts";
import { digestOf, encodeEcdsaAlgorithm, encodeHashAlgorithm } from "../x509/signature-algorithm.ts";
import type { TimeAuthority } from "./authority.ts";
import type { TimestampQuery } from "./query.ts";

/** The number and the time that a token gets; no other token of this authority has either of them. */
export interface TokenPlace {
  readonly serialNumber: bigint;
  readonly time: Date;
}

/** A TimeStampToken in DER. @throws {AibomError} SIGNER_* if an outside signer fails */
export async function writeToken(
  authority: TimeAuthority,
  query: TimestampQuery,
  place: TokenPlace,
): Promise<Uint8Array> {
  const { certificate, hash, signer } = authority;
  const content = tstInfo(authority, query, place);
  const attributes = [
    attribute(cmsOids.contentType, encodeOid(cmsOids.tstInfo)),
    attribute(cmsOids.messageDigest, encodeDer(derTags.octetString, digestOf(hash, content))),
    attribute(cmsOids.signingCertificateV2, signingCertificate(certificate)),
  ];
  // What is signed is the SET itself; in the message it has another tag (RFC 5652, section 5.4).
  const signed = encodeSet(...attributes);
  const signature = await signer.sign(signed);
  const signerInfo = encodeSequence(
    encodeInteger(1n),
    encodeSequence(certificate.issuerName, encodeInteger(BigInt(`0x${certificate.serialNumber}`))),
    encodeHashAlgorithm(hash),
    retag(contextTag(0), signed),
    encodeEcdsaAlgorithm(hash),
    encodeDer(derTags.octetString, signature),
  );
  const signedData = encodeSequence(
    encodeInteger(3n),
    encodeSet(encodeHashAlgorithm(hash)),
    encodeSequence(
      encodeOid(cmsOids.tstInfo),
      encodeDer(contextTag(0), encodeDer(derTags.octetString, content)),
    ),
    ...(query.wantsCertificates ? [certificateSet(authority)] : []),
    encodeSet(signerInfo),
  );
  return encodeSequence(encodeOid(cmsOids.signedData), encodeDer(contextTag(0), signedData));
}

function tstInfo(authority: TimeAuthority, query: TimestampQuery, place: TokenPlace): Uint8Array {
  const { certificate, policy, accuracyMilliseconds } = authority;
  return encodeSequence(
    encodeInteger(1n),
    encodeOid(policy),
    query.imprint,
    encodeInteger(place.serialNumber),
    encodeGeneralizedTime(place.time),
    encodeAccuracy(accuracyMilliseconds),
    // Ordering: the times of two tokens say which came first, whatever the accuracy (journal.ts sees to it).
    encodeTrue(),
    ...(query.nonce === undefined ? [] : [query.nonce]),
    // A GeneralName, directoryName, inside an EXPLICIT tag.
    encodeDer(contextTag(0), encodeDer(contextTag(4), certificate.subjectName)),
  );
}

/** Accuracy: seconds, and milliseconds from 1 to 999; what is zero is left out. */
function encodeAccuracy(milliseconds: number): Uint8Array {
  const [seconds, rest] = [Math.floor(milliseconds / 1000), milliseconds % 1000];
  return encodeSequence(
    ...(seconds === 0 ? [] : [encodeInteger(BigInt(seconds))]),
    ...(rest === 0 ? [] : [retag(contextTag(0, "primitive"), encodeInteger(BigInt(rest)))]),
  );
}

/** SigningCertificateV2 with one ESSCertIDv2; SHA-256 is its default and left out (RFC 5035, section 4). */
function signingCertificate({ der, issuerName, serialNumber }: Certificate): Uint8Array {
  const issuer = encodeSequence(encodeDer(contextTag(4), issuerName));
  const id = encodeSequence(
    encodeDer(derTags.octetString, createHash("sha256").update(der).digest()),
    encodeSequence(issuer, encodeInteger(BigInt(`0x${serialNumber}`))),
  );
  return encodeSequence(encodeSequence(id));
}

/** The chain without its root, which whoever verifies must have from elsewhere. */
function certificateSet({ chain }: TimeAuthority): Uint8Array {
  const [leaf, ...issuers] = chain;
  const sent = [leaf, ...issuers.filter(({ subject, issuer }) => subject !== issuer)];
  return retag(contextTag(0), encodeSet(...sent.flatMap((each) => (each === undefined ? [] : [each.der]))));
}

function attribute(type: string, value: Uint8Array): Uint8Array {
  return encodeSequence(encodeOid(type), encodeSet(value));
}

/** The element with another tag: an IMPLICIT type. */
function retag(tag: number, element: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(tag), element.subarray(1)]);
}
