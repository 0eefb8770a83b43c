// SPDX-License-Identifier: Apache-2.0
// Identity tokens (JWT, RFC 7519) of who signs keyless. Read for what the certificate authority will need: the
// subject and the end of its life. The signature is the authority's to check. Errors never quote the token.

import { decodeBase64Url } from "../bytes/base64url.ts";
import { isJsonObject, type JsonObject, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";

export interface IdentityToken {
  /** The token itself: a secret. */
  readonly token: string;
  /** What Fulcio wants signed as a proof of possession: the e-mail address if there is one, else the subject. */
  readonly subject: string;
}

/**
 * Parses a token; `at` is the time of signing.
 * @throws {AibomError} IDENTITY_TOKEN_INVALID
 */
export function parseIdentityToken(text: string, at: Date): IdentityToken {
  const token = text.trim();
  const parts = token.length > limits.maxIdentityTokenBytes ? [] : token.split(".");
  const claims =
    parts.length === 3 && parts.every((part) => part !== "") ? claimsOf(parts[1] ?? "") : undefined;
  if (claims === undefined) {
    throw invalid("it is not a JWT");
  }
  const { exp, email, sub } = claims;
  if (typeof exp !== "number" || exp * 1000 <= at.getTime()) {
    throw invalid(typeof exp === "number" ? "it has expired" : "it has no end (exp)");
  }
  if (typeof email === "string" && email !== "") {
    if (claims["email_verified"] !== true && claims["email_verified"] !== "true") {
      throw invalid("its issuer has not verified the e-mail address");
    }
    return { token, subject: email };
  }
  if (typeof sub !== "string" || sub === "") {
    throw invalid("it has no subject (sub)");
  }
  return { token, subject: sub };
}

function claimsOf(part: string): JsonObject | undefined {
  const bytes = decodeBase64Url(part);
  try {
    const claims =
      bytes === undefined
        ? undefined
        : parseJson(bytes, { path: "token", maxBytes: limits.maxIdentityTokenBytes, maxDepth: 16 });
    return isJsonObject(claims) ? claims : undefined;
  } catch {
    return undefined;
  }
}

function invalid(reason: string): AibomError {
  return AibomError.of("IDENTITY_TOKEN_INVALID", { reason });
}
