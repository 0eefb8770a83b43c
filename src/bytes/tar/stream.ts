// SPDX-License-Identifier: Apache-2.0
// Reads a tar archive that passes by in chunks, as one that is unpacked does: every entry, then its content. Holds
// no more than one header and one extension. Spec: as `bytes/tar.ts`.

import { limits } from "../../limits.ts";
import {
  isTarExtension,
  type TarEntry,
  type TarOverrides,
  tarEntry,
  tarOverrides,
  tarSize,
  tarType,
  wholeBlocks,
} from "./entry.ts";
import { blockBytes, hasChecksum, isZero } from "./header.ts";

/** Takes what the archive holds. Views are valid during the call only. */
export interface TarSink {
  entry(entry: TarEntry): void;
  /** A piece of the content of the last entry; none for an entry without content. */
  content(bytes: Uint8Array): void;
  /** The last entry is complete. */
  entryEnd(): void;
}

/** Why the archive could not be read further. */
export class TarBroken extends Error {
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(reason);
    this.offset = offset;
  }
}

type State = "header" | "extension" | "content" | "padding" | "end";

export class TarStream {
  /** Bytes behind the end mark that are no zeros, and where the first of them is. */
  trailingBytes = 0;
  hasEnd = false;
  readonly #sink: TarSink;
  #state: State = "header";
  /** Bytes that have passed. */
  #at = 0;
  /** Bytes of the current state that are still to come. */
  #left = blockBytes;
  /** Collects a header or an extension that is cut by the end of a chunk. */
  #parts: Uint8Array[] = [];
  #type = "";
  #headerOffset = 0;
  #padding = 0;
  #global: TarOverrides = {};
  #overrides: TarOverrides = {};

  constructor(sink: TarSink) {
    this.#sink = sink;
  }

  /** Takes the next chunk. @throws {TarBroken} and whatever the sink throws */
  write(chunk: Uint8Array): void {
    let from = 0;
    while (from < chunk.length) {
      const count = this.#state === "end" ? chunk.length - from : Math.min(this.#left, chunk.length - from);
      const piece = chunk.subarray(from, from + count);
      from += count;
      this.#take(piece);
      this.#at += count;
    }
  }

  /** The archive is over. @throws {TarBroken} if it breaks off */
  end(): void {
    const isBetween = this.#state === "end" || (this.#state === "header" && this.#left === blockBytes);
    const isCutInFill = this.#state === "padding";
    if (!isBetween && !isCutInFill) {
      throw new TarBroken("it breaks off", this.#at);
    }
  }

  #take(piece: Uint8Array): void {
    switch (this.#state) {
      case "end":
        this.trailingBytes += isAllZero(piece) && this.trailingBytes === 0 ? 0 : piece.length;
        return;
      case "content":
        this.#sink.content(piece);
        this.#advance(piece.length, () => this.#contentEnd());
        return;
      case "padding":
        this.#advance(piece.length, () => this.#expect("header", blockBytes));
        return;
      case "header":
      case "extension":
        this.#collect(piece);
    }
  }

  #advance(count: number, whenDone: () => void): void {
    this.#left -= count;
    if (this.#left === 0) {
      whenDone();
    }
  }

  #collect(piece: Uint8Array): void {
    const isWhole = this.#parts.length === 0 && piece.length === this.#left;
    if (!isWhole) {
      // The chunk is reused by whoever writes it.
      // A copy: a Buffer's `slice` shares the memory, and that is the next chunk's soon.
      this.#parts.push(new Uint8Array(piece));
    }
    this.#left -= piece.length;
    if (this.#left > 0) {
      return;
    }
    const bytes = isWhole ? piece : Buffer.concat(this.#parts);
    this.#parts = [];
    const start = this.#at + piece.length - bytes.length;
    if (this.#state === "header") {
      this.#header(bytes, start);
    } else {
      this.#extension(bytes);
    }
  }

  #header(block: Uint8Array, offset: number): void {
    if (isZero(block)) {
      this.hasEnd = true;
      this.#state = "end";
      return;
    }
    const size = hasChecksum(block) ? tarSize(block) : undefined;
    if (size === undefined) {
      throw new TarBroken("what stands where a header should be is none", offset);
    }
    this.#headerOffset = offset;
    this.#type = tarType(block);
    if (isTarExtension(this.#type)) {
      if (size > limits.maxTarExtensionBytes) {
        throw new TarBroken(`a name or a pax header of ${size} bytes is over the limit`, offset);
      }
      this.#padding = wholeBlocks(size) - size;
      this.#expect("extension", size);
      return;
    }
    const entry = tarEntry(block, this.#headerOffset, size, { ...this.#global, ...this.#overrides });
    this.#overrides = {};
    this.#sink.entry(entry);
    this.#padding = wholeBlocks(entry.size) - entry.size;
    this.#expect("content", entry.size);
  }

  #extension(content: Uint8Array): void {
    const values = tarOverrides(this.#type, content);
    if (this.#type === "g") {
      this.#global = { ...this.#global, ...values };
    } else {
      this.#overrides = { ...this.#overrides, ...values };
    }
    this.#expect("padding", this.#padding);
  }

  #contentEnd(): void {
    this.#sink.entryEnd();
    this.#expect("padding", this.#padding);
  }

  /** What comes next; what has no bytes is over at once. */
  #expect(state: State, count: number): void {
    this.#state = state;
    this.#left = count;
    if (count === 0) {
      if (state === "content") {
        this.#contentEnd();
      } else if (state === "extension") {
        this.#extension(new Uint8Array(0));
      } else {
        this.#expect("header", blockBytes);
      }
    }
  }
}

const zeros = Buffer.alloc(64 * 1024);

function isAllZero(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += zeros.length) {
    const part = bytes.subarray(at, at + zeros.length);
    if (zeros.compare(part, 0, part.length, 0, part.length) !== 0) {
      return false;
    }
  }
  return true;
}
