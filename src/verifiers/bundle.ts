// SPDX-License-Identifier: Apache-2.0
// Sigstore bundle v0.3 (sigstore_bundle.proto) as JSON, for signatures by a key: nothing of a bundle is
// signed except its payload, so unknown fields, lenient base64 and unverifiable material are refused.
// Certificates, log entries and time stamps are recognised and refused by name.

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";

/** Media type of the bundles that aibom reads and writes. */
export const bundleMediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";

/** How a bundle names its key. At least one is present. */
export interface BundleKey {
  readonly hint?: string;
  /** The key itself, as model-signing before 1.1 wrote it. Used for the look-up only. */
  readonly rawBytes?: Uint8Array;
  /** Name of the algorithm in sigstore_common.proto. */
  readonly keyDetails?: string;
}

/** A DSSE envelope with its one signature, decoded. */
export interface Envelope {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  /** Empty if absent, null or empty: DSSE does not authenticate it. */
  readonly keyid: string;
}

export interface KeyBundle {
  readonly key: BundleKey;
  readonly envelope: Envelope;
}

/**
 * Parses a bundle made with a key. Size first, then JSON, then every field in turn.
 * @throws {AibomError} BUNDLE_*, JSON_*, TEXT_NOT_UTF8
 */
export function parseKeyBundle(bytes: Uint8Array, path: string, maxBytes: number): KeyBundle {
  if (bytes.length > maxBytes) {
    throw AibomError.of("BUNDLE_TOO_LARGE", { size: bytes.length, limit: maxBytes });
  }
  const root = asObject(parseJson(bytes, { path, maxBytes, maxDepth: 16 }), "the bundle");
  const mediaType = member(root, "mediaType");
  if (mediaType !== bundleMediaType) {
    throw AibomError.of("BUNDLE_MEDIA_TYPE", { got: show(mediaType), expected: bundleMediaType });
  }
  const key = parseMaterial(asObject(member(root, "verificationMaterial"), "verificationMaterial"));
  if (Object.hasOwn(root, "messageSignature")) {
    throw AibomError.of("BUNDLE_CONTENT_UNSUPPORTED", { content: "messageSignature" });
  }
  onlyFields(root, ["mediaType", "verificationMaterial", "dsseEnvelope"], "the bundle");
  return { key, envelope: parseEnvelope(asObject(member(root, "dsseEnvelope"), "dsseEnvelope")) };
}

function parseMaterial(material: JsonObject): BundleKey {
  for (const method of ["certificate", "x509CertificateChain"]) {
    if (Object.hasOwn(material, method)) {
      throw AibomError.of("BUNDLE_METHOD_UNSUPPORTED", { method });
    }
  }
  onlyFields(material, ["publicKey", "tlogEntries", "timestampVerificationData"], "verificationMaterial");
  refuseEntries(member(material, "tlogEntries"), "tlogEntries");
  const timestamps = member(material, "timestampVerificationData");
  if (timestamps !== undefined) {
    const data = asObject(timestamps, "timestampVerificationData");
    onlyFields(data, ["rfc3161Timestamps"], "timestampVerificationData");
    refuseEntries(member(data, "rfc3161Timestamps"), "rfc3161Timestamps");
  }
  return parseKey(asObject(member(material, "publicKey"), "publicKey"));
}

/** An absent list and an empty one say the same; anything else would be proof that nobody checks. */
function refuseEntries(value: JsonValue | undefined, material: string): void {
  if (value === undefined) {
    return;
  }
  if (!isJsonArray(value)) {
    throw AibomError.of("BUNDLE_MALFORMED", { reason: `${material} is not a list` });
  }
  if (value.length > 0) {
    throw AibomError.of("BUNDLE_MATERIAL_UNVERIFIED", { material });
  }
}

function parseKey(key: JsonObject): BundleKey {
  onlyFields(key, ["hint", "rawBytes", "keyDetails"], "publicKey");
  const hint = optionalText(key, "hint");
  const rawBytes = optionalText(key, "rawBytes");
  const keyDetails = optionalText(key, "keyDetails");
  if (hint === undefined && rawBytes === undefined) {
    throw AibomError.of("BUNDLE_KEY_UNNAMED", {});
  }
  return {
    ...(hint === undefined ? {} : { hint }),
    ...(rawBytes === undefined ? {} : { rawBytes: decodeBase64(rawBytes, "publicKey.rawBytes") }),
    ...(keyDetails === undefined ? {} : { keyDetails }),
  };
}

function parseEnvelope(envelope: JsonObject): Envelope {
  onlyFields(envelope, ["payload", "payloadType", "signatures"], "dsseEnvelope");
  const signatures = member(envelope, "signatures");
  if (!isJsonArray(signatures)) {
    throw AibomError.of("BUNDLE_MALFORMED", { reason: "signatures is not a list" });
  }
  const [only] = signatures;
  if (signatures.length !== 1) {
    throw AibomError.of("BUNDLE_SIGNATURE_COUNT", { count: signatures.length });
  }
  const signature = asObject(only, "signatures[0]");
  onlyFields(signature, ["sig", "keyid"], "signatures[0]");
  const keyid = member(signature, "keyid");
  return {
    payloadType: text(envelope, "payloadType"),
    payload: decodeBase64(text(envelope, "payload"), "payload"),
    signature: decodeBase64(text(signature, "sig"), "sig"),
    keyid: keyid === undefined || keyid === null || keyid === "" ? "" : text(signature, "keyid"),
  };
}

/** Node's decoder skips what it does not know, so the text must come back as it was (RFC 4648, section 3.5). */
function decodeBase64(encoded: string, field: string): Uint8Array {
  const bytes = Buffer.from(encoded, "base64");
  if (bytes.length === 0 || bytes.toString("base64") !== encoded) {
    throw AibomError.of("BUNDLE_BASE64", { field });
  }
  return bytes;
}

/** An own member: `__proto__` and other inherited names are no fields. */
function member(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function text(object: JsonObject, name: string): string {
  const value = member(object, name);
  if (typeof value !== "string") {
    throw AibomError.of("BUNDLE_MALFORMED", { reason: `${name} is not a text` });
  }
  return value;
}

/** Protobuf's JSON form leaves empty texts out, so an empty one counts as absent. */
function optionalText(object: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(object, name) ? text(object, name) : "";
  return value === "" ? undefined : value;
}

function asObject(value: JsonValue | undefined, name: string): JsonObject {
  if (!isJsonObject(value)) {
    throw AibomError.of("BUNDLE_MALFORMED", { reason: `${name} is not an object` });
  }
  return value;
}

function onlyFields(object: JsonObject, known: readonly string[], name: string): void {
  const unknown = Object.keys(object).find((field) => !known.includes(field));
  if (unknown !== undefined) {
    throw AibomError.of("BUNDLE_UNKNOWN_FIELD", { field: unknown, object: name });
  }
}

function show(value: JsonValue | undefined): string {
  return typeof value === "string" ? value.slice(0, 100) : typeof value;
}
