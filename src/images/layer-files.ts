// SPDX-License-Identifier: Apache-2.0
// The files of a layer while they pass: each is hashed, identified by its first bytes, and read by its format's reader
// as far as its bytes can be kept. Small files are kept whole until their end; of large ones the start and the end.

import { createHash, type Hash, hash } from "node:crypto";
import { type ByteSource, checkRange, memorySource } from "../bytes/byte-source.ts";
import type { TarSink } from "../bytes/tar/stream.ts";
import type { TarEntry } from "../bytes/tar.ts";
import { AibomError } from "../errors.ts";
import { headBytes } from "../formats/format.ts";
import { identify } from "../formats/identify.ts";
import { type ReadFile, readFile, readHead } from "../formats/read-file.ts";
import { limits } from "../limits.ts";
import { type Finding, finding } from "../model/finding.ts";
import { readPackageFile, wantsReadOnce } from "../packages/read-packages.ts";
import { mayBeOfDpkg } from "./dpkg-paths.ts";
import type { LayerEntry } from "./layer-job.ts";
import { layerPath } from "./layer-path.ts";

/** What is asked of a layer besides hashing. */
export interface LayerInterest {
  /** True for files whose bytes are to be kept. */
  readonly keeps: (path: string, size: number) => boolean;
  /** Opens the bytes of a file in the carrier, where the layer is not packed: nothing has to be kept then. */
  readonly openStored?: (offset: number, size: number, path: string) => ByteSource;
  /** The paths of a second pass. */
  readonly whole?: ReadonlySet<string>;
}

interface OpenEntry {
  readonly path: string;
  readonly entry: TarEntry;
  readonly body: Body;
}

/** The bytes of the file that passes, as far as they are kept. */
interface Body {
  readonly limit: number;
  /** Whole, where the file came in one piece; a view until the end of the call. */
  single: Uint8Array | undefined;
  kept: number;
  /** Where the bytes begin that are kept of the end. */
  readonly tailStart: number;
  readonly tail: Uint8Array[];
  seen: number;
  hasher: Hash | undefined;
  /** For the record that dpkg may have of it. */
  readonly hasMd5: boolean;
  md5: Hash | undefined;
}

/** Most files are smaller. */
const firstStartBytes = 1024 * 1024;

export class LayerFiles implements TarSink {
  readonly findings: Finding[] = [];
  /** Paths for a second pass. */
  readonly again: string[] = [];
  complete = true;
  readonly #place: { readonly path: string; readonly layer: string };
  readonly #interest: LayerInterest;
  readonly #emit: (entry: LayerEntry) => void;
  #open: OpenEntry | undefined;
  #entries = 0;
  #keptBytes = 0;
  /** Holds the start of one file after the other: memory of its own for each costs more time than hashing it. */
  #start = Buffer.alloc(firstStartBytes);

  constructor(
    place: { readonly path: string; readonly layer: string },
    interest: LayerInterest,
    emit: (entry: LayerEntry) => void,
  ) {
    this.#place = place;
    this.#interest = interest;
    this.#emit = emit;
  }

  entry(entry: TarEntry): void {
    this.#entries += 1;
    if (this.#entries > limits.maxLayerEntries) {
      throw AibomError.of("ARCHIVE_TOO_MANY_MEMBERS", { limit: limits.maxLayerEntries });
    }
    const path = layerPath(entry.name);
    if (typeof path !== "string") {
      this.report(
        finding("IMAGE_LAYER_NAME_UNSAFE", this.#where(entry.name), path, {
          ...(path.reason.startsWith("`..`") ? {} : { severity: "medium" }),
        }),
      );
      this.complete = false;
      return;
    }
    if (entry.kind !== "file") {
      this.#takeOther(path, entry);
    } else if (this.#interest.whole?.has(path) !== false) {
      this.#open = { path, entry, body: this.#bodyFor(path, entry) };
    }
  }

  content(bytes: Uint8Array): void {
    if (this.#open !== undefined) {
      this.#take(this.#open.body, bytes, this.#open.entry.size);
    }
  }

  entryEnd(): void {
    if (this.#open !== undefined) {
      const open = this.#open;
      this.#open = undefined;
      this.#finish(open);
    }
  }

  report(found: Finding): void {
    if (this.findings.length < limits.maxImageFindings) {
      this.findings.push(found);
    }
  }

  #where(member: string): { readonly path: string; readonly member: string } {
    return { path: this.#place.path, member: `${this.#place.layer}!${member}` };
  }

  #takeOther(path: string, { kind, size, mode, target, name }: TarEntry): void {
    if (kind === "device" || kind === "pipe") {
      // Overlay whiteouts of some builders are character devices 0/0 in `.wh.` names; those never reach a container.
      this.report(finding("IMAGE_FILE_SPECIAL", this.#where(name), { kind }));
    } else if (kind === "sparse file" || kind === "unknown") {
      this.report(finding("TAR_KIND_UNREAD", this.#where(name), { kind }));
      this.complete = false;
    }
    this.#emit({ path, kind, size, mode, ...(target === undefined ? {} : { target }) });
  }

  #bodyFor(path: string, { size }: TarEntry): Body {
    const isSecondPass = this.#interest.whole !== undefined;
    const limit = isSecondPass ? limits.maxLayerSecondPassBytes : limits.maxLayerWholeBytes;
    return {
      limit: size <= limit ? size : limits.maxLayerHeadBytes,
      single: undefined,
      kept: 0,
      tailStart: size <= limit ? size : size - limits.maxLayerTailBytes,
      tail: [],
      seen: 0,
      hasher: undefined,
      hasMd5: !isSecondPass && mayBeOfDpkg(path),
      md5: undefined,
    };
  }

  #finish({ path, entry, body }: OpenEntry): void {
    const { size, mode, dataOffset } = entry;
    const sha256 = digestOf(body);
    const md5 = md5Of(body);
    const start = body.single ?? this.#start.subarray(0, body.kept);
    const head = { bytes: start.subarray(0, headBytes), path, size };
    const identification = identify(head);
    const stored = this.#interest.openStored?.(dataOffset, size, path);
    const source = stored ?? keptSource(start, joined(body.tail), size, path);
    const light = readHead(head, identification);
    const read = light ?? readFile(head, source, identification);
    const packages = wantsReadOnce(path, size, read.format) ? readPackageFile(source) : [];
    this.#askAgain(path, size, source);
    const isKept = this.#isKept(path, size, start);
    this.#emit({
      path,
      kind: "file",
      size,
      mode,
      sha256,
      ...(md5 === undefined ? {} : { digests: [{ algorithm: "md5", hex: md5 }] }),
      format: read.format,
      ...(isPlain(read) ? {} : { read: this.#located(path, read) }),
      ...(packages.length === 0 ? {} : { packages }),
      ...(isKept ? { bytes: copyOf(start) } : {}),
    });
  }

  /** What a reader missed is read again in a second pass, where that can help. */
  #askAgain(path: string, size: number, source: ByteSource & { readonly missed?: boolean }): void {
    const isFirst = this.#interest.whole === undefined;
    if (source.missed === true && isFirst && size <= limits.maxLayerSecondPassBytes) {
      this.again.push(path);
    }
  }

  #take(body: Body, bytes: Uint8Array, size: number): void {
    if (body.seen === 0 && bytes.length === size) {
      body.single = bytes;
      body.seen = size;
      return;
    }
    body.hasher ??= createHash("sha256");
    body.hasher.update(bytes);
    if (body.hasMd5) {
      body.md5 ??= createHash("md5");
      body.md5.update(bytes);
    }
    this.#keepStart(body, bytes, size);
    const end = body.seen + bytes.length;
    if (end > body.tailStart) {
      body.tail.push(copyOf(bytes.subarray(Math.max(0, body.tailStart - body.seen))));
    }
    body.seen = end;
  }

  /** Grows with what has come, not with what a header promises. */
  #keepStart(body: Body, bytes: Uint8Array, size: number): void {
    const part = bytes.subarray(0, Math.max(0, body.limit - body.kept));
    const needed = body.kept + part.length;
    if (needed > this.#start.length) {
      const promised = Math.min(size, body.limit);
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(2 * this.#start.length, promised)));
      grown.set(this.#start.subarray(0, body.kept));
      this.#start = grown;
    }
    this.#start.set(part, body.kept);
    body.kept = needed;
  }

  #isKept(path: string, size: number, start: Uint8Array): boolean {
    if (start.length < size || this.#interest.whole !== undefined || !this.#interest.keeps(path, size)) {
      return false;
    }
    this.#keptBytes += size;
    if (this.#keptBytes > limits.maxImageKeptBytes) {
      const limit = limits.maxImageKeptBytes;
      this.report(finding("IMAGE_FILE_UNREAD", this.#where(path), { size, limit }));
      this.complete = false;
      return false;
    }
    return true;
  }

  /** Findings name the file in the layer: they stand at the carrier's file on disk. */
  #located(path: string, read: ReadFile): ReadFile {
    const member = this.#where(path).member;
    const findings = read.findings.map((each): Finding => {
      const { member: inner, offset } = each.location;
      const location = {
        path: this.#place.path,
        member: inner === undefined ? member : `${member}!${inner}`,
        ...(offset === undefined ? {} : { offset, offsetIn: "member" as const }),
      };
      return { ...each, subject: this.#place.path, location };
    });
    return { ...read, findings };
  }
}

/** Memory of its own. A Buffer's `slice` shares it, and what it shares is written over by the next chunk. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** Most files: of no format that has a reader, and nothing is wrong with them. */
function isPlain(read: ReadFile): boolean {
  return read.status === "opaque" && read.findings.length === 0 && !read.holdsWeights;
}

function digestOf({ single, hasher }: Body): string {
  return single === undefined
    ? (hasher ?? createHash("sha256")).digest("hex")
    : hash("sha256", single, "hex");
}

function md5Of({ single, hasMd5, md5 }: Body): string | undefined {
  if (!hasMd5) {
    return undefined;
  }
  return single === undefined ? (md5 ?? createHash("md5")).digest("hex") : hash("md5", single, "hex");
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
}

/** A file of which the start and perhaps the end are there. `missed` tells whether more was asked for. */
function keptSource(
  start: Uint8Array,
  tail: Uint8Array,
  size: number,
  path: string,
): ByteSource & { readonly missed?: boolean } {
  if (start.length === size) {
    return memorySource(start, path);
  }
  const tailStart = size - tail.length;
  const source = {
    path,
    size,
    missed: false,
    read(offset: number, length: number): Uint8Array {
      checkRange(source, offset, length);
      const end = offset + length;
      if (end <= start.length) {
        return start.subarray(offset, end);
      }
      if (offset >= tailStart) {
        return tail.subarray(offset - tailStart, end - tailStart);
      }
      source.missed = true;
      throw AibomError.of(
        "IMAGE_FILE_UNREAD",
        { size, limit: limits.maxLayerSecondPassBytes },
        { where: { path, offset } },
      );
    },
  };
  return source;
}
