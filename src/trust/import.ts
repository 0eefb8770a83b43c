// SPDX-License-Identifier: Apache-2.0
// Turns files that others publish into authorities and identities of a trust root: Sigstore trusted roots (one,
// or one a line), certificates of a CA or time-stamping authority, the keys of a package registry. Pure: bytes
// in, changed document out. Nothing is guessed about PEM files: whether a certificate may vouch for people or
// for time is the user's decision.

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Usage } from "../model/evidence.ts";
import { type Certificate, parseCertificates } from "../x509/certificate.ts";
import { defaultThresholds, type ImportKind, type Thresholds } from "./authorities.ts";
import { addAuthority, addIdentity, type TrustChange } from "./edit.ts";
import { parseSigstoreRoot, type SigstoreRoot } from "./sigstore-root.ts";
import type { TrustDocument } from "./trust-root.ts";

export interface ImportOptions {
  /** Name of the authority, or the first part of the names of several. */
  readonly name: string;
  /** Needed for certificates; JSON says itself what it is. */
  readonly kind?: ImportKind;
  /** Instead of what the Sigstore instance has to offer. */
  readonly thresholds?: Partial<Thresholds>;
  readonly validFrom?: string;
  readonly validUntil?: string;
  /** What imported keys may vouch for. */
  readonly usages: readonly Usage[];
  readonly comment?: string;
}

/**
 * The document with what the file holds.
 * @throws {AibomError} TRUST_IMPORT_*, SIGSTORE_ROOT_*, TRUST_*, JSON_*
 */
export function importTrust(
  document: TrustDocument,
  bytes: Uint8Array,
  path: string,
  options: ImportOptions,
): TrustChange {
  const kind = options.kind ?? detectKind(bytes, path);
  refuseIdleOptions(kind, path, options);
  switch (kind) {
    case "sigstore":
      return importSigstore(document, bytes, path, options);
    case "registry-keys":
      return { document: importRegistryKeys(document, bytes, path, options), files: new Map() };
    default:
      return importCertificates(document, kind, certificatesOf(bytes, path), options);
  }
}

/** A file without certificates is a wrong argument; its path and the reason are what the user needs. */
function certificatesOf(bytes: Uint8Array, path: string): readonly Certificate[] {
  try {
    return parseCertificates(bytes, limits.maxAuthorityCertificates);
  } catch (error) {
    if (error instanceof AibomError) {
      throw AibomError.of(
        "TRUST_IMPORT_INVALID",
        { reason: error.message },
        { where: { path }, cause: error },
      );
    }
    throw error;
  }
}

/** What would have no effect is refused: somebody meant to limit something with it. */
function refuseIdleOptions(kind: ImportKind, path: string, options: ImportOptions): void {
  const hasWindow = options.validFrom !== undefined || options.validUntil !== undefined;
  const hasThresholds = Object.keys(options.thresholds ?? {}).length > 0;
  const refuse = (reason: string): AibomError =>
    AibomError.of("TRUST_IMPORT_INVALID", { reason }, { where: { path } });
  if (hasThresholds && kind !== "sigstore") {
    throw refuse("thresholds are for Sigstore instances; this is none");
  }
  if (hasWindow && (kind === "sigstore" || kind === "registry-keys")) {
    throw refuse("it says itself from when to when it is valid; no other window can be given");
  }
}

/** JSON with keys is a registry's, other JSON a trusted root; certificates do not say what they are for. */
function detectKind(bytes: Uint8Array, path: string): ImportKind {
  const start = Buffer.from(bytes.subarray(0, 4096)).toString("latin1").trimStart();
  if (!start.startsWith("{")) {
    throw AibomError.of("TRUST_IMPORT_KIND", {}, { where: { path } });
  }
  return /^\{\s*"keys"/.test(start) ? "registry-keys" : "sigstore";
}

function importSigstore(
  document: TrustDocument,
  bytes: Uint8Array,
  path: string,
  options: ImportOptions,
): TrustChange {
  const roots = splitRoots(bytes, path);
  let changed: TrustChange = { document, files: new Map() };
  roots.forEach((each, index) => {
    const root = parseSigstoreRoot(each, path);
    const name = roots.length === 1 ? options.name : `${options.name}-${index + 1}`;
    const { document: next, files } = addAuthority(changed.document, {
      name,
      kind: "sigstore",
      bytes: each,
      thresholds: { ...offeredThresholds(root), ...options.thresholds },
      ...(options.comment === undefined ? {} : { comment: options.comment }),
    });
    changed = { document: next, files: new Map([...changed.files, ...files]) };
  });
  return changed;
}

/** One document, or one on each line (`gh attestation trusted-root`). A document over several lines is one. */
function splitRoots(bytes: Uint8Array, path: string): readonly Uint8Array[] {
  const lines = nonEmptyLines(bytes);
  if (lines.length < 2 || !lines.every((line) => line[0] === 0x7b && line.at(-1) === 0x7d)) {
    return [bytes];
  }
  if (lines.length > limits.maxSigstoreRoots) {
    const reason = `it has ${lines.length} trusted roots, limit is ${limits.maxSigstoreRoots}`;
    throw AibomError.of("TRUST_IMPORT_INVALID", { reason }, { where: { path } });
  }
  return lines;
}

const lineFeed = 0x0a;
const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d;

/** Bytes, not text: what is not UTF-8 must stay as it is to be refused. */
function nonEmptyLines(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(lineFeed, start);
    const end = newline < 0 ? bytes.length : newline;
    const line = bytes.subarray(start, end);
    const last = line.findLastIndex((byte) => !isBlank(byte));
    if (last >= 0) {
      lines.push(line.subarray(0, last + 1));
    }
    start = end + 1;
  }
  return lines;
}

/** Every proof that the instance can give is asked for: an instance without logs cannot be asked for entries. */
function offeredThresholds(root: SigstoreRoot): Thresholds {
  return {
    log: root.logs.length === 0 ? 0 : defaultThresholds.log,
    sct: root.ctLogs.length === 0 ? 0 : defaultThresholds.sct,
    time: defaultThresholds.time,
  };
}

/**
 * The document with certificates as a CA or time-stamping authority.
 * @throws {AibomError} TRUST_DUPLICATE, TRUST_ROOT_INVALID
 */
export function importCertificates(
  document: TrustDocument,
  kind: "ca" | "tsa",
  certificates: readonly Certificate[],
  options: Omit<ImportOptions, "kind" | "usages"> & { readonly signingAuthority?: true },
): TrustChange {
  const { name, signingAuthority, validFrom, validUntil, comment } = options;
  return addAuthority(document, {
    name,
    ...(kind === "ca" && signingAuthority ? { kind, signingAuthority } : { kind }),
    bytes: Buffer.from(certificates.map((each) => each.x509.toString()).join("")),
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(validUntil === undefined ? {} : { validUntil }),
    ...(comment === undefined ? {} : { comment }),
  });
}

/**
 * keys.json of a package registry: as Sigstore's TUF repository has it, or as the registry itself answers
 * (npm: `/-/npm/v1/keys`, without a start). Each key once, with its window.
 */
function importRegistryKeys(
  document: TrustDocument,
  bytes: Uint8Array,
  path: string,
  options: ImportOptions,
): TrustDocument {
  const root = parseJson(bytes, { path, maxBytes: limits.maxPolicyBytes, maxDepth: 8 });
  const keys = isJsonObject(root) && Object.hasOwn(root, "keys") ? root["keys"] : undefined;
  if (!isJsonArray(keys) || keys.length === 0) {
    throw AibomError.of(
      "TRUST_IMPORT_INVALID",
      { reason: "keys is not a list with entries" },
      { where: { path } },
    );
  }
  const parsed = keys.map((each, index) => parseRegistryKey(each, `/keys/${index}`, path));
  const merged = mergeWindows(parsed);
  let changed = document;
  merged.forEach((key, index) => {
    changed = addIdentity(changed, {
      name: merged.length === 1 ? options.name : `${options.name}-${index + 1}`,
      publicKey: key.pem,
      usages: options.usages,
      ...(key.validFrom === undefined ? {} : { validFrom: key.validFrom }),
      ...(key.validUntil === undefined ? {} : { validUntil: key.validUntil }),
      ...(options.comment === undefined ? {} : { comment: options.comment }),
    });
  });
  return changed;
}

interface RegistryKey {
  readonly pem: string;
  readonly validFrom: string | undefined;
  readonly validUntil: string | undefined;
}

function parseRegistryKey(value: JsonValue, pointer: string, path: string): RegistryKey {
  const invalid = (reason: string): AibomError =>
    AibomError.of("TRUST_IMPORT_INVALID", { reason: `${pointer}: ${reason}` }, { where: { path } });
  if (isJsonObject(value) && Object.hasOwn(value, "key")) {
    return parseRegistryAnswer(value, invalid);
  }
  const key = objectMember(value, "publicKey");
  const rawBytes = key?.["rawBytes"];
  const window = objectMember(key, "validFor");
  const start = window?.["start"];
  const end = window?.["end"];
  if (!isBase64(rawBytes)) {
    throw invalid("publicKey.rawBytes is not base64");
  }
  if (typeof start !== "string" || (end !== undefined && typeof end !== "string")) {
    throw invalid("publicKey.validFor has no start");
  }
  return { pem: pemOf(rawBytes), validFrom: start, validUntil: end };
}

/** A key as npm's registry answers it: `expires` is null or the last instant; there is no first one. */
function parseRegistryAnswer(value: JsonObject, invalid: (reason: string) => AibomError): RegistryKey {
  const { key, expires = null } = value;
  if (!isBase64(key)) {
    throw invalid("key is not base64");
  }
  if (expires !== null && typeof expires !== "string") {
    throw invalid("expires is neither null nor a time");
  }
  return { pem: pemOf(key), validFrom: undefined, validUntil: expires ?? undefined };
}

function isBase64(value: JsonValue | undefined): value is string {
  return typeof value === "string" && /^[A-Za-z0-9+/]{20,4096}={0,2}$/.test(value);
}

function pemOf(base64: string): string {
  return `-----BEGIN PUBLIC KEY-----\n${base64}\n-----END PUBLIC KEY-----\n`;
}

function objectMember(value: JsonValue | undefined, name: string): JsonObject | undefined {
  const member = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return isJsonObject(member) ? member : undefined;
}

/** A key that is listed for two usages is one identity, valid in the narrower window of the two. */
function mergeWindows(keys: readonly RegistryKey[]): readonly RegistryKey[] {
  const byPem = new Map<string, RegistryKey>();
  for (const key of keys) {
    const earlier = byPem.get(key.pem);
    byPem.set(key.pem, earlier === undefined ? key : narrower(earlier, key));
  }
  return [...byPem.values()];
}

function narrower(one: RegistryKey, other: RegistryKey): RegistryKey {
  // RFC 3339 in UTC sorts as text.
  const starts = [one.validFrom, other.validFrom].filter((each) => each !== undefined).sort();
  const ends = [one.validUntil, other.validUntil].filter((each) => each !== undefined).sort();
  return { pem: one.pem, validFrom: starts.at(-1), validUntil: ends[0] };
}
