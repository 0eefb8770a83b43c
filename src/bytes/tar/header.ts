// SPDX-License-Identifier: Apache-2.0
// The fields of a tar header block, and the records of a pax header.

export const blockBytes = 512;

export function isZero(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

/** True if the block's checksum is right: the sum of its bytes, those of the checksum taken as spaces. */
export function hasChecksum(block: Uint8Array): boolean {
  const stated = numberField(block.subarray(148, 156));
  if (stated === undefined || block[0] === undefined) {
    return false;
  }
  let unsigned = 8 * 0x20;
  let signed = unsigned;
  for (let at = 0; at < blockBytes; at += 1) {
    if (at < 148 || at >= 156) {
      const byte = block[at] ?? 0;
      unsigned += byte;
      // Some old systems summed bytes with a sign.
      signed += byte > 127 ? byte - 256 : byte;
    }
  }
  return stated !== 0 && (stated === unsigned || stated === signed);
}

/** A number in octal digits, or, if the highest bit is set, in binary (GNU). Undefined if it is neither, or too large. */
export function numberField(field: Uint8Array): number | undefined {
  const first = field[0] ?? 0;
  if ((first & 0x80) !== 0) {
    let value = first & 0x7f;
    for (const byte of field.subarray(1)) {
      value = value * 256 + byte;
    }
    // Negative numbers have the second bit set as well, which makes them too large.
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const text = Buffer.from(field.buffer, field.byteOffset, field.byteLength).toString("latin1");
  const digits = /^ *([0-7]*)[ \0]*/.exec(text);
  return digits === null || digits[0].length !== text.length
    ? undefined
    : Number.parseInt(digits[1] || "0", 8);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Text up to the first zero byte. */
export function textField(field: Uint8Array): string {
  const end = field.indexOf(0);
  const bytes = end < 0 ? field : field.subarray(0, end);
  try {
    return utf8.decode(bytes);
  } catch {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  }
}

/** Records `LENGTH KEY=VALUE\n` of a pax header; reading ends at the first that is none. A repeated key counts last. */
export function paxRecords(bytes: Uint8Array): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < buffer.length; ) {
    const space = buffer.indexOf(" ", at);
    const digits = space < 0 || space - at > 10 ? "" : buffer.toString("latin1", at, space);
    const end = at + Number(digits);
    if (!/^[0-9]+$/.test(digits) || end <= space || end > buffer.length) {
      break;
    }
    const equals = buffer.indexOf("=", space);
    if (equals > 0 && equals < end) {
      records.set(buffer.toString("utf8", space + 1, equals), buffer.toString("utf8", equals + 1, end - 1));
    }
    at = end;
  }
  return records;
}
