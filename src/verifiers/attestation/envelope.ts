// SPDX-License-Identifier: Apache-2.0
// Bare DSSE envelopes (secure-systems-lab/dsse v1.0.2, envelope.md), as in-toto attestation bundles hold them:
// several signatures, each judged by itself with the keys that its key id means. Standard and URL-safe base64
// are read, as the protocol allows, in canonical spelling only.
//
// ECDSA signatures come in two encodings: DER (most signers) and the two integers side by side (IEEE P1363:
// Google's verification summaries). Lengths overlap, so the encoding cannot be told from the length alone: strict
// DER is tried first, then exactly 2n bytes of P1363. The price is that one signature has two spellings; each
// counts for the same key, and a key counts once.

import { verify } from "node:crypto";
import type { JsonObject } from "../../bytes/json.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { keyAlgorithms, type SignatureKey } from "../../trust/public-key.ts";
import { preAuthenticationEncoding, verifyEnvelope } from "../dsse.ts";
import { Fields } from "./fields.ts";

/** One signature of an envelope. */
export interface EnvelopeSignature {
  readonly signature: Uint8Array;
  /** Not signed: a hint for the look-up. Empty if absent. */
  readonly keyid: string;
  /** The envelope carries a certificate for this signature (slsa-github-generator before bundles). */
  readonly hasCertificate: boolean;
}

/** A DSSE envelope, decoded. Nothing in it is verified. */
export interface DsseEnvelope {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signatures: readonly EnvelopeSignature[];
}

/**
 * Reads an envelope.
 * @throws {AibomError} ENVELOPE_MALFORMED, ENVELOPE_SIGNATURE_COUNT
 */
export function parseDsseEnvelope(envelope: JsonObject): DsseEnvelope {
  const fields = new Fields(envelope, "", (pointer, reason) =>
    AibomError.of("ENVELOPE_MALFORMED", { pointer, reason }),
  );
  fields.only("payload", "payloadType", "signatures");
  const signatures = fields.objects("signatures");
  if (signatures.length === 0 || signatures.length > limits.maxEnvelopeSignatures) {
    throw AibomError.of("ENVELOPE_SIGNATURE_COUNT", {
      count: signatures.length,
      limit: limits.maxEnvelopeSignatures,
    });
  }
  return {
    payloadType: fields.text("payloadType"),
    payload: base64Member(fields, "payload"),
    signatures: signatures.map(parseSignature),
  };
}

function parseSignature(fields: Fields): EnvelopeSignature {
  fields.only("sig", "keyid", "cert");
  return {
    signature: base64Member(fields, "sig"),
    keyid: fields.optionalText("keyid") ?? "",
    hasCertificate: fields.optionalText("cert") !== undefined,
  };
}

/** Node's decoder skips what it does not know, so the text must come back as it was (RFC 4648, section 3.5). */
function base64Member(fields: Fields, name: string): Uint8Array {
  const text = fields.text(name);
  const bytes = Buffer.from(text, "base64");
  const standard = bytes.toString("base64");
  const isCanonical = text === standard || text === standard.replaceAll("+", "-").replaceAll("/", "_");
  if (bytes.length === 0 || !isCanonical) {
    throw fields.fault(name, "is not canonical base64");
  }
  return bytes;
}

/** Keys that a key id may mean, in the order in which they are tried; none if it means nothing. */
export type KeyFinder<K extends SignatureKey> = (keyid: string) => readonly K[];

/** What became of one signature: the key that made it, or why it does not count. */
export type SignatureJudgement<K extends SignatureKey> = { readonly keyid: string } & (
  | { readonly key: K }
  | { readonly error: AibomError }
);

/**
 * Judges every signature of an envelope by itself, in order. A key counts once: a threshold may count the
 * judgements that have a key. Who may sign what, and when, is for the caller.
 * @throws nothing: a signature that does not count has an error with ENVELOPE_KEY_UNKNOWN,
 *   ENVELOPE_KEYS_TOO_MANY, ENVELOPE_CERTIFICATE, ENVELOPE_SIGNATURE_INVALID or ENVELOPE_SIGNER_REPEATED
 */
export function judgeSignatures<K extends SignatureKey>(
  envelope: DsseEnvelope,
  findKeys: KeyFinder<K>,
): readonly SignatureJudgement<K>[] {
  const signers = new Set<string>();
  return envelope.signatures.map((signature) => {
    const keyid = signature.keyid.slice(0, 200);
    const found = findSigner(envelope, signature, findKeys);
    if (found instanceof AibomError) {
      return { keyid, error: found };
    }
    if (signers.has(found.keyId)) {
      return { keyid, error: AibomError.of("ENVELOPE_SIGNER_REPEATED", { keyid: shownKeyId(keyid) }) };
    }
    signers.add(found.keyId);
    return { keyid, key: found };
  });
}

function findSigner<K extends SignatureKey>(
  envelope: DsseEnvelope,
  signature: EnvelopeSignature,
  findKeys: KeyFinder<K>,
): K | AibomError {
  const keyid = shownKeyId(signature.keyid);
  const keys = findKeys(signature.keyid);
  if (keys.length > limits.maxKeysPerSignature) {
    return AibomError.of("ENVELOPE_KEYS_TOO_MANY", {
      count: keys.length,
      keyid,
      limit: limits.maxKeysPerSignature,
    });
  }
  const signer = keys.find((key) => isSignedBy(envelope, signature.signature, key));
  if (signer !== undefined) {
    return signer;
  }
  if (signature.hasCertificate) {
    return AibomError.of("ENVELOPE_CERTIFICATE", {});
  }
  return AibomError.of(keys.length === 0 ? "ENVELOPE_KEY_UNKNOWN" : "ENVELOPE_SIGNATURE_INVALID", { keyid });
}

function isSignedBy(envelope: DsseEnvelope, signature: Uint8Array, key: SignatureKey): boolean {
  const { payloadType, payload } = envelope;
  if (isSignedInDer(envelope, signature, key)) {
    return true;
  }
  const { hash, integerBytes } = keyAlgorithms[key.algorithm];
  if (integerBytes === undefined || signature.length !== 2 * integerBytes) {
    return false;
  }
  const signed = preAuthenticationEncoding(payloadType, payload);
  return verify(hash, signed, { key: key.key, dsaEncoding: "ieee-p1363" }, signature);
}

/** False also for what is not strict DER: the other encoding is tried then. */
function isSignedInDer(
  { payloadType, payload }: DsseEnvelope,
  signature: Uint8Array,
  key: SignatureKey,
): boolean {
  try {
    return verifyEnvelope(payloadType, payload, signature, key);
  } catch (error) {
    if (error instanceof AibomError && error.code === "SIGNATURE_ENCODING") {
      return false;
    }
    throw error;
  }
}

function shownKeyId(keyid: string): string {
  return keyid === "" ? "(none)" : keyid.slice(0, 200);
}
