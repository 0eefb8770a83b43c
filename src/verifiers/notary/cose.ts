// SPDX-License-Identifier: Apache-2.0
// Notary Project signatures as COSE (signature-envelope-cose.md): one tagged COSE_Sign1 (RFC 9052, section 4.2). Only
// protected headers say anything about the signature; the unprotected ones hold the chain and the time stamp, which
// are checked by themselves.

import { type CborKey, type CborMap, CborTag, type CborValue, parseCbor } from "../../bytes/cbor.ts";
import { limits } from "../../limits.ts";
import {
  headerNames,
  malformed,
  type NotaryAlgorithm,
  type NotaryEnvelope,
  type ProtectedHeaders,
  readHeaders,
} from "./envelope.ts";

const sign1Tag = 18;
/** Labels of RFC 9052, section 3.1, and RFC 9360. */
const labels = { algorithm: 1, critical: 2, contentType: 3, chain: 33 } as const;
const epochTag = 1;

const algorithms: ReadonlyMap<number, NotaryAlgorithm> = new Map([
  [-37, "PS256"],
  [-38, "PS384"],
  [-39, "PS512"],
  [-7, "ES256"],
  [-35, "ES384"],
  [-36, "ES512"],
]);

/** @throws {AibomError} NOTARY_*, CBOR_* */
export function parseNotaryCose(bytes: Uint8Array): NotaryEnvelope {
  const root = parseCbor(bytes, "the envelope");
  if (!(root instanceof CborTag) || root.tag !== sign1Tag || !isList(root.value) || root.value.length !== 4) {
    throw malformed("it is not one tagged COSE_Sign1");
  }
  const [protectedBytes, unprotected, payload, signature] = root.value;
  const [headerBytes, body, seal] = [protectedBytes, payload, signature].map((each) => bytesOf(each));
  if (headerBytes === undefined || body === undefined || seal === undefined || !isMap(unprotected)) {
    throw malformed("its four parts are not of their types");
  }
  const headers = parseCbor(headerBytes, "the protected headers");
  if (!isMap(headers)) {
    throw malformed("the protected headers are not a map");
  }
  const known: readonly CborKey[] = [labels.chain, headerNames.timestamp, headerNames.agent];
  const unknown = [...unprotected.keys()].find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw malformed(`the unprotected header ${String(unknown).slice(0, 60)} is unknown`);
  }
  return {
    ...readHeaders(protectedHeaders(headers)),
    payload: body,
    certificates: chainOf(unprotected.get(labels.chain)),
    signedBytes: signatureStructure(headerBytes, body),
    signature: seal,
    timestamps: timestampsOf(unprotected.get(headerNames.timestamp)),
  };
}

function protectedHeaders(headers: CborMap): ProtectedHeaders {
  const algorithm = headers.get(labels.algorithm);
  const critical = headers.get(labels.critical) ?? [];
  if (!isList(critical)) {
    throw malformed("the critical headers are not a list");
  }
  // Labels below 8 may be named, and are understood (RFC 9052, section 3.1).
  const common: readonly CborValue[] = [labels.algorithm, labels.contentType];
  return {
    algorithm: (typeof algorithm === "number" && algorithms.get(algorithm)) || String(algorithm),
    contentType: textOf(headers.get(labels.contentType)),
    critical: critical.filter((each) => !common.includes(each)).map((each) => nameOf(each)),
    names: [...headers.keys()].map((each) => String(each)),
    scheme: textOf(headers.get(headerNames.scheme)),
    signingTime: timeOf(headers, headerNames.signingTime),
    authenticSigningTime: timeOf(headers, headerNames.authenticSigningTime),
    expiry: timeOf(headers, headerNames.expiry),
  };
}

function nameOf(value: CborValue): string {
  if (typeof value !== "string" && typeof value !== "number") {
    throw malformed("a critical header is neither a text nor an integer");
  }
  return String(value);
}

function textOf(value: CborValue | undefined): string {
  return typeof value === "string" ? value : "";
}

/** Seconds since 1970 with the tag that says so (RFC 8949, section 3.4.2). */
function timeOf(headers: CborMap, name: string): Date | undefined {
  const value = headers.get(name);
  if (value === undefined) {
    return undefined;
  }
  const seconds = value instanceof CborTag && value.tag === epochTag ? value.value : undefined;
  const time = typeof seconds === "number" ? new Date(seconds * 1000) : undefined;
  if (time === undefined || Number.isNaN(time.getTime())) {
    throw malformed(`${name} is not a time`);
  }
  return time;
}

/** RFC 9360, section 2: one certificate by itself, several as a list. */
function chainOf(value: CborValue | undefined): readonly Uint8Array[] {
  const chain = value instanceof Uint8Array ? [value] : value;
  if (!isList(chain) || chain.length === 0 || chain.length > limits.maxChainCertificates) {
    throw malformed(`x5chain is not a list of 1 to ${limits.maxChainCertificates} certificates`);
  }
  return chain.map((each) => {
    const certificate = bytesOf(each);
    if (certificate === undefined) {
      throw malformed("a certificate of x5chain is not a byte string");
    }
    return certificate;
  });
}

function timestampsOf(value: CborValue | undefined): readonly Uint8Array[] {
  if (value === undefined) {
    return [];
  }
  const token = bytesOf(value);
  if (token === undefined) {
    throw malformed(`${headerNames.timestamp} is not a byte string`);
  }
  return [token];
}

/** An empty string is none of the parts that a signature has. */
function bytesOf(value: CborValue | undefined): Uint8Array | undefined {
  return value instanceof Uint8Array && value.length > 0 ? value : undefined;
}

function isList(value: CborValue | undefined): value is readonly CborValue[] {
  return Array.isArray(value);
}

function isMap(value: CborValue | undefined): value is CborMap {
  return value instanceof Map;
}

/** Sig_structure (RFC 9052, section 4.4): `["Signature1", protected, external_aad, payload]`. */
function signatureStructure(protectedBytes: Uint8Array, payload: Uint8Array): Uint8Array {
  const context = Buffer.from("Signature1", "ascii");
  return Buffer.concat([
    Buffer.from([0x84, 0x60 + context.length]),
    context,
    byteStringHead(protectedBytes.length),
    protectedBytes,
    byteStringHead(0),
    byteStringHead(payload.length),
    payload,
  ]);
}

/** Major type 2 with the shortest length. */
function byteStringHead(length: number): Uint8Array {
  if (length < 24) {
    return Uint8Array.of(0x40 + length);
  }
  const [width, information] = length < 0x100 ? [1, 24] : length < 0x1_0000 ? [2, 25] : [4, 26];
  const head = Buffer.alloc(1 + width);
  head[0] = 0x40 + information;
  head.writeUIntBE(length, 1, width);
  return head;
}
