// SPDX-License-Identifier: Apache-2.0
// The two services of a Sigstore instance that signing asks: Fulcio (API v2) for a certificate, Rekor (API v2) for a
// log entry. Not through @sigstore/sign's clients: they follow redirects with the identity token in the body, quote
// the token in an error, read answers of any length, and send the whole payload to the log. Here a redirect is an
// error, sizes and times are bounded, and the log gets a digest. Left out on purpose: Rekor v1.

import { isJsonArray, isJsonObject, type JsonObject, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { FetchOptions } from "./fetch-bytes.ts";
import { postBytes } from "./post-bytes.ts";

export interface CertificateRequest {
  /** OpenID Connect token (JWT). A secret. */
  readonly token: string;
  /** SubjectPublicKeyInfo in PEM. */
  readonly publicKeyPem: string;
  /** Signature by that key over the token's subject. */
  readonly proofOfPossession: Uint8Array;
}

/**
 * Asks Fulcio for a certificate; answers its PEM.
 * @throws {AibomError} FETCH_*, JSON_*, KEYLESS_ANSWER
 */
export async function requestCertificate(
  fetch: FetchOptions,
  url: string,
  request: CertificateRequest,
): Promise<string> {
  const answer = await postJson(fetch, `${withoutSlash(url)}/api/v2/signingCert`, {
    credentials: { oidcIdentityToken: request.token },
    publicKeyRequest: {
      publicKey: { algorithm: "ECDSA", content: request.publicKeyPem },
      proofOfPossession: base64(request.proofOfPossession),
    },
  });
  // The other form, with the SCT beside the certificate, has no place in a bundle.
  const chain = objectIn(objectIn(answer, "signedCertificateEmbeddedSct"), "chain");
  const certificates = chain?.["certificates"];
  const leaf = isJsonArray(certificates) ? certificates[0] : undefined;
  if (typeof leaf !== "string") {
    throw AibomError.of("KEYLESS_ANSWER", { url, reason: "there is no certificate with an embedded SCT" });
  }
  return leaf;
}

export interface EntryRequest {
  /** SHA-256 of what was signed. */
  readonly digest: Uint8Array;
  /** ECDSA over P-256, in DER. */
  readonly signature: Uint8Array;
  /** DER. */
  readonly certificate: Uint8Array;
}

/**
 * Logs a signature in Rekor v2; answers the entry as it came, unchecked.
 * @throws {AibomError} FETCH_*, JSON_*, KEYLESS_ANSWER
 */
export function requestLogEntry(
  fetch: FetchOptions,
  url: string,
  { digest, signature, certificate }: EntryRequest,
): Promise<JsonObject> {
  return postJson(fetch, `${withoutSlash(url)}/api/v2/log/entries`, {
    hashedRekordRequestV002: {
      digest: base64(digest),
      signature: {
        content: base64(signature),
        verifier: {
          x509Certificate: { rawBytes: base64(certificate) },
          keyDetails: "PKIX_ECDSA_P256_SHA_256",
        },
      },
    },
  });
}

async function postJson(fetch: FetchOptions, url: string, body: JsonObject): Promise<JsonObject> {
  const answer = await postBytes(fetch, {
    url,
    body: Buffer.from(JSON.stringify(body)),
    contentType: "application/json",
    accept: "application/json",
    maxLength: limits.maxKeylessAnswerBytes,
  });
  const value = parseJson(answer, { path: url, maxBytes: limits.maxKeylessAnswerBytes, maxDepth: 16 });
  if (!isJsonObject(value)) {
    throw AibomError.of("KEYLESS_ANSWER", { url, reason: "it is not an object" });
  }
  return value;
}

function objectIn(object: JsonObject | undefined, name: string): JsonObject | undefined {
  const value = object?.[name];
  return isJsonObject(value) ? value : undefined;
}

function withoutSlash(url: string): string {
  return url.endsWith("/") ? url.slice(0, -1) : url;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
