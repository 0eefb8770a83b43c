// SPDX-License-Identifier: Apache-2.0
// Sigstore bundles v0.1, v0.2 and v0.3 (sigstore_bundle.proto) as JSON. Nothing of a bundle is signed except its
// payload, so every field is checked here, once: the library is given objects built from this reading and never
// reads the JSON itself, so that two readers cannot differ. Size first, then shape; no cryptography.

import { parseJson } from "../../bytes/json.ts";
import { type ProtoJsonErrors, ProtoMessage } from "../../bytes/proto-json.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";

/** The four media types there are, with the version that each means. */
const versions = {
  "application/vnd.dev.sigstore.bundle+json;version=0.1": "0.1",
  "application/vnd.dev.sigstore.bundle+json;version=0.2": "0.2",
  "application/vnd.dev.sigstore.bundle+json;version=0.3": "0.3",
  "application/vnd.dev.sigstore.bundle.v0.3+json": "0.3",
} as const;

type MediaType = keyof typeof versions;

/** HashAlgorithm of sigstore_common.proto that signatures use, with names of node:crypto and sizes in bytes. */
export const messageHashes = {
  SHA2_256: { name: "sha256", size: 32 },
  SHA2_384: { name: "sha384", size: 48 },
  SHA2_512: { name: "sha512", size: 64 },
} as const;

/** How the bundle names who signed. */
export type BundleSigner =
  | { readonly kind: "certificate"; readonly der: Uint8Array }
  | { readonly kind: "key"; readonly hint: string };

export interface MessageContent {
  readonly kind: "message";
  readonly digest: { readonly algorithm: MessageHash; readonly value: Uint8Array };
  readonly signature: Uint8Array;
}

export type MessageHash = (typeof messageHashes)[keyof typeof messageHashes]["name"];

export interface DsseContent {
  readonly kind: "dsse";
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  /** Empty if absent. */
  readonly keyid: string;
}

/** One entry of a transparency log, as the bundle carries it. Nothing in it is verified. */
export interface LogEntry {
  /** Path inside the bundle, for errors. */
  readonly name: string;
  readonly logId: Uint8Array;
  readonly logIndex: bigint;
  readonly kind: string;
  readonly version: string;
  /** Seconds since 1970; 0 if absent. Means nothing without a promise. */
  readonly integratedTime: bigint;
  /** The log's signature over body, index and time (signed entry timestamp). */
  readonly promise?: Uint8Array;
  readonly proof?: InclusionProof;
  readonly body: Uint8Array;
}

export interface InclusionProof {
  readonly logIndex: bigint;
  readonly treeSize: bigint;
  readonly rootHash: Uint8Array;
  readonly hashes: readonly Uint8Array[];
  /** A signed note (C2SP tlog-checkpoint). */
  readonly checkpoint: string;
}

export interface SigstoreBundle {
  readonly mediaType: MediaType;
  readonly version: (typeof versions)[MediaType];
  readonly signer: BundleSigner;
  readonly content: MessageContent | DsseContent;
  readonly logEntries: readonly LogEntry[];
  /** RFC 3161 time stamp responses in DER. */
  readonly timestamps: readonly Uint8Array[];
  /** What they cover if it is not the signature (attestations of cosign before version 3: the whole envelope). */
  readonly stampedBytes?: Uint8Array;
}

/**
 * Parses a bundle.
 * @param maxBytes ceiling for the whole bundle, in bytes.
 * @throws {AibomError} BUNDLE_*, JSON_*, TEXT_NOT_UTF8
 */
export function parseSigstoreBundle(bytes: Uint8Array, path: string, maxBytes: number): SigstoreBundle {
  if (bytes.length > maxBytes) {
    throw AibomError.of("BUNDLE_TOO_LARGE", { size: bytes.length, limit: maxBytes }, { where: { path } });
  }
  const root = new ProtoMessage(
    parseJson(bytes, { path, maxBytes, maxDepth: 16, maxValues: limits.maxBundleValues }),
    "",
    bundleErrors(path),
  );
  const mediaType = root.value("mediaType");
  if (typeof mediaType !== "string" || !Object.hasOwn(versions, mediaType)) {
    const got = typeof mediaType === "string" ? mediaType.slice(0, 100) : typeof mediaType;
    const expected = Object.keys(versions).join(" or ");
    throw AibomError.of("BUNDLE_MEDIA_TYPE", { got, expected }, { where: { path } });
  }
  root.only("mediaType", "verificationMaterial", "messageSignature", "dsseEnvelope");
  const version = versions[mediaType as MediaType];
  const material = root
    .message("verificationMaterial")
    .only("publicKey", "x509CertificateChain", "certificate", "tlogEntries", "timestampVerificationData");
  return {
    mediaType: mediaType as MediaType,
    version,
    signer: parseSigner(material, version),
    content: parseContent(root, path),
    logEntries: material
      .messages("tlogEntries", limits.maxBundleLogEntries)
      .map((entry) => parseLogEntry(entry, version)),
    timestamps: parseTimestamps(material),
  };
}

function parseSigner(material: ProtoMessage, version: string): BundleSigner {
  switch (material.oneOf("publicKey", "x509CertificateChain", "certificate")) {
    case "publicKey": {
      const hint = material.message("publicKey").only("hint").optionalText("hint");
      if (hint === undefined) {
        throw AibomError.of("BUNDLE_KEY_UNNAMED", {});
      }
      return { kind: "key", hint };
    }
    case "certificate":
      return { kind: "certificate", der: parseDerField(material.message("certificate"), "rawBytes") };
    case "x509CertificateChain": {
      if (version === "0.3") {
        throw material.malformed(
          "x509CertificateChain",
          "is not allowed in version 0.3, which holds one certificate",
        );
      }
      const chain = material.message("x509CertificateChain").only("certificates");
      // The rest of the chain is decoded and dropped: only issuers of the trust root count.
      const [leaf] = chain
        .messages("certificates", limits.maxBundleCertificates)
        .map((each) => parseDerField(each, "rawBytes"));
      if (leaf === undefined) {
        throw chain.malformed("certificates", "is empty");
      }
      return { kind: "certificate", der: leaf };
    }
  }
}

function parseContent(root: ProtoMessage, path: string): MessageContent | DsseContent {
  if (root.oneOf("messageSignature", "dsseEnvelope") === "dsseEnvelope") {
    return parseEnvelope(root.message("dsseEnvelope"), path);
  }
  const message = root.message("messageSignature").only("messageDigest", "signature");
  const digest = message.message("messageDigest").only("algorithm", "digest");
  const algorithm = digest.text("algorithm");
  if (!Object.hasOwn(messageHashes, algorithm)) {
    throw digest.malformed("algorithm", "is none of SHA2_256, SHA2_384, SHA2_512");
  }
  const { name, size } = messageHashes[algorithm as keyof typeof messageHashes];
  const value = digest.bytes("digest");
  if (value.length !== size) {
    throw digest.malformed("digest", `has ${value.length} bytes, ${name} has ${size}`);
  }
  return { kind: "message", digest: { algorithm: name, value }, signature: message.bytes("signature") };
}

function parseEnvelope(envelope: ProtoMessage, path: string): DsseContent {
  envelope.only("payload", "payloadType", "signatures");
  const signatures = envelope.messages("signatures", limits.maxBundleLogEntries);
  const [signature] = signatures;
  if (signature === undefined || signatures.length > 1) {
    throw AibomError.of("BUNDLE_SIGNATURE_COUNT", { count: signatures.length }, { where: { path } });
  }
  signature.only("sig", "keyid");
  return {
    kind: "dsse",
    payloadType: envelope.text("payloadType"),
    payload: envelope.bytes("payload"),
    signature: signature.bytes("sig"),
    keyid: signature.optionalText("keyid") ?? "",
  };
}

function parseLogEntry(entry: ProtoMessage, version: string): LogEntry {
  entry.only(
    "logIndex",
    "logId",
    "kindVersion",
    "integratedTime",
    "inclusionPromise",
    "inclusionProof",
    "canonicalizedBody",
  );
  const kindVersion = entry.message("kindVersion").only("kind", "version");
  const promise = entry.optionalMessage("inclusionPromise")?.only("signedEntryTimestamp");
  const proof = entry.optionalMessage("inclusionProof");
  if (version === "0.1" ? promise === undefined : proof === undefined) {
    throw entry.malformed(version === "0.1" ? "inclusionPromise" : "inclusionProof", "is missing");
  }
  const logId = entry.message("logId").only("keyId").bytes("keyId");
  if (logId.length !== 32) {
    throw entry.malformed("logId", "has not 32 bytes");
  }
  const logIndex = entry.unsigned("logIndex");
  const integratedTime = entry.unsigned("integratedTime");
  // Promises sign both as numbers; the library rounds what a double cannot hold.
  for (const [field, value] of Object.entries({ logIndex, integratedTime })) {
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw entry.malformed(field, "is larger than any log's");
    }
  }
  return {
    name: entry.name,
    logId,
    logIndex,
    kind: kindVersion.text("kind"),
    version: kindVersion.text("version"),
    integratedTime,
    ...(promise === undefined ? {} : { promise: promise.bytes("signedEntryTimestamp") }),
    ...(proof === undefined ? {} : { proof: parseInclusionProof(proof) }),
    body: entry.bytes("canonicalizedBody"),
  };
}

function parseInclusionProof(proof: ProtoMessage): InclusionProof {
  proof.only("logIndex", "rootHash", "treeSize", "hashes", "checkpoint");
  const checkpoint = proof.message("checkpoint").only("envelope").text("envelope");
  if (Buffer.byteLength(checkpoint) > limits.maxCheckpointBytes) {
    throw proof.malformed("checkpoint", `is larger than ${limits.maxCheckpointBytes} bytes`);
  }
  const rootHash = proof.bytes("rootHash");
  const hashes = proof.byteList("hashes", limits.maxInclusionProofHashes);
  if ([rootHash, ...hashes].some((hash) => hash.length !== 32)) {
    throw proof.malformed("hashes", "are not all SHA-256");
  }
  return {
    logIndex: proof.unsigned("logIndex"),
    treeSize: proof.unsigned("treeSize"),
    rootHash,
    hashes,
    checkpoint,
  };
}

function parseTimestamps(material: ProtoMessage): readonly Uint8Array[] {
  return (
    material
      .optionalMessage("timestampVerificationData")
      ?.only("rfc3161Timestamps")
      .messages("rfc3161Timestamps", limits.maxBundleTimestamps)
      .map((each) => parseDerField(each, "signedTimestamp")) ?? []
  );
}

/** A message whose one field is DER. */
function parseDerField(message: ProtoMessage, field: string): Uint8Array {
  const der = message.only(field).bytes(field);
  if (der.length > limits.maxBundleDerBytes) {
    throw message.malformed(field, `is larger than ${limits.maxBundleDerBytes} bytes`);
  }
  return der;
}

function bundleErrors(path: string): ProtoJsonErrors {
  const where = { path };
  return {
    malformed: (reason) => AibomError.of("BUNDLE_MALFORMED", { reason }, { where }),
    unknownField: (field, object) => AibomError.of("BUNDLE_UNKNOWN_FIELD", { field, object }, { where }),
    base64: (field) => AibomError.of("BUNDLE_BASE64", { field }, { where }),
    tooMany: (field, count, limit) => AibomError.of("BUNDLE_TOO_MANY", { field, count, limit }, { where }),
  };
}
