// SPDX-License-Identifier: Apache-2.0
// What cosign before version 3 writes beside a payload, as annotations of its layer (cosign, pkg/oci/static): the
// signature, a certificate with its chain, the entry of a Rekor v1 log, a time stamp. Nothing of it is signed or verified
// here; it is read strictly, since anybody may have written it.

import { decodeBase64 } from "../../bytes/base64.ts";
import { isJsonObject, parseJson } from "../../bytes/json.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { parseCertificates } from "../../x509/certificate.ts";
import { Fields } from "../attestation/fields.ts";
import type { LogEntry } from "../sigstore/bundle.ts";

export interface CosignMaterial {
  /** Undefined beside an envelope, which holds its own. */
  readonly signature: Uint8Array | undefined;
  /** In DER, leaf first; empty for a signature by a key. */
  readonly certificates: readonly Uint8Array[];
  readonly logEntry: LogEntry | undefined;
  readonly timestamps: readonly Uint8Array[];
}

const names = {
  signature: "dev.cosignproject.cosign/signature",
  certificate: "dev.sigstore.cosign/certificate",
  chain: "dev.sigstore.cosign/chain",
  bundle: "dev.sigstore.cosign/bundle",
  timestamp: "dev.sigstore.cosign/rfc3161timestamp",
} as const;

/**
 * Reads the annotations. An empty one counts as absent, as it does for cosign.
 * @throws {AibomError} IMAGE_SIGNATURE_MALFORMED, CERTIFICATE_*, DER_*, JSON_*
 */
export function parseCosignMaterial(annotations: ReadonlyMap<string, string>, path: string): CosignMaterial {
  const value = (name: keyof typeof names): string | undefined => annotations.get(names[name]) || undefined;
  const [signature, certificate, bundle, timestamp] = [
    value("signature"),
    value("certificate"),
    value("bundle"),
    value("timestamp"),
  ];
  const chain = certificate === undefined ? undefined : value("chain");
  return {
    signature: signature === undefined ? undefined : decodeBase64(signature, names.signature, malformed),
    certificates: [
      ...(certificate === undefined ? [] : certificatesOf(certificate, 1)),
      ...(chain === undefined ? [] : certificatesOf(chain, limits.maxChainCertificates)),
    ],
    logEntry: bundle === undefined ? undefined : logEntryOf(bundle, path),
    timestamps: timestamp === undefined ? [] : [timestampOf(timestamp, path)],
  };
}

function certificatesOf(pem: string, max: number): readonly Uint8Array[] {
  return parseCertificates(pem, max).map(({ der }) => der);
}

/** `{SignedEntryTimestamp, Payload: {body, integratedTime, logIndex, logID}}` (cosign, pkg/cosign/bundle). */
function logEntryOf(text: string, path: string): LogEntry {
  const bundle = fieldsOf(text, names.bundle, path);
  bundle.only("SignedEntryTimestamp", "Payload");
  const payload = bundle.object("Payload");
  payload.only("body", "integratedTime", "logIndex", "logID");
  const body = decodeBase64(payload.text("body"), "body", malformed);
  const { kind, version } = kindOf(body, path);
  const logId = Buffer.from(payload.text("logID"), "hex");
  if (logId.length !== 32 || logId.toString("hex") !== payload.text("logID")) {
    throw malformed("logID is not 32 bytes in hexadecimal");
  }
  const count = (name: string): bigint => {
    const number = payload.optionalCount(name);
    if (number === undefined) {
      throw payload.fault(name, "is required and is absent");
    }
    return BigInt(number);
  };
  return {
    name: names.bundle,
    logId,
    logIndex: count("logIndex"),
    kind,
    version,
    integratedTime: count("integratedTime"),
    promise: decodeBase64(bundle.text("SignedEntryTimestamp"), "SignedEntryTimestamp", malformed),
    body,
  };
}

/** The old form does not repeat the kind of entry beside its body, as bundles do. */
function kindOf(body: Uint8Array, path: string): { readonly kind: string; readonly version: string } {
  const fields = fieldsOf(Buffer.from(body).toString("utf8"), "body", path);
  return { kind: fields.text("kind"), version: fields.text("apiVersion") };
}

function timestampOf(text: string, path: string): Uint8Array {
  const fields = fieldsOf(text, names.timestamp, path);
  fields.only("SignedRFC3161Timestamp");
  return decodeBase64(fields.text("SignedRFC3161Timestamp"), "SignedRFC3161Timestamp", malformed);
}

function fieldsOf(text: string, what: string, path: string): Fields {
  const root = parseJson(Buffer.from(text), { path, maxBytes: limits.maxBundleBytes, maxDepth: 16 });
  if (!isJsonObject(root)) {
    throw malformed(`${what} is not an object`);
  }
  return new Fields(root, "", (pointer, reason) => malformed(`${what}: ${pointer} ${reason}`.slice(0, 200)));
}

function malformed(reason: string): AibomError {
  return AibomError.of("IMAGE_SIGNATURE_MALFORMED", { reason });
}
