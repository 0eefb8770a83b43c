// SPDX-License-Identifier: Apache-2.0
// Who signed: counts the accepted signers of something. More evidence never lowers the count.

import type { SignatureEvidence, Signer } from "../model/evidence.ts";
import type { Signers } from "./policy.ts";

/** True if the policy names this identity. */
export function isNamed(signers: Signers, identity: string): boolean {
  return signers === "any" || signers.includes(identity);
}

/** The signers as a policy names them, for messages. */
export function formatSigners(signers: Signers): string {
  return signers === "any" ? "any identity of the trust root" : [...signers].sort().join(", ");
}

/** The identities that signed, sorted and without repeats, or `nobody`. */
export function formatIdentities(signatures: readonly SignatureEvidence[]): string {
  const names = [...new Set(signatures.map((signature) => signature.signer.identity))].sort();
  return names.length === 0 ? "nobody" : names.join(", ");
}

/**
 * The largest number of signers such that all have different identities and are different principals: a
 * maximum matching. Counting identities alone would let one key, listed under two names, count as two people;
 * counting keys alone would let one Sigstore identity, whose key is new every time, count twice.
 */
export function countDistinctSigners(signatures: readonly SignatureEvidence[]): number {
  if (signatures.length <= 1) {
    return signatures.length;
  }
  const principalsOf = new Map<string, Set<string>>();
  for (const { signer } of signatures) {
    const principals = principalsOf.get(signer.identity) ?? new Set();
    principalsOf.set(signer.identity, principals.add(principalOf(signer)));
  }
  const holder = new Map<string, string>();
  let count = 0;
  for (const identity of [...principalsOf.keys()].sort()) {
    count += assignPrincipal(identity, principalsOf, holder, new Set()) ? 1 : 0;
  }
  return count;
}

/** Who signed, whatever the trust root calls them: a key, or a name that an issuer vouches for. */
function principalOf({ method, keyId, certificate }: Signer): string {
  return method === "sigstore" && certificate !== undefined
    ? JSON.stringify(["sigstore", certificate.issuer ?? "", certificate.subjectAltName ?? ""])
    : keyId;
}

/** One augmenting path; its length is bounded by the number of signatures. */
function assignPrincipal(
  identity: string,
  principalsOf: ReadonlyMap<string, ReadonlySet<string>>,
  holder: Map<string, string>,
  tried: Set<string>,
): boolean {
  for (const principal of principalsOf.get(identity) ?? []) {
    if (tried.has(principal)) {
      continue;
    }
    tried.add(principal);
    const current = holder.get(principal);
    if (current === undefined || assignPrincipal(current, principalsOf, holder, tried)) {
      holder.set(principal, identity);
      return true;
    }
  }
  return false;
}
