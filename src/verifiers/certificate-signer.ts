// SPDX-License-Identifier: Apache-2.0
// Who a certificate of a private CA is: a chain to a CA of the trust root, valid and not revoked at every trusted time of
// the signature, else now; then the identity that the trust root names under that CA. Only certificates of the trust
// root are anchors; a root that the signature carries is ignored.

import { AibomError } from "../errors.ts";
import type { Signer, Usage } from "../model/evidence.ts";
import type { X509Identity } from "../trust/identities.ts";
import { type CertificateAuthority, identitiesOf, type Moment, requireTrusted } from "../trust/trust-root.ts";
import type { Certificate } from "../x509/certificate.ts";
import { verifyChain } from "../x509/chain.ts";
import { kindOfName } from "../x509/general-name.ts";
import { requireNotRevoked } from "../x509/revocation-list.ts";
import { firstAccepted } from "./first-accepted.ts";
import type { SignatureContext } from "./signature.ts";
import { materialOf } from "./signature-times.ts";

/** A certificate whose key made a signature, with what the signature says about it. */
export interface CertificateClaim {
  readonly leaf: Certificate;
  /** Certificates that came along; none of them is trusted. */
  readonly intermediates: readonly Certificate[];
  /** Signature algorithm, for the evidence. */
  readonly algorithm: string;
  readonly times: Moment["times"];
  /** CAs of the trust root that may vouch. */
  readonly authorities: readonly CertificateAuthority[];
}

/**
 * The identity that a certificate is, by the first CA that accepts it.
 * @throws {AibomError} CERTIFICATE_*, TRUST_*
 */
export function certificateSigner(claim: CertificateClaim, context: SignatureContext, usage: Usage): Signer {
  const { leaf, algorithm, times } = claim;
  const moment = { at: context.at, times };
  const { authority, identity } = firstAccepted(
    claim.authorities.map((each) => ({
      name: each.entry.name,
      check: () => {
        const chain = chainAtAllTimes(each, claim, context);
        return { authority: each, identity: chooseIdentity(leaf, each, chain, { context, usage, moment }) };
      },
    })),
    "ca",
  );
  return {
    identity: identity.name,
    keyId: leaf.keyId,
    algorithm,
    method: "certificate",
    certificate: {
      authority: authority.entry.name,
      fingerprint: leaf.fingerprint,
      subject: leaf.subject,
      ...(identity.subjectAltName === undefined ? {} : { subjectAltName: identity.subjectAltName }),
    },
  };
}

function chainAtAllTimes(
  { entry, certificates }: CertificateAuthority,
  { leaf, intermediates, times }: CertificateClaim,
  { at, revocationLists = [] }: SignatureContext,
): readonly Certificate[] {
  const instants = times.length === 0 ? [at] : times.map((each) => each.time);
  let chain: readonly Certificate[] = [];
  for (const instant of instants) {
    refuseOutsideWindow(entry, instant);
    chain = verifyChain({ leaf, intermediates, roots: certificates, at: instant });
  }
  requireNotRevoked(chain, revocationLists, { at, instants });
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

interface Judgement {
  readonly context: SignatureContext;
  readonly usage: Usage;
  readonly moment: Moment;
}

function chooseIdentity(
  leaf: Certificate,
  { entry }: CertificateAuthority,
  chain: readonly Certificate[],
  { context: { trustRoot }, usage, moment }: Judgement,
): X509Identity {
  const material = materialOf(entry.name, chain);
  const named = identitiesOf(trustRoot, "x509", entry.name)
    .filter((each) => isNamed(each, leaf))
    .map((identity) => ({ identity, decision: trustRoot.check(identity, usage, moment, material) }));
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
