// SPDX-License-Identifier: Apache-2.0
// The files of an archive as the directory that unpacking it makes: what layouts and stores look at. Nothing is
// unpacked but what they open. An archive whose files all lie in one folder is about that folder.

import { type ByteSource, memorySource } from "../bytes/byte-source.ts";
import { AibomError } from "../errors.ts";
import type { ArchivedFile, Description } from "../formats/format.ts";
import type { DirectoryView, LayoutFile } from "../layouts/layout.ts";
import { limits } from "../limits.ts";
import { sha256Of } from "../sources/sha256-of.ts";

/** Folders that archivers add, in which there is nothing of the user's. */
const added = /^__MACOSX\//;

export class ArchivedDirectory implements DirectoryView {
  readonly root = "";
  readonly name: string;
  readonly files: ReadonlyMap<string, LayoutFile>;
  /** The folder that all files lie in, with a slash at the end; empty if there is none. */
  readonly #folder: string;
  readonly #archived: ReadonlyMap<string, ArchivedFile>;
  /** Small files that were opened: several layouts read the same ones. */
  readonly #opened = new Map<string, ByteSource>();
  #openedBytes = 0;

  /** Of several files with one path the last counts, which an unpacker leaves. */
  constructor(archivePath: string, archived: readonly ArchivedFile[]) {
    const byPath = new Map<string, ArchivedFile>();
    for (const file of archived) {
      const path = normalPath(file.name);
      if (path !== undefined) {
        byPath.set(path, file);
      }
    }
    this.name = archivePath.slice(archivePath.lastIndexOf("/") + 1);
    this.#folder = commonFolder(byPath.keys());
    this.#archived = new Map(withoutLinks(byPath).map(([path, file]) => [this.#inside(path), file]));
    this.files = new Map([...this.#archived].map(([path, file]) => [path, this.#layoutFile(path, file)]));
  }

  /** The name that a file of the directory has in the archive; what it would have, if there is none. */
  nameOf(path: string): string {
    return this.#archived.get(path)?.name ?? this.#folder + path;
  }

  open(path: string): ByteSource {
    const known = this.#opened.get(path);
    const file = this.#archived.get(path);
    if (known !== undefined || file === undefined) {
      return known ?? notThere(path);
    }
    const { size, read } = file.open();
    if (size > limits.maxKeptContentBytes || this.#openedBytes + size > limits.maxKeptContentsBytes) {
      return { path, size, read };
    }
    // A copy: what it was unpacked with may be large.
    const kept = memorySource(read(0, size).slice(), path);
    this.#openedBytes += size;
    this.#opened.set(path, kept);
    return kept;
  }

  #inside(path: string): string {
    return path.startsWith(this.#folder) ? path.slice(this.#folder.length) : path;
  }

  #layoutFile(path: string, { size, member, link }: ArchivedFile): LayoutFile {
    const sha256 = (): string => sha256Of(this.open(path));
    const description = member?.description;
    return {
      path,
      size,
      get sha256() {
        return sha256();
      },
      format: member?.format ?? "file",
      linkCount: link?.isHard === true ? 2 : 1,
      ...(link !== undefined && !link.isHard && { linkTarget: this.#inside(link.target) }),
      ...(description !== undefined && { description: this.#moved(description) }),
    };
  }

  /** What a member refers to stands beside it in the archive; a name that leads out of it is left as it is. */
  #moved(description: Description): Description {
    const { references } = description;
    return references.length === 0
      ? description
      : {
          ...description,
          references: references.map((each) => ({
            ...each,
            path: this.#inside(normalPath(each.path) ?? each.path),
          })),
        };
  }
}

function notThere(path: string): never {
  throw AibomError.of("SOURCE_NOT_FOUND", {}, { where: { path } });
}

/** The path that unpackers make of a name; undefined for one that leads out of the archive, or nowhere. */
function normalPath(name: string): string | undefined {
  const parts = name.split(/[/\\]/).filter((part) => part !== "" && part !== ".");
  return parts.length === 0 || parts.includes("..") ? undefined : parts.join("/");
}

function commonFolder(paths: Iterable<string>): string {
  let common: string | undefined;
  for (const path of paths) {
    if (added.test(path)) {
      continue;
    }
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    common = common === undefined ? folder : sharedFolder(common, folder);
  }
  return common ?? "";
}

function sharedFolder(a: string, b: string): string {
  let end = 0;
  for (let slash = a.indexOf("/"); slash >= 0 && b.startsWith(a.slice(0, slash + 1)); ) {
    end = slash + 1;
    slash = a.indexOf("/", end);
  }
  return a.slice(0, end);
}

/** Links stand for the file that they lead to, under their own name; those that lead to none are left out. */
function withoutLinks(
  byPath: ReadonlyMap<string, ArchivedFile>,
): readonly (readonly [string, ArchivedFile])[] {
  return [...byPath].flatMap(([path, file]) => {
    const end = endOfLinks(byPath, path);
    const target = end === undefined ? undefined : byPath.get(end);
    if (end === undefined || target === undefined) {
      return [];
    }
    const { link } = file;
    return [[path, link === undefined ? file : { ...target, link: { ...link, target: end } }] as const];
  });
}

function endOfLinks(byPath: ReadonlyMap<string, ArchivedFile>, start: string): string | undefined {
  let path: string | undefined = start;
  for (let hops = 0; hops <= limits.maxSymlinks && path !== undefined; hops += 1) {
    const link: ArchivedFile["link"] = byPath.get(path)?.link;
    if (link === undefined) {
      return path;
    }
    const folder: string = link.isHard ? "" : path.slice(0, path.lastIndexOf("/") + 1);
    path = resolved(folder + link.target);
  }
  return undefined;
}

/** Takes the steps of a path; undefined if one leads out of the archive. */
function resolved(path: string): string | undefined {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) {
        return undefined;
      }
    } else if (part !== "" && part !== ".") {
      parts.push(part);
    }
  }
  return parts.join("/");
}
