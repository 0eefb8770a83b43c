// SPDX-License-Identifier: Apache-2.0
// The one door to @sigstore/verify (and @sigstore/bundle, @sigstore/core): what goes in are objects built from our own
// reading of the bundle and the trusted root, what comes out is an exception or nothing. docs/decisions/0006 says what
// is left to the library and what is not. This module is loaded on demand: it costs 30 ms of start-up.

import {
  assertBundleLatest,
  assertBundleV01,
  assertBundleV02,
  type Bundle,
  type TransparencyLogEntry,
} from "@sigstore/bundle";
import { X509Certificate } from "@sigstore/core";
import { HashAlgorithm } from "@sigstore/protobuf-specs";
import { type SignedEntity, type TrustMaterial, VerificationError, Verifier } from "@sigstore/verify";
import { AibomError } from "../../errors.ts";
import type { SigstoreAuthority, SigstoreRoot, TransparencyLog } from "../../trust/sigstore-root.ts";
import { type LogEntry, type MessageHash, messageHashes, type SigstoreBundle } from "./bundle.ts";
import type { SignedContent, SigningKey } from "./signed-content.ts";

/** What the library is asked to verify. */
export interface LibraryRequest {
  readonly bundle: SigstoreBundle;
  readonly root: SigstoreRoot;
  readonly thresholds: { readonly log: number; readonly sct: number };
  /** The signature in this content was verified with this key already. */
  readonly content: SignedContent;
  readonly key: SigningKey;
  /** At least one: the certificate must be valid at each. */
  readonly instants: readonly Date[];
}

/** A promise of a certificate transparency log, verified. */
export interface CertificateTimestamp {
  /** Hexadecimal. */
  readonly logId: string;
  readonly time: Date;
}

/**
 * Verifies the certificate chain at each instant, the promises of certificate transparency logs, and for each log
 * entry its promise and its inclusion proof with the log's signature on the checkpoint.
 * @returns the promises of certificate transparency logs.
 * @throws {AibomError} SIGSTORE_*; whatever the library throws becomes one.
 */
export function verifyWithLibrary(request: LibraryRequest): readonly CertificateTimestamp[] {
  try {
    const { entity, leaf } = signedEntity(request);
    const { log, sct } = request.thresholds;
    const verifier = new Verifier(trustMaterial(request), {
      tlogThreshold: log,
      ctlogThreshold: sct,
      timestampThreshold: request.instants.length,
    });
    const { key } = verifier.verify(entity);
    if (!key.equals(request.key.key)) {
      throw new Error("the library read another key");
    }
    return certificateTimestamps(leaf);
  } catch (cause) {
    throw rejection(cause);
  }
}

function signedEntity(request: LibraryRequest): { entity: SignedEntity; leaf: X509Certificate | undefined } {
  const { bundle, content, instants } = request;
  const checked = libraryBundle(bundle);
  const leaf =
    bundle.signer.kind === "certificate" ? new StaticCertificate(Buffer.from(bundle.signer.der)) : undefined;
  const entity: SignedEntity = {
    signature: signatureContent(content, request.key),
    key:
      bundle.signer.kind === "key"
        ? { $case: "public-key", hint: bundle.signer.hint }
        : { $case: "certificate", certificate: leaf as X509Certificate },
    tlogEntries: checked.verificationMaterial.tlogEntries,
    timestamps: instants.map((instant) => ({ $case: "transparency-log", tlogEntry: carrierOf(instant) })),
  };
  return { entity, leaf };
}

/**
 * The library takes instants from time stamps, which it verifies itself but cannot read in every form, and from
 * entries, of which it only takes the number at this point. Ours were established before, so they travel in the
 * shape of entries; they are not among `tlogEntries` and are counted as nothing else.
 */
function carrierOf(instant: Date): TransparencyLogEntry {
  return {
    logIndex: "0",
    logId: { keyId: Buffer.alloc(0) },
    kindVersion: { kind: "", version: "" },
    integratedTime: String(instant.getTime() / 1000),
    inclusionPromise: { signedEntryTimestamp: Buffer.alloc(0) },
    inclusionProof: undefined,
    canonicalizedBody: Buffer.alloc(0),
  };
}

function signatureContent(content: SignedContent, verifiedWith: SigningKey): SignedEntity["signature"] {
  const signature = Buffer.from(content.signature);
  const isDigest = (of: (algorithm: MessageHash) => Uint8Array | undefined, digest: Buffer): boolean => {
    const hash = Object.values(messageHashes).find(({ size }) => size === digest.length);
    const expected = hash && of(hash.name);
    return expected !== undefined && digest.equals(expected);
  };
  return {
    signature,
    compareSignature: (other) => signature.equals(other),
    // For a message signature the two are the same to the library.
    compareDigest: (digest) =>
      isDigest((algorithm) => content.payloadDigest(algorithm) ?? content.signedDigest(algorithm), digest),
    compareSignedDigest: (digest) => isDigest(content.signedDigest, digest),
    verifySignature: (key) => key.equals(verifiedWith.key),
  };
}

/** The bundle in the library's own types, checked for its version by the library's own rules. */
function libraryBundle(bundle: SigstoreBundle): Bundle {
  const { signer, content, version } = bundle;
  const library: Bundle = {
    mediaType: bundle.mediaType,
    content:
      content.kind === "dsse"
        ? {
            $case: "dsseEnvelope",
            dsseEnvelope: {
              payloadType: content.payloadType,
              payload: Buffer.from(content.payload),
              signatures: [{ keyid: content.keyid, sig: Buffer.from(content.signature) }],
            },
          }
        : {
            $case: "messageSignature",
            messageSignature: {
              messageDigest: {
                algorithm: libraryHashes[content.digest.algorithm],
                digest: Buffer.from(content.digest.value),
              },
              signature: Buffer.from(content.signature),
            },
          },
    verificationMaterial: {
      content:
        signer.kind === "key"
          ? { $case: "publicKey", publicKey: { hint: signer.hint } }
          : { $case: "certificate", certificate: { rawBytes: Buffer.from(signer.der) } },
      tlogEntries: bundle.logEntries.map(libraryEntry),
      timestampVerificationData: undefined,
    },
  };
  const requireShape = { "0.1": assertBundleV01, "0.2": assertBundleV02, "0.3": assertBundleLatest }[version];
  (requireShape as (bundle: Bundle) => void)(library);
  return library;
}

const libraryHashes: Record<MessageHash, HashAlgorithm> = {
  sha256: HashAlgorithm.SHA2_256,
  sha384: HashAlgorithm.SHA2_384,
  sha512: HashAlgorithm.SHA2_512,
};

function libraryEntry(entry: LogEntry): TransparencyLogEntry {
  const { promise, proof } = entry;
  return {
    logIndex: String(entry.logIndex),
    logId: { keyId: Buffer.from(entry.logId) },
    kindVersion: { kind: entry.kind, version: entry.version },
    integratedTime: String(entry.integratedTime),
    inclusionPromise: promise && { signedEntryTimestamp: Buffer.from(promise) },
    inclusionProof: proof && {
      logIndex: String(proof.logIndex),
      rootHash: Buffer.from(proof.rootHash),
      treeSize: String(proof.treeSize),
      hashes: proof.hashes.map((hash) => Buffer.from(hash)),
      checkpoint: { envelope: proof.checkpoint },
    },
    canonicalizedBody: Buffer.from(entry.body),
  };
}

/**
 * A certificate that remembers its bytes and who signed it. The library compares certificates by writing both anew,
 * and verifies each signature for every path that it tries: two thirds of its time.
 */
class StaticCertificate extends X509Certificate {
  readonly #der: Buffer<ArrayBuffer>;
  readonly #verified = new WeakMap<X509Certificate, boolean>();

  constructor(der: Buffer<ArrayBuffer>) {
    super(X509Certificate.parse(der).root);
    this.#der = der;
  }

  override equals(other: X509Certificate): boolean {
    return other instanceof StaticCertificate ? this.#der.equals(other.#der) : super.equals(other);
  }

  override verify(issuer: X509Certificate = this): boolean {
    const known = this.#verified.get(issuer);
    if (known !== undefined) {
      return known;
    }
    const isVerified = super.verify(issuer);
    this.#verified.set(issuer, isVerified);
    return isVerified;
  }
}

type StaticMaterial = Omit<TrustMaterial, "publicKey">;

const materials = new WeakMap<SigstoreRoot, StaticMaterial>();

/** The library's view of a trusted root, built once for each. Time stamp authorities are ours alone. */
function trustMaterial({ root, key }: LibraryRequest): TrustMaterial {
  let material = materials.get(root);
  if (material === undefined) {
    material = {
      certificateAuthorities: root.certificateAuthorities.map((authority) => ({
        certChain: authority.certificates.map(({ der }) => new StaticCertificate(Buffer.from(der))),
        validFor: windowOf(authority),
      })),
      timestampAuthorities: [],
      tlogs: root.logs.map(libraryLog),
      ctlogs: root.ctLogs.map(libraryLog),
    };
    materials.set(root, material);
  }
  // The window of a key is checked by the caller, without an instant too.
  return { ...material, publicKey: () => ({ publicKey: key.key, validFor: () => true }) };
}

const endOfTime = new Date(8.64e15);

function windowOf(holder: TransparencyLog | SigstoreAuthority): { start: Date; end: Date } {
  return { start: holder.validFrom, end: holder.validUntil ?? endOfTime };
}

function libraryLog(log: TransparencyLog): TrustMaterial["tlogs"][number] {
  return {
    baseURL: log.origins[0] ?? log.baseUrl,
    logID: Buffer.from(log.logId, "hex"),
    publicKey: log.publicKey,
    validFor: windowOf(log),
  };
}

function certificateTimestamps(leaf: X509Certificate | undefined): readonly CertificateTimestamp[] {
  const timestamps = leaf?.extSCT?.signedCertificateTimestamps ?? [];
  return timestamps.map(({ logID, datetime }) => ({ logId: logID.toString("hex"), time: datetime }));
}

function rejection(cause: unknown): AibomError {
  if (cause instanceof AibomError) {
    return cause;
  }
  const reason = reasonOf(cause);
  if (!(cause instanceof VerificationError)) {
    return AibomError.of("SIGSTORE_REJECTED", { reason }, { cause });
  }
  switch (cause.code) {
    case "CERTIFICATE_ERROR":
      return reason.includes("SCT")
        ? AibomError.of("SIGSTORE_SCT", { reason }, { cause })
        : AibomError.of("SIGSTORE_CERTIFICATE", { reason }, { cause });
    case "TLOG_INCLUSION_PROMISE_ERROR":
      return AibomError.of("SIGSTORE_LOG_PROMISE", {}, { cause });
    case "TLOG_INCLUSION_PROOF_ERROR":
    case "TLOG_MISSING_INCLUSION_ERROR":
      return AibomError.of("SIGSTORE_LOG_PROOF", { entry: "a log entry", reason }, { cause });
    default:
      return AibomError.of("SIGSTORE_REJECTED", { reason }, { cause });
  }
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) {
    return String(cause).slice(0, 200);
  }
  const inner = cause.cause instanceof Error ? `: ${cause.cause.message}` : "";
  return `${cause.message}${inner}`.slice(0, 200);
}
