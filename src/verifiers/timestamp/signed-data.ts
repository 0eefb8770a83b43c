// SPDX-License-Identifier: Apache-2.0
// CMS SignedData (RFC 5652, section 5) as time stamps use it: a content inside, one signer, signed attributes. Left out
// on purpose: several signers, attribute certificates, revocation lists (skipped), unsigned attributes (skipped).

import {
  contextTag,
  type DerElement,
  DerReader,
  derTags,
  explicitContent,
  parseDer,
} from "../../bytes/der.ts";
import { derInteger, derOctets, derOid } from "../../bytes/der-values.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { type Certificate, parseCertificate } from "../../x509/certificate.ts";
import {
  algorithmName,
  type HashName,
  parseHashAlgorithm,
  parseSignatureAlgorithm,
  type SignatureAlgorithm,
} from "../../x509/signature-algorithm.ts";
import { cmsOids } from "./oids.ts";

/** How a signer names its certificate. */
export type SignerIdentifier =
  | { readonly issuerName: Uint8Array; readonly serialNumber: string }
  | { readonly subjectKeyIdentifier: Uint8Array };

export interface SignerInfo {
  readonly identifier: SignerIdentifier;
  readonly digest: HashName;
  readonly algorithm: SignatureAlgorithm;
  /** Values of each signed attribute, by object identifier. */
  readonly attributes: ReadonlyMap<string, readonly DerElement[]>;
  /** What the signature is over: the signed attributes as a SET (RFC 5652, section 5.4). */
  readonly signedBytes: Uint8Array;
  readonly signature: Uint8Array;
}

export interface SignedData {
  readonly contentType: string;
  readonly content: Uint8Array;
  /** Unsigned: anybody can add to them. */
  readonly certificates: readonly Certificate[];
  readonly signer: SignerInfo;
}

const what = "time stamp";

function malformed(reason: string): AibomError {
  return AibomError.of("TIMESTAMP_MALFORMED", { reason });
}

/**
 * Parses a ContentInfo with SignedData of one signer.
 * @throws {AibomError} DER_*, CERTIFICATE_* (embedded certificates), TIMESTAMP_MALFORMED, TIMESTAMP_CONTENT_TYPE,
 * TIMESTAMP_SIGNER_COUNT, TIMESTAMP_HASH, TIMESTAMP_SIGNATURE_ALGORITHM, TIMESTAMP_ATTRIBUTE
 */
export function parseSignedData(token: Uint8Array): SignedData {
  const outer = new DerReader(parseDer(token, what), what);
  const type = derOid(outer.next("type"), `type of ${what}`);
  if (type !== cmsOids.signedData) {
    throw AibomError.of("TIMESTAMP_CONTENT_TYPE", {
      what: "the type",
      got: type,
      expected: cmsOids.signedData,
    });
  }
  const signedData = explicitContent(outer.next("content", contextTag(0)), what);
  outer.end();
  const reader = new DerReader(signedData, "signed data");
  const version = derInteger(reader.next("version"), "version of signed data");
  // Always 3 for a content that is not plain data, without attribute certificates (RFC 5652, section 5.1).
  if (version !== 3n) {
    throw malformed(`the version of its signed data is ${version}, expected 3`);
  }
  const digests = new DerReader(reader.next("digest algorithms"), "digest algorithms", derTags.set).rest();
  const content = parseContent(reader.nested("content"));
  const certificates = parseEmbedded(reader.optional(contextTag(0)));
  reader.optional(contextTag(1));
  const signer = parseSigners(reader.next("signers", derTags.set));
  reader.end();
  if (!digests.some((digest) => parseHashAlgorithm(digest, "digest algorithm") === signer.digest)) {
    throw malformed("its list of digest algorithms lacks the signer's");
  }
  return { ...content, certificates, signer };
}

function parseContent(reader: DerReader): Pick<SignedData, "contentType" | "content"> {
  const contentType = derOid(reader.next("type"), `type of content of ${what}`);
  const content = reader.optional(contextTag(0));
  reader.end();
  if (content === undefined) {
    throw malformed("it has no content");
  }
  return { contentType, content: derOctets(explicitContent(content, "content"), "content") };
}

function parseEmbedded(element: DerElement | undefined): readonly Certificate[] {
  const elements = element ? new DerReader(element, "certificates", contextTag(0)).rest() : [];
  if (elements.length > limits.maxTimestampCertificates) {
    const limit = limits.maxTimestampCertificates;
    throw AibomError.of("CERTIFICATE_TOO_MANY", {
      count: elements.length,
      what: "embedded certificates",
      limit,
    });
  }
  return elements.map(({ bytes }) => parseCertificate(bytes));
}

function parseSigners(element: DerElement): SignerInfo {
  const signers = new DerReader(element, "signers", derTags.set).rest();
  const [signer] = signers;
  if (signer === undefined || signers.length !== 1) {
    throw AibomError.of("TIMESTAMP_SIGNER_COUNT", { count: signers.length });
  }
  return parseSigner(signer);
}

/** SignerInfo (RFC 5652, section 5.3). */
function parseSigner(element: DerElement): SignerInfo {
  const reader = new DerReader(element, "signer");
  const version = derInteger(reader.next("version"), "version of signer");
  const identifier = parseIdentifier(reader.next("identifier"), version);
  const digestElement = reader.next("digest algorithm", derTags.sequence);
  const attributes = reader.optional(contextTag(0));
  const algorithmElement = reader.next("signature algorithm", derTags.sequence);
  const signature = derOctets(reader.next("signature"), "signature of signer");
  reader.optional(contextTag(1));
  reader.end();
  if (attributes === undefined) {
    throw malformed("its signer has no signed attributes");
  }
  const digest = parseHashAlgorithm(digestElement, "digest algorithm");
  if (digest === undefined) {
    const algorithm = algorithmName(digestElement, "digest algorithm");
    throw AibomError.of("TIMESTAMP_HASH", { algorithm, what: "its content" });
  }
  const algorithm = parseSignatureAlgorithm(algorithmElement, "signature algorithm", digest);
  if (algorithm === undefined) {
    const name = algorithmName(algorithmElement, "signature algorithm");
    throw AibomError.of("TIMESTAMP_SIGNATURE_ALGORITHM", { algorithm: name });
  }
  // The bytes as they stand, with the tag of a SET in place of [0]: a signer that did not sort them signed them so.
  const signedBytes = Uint8Array.from(attributes.bytes);
  signedBytes[0] = derTags.set;
  return { identifier, digest, algorithm, attributes: parseAttributes(attributes), signedBytes, signature };
}

function parseIdentifier(element: DerElement, version: bigint): SignerIdentifier {
  const keyIdentifierTag = contextTag(0, "primitive");
  if (version === 3n && element.tag === keyIdentifierTag) {
    return { subjectKeyIdentifier: element.content };
  }
  if (version !== 1n) {
    throw malformed(`the version of its signer is ${version}, which does not fit the signer's identifier`);
  }
  const reader = new DerReader(element, "identifier of signer");
  const issuerName = reader.next("issuer", derTags.sequence).bytes;
  const serialNumber = derInteger(reader.next("serial number"), "serial number of signer").toString(16);
  reader.end();
  return { issuerName, serialNumber };
}

function parseAttributes(element: DerElement): ReadonlyMap<string, readonly DerElement[]> {
  const attributes = new Map<string, readonly DerElement[]>();
  for (const each of new DerReader(element, "signed attributes", contextTag(0)).rest()) {
    const reader = new DerReader(each, "signed attribute");
    const type = derOid(reader.next("type"), "type of signed attribute");
    const values = new DerReader(reader.next("values"), "values of signed attribute", derTags.set).rest();
    reader.end();
    if (attributes.has(type)) {
      throw AibomError.of("TIMESTAMP_ATTRIBUTE", { attribute: type, reason: "is there twice" });
    }
    attributes.set(type, values);
  }
  return attributes;
}
