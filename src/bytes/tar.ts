// SPDX-License-Identifier: Apache-2.0
// Reads the headers of a tar archive from front to back: ustar, pax and GNU.
// Spec: POSIX.1-2024 pax, "ustar Interchange Format" and "pax Header Block"; GNU tar manual, "Basic Tar Format".
// Leaves out sparse files (they are listed, and marked) and the oldest tars without a checksum.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { type Finding, finding } from "../model/finding.ts";
import type { ByteSource } from "./byte-source.ts";
import { leadsOut, nameFinding } from "./member-name.ts";
import {
  isTarExtension,
  type TarEntry,
  type TarOverrides,
  tarEntry,
  tarOverrides,
  tarSize,
  tarType,
  wholeBlocks,
} from "./tar/entry.ts";
import { blockBytes, hasChecksum, isZero } from "./tar/header.ts";

export type { TarEntry, TarKind } from "./tar/entry.ts";

/** True if the file starts with a tar header. */
export function startsLikeTar(file: ByteSource): boolean {
  return file.size >= blockBytes && hasChecksum(file.read(0, blockBytes));
}

/**
 * The entries in their order. What is wrong goes to `report`.
 * @throws {AibomError} TAR_BROKEN where the next header should be, ARCHIVE_TOO_MANY_MEMBERS
 */
export function* readTar(file: ByteSource, report: (finding: Finding) => void): Generator<TarEntry> {
  const reader = new TarReader(file, report);
  for (let entry = reader.next(); entry !== undefined; entry = reader.next()) {
    yield entry;
  }
}

class TarReader {
  readonly #file: ByteSource;
  readonly #report: (finding: Finding) => void;
  readonly #links = new Map<string, string>();
  #at = 0;
  #count = 0;
  #window: Uint8Array = new Uint8Array(0);
  #windowStart = 0;
  #global: TarOverrides = {};

  constructor(file: ByteSource, report: (finding: Finding) => void) {
    this.#file = file;
    this.#report = report;
  }

  next(): TarEntry | undefined {
    let overrides: TarOverrides = {};
    for (;;) {
      const headerOffset = this.#at;
      const header = this.#header();
      if (header === undefined) {
        return undefined;
      }
      this.#count += 1;
      if (this.#count > limits.maxContainerMembers) {
        const limit = limits.maxContainerMembers;
        throw AibomError.of("ARCHIVE_TOO_MANY_MEMBERS", { limit }, { where: { path: this.#file.path } });
      }
      const type = tarType(header);
      const size = this.#size(header, headerOffset);
      const content = headerOffset + blockBytes;
      if (!isTarExtension(type)) {
        return this.#entry(header, headerOffset, size, { ...this.#global, ...overrides });
      }
      const values = tarOverrides(type, this.#read(content, size));
      if (type === "g") {
        this.#global = { ...this.#global, ...values };
      } else {
        overrides = { ...overrides, ...values };
      }
      this.#at = content + wholeBlocks(size);
    }
  }

  /** The next header; undefined at the end of the archive. */
  #header(): Uint8Array | undefined {
    if (this.#at >= this.#file.size) {
      // Blocks of zeros should mark the end; Python's tarfile and others take the end of the file as well.
      this.#report(finding("TAR_END_MISSING", { path: this.#file.path, offset: this.#file.size }, {}));
      return undefined;
    }
    const block = this.#block();
    if (block !== undefined && isZero(block)) {
      return this.#behindEnd();
    }
    if (block === undefined || !hasChecksum(block)) {
      throw AibomError.of("TAR_BROKEN", {}, { where: { path: this.#file.path, offset: this.#at } });
    }
    return block;
  }

  /** Behind the end, zeros fill up a record. Anything else is not seen by most readers, and read on here. */
  #behindEnd(): Uint8Array | undefined {
    const end = Math.min(this.#file.size, this.#at + limits.maxTarPaddingBytes);
    const endOffset = this.#at;
    for (; this.#at < end; this.#at += blockBytes) {
      const block = this.#block();
      if (block === undefined || !isZero(block)) {
        const length = this.#file.size - this.#at;
        this.#report(
          finding("ARCHIVE_TRAILING_BYTES", { path: this.#file.path, offset: this.#at }, { length }),
        );
        return block !== undefined && hasChecksum(block) ? block : undefined;
      }
    }
    if (this.#at < this.#file.size) {
      const length = this.#file.size - endOffset;
      this.#report(
        finding("ARCHIVE_TRAILING_BYTES", { path: this.#file.path, offset: endOffset }, { length }),
      );
    }
    return undefined;
  }

  /** 512 bytes at the place of the reader; undefined if the file ends before. */
  #block(): Uint8Array | undefined {
    if (this.#at + blockBytes > this.#file.size) {
      return undefined;
    }
    const start = this.#at - this.#windowStart;
    if (start < 0 || start + blockBytes > this.#window.length) {
      this.#window = this.#file.read(this.#at, Math.min(windowBytes, this.#file.size - this.#at));
      this.#windowStart = this.#at;
      return this.#window.subarray(0, blockBytes);
    }
    return this.#window.subarray(start, start + blockBytes);
  }

  #size(header: Uint8Array, offset: number): number {
    const size = tarSize(header);
    if (size === undefined) {
      throw AibomError.of("TAR_BROKEN", {}, { where: { path: this.#file.path, offset } });
    }
    return size;
  }

  /** Long names and pax records: read whole, so their size is limited. */
  #read(offset: number, size: number): Uint8Array {
    const limit = limits.maxTarExtensionBytes;
    if (size > limit) {
      const where = { path: this.#file.path, offset };
      throw AibomError.of("BYTES_READ_TOO_LARGE", { length: size, limit }, { where });
    }
    return this.#file.read(offset, size);
  }

  #entry(header: Uint8Array, headerOffset: number, stated: number, overrides: TarOverrides): TarEntry {
    const entry = tarEntry(header, headerOffset, stated, overrides);
    this.#check(entry);
    this.#at = entry.dataOffset + wholeBlocks(entry.size);
    return entry;
  }

  #check(entry: TarEntry): void {
    const { name, kind, headerOffset, target } = entry;
    const where = { path: this.#file.path, member: name, offset: headerOffset };
    const unsafe = nameFinding(this.#file.path, name, headerOffset);
    if (unsafe !== undefined) {
      this.#report(unsafe);
    }
    if (entry.dataOffset + entry.size > this.#file.size) {
      const end = entry.dataOffset + entry.size;
      throw AibomError.of(
        "BYTES_OUT_OF_RANGE",
        { offset: entry.dataOffset, end, size: this.#file.size },
        { where },
      );
    }
    if (kind === "device" || kind === "pipe") {
      this.#report(finding("ARCHIVE_SPECIAL_FILE", where, { kind }));
    }
    this.#checkBehindLink(name, where);
    if (target !== undefined) {
      // The target of a hard link counts from the root of the archive, that of a symbolic one from its place.
      const from = kind === "symlink" ? name : "link";
      if (leadsOut(from, target)) {
        const isAbsolute = target.startsWith("/");
        this.#report(
          finding("ARCHIVE_LINK_ESCAPES", where, { target }, { severity: isAbsolute ? "low" : "medium" }),
        );
        this.#links.set(plain(name), target);
      }
    }
  }

  /** A file that is written through a link which leads out lands outside. */
  #checkBehindLink(name: string, where: { path: string; member: string; offset: number }): void {
    if (this.#links.size === 0) {
      return;
    }
    const parts = plain(name).split("/");
    for (let count = 1; count < parts.length; count += 1) {
      const link = parts.slice(0, count).join("/");
      const target = this.#links.get(link);
      if (target !== undefined) {
        this.#report(finding("ARCHIVE_LINK_TRAVERSED", where, { link, target }));
        return;
      }
    }
  }
}

const windowBytes = 64 * 1024;

/** A name without `./`, double and final slashes. */
function plain(name: string): string {
  return name
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
}
