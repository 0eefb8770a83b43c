// SPDX-License-Identifier: Apache-2.0
// Entry bundles (C2SP tlog-tiles): up to 256 entries, each with its length in two bytes, big-endian, in front.

/** Bytes of an entry: what its length field can say. */
export const maxEntryBytes = 0xffff;

/** One entry as it stands in a bundle. */
export function bundledEntry(entry: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(2 + entry.length);
  bytes.writeUInt16BE(entry.length);
  bytes.set(entry, 2);
  return bytes;
}

/**
 * The entries of a bundle that has exactly `count` of them and nothing else.
 * @throws what `malformed` makes
 */
export function parseEntryBundle(
  bytes: Uint8Array,
  count: number,
  malformed: (reason: string) => Error,
): readonly Uint8Array[] {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < view.length) {
    const end = at + 2 > view.length ? Number.POSITIVE_INFINITY : at + 2 + view.readUInt16BE(at);
    if (end > view.length) {
      throw malformed(`entry ${entries.length} of the bundle is cut off`);
    }
    if (entries.length === count) {
      throw malformed(`the bundle has more than ${count} entries`);
    }
    entries.push(view.subarray(at + 2, end));
    at = end;
  }
  if (entries.length < count) {
    throw malformed(`the bundle has ${entries.length} entries, not ${count}`);
  }
  return entries;
}
