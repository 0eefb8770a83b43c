// SPDX-License-Identifier: Apache-2.0
// What a header of a tar archive says about the file behind it, together with the longer values that stand before the
// header: pax records, and the names of GNU. Shared by the reader that jumps (`bytes/tar.ts`) and the one that streams.

import { blockBytes, numberField, paxRecords, textField } from "./header.ts";

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

/** Values that stand before a header and are longer than its fields. */
export interface TarOverrides {
  readonly name?: string;
  readonly target?: string;
  readonly size?: number;
  readonly isSparse?: boolean;
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

/** The letter that says what a header is about. */
export function tarType(header: Uint8Array): string {
  return String.fromCharCode(header[156] ?? 0);
}

/** Bytes of content behind a header, as it states them; undefined if that is no number. */
export function tarSize(header: Uint8Array): number | undefined {
  return numberField(header.subarray(124, 136));
}

/** True if what stands behind a header of this type is about the next one; see `tarOverrides`. */
export function isTarExtension(type: string): boolean {
  return type === "x" || type === "g" || type === "L" || type === "K";
}

/** The values in the content of a header of type `x`, `g`, `L` or `K`. */
export function tarOverrides(type: string, content: Uint8Array): TarOverrides {
  if (type === "L") {
    return { name: textField(content) };
  }
  return type === "K" ? { target: textField(content) } : paxOverrides(paxRecords(content));
}

function paxOverrides(records: ReadonlyMap<string, string>): TarOverrides {
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

/** The entry of a header whose fields hold `size`, at `headerOffset`. */
export function tarEntry(
  header: Uint8Array,
  headerOffset: number,
  size: number,
  overrides: TarOverrides,
): TarEntry {
  const type = tarType(header);
  const isUstar = textField(header.subarray(257, 262)) === "ustar";
  const prefix = isUstar && header[262] === 0 ? textField(header.subarray(345, 500)) : "";
  const short = textField(header.subarray(0, 100));
  const name = overrides.name ?? (prefix === "" ? short : `${prefix}/${short}`);
  const kind = overrides.isSparse === true ? "sparse file" : kindOf(type, name);
  const isLink = kind === "symlink" || kind === "hard link";
  const isEmpty = isLink || kind === "directory" || kind === "device" || kind === "pipe";
  return {
    name,
    kind,
    size: isEmpty ? 0 : (overrides.size ?? size),
    headerOffset,
    dataOffset: headerOffset + blockBytes,
    mode: numberField(header.subarray(100, 108)) ?? 0,
    target: isLink ? (overrides.target ?? textField(header.subarray(157, 257))) : undefined,
  };
}

function kindOf(type: string, name: string): TarKind {
  // Of V7 tars: a directory is a file whose name ends with a slash.
  const isOldDirectory = (type === "0" || type === "\0") && name.endsWith("/");
  return isOldDirectory ? "directory" : (kinds.get(type) ?? "unknown");
}

/** `size` with what fills its last block. */
export function wholeBlocks(size: number): number {
  return Math.ceil(size / blockBytes) * blockBytes;
}
