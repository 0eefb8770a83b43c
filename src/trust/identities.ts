// SPDX-License-Identifier: Apache-2.0
// Identities of the trust root, as trust.json writes them: a public key; a Sigstore identity (subject
// alternative name and issuer, under one authority); the subject of a certificate of one private CA. All are
// compared exactly. A glob over the name is a field of its own, so that nobody writes one by accident.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Usage } from "../model/evidence.ts";
import {
  asObject,
  asString,
  type Fields,
  invalid,
  onlyFields,
  optionalString,
  parseName,
  parseUsages,
  parseWindow,
} from "./fields.ts";
import { type PublicKey, type PublicKeyAlgorithm, parsePublicKey } from "./public-key.ts";

/** What every identity says. */
interface IdentityCommon {
  readonly name: string;
  /** What the identity may vouch for. */
  readonly usages: readonly Usage[];
  /** RFC 3339, UTC, inclusive. */
  readonly validFrom?: string;
  /** RFC 3339, UTC, inclusive. */
  readonly validUntil?: string;
  readonly comment?: string;
}

/** An identity that is a public key. */
export interface KeyIdentity extends IdentityCommon {
  readonly kind: "key";
  /** SubjectPublicKeyInfo in PEM. */
  readonly publicKey: string;
  /** SHA-256 of the SubjectPublicKeyInfo in DER, hexadecimal. */
  readonly keyId: string;
  readonly algorithm: PublicKeyAlgorithm;
}

/** An identity whose short-lived certificates a Sigstore instance issues. */
export interface SigstoreIdentity extends IdentityCommon {
  readonly kind: "sigstore";
  /** Name of the authority whose certificates and logs count; no other's do. */
  readonly authority: string;
  /** E-mail address or URI of the certificate, compared exactly. Exactly one of this and the glob. */
  readonly subjectAltName?: string;
  /** Anchored glob, `*` within and `**` across path components. */
  readonly subjectAltNameGlob?: string;
  /** URL of the OpenID Connect issuer, compared exactly. */
  readonly issuer: string;
}

/** An identity that a private CA certifies. At least one of the two names; all that are given must equal. */
export interface X509Identity extends IdentityCommon {
  readonly kind: "x509";
  /** Name of the authority (a CA). */
  readonly authority: string;
  /** Distinguished name as RFC 4514 text, compared exactly. */
  readonly subject?: string;
  /** One of the certificate's alternative names, compared exactly; its kind is that of the text (`kindOfName`). */
  readonly subjectAltName?: string;
}

export type Identity = KeyIdentity | SigstoreIdentity | X509Identity;

/** An identity with its key decoded, if it is one. */
export interface ParsedIdentity {
  readonly identity: Identity;
  readonly key?: PublicKey;
}

/**
 * Parses one entry of `identities`; a key is decoded and its id computed again.
 * @throws {AibomError} TRUST_ROOT_INVALID, TRUST_UNKNOWN_FIELD, TRUST_DUPLICATE, TRUST_KEY_*, TRUST_ALGORITHM_MISMATCH
 */
export function parseIdentity(value: unknown, pointer: string): ParsedIdentity {
  const fields = asObject(value, pointer);
  switch (fields.get("kind")) {
    case "key":
      return parseKeyIdentity(fields, pointer);
    case "sigstore":
      return { identity: parseSigstoreIdentity(fields, pointer) };
    case "x509":
      return { identity: parseX509Identity(fields, pointer) };
    default:
      return invalid(`${pointer}/kind`, "must be key, sigstore or x509");
  }
}

const commonFields = ["name", "kind", "usages", "validFrom", "validUntil", "comment"];

function parseCommon(fields: Fields, pointer: string): IdentityCommon {
  const comment = optionalString(fields, "comment", pointer);
  return {
    name: parseName(fields.get("name"), `${pointer}/name`),
    usages: parseUsages(fields.get("usages"), `${pointer}/usages`),
    ...parseWindow(fields, pointer),
    ...(comment === undefined ? {} : { comment }),
  };
}

function parseKeyIdentity(fields: Fields, pointer: string): ParsedIdentity {
  onlyFields(fields, [...commonFields, "publicKey", "keyId", "algorithm"], pointer);
  const { name, ...rest } = parseCommon(fields, pointer);
  const pem = asString(fields.get("publicKey"), `${pointer}/publicKey`, limits.maxKeyBytes);
  const key = parsePublicKey(pem);
  const keyId = asString(fields.get("keyId"), `${pointer}/keyId`);
  if (keyId !== key.keyId) {
    throw AibomError.of("TRUST_KEY_ID_MISMATCH", { name, expected: keyId, got: key.keyId });
  }
  const algorithm = asString(fields.get("algorithm"), `${pointer}/algorithm`);
  if (algorithm !== key.algorithm) {
    throw AibomError.of("TRUST_ALGORITHM_MISMATCH", { name, expected: algorithm, got: key.algorithm });
  }
  return {
    key,
    identity: { name, kind: "key", publicKey: key.pem, keyId, algorithm: key.algorithm, ...rest },
  };
}

function parseSigstoreIdentity(fields: Fields, pointer: string): SigstoreIdentity {
  onlyFields(
    fields,
    [...commonFields, "authority", "subjectAltName", "subjectAltNameGlob", "issuer"],
    pointer,
  );
  const { name, ...rest } = parseCommon(fields, pointer);
  const subjectAltName = optionalString(fields, "subjectAltName", pointer);
  const subjectAltNameGlob = optionalString(fields, "subjectAltNameGlob", pointer);
  if ((subjectAltName === undefined) === (subjectAltNameGlob === undefined)) {
    invalid(pointer, "must have either subjectAltName or subjectAltNameGlob");
  }
  return {
    name,
    kind: "sigstore",
    authority: parseName(fields.get("authority"), `${pointer}/authority`),
    ...(subjectAltName === undefined ? {} : { subjectAltName }),
    ...(subjectAltNameGlob === undefined ? {} : { subjectAltNameGlob }),
    issuer: asString(fields.get("issuer"), `${pointer}/issuer`),
    ...rest,
  };
}

function parseX509Identity(fields: Fields, pointer: string): X509Identity {
  onlyFields(fields, [...commonFields, "authority", "subject", "subjectAltName"], pointer);
  const { name, ...rest } = parseCommon(fields, pointer);
  const subject = optionalString(fields, "subject", pointer);
  const subjectAltName = optionalString(fields, "subjectAltName", pointer);
  if (subject === undefined && subjectAltName === undefined) {
    invalid(pointer, "must have subject or subjectAltName");
  }
  return {
    name,
    kind: "x509",
    authority: parseName(fields.get("authority"), `${pointer}/authority`),
    ...(subject === undefined ? {} : { subject }),
    ...(subjectAltName === undefined ? {} : { subjectAltName }),
    ...rest,
  };
}

/**
 * What an identity is, apart from its name: two identities that are the same would let one signer count as
 * two, and make it a matter of order whose usages apply.
 */
export function identityEssence(identity: Identity): string {
  switch (identity.kind) {
    case "key":
      return `key ${identity.keyId}`;
    case "sigstore":
      return JSON.stringify([
        identity.authority,
        identity.issuer,
        identity.subjectAltName ?? "",
        identity.subjectAltNameGlob ?? "",
      ]);
    case "x509":
      return JSON.stringify([identity.authority, identity.subject ?? "", identity.subjectAltName ?? ""]);
  }
}
