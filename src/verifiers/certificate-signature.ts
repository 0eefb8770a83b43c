// SPDX-License-Identifier: Apache-2.0
// Signatures by a certificate of a private CA (OMS v1.0, method `certificate`). The chain must be valid at
// every trusted time of the signature, else now: an expired certificate proves nothing about when it signed.
// Only certificates of the trust root are anchors; a root that the bundle carries is ignored.

import { AibomError } from "../errors.ts";
import type { TrustedTime } from "../model/trusted-time.ts";
import type { X509Identity } from "../trust/identities.ts";
import { describePublicKey, requireSignatureKey } from "../trust/public-key.ts";
import {
  type CertificateAuthority,
  identitiesOf,
  requireTrusted,
  type TrustRoot,
} from "../trust/trust-root.ts";
import { type Certificate, parseCertificate } from "../x509/certificate.ts";
import { verifyChain } from "../x509/chain.ts";
import { kindOfName } from "../x509/general-name.ts";
import { requireModelSigningUsage } from "../x509/signing-usage.ts";
import type { ChainBundle } from "./bundle.ts";
import { type ContentCheck, signatureBytes } from "./content.ts";
import { firstAccepted } from "./first-accepted.ts";
import type { ProvenSigner, SignatureContext, SignatureRules } from "./signature.ts";
import { materialOf, verifySignatureTimes } from "./signature-times.ts";

/**
 * Verifies the signature of a bundle by a certificate that a CA of the trust root issued to one of its identities.
 * @throws {AibomError} CERTIFICATE_*, TIMESTAMP_*, TRUST_*, SIGNATURE_*, OMS_ALGORITHM_UNSUPPORTED
 */
export function openCertificateSignature(
  bundle: ChainBundle,
  context: SignatureContext,
  rules: SignatureRules,
  verifyContent: ContentCheck,
): ProvenSigner {
  const [leaf, ...intermediates] = bundle.certificates.map((der) => parseCertificate(der));
  if (leaf === undefined) {
    throw AibomError.of("BUNDLE_MALFORMED", { reason: "the chain is empty" });
  }
  const { trustRoot, at } = context;
  const key = requireSignatureKey(describePublicKey(leaf.publicKey));
  if (rules.isAlgorithmAllowed?.(key.algorithm) === false) {
    throw AibomError.of("OMS_ALGORITHM_UNSUPPORTED", { algorithm: key.algorithm });
  }
  requireModelSigningUsage(leaf);
  const times = verifySignatureTimes(bundle.timestamps, signatureBytes(bundle.content), trustRoot, at);
  const accepted = firstAccepted(
    trustRoot.authorities.ca.map((authority) => ({
      name: authority.entry.name,
      check: () => {
        const chain = chainAtAllTimes(authority, leaf, intermediates, { at, times });
        return {
          authority,
          chain,
          identity: chooseIdentity(leaf, authority, chain, trustRoot, rules, { at, times }),
        };
      },
    })),
    "ca",
  );
  if (!verifyContent(bundle.content, key)) {
    throw AibomError.of("SIGNATURE_INVALID", { identity: accepted.identity.name });
  }
  return {
    signer: {
      identity: accepted.identity.name,
      keyId: leaf.keyId,
      algorithm: key.algorithm,
      method: "certificate",
      certificate: {
        authority: accepted.authority.entry.name,
        fingerprint: leaf.fingerprint,
        subject: leaf.subject,
        ...(accepted.identity.subjectAltName === undefined
          ? {}
          : { subjectAltName: accepted.identity.subjectAltName }),
      },
    },
    times,
    logEntries: 0,
  };
}

interface Moment {
  readonly at: Date;
  readonly times: readonly TrustedTime[];
}

function chainAtAllTimes(
  { entry, certificates }: CertificateAuthority,
  leaf: Certificate,
  intermediates: readonly Certificate[],
  { at, times }: Moment,
): readonly Certificate[] {
  const instants = times.length === 0 ? [at] : times.map((each) => each.time);
  let chain: readonly Certificate[] = [];
  for (const instant of instants) {
    refuseOutsideWindow(entry, instant);
    chain = verifyChain({ leaf, intermediates, roots: certificates, at: instant });
  }
  return chain;
}

function refuseOutsideWindow(entry: CertificateAuthority["entry"], instant: Date): void {
  const { name, validFrom, validUntil } = entry;
  const isInside =
    (validFrom === undefined || instant.getTime() >= Date.parse(validFrom)) &&
    (validUntil === undefined || instant.getTime() <= Date.parse(validUntil));
  if (!isInside) {
    throw AibomError.of("TRUST_AUTHORITY_OUTSIDE_WINDOW", { name, at: instant.toISOString() });
  }
}

function chooseIdentity(
  leaf: Certificate,
  { entry }: CertificateAuthority,
  chain: readonly Certificate[],
  trustRoot: TrustRoot,
  rules: SignatureRules,
  moment: Moment,
): X509Identity {
  const material = materialOf(entry.name, chain);
  const named = identitiesOf(trustRoot, "x509", entry.name)
    .filter((each) => isNamed(each, leaf))
    .map((identity) => ({ identity, decision: trustRoot.check(identity, rules.usage, moment, material) }));
  const [first] = named;
  if (first === undefined) {
    const names = [leaf.subject, ...leaf.subjectAltNames.map((each) => each.value)].join(", ");
    throw AibomError.of("TRUST_CERTIFICATE_UNKNOWN", { names: names.slice(0, 300), authority: entry.name });
  }
  // Another identity of the same certificate must not let in again who was revoked.
  const revoked = named.find(({ decision }) => !decision.trusted && decision.code === "TRUST_KEY_REVOKED");
  const chosen = revoked ?? named.find(({ decision }) => decision.trusted) ?? first;
  requireTrusted(chosen.decision);
  return chosen.identity;
}

/** Exact: the whole distinguished name, and one whole alternative name of the kind that the text is. */
function isNamed({ subject, subjectAltName }: X509Identity, leaf: Certificate): boolean {
  return (
    (subject === undefined || subject === leaf.subject) &&
    (subjectAltName === undefined ||
      leaf.subjectAltNames.some(
        ({ type, value }) => value === subjectAltName && type === kindOfName(subjectAltName),
      ))
  );
}
