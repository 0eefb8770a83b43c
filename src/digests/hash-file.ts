// SPDX-License-Identifier: Apache-2.0
// Hashes one open range of a file: read once, feed all digests, check that nothing changed meanwhile.
// Synchronous reads on purpose: on a thread of its own they are five times faster than promises.

import { closeSync, readSync } from "node:fs";
import { readBuffer } from "./buffers.ts";
import type { DigestWriter } from "./digest-writer.ts";
import { FileFault } from "./fault.ts";
import { assertUnchanged, type OpenRegular, openRegular } from "./open-regular.ts";
import { readAhead } from "./read-ahead.ts";
import { ReadModes, startCost } from "./read-mode.ts";
import {
  maxHeadBytes,
  type RecordBuffer,
  recordHeaderLength,
  writeHead,
  writeNoArchiveEnd,
  writeStat,
} from "./record.ts";

/** What to hash of one file. */
export interface FileRange {
  readonly absolutePath: string;
  /** Bytes of the whole file, as planned. */
  readonly size: number;
  readonly start: number;
  /** Exclusive, at most `size`. */
  readonly end: number;
}

/** Where the record of a file lies: from `offset` in `records`, as long as its digests need. */
export interface RecordPlace {
  readonly records: RecordBuffer;
  readonly offset: number;
  /** Header and digests. */
  readonly length: number;
}

/** Hashes a range into its record. Throws what `faultOf` understands. */
export function hashFile(
  range: FileRange,
  writer: DigestWriter,
  place: RecordPlace,
  onBytes: (count: number) => void,
): void {
  const file = openRegular(range.absolutePath, range.size);
  try {
    if (range.size < readBuffer().length && !writer.isIdle) {
      hashSmall(file.descriptor, range.size, writer, place);
      onBytes(range.size);
    } else {
      hashLarge(file.descriptor, range, writer, place, onBytes);
    }
    finish(file, writer, place);
  } finally {
    closeSync(file.descriptor);
  }
}

/** The same where idle cores can help with reading. Resolves when the record is complete. */
export async function hashFileAhead(
  range: FileRange,
  writer: DigestWriter,
  place: RecordPlace,
  onBytes: (count: number) => void,
): Promise<void> {
  const file = openRegular(range.absolutePath, range.size);
  const consume = consumer(file.descriptor, range.end, writer, place, onBytes);
  const modes = new ReadModes();
  writer.begin(range.size);
  try {
    for (let position = range.start; position < range.end; ) {
      const stretch = modes.next();
      const end = Math.min(position + stretch.bytes, range.end);
      const cost = startCost();
      if (stretch.mode === "ahead") {
        await readAhead(file.descriptor, position, end, consume);
      } else {
        readPlainly(file.descriptor, position, end, consume);
      }
      modes.took(stretch, end - position, cost());
      position = end;
    }
    writer.finish(digestsOf(place));
    finish(file, writer, place);
  } finally {
    closeSync(file.descriptor);
  }
}

function finish(file: OpenRegular, { isIdle }: DigestWriter, { records, offset }: RecordPlace): void {
  // Where nothing was hashed, the state at opening is what a reader compares with.
  if (!isIdle) {
    assertUnchanged(file);
  }
  writeStat(records, offset, file.stat);
}

/** The part of the record that the digests fill. */
function digestsOf({ records, offset, length }: RecordPlace): Buffer {
  return records.bytes.subarray(offset + recordHeaderLength, offset + length);
}

/** One read and one call per digest. Asking for a byte more than expected shows growth for free. */
function hashSmall(descriptor: number, size: number, writer: DigestWriter, place: RecordPlace): void {
  const buffer = readBuffer();
  const count = readSync(descriptor, buffer, 0, size + 1, 0);
  const filled = count < size ? count + fill(descriptor, buffer.subarray(count, size), count) : count;
  if (filled !== size) {
    throw new FileFault("changed");
  }
  const bytes = buffer.subarray(0, size);
  writeHead(place.records, place.offset, bytes);
  if (!mayEndInArchive(bytes)) {
    writeNoArchiveEnd(place.records, place.offset);
  }
  writer.writeAll(bytes, digestsOf(place));
}

/** Bytes from the end within which the end record of a ZIP archive begins: the record, and its comment at most. */
const archiveEndBytes = 22 + 0xffff;

/** APPNOTE 4.3.16. Whoever looks for an archive behind other bytes need not open the many small files without one. */
function mayEndInArchive({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
  const length = Math.min(byteLength, archiveEndBytes);
  const end = Buffer.from(buffer, byteOffset + byteLength - length, length);
  return end.includes("PK\x05\x06", 0, "latin1");
}

function hashLarge(
  descriptor: number,
  { start, end }: FileRange,
  writer: DigestWriter,
  place: RecordPlace,
  onBytes: (count: number) => void,
): void {
  const stop = writer.isIdle ? Math.min(end, maxHeadBytes) : end;
  writer.begin(end);
  readPlainly(descriptor, start, stop, consumer(descriptor, stop, writer, place, onBytes));
  writer.finish(digestsOf(place));
}

/** What happens with the bytes of a range that ends at `end`, in order. */
function consumer(
  descriptor: number,
  end: number,
  writer: DigestWriter,
  place: RecordPlace,
  onBytes: (count: number) => void,
): (bytes: Uint8Array, position: number) => void {
  return (bytes, position) => {
    if (position === 0) {
      // A short first read must not make a short head.
      writeHead(place.records, place.offset, headOf(descriptor, bytes, end));
    }
    writer.update(bytes);
    onBytes(bytes.length);
  };
}

/** Calls `consume` with the bytes from `start` to `end`, in order. The bytes are valid during the call only. */
function readPlainly(
  descriptor: number,
  start: number,
  end: number,
  consume: (bytes: Uint8Array, position: number) => void,
): void {
  const buffer = readBuffer();
  for (let position = start; position < end; ) {
    const wanted = buffer.subarray(0, Math.min(buffer.length, end - position));
    const count = readSync(descriptor, wanted, 0, wanted.length, position);
    if (count === 0) {
      throw new FileFault("changed");
    }
    consume(wanted.subarray(0, count), position);
    position += count;
  }
}

function headOf(descriptor: number, bytes: Uint8Array, end: number): Uint8Array {
  const length = Math.min(maxHeadBytes, end);
  if (bytes.length >= length) {
    return bytes;
  }
  const head = new Uint8Array(length);
  fill(descriptor, head, 0);
  return head;
}

function fill(descriptor: number, target: Uint8Array, position: number): number {
  let filled = 0;
  while (filled < target.length) {
    const count = readSync(descriptor, target, filled, target.length - filled, position + filled);
    if (count === 0) {
      break;
    }
    filled += count;
  }
  return filled;
}
