// SPDX-License-Identifier: Apache-2.0
// Proofs in a file (C2SP tlog-proof): the place of an entry, the hashes from it to the root, and the checkpoint with all its
// signatures. Whoever has the entry and the log's key needs nothing else.

import { decodeBase64 } from "../bytes/base64.ts";
import { type Checkpoint, parseCheckpoint } from "./checkpoint.ts";
import { hashBytes, maxProofHashes } from "./merkle.ts";
import { formatNote, type SignedNote } from "./note.ts";

const firstLine = "c2sp.org/tlog-proof@v1";

export interface TlogProof {
  readonly index: number;
  readonly hashes: readonly Uint8Array[];
  readonly checkpoint: Checkpoint;
  /** Not authenticated by anything. */
  readonly extra?: Uint8Array;
}

/** The text of a proof. */
export function formatTlogProof(
  index: number,
  hashes: readonly Uint8Array[],
  checkpoint: SignedNote,
): string {
  const lines = [firstLine, `index ${index}`, ...hashes.map(encodeHash)];
  return `${lines.join("\n")}\n\n${formatNote(checkpoint)}`;
}

/**
 * Reads a proof. Nothing of it is verified here.
 * @throws what `malformed` makes
 */
export function parseTlogProof(text: string, malformed: (reason: string) => Error): TlogProof {
  const split = text.indexOf("\n\n");
  const [first, ...lines] = text.slice(0, Math.max(split, 0)).split("\n");
  if (first !== firstLine) {
    throw malformed(`it does not begin with ${firstLine}`);
  }
  const extra = lines[0]?.startsWith("extra ") === true ? lines.shift()?.slice("extra ".length) : undefined;
  const index = parseSize(lines.shift(), "index", malformed);
  return {
    index,
    hashes: parseHashes(lines, malformed),
    checkpoint: parseCheckpoint(text.slice(split + 2), (reason) => malformed(`its checkpoint: ${reason}`)),
    ...(extra === undefined ? {} : { extra: decodeBase64(extra, "extra", malformed) }),
  };
}

/** A hash as a line. */
export function encodeHash(hash: Uint8Array): string {
  return Buffer.from(hash).toString("base64");
}

/**
 * Hashes, one a line.
 * @throws what `malformed` makes
 */
export function parseHashes(
  lines: readonly string[],
  malformed: (reason: string) => Error,
): readonly Uint8Array[] {
  if (lines.length > maxProofHashes) {
    throw malformed(`it has more than ${maxProofHashes} hashes`);
  }
  return lines.map((line) => {
    const hash = decodeBase64(line, "a hash", malformed);
    if (hash.length !== hashBytes) {
      throw malformed("a hash has not 32 bytes");
    }
    return hash;
  });
}

/**
 * A line of a word and a whole number.
 * @throws what `malformed` makes
 */
export function parseSize(
  line: string | undefined,
  word: string,
  malformed: (reason: string) => Error,
): number {
  const [, digits = ""] = /^[a-z]+ (0|[1-9][0-9]{0,15})$/.exec(line ?? "") ?? [];
  const size = Number(digits);
  if (digits === "" || !line?.startsWith(`${word} `) || !Number.isSafeInteger(size)) {
    throw malformed(`there is no line "${word}" with a whole number`);
  }
  return size;
}
