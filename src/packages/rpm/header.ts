// SPDX-License-Identifier: Apache-2.0
// One header of an rpm database (rpm, "Header format", without the lead): 32-bit counts of entries and bytes, an entry
// of four numbers (tag, type, offset, count) each, then the store. Big endian. Every length is compared with the bytes.

import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";

/** Tags that an inventory needs (rpmtag.h). */
export const rpmTags = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  summary: 1004,
  vendor: 1011,
  license: 1014,
  url: 1020,
  arch: 1022,
  fileSizes: 1028,
  fileModes: 1030,
  fileDigests: 1035,
  fileFlags: 1037,
  sourceRpm: 1044,
  provideName: 1047,
  requireName: 1049,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
  fileDigestAlgorithm: 5011,
  modularityLabel: 5096,
} as const;

interface Entry {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

const entryBytes = 16;
const types = { int16: 3, int32: 4, string: 6, stringArray: 8, i18nString: 9 } as const;

/** The fields of one header, read when they are asked for. */
export class RpmHeader {
  readonly #entries = new Map<number, Entry>();
  readonly #store: DataView;
  readonly #path: string;

  /** @throws {AibomError} PACKAGE_RECORD_INVALID if the lengths do not fit the blob */
  constructor(blob: Uint8Array, path: string) {
    this.#path = path;
    const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
    if (blob.byteLength < 8) {
      throw this.#invalid("a header is shorter than its counts");
    }
    const count = view.getUint32(0);
    const length = view.getUint32(4);
    const start = 8 + count * entryBytes;
    if (
      count > limits.maxRpmHeaderEntries ||
      length > limits.maxRpmHeaderBytes ||
      start + length > blob.byteLength
    ) {
      throw this.#invalid(
        `a header of ${blob.byteLength} bytes says that it has ${count} entries and ${length} bytes`,
      );
    }
    this.#store = new DataView(blob.buffer, blob.byteOffset + start, length);
    for (let index = 0; index < count; index += 1) {
      const at = 8 + index * entryBytes;
      const offset = view.getUint32(at + 8);
      if (offset <= length) {
        this.#entries.set(view.getUint32(at), {
          type: view.getUint32(at + 4),
          offset,
          count: view.getUint32(at + 12),
        });
      }
    }
  }

  /** A text; of a translated one the first. */
  text(tag: number): string | undefined {
    const [first] = this.texts(tag, 1);
    return first === "" || first === "(none)" ? undefined : first;
  }

  /** The texts of a list, `most` at most. */
  texts(tag: number, most: number = Number.POSITIVE_INFINITY): readonly string[] {
    const entry = this.#entries.get(tag);
    const isText =
      entry?.type === types.string || entry?.type === types.stringArray || entry?.type === types.i18nString;
    if (entry === undefined || !isText) {
      return [];
    }
    const { buffer, byteOffset, byteLength } = this.#store;
    const bytes = Buffer.from(buffer, byteOffset, byteLength);
    const texts: string[] = [];
    for (let at = entry.offset; texts.length < Math.min(entry.count, most); ) {
      const end = bytes.indexOf(0, at);
      if (end < 0) {
        throw this.#invalid("a text of a header has no end");
      }
      texts.push(bytes.toString("utf8", at, end));
      at = end + 1;
    }
    return texts;
  }

  /** The numbers of a list of 16 or 32 bits. */
  numbers(tag: number): readonly number[] {
    const entry = this.#entries.get(tag);
    const width = entry?.type === types.int32 ? 4 : entry?.type === types.int16 ? 2 : undefined;
    if (entry === undefined || width === undefined) {
      return [];
    }
    if (entry.count * width > this.#store.byteLength - entry.offset) {
      throw this.#invalid("a list of numbers is longer than its header");
    }
    return Array.from({ length: entry.count }, (_, index) => {
      const at = entry.offset + index * width;
      return width === 4 ? this.#store.getUint32(at) : this.#store.getUint16(at);
    });
  }

  #invalid(reason: string): AibomError {
    return AibomError.of("PACKAGE_RECORD_INVALID", { reason }, { where: { path: this.#path } });
  }
}
