// SPDX-License-Identifier: Apache-2.0
// Sigstore bundle (sigstore_bundle.proto) as JSON: which method made it, and, for signatures by a key or by a
// certificate chain of a private CA (OMS v1.0, section 5), all of it. Nothing of a bundle is signed except its
// payload, so unknown fields, lenient base64 and unverifiable material are refused. Bundles with log entries or
// a Fulcio certificate are recognised here and read by sigstore/.

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";

/** Media type of the bundles that aibom writes, and the only one for the methods `key` and `certificate`. */
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

/** A bare signature over the bytes of one file, with the digest that the signer noted. */
export interface MessageSignature {
  readonly digest: { readonly algorithm: string; readonly value: Uint8Array };
  readonly signature: Uint8Array;
}

export type BundleContent =
  | { readonly kind: "dsse"; readonly envelope: Envelope }
  | { readonly kind: "message"; readonly message: MessageSignature };

/** Signed by a key that the trust root names. */
export interface KeyBundle {
  readonly method: "key";
  readonly key: BundleKey;
  readonly content: BundleContent;
  /** RFC 3161 tokens over the signature. */
  readonly timestamps: readonly Uint8Array[];
  /** What the tokens cover if it is not the signature. */
  readonly stampedBytes?: Uint8Array;
}

/** Signed by the leaf of a chain to a private CA. */
export interface ChainBundle {
  readonly method: "certificate";
  /** DER, leaf first. */
  readonly certificates: readonly Uint8Array[];
  readonly content: BundleContent;
  /** RFC 3161 tokens over the signature. */
  readonly timestamps: readonly Uint8Array[];
  /** What the tokens cover if it is not the signature. */
  readonly stampedBytes?: Uint8Array;
}

/** Signed by a Fulcio certificate, or by a key with log entries: for `sigstore/`, which reads it whole. */
export interface LoggedBundle {
  readonly method: "sigstore";
}

export type Bundle = KeyBundle | ChainBundle | LoggedBundle;

/**
 * Parses a bundle. Size first, then JSON, then every field in turn.
 * @throws {AibomError} BUNDLE_*, JSON_*, TEXT_NOT_UTF8
 */
export function parseBundle(bytes: Uint8Array, path: string, maxBytes: number): Bundle {
  if (bytes.length > maxBytes) {
    throw AibomError.of("BUNDLE_TOO_LARGE", { size: bytes.length, limit: maxBytes });
  }
  const root = asObject(parseBundleJson(bytes, path, maxBytes), "the bundle");
  const material = asObject(member(root, "verificationMaterial"), "verificationMaterial");
  const mediaType = member(root, "mediaType");
  if (isLogged(material, mediaType)) {
    return { method: "sigstore" };
  }
  if (mediaType !== bundleMediaType) {
    throw AibomError.of("BUNDLE_MEDIA_TYPE", { got: show(mediaType), expected: bundleMediaType });
  }
  onlyFields(root, ["mediaType", "verificationMaterial", "dsseEnvelope", "messageSignature"], "the bundle");
  const signer = parseMaterial(material);
  return { ...signer, timestamps: parseTimestamps(material), content: parseContent(root) };
}

/** The JSON of a bundle, of which nothing is checked yet. @throws {AibomError} JSON_*, TEXT_NOT_UTF8 */
export function parseBundleJson(bytes: Uint8Array, path: string, maxBytes: number): JsonValue {
  return parseJson(bytes, { path, maxBytes, maxDepth: 16, maxValues: limits.maxBundleValues });
}

/** True if the bundle claims to hold a bare signature over a file; whether it does, its verifier says. */
export function isMessageSignature(bytes: Uint8Array, path: string): boolean {
  // The common case, a statement over a large manifest, is settled without parsing it twice.
  if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('"messageSignature"')) {
    return false;
  }
  try {
    const root = parseBundleJson(bytes, path, limits.maxBundleBytes);
    return isJsonObject(root) && Object.hasOwn(root, "messageSignature");
  } catch {
    return false;
  }
}

/** A single certificate is Fulcio's form; so is a chain in versions before 0.3. Log entries only Sigstore has. */
function isLogged(material: JsonObject, mediaType: JsonValue | undefined): boolean {
  const entries = member(material, "tlogEntries");
  return (
    Object.hasOwn(material, "certificate") ||
    (Object.hasOwn(material, "x509CertificateChain") && mediaType !== bundleMediaType) ||
    (isJsonArray(entries) && entries.length > 0)
  );
}

function parseContent(root: JsonObject): BundleContent {
  const hasMessage = Object.hasOwn(root, "messageSignature");
  if (hasMessage === Object.hasOwn(root, "dsseEnvelope")) {
    const reason = "it must have either dsseEnvelope or messageSignature";
    throw AibomError.of("BUNDLE_MALFORMED", { reason });
  }
  return hasMessage
    ? {
        kind: "message",
        message: parseMessage(asObject(member(root, "messageSignature"), "messageSignature")),
      }
    : { kind: "dsse", envelope: parseEnvelope(asObject(member(root, "dsseEnvelope"), "dsseEnvelope")) };
}

function parseMessage(message: JsonObject): MessageSignature {
  onlyFields(message, ["messageDigest", "signature"], "messageSignature");
  const digest = asObject(member(message, "messageDigest"), "messageDigest");
  onlyFields(digest, ["algorithm", "digest"], "messageDigest");
  return {
    digest: {
      algorithm: text(digest, "algorithm"),
      value: decodeBase64(text(digest, "digest"), "messageDigest.digest"),
    },
    signature: decodeBase64(text(message, "signature"), "messageSignature.signature"),
  };
}

type Material = Pick<KeyBundle, "method" | "key"> | Pick<ChainBundle, "method" | "certificates">;

function parseMaterial(material: JsonObject): Material {
  onlyFields(
    material,
    ["publicKey", "x509CertificateChain", "tlogEntries", "timestampVerificationData"],
    "verificationMaterial",
  );
  const entries = member(material, "tlogEntries");
  if (entries !== undefined && !isJsonArray(entries)) {
    throw AibomError.of("BUNDLE_MALFORMED", { reason: "tlogEntries is not a list" });
  }
  if (Object.hasOwn(material, "publicKey") === Object.hasOwn(material, "x509CertificateChain")) {
    const reason = "verificationMaterial must have either publicKey or a certificate";
    throw AibomError.of("BUNDLE_MALFORMED", { reason });
  }
  return Object.hasOwn(material, "publicKey")
    ? { method: "key", key: parseKey(asObject(member(material, "publicKey"), "publicKey")) }
    : { method: "certificate", certificates: parseChain(material) };
}

function parseChain(material: JsonObject): Uint8Array[] {
  const chain = asObject(member(material, "x509CertificateChain"), "x509CertificateChain");
  onlyFields(chain, ["certificates"], "x509CertificateChain");
  return parseByteList(chain, "certificates", "rawBytes", limits.maxChainCertificates);
}

/** RFC 3161 tokens; an absent list and an empty one say the same. */
function parseTimestamps(material: JsonObject): Uint8Array[] {
  const value = member(material, "timestampVerificationData");
  if (value === undefined) {
    return [];
  }
  const data = asObject(value, "timestampVerificationData");
  onlyFields(data, ["rfc3161Timestamps"], "timestampVerificationData");
  const tokens = member(data, "rfc3161Timestamps");
  return tokens === undefined || (isJsonArray(tokens) && tokens.length === 0)
    ? []
    : parseByteList(data, "rfc3161Timestamps", "signedTimestamp", limits.maxBundleTimestamps);
}

/** A list of objects with one field, which holds bytes. */
function parseByteList(object: JsonObject, list: string, field: string, limit: number): Uint8Array[] {
  const value = member(object, list);
  if (!isJsonArray(value) || value.length === 0) {
    throw AibomError.of("BUNDLE_MALFORMED", { reason: `${list} is not a list with entries` });
  }
  if (value.length > limit) {
    throw AibomError.of("BUNDLE_TOO_MANY", { field: list, count: value.length, limit });
  }
  return value.map((each) => {
    const entry = asObject(each, list);
    onlyFields(entry, [field], list);
    return decodeBase64(text(entry, field), `${list}.${field}`);
  });
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
