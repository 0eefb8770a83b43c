// SPDX-License-Identifier: Apache-2.0
// The extensions of a certificate that decide what it may be used for (RFC 5280, section 4.2.1): key usage, extended
// key usage, basic constraints, alternative names. Name constraints are read where a chain is checked.

import { type DerElement, DerReader, derTags, parseDer } from "../bytes/der.ts";
import { derBoolean, derNamedBits, derOctets, derOid, derSmallInteger } from "../bytes/der-values.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { parseGeneralName, type SubjectAltName, subjectAltName } from "./general-name.ts";

export interface Extension {
  readonly critical: boolean;
  /** The DER that the extension holds. */
  readonly value: Uint8Array;
}

export type Extensions = ReadonlyMap<string, Extension>;

/** Object identifiers of the extensions that are understood. */
export const extensionOids = {
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  nameConstraints: "2.5.29.30",
  certificatePolicies: "2.5.29.32",
  extendedKeyUsage: "2.5.29.37",
} as const;

/** Extended key usages (RFC 5280, section 4.2.1.12; RFC 3161, section 2.3). */
export const extendedKeyUsages = {
  any: "2.5.29.37.0",
  codeSigning: "1.3.6.1.5.5.7.3.3",
  timeStamping: "1.3.6.1.5.5.7.3.8",
} as const;

/**
 * Reads a list of extensions; `tag` is that of an IMPLICIT type.
 * @throws {AibomError} DER_*, CERTIFICATE_MALFORMED if it is empty or one occurs twice
 */
export function parseExtensions(element: DerElement, tag: number = derTags.sequence): Extensions {
  const extensions = new Map<string, Extension>();
  for (const each of new DerReader(element, "extensions", tag).rest()) {
    const reader = new DerReader(each, "extension");
    const oid = derOid(reader.next("type"), "type of extension");
    const critical = reader.optional(derTags.boolean);
    const value = derOctets(reader.next("value", derTags.octetString), "value of extension");
    reader.end();
    if (extensions.has(oid)) {
      throw AibomError.of("CERTIFICATE_MALFORMED", { reason: `the extension ${oid} occurs twice` });
    }
    const isCritical = critical !== undefined && derBoolean(critical, "criticality of extension");
    extensions.set(oid, { critical: isCritical, value });
  }
  if (extensions.size === 0) {
    throw AibomError.of("CERTIFICATE_MALFORMED", { reason: "the list of extensions is empty" });
  }
  return extensions;
}

function extensionValue(extensions: Extensions, oid: string, what: string): DerElement | undefined {
  const extension = extensions.get(oid);
  return extension && parseDer(extension.value, what);
}

const keyUsageNames = [
  "digitalSignature",
  "nonRepudiation",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
  "encipherOnly",
  "decipherOnly",
] as const;

/** Names as in RFC 5280; empty if the extension is absent. @throws {AibomError} DER_* */
export function parseKeyUsages(extensions: Extensions): ReadonlySet<string> {
  const element = extensionValue(extensions, extensionOids.keyUsage, "key usage");
  const positions = element ? derNamedBits(element, "key usage") : new Set<number>();
  return new Set([...positions].map((position) => keyUsageNames[position] ?? `bit ${position}`));
}

/** Object identifiers; empty if the extension is absent. @throws {AibomError} DER_* */
export function parseExtendedKeyUsages(extensions: Extensions): readonly string[] {
  const what = "extended key usage";
  const element = extensionValue(extensions, extensionOids.extendedKeyUsage, what);
  const purposes = element ? new DerReader(element, what).rest() : [];
  if (element !== undefined && purposes.length === 0) {
    throw AibomError.of("CERTIFICATE_MALFORMED", { reason: "the extended key usage names no purpose" });
  }
  return purposes.map((purpose) => derOid(purpose, what));
}

export interface BasicConstraints {
  readonly isCa: boolean;
  /** How many intermediate authorities may follow. */
  readonly pathLength?: number;
}

/** Not a CA if the extension is absent. @throws {AibomError} DER_* */
export function parseBasicConstraints(extensions: Extensions): BasicConstraints {
  const what = "basic constraints";
  const element = extensionValue(extensions, extensionOids.basicConstraints, what);
  if (element === undefined) {
    return { isCa: false };
  }
  const reader = new DerReader(element, what);
  const ca = reader.optional(derTags.boolean);
  const pathLength = reader.optional(derTags.integer);
  reader.end();
  const isCa = ca !== undefined && derBoolean(ca, what);
  return pathLength === undefined
    ? { isCa }
    : { isCa, pathLength: derSmallInteger(pathLength, `path length of ${what}`) };
}

/** In the order of the certificate; empty if the extension is absent. @throws {AibomError} DER_*, CERTIFICATE_* */
export function parseSubjectAltNames(extensions: Extensions): readonly SubjectAltName[] {
  const what = "subject alternative name";
  const element = extensionValue(extensions, extensionOids.subjectAltName, what);
  if (element === undefined) {
    return [];
  }
  const names = new DerReader(element, what).rest();
  if (names.length > limits.maxCertificateNames) {
    const limit = limits.maxCertificateNames;
    throw AibomError.of("CERTIFICATE_TOO_MANY", {
      count: names.length,
      what: "names in a certificate",
      limit,
    });
  }
  return names.map((name) => subjectAltName(parseGeneralName(name, what)));
}
