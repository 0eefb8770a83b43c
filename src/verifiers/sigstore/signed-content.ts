// SPDX-License-Identifier: Apache-2.0
// What a bundle signs, held against the artifact that the caller has: a message signature over the artifact itself,
// or a DSSE envelope whose in-toto statement names it. Each key type goes with one hash (Sigstore's algorithm
// registry); @sigstore/verify takes SHA-256 for every elliptic curve, so the signature is verified here.
// Left out on purpose: P-384 and P-521 with SHA-256, which the registry calls deprecated, and Ed25519ph.

import { createHash, type KeyObject, verify } from "node:crypto";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { algorithmOf, keyAlgorithms, keyTypeName, type SignatureKey } from "../../trust/public-key.ts";
import { inTotoPayloadType, preAuthenticationEncoding, verifyEnvelope } from "../dsse.ts";
import { parseStatement, type Subject, statementTypeV1, statementTypeV01 } from "../statement.ts";
import { type DsseContent, type MessageContent, type MessageHash, messageHashes } from "./bundle.ts";
import { verifyEcdsaDigest } from "./ecdsa-prehash.ts";

/** The artifact as the caller has it. */
export type ArtifactContent =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  /** One digest, hexadecimal in lower case: for files that should not be hashed again. */
  | { readonly kind: "digest"; readonly algorithm: MessageHash; readonly hex: string }
  /** Digests of one artifact by several hash functions. */
  | { readonly kind: "digests"; readonly digests: ReadonlyMap<string, string> }
  /** Nothing to compare: for envelopes whose statement the caller verifies. Not for message signatures. */
  | { readonly kind: "none" };

/** The signed part of a bundle; the digests are of the bytes that were signed, so they are sound once `verify` is. */
export interface SignedContent {
  readonly signature: Uint8Array;
  /** Digest of the bytes that the signature covers; undefined if it cannot be told. */
  signedDigest(algorithm: MessageHash): Uint8Array | undefined;
  /** Digest of an envelope's payload; undefined for message signatures. */
  payloadDigest(algorithm: MessageHash): Uint8Array | undefined;
  /**
   * Verifies the signature.
   * @throws {AibomError} SIGSTORE_SIGNATURE_INVALID, SIGSTORE_PREHASH, SIGNATURE_ENCODING, DER_*
   */
  verify(key: SigningKey): void;
  /**
   * Checks that the statement names the artifact; for use after `verify`.
   * @throws {AibomError} SIGSTORE_SUBJECT_*, STATEMENT_*, JSON_*
   */
  requireSubject(): void;
}

/** A key of a type that is accepted. */
export type SigningKey = Pick<SignatureKey, "algorithm" | "key">;

/** @throws {AibomError} SIGSTORE_ALGORITHM */
export function signingKey(key: KeyObject): SigningKey {
  const algorithm = algorithmOf(key);
  if (algorithm === undefined) {
    throw AibomError.of("SIGSTORE_ALGORITHM", { found: keyTypeName(key) });
  }
  return { key, algorithm };
}

/**
 * Brings bundle and artifact together.
 * @throws {AibomError} SIGSTORE_ARTIFACT_*, SIGSTORE_DIGEST_ALGORITHM
 */
export function openSignedContent(
  content: MessageContent | DsseContent,
  artifact: ArtifactContent,
  path: string,
): SignedContent {
  const digests = digestsOf(artifact);
  return content.kind === "dsse"
    ? openEnvelope(content, artifact, digests, path)
    : openMessage(content, artifact, digests);
}

function openMessage(
  content: MessageContent,
  artifact: ArtifactContent,
  digests: DigestLookup,
): SignedContent {
  const { digest, signature } = content;
  const actual = digests(digest.algorithm);
  // Nothing was signed but the artifact: without it, or its digest, there is nothing to verify.
  if (artifact.kind === "none") {
    throw AibomError.of("SIGSTORE_ARTIFACT_NEEDED", {});
  }
  if (actual === undefined) {
    throw AibomError.of("SIGSTORE_DIGEST_ALGORITHM", { algorithm: digest.algorithm });
  }
  const value = Buffer.from(digest.value);
  if (actual !== value.toString("hex")) {
    throw AibomError.of("SIGSTORE_ARTIFACT_DIGEST", { got: actual, expected: value.toString("hex") });
  }
  return {
    signature,
    signedDigest: (algorithm) => {
      const hex = digests(algorithm);
      return hex === undefined ? undefined : Buffer.from(hex, "hex");
    },
    payloadDigest: () => undefined,
    verify: (key) => verifyMessage(key, content, artifact),
    requireSubject: () => {},
  };
}

function verifyMessage(key: SigningKey, content: MessageContent, artifact: ArtifactContent): void {
  const { hash, curve } = keyAlgorithms[key.algorithm];
  const { digest, signature } = content;
  if (hash !== undefined && hash !== digest.algorithm) {
    throw AibomError.of("SIGSTORE_ALGORITHM", { found: `${key.algorithm} over ${digest.algorithm}` });
  }
  if (artifact.kind !== "bytes" && curve === undefined) {
    throw AibomError.of("SIGSTORE_PREHASH", { algorithm: key.algorithm });
  }
  const isValid =
    artifact.kind === "bytes"
      ? verify(hash ?? null, artifact.bytes, key.key, signature)
      : verifyEcdsaDigest(digest.value, key.key, signature);
  if (!isValid) {
    throw AibomError.of("SIGSTORE_SIGNATURE_INVALID", {});
  }
}

function openEnvelope(
  content: DsseContent,
  artifact: ArtifactContent,
  digests: DigestLookup,
  path: string,
): SignedContent {
  const { payloadType, payload, signature } = content;
  return {
    signature,
    signedDigest: digestsOfBytes(preAuthenticationEncoding(payloadType, payload)),
    payloadDigest: digestsOfBytes(payload),
    verify: (key) => {
      if (!verifyEnvelope(payloadType, payload, signature, key)) {
        throw AibomError.of("SIGSTORE_SIGNATURE_INVALID", {});
      }
    },
    requireSubject: () => {
      if (artifact.kind !== "none") {
        requireSubject(content, digests, path);
      }
    },
  };
}

function requireSubject(content: DsseContent, digests: DigestLookup, path: string): void {
  if (content.payloadType !== inTotoPayloadType) {
    throw AibomError.of("DSSE_PAYLOAD_TYPE", { got: content.payloadType.slice(0, 100) });
  }
  const { subjects } = parseStatement(content.payload, {
    path,
    types: [statementTypeV1, statementTypeV01],
    maxDepth: limits.maxJsonDepth,
  });
  if (subjects.length > limits.maxSigstoreSubjects) {
    const expected = `at most ${limits.maxSigstoreSubjects}`;
    throw AibomError.of("STATEMENT_SUBJECT_COUNT", { count: subjects.length, expected });
  }
  if (!subjects.some((subject) => isSubject(subject, digests))) {
    throw AibomError.of("SIGSTORE_SUBJECT_MISSING", { count: subjects.length });
  }
}

type DigestLookup = (algorithm: string) => string | undefined;

/** A subject is the artifact if a digest agrees and no other one that can be compared disagrees. */
function isSubject({ digests }: Subject, actual: DigestLookup): boolean {
  const compared = [...digests].flatMap(([algorithm, hex]) => {
    const own = hashNames.has(algorithm) ? actual(algorithm) : undefined;
    return own === undefined ? [] : [own === hex];
  });
  return compared.length > 0 && compared.every((isEqual) => isEqual);
}

const hashNames: ReadonlySet<string> = new Set(Object.values(messageHashes).map(({ name }) => name));

/** Digests of bytes, each computed at most once. */
function digestsOfBytes(bytes: Uint8Array): (algorithm: string) => Buffer {
  const computed = new Map<string, Buffer>();
  return (algorithm) => {
    const digest = computed.get(algorithm) ?? createHash(algorithm).update(bytes).digest();
    computed.set(algorithm, digest);
    return digest;
  };
}

/** The digests of an artifact. */
function digestsOf(artifact: ArtifactContent): DigestLookup {
  switch (artifact.kind) {
    case "bytes": {
      const digests = digestsOfBytes(artifact.bytes);
      return (algorithm) => digests(algorithm).toString("hex");
    }
    case "digest":
      return (algorithm) => (algorithm === artifact.algorithm ? artifact.hex : undefined);
    case "digests":
      return (algorithm) => artifact.digests.get(algorithm);
    case "none":
      return () => undefined;
  }
}
