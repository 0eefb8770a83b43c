// SPDX-License-Identifier: Apache-2.0
// Checkpoints (C2SP tlog-checkpoint): the note in which a log says its name, how many entries it has and their root.

import { hashBytes } from "./merkle.ts";
import { parseNote, type SignedNote } from "./note.ts";

export interface Checkpoint extends SignedNote {
  /** Name of the log. */
  readonly origin: string;
  readonly size: bigint;
  readonly root: Uint8Array;
}

/**
 * Reads a checkpoint. Its signatures are not verified here.
 * @throws what `malformed` makes
 */
export function parseCheckpoint(note: string, malformed: (reason: string) => Error): Checkpoint {
  const { text, signatures } = parseNote(note, malformed);
  const [origin = "", size = "", root = "", ...extensions] = text.slice(0, -1).split("\n");
  const rootHash = Buffer.from(root, "base64");
  const isRoot = rootHash.length === hashBytes && rootHash.toString("base64") === root;
  if (origin === "" || !/^(?:0|[1-9][0-9]{0,18})$/.test(size) || !isRoot) {
    throw malformed("it does not begin with origin, size and root hash");
  }
  // With an empty line it would be a matter of the reader where the signed part ends.
  if (extensions.includes("")) {
    throw malformed("it has an empty line");
  }
  return { text, signatures, origin, size: BigInt(size), root: rootHash };
}

/** The text of a checkpoint, which its signatures cover. */
export function checkpointText(origin: string, size: number, root: Uint8Array): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString("base64")}\n`;
}
