// SPDX-License-Identifier: Apache-2.0
// Signed notes (C2SP signed-note): a text, and below an empty line one line for each signature. Notes that are written
// here and those of public logs are read by the same code.

/** A signature line. */
export interface NoteSignature {
  /** Name of the key. */
  readonly name: string;
  /** First four bytes of the key's id, hexadecimal. */
  readonly keyId: string;
  /** What comes after the key id. */
  readonly signature: Uint8Array;
  /** The line, with its line feed. */
  readonly line: string;
}

export interface SignedNote {
  /** What is signed: with its final line feed, without the empty line behind it. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** Signature lines at most. The specification asks for 16 at least. */
const maxSignatures = 128;

/**
 * Reads a note.
 * @throws what `malformed` makes
 */
export function parseNote(note: string, malformed: (reason: string) => Error): SignedNote {
  const split = note.lastIndexOf("\n\n");
  if (split < 0 || !note.endsWith("\n") || split + 2 >= note.length) {
    throw malformed("it is not a note with signatures");
  }
  if (hasControlCharacter(note) || !note.isWellFormed()) {
    throw malformed("it has control characters or is not text");
  }
  const lines = note.slice(split + 2, -1).split("\n");
  if (lines.length > maxSignatures) {
    throw malformed(`it has more than ${maxSignatures} signatures`);
  }
  return { text: note.slice(0, split + 1), signatures: lines.map((line) => parseLine(line, malformed)) };
}

/**
 * Reads signature lines without a note, as witnesses answer them.
 * @throws what `malformed` makes
 */
export function parseSignatureLines(
  text: string,
  malformed: (reason: string) => Error,
): readonly NoteSignature[] {
  return parseNote(`-\n\n${text}`, malformed).signatures;
}

/** A note of a text and the signature lines below it. */
export function formatNote({ text, signatures }: SignedNote): string {
  return `${text}\n${signatures.map(({ line }) => line).join("")}`;
}

/** A signature as a line of a note. */
export function noteSignature(name: string, keyId: string, signature: Uint8Array): NoteSignature {
  const encoded = Buffer.concat([Buffer.from(keyId, "hex"), signature]).toString("base64");
  return { name, keyId, signature, line: `\u2014 ${name} ${encoded}\n` };
}

/** True if a key may have this name: not empty, no space of any kind, no plus sign. */
export function isKeyName(name: string): boolean {
  return name !== "" && !/[\s+\u0085\p{Z}]/u.test(name) && !hasControlCharacter(name);
}

function parseLine(line: string, malformed: (reason: string) => Error): NoteSignature {
  const [dash, name = "", encoded = "", ...rest] = line.split(" ");
  const bytes = Buffer.from(encoded, "base64");
  const isCanonical = bytes.length > 4 && bytes.toString("base64") === encoded;
  if (dash !== "\u2014" || !isKeyName(name) || !isCanonical || rest.length > 0) {
    throw malformed("a signature is malformed");
  }
  return {
    name,
    keyId: bytes.subarray(0, 4).toString("hex"),
    signature: bytes.subarray(4),
    line: `${line}\n`,
  };
}

function hasControlCharacter(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return /[\0-\x09\x0b-\x1f]/.test(text);
}
