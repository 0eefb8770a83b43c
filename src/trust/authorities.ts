// SPDX-License-Identifier: Apache-2.0
// Authorities of the trust root, as trust.json writes them: a Sigstore instance (trusted_root.json), a private
// CA, a time-stamping authority. Their files lie beside trust.json under their SHA-256, so that the digest of
// trust.json covers all that is trusted. Each has its own thresholds and is never merged with another: a lax
// one would spread.

import {
  asObject,
  asString,
  ceilings,
  type Fields,
  invalid,
  onlyFields,
  optionalString,
  parseName,
  parseSha256,
  parseWindow,
} from "./fields.ts";

interface AuthorityCommon {
  readonly name: string;
  /** Path relative to the trust root's directory, below `authorities/`. */
  readonly file: string;
  /** SHA-256 of the file's bytes, hexadecimal. */
  readonly sha256: string;
  readonly comment?: string;
}

/** How many distinct proofs of each kind a signature needs under one Sigstore instance. */
export interface Thresholds {
  /** Transparency log entries, by distinct logs. */
  readonly log: number;
  /** Signed certificate timestamps, by distinct certificate logs. */
  readonly sct: number;
  /** Trusted times (log integration or RFC 3161), by distinct sources. */
  readonly time: number;
}

/** A Sigstore instance: certificate authorities, logs and time-stamping authorities of one trusted_root.json. */
export interface SigstoreAuthorityEntry extends AuthorityCommon {
  readonly kind: "sigstore";
  readonly thresholds: Thresholds;
}

/** A private CA: PEM certificates, each of them an anchor. */
export interface CaAuthorityEntry extends AuthorityCommon {
  readonly kind: "ca";
  /**
   * Its signers state the authentic signing time (Notary Project, scheme notary.x509.signingAuthority). For signatures of
   * the scheme notary.x509 it does not vouch.
   */
  readonly signingAuthority?: true;
  readonly validFrom?: string;
  readonly validUntil?: string;
}

/** An RFC 3161 time-stamping authority: PEM certificates, its own first or those of its CA. */
export interface TsaAuthorityEntry extends AuthorityCommon {
  readonly kind: "tsa";
  readonly validFrom?: string;
  readonly validUntil?: string;
}

export type AuthorityEntry = SigstoreAuthorityEntry | CaAuthorityEntry | TsaAuthorityEntry;

const authorityKinds = ["sigstore", "ca", "tsa"] as const;

/** What a file is imported as: an authority, or the keys of a package registry as identities. */
export const importKinds = [...authorityKinds, "registry-keys"] as const;
export type ImportKind = (typeof importKinds)[number];

/** What the public-good instance of Sigstore gives with every signature. */
export const defaultThresholds: Thresholds = { log: 1, sct: 1, time: 1 };

/**
 * Parses one entry of `authorities`. Its file is not read here.
 * @throws {AibomError} TRUST_ROOT_INVALID, TRUST_UNKNOWN_FIELD
 */
export function parseAuthority(value: unknown, pointer: string): AuthorityEntry {
  const fields = asObject(value, pointer);
  const kind = authorityKinds.find((known) => known === fields.get("kind"));
  if (kind === undefined) {
    return invalid(`${pointer}/kind`, `must be one of ${authorityKinds.join(", ")}`);
  }
  const own = {
    sigstore: ["thresholds"],
    ca: ["signingAuthority", "validFrom", "validUntil"],
    tsa: ["validFrom", "validUntil"],
  }[kind];
  onlyFields(fields, ["name", "kind", "file", "sha256", "comment", ...own], pointer);
  const name = parseName(fields.get("name"), `${pointer}/name`);
  const file = parseFile(fields.get("file"), `${pointer}/file`);
  const sha256 = parseSha256(fields.get("sha256"), `${pointer}/sha256`);
  const comment = optionalString(fields, "comment", pointer);
  const tail = comment === undefined ? {} : { comment };
  switch (kind) {
    case "sigstore":
      return { name, kind, file, sha256, thresholds: parseThresholds(fields, pointer), ...tail };
    case "ca":
      return {
        name,
        kind,
        file,
        sha256,
        ...parseSigningAuthority(fields, pointer),
        ...parseWindow(fields, pointer),
        ...tail,
      };
    case "tsa":
      return { name, kind, file, sha256, ...parseWindow(fields, pointer), ...tail };
  }
}

function parseSigningAuthority(fields: Fields, pointer: string): Pick<CaAuthorityEntry, "signingAuthority"> {
  if (!fields.has("signingAuthority")) {
    return {};
  }
  return fields.get("signingAuthority") === true
    ? { signingAuthority: true }
    : invalid(`${pointer}/signingAuthority`, "must be true or absent");
}

const filePattern = /^authorities\/[A-Za-z0-9][A-Za-z0-9._@+-]*$/;

/** One level, safe characters: a trust root that somebody carries in must not name a file elsewhere. */
function parseFile(value: unknown, pointer: string): string {
  const file = asString(value, pointer, ceilings.nameLength + "authorities/-0123456789ab.json".length);
  return filePattern.test(file) ? file : invalid(pointer, "must be authorities/ and a plain file name");
}

function parseThresholds(fields: Fields, pointer: string): Thresholds {
  const place = `${pointer}/thresholds`;
  const thresholds = asObject(fields.get("thresholds"), place);
  onlyFields(thresholds, ["log", "sct", "time"], place);
  const read = (name: string): number => {
    const value = thresholds.get(name);
    return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 16
      ? value
      : invalid(`${place}/${name}`, "must be a whole number from 0 to 16");
  };
  const parsed = { log: read("log"), sct: read("sct"), time: read("time") };
  // Without any proof of time a certificate of ten minutes would be judged for ever by the clock of the verifier.
  return parsed.time === 0 && parsed.log === 0
    ? invalid(place, "must ask for a log entry or a trusted time")
    : parsed;
}
