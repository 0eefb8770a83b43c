// SPDX-License-Identifier: Apache-2.0
// Writes a Sigstore bundle v0.3 for a signature by a key: DSSE envelope, key named by a hint, no log entry.

import { createHash } from "node:crypto";
import { AibomError } from "../errors.ts";
import { bundleMediaType } from "../verifiers/bundle.ts";
import { inTotoPayloadType, preAuthenticationEncoding } from "../verifiers/dsse.ts";
import type { Signer } from "./signer.ts";

/**
 * Signs a statement and wraps it. The hint is the SHA-256 of the PEM text, as the OMS reference
 * implementation computes it.
 * @throws {AibomError} BUNDLE_TOO_LARGE, and those of the signer
 */
export async function signStatement(
  payload: Uint8Array,
  signer: Signer,
  maxBundleBytes: number,
): Promise<Uint8Array> {
  // Checked before base64, which may exceed the longest string there can be.
  const size = Math.ceil(payload.length / 3) * 4;
  if (size > maxBundleBytes) {
    throw AibomError.of("BUNDLE_TOO_LARGE", { size, limit: maxBundleBytes });
  }
  const signature = await signer.sign(preAuthenticationEncoding(inTotoPayloadType, payload));
  const bundle = {
    mediaType: bundleMediaType,
    verificationMaterial: {
      publicKey: { hint: createHash("sha256").update(signer.publicKeyPem).digest("hex") },
      tlogEntries: [],
    },
    dsseEnvelope: {
      payload: Buffer.from(payload).toString("base64"),
      payloadType: inTotoPayloadType,
      signatures: [{ sig: Buffer.from(signature).toString("base64"), keyid: "" }],
    },
  };
  const bytes = Buffer.from(`${JSON.stringify(bundle, null, 2)}\n`);
  if (bytes.length > maxBundleBytes) {
    throw AibomError.of("BUNDLE_TOO_LARGE", { size: bytes.length, limit: maxBundleBytes });
  }
  return bytes;
}
