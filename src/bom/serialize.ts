// SPDX-License-Identifier: Apache-2.0
// A normalised BOM as bytes: JSON with two spaces, one key order, one final newline, and a serial number
// that anybody can recompute with grep and sha256sum:
//   grep -vE '^ *"(serialNumber|timestamp)": ' bom.json | sha256sum
// It leaves out sorting on purpose: lists are in order when they get here, sorted by code units.

import { createHash } from "node:crypto";
import { AibomError } from "../errors.ts";
import type { Document } from "./document.ts";
import { type PlainFileList, plainFileLists } from "./plain-files.ts";
import { serialNumber } from "./refs.ts";

/** Sections as they are written. `serialNumber` is filled in here. */
const sectionOrder = [
  "$schema",
  "bomFormat",
  "specVersion",
  "serialNumber",
  "version",
  "metadata",
  "components",
  "services",
  "externalReferences",
  "dependencies",
  "compositions",
  "vulnerabilities",
  "annotations",
  "formulation",
  "declarations",
  "definitions",
  "citations",
  "properties",
] as const;

/** Sections that may hold times. */
const timedSections: ReadonlySet<string> = new Set(["metadata", "annotations", "citations"]);

/**
 * Elements of a long list that become text at once. A text of the whole list would be copied several times
 * by the engine, and could be too long for it.
 */
const chunkElements = 512;

export interface SerializedBom {
  /** The text in UTF-8, in order. */
  readonly pieces: readonly Uint8Array[];
  /** The document as written, serial number included; long lists of files are `PlainFileList`s. */
  readonly document: Document;
}

/**
 * Serialises `document`, with a serial number derived from the rest of its text.
 * @throws {AibomError} BOM_TOO_LARGE if a part of the text is longer than a string of the engine can be
 */
export function serializeBom(document: Document, timestamp: string | undefined): SerializedBom {
  try {
    const text = new CoveredText(timestamp);
    const present = sectionOrder.filter((key) => key === "serialNumber" || document[key] !== undefined);
    let serialPlace = 0;
    text.add("{\n");
    for (const [index, key] of present.entries()) {
      const end = index === present.length - 1 ? "\n" : ",\n";
      if (key === "serialNumber") {
        serialPlace = text.pieces.length;
      } else {
        addSection(text, key, document[key], end);
      }
    }
    text.add("}\n");
    const serial = serialNumber(text.digestHex());
    const serialPiece = Buffer.from(`${sectionText("serialNumber", serial)},\n`);
    const pieces = text.pieces.toSpliced(serialPlace, 0, serialPiece);
    return { pieces, document: { ...document, serialNumber: serial } };
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw AibomError.of("BOM_TOO_LARGE", {}, { cause });
    }
    throw cause;
  }
}

/** The text so far, and the digest over what the serial number covers: everything but the lines with times. */
class CoveredText {
  readonly pieces: Uint8Array[] = [];
  readonly #hash = createHash("sha256");
  readonly #timeLine: string | undefined;

  constructor(timestamp: string | undefined) {
    this.#timeLine = timestamp === undefined ? undefined : `"timestamp": ${JSON.stringify(timestamp)},\n`;
  }

  add(text: string): void {
    this.addBytes(Buffer.from(text));
  }

  addBytes(bytes: Uint8Array): void {
    this.pieces.push(bytes);
    this.#hash.update(bytes);
  }

  /**
   * Text with lines at `indent` that hold the time. JSON text of a string has no line feed, so no claim can
   * look like such a line; and a time is never the last member of its object, nor the start of `text`.
   */
  addTimed(text: string, indent: string): void {
    if (this.#timeLine === undefined) {
      this.add(text);
      return;
    }
    this.pieces.push(Buffer.from(text));
    this.#hash.update(text.replaceAll(`\n${indent}${this.#timeLine}`, "\n"));
  }

  digestHex(): string {
    return this.#hash.digest("hex");
  }
}

function sectionText(key: string, value: unknown): string {
  return JSON.stringify({ [key]: value }, null, 2).slice(2, -2);
}

/** Adds one section and what follows it, with its long lists of files in their places. */
function addSection(text: CoveredText, key: string, value: unknown, end: string): void {
  // Metadata holds its time two levels deep, citations and annotations three.
  const indent = key === "metadata" ? "    " : "      ";
  const addPart = (part: string): void =>
    timedSections.has(key) ? text.addTimed(part, indent) : text.add(part);
  if (!Array.isArray(value) || value.length <= chunkElements) {
    addWithLists(text, key, sectionText(key, value) + end, plainFileLists(key, value), addPart);
    return;
  }
  const opening = `  ${JSON.stringify(key)}: [\n`;
  const closing = "\n  ]";
  addPart(opening);
  for (let start = 0; start < value.length; start += chunkElements) {
    const chunk = value.slice(start, start + chunkElements);
    const isLast = start + chunkElements >= value.length;
    const elements = sectionText(key, chunk).slice(opening.length, -closing.length);
    const part = elements + (isLast ? closing + end : ",\n");
    addWithLists(text, key, part, plainFileLists(key, chunk), addPart);
  }
}

/** Adds a part of a section; what stands in the places of `lists` is their text. */
function addWithLists(
  text: CoveredText,
  key: string,
  part: string,
  lists: readonly PlainFileList[],
  addPart: (part: string) => void,
): void {
  // JSON text of a string has no line feed: only a list of files can make a line with this start.
  const mark = key === "dependencies" ? "    0" : '      "components": 0';
  let start = 0;
  for (const { files } of lists) {
    const place = markPlace(part, mark, start);
    if (key === "dependencies") {
      addPart(part.slice(start, place - mark.length + 1));
      addAll(text, files.leavesText);
    } else {
      addPart(`${part.slice(start, place)}[\n`);
      addAll(text, files.componentsText);
      text.add("\n      ]");
    }
    start = place + 1;
  }
  addPart(part.slice(start));
}

/** Where the digit of the next mark stands that begins a line. */
function markPlace(part: string, mark: string, start: number): number {
  const isAtStart = start === 0 && part.startsWith(mark);
  const found = isAtStart ? -1 : part.indexOf(`\n${mark}`, start);
  if (found < 0 && !isAtStart) {
    throw new Error("a list of files has no place in the text");
  }
  return found + mark.length;
}

function addAll(text: CoveredText, chunks: readonly Uint8Array[]): void {
  for (const chunk of chunks) {
    text.addBytes(chunk);
  }
}
