// SPDX-License-Identifier: Apache-2.0
// The superblock (HDF5 File Format Specification 3.0, section II.A), versions 0 to 3: where the root group is.

import type { ByteSource } from "../../bytes/byte-source.ts";
import { AibomError } from "../../errors.ts";
import { Hdf5Bytes } from "./hdf5-bytes.ts";
import { messageTypes, readObjectHeader } from "./object-header.ts";

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const firstUserBlock = 512;
/** Bytes. The library doubles its step without end; MATLAB uses 512, and nobody more than some kilobytes. */
const maxUserBlock = 16 * 1024 * 1024;

/** An opened file. */
export interface Superblock {
  readonly bytes: Hdf5Bytes;
  readonly version: number;
  readonly rootAddress: number;
  /** True if the data lie in several files (the "family" and "multi" drivers). */
  readonly hasDriver: boolean;
}

/** True if the signature of HDF5 is at `offset`. */
export function hasSignature(bytes: Uint8Array): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}

/** Where the superblock is: at 0, 512, 1024 and so on; undefined if it is nowhere. */
function findSuperblock(source: ByteSource): number | undefined {
  for (let at = 0; at <= maxUserBlock && at + signature.length <= source.size; ) {
    if (hasSignature(source.read(at, signature.length))) {
      return at;
    }
    at = at === 0 ? firstUserBlock : at * 2;
  }
  return undefined;
}

/** @throws {AibomError} HDF5_NO_SIGNATURE, HDF5_INVALID, HDF5_UNSUPPORTED, BYTES_OUT_OF_RANGE */
export function readSuperblock(source: ByteSource): Superblock {
  const base = findSuperblock(source);
  if (base === undefined) {
    throw AibomError.of("HDF5_NO_SIGNATURE", {}, { where: { path: source.path, offset: 0 } });
  }
  const bytes = new Hdf5Bytes(source, base);
  const cursor = bytes.cursor(signature.length);
  const version = cursor.u8();
  if (version <= 1) {
    return readOld(bytes, version);
  }
  if (version > 3) {
    throw bytes.unsupported(`superblock version ${version}`, signature.length);
  }
  readWidths(bytes, cursor.u8(), cursor.u8());
  cursor.skip(1);
  bytes.address(cursor);
  const extension = bytes.address(cursor);
  bytes.address(cursor);
  const rootAddress = bytes.existingAddress(cursor, "the root group");
  cursor.u32();
  const hasDriver =
    extension !== undefined &&
    readObjectHeader(bytes, extension).some(({ type }) => type === messageTypes.driverInfo);
  return { bytes, version, rootAddress, hasDriver };
}

function readOld(bytes: Hdf5Bytes, version: number): Superblock {
  const cursor = bytes.cursor(signature.length + 5);
  readWidths(bytes, cursor.u8(), cursor.u8());
  // Reserved byte, two ranks of B-trees, flags; version 1 adds a third rank.
  cursor.skip(version === 0 ? 9 : 13);
  bytes.address(cursor);
  bytes.address(cursor);
  bytes.address(cursor);
  const driver = bytes.address(cursor);
  bytes.length(cursor);
  const rootAddress = bytes.existingAddress(cursor, "the root group");
  return { bytes, version, rootAddress, hasDriver: driver !== undefined };
}

function readWidths(bytes: Hdf5Bytes, addressBytes: number, lengthBytes: number): void {
  for (const width of [addressBytes, lengthBytes]) {
    if (width !== 2 && width !== 4 && width !== 8) {
      throw bytes.unsupported(`numbers of ${width} bytes`, signature.length);
    }
  }
  bytes.addressBytes = addressBytes;
  bytes.lengthBytes = lengthBytes;
}
