// SPDX-License-Identifier: Apache-2.0
// Go binaries: the build record that Go puts into each (debug/buildinfo): the version of Go, the main module, and every
// module that was linked in, with its checksum in go.sum. Stripped binaries have it too.

import type { ByteSource } from "../bytes/byte-source.ts";
import { type ElfFile, openElf } from "../bytes/elf.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { FileCatalog, FoundPackage } from "./catalog.ts";
import { CatalogDraft } from "./catalog-draft.ts";
import { mayBeProgram } from "./program-names.ts";

const id = "go-binary";
/** "\xff Go buildinf:", at an address that 16 divides. */
const magic = Buffer.from("\u00ff Go buildinf:", "latin1");
const headerBytes = 32;
const searchBytes = 4 * 1024 * 1024;

export const goBinary: FileCatalog = {
  id,
  formats: ["elf", "pe", "mach-o"],
  wants: mayBeProgram,
  readFile(file) {
    const draft = new CatalogDraft(id);
    draft.packages.push(...(draft.attempt(file.path, () => goPackages(file)) ?? []));
    return draft.done();
  },
};

function goPackages(file: ByteSource): readonly FoundPackage[] {
  const elf = openElf(file);
  const at = elf === undefined ? searched(file) : elf.section(".go.buildinfo")?.offset;
  if (at === undefined || at + headerBytes > file.size) {
    return [];
  }
  const header = Buffer.from(file.read(at, headerBytes));
  if (!header.subarray(0, magic.length).equals(magic)) {
    return [];
  }
  const isInline = ((header[15] ?? 0) & 2) !== 0;
  const [goVersion, modules] = isInline ? inlineTexts(file, at + headerBytes) : pointedTexts(elf, header);
  return modulePackages(file.path, goVersion, modules);
}

/** The record stands at the start of the data of files that are no ELF. */
function searched(file: ByteSource): number | undefined {
  for (let start = 0; start < file.size; start += searchBytes) {
    const bytes = Buffer.from(file.read(start, Math.min(searchBytes + headerBytes, file.size - start)));
    for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 1)) {
      if (at % 16 === 0) {
        return start + at;
      }
    }
  }
  return undefined;
}

/** Go 1.18 and later: two texts, each behind its length as a varint. */
function inlineTexts(file: ByteSource, start: number): readonly [string, string] {
  const first = varintText(file, start);
  return [first.text, varintText(file, first.end).text];
}

function varintText(file: ByteSource, start: number): { readonly text: string; readonly end: number } {
  const head = file.read(start, Math.min(10, file.size - start));
  let length = 0;
  let used = 0;
  for (const byte of head) {
    length += (byte & 0x7f) * 2 ** (7 * used);
    used += 1;
    if (byte < 0x80) {
      break;
    }
  }
  if (length > limits.maxBuildRecordBytes || start + used + length > file.size) {
    const reason = `a text of ${length} bytes does not fit the file`;
    throw AibomError.of("PACKAGE_RECORD_INVALID", { reason }, { where: { path: file.path, offset: start } });
  }
  return { text: Buffer.from(file.read(start + used, length)).toString("utf8"), end: start + used + length };
}

/** Before Go 1.18: pointers to Go strings, which are a pointer and a length. */
function pointedTexts(elf: ElfFile | undefined, header: Buffer): readonly [string, string] {
  const size = header[14] ?? 0;
  const isBig = ((header[15] ?? 0) & 1) !== 0;
  if (elf === undefined || (size !== 4 && size !== 8)) {
    return ["", ""];
  }
  const word = (bytes: Uint8Array, at: number): number => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return size === 8 ? Number(view.getBigUint64(at, !isBig)) : view.getUint32(at, !isBig);
  };
  const text = (pointer: number): string => {
    const pair = elf.atAddress(pointer, 2 * size);
    const bytes = pair === undefined ? undefined : elf.atAddress(word(pair, 0), word(pair, size));
    return bytes === undefined ? "" : Buffer.from(bytes).toString("utf8");
  };
  return [text(word(header, 16)), text(word(header, 16 + size))];
}

/** The lines of the record: `path`, `mod`, `dep`, `=>` for what replaces the one before, `build`. */
function modulePackages(path: string, goVersion: string, record: string): readonly FoundPackage[] {
  // Framed by 16 bytes on both sides, so that `go version` finds it in memory.
  const lines = Buffer.byteLength(record) > 33 ? framed(record).split("\n") : [];
  const modules: { name: string; version: string; isMain: boolean }[] = [];
  for (const line of lines) {
    const [kind, name = "", version = ""] = line.split("\t");
    if (kind === "mod" || kind === "dep") {
      modules.push({ name, version, isMain: kind === "mod" });
    } else if (kind === "=>") {
      const replaced = modules.pop();
      modules.push({ name, version, isMain: replaced?.isMain === true });
    }
  }
  const needs = modules.filter(({ isMain }) => !isMain).map(({ name }) => name);
  const found = modules
    // A module of a local directory is replaced by a path, which is no name.
    .filter(({ name }) => name !== "" && !name.startsWith("."))
    .slice(0, limits.maxPackagesPerRecord)
    .map(({ name, version, isMain }) =>
      modulePackage(path, name, version, isMain ? [...needs, "stdlib"] : []),
    );
  const stdlib = /^go(\d[^\s]*)/.exec(goVersion)?.[1];
  return stdlib === undefined ? found : [...found, modulePackage(path, "stdlib", stdlib, [])];
}

function framed(record: string): string {
  const bytes = Buffer.from(record);
  return bytes[bytes.length - 17] === 10 ? bytes.subarray(16, -16).toString("utf8") : record;
}

function modulePackage(
  path: string,
  full: string,
  version: string,
  requires: readonly string[],
): FoundPackage {
  const slash = full.lastIndexOf("/");
  return {
    type: "golang",
    ...(slash < 0 ? {} : { namespace: full.slice(0, slash) }),
    name: full.slice(slash + 1),
    version,
    state: "installed",
    path,
    provides: [full],
    requires,
    scope: path,
  };
}
