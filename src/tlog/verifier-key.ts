// SPDX-License-Identifier: Apache-2.0
// Keys of notes (C2SP signed-note, verifier keys): name, four bytes of id, and the key with one byte for how it signs.
// Two of the ways are here: a log's Ed25519 signature and a witness's Ed25519 cosignature.

import { createPublicKey, hash, type KeyObject, verify } from "node:crypto";
import { isKeyName, type NoteSignature, type SignedNote } from "./note.ts";

/** How a key signs: the identifier bytes of the specification. */
export const noteKeyTypes = { log: 0x01, witness: 0x04 } as const;
export type NoteKeyRole = keyof typeof noteKeyTypes;

export interface NoteKey {
  readonly name: string;
  readonly role: NoteKeyRole;
  /** Four bytes, hexadecimal. */
  readonly id: string;
  /** 32 bytes. */
  readonly raw: Uint8Array;
  readonly key: KeyObject;
}

/** SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410, section 4). */
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");
const rawKeyBytes = 32;

/** The key of `name` that signs as `role`. */
export function noteKey(name: string, role: NoteKeyRole, raw: Uint8Array): NoteKey {
  const type = Buffer.from([noteKeyTypes[role]]);
  const id = hash("sha256", Buffer.concat([Buffer.from(`${name}\n`), type, raw]), "buffer");
  const key = createPublicKey({ key: Buffer.concat([spkiPrefix, raw]), format: "der", type: "spki" });
  return { name, role, id: id.subarray(0, 4).toString("hex"), raw, key };
}

/** The 32 bytes of an Ed25519 key, or undefined if it is of another type. */
export function rawEd25519(key: KeyObject): Uint8Array | undefined {
  if (key.asymmetricKeyType !== "ed25519") {
    return undefined;
  }
  return Buffer.from(key.export({ format: "jwk" }).x ?? "", "base64url");
}

/** The key as text: `name+id+base64`. */
export function formatVerifierKey({ name, role, id, raw }: NoteKey): string {
  const encoded = Buffer.concat([Buffer.from([noteKeyTypes[role]]), raw]).toString("base64");
  return `${name}+${id}+${encoded}`;
}

/**
 * Reads a key that must sign as `role`.
 * @throws what `malformed` makes
 */
export function parseVerifierKey(
  text: string,
  role: NoteKeyRole,
  malformed: (reason: string) => Error,
): NoteKey {
  const [name = "", id = "", ...rest] = text.split("+");
  // Base64 has plus signs of its own.
  const encoded = rest.join("+");
  const bytes = Buffer.from(encoded, "base64");
  if (!isKeyName(name) || bytes.toString("base64") !== encoded || bytes.length < 1) {
    throw malformed("a key is not written as name+id+base64");
  }
  if (bytes[0] !== noteKeyTypes[role] || bytes.length !== 1 + rawKeyBytes) {
    throw malformed(`the key of ${name} is not an Ed25519 key of a ${role}`);
  }
  const key = noteKey(name, role, bytes.subarray(1));
  if (key.id !== id) {
    throw malformed(`the key of ${name} has another id than it says`);
  }
  return key;
}

/** The signatures of a note that say they are by `key`. */
export function signaturesBy(key: NoteKey, { signatures }: Pick<SignedNote, "signatures">): NoteSignature[] {
  return signatures.filter(({ name, keyId }) => name === key.name && keyId === key.id);
}

/** True if `key`, a log's, signed the note, and none of the signatures in its name is wrong. */
export function isSignedByLog(key: NoteKey, note: SignedNote): boolean {
  const own = signaturesBy(key, note);
  return (
    own.length > 0 && own.every(({ signature }) => verify(null, Buffer.from(note.text), key.key, signature))
  );
}
