// SPDX-License-Identifier: Apache-2.0
// Notary Project signatures as JWS (signature-envelope-jws.md): the flattened JSON serialization of RFC 7515 with exactly
// one signature, canonical base64url throughout. Left out on purpose: the general serialization, where it would be a
// matter of the reader which of several signatures counts.

import { decodeBase64 } from "../../bytes/base64.ts";
import { decodeBase64Url } from "../../bytes/base64url.ts";
import { isJsonArray, isJsonObject, parseJson } from "../../bytes/json.ts";
import { limits } from "../../limits.ts";
import { Fields } from "../attestation/fields.ts";
import { headerNames, malformed, type NotaryEnvelope, readHeaders } from "./envelope.ts";

/** @throws {AibomError} NOTARY_*, JSON_*, TEXT_NOT_UTF8 */
export function parseNotaryJws(bytes: Uint8Array, path: string): NotaryEnvelope {
  const envelope = fieldsOf(bytes, path, "the envelope");
  envelope.only("payload", "protected", "header", "signature");
  const [payload, protectedText] = [envelope.text("payload"), envelope.text("protected")];
  const headers = protectedHeaders(decoded(protectedText, "protected"), path);
  const outer = envelope.object("header");
  // Nothing in here is signed.
  outer.only("x5c", headerNames.timestamp, headerNames.agent);
  const timestamp = outer.optionalText(headerNames.timestamp);
  return {
    ...headers,
    payload: decoded(payload, "payload"),
    certificates: chainOf(outer),
    // RFC 7515, section 5.1: the encoded texts themselves.
    signedBytes: Buffer.from(`${protectedText}.${payload}`, "ascii"),
    signature: decoded(envelope.text("signature"), "signature"),
    timestamps: timestamp === undefined ? [] : [decodeBase64(timestamp, headerNames.timestamp, malformed)],
  };
}

function protectedHeaders(bytes: Uint8Array, path: string): ReturnType<typeof readHeaders> {
  const fields = fieldsOf(bytes, path, "protected");
  const timeOf = (name: string): Date | undefined => {
    const text = fields.optionalTime(name);
    return text === undefined ? undefined : new Date(text);
  };
  // `b64` (RFC 7797) would change which bytes are signed; it must be critical, and no critical header but Notary's is known.
  return readHeaders({
    algorithm: fields.text("alg"),
    contentType: fields.optionalText("cty") ?? "",
    critical: fields.optionalTexts("crit"),
    names: fields.names(),
    scheme: fields.optionalText(headerNames.scheme) ?? "",
    signingTime: timeOf(headerNames.signingTime),
    authenticSigningTime: timeOf(headerNames.authenticSigningTime),
    expiry: timeOf(headerNames.expiry),
  });
}

function chainOf(header: Fields): readonly Uint8Array[] {
  const chain = header.raw("x5c");
  if (!isJsonArray(chain) || chain.length === 0 || chain.length > limits.maxChainCertificates) {
    throw malformed(`x5c is not a list of 1 to ${limits.maxChainCertificates} certificates`);
  }
  return chain.map((each) => decodeBase64(typeof each === "string" ? each : "", "x5c", malformed));
}

function decoded(text: string, field: string): Uint8Array {
  const bytes = decodeBase64Url(text);
  if (bytes === undefined || bytes.length === 0) {
    throw malformed(`${field} is not canonical base64url`);
  }
  return bytes;
}

function fieldsOf(bytes: Uint8Array, path: string, what: string): Fields {
  const root = parseJson(bytes, { path, maxBytes: limits.maxNotaryEnvelopeBytes, maxDepth: 16 });
  if (!isJsonObject(root)) {
    throw malformed(`${what} is not an object`);
  }
  return new Fields(root, "", (pointer, reason) => malformed(`${what}: ${pointer} ${reason}`.slice(0, 200)));
}
