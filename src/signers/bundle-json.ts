// SPDX-License-Identifier: Apache-2.0
// The text of a Sigstore bundle v0.3 with a DSSE envelope (sigstore_bundle.proto), the same for every signer.

import { bundleMediaType } from "../verifiers/bundle.ts";
import { inTotoPayloadType } from "../verifiers/dsse.ts";

/** The bytes of a bundle: two-space JSON with a final newline. */
export function statementBundle(
  verificationMaterial: object,
  payload: Uint8Array,
  signature: Uint8Array,
): Uint8Array {
  const bundle = {
    mediaType: bundleMediaType,
    verificationMaterial,
    dsseEnvelope: {
      payload: base64(payload),
      payloadType: inTotoPayloadType,
      signatures: [{ sig: base64(signature), keyid: "" }],
    },
  };
  return Buffer.from(`${JSON.stringify(bundle, null, 2)}\n`);
}

/** Time stamps as a bundle holds them. */
export function timestampMaterial(tokens: readonly Uint8Array[]): object {
  return { rfc3161Timestamps: tokens.map((each) => ({ signedTimestamp: base64(each) })) };
}

/** Standard base64, as ProtoJSON writes bytes. */
export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
