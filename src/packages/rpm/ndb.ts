// SPDX-License-Identifier: Apache-2.0
// rpm's NDB (SUSE; rpm, lib/backend/ndb/rpmpkg.c): a header, pages of slots that say where each package's blob lies in
// blocks of 16 bytes. Little endian.

import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";

const pageBytes = 4096;
const slotBytes = 16;
const blockBytes = 16;
const blobHeaderBytes = 16;
/** "RpmP", "Slot", "BlbS" as little-endian numbers. */
const databaseMagic = 0x506d7052;
const slotMagic = 0x746f6c53;
const blobMagic = 0x53626c42;

/** The headers. @throws {AibomError} PACKAGE_RECORD_INVALID */
export function readNdbHeaders(bytes: Uint8Array, path: string): readonly Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const invalid = (reason: string): AibomError =>
    AibomError.of("PACKAGE_RECORD_INVALID", { reason }, { where: { path } });
  if (bytes.byteLength < pageBytes || view.getUint32(0, true) !== databaseMagic) {
    throw invalid("it is no NDB database");
  }
  const slotPages = view.getUint32(12, true);
  if (slotPages === 0 || slotPages * pageBytes > bytes.byteLength) {
    throw invalid(`${slotPages} pages of slots do not fit ${bytes.byteLength} bytes`);
  }
  const headers: Uint8Array[] = [];
  // The first two slots of the first page are the header.
  for (let at = 2 * slotBytes; at < slotPages * pageBytes; at += slotBytes) {
    if (view.getUint32(at, true) !== slotMagic) {
      throw invalid(`the slot at byte ${at} has another magic`);
    }
    const index = view.getUint32(at + 4, true);
    const start = view.getUint32(at + 8, true) * blockBytes;
    if (index === 0) {
      continue;
    }
    if (start + blobHeaderBytes > bytes.byteLength || view.getUint32(start, true) !== blobMagic) {
      throw invalid(`the package ${index} is not where its slot says`);
    }
    const length = view.getUint32(start + 12, true);
    const isOwn = view.getUint32(start + 4, true) === index;
    if (!isOwn || length > limits.maxRpmHeaderBytes || start + blobHeaderBytes + length > bytes.byteLength) {
      throw invalid(`the package ${index} does not fit the file`);
    }
    headers.push(bytes.subarray(start + blobHeaderBytes, start + blobHeaderBytes + length));
  }
  return headers;
}
