// SPDX-License-Identifier: Apache-2.0
// A tar archive or a directory that images lie in, as a table of files: nothing is unpacked, links are not followed
// (the one exception is named below), and what has no place there is refused with a finding.

import { lstatSync, realpathSync } from "node:fs";
import { basename } from "node:path";
import type { ByteSource } from "../bytes/byte-source.ts";
import { fileError } from "../bytes/file-error.ts";
import { nameFinding } from "../bytes/member-name.ts";
import { readTar, type TarEntry } from "../bytes/tar.ts";
import { windowSource } from "../bytes/window-source.ts";
import type { FileIdentity } from "../digests/engine.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { type Finding, finding } from "../model/finding.ts";
import { walkDirectory } from "./directory.ts";
import { type IdentifiedFile, openFile } from "./open-file.ts";

/** Where the bytes of a file of the carrier lie; plain data, so that it can cross to a thread. */
export interface CarrierFile {
  /** In the carrier, without `./` in front. */
  readonly path: string;
  readonly absolutePath: string;
  /** Of its first byte in the file on disk. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  /** Of the file on disk, which must not change while it is read; undefined for one that was not opened yet. */
  readonly identity?: FileIdentity;
}

export interface ImageCarrier {
  /** Of the file or directory. */
  readonly name: string;
  readonly isArchive: boolean;
  readonly files: ReadonlyMap<string, CarrierFile>;
  readonly findings: readonly Finding[];
  /** Everything in it is in the table. */
  readonly complete: boolean;
  /** @throws {AibomError} SOURCE_NOT_FOUND, SOURCE_CHANGED */
  open(path: string): ByteSource;
  close(): void;
}

/**
 * Opens a directory or a tar archive. What lies in it is decided by others.
 * @throws {AibomError} SOURCE_*, TAR_BROKEN, ARCHIVE_TOO_MANY_MEMBERS
 */
export function openImageCarrier(target: string): ImageCarrier {
  const absolute = realTarget(target);
  return absolute.isDirectory ? openDirectory(absolute.path) : openArchive(absolute.path);
}

function realTarget(target: string): { readonly path: string; readonly isDirectory: boolean } {
  try {
    const path = realpathSync(target);
    return { path, isDirectory: lstatSync(path).isDirectory() };
  } catch (cause) {
    throw fileError(cause, target);
  }
}

function openArchive(absolutePath: string): ImageCarrier {
  const name = basename(absolutePath);
  const file = openFile(name, absolutePath);
  const table = new FileTable(name);
  try {
    for (const entry of readTar(file, (found) => table.report(found))) {
      table.take(entry, { absolutePath, identity: file.identity });
    }
  } catch (cause) {
    if (!(cause instanceof AibomError)) {
      file.close();
      throw cause;
    }
    // What came before can be looked at; what is missing shows as missing.
    table.refuse(cause.toFinding({ path: name }));
  }
  return { name, isArchive: true, ...table.finished(), ...sharedSource(table, file) };
}

/** All members are windows of one open file. */
function sharedSource(table: FileTable, file: IdentifiedFile): Pick<ImageCarrier, "open" | "close"> {
  return {
    open(path) {
      const { offset, size } = table.get(path);
      return windowSource(file, offset, size, path);
    },
    close: () => file.close(),
  };
}

function openDirectory(root: string): ImageCarrier {
  const name = basename(root);
  const table = new FileTable(name);
  const walking = walkDirectory(root, []);
  let step = walking.next();
  while (step.done !== true) {
    step = walking.next();
  }
  const { files, findings, refused } = step.value;
  for (const found of findings) {
    table.report(found);
  }
  for (const path of refused) {
    table.refuse(finding("IMAGE_MEMBER_REFUSED", { path }, { what: "what is no plain file" }));
  }
  for (const { path, absolutePath, size, isLink } of files) {
    if (isLink) {
      table.refuse(finding("IMAGE_MEMBER_REFUSED", { path }, { what: "a symbolic link" }));
    } else {
      table.add({ path, absolutePath, offset: 0, size }, path);
    }
  }
  return {
    name,
    isArchive: false,
    ...table.finished(),
    open: (path) => closedSource(table.get(path)),
    close: () => undefined,
  };
}

/** Opened for each read: a layout may have more blobs than a process may have open files. */
function closedSource({ path, absolutePath, size }: CarrierFile): ByteSource {
  return {
    path,
    size,
    read(offset, length) {
      const file = openFile(path, absolutePath);
      try {
        if (file.size !== size) {
          throw AibomError.of("SOURCE_CHANGED", {}, { where: { path } });
        }
        return file.read(offset, length);
      } finally {
        file.close();
      }
    },
  };
}

/** Collects the files of a carrier and refuses what must not be among them. */
class FileTable {
  readonly #carrier: string;
  readonly #files = new Map<string, CarrierFile>();
  readonly #links = new Map<string, string>();
  /** The first path by its lower-case form. */
  readonly #folded = new Map<string, string>();
  readonly #ambiguous = new Set<string>();
  readonly #findings: Finding[] = [];
  #complete = true;

  constructor(carrier: string) {
    this.#carrier = carrier;
  }

  get(path: string): CarrierFile {
    const file = this.#files.get(path);
    if (file === undefined) {
      throw AibomError.of("SOURCE_NOT_FOUND", {}, { where: { path } });
    }
    return file;
  }

  report(found: Finding): void {
    if (this.#findings.length < limits.maxImageFindings) {
      this.#findings.push(found);
    }
  }

  refuse(reason: Finding): void {
    this.#complete = false;
    this.report(reason);
  }

  take(entry: TarEntry, place: Pick<CarrierFile, "absolutePath" | "identity">): void {
    const path = entry.name.replace(/^(?:\.\/)+/, "");
    if (entry.kind === "directory" || path === "") {
      return;
    }
    const where = { path: this.#carrier, member: entry.name, offset: entry.headerOffset };
    if (nameFinding(this.#carrier, path, entry.headerOffset) !== undefined) {
      this.refuse(finding("IMAGE_MEMBER_REFUSED", where, { what: "a name that leads elsewhere" }));
    } else if (entry.kind === "symlink" && entry.target !== undefined && isLayerLink(path, entry.target)) {
      this.#links.set(path, layerTarget(entry.target));
    } else if (entry.kind === "file") {
      const { dataOffset: offset, size } = entry;
      this.add({ path, ...place, offset, size }, entry.name, entry.headerOffset);
    } else {
      this.refuse(finding("IMAGE_MEMBER_REFUSED", where, { what: `a ${entry.kind}` }));
    }
  }

  add(file: CarrierFile, shown: string, offset?: number): void {
    const folded = file.path.toLowerCase();
    const first = this.#folded.get(folded);
    if (first === undefined) {
      this.#folded.set(folded, file.path);
      this.#files.set(file.path, file);
      return;
    }
    const reason = first === file.path ? "the names are equal" : `\`${first}\` differs in case only`;
    const where = offset === undefined ? {} : { offset };
    this.refuse(
      finding("IMAGE_NAME_AMBIGUOUS", { path: this.#carrier, member: shown, ...where }, { reason }),
    );
    this.#ambiguous.add(first);
  }

  finished(): Pick<ImageCarrier, "files" | "findings" | "complete"> {
    for (const path of this.#ambiguous) {
      this.#files.delete(path);
    }
    for (const [path, target] of this.#links) {
      this.#resolve(path, target);
    }
    return { files: this.#files, findings: this.#findings, complete: this.#complete };
  }

  #resolve(path: string, target: string): void {
    const file = this.#files.get(target);
    if (file === undefined || this.#folded.has(path.toLowerCase())) {
      const what = "a symbolic link that leads to no layer";
      this.refuse(finding("IMAGE_MEMBER_REFUSED", { path: this.#carrier, member: path }, { what }));
    } else {
      this.#files.set(path, { ...file, path });
    }
  }
}

/**
 * The one kind of link that tools write: `docker save` before version 25 and `podman save` have a layer that occurs twice
 * only once, and name it `<id>/layer.tar -> ../<id>/layer.tar` or `../<hex>.tar`.
 */
function isLayerLink(path: string, target: string): boolean {
  return /^[0-9a-f]{64}\/layer\.tar$/.test(path) && /^\.\.\/[0-9a-f]{64}(?:\/layer)?\.tar$/.test(target);
}

function layerTarget(target: string): string {
  return target.slice("../".length);
}
