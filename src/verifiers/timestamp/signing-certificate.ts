// SPDX-License-Identifier: Apache-2.0
// The signed attributes that bind a signature to one certificate: SigningCertificate (RFC 2634, section 5.4) and
// SigningCertificateV2 (RFC 5035, section 3). Only the first entry names the signer; further entries, which limit
// attribute certificates, and policies are left out on purpose. Version 1 hashes with SHA-1: what it guards is which of
// the authority's own certificates was meant, and the chain is checked besides.

import { createHash } from "node:crypto";
import { contextTag, type DerElement, DerReader, derTags, explicitContent } from "../../bytes/der.ts";
import { derInteger, derOctets } from "../../bytes/der-values.ts";
import { AibomError } from "../../errors.ts";
import type { Certificate } from "../../x509/certificate.ts";
import { algorithmName, parseHashAlgorithm } from "../../x509/signature-algorithm.ts";

/** The certificate that a signature is bound to. */
export interface CertificateBinding {
  readonly hash: "sha1" | "sha256" | "sha384" | "sha512";
  readonly digest: Uint8Array;
  readonly issuerSerial: { readonly issuerName: Uint8Array; readonly serialNumber: string } | undefined;
}

/** Parses the value of one of the two attributes. @throws {AibomError} DER_*, TIMESTAMP_HASH, TIMESTAMP_MALFORMED */
export function parseSigningCertificate(value: DerElement, version: 1 | 2): CertificateBinding {
  const what = "signing certificate";
  const reader = new DerReader(value, what);
  const [first] = new DerReader(reader.next("certificates"), `certificates of ${what}`).rest();
  reader.optional(derTags.sequence);
  reader.end();
  if (first === undefined) {
    throw AibomError.of("TIMESTAMP_MALFORMED", { reason: "its signing certificate is an empty list" });
  }
  const entry = new DerReader(first, what);
  const algorithm = version === 2 ? entry.optional(derTags.sequence) : undefined;
  const digest = derOctets(entry.next("hash"), `hash of ${what}`);
  const issuerSerial = entry.optional(derTags.sequence);
  entry.end();
  return {
    hash: version === 1 ? "sha1" : parseEssHash(algorithm),
    digest,
    issuerSerial: issuerSerial && parseIssuerSerial(issuerSerial),
  };
}

function parseEssHash(element: DerElement | undefined): CertificateBinding["hash"] {
  if (element === undefined) {
    return "sha256";
  }
  const hash = parseHashAlgorithm(element, "hash of signing certificate");
  if (hash === undefined) {
    const algorithm = algorithmName(element, "hash of signing certificate");
    throw AibomError.of("TIMESTAMP_HASH", { algorithm, what: "its certificate" });
  }
  return hash;
}

/** IssuerSerial: exactly one name, a directory name (RFC 5035, section 5). */
function parseIssuerSerial(element: DerElement): CertificateBinding["issuerSerial"] {
  const what = "issuer and serial number of signing certificate";
  const reader = new DerReader(element, what);
  const names = reader.nested("issuer");
  const issuerName = explicitContent(names.next("name", contextTag(4)), what).bytes;
  names.end();
  const serialNumber = derInteger(reader.next("serial number"), what).toString(16);
  reader.end();
  return { issuerName, serialNumber };
}

/** Why `certificate` is not the one that is meant, or undefined if it is. */
export function bindingFault(binding: CertificateBinding, certificate: Certificate): string | undefined {
  const { hash, digest, issuerSerial } = binding;
  if (Buffer.compare(createHash(hash).update(certificate.der).digest(), digest) !== 0) {
    return `the ${hash} hash is that of another certificate`;
  }
  if (issuerSerial === undefined) {
    return undefined;
  }
  const isSame =
    Buffer.compare(issuerSerial.issuerName, certificate.issuerName) === 0 &&
    issuerSerial.serialNumber === certificate.serialNumber;
  return isSame ? undefined : "issuer and serial number are those of another certificate";
}
