// SPDX-License-Identifier: Apache-2.0
// Cosignatures (C2SP tlog-cosignature, cosignature/v1): a witness says that at a time this was the longest history of the
// log that it had seen, and that it continued all before. Ed25519 only: the form with ML-DSA-44 needs an algorithm that
// aibom's other signatures do not have yet.

import { verify } from "node:crypto";
import { type NoteSignature, noteSignature, type SignedNote } from "./note.ts";
import { type NoteKey, signaturesBy } from "./verifier-key.ts";

/** The last second of the year 9999: what RFC 3339 can still write. */
const maxTime = 253_402_300_799n;
const timeBytes = 8;
const signatureBytes = 64;

/** The bytes that a witness signs. `time` is in seconds since 1970. */
export function cosignedMessage(noteText: string, time: number | bigint): Uint8Array {
  return Buffer.from(`cosignature/v1\ntime ${time}\n${noteText}`);
}

/** The line for a note: when, and the signature over `cosignedMessage`. */
export function cosignature(key: NoteKey, time: number, signature: Uint8Array): NoteSignature {
  const stamped = Buffer.alloc(timeBytes + signature.length);
  stamped.writeBigUInt64BE(BigInt(time));
  stamped.set(signature, timeBytes);
  return noteSignature(key.name, key.id, stamped);
}

/** The time of a signature in the form of a cosignature, in seconds; undefined if it has another form. */
function timeOf(signature: Uint8Array): bigint | undefined {
  if (signature.length !== timeBytes + signatureBytes) {
    return undefined;
  }
  const time = Buffer.from(signature).readBigUInt64BE();
  return time <= maxTime ? time : undefined;
}

/**
 * When `key`, a witness's, cosigned the note, in seconds since 1970; of several times the first. Undefined if it did not, or
 * if any signature in its name is wrong.
 */
export function cosignedAt(key: NoteKey, note: SignedNote): number | undefined {
  const times = signaturesBy(key, note).map(({ signature }) => {
    const time = timeOf(signature);
    if (time === undefined) {
      return undefined;
    }
    const message = cosignedMessage(note.text, time);
    return verify(null, message, key.key, signature.subarray(timeBytes)) ? Number(time) : undefined;
  });
  const [first] = times;
  return first === undefined || times.includes(undefined) ? undefined : Math.min(...(times as number[]));
}
