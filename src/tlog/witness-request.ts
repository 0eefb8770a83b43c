// SPDX-License-Identifier: Apache-2.0
// What a log asks of a witness (C2SP tlog-witness, the body of add-checkpoint), carried as a file: the size that the witness
// signed last, the proof that nothing before it changed, and the checkpoint.

import { type Checkpoint, parseCheckpoint } from "./checkpoint.ts";
import { formatNote, type SignedNote } from "./note.ts";
import { encodeHash, parseHashes, parseSize } from "./tlog-proof.ts";

export interface WitnessRequest {
  /** Size that the witness signed last; 0 for none. */
  readonly oldSize: number;
  readonly hashes: readonly Uint8Array[];
  readonly checkpoint: Checkpoint;
}

/** The text of a request. */
export function formatWitnessRequest(
  oldSize: number,
  hashes: readonly Uint8Array[],
  checkpoint: SignedNote,
): string {
  return `${[`old ${oldSize}`, ...hashes.map(encodeHash)].join("\n")}\n\n${formatNote(checkpoint)}`;
}

/**
 * Reads a request. Nothing of it is verified here.
 * @throws what `malformed` makes
 */
export function parseWitnessRequest(text: string, malformed: (reason: string) => Error): WitnessRequest {
  const split = text.indexOf("\n\n");
  const [old, ...lines] = text.slice(0, Math.max(split, 0)).split("\n");
  return {
    oldSize: parseSize(old, "old", malformed),
    hashes: parseHashes(lines, malformed),
    checkpoint: parseCheckpoint(text.slice(split + 2), (reason) => malformed(`its checkpoint: ${reason}`)),
  };
}
