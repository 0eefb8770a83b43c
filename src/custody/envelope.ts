// SPDX-License-Identifier: Apache-2.0
// The envelope of an entry: DSSE v1.0 with exactly one signature, in canonical JSON, so that an entry has one spelling and
// one hash. The actor's key signs if there is one; else the log's key does, which says only that the log wrote it down.

import { createPublicKey } from "node:crypto";
import { decodeBase64 } from "../bytes/base64.ts";
import { canonicalizeJson } from "../bytes/jcs.ts";
import { isJsonArray, isJsonObject, type JsonObject } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Signer } from "../signers/signer.ts";
import { maxEntryBytes } from "../tlog/entry-bundle.ts";
import type { NoteKey } from "../tlog/verifier-key.ts";
import { describePublicKey, determinesAlgorithm, type SignatureKey } from "../trust/public-key.ts";
import { preAuthenticationEncoding, verifyEnvelope } from "../verifiers/dsse.ts";
import {
  type AuthenticatedActor,
  type ClaimedActor,
  type CustodyEntry,
  type EntryDraft,
  parseCanonical,
  parseEntry,
  serializeEntry,
} from "./entry.ts";

/** The payload type of entries. */
export const entryPayloadType = "application/vnd.aibom.custody-entry+json";

/** Who stands behind an entry: a key, a person whom the operating system named, both, or nobody. */
export interface EntryActor {
  readonly signer?: Signer;
  readonly claimed?: ClaimedActor;
}

/**
 * Writes and signs an entry.
 * @param recorder signs where the actor has no key: the log's signer
 * @throws {AibomError} CUSTODY_ENTRY_INVALID, CUSTODY_ENTRY_TOO_LARGE, and those of the signer
 */
export async function sealEntry(
  draft: EntryDraft & Pick<CustodyEntry, "prev">,
  { signer, claimed }: EntryActor,
  recorder: Signer,
): Promise<Uint8Array> {
  const actor = {
    ...(signer === undefined ? {} : { authenticated: authenticatedBy(signer) }),
    ...(claimed === undefined ? {} : { claimed }),
  };
  const payload = await serializeEntry({ ...draft, actor });
  const { keyId, sign } = signer ?? recorder;
  const signature = await sign(preAuthenticationEncoding(entryPayloadType, payload));
  const envelope = {
    payload: Buffer.from(payload).toString("base64"),
    payloadType: entryPayloadType,
    signatures: [{ keyid: keyId, sig: Buffer.from(signature).toString("base64") }],
  };
  const bytes = canonicalizeJson(envelope, limits.maxEntryDepth);
  if (bytes.length > maxEntryBytes) {
    throw AibomError.of("CUSTODY_ENTRY_TOO_LARGE", { size: bytes.length, limit: maxEntryBytes });
  }
  return bytes;
}

function authenticatedBy({ algorithm, keyId, publicKeyPem }: Signer): AuthenticatedActor {
  const publicKey = createPublicKey(publicKeyPem).export({ type: "spki", format: "der" });
  return { algorithm, keyId, publicKey: publicKey.toString("base64") };
}

/**
 * Reads an entry and verifies its signature: by the key that it names as its actor, or by the log's if it names none.
 * @param path for errors
 * @throws {AibomError} CUSTODY_ENTRY_INVALID, CUSTODY_ENTRY_SIGNATURE, SIGNATURE_ENCODING, JSON_*
 */
export async function openEntry(bytes: Uint8Array, log: NoteKey, path: string): Promise<CustodyEntry> {
  const { payload, keyid, signature } = parseEnvelope(bytes, path);
  const entry = await parseEntry(payload, path);
  const { authenticated } = entry.actor;
  const key = authenticated === undefined ? logKey(log) : actorKey(authenticated, path);
  const refuse = (reason: string): AibomError =>
    AibomError.of("CUSTODY_ENTRY_SIGNATURE", { reason }, { where: { path } });
  if (keyid !== key.keyId) {
    throw refuse("it is by another key than the entry says");
  }
  if (!verifyEnvelope(entryPayloadType, payload, signature, key)) {
    throw refuse(`key ${key.keyId.slice(0, 16)} did not sign this entry`);
  }
  return entry;
}

function parseEnvelope(
  bytes: Uint8Array,
  path: string,
): { readonly payload: Uint8Array; readonly keyid: string; readonly signature: Uint8Array } {
  const malformed = (reason: string): AibomError =>
    AibomError.of("CUSTODY_ENTRY_INVALID", { reason: `its envelope: ${reason}` }, { where: { path } });
  const envelope = parseCanonical(bytes, path);
  requireMembers(envelope, ["payload", "payloadType", "signatures"], malformed);
  const signatures = envelope["signatures"];
  const [signature, ...others] = isJsonArray(signatures) ? signatures : [];
  if (!isJsonObject(signature) || others.length > 0) {
    throw malformed("it has not exactly one signature");
  }
  requireMembers(signature, ["keyid", "sig"], malformed);
  if (envelope["payloadType"] !== entryPayloadType) {
    throw malformed(`it is not of the type ${entryPayloadType}`);
  }
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  return {
    payload: decodeBase64(text(envelope["payload"]), "payload", malformed),
    keyid: text(signature["keyid"]),
    signature: decodeBase64(text(signature["sig"]), "sig", malformed),
  };
}

function requireMembers(
  object: JsonObject,
  names: readonly string[],
  malformed: (reason: string) => AibomError,
): void {
  // Canonical JSON has its members in order, and the names above are.
  if (Object.keys(object).join() !== names.join()) {
    throw malformed(`it has not the members ${names.join(", ")} and no other`);
  }
}

/** A log's key as a key of envelopes. */
export function logKey({ key }: NoteKey): SignatureKey {
  return requireSigning(describePublicKey(key));
}

function actorKey({ algorithm, keyId, publicKey }: AuthenticatedActor, path: string): SignatureKey {
  const malformed = (reason: string): AibomError =>
    AibomError.of("CUSTODY_ENTRY_INVALID", { reason }, { where: { path } });
  const der = decodeBase64(publicKey, "the actor's public key", malformed);
  let key: SignatureKey;
  try {
    key = requireSigning(
      describePublicKey(createPublicKey({ key: Buffer.from(der), format: "der", type: "spki" })),
    );
  } catch {
    throw malformed("the actor's public key cannot be used");
  }
  if (key.algorithm !== algorithm || key.keyId !== keyId) {
    throw malformed("the actor's key is not the one that it says");
  }
  return key;
}

function requireSigning(key: ReturnType<typeof describePublicKey>): SignatureKey {
  if (!determinesAlgorithm(key)) {
    throw new Error(`a key of type ${key.algorithm} does not sign entries`);
  }
  return key;
}
