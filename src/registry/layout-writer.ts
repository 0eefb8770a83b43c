// SPDX-License-Identifier: Apache-2.0
// Writes an OCI image layout (image-spec v1.1, image-layout.md). A blob is written beside its name and moved there once
// its digest is right; `index.json` comes last. So the layout is at any time what it was, or what it will be, and what
// an interrupted copy left is taken up by the next one.

import { createHash, type Hash } from "node:crypto";
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { isJsonArray, isJsonObject, type JsonObject, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { type BlobDigest, splitDigest } from "../images/descriptor.ts";
import { limits } from "../limits.ts";
import { readBounded } from "../sources/read-bounded.ts";

const refName = "org.opencontainers.image.ref.name";

/** A blob that is being written. */
export interface BlobWriter {
  /** Bytes that are there already, from an earlier copy, and are part of the digest. */
  readonly offset: number;
  /** @throws {AibomError} LAYOUT_NOT_WRITABLE */
  write(bytes: Uint8Array): void;
  /** Starts again at the first byte: the server would not go on. */
  restart(): void;
  /** The digest of what was written. */
  digest(): BlobDigest;
  /** The blob takes its place. */
  keep(): void;
  /** It is wrong and goes away. */
  discard(): void;
  /** Leaves what was written for another time. */
  close(): void;
}

/** An OCI layout that images are copied into. */
export class LayoutWriter {
  readonly #root: string;
  /** What `index.json` lists, those of earlier copies among them. */
  readonly #entries: JsonObject[];

  private constructor(root: string, entries: readonly JsonObject[]) {
    this.#root = root;
    this.#entries = [...entries];
  }

  /**
   * Opens a layout, or begins one in a directory that is empty or not there yet.
   * @throws {AibomError} LAYOUT_NOT_EMPTY, LAYOUT_NOT_WRITABLE, SOURCE_*, JSON_*
   */
  static open(root: string): LayoutWriter {
    return guard(root, () => {
      mkdirSync(root, { recursive: true });
      const isLayout = existsSync(join(root, "oci-layout"));
      const others = readdirSync(root).filter(
        (name) => !["blobs", "index.json", "oci-layout"].includes(name),
      );
      if (!isLayout && (others.length > 0 || existsSync(join(root, "index.json")))) {
        throw AibomError.of("LAYOUT_NOT_EMPTY", {}, { where: { path: root } });
      }
      return new LayoutWriter(root, readEntries(join(root, "index.json")));
    });
  }

  /** True if the blob is there, complete and right. */
  has(digest: BlobDigest, size: number): boolean {
    const path = this.#path(digest);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    return stat?.isFile() === true && stat.size === size && hashOfFile(path, digest) === digest;
  }

  /** Writes a small blob that is known whole. @throws {AibomError} LAYOUT_NOT_WRITABLE */
  put(digest: BlobDigest, bytes: Uint8Array): void {
    const blob = this.begin(digest, bytes.length);
    blob.restart();
    blob.write(bytes);
    blob.keep();
  }

  /** Begins a blob, or goes on with one. @throws {AibomError} LAYOUT_NOT_WRITABLE */
  begin(digest: BlobDigest, size: number): BlobWriter {
    const path = this.#path(digest);
    return guard(path, () => {
      mkdirSync(join(path, ".."), { recursive: true });
      return new PartialBlob(path, digest, size);
    });
  }

  /** Lists a manifest. One of the same name before, or the same manifest, is replaced. */
  list(entry: JsonObject): void {
    const name = nameOf(entry);
    const others = this.#entries.filter(
      (each) => each["digest"] !== entry["digest"] && (name === undefined || nameOf(each) !== name),
    );
    this.#entries.splice(0, this.#entries.length, ...others, entry);
  }

  /** Writes `oci-layout` and `index.json`: from now on the layout says what it holds. @throws {AibomError} LAYOUT_NOT_WRITABLE */
  finish(): void {
    const index = {
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.index.v1+json",
      manifests: this.#entries,
    };
    replaceFile(join(this.#root, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
    replaceFile(join(this.#root, "index.json"), `${JSON.stringify(index, undefined, 2)}\n`);
  }

  #path(digest: BlobDigest): string {
    const { algorithm, hex } = splitDigest(digest);
    return join(this.#root, "blobs", algorithm, hex);
  }
}

class PartialBlob implements BlobWriter {
  readonly #path: string;
  readonly #partial: string;
  readonly #expected: BlobDigest;
  readonly #descriptor: number;
  #hash: Hash;
  offset: number;

  constructor(path: string, expected: BlobDigest, size: number) {
    this.#path = path;
    this.#expected = expected;
    this.#partial = join(path, "..", `.${splitDigest(expected).hex}.partial`);
    const stat = lstatSync(this.#partial, { throwIfNoEntry: false });
    if (stat !== undefined && (!stat.isFile() || stat.size > size)) {
      rmSync(this.#partial, { force: true });
    }
    this.#descriptor = openSync(
      this.#partial,
      constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW,
      0o644,
    );
    this.#hash = newHash(expected);
    this.offset = hashInto(this.#hash, this.#descriptor);
  }

  write(bytes: Uint8Array): void {
    guard(this.#path, () => {
      let written = 0;
      while (written < bytes.length) {
        written += writeSync(this.#descriptor, bytes, written, bytes.length - written, this.offset + written);
      }
    });
    this.#hash.update(bytes);
    this.offset += bytes.length;
  }

  restart(): void {
    guard(this.#path, () => ftruncateSync(this.#descriptor, 0));
    this.#hash = newHash(this.#expected);
    this.offset = 0;
  }

  digest(): BlobDigest {
    const { algorithm } = splitDigest(this.#expected);
    return `${algorithm}:${this.#hash.copy().digest("hex")}`;
  }

  keep(): void {
    guard(this.#path, () => {
      fsyncSync(this.#descriptor);
      closeSync(this.#descriptor);
      renameSync(this.#partial, this.#path);
    });
  }

  discard(): void {
    closeSync(this.#descriptor);
    rmSync(this.#partial, { force: true });
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function newHash(digest: BlobDigest): Hash {
  return createHash(splitDigest(digest).algorithm);
}

function hashInto(hash: Hash, descriptor: number): number {
  const size = fstatSync(descriptor).size;
  const buffer = Buffer.allocUnsafe(Math.min(1024 * 1024, Math.max(size, 1)));
  let offset = 0;
  while (offset < size) {
    const count = readSync(descriptor, buffer, 0, buffer.length, offset);
    if (count === 0) {
      break;
    }
    hash.update(buffer.subarray(0, count));
    offset += count;
  }
  return offset;
}

function hashOfFile(path: string, like: BlobDigest): BlobDigest {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const hash = newHash(like);
    hashInto(hash, descriptor);
    return `${splitDigest(like).algorithm}:${hash.digest("hex")}`;
  } finally {
    closeSync(descriptor);
  }
}

function replaceFile(path: string, text: string): void {
  guard(path, () => {
    writeFileSync(`${path}.new`, text, { flush: true });
    renameSync(`${path}.new`, path);
  });
}

function readEntries(path: string): JsonObject[] {
  if (!existsSync(path)) {
    return [];
  }
  const bytes = readBounded(path, limits.maxImageManifestBytes);
  const value = parseJson(bytes, {
    path,
    maxBytes: limits.maxImageManifestBytes,
    maxDepth: limits.maxJsonDepth,
  });
  const manifests = isJsonObject(value) ? value["manifests"] : undefined;
  if (!isJsonArray(manifests) || !manifests.every(isJsonObject)) {
    throw AibomError.of("LAYOUT_NOT_EMPTY", {}, { where: { path } });
  }
  return [...manifests];
}

function nameOf(entry: JsonObject): string | undefined {
  const annotations = entry["annotations"];
  const name = isJsonObject(annotations) ? annotations[refName] : undefined;
  return typeof name === "string" ? name : undefined;
}

/** Errors of the file system as ours. */
function guard<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof AibomError) {
      throw cause;
    }
    const isSystem = cause instanceof Error && "syscall" in cause && "code" in cause;
    throw isSystem
      ? AibomError.of("LAYOUT_NOT_WRITABLE", { reason: String(cause.code) }, { where: { path }, cause })
      : cause;
  }
}
