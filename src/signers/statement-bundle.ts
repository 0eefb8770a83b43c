// SPDX-License-Identifier: Apache-2.0
// Signs a statement: a Sigstore bundle v0.3 with a DSSE envelope. By a key it names the key by a hint or by its
// certificate chain, perhaps has a time stamp over the signature, and no log entry.

import { AibomError } from "../errors.ts";
import { inTotoPayloadType, preAuthenticationEncoding } from "../verifiers/dsse.ts";
import { bundleBytes, envelopeMember, keyMaterial } from "./bundle-json.ts";
import type { KeylessSigner, Signer } from "./signer.ts";

/**
 * Signs a statement and wraps it.
 * @throws {AibomError} BUNDLE_TOO_LARGE, and those of the signer
 */
export async function signStatement(
  payload: Uint8Array,
  signer: Signer | KeylessSigner,
  maxBundleBytes: number,
): Promise<Uint8Array> {
  // Checked before base64, which may exceed the longest string there can be.
  refuseLarge(Math.ceil(payload.length / 3) * 4, maxBundleBytes);
  const bytes =
    "signStatement" in signer
      ? await signer.signStatement(payload, maxBundleBytes)
      : await signByKey(payload, signer);
  refuseLarge(bytes.length, maxBundleBytes);
  return bytes;
}

async function signByKey(payload: Uint8Array, signer: Signer): Promise<Uint8Array> {
  const signature = await signer.sign(preAuthenticationEncoding(inTotoPayloadType, payload));
  return bundleBytes(await keyMaterial(signer, signature), envelopeMember(payload, signature));
}

function refuseLarge(size: number, limit: number): void {
  if (size > limit) {
    throw AibomError.of("BUNDLE_TOO_LARGE", { size, limit });
  }
}
