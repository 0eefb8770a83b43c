// SPDX-License-Identifier: Apache-2.0
// Test material for signatures: keys in memory, a trust root over them, and statements signed as told,
// including wrong ones that are signed correctly.

import { createHash } from "node:crypto";
import { generateKey, type KeyType } from "../../src/signers/generate-key.ts";
import { keySigner, parsePrivateKey } from "../../src/signers/key.ts";
import type { Signer } from "../../src/signers/signer.ts";
import { signStatement } from "../../src/signers/statement-bundle.ts";
import { parseTrustDocument, serializeTrustDocument } from "../../src/trust/document.ts";
import { addIdentity, emptyTrustDocument, type NewKeyIdentity } from "../../src/trust/edit.ts";
import type { Revocation } from "../../src/trust/revocations.ts";
import { buildTrustRoot, type TrustRoot } from "../../src/trust/trust-root.ts";

export const at = new Date("2026-06-01T00:00:00Z");

export interface TestKey {
  readonly signer: Signer;
  readonly publicPem: string;
}

export function testKey(type: KeyType = "ecdsa-p256"): TestKey {
  const { privatePem, publicPem } = generateKey(type);
  return { signer: keySigner(parsePrivateKey(privatePem)), publicPem };
}

/** A trust root in memory. */
export function trustOf(
  identities: readonly (Partial<NewKeyIdentity> & { readonly publicKey: string })[],
  revocations: readonly Revocation[] = [],
): TrustRoot {
  let document = emptyTrustDocument;
  identities.forEach((identity, index) => {
    document = addIdentity(document, { name: `signer-${index}`, usages: ["model", "bom"], ...identity });
  });
  const bytes = serializeTrustDocument({ ...document, revocations });
  const parsed = parseTrustDocument(bytes);
  const hex = createHash("sha256").update(bytes).digest("hex");
  return buildTrustRoot("trust", { algorithm: "sha256", hex }, parsed.document, parsed.identities);
}

export const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

/** A model in memory, as the hashing pass would answer. */
export function fileOf(path: string, content: string, shardSize?: number) {
  const bytes = Buffer.from(content);
  const shards = [];
  for (let start = 0; shardSize !== undefined && start < bytes.length; start += shardSize) {
    const end = Math.min(start + shardSize, bytes.length);
    const digest = { algorithm: "sha256", hex: sha256(bytes.subarray(start, end)) } as const;
    shards.push({ start, end, digest });
  }
  return {
    path,
    size: bytes.length,
    digests: [{ algorithm: "sha256", hex: sha256(bytes) } as const],
    shards,
  };
}

/** Signs any value as a payload, correctly. */
export function signAny(payload: unknown, signer: Signer): Promise<Uint8Array> {
  const bytes = typeof payload === "string" ? payload : JSON.stringify(payload);
  return signStatement(Buffer.from(bytes), signer, 1 << 28);
}

/** A bundle after a change to its parsed form. */
// biome-ignore lint/suspicious/noExplicitAny: tests break the shape on purpose
export function changed(bundle: Uint8Array, change: (bundle: any) => void): Uint8Array {
  const parsed = JSON.parse(Buffer.from(bundle).toString());
  change(parsed);
  return Buffer.from(JSON.stringify(parsed));
}
