// SPDX-License-Identifier: Apache-2.0
// One log of a Sigstore trusted root (sigstore_trustroot.proto, TransparencyLogInstance): its key, and its id,
// which is computed again. The id is what entries and time stamps name their log by, so a key that was exchanged
// behind a known id must be noticed here. Key types that cannot be verified are reported, never half-trusted.

import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import type { ProtoMessage } from "../bytes/proto-json.ts";
import { AibomError } from "../errors.ts";

/** A transparency log (Rekor) or a certificate transparency log. */
export interface TransparencyLog {
  readonly baseUrl: string;
  /** Names under which the log may sign checkpoints (C2SP signed-note); from the base URL. */
  readonly origins: readonly string[];
  readonly publicKey: KeyObject;
  /** 32 bytes, as entries and signed certificate timestamps name the log; hexadecimal. */
  readonly logId: string;
  /** Inclusive. */
  readonly validFrom: Date;
  /** Inclusive. */
  readonly validUntil?: Date;
  /** Who runs the log; several logs of one operator count once towards a threshold. */
  readonly operator?: string;
}

/** A log that cannot be used, and why. */
export interface UnusableLog {
  readonly unusable: string;
}

interface KeyKind {
  readonly type: "ec" | "ed25519" | "rsa";
  readonly curve?: string;
  readonly bits?: number;
  readonly format?: "pkcs1";
}

/** PublicKeyDetails of sigstore_common.proto that can be verified. */
const keyKinds: ReadonlyMap<string, KeyKind> = new Map<string, KeyKind>([
  ["PKIX_ECDSA_P256_SHA_256", { type: "ec", curve: "prime256v1" }],
  ["PKIX_ECDSA_P384_SHA_256", { type: "ec", curve: "secp384r1" }],
  ["PKIX_ECDSA_P384_SHA_384", { type: "ec", curve: "secp384r1" }],
  ["PKIX_ECDSA_P521_SHA_256", { type: "ec", curve: "secp521r1" }],
  ["PKIX_ECDSA_P521_SHA_512", { type: "ec", curve: "secp521r1" }],
  ["PKIX_ED25519", { type: "ed25519" }],
  ["PKCS1_RSA_PKCS1V5", { type: "rsa", format: "pkcs1" }],
  ["PKIX_RSA_PKCS1V5", { type: "rsa" }],
  ["PKIX_RSA_PKCS1V15_2048_SHA256", { type: "rsa", bits: 2048 }],
  ["PKIX_RSA_PKCS1V15_3072_SHA256", { type: "rsa", bits: 3072 }],
  ["PKIX_RSA_PKCS1V15_4096_SHA256", { type: "rsa", bits: 4096 }],
]);

const minRsaBits = 2048;

/**
 * Reads one log.
 * @throws {AibomError} SIGSTORE_ROOT_*
 */
export function parseTransparencyLog(log: ProtoMessage, path: string): TransparencyLog | UnusableLog {
  log.only("baseUrl", "hashAlgorithm", "publicKey", "logId", "checkpointKeyId", "operator");
  const publicKey = log.message("publicKey").only("rawBytes", "keyDetails", "validFor");
  const window = parseValidity(publicKey, path);
  const baseUrl = log.text("baseUrl");
  const hash = log.text("hashAlgorithm");
  const details = publicKey.text("keyDetails");
  const kind = keyKinds.get(details);
  if (hash !== "SHA2_256") {
    return { unusable: `hash algorithm ${hash}` };
  }
  if (kind === undefined) {
    return { unusable: `key type ${details}` };
  }
  const key = decodeKey(publicKey.bytes("rawBytes"), kind, log.name, path);
  const operator = log.optionalText("operator");
  return {
    baseUrl,
    ...identify(log, key, originsOf(baseUrl), path),
    publicKey: key,
    ...window,
    ...(operator === undefined ? {} : { operator }),
  };
}

/**
 * The window of a key or an authority; its start is mandatory.
 * @throws {AibomError} SIGSTORE_ROOT_VALIDITY, SIGSTORE_ROOT_INVALID
 */
export function parseValidity(
  holder: ProtoMessage,
  path: string,
): { readonly validFrom: Date; readonly validUntil?: Date } {
  const window = holder.optionalMessage("validFor")?.only("start", "end");
  const validFrom = window?.optionalDate("start");
  const validUntil = window?.optionalDate("end");
  if (validFrom === undefined) {
    throw AibomError.of("SIGSTORE_ROOT_VALIDITY", { object: holder.name }, { where: { path } });
  }
  if (validUntil !== undefined && validUntil < validFrom) {
    throw holder.malformed("validFor", "ends before it starts");
  }
  return { validFrom, ...(validUntil === undefined ? {} : { validUntil }) };
}

function decodeKey(der: Uint8Array, kind: KeyKind, log: string, path: string): KeyObject {
  const unusable = (reason: string, cause?: unknown): AibomError =>
    AibomError.of("SIGSTORE_ROOT_KEY", { log, reason }, { where: { path }, cause });
  let key: KeyObject;
  try {
    key = createPublicKey({ key: Buffer.from(der), format: "der", type: kind.format ?? "spki" });
  } catch (cause) {
    throw unusable("it does not decode", cause);
  }
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  const isSame =
    key.asymmetricKeyType === kind.type &&
    (kind.curve === undefined || kind.curve === namedCurve) &&
    (kind.bits === undefined || kind.bits === modulusLength);
  if (!isSame) {
    throw unusable("it is of another type than keyDetails says");
  }
  if (kind.type === "rsa" && modulusLength < minRsaBits) {
    throw unusable(`RSA with ${modulusLength} bits`);
  }
  return key;
}

/** Names that a base URL, with or without scheme, can mean; the most exact first. */
function originsOf(baseUrl: string): readonly string[] {
  const url = URL.parse(baseUrl.includes("://") ? baseUrl : `https://${baseUrl}`);
  if (url === null || url.host === "") {
    return [baseUrl];
  }
  const path = url.pathname.replace(/\/$/, "");
  return [...new Set([`${url.host}${path}`, url.host, url.hostname])];
}

/**
 * The id that the key implies. Rekor v1 and CT logs: SHA-256 of the SubjectPublicKeyInfo (RFC 6962, section 3.2).
 * Rekor v2 with Ed25519: SHA-256 of name, line feed, 0x01 and the key (C2SP signed-note), the hash uncut.
 */
function identify(
  log: ProtoMessage,
  key: KeyObject,
  origins: readonly string[],
  path: string,
): { readonly logId: string; readonly origins: readonly string[] } {
  const candidates = [
    { id: sha256(key.export({ type: "spki", format: "der" })), origins },
    ...(key.asymmetricKeyType === "ed25519" || key.asymmetricKeyType === "rsa"
      ? origins.map((origin) => ({ id: noteKeyId(origin, key), origins: [origin] }))
      : []),
  ];
  const given = (["logId", "checkpointKeyId"] as const).flatMap((field) => {
    const id = log.optionalMessage(field)?.only("keyId").bytes("keyId");
    return id === undefined ? [] : [{ field, id }];
  });
  if (given.length === 0) {
    throw log.malformed("logId", "is missing");
  }
  const isImplied = (id: Buffer, field: string, wanted: Uint8Array): boolean =>
    // The key id in checkpoints is cut to four bytes; the id in entries never is.
    (wanted.length === id.length || (field === "checkpointKeyId" && wanted.length >= 4)) &&
    id.subarray(0, wanted.length).equals(wanted);
  const match = candidates.find(({ id }) => given.every((each) => isImplied(id, each.field, each.id)));
  if (match === undefined) {
    const field = given.map((each) => each.field).join(" and ");
    throw AibomError.of("SIGSTORE_ROOT_LOG_ID", { field, log: log.name }, { where: { path } });
  }
  return { logId: match.id.toString("hex"), origins: match.origins };
}

function noteKeyId(origin: string, key: KeyObject): Buffer {
  if (key.asymmetricKeyType === "rsa") {
    // A type without a number of its own: 0xff and a name, as Rekor v2 (rekor-tiles, pkg/note) writes it.
    const der = key.export({ type: "spki", format: "der" });
    const type = Buffer.from("\xffPKIX-RSA-PKCS#1v1.5", "latin1");
    return sha256(Buffer.concat([Buffer.from(`${origin}\n`), type, der]));
  }
  const raw = Buffer.from(key.export({ format: "jwk" }).x ?? "", "base64url");
  return sha256(Buffer.concat([Buffer.from(`${origin}\n\u0001`), raw]));
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
