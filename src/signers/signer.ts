// SPDX-License-Identifier: Apache-2.0
// The shape of a signer: something that signs bytes and names its key. A new kind (an external command, a
// certificate, a Sigstore identity) is one file in this folder.

import type { KeyAlgorithm } from "../trust/public-key.ts";

/** Signs bytes with one key. */
export interface Signer {
  readonly algorithm: KeyAlgorithm;
  /** SHA-256 of the SubjectPublicKeyInfo in DER, hexadecimal. */
  readonly keyId: string;
  /** SubjectPublicKeyInfo in PEM, canonical, with its final newline. */
  readonly publicKeyPem: string;
  /** The signature over `data`: DER for ECDSA. */
  sign(data: Uint8Array): Promise<Uint8Array>;
}
