// SPDX-License-Identifier: Apache-2.0
// Unpacks one folder of a 7z archive: its coders, from the packed bytes back to the files.

import { AibomError } from "../../errors.ts";
import {
  type UndoBranches,
  undoBranchArm,
  undoBranchArm64,
  undoBranchPowerPc,
  undoBranchSparc,
  undoBranchThumb,
} from "../branch-risc.ts";
import { undoBranchX86 } from "../branch-x86.ts";
import type { ByteSource } from "../byte-source.ts";
import { unpackBzip2 } from "../bzip2.ts";
import { unpackDeflate, unpackZstd } from "../deflate.ts";
import { lzmaProperties } from "../lzma.ts";
import { unpackLzma } from "../lzma-alone.ts";
import { decodeLzma2 } from "../lzma2.ts";
import { OutputBuffer } from "../output-buffer.ts";
import { BrokenStream, collect, readAll, type Unpacked } from "../unpacked.ts";
import { lzma2DictionaryBytes, undoDelta } from "../xz.ts";
import type { Coder, PackedFolder } from "./streams.ts";

/** Undoes one coder, to at most `limit` bytes. `size` is what it unpacks to by the header's account. */
type Undo = (coder: Coder, packed: Uint8Array, size: number, limit: number) => Unpacked;

const encryption = "06f10701";

/** Methods by their ids (7-Zip's DOC/Methods.txt). */
const methods: ReadonlyMap<string, Undo> = new Map<string, Undo>([
  ["00", (_, packed, __, limit) => whole(packed.subarray(0, limit), packed.length > limit)],
  ["03", (coder, packed) => whole(withoutDelta(packed, (coder.properties[0] ?? 0) + 1))],
  ["21", lzma2],
  ["030101", lzma],
  ...branchMethods([
    ["03030103", undoBranchX86],
    ["03030205", undoBranchPowerPc],
    ["03030501", undoBranchArm],
    ["03030701", undoBranchThumb],
    ["03030805", undoBranchSparc],
    ["0a", undoBranchArm64],
  ]),
  ["040108", (_, packed, __, limit) => unpackDeflate(packed, limit)],
  ["040202", (_, packed, __, limit) => unpackBzip2(packed, limit)],
  ["04f71101", (_, packed, __, limit) => unpackZstd(packed, limit)],
]);

/** The bytes of a folder. See `openFolder` for what it throws. */
export function unpackFolder(file: ByteSource, folder: PackedFolder, limit: number): Uint8Array {
  const where = { path: file.path, offset: folder.packedOffset };
  if (folder.coders.some(({ method }) => method === encryption)) {
    throw AibomError.of("ARCHIVE_ENCRYPTED", {}, { where });
  }
  const unknown = folder.coders.find(({ method }) => !methods.has(method));
  if (unknown !== undefined || folder.order === undefined) {
    const method = unknown?.method ?? folder.coders.map((coder) => coder.method).join(" with ");
    throw AibomError.of("COMPRESSED_METHOD_UNKNOWN", { method }, { where });
  }
  const sizes = folder.unpackedSizes;
  const largest = sizes.reduce((max, size) => Math.max(max, size), folder.packedSize);
  if (largest > limit) {
    throw AibomError.of("CONTAINER_MEMBER_TOO_LARGE", { size: largest, limit }, { where });
  }
  let bytes = readAll(file, folder.packedOffset, folder.packedSize);
  for (const index of folder.order) {
    const coder = folder.coders[index];
    const size = sizes[index] ?? 0;
    const undone = coder === undefined ? undefined : methods.get(coder.method)?.(coder, bytes, size, limit);
    if (undone?.state !== "end" || undone.bytes.length < size) {
      const args = { format: `7z ${coder?.method ?? ""}`, reason: undone?.reason ?? "it breaks off" };
      throw AibomError.of("COMPRESSED_DATA_INVALID", args, { where });
    }
    bytes = undone.bytes.subarray(0, size);
  }
  return bytes;
}

function whole(bytes: Uint8Array, isCut = false): Unpacked {
  return { bytes, state: isCut ? "limit" : "end", consumed: bytes.length };
}

function withoutDelta(packed: Uint8Array, distance: number): Uint8Array {
  const bytes = Uint8Array.from(packed);
  undoDelta(bytes, distance);
  return bytes;
}

function branchMethods(all: readonly (readonly [method: string, undo: UndoBranches])[]): [string, Undo][] {
  return all.map(([method, undo]) => [
    method,
    // A start that is not zero would be a property; archivers write none.
    ({ properties }, packed) => {
      if (properties.length > 0) {
        return {
          bytes: new Uint8Array(0),
          state: "broken",
          reason: "its filter starts elsewhere",
          consumed: 0,
        };
      }
      const bytes = Uint8Array.from(packed);
      undo(bytes);
      return whole(bytes);
    },
  ]);
}

/** Five bytes of properties stand in the header instead of before the stream. */
function lzma({ properties }: Coder, packed: Uint8Array, size: number, limit: number): Unpacked {
  const model = lzmaProperties(properties[0] ?? 0xff);
  if (model === undefined || properties.length < 5) {
    return {
      bytes: new Uint8Array(0),
      state: "broken",
      reason: "its properties are out of range",
      consumed: 0,
    };
  }
  const dictionaryBytes = Buffer.from(properties).readUInt32LE(1);
  return unpackLzma(packed, 0, { properties: model, dictionaryBytes, size }, limit);
}

function lzma2({ properties }: Coder, packed: Uint8Array, size: number, limit: number): Unpacked {
  const output = new OutputBuffer(limit, size);
  return collect(output, () => {
    const dictionaryBytes = lzma2DictionaryBytes(properties[0] ?? 0xff);
    if (dictionaryBytes === undefined) {
      throw new BrokenStream("its properties are out of range");
    }
    return { consumed: decodeLzma2(packed, 0, output, dictionaryBytes) };
  });
}
