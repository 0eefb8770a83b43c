// SPDX-License-Identifier: Apache-2.0
// What a log entry says was logged: the canonicalized bodies of Rekor v1 (hashedrekord 0.0.1, dsse 0.0.1, intoto
// 0.0.2) and Rekor v2 (hashedrekord and dsse 0.0.2). @sigstore/verify compares the signature and a digest and never
// the key (CVE-2022-36056, CVE-2026-22703 are that fault in another client), so all three are read here.
// Left out on purpose: other kinds of entry (rekord, rpm, jar …), which bundles do not use.

import { createPublicKey } from "node:crypto";
import { parseJson } from "../../bytes/json.ts";
import { type ProtoJsonErrors, ProtoMessage } from "../../bytes/proto-json.ts";
import { AibomError } from "../../errors.ts";
import { type LogEntry, type MessageHash, messageHashes } from "./bundle.ts";

/** A signature as a log recorded it. */
export interface LoggedSignature {
  readonly signature: Uint8Array;
  readonly digest: LoggedDigest;
  /** The certificate or the SubjectPublicKeyInfo that the signature was logged with, in DER. */
  readonly verifier: LoggedVerifier;
}

export interface LoggedDigest {
  /** What was hashed: the bytes that the signature covers, or the payload of the envelope alone. */
  readonly of: "signed bytes" | "payload";
  readonly algorithm: MessageHash;
  readonly value: Uint8Array;
}

export interface LoggedVerifier {
  readonly kind: "certificate" | "key";
  readonly der: Uint8Array;
}

/**
 * Parses the body of an entry.
 * @throws {AibomError} SIGSTORE_LOG_ENTRY, JSON_*, TEXT_NOT_UTF8 (the body itself)
 */
export function parseLogBody(entry: LogEntry): LoggedSignature {
  const json = parseJson(entry.body, { path: entry.name, maxBytes: entry.body.length, maxDepth: 16 });
  const body = new ProtoMessage(json, "", bodyErrors(entry.name));
  const kind = body.text("kind");
  const version = body.text("apiVersion");
  if (kind !== entry.kind || version !== entry.version) {
    throw body.malformed("kind", `is ${kind} ${version}, the bundle says ${entry.kind} ${entry.version}`);
  }
  const parse = parsers.get(`${kind} ${version}`);
  if (parse === undefined) {
    throw body.malformed("kind", `${kind} ${version} is not supported`);
  }
  return parse(body.message("spec"));
}

/** True if both mean the same key, however its point is written. */
export function isSameKey(one: Uint8Array, other: Uint8Array): boolean {
  try {
    const [first, second] = [one, other].map((key) =>
      createPublicKey({ key: Buffer.from(key), format: "der", type: "spki" }),
    );
    return first !== undefined && second !== undefined && first.equals(second);
  } catch {
    return false;
  }
}

const parsers: ReadonlyMap<string, (spec: ProtoMessage) => LoggedSignature> = new Map([
  ["hashedrekord 0.0.1", parseHashedRekordV1],
  ["dsse 0.0.1", parseDsseV1],
  ["intoto 0.0.2", parseIntoto],
  ["hashedrekord 0.0.2", parseHashedRekordV2],
  ["dsse 0.0.2", parseDsseV2],
]);

function parseHashedRekordV1(spec: ProtoMessage): LoggedSignature {
  const signature = spec.message("signature");
  return {
    signature: signature.bytes("content"),
    digest: { of: "signed bytes", ...hexDigest(spec.message("data").message("hash")) },
    verifier: pemVerifier(signature.message("publicKey"), "content"),
  };
}

function parseDsseV1(spec: ProtoMessage): LoggedSignature {
  const signature = onlyOne(spec, "signatures");
  return {
    signature: signature.bytes("signature"),
    digest: { of: "payload", ...hexDigest(spec.message("payloadHash")) },
    verifier: pemVerifier(signature, "verifier"),
  };
}

function parseIntoto(spec: ProtoMessage): LoggedSignature {
  const content = spec.message("content");
  const signature = onlyOne(content.message("envelope"), "signatures");
  // Rekor encodes the signature, which is base64 already, once more.
  const inner = Buffer.from(signature.bytes("sig")).toString("latin1");
  const bytes = Buffer.from(inner, "base64");
  if (bytes.toString("base64") !== inner) {
    throw signature.malformed("sig", "is not base64 in base64");
  }
  return {
    signature: bytes,
    digest: { of: "payload", ...hexDigest(content.message("payloadHash")) },
    verifier: pemVerifier(signature, "publicKey"),
  };
}

function parseHashedRekordV2(spec: ProtoMessage): LoggedSignature {
  const record = spec.message("hashedRekordV002");
  return {
    ...parseSignatureV2(record.message("signature")),
    digest: { of: "signed bytes", ...protoDigest(record.message("data")) },
  };
}

function parseDsseV2(spec: ProtoMessage): LoggedSignature {
  const record = spec.message("dsseV002");
  return {
    ...parseSignatureV2(onlyOne(record, "signatures")),
    digest: { of: "payload", ...protoDigest(record.message("payloadHash")) },
  };
}

function parseSignatureV2(signature: ProtoMessage): Omit<LoggedSignature, "digest"> {
  const verifier = signature.message("verifier");
  const kind = verifier.oneOf("x509Certificate", "publicKey");
  return {
    signature: signature.bytes("content"),
    verifier: {
      kind: kind === "publicKey" ? "key" : "certificate",
      der: verifier.message(kind).bytes("rawBytes"),
    },
  };
}

/** With several signatures in one entry it would be a matter of the reader which one was logged. */
function onlyOne(holder: ProtoMessage, field: string): ProtoMessage {
  const [only] = holder.messages(field, 1);
  if (only === undefined) {
    throw holder.malformed(field, "is empty");
  }
  return only;
}

function hexDigest(hash: ProtoMessage): Omit<LoggedDigest, "of"> {
  const name = hash.text("algorithm");
  const known = Object.values(messageHashes).find((each) => each.name === name);
  const hex = hash.text("value");
  const value = Buffer.from(hex, "hex");
  if (known === undefined || value.length !== known.size || value.toString("hex") !== hex) {
    throw hash.malformed("value", "is no SHA-2 digest in lower-case hexadecimal");
  }
  return { algorithm: known.name, value };
}

function protoDigest(hash: ProtoMessage): Omit<LoggedDigest, "of"> {
  const name = hash.text("algorithm");
  const known = Object.hasOwn(messageHashes, name)
    ? messageHashes[name as keyof typeof messageHashes]
    : undefined;
  const value = hash.bytes("digest");
  if (known === undefined || value.length !== known.size) {
    throw hash.malformed("digest", "is no SHA-2 digest");
  }
  return { algorithm: known.name, value };
}

const pem = /^-----BEGIN (CERTIFICATE|PUBLIC KEY)-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END \1-----\r?\n?$/;

/** One PEM block (RFC 7468), in base64. */
function pemVerifier(holder: ProtoMessage, field: string): LoggedVerifier {
  const match = pem.exec(Buffer.from(holder.bytes(field)).toString("latin1"));
  const encoded = match?.[2]?.replaceAll(/[\r\n]/g, "") ?? "";
  const der = Buffer.from(encoded, "base64");
  if (match === null || der.length === 0 || der.toString("base64") !== encoded) {
    throw holder.malformed(field, "is not one PEM block of a certificate or a public key");
  }
  return { kind: match[1] === "CERTIFICATE" ? "certificate" : "key", der };
}

function bodyErrors(entry: string): ProtoJsonErrors {
  const malformed = (reason: string): AibomError => AibomError.of("SIGSTORE_LOG_ENTRY", { entry, reason });
  return {
    malformed,
    unknownField: (field) => malformed(`${field} is unknown`),
    base64: (field) => malformed(`${field} is not canonical base64`),
    tooMany: (field, count) => malformed(`${field} has ${count} entries, expected 1`),
  };
}
