// SPDX-License-Identifier: Apache-2.0
// Who a Sigstore certificate names, and whether that is who was expected. Names are compared exactly. The policy of
// @sigstore/verify is never used: it takes the name for an unanchored regular expression, so that `elease@example`
// accepts `release@example.com`, and sees only the first name of a kind. A pattern is another field here, anchored,
// in the pattern language of policies.

import { derTags, parseDer } from "../../bytes/der.ts";
import { derText } from "../../bytes/der-values.ts";
import type { Args } from "../../codes/index.ts";
import { AibomError } from "../../errors.ts";
import { compileGlob } from "../../model/glob.ts";
import type { Certificate } from "../../x509/certificate.ts";

/** Arc of Fulcio's extensions. */
const fulcioArc = "1.3.6.1.4.1.57264.1.";
const issuerV1 = `${fulcioArc}1`;
const issuerV2 = `${fulcioArc}8`;
/** Type of an otherName that holds a user name. */
const fulcioOtherName = `${fulcioArc}7`;

export type SubjectAltName = Certificate["subjectAltNames"][number];

/** Signed with a certificate that a certificate authority of the trusted root issued for an identity. */
export interface CertificateSigner {
  readonly kind: "certificate";
  /** The name to show: the first one, and the only one unless the certificate is ambiguous. */
  readonly subjectAltName: SubjectAltName;
  readonly subjectAltNames: readonly SubjectAltName[];
  /** URL of the OpenID Connect provider that vouched for the identity. */
  readonly issuer: string;
  /** SHA-256 of the certificate in DER, hexadecimal. */
  readonly certificateFingerprint: string;
  /** SHA-256 of the SubjectPublicKeyInfo in DER, hexadecimal. */
  readonly keyId: string;
  /** Fulcio's claims by object identifier (`fulcioClaims` has their names). */
  readonly extensions: ReadonlyMap<string, string>;
}

/** What a policy or a trust root expects of a signer. */
export interface ExpectedIdentity {
  /** Exact URL of the OpenID Connect provider. */
  readonly issuer: string;
  /** Exact name. One of this and `sanGlob` is needed. */
  readonly san?: string;
  /** Pattern over the whole name: `*` stops at `/`, `**` does not. */
  readonly sanGlob?: string;
}

type DecisionCode =
  | "SIGSTORE_IDENTITY_INCOMPLETE"
  | "SIGSTORE_IDENTITY_AMBIGUOUS"
  | "SIGSTORE_IDENTITY_MISMATCH"
  | "SIGSTORE_ISSUER_MISMATCH";

/** A `no` carries its code. */
export type IdentityDecision =
  | { readonly matches: true }
  | {
      [C in DecisionCode]: { readonly matches: false; readonly code: C; readonly args: Args<C> };
    }[DecisionCode];

/** Names of Fulcio's claims (fulcio, docs/oid-info.md), for reports and policies. */
export const fulcioClaims = {
  buildSignerUri: `${fulcioArc}9`,
  buildSignerDigest: `${fulcioArc}10`,
  runnerEnvironment: `${fulcioArc}11`,
  sourceRepositoryUri: `${fulcioArc}12`,
  sourceRepositoryDigest: `${fulcioArc}13`,
  sourceRepositoryRef: `${fulcioArc}14`,
  sourceRepositoryIdentifier: `${fulcioArc}15`,
  sourceRepositoryOwnerUri: `${fulcioArc}16`,
  sourceRepositoryOwnerIdentifier: `${fulcioArc}17`,
  buildConfigUri: `${fulcioArc}18`,
  buildConfigDigest: `${fulcioArc}19`,
  buildTrigger: `${fulcioArc}20`,
  runInvocationUri: `${fulcioArc}21`,
  sourceRepositoryVisibility: `${fulcioArc}22`,
} as const;

/**
 * Reads who a certificate names. Says nothing about whether the certificate can be trusted.
 * @throws {AibomError} SIGSTORE_IDENTITY_MISSING, DER_*
 */
export function certificateSigner(leaf: Certificate): CertificateSigner {
  const [subjectAltName] = leaf.subjectAltNames;
  const extensions = fulcioExtensions(leaf);
  const issuer = extensions.get(issuerV2) ?? extensions.get(issuerV1) ?? "";
  if (subjectAltName === undefined || subjectAltName.value === "") {
    throw AibomError.of("SIGSTORE_IDENTITY_MISSING", { what: "subject alternative name" });
  }
  if (issuer === "") {
    throw AibomError.of("SIGSTORE_IDENTITY_MISSING", { what: "OpenID Connect issuer" });
  }
  if ((extensions.get(issuerV1) ?? issuer) !== issuer) {
    throw AibomError.of("SIGSTORE_IDENTITY_MISSING", { what: "single OpenID Connect issuer" });
  }
  return {
    kind: "certificate",
    subjectAltName,
    subjectAltNames: leaf.subjectAltNames,
    issuer,
    certificateFingerprint: leaf.fingerprint,
    keyId: leaf.keyId,
    extensions,
  };
}

/** Claims 1 to 6 are bare text, later ones UTF8String in DER; what is neither is left out. */
function fulcioExtensions(leaf: Certificate): ReadonlyMap<string, string> {
  const claims = new Map<string, string>();
  for (const [oid, { value }] of leaf.extensions) {
    if (oid.startsWith(fulcioArc)) {
      const number = Number(oid.slice(fulcioArc.length));
      const text = number <= 6 ? bareText(value) : derUtf8(value);
      if (text !== undefined) {
        claims.set(oid, text);
      }
    }
  }
  return claims;
}

function bareText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function derUtf8(bytes: Uint8Array): string | undefined {
  try {
    const element = parseDer(bytes, "claim");
    return element.tag === derTags.utf8String ? derText(element, "claim") : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Compares a verified signer with who is expected. Both the name and the issuer must be given and must match: a name
 * without its issuer is anybody's to claim at another provider. A certificate with several names is refused, since
 * its signer could be any of them and the report can show but one.
 */
export function compareIdentity(signer: CertificateSigner, expected: ExpectedIdentity): IdentityDecision {
  const { issuer, san, sanGlob } = expected;
  const patterns = [san, sanGlob].filter((each) => each !== undefined);
  const [pattern] = patterns;
  if (issuer === "" || pattern === undefined || pattern === "" || patterns.length > 1) {
    return refuse("SIGSTORE_IDENTITY_INCOMPLETE", {});
  }
  if (sanGlob !== undefined && !/[^*?/]/.test(sanGlob)) {
    return refuse("SIGSTORE_IDENTITY_INCOMPLETE", {});
  }
  if (signer.subjectAltNames.length !== 1) {
    const names = signer.subjectAltNames.map((each) => each.value).join(", ");
    return refuse("SIGSTORE_IDENTITY_AMBIGUOUS", { names: names.slice(0, 500) });
  }
  if (signer.issuer !== issuer) {
    return refuse("SIGSTORE_ISSUER_MISMATCH", { got: signer.issuer, expected: issuer });
  }
  const { value } = signer.subjectAltName;
  const isMatch =
    isIdentityName(signer.subjectAltName) &&
    (sanGlob === undefined ? value === san : compileGlob(sanGlob)(value));
  return isMatch
    ? { matches: true }
    : refuse("SIGSTORE_IDENTITY_MISMATCH", { got: value, expected: pattern });
}

/** The kinds that Fulcio issues; a host name with the same text is somebody else. */
function isIdentityName({ type, oid }: SubjectAltName): boolean {
  return type === "email" || type === "uri" || (type === "other" && oid === fulcioOtherName);
}

function refuse<C extends DecisionCode>(code: C, args: Args<C>): IdentityDecision {
  return { matches: false, code, args } as IdentityDecision;
}
