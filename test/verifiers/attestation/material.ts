// SPDX-License-Identifier: Apache-2.0
// Test material for attestations: statements, envelopes signed by real keys, and the forms files come in.

import { generateKeyPairSync, type KeyObject, type SignKeyObjectInput, sign } from "node:crypto";
import { AibomError } from "../../../src/errors.ts";
import { describePublicKey, type PublicKey } from "../../../src/trust/public-key.ts";
import { type Attestation, openAttestation } from "../../../src/verifiers/attestation/attestation.ts";
import {
  type AttestationEntry,
  parseAttestationFile,
} from "../../../src/verifiers/attestation/attestation-file.ts";
import { preAuthenticationEncoding } from "../../../src/verifiers/dsse.ts";

export const payloadType = "application/vnd.in-toto+json";
export const sha256 = "ab".repeat(32);

/** A statement about one file. */
export function statement(predicateType: string, predicate: unknown, changes: object = {}): object {
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: "weights.bin", digest: { sha256 } }],
    predicateType,
    predicate,
    ...changes,
  };
}

/** Bytes of a value or a text. */
export const bytesOf = (value: unknown): Uint8Array =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value));

/** Opens a statement as if its signature were good. */
export function open(value: unknown): Attestation {
  return openAttestation({ payload: bytesOf(value), payloadType }, "a.intoto.json");
}

/** Code of the error, with its pointer if it has one; `none` if there is none. Others pass through. */
export function codeOf(run: () => unknown): string {
  try {
    run();
    return "none";
  } catch (error) {
    if (!(error instanceof AibomError)) {
      throw error;
    }
    const pointer = error.args["pointer"];
    return pointer === undefined ? error.code : `${error.code} ${pointer}`;
  }
}

export interface EnvelopeKey {
  readonly privateKey: KeyObject;
  readonly publicKey: PublicKey;
}

export function envelopeKey(type: "P-256" | "P-384" | "P-521" | "ed25519" | "ml-dsa-65"): EnvelopeKey {
  const pair =
    type === "ed25519" || type === "ml-dsa-65"
      ? generateKeyPairSync(type as "ed25519")
      : generateKeyPairSync("ec", { namedCurve: type });
  return { privateKey: pair.privateKey, publicKey: describePublicKey(pair.publicKey) };
}

const hashes = new Map([
  ["ecdsa-p256-sha256", "sha256"],
  ["ecdsa-p384-sha384", "sha384"],
  ["ecdsa-p521-sha512", "sha512"],
]);

/** A signature over an envelope's content. */
export function signatureOf(
  key: EnvelopeKey,
  payload: Uint8Array,
  encoding: "der" | "ieee-p1363" = "der",
): Buffer {
  const input: SignKeyObjectInput = { key: key.privateKey, dsaEncoding: encoding };
  return sign(hashes.get(key.publicKey.algorithm), preAuthenticationEncoding(payloadType, payload), input);
}

/** An envelope with one signature of each key, under its key id. */
export function envelope(payload: Uint8Array, keys: readonly EnvelopeKey[]) {
  return {
    payloadType,
    payload: Buffer.from(payload).toString("base64"),
    signatures: keys.map((key) => ({
      keyid: key.publicKey.keyId,
      sig: signatureOf(key, payload).toString("base64"),
    })),
  };
}

/** A bundle that no verifier would take, in the right shape. */
export function bundle(value: unknown = statement("https://example.com/x", {})) {
  return {
    mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
    verificationMaterial: { certificate: { rawBytes: "AAAA" }, tlogEntries: [{ logIndex: "1" }] },
    dsseEnvelope: {
      payload: Buffer.from(bytesOf(value)).toString("base64"),
      payloadType,
      signatures: [{ sig: "AAAA" }],
    },
  };
}

/** A PEP 740 attestation object. */
export function pep740(value: unknown = statement("https://docs.pypi.org/attestations/publish/v1", null)) {
  return {
    version: 1,
    verification_material: { certificate: "AAAA", transparency_entries: [{ logIndex: "1" }] },
    envelope: { statement: Buffer.from(bytesOf(value)).toString("base64"), signature: "AAAA" },
  };
}

export const parse = (value: unknown, name = "x.sigstore.json"): readonly AttestationEntry[] =>
  parseAttestationFile(bytesOf(value), name);

/** What became of each entry: its kind, or the code it was rejected with. */
export const outcomes = (entries: readonly AttestationEntry[]): readonly string[] =>
  entries.map((entry) => (entry.kind === "rejected" ? entry.error.code : entry.kind));

/** The payload of an entry, unverified. */
export function payloadOf(entry: AttestationEntry): { payload: Uint8Array; payloadType: string } {
  if (entry.kind === "envelope") {
    return entry.envelope;
  }
  if (entry.kind === "rejected") {
    throw entry.error;
  }
  const parsed = JSON.parse(Buffer.from(entry.bytes).toString());
  return {
    payload: Buffer.from(parsed.dsseEnvelope.payload, "base64"),
    payloadType: parsed.dsseEnvelope.payloadType,
  };
}
