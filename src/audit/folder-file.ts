// SPDX-License-Identifier: Apache-2.0
// A file of an audit folder before it is written, and the names that files may have there.

import { createHash } from "node:crypto";

export interface FolderFile {
  /** Relative to the folder, `/` separated, of letters, digits and `._-` only. */
  readonly path: string;
  /** Its bytes, in order. */
  readonly pieces: readonly Uint8Array[];
}

export function textFile(path: string, text: string): FolderFile {
  return { path, pieces: [Buffer.from(text)] };
}

/** JSON with two spaces and a final newline. */
export function jsonFile(path: string, value: object): FolderFile {
  return textFile(path, `${JSON.stringify(value, null, 2)}\n`);
}

export function sizeOf({ pieces }: FolderFile): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

/** SHA-256, hexadecimal. */
export function digestOfFile({ pieces }: FolderFile): string {
  const hash = createHash("sha256");
  for (const piece of pieces) {
    hash.update(piece);
  }
  return hash.digest("hex");
}

/** Longest name that a file gets; file systems stop at 255 bytes. */
const maxNameLength = 100;

/** A name that every file system and every manifest can hold. What it stood for is told in the receipt. */
export function safeName(name: string): string {
  const safe = name
    .replaceAll(/[^A-Za-z0-9._-]/g, "_")
    .replace(/^[.-]+/, "_")
    .slice(-maxNameLength);
  return safe === "" ? "_" : safe;
}

/** Hands out names that are not taken yet: a second `model.sig` is `model.sig-2`. Letters of one case are one name. */
export class Names {
  readonly #taken = new Set<string>();

  claim(wanted: string): string {
    for (let count = 1; ; count++) {
      const name = count === 1 ? wanted : `${wanted}-${count}`;
      if (!this.#taken.has(name.toLowerCase())) {
        this.#taken.add(name.toLowerCase());
        return name;
      }
    }
  }
}
