// SPDX-License-Identifier: Apache-2.0
// PEP 740 attestation objects, version 1, as Sigstore bundles v0.3: the same certificate, log entries, payload and
// signature under other names. Rekor v2 has no time of its own, so pypi-attestations adds `timestamps` (RFC 3161).

import type { JsonObject, JsonValue } from "../../bytes/json.ts";
import { bundleMediaType } from "../bundle.ts";
import { inTotoPayloadType } from "../dsse.ts";
import type { Fields } from "./fields.ts";

/**
 * The bundle that says the same. Contents of certificate, entries and envelope are the bundle verifier's to check.
 * @throws {AibomError} the complaint of `attestation`
 */
export function pep740Bundle(attestation: Fields): JsonObject {
  attestation.only("version", "verification_material", "envelope");
  if (attestation.raw("version") !== 1) {
    throw attestation.fault("version", "is not 1");
  }
  const material = attestation.object("verification_material");
  material.only("certificate", "transparency_entries", "timestamps");
  if (material.objects("transparency_entries").length === 0) {
    throw material.fault("transparency_entries", "is empty");
  }
  const timestamps = material.optionalTexts("timestamps");
  const envelope = attestation.object("envelope");
  envelope.only("statement", "signature");
  return {
    mediaType: bundleMediaType,
    verificationMaterial: {
      certificate: { rawBytes: material.text("certificate") },
      tlogEntries: material.raw("transparency_entries") as JsonValue,
      ...(timestamps.length === 0 ? {} : { timestampVerificationData: rfc3161(timestamps) }),
    },
    dsseEnvelope: {
      payload: envelope.text("statement"),
      payloadType: inTotoPayloadType,
      signatures: [{ sig: envelope.text("signature") }],
    },
  };
}

function rfc3161(timestamps: readonly string[]): JsonObject {
  return { rfc3161Timestamps: timestamps.map((signedTimestamp) => ({ signedTimestamp })) };
}
