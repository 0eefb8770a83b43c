// SPDX-License-Identifier: Apache-2.0
// Signs TUF metadata. Every signature is verified before it counts: a device that signs other bytes must be noticed
// where it stands, not by the clients.

import { type Key, Metadata, Signature } from "@tufjs/models";
import { AibomError } from "../../errors.ts";
import { tufKey } from "./keys.ts";
import type { AnyMetadata } from "./metadata.ts";
import { isSignedBy, keyMaterial } from "./signatures.ts";

/** Something that signs with one key. The signers of src/signers are of this shape. */
export interface MetadataSigner {
  /** SubjectPublicKeyInfo in PEM. */
  readonly publicKeyPem: string;
  /** SHA-256 of the SubjectPublicKeyInfo in DER, hexadecimal; for messages. */
  readonly keyId: string;
  /** The signature over `data`: DER for ECDSA. */
  sign(data: Uint8Array): Promise<Uint8Array>;
}

/**
 * Those of `keys` that belong to the signer: by the key itself, since ids are only names.
 * @throws {AibomError} TUF_KEY_UNSUPPORTED, TRUST_KEY_*
 */
export function keysOfSigner(signer: MetadataSigner, keys: readonly Key[]): readonly Key[] {
  const { material } = tufKey(signer.publicKeyPem);
  return keys.filter((key) => keyMaterial(key) === material);
}

/**
 * Adds a signature under the id of `key`, or replaces it.
 * @throws {AibomError} TUF_SIGNATURE_WRONG, and what the signer throws
 */
export async function addSignature(metadata: AnyMetadata, key: Key, signer: MetadataSigner): Promise<void> {
  const data = bytesToSign(metadata);
  const sig = Buffer.from(await signer.sign(data)).toString("hex");
  metadata.sign(() => new Signature({ keyID: key.keyID, sig }));
  if (!isSignedBy(key, metadata)) {
    throw AibomError.of("TUF_SIGNATURE_WRONG", { keyId: signer.keyId });
  }
}

/** The canonical JSON of the signed part. The library hands it to a signing function only, so one is given. */
function bytesToSign({ signed }: AnyMetadata): Uint8Array {
  let bytes: Uint8Array = new Uint8Array();
  new Metadata(signed).sign((data) => {
    bytes = data;
    return new Signature({ keyID: "none", sig: "" });
  });
  return bytes;
}

/** The bytes of a metadata file. Signatures are over the canonical form, so this one is for people. */
export function serializeMetadata(metadata: AnyMetadata): Uint8Array {
  return Buffer.from(`${JSON.stringify(metadata.toJSON(), null, 2)}\n`);
}
