// SPDX-License-Identifier: Apache-2.0
// Reads the headers of a tar archive from front to back: ustar, pax and GNU.
// Spec: POSIX.1-2024 pax, "ustar Interchange Format" and "pax Header Block"; GNU tar manual, "Basic Tar Format".
// Leaves out sparse files (they are listed, and marked) and the oldest tars without a checksum.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { type Finding, finding } from "../model/finding.ts";
import type { ByteSource } from "./byte-source.ts";
import { leadsOut, nameFinding } from "./member-name.ts";
import { blockBytes, hasChecksum, isZero, numberField, paxRecords, textField } from "./tar/header.ts";

export type TarKind =
  | "file"
  | "directory"
  | "symlink"
  | "hard link"
  | "device"
  | "pipe"
  | "sparse file"
  | "unknown";

export interface TarEntry {
  /** As written: nothing is removed from it. */
  readonly name: string;
  readonly kind: TarKind;
  /** Bytes of the content; 0 for what has none. */
  readonly size: number;
  /** Offset in the file of the header. */
  readonly headerOffset: number;
  /** Offset in the file of the content. */
  readonly dataOffset: number;
  readonly mode: number;
  /** Of links. */
  readonly target: string | undefined;
}

const kinds: ReadonlyMap<string, TarKind> = new Map<string, TarKind>([
  ["0", "file"],
  ["\0", "file"],
  ["7", "file"],
  ["1", "hard link"],
  ["2", "symlink"],
  ["3", "device"],
  ["4", "device"],
  ["5", "directory"],
  ["6", "pipe"],
  ["S", "sparse file"],
]);

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

/** Values that stand before a header and are longer than its fields. */
interface Overrides {
  name?: string | undefined;
  target?: string | undefined;
  size?: number | undefined;
  isSparse?: boolean | undefined;
}

class TarReader {
  readonly #file: ByteSource;
  readonly #report: (finding: Finding) => void;
  readonly #links = new Map<string, string>();
  #at = 0;
  #count = 0;
  #window: Uint8Array = new Uint8Array(0);
  #windowStart = 0;
  #global: Overrides = {};

  constructor(file: ByteSource, report: (finding: Finding) => void) {
    this.#file = file;
    this.#report = report;
  }

  next(): TarEntry | undefined {
    let overrides: Overrides = {};
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
      const type = String.fromCharCode(header[156] ?? 0);
      const size = this.#size(header, headerOffset);
      const content = headerOffset + blockBytes;
      switch (type) {
        case "x":
          overrides = { ...overrides, ...this.#pax(content, size) };
          break;
        case "g":
          this.#global = { ...this.#global, ...this.#pax(content, size) };
          break;
        case "L":
          overrides.name = textField(this.#read(content, size));
          break;
        case "K":
          overrides.target = textField(this.#read(content, size));
          break;
        default:
          return this.#entry(header, headerOffset, type, { ...this.#global, ...overrides });
      }
      this.#at = content + roundUp(size);
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
    const size = numberField(header.subarray(124, 136));
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

  #pax(offset: number, size: number): Overrides {
    const records = paxRecords(this.#read(offset, size));
    const bytes = records.get("size");
    const isSparse = [...records.keys()].some((key) => key.startsWith("GNU.sparse"));
    const name = records.get("GNU.sparse.name") ?? records.get("path");
    const target = records.get("linkpath");
    return {
      ...(name !== undefined && { name }),
      ...(target !== undefined && { target }),
      ...(bytes !== undefined && /^\d{1,16}$/.test(bytes) && { size: Number(bytes) }),
      ...(isSparse && { isSparse }),
    };
  }

  #entry(header: Uint8Array, headerOffset: number, type: string, overrides: Overrides): TarEntry {
    const isUstar = textField(header.subarray(257, 262)) === "ustar";
    const prefix = isUstar && header[262] === 0 ? textField(header.subarray(345, 500)) : "";
    const short = textField(header.subarray(0, 100));
    const name = overrides.name ?? (prefix === "" ? short : `${prefix}/${short}`);
    // Of V7 tars: a directory is a file whose name ends with a slash.
    const isOldDirectory = (type === "0" || type === "\0") && name.endsWith("/");
    const kind =
      overrides.isSparse === true
        ? "sparse file"
        : isOldDirectory
          ? "directory"
          : (kinds.get(type) ?? "unknown");
    const isLink = kind === "symlink" || kind === "hard link";
    const stated = overrides.size ?? this.#size(header, headerOffset);
    const size = isLink || kind === "directory" || kind === "device" || kind === "pipe" ? 0 : stated;
    const dataOffset = headerOffset + blockBytes;
    const target = isLink ? (overrides.target ?? textField(header.subarray(157, 257))) : undefined;
    const mode = numberField(header.subarray(100, 108)) ?? 0;
    const entry = { name, kind, size, headerOffset, dataOffset, mode, target };
    this.#check(entry);
    this.#at = dataOffset + roundUp(size);
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

function roundUp(size: number): number {
  return Math.ceil(size / blockBytes) * blockBytes;
}

/** A name without `./`, double and final slashes. */
function plain(name: string): string {
  return name
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
}
