// SPDX-License-Identifier: Apache-2.0
// Looks a trust root over: what has expired or soon will, what nobody needs, what is weak, what is broad. Findings
// for people; a verification decides by itself and does not ask this.

import { type Finding, finding } from "../model/finding.ts";
import type { Severity } from "../model/severity.ts";
import type { Certificate } from "../x509/certificate.ts";
import type { Identity } from "./identities.ts";
import type { TrustRoot } from "./trust-root.ts";

export interface TrustCheckOptions {
  readonly at: Date;
  /** What ends within so many milliseconds is reported. */
  readonly soonMs: number;
}

/** Everything worth knowing about a trust root, gravest first within each entry. */
export function checkTrustRoot(root: TrustRoot, options: TrustCheckOptions): readonly Finding[] {
  return [
    ...root.document.identities.flatMap((identity) => checkIdentity(root, identity, options)),
    ...root.authorities.sigstore.flatMap(({ entry, root: instance }) => [
      ...unused(root, entry.name),
      ...lifetimes(
        entry.name,
        instance.certificateAuthorities.map((each) => lastInstant(each.certificates, each.validUntil)),
        options,
      ),
      ...weakCertificates(
        entry.name,
        instance.certificateAuthorities.flatMap((each) => each.certificates),
      ),
      ...instance.skipped.map(({ instance: place, reason }) =>
        finding(
          "TRUST_CHECK_SKIPPED",
          { path: entry.file, member: place },
          { name: entry.name, reason },
          about(entry.name),
        ),
      ),
    ]),
    ...[...root.authorities.ca, ...root.authorities.tsa].flatMap(({ entry, certificates }) => [
      // A time-stamping authority is needed by nobody in particular.
      ...(entry.kind === "ca" ? unused(root, entry.name) : []),
      ...lifetimes(
        entry.name,
        certificates.map((each) => lastInstant([each], dateOf(entry.validUntil))),
        options,
      ),
      ...weakCertificates(entry.name, certificates),
    ]),
  ];
}

const about = (subject: string) => ({ subject });

function checkIdentity(root: TrustRoot, identity: Identity, options: TrustCheckOptions): Finding[] {
  const { name } = identity;
  const [usage] = identity.usages;
  const decision =
    usage === undefined ? undefined : root.check(identity, usage, { at: options.at, times: [] });
  const findings: Finding[] = [];
  if (decision?.trusted === false && decision.code === "TRUST_KEY_REVOKED") {
    findings.push(finding("TRUST_CHECK_REVOKED", here, { name }, about(name)));
  }
  findings.push(...lifetimes(name, [dateOf(identity.validUntil)], options));
  if (identity.validUntil === undefined && identity.kind === "key") {
    findings.push(finding("TRUST_CHECK_ENDLESS", here, { name }, about(name)));
  }
  if (identity.kind === "sigstore" && identity.subjectAltNameGlob !== undefined) {
    const args = { name, glob: identity.subjectAltNameGlob };
    findings.push(finding("TRUST_CHECK_BROAD", here, args, about(name)));
  }
  return findings;
}

const here = { path: "trust.json" };

function unused(root: TrustRoot, authority: string): Finding[] {
  const isNeeded = root.document.identities.some(
    (each) => each.kind !== "key" && each.authority === authority,
  );
  return isNeeded ? [] : [finding("TRUST_CHECK_UNUSED", here, { name: authority }, about(authority))];
}

/** Expired only if all generations are: an authority keeps its old certificates for old signatures. */
function lifetimes(
  name: string,
  ends: readonly (Date | undefined)[],
  { at, soonMs }: TrustCheckOptions,
): Finding[] {
  const instants = ends.map((each) => each?.getTime() ?? Number.POSITIVE_INFINITY);
  const last = Math.max(...instants);
  if (instants.length === 0 || !Number.isFinite(last) || last - at.getTime() > soonMs) {
    return [];
  }
  const args = { name, end: new Date(last).toISOString() };
  return [
    last < at.getTime()
      ? finding("TRUST_CHECK_EXPIRED", here, args, about(name))
      : finding("TRUST_CHECK_EXPIRES_SOON", here, args, about(name)),
  ];
}

/** A chain lasts as long as its shortest certificate and its window. */
function lastInstant(chain: readonly Certificate[], validUntil: Date | undefined): Date {
  const ends = chain.map((each) => each.notAfter.getTime());
  return new Date(Math.min(...ends, validUntil?.getTime() ?? Number.POSITIVE_INFINITY));
}

function dateOf(instant: string | undefined): Date | undefined {
  return instant === undefined ? undefined : new Date(instant);
}

const minRsaBits = 3072;

/** RSA below 3,072 bits: about 112 bits of security, which NIST SP 800-57 ends with 2030. */
function weakCertificates(name: string, certificates: readonly Certificate[]): Finding[] {
  return certificates.flatMap(({ publicKey, subject }) => {
    const bits = publicKey.asymmetricKeyDetails?.modulusLength;
    const severity: Severity | undefined =
      publicKey.asymmetricKeyType !== "rsa" || bits === undefined || bits >= minRsaBits
        ? undefined
        : bits < 2048
          ? "high"
          : "low";
    return severity === undefined
      ? []
      : [
          finding(
            "TRUST_CHECK_WEAK",
            here,
            { name, key: `rsa-${bits}`, subject },
            { ...about(name), severity },
          ),
        ];
  });
}
