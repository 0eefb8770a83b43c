// SPDX-License-Identifier: Apache-2.0
// The text of a Sigstore bundle v0.3 (sigstore_bundle.proto), the same for every signer: a DSSE envelope or a message
// signature, and the material of whoever signed.

import { createHash } from "node:crypto";
import { bundleMediaType } from "../verifiers/bundle.ts";
import { inTotoPayloadType } from "../verifiers/dsse.ts";
import { type MessageHash, messageHashes } from "../verifiers/sigstore/bundle.ts";
import type { Signer } from "./signer.ts";

/** What a bundle holds as signed: one member of it. */
export type SignedMember = { readonly dsseEnvelope: object } | { readonly messageSignature: object };

/** The bytes of a bundle: two-space JSON with a final newline. */
export function bundleBytes(verificationMaterial: object, signed: SignedMember): Uint8Array {
  const bundle = { mediaType: bundleMediaType, verificationMaterial, ...signed };
  return Buffer.from(`${JSON.stringify(bundle, null, 2)}\n`);
}

/** A statement in its envelope. */
export function envelopeMember(payload: Uint8Array, signature: Uint8Array): SignedMember {
  return {
    dsseEnvelope: {
      payload: base64(payload),
      payloadType: inTotoPayloadType,
      signatures: [{ sig: base64(signature), keyid: "" }],
    },
  };
}

/** A signature over the bytes of one file. */
export function messageMember(hash: MessageHash, digest: Uint8Array, signature: Uint8Array): SignedMember {
  const algorithm = Object.entries(messageHashes).find(([, { name }]) => name === hash)?.[0];
  return {
    messageSignature: {
      messageDigest: { algorithm, digest: base64(digest) },
      signature: base64(signature),
    },
  };
}

/**
 * The material of a key: its hint or its certificate chain, and a time stamp if the signer gets one. The hint is the
 * SHA-256 of the PEM text, as the OMS reference implementation computes it.
 * @throws {AibomError} those of `signer.timestamp`
 */
export async function keyMaterial(signer: Signer, signature: Uint8Array): Promise<object> {
  const { certificates, publicKeyPem } = signer;
  const token = await signer.timestamp?.(signature);
  return {
    ...(certificates === undefined
      ? { publicKey: { hint: createHash("sha256").update(publicKeyPem).digest("hex") } }
      : { x509CertificateChain: { certificates: certificates.map((der) => ({ rawBytes: base64(der) })) } }),
    tlogEntries: [],
    ...(token === undefined ? {} : { timestampVerificationData: timestampMaterial([token]) }),
  };
}

/** Time stamps as a bundle holds them. */
export function timestampMaterial(tokens: readonly Uint8Array[]): object {
  return { rfc3161Timestamps: tokens.map((each) => ({ signedTimestamp: base64(each) })) };
}

/** Standard base64, as ProtoJSON writes bytes. */
export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
