// SPDX-License-Identifier: Apache-2.0
// What the signature of a bundle covers: an envelope with its payload, or the bytes of one file of which only
// the digest is at hand.

import { AibomError } from "../errors.ts";
import type { SignatureKey } from "../trust/public-key.ts";
import type { BundleContent, ChainBundle, Envelope, KeyBundle } from "./bundle.ts";
import { inTotoPayloadType, verifyEnvelope } from "./dsse.ts";

/** Verifies what a bundle holds with the key of its signer. @throws {AibomError} DSSE_*, SIGNATURE_ENCODING, BUNDLE_* */
export type ContentCheck = (content: BundleContent, key: SignatureKey) => boolean;

/** The bytes that a time stamp covers: the signature, unless the bundle says otherwise. */
export function stampedBytes({ content, stampedBytes: others }: KeyBundle | ChainBundle): Uint8Array {
  return others ?? (content.kind === "dsse" ? content.envelope.signature : content.message.signature);
}

/** An in-toto statement in a DSSE envelope. @throws {AibomError} DSSE_PAYLOAD_TYPE, BUNDLE_CONTENT_UNSUPPORTED, SIGNATURE_ENCODING */
export const verifyStatementEnvelope: ContentCheck = (content, key) => {
  const { payloadType, payload, signature } = requireStatementEnvelope(content);
  return verifyEnvelope(payloadType, payload, signature, key);
};

/** The envelope, if it is one of a statement. @throws {AibomError} DSSE_PAYLOAD_TYPE, BUNDLE_CONTENT_UNSUPPORTED */
export function requireStatementEnvelope(content: BundleContent): Envelope {
  if (content.kind !== "dsse") {
    throw AibomError.of("BUNDLE_CONTENT_UNSUPPORTED", { content: "messageSignature" });
  }
  const { envelope } = content;
  if (envelope.payloadType !== inTotoPayloadType) {
    throw AibomError.of("DSSE_PAYLOAD_TYPE", { got: envelope.payloadType.slice(0, 100) });
  }
  return envelope;
}
