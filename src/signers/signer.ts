// SPDX-License-Identifier: Apache-2.0
// The shape of a signer: something that signs bytes and names its key. A new kind is one file in this folder.

import type { KeyAlgorithm } from "../trust/public-key.ts";

/** The bytes of one file, which may not fit into memory. */
export interface Message {
  /** Their digest by the hash function that the signer's algorithm goes with. */
  readonly digest: Uint8Array;
  /** The bytes in order, read again at each call. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** Signs bytes with one key. */
export interface Signer {
  readonly algorithm: KeyAlgorithm;
  /** SHA-256 of the SubjectPublicKeyInfo in DER, hexadecimal. */
  readonly keyId: string;
  /** SubjectPublicKeyInfo in PEM, canonical, with its final newline. */
  readonly publicKeyPem: string;
  /** The signature over `data`: DER for ECDSA. */
  sign(data: Uint8Array): Promise<Uint8Array>;
  /** The signature over a message in DER; for ECDSA only. Whether it fits the digest is for the caller to check. */
  signMessage(message: Message): Promise<Uint8Array>;
  /** The chain of the key's certificate in DER, leaf first, without the root. Absent: the bundle names the key. */
  readonly certificates?: readonly Uint8Array[];
  /** An RFC 3161 token over the signature, for the bundle. */
  timestamp?(signature: Uint8Array): Promise<Uint8Array>;
}

/** What a program that signs gets. `message`: the bytes. `digest`: their raw hash, for devices that sign digests. */
export const signerInputs = ["message", "digest"] as const;
export type SignerInput = (typeof signerInputs)[number];

/** Signs by its own protocol and answers the whole bundle: a Sigstore instance does. */
export interface KeylessSigner {
  readonly algorithm: KeyAlgorithm;
  /** Who signs, for people. */
  readonly identity: string;
  signStatement(payload: Uint8Array, maxBundleBytes: number): Promise<Uint8Array>;
  /** A message signature. */
  signMessage(message: Message): Promise<Uint8Array>;
}
