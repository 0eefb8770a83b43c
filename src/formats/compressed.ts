// SPDX-License-Identifier: Apache-2.0
// Files that are one compressed stream: gzip, zlib (joblib's default), zstd, bzip2, xz, LZMA, LZ4. They are unpacked to
// memory within limits, and what is inside is described like any file. joblib, tars of weights and datasets come this
// way.

import type { ByteSource } from "../bytes/byte-source.ts";
import { unpackBzip2 } from "../bytes/bzip2.ts";
import { unpackZlib, unpackZstd } from "../bytes/deflate.ts";
import { readGzipHeader, unpackGzip } from "../bytes/gzip.ts";
import { unpackLz4 } from "../bytes/lz4.ts";
import { lzmaHeaderBytes, readLzmaHeader, unpackLzmaAlone } from "../bytes/lzma-alone.ts";
import { readAll, startSource, type Unpacker } from "../bytes/unpacked.ts";
import { unpackXz } from "../bytes/xz.ts";
import type { Code } from "../codes/index.ts";
import { limits } from "../limits.ts";
import { finding } from "../model/finding.ts";
import { faultFinding } from "./fault-finding.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Head, Match, MemberDescription, Members } from "./format.ts";

/** How one kind of compression is recognised and undone. */
interface Compression {
  readonly id: string;
  /** What the unpacked file is named after these are taken off. */
  readonly extensions: readonly string[];
  readonly unpack: Unpacker;
  /** Bytes that it may unpack to. */
  readonly limit: number;
  startsAt(bytes: Uint8Array): boolean;
  /** For a start of few telling bytes. */
  confirm?(file: ByteSource): boolean;
}

/** Magic numbers as they stand at the start of a stream. */
function magic(...expected: readonly number[]): (bytes: Uint8Array) => boolean {
  return (bytes) => expected.every((byte, index) => bytes[index] === byte);
}

/** bzip2 has its block's magic, or that of the end, behind the level. */
function isBzip2(bytes: Uint8Array): boolean {
  const [b, z, h, level = 0] = bytes;
  const isHeader = b === 0x42 && z === 0x5a && h === 0x68 && level >= 0x31 && level <= 0x39;
  const behind = bytes.subarray(4);
  return isHeader && (magic(0x31, 0x41, 0x59, 0x26)(behind) || magic(0x17, 0x72, 0x45, 0x38)(behind));
}

/** LZMA has no magic: properties, a dictionary of a size that encoders use, a size that is not absurd, a zero byte. */
function isLzma(bytes: Uint8Array): boolean {
  const header = readLzmaHeader(bytes);
  if (header === undefined || bytes[0] !== 0x5d || bytes[lzmaHeaderBytes] !== 0) {
    return false;
  }
  const { dictionaryBytes, size } = header;
  // Two or three times a power of two.
  const exponent = Math.floor(Math.log2(dictionaryBytes));
  const isUsual = [2 ** exponent, 1.5 * 2 ** exponent, 2 ** 32 - 1].includes(dictionaryBytes);
  return isUsual && dictionaryBytes >= 4096 && (size === undefined || size < 2 ** 40);
}

/** Frames that decoders of zstd and LZ4 step over: a magic of sixteen values, a length, anything. */
function skippableBytes(bytes: Uint8Array): number | undefined {
  const [first = 0, second, third, fourth, a = 0, b = 0, c = 0, d = 0] = bytes;
  const isSkippable = (first & 0xf0) === 0x50 && second === 0x2a && third === 0x4d && fourth === 0x18;
  return isSkippable ? 8 + a + b * 2 ** 8 + c * 2 ** 16 + d * 2 ** 24 : undefined;
}

/** Steps over such frames, which begin no file but stand between and behind others (pzstd, seekable zstd). */
function framed(unpack: Unpacker): Unpacker {
  return (packed, limit) => {
    const skipped = skippableBytes(packed);
    if (skipped === undefined) {
      return unpack(packed, limit);
    }
    const none = new Uint8Array(0);
    return skipped > packed.length
      ? { bytes: none, state: "broken", reason: "it breaks off", consumed: 0 }
      : { bytes: none, state: "end", consumed: skipped };
  };
}

/** Two bytes that are divisible by 31 (RFC 1950), as all writers but the oldest have them. */
function isZlib(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  return first === 0x78 && [0x01, 0x5e, 0x9c, 0xda].includes(second) && bytes.length > 6;
}

const probeBytes = 4096;
/** zlib's words for a stream that is right as far as it goes. */
const cutOff = "unexpected end of file";

/** So few telling bytes are confirmed by unpacking some. Any number of blocks may hold nothing, and the next one all. */
function unpacksAsZlib(file: ByteSource): boolean {
  const probe = file.read(0, Math.min(file.size, probeBytes));
  const { bytes, state, reason } = unpackZlib(probe, limits.maxMemberBytes);
  return state === "end" || bytes.length > 0 || (file.size > probeBytes && reason === cutOff);
}

const compressions: readonly Compression[] = [
  {
    id: "gzip",
    extensions: [".gz", ".tgz", ".nemo"],
    unpack: unpackGzip,
    limit: limits.maxMemberBytes,
    startsAt: magic(0x1f, 0x8b, 8),
  },
  {
    id: "zlib",
    // joblib wrote zlib into files named .gz until 0.11.
    extensions: [".zlib", ".zz", ".gz"],
    unpack: unpackZlib,
    limit: limits.maxMemberBytes,
    startsAt: isZlib,
    confirm: unpacksAsZlib,
  },
  {
    id: "zstd",
    extensions: [".zst", ".zstd", ".tzst"],
    unpack: framed(unpackZstd),
    limit: limits.maxMemberBytes,
    startsAt: magic(0x28, 0xb5, 0x2f, 0xfd),
  },
  {
    id: "bzip2",
    extensions: [".bz2", ".tbz2"],
    unpack: unpackBzip2,
    limit: limits.maxSlowMemberBytes,
    startsAt: isBzip2,
  },
  {
    id: "xz",
    extensions: [".xz", ".txz"],
    unpack: unpackXz,
    limit: limits.maxSlowMemberBytes,
    startsAt: magic(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00),
  },
  {
    id: "lzma",
    extensions: [".lzma"],
    unpack: unpackLzmaAlone,
    limit: limits.maxSlowMemberBytes,
    startsAt: isLzma,
  },
  {
    id: "lz4",
    extensions: [".lz4"],
    unpack: framed(unpackLz4),
    limit: limits.maxMemberBytes,
    startsAt: magic(0x04, 0x22, 0x4d, 0x18),
  },
];

const streamExtensions: readonly string[] = compressions.flatMap(({ extensions }) => extensions);

/** One format for each kind of compression. */
export const compressedFormats: readonly Format[] = compressions.map((compression) => ({
  id: compression.id,
  holdsWeights: false,
  extensions: compression.extensions,
  isHeavy: true,
  match: ({ bytes }: Head): Match => {
    const isIt = compression.startsAt(bytes);
    return isIt ? (compression.confirm === undefined ? "certain" : "possible") : "no";
  },
  ...(compression.confirm !== undefined && { confirm: compression.confirm }),
  describe: (file: ByteSource, members: Members) => new CompressedFile(compression, file, members).describe(),
}));

class CompressedFile {
  readonly #compression: Compression;
  readonly #file: ByteSource;
  readonly #members: Members;
  readonly #findings: FindingList;
  #isIncomplete = false;

  constructor(compression: Compression, file: ByteSource, members: Members) {
    this.#compression = compression;
    this.#file = file;
    this.#members = members;
    this.#findings = new FindingList(file.path);
  }

  describe(): Description {
    this.#members.spend(0);
    const packed = readAll(this.#file, 0, Math.min(this.#file.size, this.#compression.limit));
    const parts = this.#unpack(packed);
    const [only = new Uint8Array(0)] = parts;
    const bytes = parts.length === 1 ? only : Buffer.concat(parts);
    this.#checkRatio(bytes.length);
    const name = this.#innerName(packed);
    const member = this.#isIncomplete
      ? this.#describeStart(name, bytes)
      : this.#members.describe(name, startSource(bytes, bytes.length, name));
    for (const each of member.findings) {
      this.#findings.add(each);
    }
    return {
      facts: member.facts,
      findings: this.#findings.all(),
      references: [],
      ...(member.holdsWeights && { holdsWeights: true }),
      ...((this.#isIncomplete || member.status === "unverified") && { incomplete: true }),
    };
  }

  /** Streams may follow one another; loaders read them as one. */
  #unpack(packed: Uint8Array): readonly Uint8Array[] {
    const { id, unpack, startsAt, limit } = this.#compression;
    const isNext = (rest: Uint8Array): boolean => startsAt(rest) || skippableBytes(rest) !== undefined;
    const where = { path: this.#file.path };
    const parts: Uint8Array[] = [];
    let total = 0;
    let at = 0;
    while (at < packed.length && (at === 0 || isNext(packed.subarray(at)))) {
      const {
        bytes,
        state,
        reason = "",
        consumed,
        isIntact,
        cost,
      } = unpack(packed.subarray(at), limit - total);
      parts.push(bytes);
      total += bytes.length;
      if (!this.#canSpend(cost ?? bytes.length)) {
        return parts;
      }
      if (isIntact === false) {
        this.#findings.add(finding("COMPRESSED_CHECKSUM_MISMATCH", { ...where, offset: at }, { format: id }));
      }
      if (state !== "end") {
        this.#isIncomplete = true;
        const isCut = state === "limit" || packed.length < this.#file.size;
        this.#findings.add(
          isCut
            ? finding("CONTAINER_MEMBER_TOO_LARGE", where, { size: `more than ${total}`, limit })
            : finding("COMPRESSED_DATA_INVALID", { ...where, offset: at }, { format: id, reason }),
        );
        return parts;
      }
      at += consumed;
    }
    this.#checkTail(packed, at);
    return parts;
  }

  /** What was unpacked when the purse ran out is looked at all the same. */
  #canSpend(bytes: number): boolean {
    try {
      this.#members.spend(bytes);
      return true;
    } catch (cause) {
      this.#findings.add(faultFinding(cause, { path: this.#file.path }, this.#compression.id));
      this.#isIncomplete = true;
      return false;
    }
  }

  /** Zeros fill up blocks of tapes; anything else is read by nobody. */
  #checkTail(packed: Uint8Array, at: number): void {
    const length = this.#file.size - at;
    if (length > 0 && packed.subarray(at).some((byte) => byte !== 0)) {
      this.#findings.add(
        finding("ARCHIVE_TRAILING_BYTES", { path: this.#file.path, offset: at }, { length }),
      );
    }
  }

  #checkRatio(unpacked: number): void {
    const ratio = Math.round(unpacked / Math.max(1, this.#file.size));
    const limit = limits.maxUnpackRatio;
    if (ratio > limit && unpacked > limits.minReportedRatioBytes) {
      this.#findings.add(finding("CONTAINER_RATIO", { path: this.#file.path }, { ratio, limit }));
    }
  }

  /** The name that gzip keeps, else the file's own without the extension. */
  #innerName(packed: Uint8Array): string {
    const kept = this.#compression.id === "gzip" ? readGzipHeader(packed)?.name : undefined;
    const own = this.#file.path.slice(this.#file.path.lastIndexOf("/") + 1);
    // Of any of them: old joblib wrote zlib under the name of gzip.
    const extension = streamExtensions.find((each) => own.toLowerCase().endsWith(each));
    const stem = extension === undefined ? own : own.slice(0, -extension.length);
    return kept !== undefined && kept !== ""
      ? kept.slice(kept.lastIndexOf("/") + 1)
      : stem === ""
        ? own
        : stem;
  }

  /**
   * Of a stream that breaks or is too large, what readers say about the end of it means nothing. Readers that go from
   * front to back say what loading would have done by then.
   */
  #describeStart(name: string, bytes: Uint8Array): MemberDescription {
    const member = this.#members.describe(name, startSource(bytes, bytes.length, name));
    if (!streamed.has(member.format)) {
      return { ...member, facts: [], findings: [] };
    }
    return { ...member, findings: member.findings.filter(({ code }) => !aboutTheEnd.has(code)) };
  }
}

/** What readers of such formats say where the bytes end too early. */
const aboutTheEnd: ReadonlySet<Code> = new Set<Code>([
  "BYTES_OUT_OF_RANGE",
  "PICKLE_BROKEN",
  "COMPRESSED_DATA_INVALID",
  "TAR_BROKEN",
  "TAR_END_MISSING",
]);

/** Formats that are read and loaded from front to back. */
const streamed: ReadonlySet<string> = new Set([
  "pickle",
  "pytorch-legacy",
  "tar",
  "gzip",
  "bzip2",
  "xz",
  "lzma",
]);
