// SPDX-License-Identifier: Apache-2.0
// Revocations of the trust root: a key (wherever it occurs, in a certificate, of a log or time-stamping authority too),
// one certificate of an authority by its serial number, or an identity by its name; each from an instant on.

import {
  asObject,
  asString,
  type Fields,
  invalid,
  onlyFields,
  parseInstant,
  parseName,
  parseSha256,
} from "./fields.ts";

interface RevocationCommon {
  /** RFC 3339, UTC: the revocation counts from this instant on. */
  readonly revokedAt: string;
  readonly reason: string;
}

/** Exactly one of the three ways to name what is trusted no longer. */
export type Revocation = RevocationCommon &
  (
    | {
        /** SHA-256 of the SubjectPublicKeyInfo in DER, hexadecimal. */
        readonly keyId: string;
      }
    | {
        /** Name of the authority that issued the certificate. */
        readonly authority: string;
        /** Hexadecimal, lower case, without leading zeros. */
        readonly serialNumber: string;
      }
    | {
        /** Name of the identity. */
        readonly identity: string;
      }
  );

/** @throws {AibomError} TRUST_ROOT_INVALID, TRUST_UNKNOWN_FIELD */
export function parseRevocation(value: unknown, pointer: string): Revocation {
  const fields = asObject(value, pointer);
  onlyFields(fields, ["keyId", "authority", "serialNumber", "identity", "revokedAt", "reason"], pointer);
  return {
    ...parseTarget(fields, pointer),
    revokedAt: parseInstant(fields.get("revokedAt"), `${pointer}/revokedAt`),
    reason: asString(fields.get("reason"), `${pointer}/reason`),
  };
}

type RevocationTarget =
  | { readonly keyId: string }
  | { readonly authority: string; readonly serialNumber: string }
  | { readonly identity: string };

function parseTarget(fields: Fields, pointer: string): RevocationTarget {
  const ways = ["keyId", "serialNumber", "identity"].filter((name) => fields.has(name));
  const [way] = ways;
  if (way === undefined || ways.length > 1 || (fields.has("authority") && way !== "serialNumber")) {
    return invalid(pointer, "must name one of keyId, authority with serialNumber, identity");
  }
  switch (way) {
    case "keyId":
      return { keyId: parseSha256(fields.get("keyId"), `${pointer}/keyId`) };
    case "identity":
      return { identity: parseName(fields.get("identity"), `${pointer}/identity`) };
    default:
      return {
        authority: parseName(fields.get("authority"), `${pointer}/authority`),
        serialNumber: parseSerial(fields.get("serialNumber"), `${pointer}/serialNumber`),
      };
  }
}

function parseSerial(value: unknown, pointer: string): string {
  const serial = asString(value, pointer);
  return /^(?:0|[1-9a-f][0-9a-f]{0,63})$/.test(serial)
    ? serial
    : invalid(pointer, "must be lower-case hexadecimal without leading zeros");
}

/** What a revocation names, as text; two revocations of one thing would leave the instant to their order. */
export function revocationTarget(revocation: Revocation): string {
  if ("keyId" in revocation) {
    return `key ${revocation.keyId}`;
  }
  return "identity" in revocation
    ? `identity ${revocation.identity}`
    : `certificate ${revocation.serialNumber} of ${revocation.authority}`;
}
