// SPDX-License-Identifier: Apache-2.0
// Writes X.509 certificates (RFC 5280, section 4) with ECDSA keys, for authorities of one's own. Pure: serial numbers and times
// are the caller's. Left out on purpose: everything that such an authority does not need.

import { createHash } from "node:crypto";
import { contextTag, type DerElement, DerReader, derTags, parseDer } from "../bytes/der.ts";
import {
  encodeBitBytes,
  encodeCertificateTime,
  encodeDer,
  encodeInteger,
  encodeNamedBits,
  encodeOid,
  encodeSequence,
  encodeSet,
  encodeTrue,
  encodeUtf8,
} from "../bytes/der-encode.ts";
import { extendedKeyUsages, extensionOids } from "./extensions.ts";
import { encodeEcdsaAlgorithm, type HashName } from "./signature-algorithm.ts";

const keyIdentifierOids = { subject: "2.5.29.14", authority: "2.5.29.35" } as const;
const commonName = "2.5.4.3";
const organization = "2.5.4.10";

/** Bits of KeyUsage (RFC 5280, section 4.2.1.3). */
const usageBits = { digitalSignature: 0, keyCertSign: 5, cRLSign: 6 } as const;

export interface SubjectName {
  readonly commonName: string;
  readonly organization?: string;
}

export interface CertificateFields {
  readonly serialNumber: bigint;
  readonly subject: SubjectName;
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Uint8Array;
  readonly issuer: { readonly name: SubjectName; readonly publicKey: Uint8Array };
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** `ca`: issues certificates of time-stamp authorities, and nothing below them. `timestamping`: RFC 3161, section 2.3. */
  readonly role: "ca" | "timestamping";
  /** Signs with the issuer's ECDSA key and `hash`; DER. */
  readonly sign: (bytes: Uint8Array) => Uint8Array;
  readonly hash: HashName;
}

/** A certificate in DER. */
export function writeCertificate(fields: CertificateFields): Uint8Array {
  const algorithm = encodeEcdsaAlgorithm(fields.hash);
  const tbs = encodeSequence(
    encodeDer(contextTag(0), encodeInteger(2n)),
    encodeInteger(fields.serialNumber),
    algorithm,
    encodeName(fields.issuer.name),
    encodeSequence(encodeCertificateTime(fields.notBefore), encodeCertificateTime(fields.notAfter)),
    encodeName(fields.subject),
    fields.publicKey,
    encodeDer(contextTag(3), encodeSequence(...extensionsOf(fields))),
  );
  return encodeSequence(tbs, algorithm, encodeBitBytes(fields.sign(tbs)));
}

function encodeName(name: SubjectName): Uint8Array {
  const part = (oid: string, text: string) => encodeSet(encodeSequence(encodeOid(oid), encodeUtf8(text)));
  return encodeSequence(
    ...(name.organization === undefined ? [] : [part(organization, name.organization)]),
    part(commonName, name.commonName),
  );
}

function extensionsOf({ role, publicKey, issuer }: CertificateFields): readonly Uint8Array[] {
  const timeStamping = encodeSequence(encodeOid(extendedKeyUsages.timeStamping));
  const keyIds = [
    extension(keyIdentifierOids.subject, encodeDer(derTags.octetString, keyIdentifier(publicKey))),
    extension(
      keyIdentifierOids.authority,
      encodeSequence(encodeDer(contextTag(0, "primitive"), keyIdentifier(issuer.publicKey))),
    ),
  ];
  const own =
    role === "ca"
      ? [
          // Path length 0: nothing below but the authority itself.
          extension(
            extensionOids.basicConstraints,
            encodeSequence(encodeTrue(), encodeInteger(0n)),
            "critical",
          ),
          extension(
            extensionOids.keyUsage,
            encodeNamedBits(usageBits.keyCertSign, usageBits.cRLSign),
            "critical",
          ),
        ]
      : [
          extension(extensionOids.basicConstraints, encodeSequence(), "critical"),
          extension(extensionOids.keyUsage, encodeNamedBits(usageBits.digitalSignature), "critical"),
          extension(extensionOids.extendedKeyUsage, timeStamping, "critical"),
        ];
  return [...own, ...keyIds];
}

function extension(oid: string, value: Uint8Array, critical?: "critical"): Uint8Array {
  return encodeSequence(
    encodeOid(oid),
    ...(critical === undefined ? [] : [encodeTrue()]),
    encodeDer(derTags.octetString, value),
  );
}

/** SHA-256 of the key's bits, cut to 160 bits (RFC 7093, section 2, method 1). */
function keyIdentifier(publicKey: Uint8Array): Uint8Array {
  const reader = new DerReader(parseDer(publicKey, "public key"), "public key");
  reader.next("algorithm");
  const bits: DerElement = reader.next("key", derTags.bitString);
  return createHash("sha256").update(bits.content.subarray(1)).digest().subarray(0, 20);
}
