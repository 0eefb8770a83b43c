// SPDX-License-Identifier: Apache-2.0
// Notices a ZIP archive at the end of a file of another format. ZIP readers start at the end, so weights
// with an archive behind or inside them are one file to a scanner and another to a loader (polyglot).
// Spec: PKWARE APPNOTE 6.3.10 §4.3.16. Leaves out reading the archive.

import type { ByteSource } from "../bytes/byte-source.ts";

const recordBytes = 22;
const maxCommentBytes = 0xffff;
const signature = 0x06054b50;

/** Offset of an end-of-central-directory record whose comment ends exactly with the file. */
export function findZipTail(file: ByteSource): number | undefined {
  const length = Math.min(file.size, recordBytes + maxCommentBytes);
  if (length < recordBytes) {
    return undefined;
  }
  const bytes = file.read(file.size - length, length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = length - recordBytes; at >= 0; at -= 1) {
    const isRecord = bytes[at] === 0x50 && view.getUint32(at, true) === signature;
    if (isRecord && view.getUint16(at + 20, true) === length - at - recordBytes) {
      return file.size - length + at;
    }
  }
  return undefined;
}
