// SPDX-License-Identifier: Apache-2.0
// Signs keyless: a key that lives in memory for one signature, a certificate for it from Fulcio, a time stamp, an entry
// in the log. Nothing that a server answers is believed before it fits the rest: certificate to key, entry to
// signature, time stamp to signature and certificate. Whether the servers can be trusted is for who verifies.

import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { JsonObject } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { FetchOptions } from "../net/fetch-bytes.ts";
import { requestCertificate, requestLogEntry } from "../net/sigstore-services.ts";
import { inTotoPayloadType, preAuthenticationEncoding } from "../verifiers/dsse.ts";
import { type LogEntry, parseSigstoreBundle } from "../verifiers/sigstore/bundle.ts";
import { verifyEcdsaDigest } from "../verifiers/sigstore/ecdsa-prehash.ts";
import { certificateSigner } from "../verifiers/sigstore/identity.ts";
import { parseLogBody } from "../verifiers/sigstore/log-body.ts";
import { type Certificate, parseCertificates } from "../x509/certificate.ts";
import {
  base64,
  bundleBytes,
  envelopeMember,
  messageMember,
  type SignedMember,
  timestampMaterial,
} from "./bundle-json.ts";
import { type IdentityToken, parseIdentityToken } from "./identity-token.ts";
import { signChunks } from "./key.ts";
import type { KeylessSigner, Message } from "./signer.ts";
import { hostsOf, type SigningServices } from "./signing-config.ts";
import { requestTimestamp } from "./timestamp.ts";

export interface KeylessOptions {
  readonly services: SigningServices;
  /** Asked for when everything is hashed: tokens live for minutes. */
  readonly token: () => Promise<string>;
  /** The time of signing: the token must not have expired. */
  readonly at: Date;
  readonly fetch: FetchOptions;
}

/** What is signed: a statement in its envelope, or the bytes of a file. */
interface Content {
  /** SHA-256 of the bytes that the signature covers: all that the log learns of them. */
  readonly digest: Uint8Array;
  sign(privateKey: KeyObject): Promise<Uint8Array>;
  memberWith(signature: Uint8Array): SignedMember;
}

/** What one signature consists of. */
interface Parts {
  readonly digest: Uint8Array;
  readonly certificate: Certificate;
  readonly signature: Uint8Array;
  readonly timestamps: readonly Uint8Array[];
}

/**
 * A signer that asks a Sigstore instance. Its `identity` is that of the certificate once it has signed.
 * @throws {AibomError} KEYLESS_OFFLINE; when signing IDENTITY_TOKEN_*, FETCH_*, JSON_*, KEYLESS_ANSWER,
 *   CERTIFICATE_*, DER_*, SIGNER_TIMESTAMP, TIMESTAMP_*, SIGSTORE_IDENTITY_MISSING, SIGSTORE_LOG_ENTRY, BUNDLE_*,
 *   SOURCE_* (a message)
 */
export function keylessSigner(options: KeylessOptions): KeylessSigner {
  if (!options.fetch.online) {
    throw AibomError.of("KEYLESS_OFFLINE", { hosts: hostsOf(options.services).join(", ") });
  }
  let identity = "nobody yet";
  const signContent = async (content: Content, maxBundleBytes: number): Promise<Uint8Array> => {
    const token = parseIdentityToken(await options.token(), options.at);
    const parts = await signParts(content, token, options);
    const bytes = await logged(parts, content, options, maxBundleBytes);
    const { subjectAltName, issuer } = certificateSigner(parts.certificate);
    identity = `${subjectAltName.value} (${issuer})`;
    return bytes;
  };
  return {
    algorithm: "ecdsa-p256-sha256",
    get identity() {
      return identity;
    },
    signStatement: (payload, maxBundleBytes) => signContent(statementContent(payload), maxBundleBytes),
    signMessage: (message) => signContent(messageContent(message), limits.maxBundleBytes),
  };
}

function statementContent(payload: Uint8Array): Content {
  const data = preAuthenticationEncoding(inTotoPayloadType, payload);
  return {
    digest: createHash("sha256").update(data).digest(),
    sign: (privateKey) => Promise.resolve(sign("sha256", data, privateKey)),
    memberWith: (signature) => envelopeMember(payload, signature),
  };
}

function messageContent(message: Message): Content {
  return {
    digest: message.digest,
    sign: (privateKey) => signChunks("sha256", message, privateKey),
    memberWith: (signature) => messageMember("sha256", message.digest, signature),
  };
}

async function signParts(
  content: Content,
  token: IdentityToken,
  { services, fetch }: KeylessOptions,
): Promise<Parts> {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  // Before the certificate, whose minutes a long file would use up.
  const signature = await content.sign(privateKey);
  if (!verifyEcdsaDigest(content.digest, publicKey, signature)) {
    throw AibomError.of("SOURCE_CHANGED", {});
  }
  const certificate = await certify(privateKey, publicKey, token, services.certificateAuthority, fetch);
  const timestamps: Uint8Array[] = [];
  for (const url of services.timestampAuthorities) {
    const { answer, genTime } = await requestTimestamp(signature, url, fetch);
    if (genTime < certificate.notBefore || genTime > certificate.notAfter) {
      const life = `${certificate.notBefore.toISOString()} to ${certificate.notAfter.toISOString()}`;
      throw answerError(url, `its time ${genTime.toISOString()} is outside the certificate's life, ${life}`);
    }
    timestamps.push(answer);
  }
  return { digest: content.digest, certificate, signature, timestamps };
}

async function certify(
  privateKey: KeyObject,
  publicKey: KeyObject,
  { token, subject }: IdentityToken,
  url: string,
  fetch: FetchOptions,
): Promise<Certificate> {
  const pem = await requestCertificate(fetch, url, {
    token,
    publicKeyPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
    proofOfPossession: sign("sha256", Buffer.from(subject), privateKey),
  });
  const [certificate] = parseCertificates(pem, 1);
  if (certificate === undefined || !certificate.publicKey.equals(publicKey)) {
    throw answerError(url, "the certificate is of another key");
  }
  // Named here, so that a certificate for nobody is refused before anything is logged.
  certificateSigner(certificate);
  return certificate;
}

/** Logs the signature, and answers the bundle. */
async function logged(
  parts: Parts,
  content: Content,
  { services, fetch }: KeylessOptions,
  maxBundleBytes: number,
): Promise<Uint8Array> {
  const { digest, certificate, signature } = parts;
  const entries: JsonObject[] = [];
  for (const url of services.logs) {
    const answer = await requestLogEntry(fetch, url, { digest, signature, certificate: certificate.der });
    const entry = readEntry(answer, parts);
    checkEntry(entry, parts, url);
    entries.push(entryJson(entry));
  }
  const bytes = bundleBytes(material(parts, entries), content.memberWith(signature));
  // Read back as a verifier will.
  parseSigstoreBundle(bytes, "the new bundle", maxBundleBytes);
  return bytes;
}

/** Reads an entry as a part of a bundle: the strict parser is the verifier's. */
function readEntry(answer: JsonObject, parts: Parts): LogEntry {
  const anything = envelopeMember(Buffer.from("{}"), parts.signature);
  const bytes = bundleBytes(material(parts, [answer]), anything);
  const [entry] = parseSigstoreBundle(bytes, "log entry", 2 * limits.maxKeylessAnswerBytes).logEntries;
  if (entry === undefined) {
    throw AibomError.of("KEYLESS_ANSWER", { url: "the log", reason: "there is no entry" });
  }
  return entry;
}

function checkEntry(entry: LogEntry, { digest, signature, certificate }: Parts, url: string): void {
  const said = parseLogBody(entry);
  const isOurs =
    Buffer.from(said.signature).equals(signature) &&
    said.digest.of === "signed bytes" &&
    Buffer.from(said.digest.value).equals(digest) &&
    said.verifier.kind === "certificate" &&
    Buffer.from(said.verifier.der).equals(certificate.der);
  if (!isOurs) {
    throw answerError(url, "the log entry is about another signature");
  }
  if (entry.proof === undefined) {
    throw answerError(url, "the log entry has no proof of inclusion");
  }
}

/** Zeros and empty lists are written out: sigstore-python misses them in what Go leaves out. */
function entryJson({ logIndex, logId, kind, version, proof, body }: LogEntry): JsonObject {
  return {
    logIndex: String(logIndex),
    logId: { keyId: base64(logId) },
    kindVersion: { kind, version },
    ...(proof === undefined
      ? {}
      : {
          inclusionProof: {
            logIndex: String(proof.logIndex),
            rootHash: base64(proof.rootHash),
            treeSize: String(proof.treeSize),
            hashes: proof.hashes.map(base64),
            checkpoint: { envelope: proof.checkpoint },
          },
        }),
    canonicalizedBody: base64(body),
  };
}

function material({ certificate, timestamps }: Parts, tlogEntries: readonly JsonObject[]): object {
  return {
    certificate: { rawBytes: base64(certificate.der) },
    tlogEntries,
    timestampVerificationData: timestampMaterial(timestamps),
  };
}

function answerError(url: string, reason: string): AibomError {
  return AibomError.of("KEYLESS_ANSWER", { url, reason });
}
