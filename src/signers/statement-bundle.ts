// SPDX-License-Identifier: Apache-2.0
// Writes a Sigstore bundle v0.3 for a signature by a key: DSSE envelope, the key named by a hint or by its
// certificate chain, perhaps a time stamp over the signature, no log entry.

import { createHash } from "node:crypto";
import { AibomError } from "../errors.ts";
import { inTotoPayloadType, preAuthenticationEncoding } from "../verifiers/dsse.ts";
import { base64, statementBundle, timestampMaterial } from "./bundle-json.ts";
import type { Signer, StatementSigner } from "./signer.ts";

/**
 * Signs a statement and wraps it. The hint is the SHA-256 of the PEM text, as the OMS reference
 * implementation computes it.
 * @throws {AibomError} BUNDLE_TOO_LARGE, and those of the signer
 */
export async function signStatement(
  payload: Uint8Array,
  signer: Signer | StatementSigner,
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
  const token = await signer.timestamp?.(signature);
  const material = {
    ...keyMaterial(signer),
    tlogEntries: [],
    ...(token === undefined ? {} : { timestampVerificationData: timestampMaterial([token]) }),
  };
  return statementBundle(material, payload, signature);
}

function keyMaterial({ certificates, publicKeyPem }: Signer): object {
  return certificates === undefined
    ? { publicKey: { hint: createHash("sha256").update(publicKeyPem).digest("hex") } }
    : { x509CertificateChain: { certificates: certificates.map((der) => ({ rawBytes: base64(der) })) } };
}

function refuseLarge(size: number, limit: number): void {
  if (size > limit) {
    throw AibomError.of("BUNDLE_TOO_LARGE", { size, limit });
  }
}
