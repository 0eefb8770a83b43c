// SPDX-License-Identifier: Apache-2.0
// What reading one file may cost, with all that is nested in it: bytes on a thread that must not be kept busy, bytes that
// are unpacked on any other.

import type { ByteSource } from "../bytes/byte-source.ts";
import { AibomError } from "../errors.ts";
import type { Format } from "./format.ts";

/** What reading a file on disk and all that is nested in it may cost. */
export interface Budget {
  /** @throws where so much may not be unpacked */
  spend(unpackedBytes: number, path: string): void;
  /** A member as its reader gets it. @throws where no further one may be looked into */
  member(bytes: ByteSource): ByteSource;
  /** @throws where this reader may not be called */
  admit(reader: Format | undefined): void;
}

/**
 * What may be done lightly: members that lie in the file as they are count as more bytes of it, and nothing is unpacked.
 * A reader that passes over the refusal is noticed all the same.
 */
export class Allowance implements Budget {
  isOver = false;
  #left: number;

  constructor(maxBytes: number) {
    this.#left = maxBytes;
  }

  source(file: ByteSource): ByteSource {
    return {
      path: file.path,
      size: file.size,
      read: (offset, length) => {
        // A read costs something even of no bytes.
        this.#left -= Math.max(length, minReadCost);
        return this.#left < 0 ? this.#refuse() : file.read(offset, length);
      },
    };
  }

  spend(): void {
    this.#refuse();
  }

  member(bytes: ByteSource): ByteSource {
    this.#left -= memberCost;
    return this.#left < 0 ? this.#refuse() : this.source(bytes);
  }

  admit(reader: Format | undefined): void {
    if (reader?.isHeavy === true) {
      this.#refuse();
    }
  }

  #refuse(): never {
    this.isOver = true;
    throw new Error("more than may be done lightly");
  }
}

/** Bytes that the shortest read counts for. */
const minReadCost = 64;
/** Bytes that a member counts for besides what is read of it: it is identified, and what it says is moved. */
const memberCost = 512;

/** Bytes that may be unpacked from one file on disk; all else is up to the thread's limits. */
export class Purse implements Budget {
  readonly #limit: number;
  #left: number;

  constructor(limit: number) {
    this.#limit = limit;
    this.#left = limit;
  }

  spend(unpackedBytes: number, path: string): void {
    this.#left -= unpackedBytes;
    if (this.#left < 0) {
      throw AibomError.of("CONTAINER_UNPACKS_TOO_MUCH", { limit: this.#limit }, { where: { path } });
    }
  }

  member(bytes: ByteSource): ByteSource {
    return bytes;
  }

  admit(): void {}
}
