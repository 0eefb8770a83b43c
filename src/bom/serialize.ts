// SPDX-License-Identifier: Apache-2.0
// A normalised BOM as bytes: JSON with two spaces, one key order, one final newline, and a serial number
// that anybody can recompute with grep and sha256sum:
//   grep -vE '^ *"(serialNumber|timestamp)": ' bom.json | sha256sum
// It leaves out sorting on purpose: lists are in order when they get here, sorted by code units.

import { createHash } from "node:crypto";
import { AibomError } from "../errors.ts";
import type { Document } from "./document.ts";
import { plainFileLists } from "./plain-files.ts";
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
  "dependencies",
  "compositions",
  "annotations",
  "citations",
] as const;

export interface SerializedBom {
  readonly bytes: Uint8Array;
  /** The document as written, serial number included; long lists of files are `PlainFileList`s. */
  readonly document: Document;
}

/** A run of the text. `varies` marks the serial number and times, which the serial number does not cover. */
interface Piece {
  readonly bytes: Uint8Array;
  readonly varies: boolean;
}

/**
 * Serialises `document`, with a serial number derived from the rest of its text.
 * @throws {AibomError} BOM_TOO_LARGE if the text is longer than a string of the engine can be
 */
export function serializeBom(document: Document, timestamp: string | undefined): SerializedBom {
  try {
    const present = sectionOrder.filter((key) => key === "serialNumber" || document[key] !== undefined);
    const pieces = present.flatMap((key, index) => {
      const end = index === present.length - 1 ? "\n" : ",\n";
      return key === "serialNumber" ? [] : sectionPieces(key, document[key], end, timestamp);
    });
    const hash = createHash("sha256").update("{\n");
    for (const { bytes } of pieces.filter((piece) => !piece.varies)) {
      hash.update(bytes);
    }
    const serial = serialNumber(hash.update("}\n").digest("hex"));
    const place = present.indexOf("serialNumber");
    const before = present.slice(0, place).length;
    const serialPiece = { bytes: Buffer.from(`${sectionText("serialNumber", serial)},\n`), varies: true };
    const all = [...pieces.slice(0, before), serialPiece, ...pieces.slice(before)];
    const bytes = Buffer.concat([Buffer.from("{\n"), ...all.map((piece) => piece.bytes), Buffer.from("}\n")]);
    return { bytes, document: { ...document, serialNumber: serial } };
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw AibomError.of("BOM_TOO_LARGE", {}, { cause });
    }
    throw cause;
  }
}

function sectionText(key: string, value: unknown): string {
  return JSON.stringify({ [key]: value }, null, 2).slice(2, -2);
}

/** The text of one section and what follows it, with its long lists of files in their places. */
function sectionPieces(key: string, value: unknown, end: string, timestamp: string | undefined): Piece[] {
  const text = sectionText(key, value) + end;
  const lists = plainFileLists(key, value);
  // JSON text of a string has no line feed: only a list of files can make a line with this start.
  const mark = key === "dependencies" ? "\n    0" : '\n      "components": 0';
  const pieces: Piece[] = [];
  let start = 0;
  for (const { files } of lists) {
    const found = text.indexOf(mark, start);
    if (found < 0) {
      throw new Error("a list of files has no place in the text");
    }
    const place = found + mark.length - 1;
    const [before, chunks, after] =
      key === "dependencies"
        ? [text.slice(start, found + 1), files.leavesText, ""]
        : [`${text.slice(start, place)}[\n`, files.componentsText, "\n      ]"];
    pieces.push(...textPieces(key, before, timestamp));
    for (const chunk of chunks) {
      pieces.push({ bytes: chunk, varies: false });
    }
    pieces.push({ bytes: Buffer.from(after), varies: false });
    start = place + 1;
  }
  pieces.push(...textPieces(key, text.slice(start), timestamp));
  return pieces;
}

/**
 * A run of text, cut around the lines that hold the time. JSON text of a string has no line feed, so no
 * claim can look like such a line; and a time is never the last member of its object.
 */
function textPieces(section: string, text: string, timestamp: string | undefined): Piece[] {
  if (timestamp === undefined) {
    return [{ bytes: Buffer.from(text), varies: false }];
  }
  const line = `"timestamp": ${JSON.stringify(timestamp)},\n`;
  // Metadata holds its time two levels deep, citations and annotations three.
  const indent = section === "metadata" ? "    " : "      ";
  const pieces: Piece[] = [];
  let start = 0;
  for (;;) {
    const found = text.indexOf(`\n${indent}${line}`, start - 1);
    if (found < 0) {
      pieces.push({ bytes: Buffer.from(text.slice(start)), varies: false });
      return pieces;
    }
    const end = found + 1 + indent.length + line.length;
    pieces.push({ bytes: Buffer.from(text.slice(start, found + 1)), varies: false });
    pieces.push({ bytes: Buffer.from(text.slice(found + 1, end)), varies: true });
    start = end;
  }
}
