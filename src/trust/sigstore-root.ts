// SPDX-License-Identifier: Apache-2.0
// Sigstore trusted roots (sigstore_trustroot.proto): trusted_root.json v0.1 and v0.2, ClientTrustConfig v0.1, and
// JSONL with one root a line, as `gh attestation trusted-root` writes. Unknown fields are refused; logs of a type
// that cannot be verified are left out and listed with the reason. Roots are never merged: each instance keeps its
// own thresholds. Left out on purpose: TUF, which brings such files (trust/tuf), and the signing configuration,
// which is handed on as JSON.

import { createHash } from "node:crypto";
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from "../bytes/json.ts";
import { type ProtoJsonErrors, ProtoMessage } from "../bytes/proto-json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { type Certificate, parseCertificate } from "../x509/certificate.ts";
import { parseTransparencyLog, parseValidity, type TransparencyLog } from "./sigstore-log.ts";

export type { TransparencyLog } from "./sigstore-log.ts";

/** A certificate authority (Fulcio) or a time stamp authority. */
export interface SigstoreAuthority {
  readonly uri: string;
  /** Issuer of the leaf first, or the leaf itself for time stamps; the trust anchor last. */
  readonly certificates: readonly [Certificate, ...Certificate[]];
  /** Inclusive. */
  readonly validFrom: Date;
  /** Inclusive. */
  readonly validUntil?: Date;
  /** Who runs it; several authorities of one operator count once towards a threshold. */
  readonly operator?: string;
}

/** A part of the file that was left out, and why. */
export interface SkippedInstance {
  /** Path inside the document. */
  readonly instance: string;
  readonly reason: string;
}

/** What one Sigstore instance vouches for. */
export interface SigstoreRoot {
  /** SHA-256 of the document's bytes, hexadecimal. */
  readonly digest: string;
  readonly logs: readonly TransparencyLog[];
  readonly ctLogs: readonly TransparencyLog[];
  readonly certificateAuthorities: readonly SigstoreAuthority[];
  readonly timestampAuthorities: readonly SigstoreAuthority[];
  readonly skipped: readonly SkippedInstance[];
  /** From a ClientTrustConfig: where and how to sign. Unchecked, and never used to verify. */
  readonly signingConfig?: JsonObject;
}

const rootMediaTypes = [
  "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
  "application/vnd.dev.sigstore.trustedroot.v0.1+json",
  "application/vnd.dev.sigstore.trustedroot.v0.2+json",
];
const configMediaType = "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json";

/**
 * Parses one trusted root, or the one inside a client trust config.
 * @throws {AibomError} SIGSTORE_ROOT_*, JSON_*, TEXT_NOT_UTF8, DER_*, CERTIFICATE_*
 */
export function parseSigstoreRoot(bytes: Uint8Array, path: string): SigstoreRoot {
  return parseDocument(bytes, path, 0);
}

/**
 * Parses one trusted root or several, one on each line.
 * @returns at least one root.
 * @throws {AibomError} as parseSigstoreRoot
 */
export function parseSigstoreRoots(bytes: Uint8Array, path: string): readonly SigstoreRoot[] {
  if (!isLineOfJson(bytes)) {
    return [parseDocument(bytes, path, 0)];
  }
  if (bytes.length > limits.maxSigstoreRootBytes) {
    throw AibomError.of(
      "JSON_TOO_LARGE",
      { size: bytes.length, limit: limits.maxSigstoreRootBytes },
      { where: { path } },
    );
  }
  const roots: SigstoreRoot[] = [];
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(lineFeed, start);
    const end = newline < 0 ? bytes.length : newline;
    const line = bytes.subarray(start, end);
    if (!line.every(isBlank)) {
      if (roots.length === limits.maxSigstoreRoots) {
        throw invalid(path, `more than ${limits.maxSigstoreRoots} roots`);
      }
      roots.push(parseDocument(line, path, start));
    }
    start = end + 1;
  }
  return roots;
}

const lineFeed = 0x0a;
const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d;

/** One document may also be spread over lines; then its first line is not a whole object. */
function isLineOfJson(bytes: Uint8Array): boolean {
  const newline = bytes.indexOf(lineFeed);
  const line = bytes.subarray(0, newline < 0 ? bytes.length : newline);
  const last = line.findLast((byte) => !isBlank(byte));
  return line[0] === 0x7b && last === 0x7d;
}

function parseDocument(bytes: Uint8Array, path: string, offset: number): SigstoreRoot {
  const json = parseJson(bytes, { path, maxBytes: limits.maxSigstoreRootBytes, maxDepth: 16, offset });
  const digest = createHash("sha256").update(bytes).digest("hex");
  const errors = documentErrors(path);
  const document = new ProtoMessage(json, "", errors);
  if (document.value("mediaType") !== configMediaType) {
    return { digest, ...parseRoot(document, path) };
  }
  document.only("mediaType", "trustedRoot", "signingConfig");
  const signingConfig = document.value("signingConfig");
  if (signingConfig !== undefined && !isJsonObject(signingConfig)) {
    throw document.malformed("signingConfig", "is not an object");
  }
  return {
    digest,
    ...parseRoot(document.message("trustedRoot"), path),
    ...(signingConfig === undefined ? {} : { signingConfig }),
  };
}

function parseRoot(root: ProtoMessage, path: string): Omit<SigstoreRoot, "digest" | "signingConfig"> {
  const mediaType = root.value("mediaType");
  if (typeof mediaType !== "string" || !rootMediaTypes.includes(mediaType)) {
    throw AibomError.of("SIGSTORE_ROOT_MEDIA_TYPE", { got: show(mediaType) }, { where: { path } });
  }
  root.only("mediaType", "tlogs", "certificateAuthorities", "ctlogs", "timestampAuthorities");
  const skipped: SkippedInstance[] = [];
  const logs = (field: string): readonly TransparencyLog[] =>
    root.messages(field, limits.maxSigstoreInstances).flatMap((each) => {
      const log = parseTransparencyLog(each, path);
      if ("unusable" in log) {
        skipped.push({ instance: each.name, reason: log.unusable });
        return [];
      }
      return [log];
    });
  const authorities = (field: string): readonly SigstoreAuthority[] =>
    root.messages(field, limits.maxSigstoreInstances).map((each) => parseAuthority(each, path));
  return {
    logs: logs("tlogs"),
    ctLogs: logs("ctlogs"),
    certificateAuthorities: authorities("certificateAuthorities"),
    timestampAuthorities: authorities("timestampAuthorities"),
    skipped,
  };
}

function parseAuthority(authority: ProtoMessage, path: string): SigstoreAuthority {
  authority.only("subject", "uri", "certChain", "validFor", "operator");
  // The subject repeats what the certificates say; nothing is decided by it.
  authority.optionalMessage("subject")?.only("organization", "commonName");
  const chain = authority.message("certChain").only("certificates");
  const [first, ...rest] = chain
    .messages("certificates", limits.maxSigstoreChain)
    .map((each) => parseCertificate(each.only("rawBytes").bytes("rawBytes")));
  if (first === undefined) {
    throw chain.malformed("certificates", "is empty");
  }
  const operator = authority.optionalText("operator");
  return {
    uri: authority.optionalText("uri") ?? "",
    certificates: [first, ...rest],
    ...parseValidity(authority, path),
    ...(operator === undefined ? {} : { operator }),
  };
}

function documentErrors(path: string): ProtoJsonErrors {
  const where = { path };
  return {
    malformed: (reason) => invalid(path, reason),
    unknownField: (field, object) =>
      AibomError.of("SIGSTORE_ROOT_UNKNOWN_FIELD", { field, object }, { where }),
    base64: (field) => invalid(path, `${field} is not canonical base64`),
    tooMany: (field, count, limit) => invalid(path, `${field} has ${count} entries, limit is ${limit}`),
  };
}

function invalid(path: string, reason: string): AibomError {
  return AibomError.of("SIGSTORE_ROOT_INVALID", { reason }, { where: { path } });
}

function show(value: JsonValue | undefined): string {
  return typeof value === "string" ? value.slice(0, 100) : typeof value;
}
