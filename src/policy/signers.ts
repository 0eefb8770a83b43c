// SPDX-License-Identifier: Apache-2.0
// Who signed: counts the accepted signers of something. More evidence never lowers the count.

import type { SignatureEvidence } from "../model/evidence.ts";
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
 * The largest number of signers such that all have different identities and different keys: a maximum
 * matching of identities to keys. Counting identities alone would let one key, listed under two names,
 * count as two people.
 */
export function countDistinctSigners(signatures: readonly SignatureEvidence[]): number {
  const keysOf = new Map<string, Set<string>>();
  for (const { signer } of signatures) {
    const keys = keysOf.get(signer.identity) ?? new Set();
    keysOf.set(signer.identity, keys.add(signer.keyId));
  }
  const holder = new Map<string, string>();
  let count = 0;
  for (const identity of [...keysOf.keys()].sort()) {
    count += assignKey(identity, keysOf, holder, new Set()) ? 1 : 0;
  }
  return count;
}

/** One augmenting path; its length is bounded by the number of keys, which the trust root bounds. */
function assignKey(
  identity: string,
  keysOf: ReadonlyMap<string, ReadonlySet<string>>,
  holder: Map<string, string>,
  tried: Set<string>,
): boolean {
  for (const key of keysOf.get(identity) ?? []) {
    if (tried.has(key)) {
      continue;
    }
    tried.add(key);
    const current = holder.get(key);
    if (current === undefined || assignKey(current, keysOf, holder, tried)) {
      holder.set(key, identity);
      return true;
    }
  }
  return false;
}
