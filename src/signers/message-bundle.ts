// SPDX-License-Identifier: Apache-2.0
// Signs the bytes of one file: a Sigstore bundle v0.3 with a message signature, as `cosign verify-blob` reads it.
// Left out on purpose: Ed25519 and ML-DSA, which hash the message themselves, so that no verifier could stand on a
// digest that it has; a statement names the file by digest and can be signed with both.

import { createPublicKey } from "node:crypto";
import { AibomError } from "../errors.ts";
import { type KeyAlgorithm, keyAlgorithms } from "../trust/public-key.ts";
import { verifyEcdsaDigest } from "../verifiers/sigstore/ecdsa-prehash.ts";
import { bundleBytes, keyMaterial, messageMember } from "./bundle-json.ts";
import type { KeylessSigner, Message, Signer } from "./signer.ts";

/**
 * The hash function by which the signer needs the digest of a message.
 * @throws {AibomError} SIGN_MESSAGE_ALGORITHM
 */
export function messageHashOf({ algorithm }: { readonly algorithm: KeyAlgorithm }) {
  const { hash } = keyAlgorithms[algorithm];
  if (hash === undefined) {
    throw AibomError.of("SIGN_MESSAGE_ALGORITHM", { algorithm });
  }
  return hash;
}

/**
 * Signs a message; answers the bytes of its `.sigstore.json`.
 * @throws {AibomError} SIGN_MESSAGE_ALGORITHM, SOURCE_CHANGED, and those of the signer
 */
export async function signMessage(message: Message, signer: Signer | KeylessSigner): Promise<Uint8Array> {
  const hash = messageHashOf(signer);
  if ("signStatement" in signer) {
    return signer.signMessage(message);
  }
  const signature = await signer.signMessage(message);
  requireSignatureOf(message, signature, signer.publicKeyPem);
  return bundleBytes(await keyMaterial(signer, signature), messageMember(hash, message.digest, signature));
}

/** The bytes were read twice, for the digest and for the signature: that both are of the same shows here. */
function requireSignatureOf({ digest }: Message, signature: Uint8Array, publicKeyPem: string): void {
  if (!verifyEcdsaDigest(digest, createPublicKey(publicKeyPem), signature)) {
    throw AibomError.of("SOURCE_CHANGED", {});
  }
}
