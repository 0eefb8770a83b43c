// SPDX-License-Identifier: Apache-2.0
// Counts the signatures of metadata (TUF 1.0, section 5.3.4 and its siblings) by key, not by key id. The library
// counts ids, and an id is only a name: one key under two ids would be two signers.

import type { KeyObject } from "node:crypto";
import type { Key, Metadata, Root } from "@tufjs/models";
import { getPublicKey } from "@tufjs/models/dist/utils/key.js";
import { AibomError } from "../../errors.ts";
import type { AnyMetadata, Role } from "./metadata.ts";

/** How far metadata is from what one root asks of its role. */
export interface SignatureCount {
  /** Different keys with a valid signature. */
  readonly got: number;
  /** Key ids with a valid signature; more than `got` if a key has several ids. */
  readonly ids: number;
  readonly threshold: number;
}

/** Bits. Below this an RSA key counts for nothing (NIST SP 800-131A). */
const minRsaBits = 2048;

/** Counts the signatures that `root` accepts for `role`. */
export function countSignatures(root: Metadata<Root>, role: Role, metadata: AnyMetadata): SignatureCount {
  const { keyIDs, threshold } = root.signed.roles[role] ?? {
    keyIDs: [],
    threshold: Number.POSITIVE_INFINITY,
  };
  const seen = new Set<string>();
  let ids = 0;
  for (const id of keyIDs) {
    const key = keyOf(root, id);
    const material = key === undefined ? undefined : keyMaterial(key);
    if (key !== undefined && material !== undefined && isSignedBy(key, metadata)) {
      seen.add(material);
      ids += 1;
    }
  }
  return { got: seen.size, ids, threshold };
}

/**
 * Requires the threshold of a role.
 * @param signedFor whose threshold it is, for the message: "the root before it"
 * @throws {AibomError} TUF_THRESHOLD, TUF_WRONG_KEY, TUF_KEY_COUNTED_TWICE
 */
export function requireSignatures(
  root: Metadata<Root>,
  role: Role,
  metadata: AnyMetadata,
  names: { readonly file: string; readonly signedFor: string },
): void {
  const { got, ids, threshold } = countSignatures(root, role, metadata);
  if (got >= threshold) {
    return;
  }
  const where = { where: { path: names.file } };
  const { signedFor } = names;
  if (ids >= threshold) {
    throw AibomError.of("TUF_KEY_COUNTED_TWICE", { role, threshold, signedFor }, where);
  }
  throw got === 0
    ? AibomError.of("TUF_WRONG_KEY", { role, signedFor }, where)
    : AibomError.of("TUF_THRESHOLD", { role, got, threshold, signedFor }, where);
}

/** The key that a root lists under an id; ids are attacker-chosen, so inherited members are not looked at. */
export function keyOf(root: Metadata<Root>, id: string): Key | undefined {
  return Object.hasOwn(root.signed.keys, id) ? root.signed.keys[id] : undefined;
}

/** True if `metadata` has a valid signature under the id of `key`. */
export function isSignedBy(key: Key, metadata: AnyMetadata): boolean {
  try {
    key.verifySignature(metadata);
    return true;
  } catch {
    return false;
  }
}

/** The key itself, whatever its id, container or encoding; undefined if it is no key that may sign. */
export function keyMaterial(key: Key): string | undefined {
  let decoded: KeyObject;
  try {
    const input = getPublicKey({
      keyType: key.keyType,
      scheme: key.scheme,
      keyVal: key.keyVal["public"] ?? "",
    });
    decoded = input.key as KeyObject;
  } catch {
    return undefined;
  }
  if (
    decoded.asymmetricKeyType === "rsa" &&
    (decoded.asymmetricKeyDetails?.modulusLength ?? 0) < minRsaBits
  ) {
    return undefined;
  }
  return materialOf(decoded);
}

/** One text per key: the JWK has one form where SubjectPublicKeyInfo has several (compressed points). */
export function materialOf(key: KeyObject): string {
  const { kty, crv, x, y, n, e } = key.export({ format: "jwk" });
  return JSON.stringify([kty, crv, x, y, n, e]);
}
