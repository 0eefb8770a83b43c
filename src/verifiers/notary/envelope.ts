// SPDX-License-Identifier: Apache-2.0
// What a Notary Project signature says, whichever envelope holds it (specifications/signature-specification.md, v1.1):
// headers with their rules, so that JWS and COSE are judged alike. Nothing in it is verified here.

import { AibomError } from "../../errors.ts";

/** The algorithms that there are, by the key that each goes with. */
export const notaryAlgorithms = {
  PS256: { hash: "sha256", key: "rsa-2048", name: "rsa-pss-sha256" },
  PS384: { hash: "sha384", key: "rsa-3072", name: "rsa-pss-sha384" },
  PS512: { hash: "sha512", key: "rsa-4096", name: "rsa-pss-sha512" },
  ES256: { hash: "sha256", key: "prime256v1", name: "ecdsa-p256-sha256" },
  ES384: { hash: "sha384", key: "secp384r1", name: "ecdsa-p384-sha384" },
  ES512: { hash: "sha512", key: "secp521r1", name: "ecdsa-p521-sha512" },
} as const;

export type NotaryAlgorithm = keyof typeof notaryAlgorithms;

/** `notary.x509`: the signing time is the signer's word. `notary.x509.signingAuthority`: an authority vouches for it. */
export const notarySchemes = ["notary.x509", "notary.x509.signingAuthority"] as const;
export type NotaryScheme = (typeof notarySchemes)[number];

export interface NotaryEnvelope {
  readonly algorithm: NotaryAlgorithm;
  readonly scheme: NotaryScheme;
  /** By the signer's own clock. Proves nothing. */
  readonly signingTime: Date | undefined;
  /** Present for the scheme notary.x509.signingAuthority, and for it alone. */
  readonly authenticSigningTime: Date | undefined;
  readonly expiry: Date | undefined;
  readonly payload: Uint8Array;
  /** In DER, leaf first. */
  readonly certificates: readonly Uint8Array[];
  readonly signedBytes: Uint8Array;
  readonly signature: Uint8Array;
  /** An RFC 3161 token over the signature. */
  readonly timestamps: readonly Uint8Array[];
}

/** The headers that are signed, in a form of their own. */
export interface ProtectedHeaders {
  readonly algorithm: string;
  readonly contentType: string;
  /** Names of critical headers; those of COSE that are integers as text. */
  readonly critical: readonly string[];
  /** Names of all headers besides. */
  readonly names: readonly string[];
  readonly scheme: string;
  readonly signingTime: Date | undefined;
  readonly authenticSigningTime: Date | undefined;
  readonly expiry: Date | undefined;
}

export const headerNames = {
  scheme: "io.cncf.notary.signingScheme",
  signingTime: "io.cncf.notary.signingTime",
  authenticSigningTime: "io.cncf.notary.authenticSigningTime",
  expiry: "io.cncf.notary.expiry",
  timestamp: "io.cncf.notary.timestampSignature",
  agent: "io.cncf.notary.signingAgent",
} as const;

/** Only that program may judge the signature. */
const pluginHeader = "io.cncf.notary.verificationPlugin";

/** The type of the payload. */
const payloadContentType = "application/vnd.cncf.notary.payload.v1+json";

/** Headers that must be understood by whoever reads the signature, if they are there. */
const alwaysCritical = [headerNames.scheme, headerNames.authenticSigningTime, headerNames.expiry] as const;

/**
 * What the headers say, if they keep the rules.
 * @throws {AibomError} NOTARY_ALGORITHM, NOTARY_CRITICAL, NOTARY_CONTENT_TYPE, NOTARY_MALFORMED
 */
export function readHeaders(
  headers: ProtectedHeaders,
): Pick<NotaryEnvelope, "algorithm" | "scheme" | "signingTime" | "authenticSigningTime" | "expiry"> {
  const { contentType, signingTime, authenticSigningTime, expiry } = headers;
  if (!Object.hasOwn(notaryAlgorithms, headers.algorithm)) {
    const expected = Object.keys(notaryAlgorithms).join(", ");
    throw AibomError.of("NOTARY_ALGORITHM", { got: headers.algorithm.slice(0, 40), expected });
  }
  requireCritical(headers);
  if (contentType !== payloadContentType) {
    const got = contentType.slice(0, 100);
    throw AibomError.of("NOTARY_CONTENT_TYPE", { got, expected: payloadContentType });
  }
  const scheme = notarySchemes.find((each) => each === headers.scheme);
  if (scheme === undefined) {
    throw malformed(`its scheme is ${headers.scheme.slice(0, 60) || "not stated"}`);
  }
  const isAuthority = scheme === "notary.x509.signingAuthority";
  if (isAuthority !== (authenticSigningTime !== undefined)) {
    throw malformed(`${headerNames.authenticSigningTime} does not go with the scheme ${scheme}`);
  }
  return {
    algorithm: headers.algorithm as NotaryAlgorithm,
    scheme,
    signingTime,
    authenticSigningTime,
    expiry,
  };
}

function requireCritical({ critical, names }: ProtectedHeaders): void {
  const refuse = (reason: string): AibomError =>
    AibomError.of("NOTARY_CRITICAL", { reason: reason.slice(0, 200) });
  const known: readonly string[] = alwaysCritical;
  const unknown = critical.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw refuse(`${unknown} is not understood`);
  }
  if (names.includes(pluginHeader)) {
    throw refuse("a verification plug-in must judge the signature");
  }
  const absent = critical.find((name) => !names.includes(name));
  if (absent !== undefined) {
    throw refuse(`${absent} is listed and is not there`);
  }
  const unmarked = alwaysCritical.find((name) => names.includes(name) && !critical.includes(name));
  if (unmarked !== undefined || new Set(critical).size !== critical.length) {
    throw refuse(unmarked === undefined ? "one is listed twice" : `${unmarked} is not listed`);
  }
}

export function malformed(reason: string): AibomError {
  return AibomError.of("NOTARY_MALFORMED", { reason });
}
