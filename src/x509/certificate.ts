// SPDX-License-Identifier: Apache-2.0
// X.509 certificates (RFC 5280, section 4). Parsed by our own strict reader; the key and nothing else comes from
// OpenSSL. Parsing proves nothing: `verifyChain` does. Left out on purpose: revocation, which needs the network.

import { createHash, type KeyObject, X509Certificate } from "node:crypto";
import { contextTag, type DerElement, DerReader, derTags, explicitContent, parseDer } from "../bytes/der.ts";
import { derTime } from "../bytes/der-time.ts";
import { derBitBytes, derInteger, derOid } from "../bytes/der-values.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { type DistinguishedName, parseName, renderName } from "./distinguished-name.ts";
import {
  type Extension,
  parseBasicConstraints,
  parseExtendedKeyUsages,
  parseExtensions,
  parseKeyUsages,
  parseSubjectAltNames,
} from "./extensions.ts";
import type { SubjectAltName } from "./general-name.ts";
import { certificateBlocks } from "./pem.ts";

/** A parsed certificate. Nothing in it is verified. */
export interface Certificate {
  readonly der: Uint8Array;
  /** The same certificate in Node's own type, for libraries that want it. */
  readonly x509: X509Certificate;
  readonly publicKey: KeyObject;
  /** SHA-256 of the SubjectPublicKeyInfo in DER, hexadecimal: the same as the key's id in a trust root. */
  readonly keyId: string;
  /** SHA-256 of the certificate in DER, hexadecimal. */
  readonly fingerprint: string;
  /** Hexadecimal, lower case, no leading zeros; with a leading minus if negative, which RFC 5280 forbids. */
  readonly serialNumber: string;
  /** RFC 4514 text, most specific attribute first. */
  readonly subject: string;
  /** RFC 4514 text, most specific attribute first. */
  readonly issuer: string;
  /** What messages call it: the subject, or if that is empty (Fulcio) its first other name, or its serial number. */
  readonly title: string;
  /** The subject's name in DER. Chains compare names byte for byte. */
  readonly subjectName: Uint8Array;
  /** The issuer's name in DER. */
  readonly issuerName: Uint8Array;
  readonly subjectAltNames: readonly SubjectAltName[];
  /** First instant of validity. */
  readonly notBefore: Date;
  /** Last instant of validity, inclusive. */
  readonly notAfter: Date;
  readonly isCa: boolean;
  /** How many intermediate authorities may follow below this one. */
  readonly pathLength?: number;
  /** Names as in RFC 5280, `digitalSignature` …; empty also if the extension is absent. */
  readonly keyUsages: ReadonlySet<string>;
  /** Object identifiers; empty if the extension is absent. */
  readonly extendedKeyUsages: readonly string[];
  /** By object identifier. */
  readonly extensions: ReadonlyMap<string, Extension>;
  /** What the issuer signed. */
  readonly tbs: Uint8Array;
  /** AlgorithmIdentifier of the issuer's signature, in DER. */
  readonly signatureAlgorithm: Uint8Array;
  /** The issuer's signature. */
  readonly signature: Uint8Array;
}

/**
 * Parses one certificate.
 * @throws {AibomError} DER_*, CERTIFICATE_MALFORMED, CERTIFICATE_KEY_UNSUPPORTED, CERTIFICATE_TOO_MANY (names)
 */
export function parseCertificate(der: Uint8Array): Certificate {
  const outer = new DerReader(parseDer(der, "certificate"), "certificate");
  const tbs = outer.next("signed part", derTags.sequence);
  const algorithm = outer.next("signature algorithm", derTags.sequence);
  const signature = derBitBytes(outer.next("signature"), "signature of certificate");
  outer.end();
  const fields = parseTbs(tbs);
  // Two places name the algorithm, one of them unsigned (RFC 5280, section 4.1.1.2).
  if (Buffer.compare(fields.algorithm.bytes, algorithm.bytes) !== 0) {
    throw AibomError.of("CERTIFICATE_MALFORMED", { reason: "its two signature algorithms differ" });
  }
  const subject = renderName(fields.subject);
  const subjectAltNames = parseSubjectAltNames(fields.extensions);
  requireNamedCurve(fields.spki, subject);
  return {
    der,
    ...openCertificate(der, subject),
    keyId: sha256Hex(fields.spki.bytes),
    fingerprint: sha256Hex(der),
    serialNumber: fields.serialNumber,
    subject,
    issuer: renderName(fields.issuer),
    title: subject || subjectAltNames[0]?.value || `serial number ${fields.serialNumber}`,
    subjectName: fields.subjectName,
    issuerName: fields.issuerName,
    ...fields.validity,
    subjectAltNames,
    ...usages(fields.extensions),
    tbs: tbs.bytes,
    signatureAlgorithm: algorithm.bytes,
    signature,
  };
}

/**
 * Parses a file of one to `max` certificates, in its order: one in DER, or PEM blocks.
 * @throws {AibomError} CERTIFICATE_FILE_TOO_LARGE, CERTIFICATE_PEM, CERTIFICATE_TOO_MANY, and what
 * `parseCertificate` throws
 */
export function parseCertificates(pemOrDer: Uint8Array | string, max: number): readonly Certificate[] {
  const bytes = typeof pemOrDer === "string" ? Buffer.from(pemOrDer) : pemOrDer;
  if (bytes.length > limits.maxCertificateFileBytes) {
    const limit = limits.maxCertificateFileBytes;
    throw AibomError.of("CERTIFICATE_FILE_TOO_LARGE", { size: bytes.length, limit });
  }
  const blocks =
    bytes[0] === derTags.sequence ? [bytes] : certificateBlocks(Buffer.from(bytes).toString("latin1"));
  if (blocks.length > max) {
    throw AibomError.of("CERTIFICATE_TOO_MANY", { count: blocks.length, what: "certificates", limit: max });
  }
  return blocks.map(parseCertificate);
}

/** What the extensions say about the use of the key. */
function usages(extensions: ReadonlyMap<string, Extension>) {
  return {
    ...parseBasicConstraints(extensions),
    keyUsages: parseKeyUsages(extensions),
    extendedKeyUsages: parseExtendedKeyUsages(extensions),
    extensions,
  };
}

interface TbsFields {
  readonly serialNumber: string;
  readonly algorithm: DerElement;
  readonly issuer: DistinguishedName;
  readonly issuerName: Uint8Array;
  readonly validity: { readonly notBefore: Date; readonly notAfter: Date };
  readonly subject: DistinguishedName;
  readonly subjectName: Uint8Array;
  readonly spki: DerElement;
  readonly extensions: ReadonlyMap<string, Extension>;
}

/** TBSCertificate (RFC 5280, section 4.1.2). */
function parseTbs(element: DerElement): TbsFields {
  const reader = new DerReader(element, "certificate");
  const version = parseVersion(reader.optional(contextTag(0)));
  const serialNumber = derInteger(reader.next("serial number"), "serial number").toString(16);
  const algorithm = reader.next("signature algorithm", derTags.sequence);
  const issuerElement = reader.next("issuer", derTags.sequence);
  const validity = parseValidity(reader.nested("validity"));
  const subjectElement = reader.next("subject", derTags.sequence);
  const spki = reader.next("public key", derTags.sequence);
  // Unique identifiers of the issuer and the subject, which nobody uses.
  reader.optional(contextTag(1, "primitive"));
  reader.optional(contextTag(2, "primitive"));
  const extensions = reader.optional(contextTag(3));
  reader.end();
  if (extensions !== undefined && version !== 3n) {
    throw AibomError.of("CERTIFICATE_MALFORMED", { reason: `version ${version} has extensions` });
  }
  return {
    serialNumber,
    algorithm,
    issuer: parseName(issuerElement, "issuer"),
    issuerName: issuerElement.bytes,
    validity,
    subject: parseName(subjectElement, "subject"),
    subjectName: subjectElement.bytes,
    spki,
    extensions: extensions ? parseExtensions(explicitContent(extensions, "extensions")) : new Map(),
  };
}

function parseVersion(element: DerElement | undefined): bigint {
  const version = element ? derInteger(explicitContent(element, "version"), "version") + 1n : 1n;
  if (version < 1n || version > 3n) {
    throw AibomError.of("CERTIFICATE_MALFORMED", { reason: `its version is ${version}` });
  }
  return version;
}

function parseValidity(reader: DerReader): { readonly notBefore: Date; readonly notAfter: Date } {
  const [notBefore, notAfter] = [reader.next("start"), reader.next("end")].map((element) => {
    const { time, fraction } = derTime(element, "validity");
    if (fraction !== "") {
      throw AibomError.of("CERTIFICATE_MALFORMED", { reason: "its validity has fractions of a second" });
    }
    return time;
  });
  reader.end();
  if (notBefore === undefined || notAfter === undefined || notBefore > notAfter) {
    throw AibomError.of("CERTIFICATE_MALFORMED", { reason: "its validity ends before it starts" });
  }
  return { notBefore, notAfter };
}

const ecPublicKey = "1.2.840.10045.2.1";

/** Parameters in place of a curve's name are refused before OpenSSL computes with them (CVE-2020-0601, CVE-2022-0778). */
function requireNamedCurve(spki: DerElement, subject: string): void {
  const algorithm = new DerReader(spki, "public key").nested("algorithm");
  const oid = derOid(algorithm.next("type"), "type of public key");
  if (oid !== ecPublicKey) {
    return;
  }
  const parameters = algorithm.hasMore ? algorithm.next("curve") : undefined;
  if (parameters?.tag !== derTags.objectIdentifier) {
    throw AibomError.of("CERTIFICATE_KEY_UNSUPPORTED", { subject, key: "EC on a curve without a name" });
  }
}

function openCertificate(der: Uint8Array, subject: string): { x509: X509Certificate; publicKey: KeyObject } {
  let x509: X509Certificate;
  try {
    x509 = new X509Certificate(der);
  } catch (cause) {
    throw AibomError.of("CERTIFICATE_MALFORMED", { reason: "OpenSSL cannot read it" }, { cause });
  }
  try {
    return { x509, publicKey: x509.publicKey };
  } catch (cause) {
    throw AibomError.of("CERTIFICATE_KEY_UNSUPPORTED", { subject, key: "OpenSSL cannot read it" }, { cause });
  }
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** True if both are the same certificate, byte for byte. */
export function isSameCertificate(one: Certificate, other: Certificate): boolean {
  return one.fingerprint === other.fingerprint;
}
