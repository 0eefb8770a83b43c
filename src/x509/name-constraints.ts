// SPDX-License-Identifier: Apache-2.0
// Name constraints (RFC 5280, section 4.2.1.10): for whom an authority may issue. Enforced for DNS names, e-mail
// addresses, URIs, IP addresses and directory names. In doubt a name counts as not permitted and as excluded.
// Left out on purpose: the common name as a DNS name, which no verifier here reads as one.

import { contextTag, type DerElement, DerReader, derTags, parseDer } from "../bytes/der.ts";
import { derSmallInteger } from "../bytes/der-values.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Certificate } from "./certificate.ts";
import { parseNameBytes } from "./distinguished-name.ts";
import { extensionOids } from "./extensions.ts";
import { type GeneralName, parseGeneralName, subjectAltName } from "./general-name.ts";
import { isWithin } from "./name-subtree.ts";

interface NameConstraints {
  readonly critical: boolean;
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

/** An e-mail address in a subject, the older place for it. */
const emailAddressOid = "1.2.840.113549.1.9.1";
/** E-mail addresses outside ASCII (RFC 9598) fall under the constraints of e-mail addresses. */
const smtpUtf8MailboxOid = "1.3.6.1.5.5.7.8.9";

/** Checks the names of certificates against the constraints of their issuers, within one budget of comparisons. */
export class NameConstraintChecker {
  readonly #names = new Map<string, readonly GeneralName[]>();
  readonly #constraints = new Map<string, NameConstraints | undefined>();
  #comparisons = 0;

  /**
   * Checks each certificate of a chain, leaf first, against the constraints of all above it. Certificates that an
   * authority issued to itself are exempt, unless they are the leaf (RFC 5280, section 6.1.3).
   * @throws {AibomError} CERTIFICATE_NAME_CONSTRAINT, CERTIFICATE_NAME_CONSTRAINT_UNSUPPORTED,
   * CERTIFICATE_CHAIN_WORK, DER_*
   */
  requireAllowed(chain: readonly Certificate[]): void {
    for (const [index, issuer] of chain.entries()) {
      const constraints = index === 0 ? undefined : this.#constraintsOf(issuer);
      if (constraints !== undefined) {
        const below = chain.slice(0, index).filter((each, at) => at === 0 || !isSelfIssued(each));
        for (const certificate of below) {
          this.#requireNames(certificate, issuer, constraints);
        }
      }
    }
  }

  #requireNames(certificate: Certificate, issuer: Certificate, constraints: NameConstraints): void {
    const names = this.#namesOf(certificate);
    this.#comparisons += names.length * (constraints.permitted.length + constraints.excluded.length);
    if (this.#comparisons > limits.maxNameComparisons) {
      throw AibomError.of("CERTIFICATE_CHAIN_WORK", { limit: limits.maxNameComparisons });
    }
    requireUnderstood(names, issuer, constraints);
    for (const name of names) {
      const isSameType = (base: GeneralName): boolean => base.type === name.type;
      const permitted = constraints.permitted.filter(isSameType);
      const isPermitted = permitted.length === 0 || permitted.some((base) => isWithin(name, base, false));
      const isExcluded = constraints.excluded.filter(isSameType).some((base) => isWithin(name, base, true));
      if (!isPermitted || isExcluded) {
        throw AibomError.of("CERTIFICATE_NAME_CONSTRAINT", {
          issuer: issuer.title,
          name: "value" in name ? name.value : subjectAltName(name).value,
          subject: certificate.title,
        });
      }
    }
  }

  #namesOf(certificate: Certificate): readonly GeneralName[] {
    const known = this.#names.get(certificate.fingerprint);
    const names = known ?? constrainedNames(certificate);
    this.#names.set(certificate.fingerprint, names);
    return names;
  }

  #constraintsOf(issuer: Certificate): NameConstraints | undefined {
    if (this.#constraints.has(issuer.fingerprint)) {
      return this.#constraints.get(issuer.fingerprint);
    }
    const constraints = parseNameConstraints(issuer);
    this.#constraints.set(issuer.fingerprint, constraints);
    return constraints;
  }
}

/** True if subject and issuer have the same name: an authority's certificate for its own next key. */
export function isSelfIssued(certificate: Certificate): boolean {
  return Buffer.compare(certificate.subjectName, certificate.issuerName) === 0;
}

/** Every name that constraints apply to: alternative names, the subject, e-mail addresses in it. */
function constrainedNames(certificate: Certificate): readonly GeneralName[] {
  const extension = certificate.extensions.get(extensionOids.subjectAltName);
  const what = "subject alternative name";
  const elements = extension ? new DerReader(parseDer(extension.value, what), what).rest() : [];
  const subject = parseNameBytes(certificate.subjectName, "subject");
  const names = elements.map((element) => parseGeneralName(element, what));
  if (subject.length > 0) {
    names.push({ type: "directory", name: subject });
  }
  for (const { oid, text } of subject.flat()) {
    if (oid === emailAddressOid) {
      // An address that is no text is not within any constraint.
      names.push({ type: "email", value: text ?? "" });
    }
  }
  return names;
}

function parseNameConstraints(issuer: Certificate): NameConstraints | undefined {
  const extension = issuer.extensions.get(extensionOids.nameConstraints);
  if (extension === undefined) {
    return undefined;
  }
  const what = "name constraints";
  const reader = new DerReader(parseDer(extension.value, what), what);
  const permitted = parseSubtrees(reader.optional(contextTag(0)), issuer);
  const excluded = parseSubtrees(reader.optional(contextTag(1)), issuer);
  reader.end();
  if (permitted.length + excluded.length === 0) {
    throw unsupported(issuer, "they are empty");
  }
  if (permitted.length + excluded.length > limits.maxCertificateNames) {
    throw unsupported(issuer, `there are more than ${limits.maxCertificateNames}`);
  }
  return { critical: extension.critical, permitted, excluded };
}

function parseSubtrees(element: DerElement | undefined, issuer: Certificate): readonly GeneralName[] {
  const what = "name constraint";
  const subtrees = element ? new DerReader(element, what, element.tag).rest() : [];
  return subtrees.map((subtree) => {
    const reader = new DerReader(subtree, what, derTags.sequence);
    const base = parseGeneralName(reader.next("base"), what);
    const minimumTag = contextTag(0, "primitive");
    const minimum = reader.optional(minimumTag);
    if ((minimum && derSmallInteger(minimum, what, minimumTag) !== 0) || reader.hasMore) {
      throw unsupported(issuer, "they have a minimum or maximum");
    }
    return base;
  });
}

/** A limit on names of a kind that is not understood is refused if it is critical or if such a name occurs. */
function requireUnderstood(
  names: readonly GeneralName[],
  issuer: Certificate,
  { critical, permitted, excluded }: NameConstraints,
): void {
  const bases = [...permitted, ...excluded];
  const foreign = bases.find((base) => base.type === "other" || base.type === "unknown");
  const isConcerned = names.some((name) => name.type === "other" || name.type === "unknown");
  if (foreign !== undefined && (critical || isConcerned)) {
    throw unsupported(issuer, "they limit names of an unsupported kind");
  }
  const limitsEmail = bases.some((base) => base.type === "email");
  if (limitsEmail && names.some((name) => name.type === "other" && name.oid === smtpUtf8MailboxOid)) {
    throw unsupported(issuer, "they limit e-mail addresses, and one is outside ASCII");
  }
}

function unsupported(issuer: Certificate, reason: string): AibomError {
  return AibomError.of("CERTIFICATE_NAME_CONSTRAINT_UNSUPPORTED", { issuer: issuer.title, reason });
}
