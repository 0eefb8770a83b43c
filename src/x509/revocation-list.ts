// SPDX-License-Identifier: Apache-2.0
// Certificate revocation lists (RFC 5280, section 5), given as files: nothing is fetched. A list counts with the
// signature of the authority that issued the certificates on it. Partial lists (by kind of certificate or by
// distribution point) are read: they say less, never anything wrong. Left out on purpose: indirect and delta lists, which
// mean nothing without others, and OCSP answers.

import { contextTag, type DerElement, DerReader, derTags, explicitContent, parseDer } from "../bytes/der.ts";
import { derTime } from "../bytes/der-time.ts";
import { derBitBytes, derInteger, derSmallInteger } from "../bytes/der-values.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Certificate } from "./certificate.ts";
import { parseName, renderName } from "./distinguished-name.ts";
import { type Extensions, extensionOids, parseExtensions } from "./extensions.ts";
import { revocationListBlocks } from "./pem.ts";
import { algorithmName, parseSignatureAlgorithm, verifySignature } from "./signature-algorithm.ts";

/** When and why a certificate was revoked. */
export interface Revoked {
  /** From when on it cannot be relied on: the invalidity date if there is one, else the date of revocation. */
  readonly from: Date;
  /** Name in RFC 5280, section 5.3.1. */
  readonly reason: string;
}

/** A parsed list. Nothing in it is verified. */
export interface RevocationList {
  /** RFC 4514 text. */
  readonly issuer: string;
  /** In DER; compared byte for byte. */
  readonly issuerName: Uint8Array;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | undefined;
  /** By serial number as certificates have it. */
  readonly revoked: ReadonlyMap<string, Revoked>;
  readonly tbs: Uint8Array;
  /** AlgorithmIdentifier in DER. */
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
}

const what = "revocation list";

/**
 * Parses a file of lists: one in DER, or PEM blocks.
 * @throws {AibomError} CERTIFICATE_REVOCATION_LIST, CERTIFICATE_PEM, DER_*
 */
export function parseRevocationLists(bytes: Uint8Array): readonly RevocationList[] {
  if (bytes.length > limits.maxRevocationListBytes) {
    throw refuse(`it has ${bytes.length} bytes, limit is ${limits.maxRevocationListBytes}`);
  }
  const blocks =
    bytes[0] === derTags.sequence ? [bytes] : revocationListBlocks(Buffer.from(bytes).toString("latin1"));
  if (blocks.length > limits.maxRevocationLists) {
    throw refuse(`it holds ${blocks.length} lists, limit is ${limits.maxRevocationLists}`);
  }
  return blocks.map(parseList);
}

function parseList(der: Uint8Array): RevocationList {
  const outer = new DerReader(parseDer(der, what, limits.maxRevocationListBytes), what);
  const tbs = outer.next("signed part", derTags.sequence);
  const algorithm = outer.next("signature algorithm", derTags.sequence);
  const signature = derBitBytes(outer.next("signature"), `signature of ${what}`);
  outer.end();
  const reader = new DerReader(tbs, what);
  const version = reader.optional(derTags.integer);
  if (version !== undefined && derInteger(version, `version of ${what}`) !== 1n) {
    throw refuse("its version is neither 1 nor 2");
  }
  const inner = reader.next("signature algorithm", derTags.sequence);
  if (Buffer.compare(inner.bytes, algorithm.bytes) !== 0) {
    throw refuse("its two signature algorithms differ");
  }
  const issuer = reader.next("issuer", derTags.sequence);
  const thisUpdate = derTime(reader.next("this update"), `this update of ${what}`).time;
  const nextUpdate = optionalTime(reader);
  const revoked = reader.optional(derTags.sequence);
  const extensions = reader.optional(contextTag(0));
  reader.end();
  if (extensions !== undefined) {
    requireComplete(parseExtensions(explicitContent(extensions, `extensions of ${what}`)));
  }
  return {
    issuer: renderName(parseName(issuer, `issuer of ${what}`)),
    issuerName: issuer.bytes,
    thisUpdate,
    nextUpdate,
    revoked: revoked === undefined ? new Map() : parseRevoked(revoked),
    tbs: tbs.bytes,
    signatureAlgorithm: algorithm.bytes,
    signature,
  };
}

function optionalTime(reader: DerReader): Date | undefined {
  const element = reader.optional(derTags.utcTime) ?? reader.optional(derTags.generalizedTime);
  return element && derTime(element, `next update of ${what}`).time;
}

function parseRevoked(element: DerElement): ReadonlyMap<string, Revoked> {
  const revoked = new Map<string, Revoked>();
  const entries = new DerReader(element, what);
  while (entries.hasMore) {
    if (revoked.size >= limits.maxRevokedCertificates) {
      throw refuse(`it has more than ${limits.maxRevokedCertificates} entries`);
    }
    const entry = entries.nested("entry");
    const serial = derInteger(entry.next("serial number"), `serial number in ${what}`).toString(16);
    const date = derTime(entry.next("date"), `date in ${what}`).time;
    const extensions = entry.hasMore ? parseExtensions(entry.next("extensions")) : undefined;
    entry.end();
    const known = revoked.get(serial);
    const parsed = { from: date, reason: "unspecified", ...(extensions && entryDetails(extensions)) };
    if (known === undefined || parsed.from < known.from) {
      revoked.set(serial, parsed);
    }
  }
  return revoked;
}

const entryOids = { reason: "2.5.29.21", invalidityDate: "2.5.29.24" } as const;

/** RFC 5280, section 5.3.1; 7 is not used. */
const reasons = [
  "unspecified",
  "keyCompromise",
  "cACompromise",
  "affiliationChanged",
  "superseded",
  "cessationOfOperation",
  "certificateHold",
  "unused",
  "removeFromCRL",
  "privilegeWithdrawn",
  "aACompromise",
] as const;

function entryDetails(extensions: Extensions): Partial<Revoked> {
  const known: readonly string[] = Object.values(entryOids);
  requireUnderstood(extensions, known, "an entry has");
  const reason = extensions.get(entryOids.reason);
  const invalidity = extensions.get(entryOids.invalidityDate);
  const number =
    reason && derSmallInteger(parseDer(reason.value, "reason"), "reason of revocation", derTags.enumerated);
  return {
    ...(number === undefined ? {} : { reason: reasons[number] ?? `reason ${number}` }),
    ...(invalidity && { from: derTime(parseDer(invalidity.value, "date"), "invalidity date").time }),
  };
}

const issuingDistributionPoint = "2.5.29.28";
const indirectTag = contextTag(4, "primitive");

function requireComplete(extensions: Extensions): void {
  requireUnderstood(extensions, [issuingDistributionPoint], "it has");
  const scope = extensions.get(issuingDistributionPoint);
  if (scope === undefined) {
    return;
  }
  const parts = new DerReader(parseDer(scope.value, "scope of the list"), "scope of the list").rest();
  if (parts.some(({ tag }) => tag === indirectTag)) {
    throw refuse("it is an indirect list");
  }
}

function requireUnderstood(extensions: Extensions, known: readonly string[], where: string): void {
  for (const [oid, { critical }] of extensions) {
    if (critical && !known.includes(oid)) {
      throw refuse(`${where} a critical extension that is not understood, ${oid}`);
    }
  }
}

function refuse(reason: string): AibomError {
  return AibomError.of("CERTIFICATE_REVOCATION_LIST", { reason });
}

/** When a signature is judged: at its trusted times if there are any, else at `at`. */
export interface RevocationMoment {
  readonly at: Date;
  readonly instants: readonly Date[];
}

/**
 * Checks a chain, leaf first, against the lists of its authorities. A certificate of whose authority there is no list
 * is not checked; a list that is out of date, or not signed by that authority, refuses the chain.
 * @throws {AibomError} CERTIFICATE_REVOKED, CERTIFICATE_REVOCATION_*
 */
export function requireNotRevoked(
  chain: readonly Certificate[],
  lists: readonly RevocationList[],
  moment: RevocationMoment,
): void {
  for (const [index, certificate] of chain.entries()) {
    const issuer = chain[index + 1];
    if (issuer !== undefined) {
      const named = lists.filter((list) => Buffer.compare(list.issuerName, issuer.subjectName) === 0);
      requireUnlisted(certificate, issuer, named, moment);
    }
  }
}

function requireUnlisted(
  certificate: Certificate,
  issuer: Certificate,
  named: readonly RevocationList[],
  { at, instants }: RevocationMoment,
): void {
  const [first] = named;
  if (first === undefined) {
    return;
  }
  const signed = named.filter((list) => isSignedBy(list, issuer));
  if (signed.length === 0) {
    throw AibomError.of("CERTIFICATE_REVOCATION_SIGNATURE", { issuer: first.issuer });
  }
  // What was revoked stays so: an old list still tells against a certificate.
  for (const list of signed) {
    const revoked = list.revoked.get(certificate.serialNumber);
    if (revoked !== undefined && !instants.every((instant) => instant < revoked.from)) {
      const { title: subject } = certificate;
      const revokedAt = revoked.from.toISOString();
      throw AibomError.of("CERTIFICATE_REVOKED", { subject, revokedAt, reason: revoked.reason });
    }
  }
  const [newest = first] = signed.toSorted((one, other) => Number(other.thisUpdate) - Number(one.thisUpdate));
  const isCurrent = signed.some(
    ({ thisUpdate, nextUpdate }) => at >= thisUpdate && (nextUpdate === undefined || at <= nextUpdate),
  );
  if (!isCurrent) {
    throw AibomError.of("CERTIFICATE_REVOCATION_STALE", {
      issuer: newest.issuer,
      from: newest.thisUpdate.toISOString(),
      until: newest.nextUpdate?.toISOString() ?? "ever",
      at: Number.isNaN(at.getTime()) ? "not a time" : at.toISOString(),
    });
  }
}

/** The authority's signature, and its right to sign lists (RFC 5280, section 4.2.1.3). */
function isSignedBy(list: RevocationList, issuer: Certificate): boolean {
  if (issuer.extensions.has(extensionOids.keyUsage) && !issuer.keyUsages.has("cRLSign")) {
    return false;
  }
  const identifier = parseDer(list.signatureAlgorithm, "signature algorithm");
  const algorithm = parseSignatureAlgorithm(identifier, "signature algorithm");
  if (algorithm === undefined) {
    const name = algorithmName(identifier, "signature algorithm");
    throw refuse(`its signature algorithm ${name} is not accepted`);
  }
  return verifySignature(algorithm, issuer.publicKey, list.tbs, list.signature);
}
