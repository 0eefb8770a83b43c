// SPDX-License-Identifier: Apache-2.0
// The keys of the trust root for JSF: looked up by every name that a signature gives, all of which must mean one
// identity, which must be allowed to vouch for the document at the given instant.

import { AibomError } from "../../errors.ts";
import type { Usage } from "../../model/evidence.ts";
import { requireTrusted, type TrustedKey, type TrustRoot } from "../../trust/trust-root.ts";
import type { FindJsfKeys, JsfKey, JsfKeyNames } from "./verify-jsf.ts";

/** A key with the name of its identity in the trust root. */
export interface IdentityKey extends JsfKey {
  readonly identity: string;
}

/**
 * Looks keys up in a trust root. A `keyId` may be a digest of the key or the name of an identity; any other
 * text says nothing, beside an embedded key that is trusted.
 * The function that it answers throws JSF_KEY_MISMATCH, TRUST_KEY_*, TRUST_USAGE_NOT_ALLOWED.
 */
export function trustRootKeys(trustRoot: TrustRoot, usage: Usage, at: Date): FindJsfKeys<IdentityKey> {
  return (names) => {
    const trusted = findTrustedKey(trustRoot, names);
    if (trusted === undefined) {
      return [];
    }
    const { identity, key } = trusted;
    requireTrusted(trustRoot.check(identity, usage, { at, times: [] }));
    return [{ identity: identity.name, keyId: key.keyId, key: key.key }];
  };
}

function findTrustedKey(trustRoot: TrustRoot, names: JsfKeyNames): TrustedKey | undefined {
  const { keyId, publicKey, certificate } = names;
  const byText =
    keyId === undefined ? undefined : (trustRoot.byHint.get(keyId) ?? keyNamed(trustRoot, keyId));
  const digest = publicKey ?? certificate;
  const byDigest = digest === undefined ? undefined : trustRoot.byKeyId.get(digest);
  if (byText !== undefined && byDigest !== undefined && byText.key.keyId !== byDigest.key.keyId) {
    throw AibomError.of("JSF_KEY_MISMATCH", { member: "keyId", keyId: byDigest.key.keyId });
  }
  return byDigest ?? byText;
}

function keyNamed(trustRoot: TrustRoot, name: string): TrustedKey | undefined {
  const identity = trustRoot.byName.get(name);
  return identity?.kind === "key" ? trustRoot.byKeyId.get(identity.keyId) : undefined;
}
