// SPDX-License-Identifier: Apache-2.0
// The digest cache: records of files that were hashed before, found again by device, inode, size, mtime and
// ctime. It saves work, not trust: root, a changed clock or the user's other programs can defeat it, so a
// gate does not use it and every result from it is marked.

import { lstatSync } from "node:fs";
import { fileKey, openCacheFile } from "./cache-file.ts";
import { identityLength, readIdentity, recordBuffer, recordHeaderLength, writeStat } from "./record.ts";
import type { HashRequest } from "./request.ts";
import { digestsLength, type Wanted } from "./wanted.ts";

/**
 * Nanoseconds. A file that was written this shortly before the run may be written again without its time
 * stamps showing it (git calls this racy), so it is not stored. Two seconds is the coarsest clock in use (FAT).
 */
const racyNs = 2_000_000_000n;

export interface DigestCache {
  /** The record of a file that looks unchanged, or undefined. */
  find(request: HashRequest, wanted: Wanted): Buffer | undefined;
  /** Remembers a record that was just computed, unless it is racy. */
  add(wanted: Wanted, record: Buffer): void;
  /** Writes what is new. A cache that cannot be written is only slower, so errors are passed over. */
  save(): void;
  close(): void;
}

/**
 * Opens the cache in `directory`, creating it with mode 0700.
 * @throws {AibomError} DIGEST_CACHE_REFUSED: it lies inside what is hashed, or others can write to it
 */
export function openDigestCache(directory: string, requests: readonly HashRequest[]): DigestCache {
  const file = openCacheFile(directory, requests);
  const tables = file.read();
  const probeRecord = recordBuffer(recordHeaderLength);
  const probe = probeRecord.bytes;
  let isChanged = false;
  return {
    find(request, wanted) {
      const table = tables.get(wantedKey(wanted));
      const stat = table && lstatSync(request.absolutePath, { bigint: true, throwIfNoEntry: false });
      if (stat === undefined || !stat.isFile() || stat.size !== BigInt(request.size)) {
        return undefined;
      }
      writeStat(probeRecord, 0, stat);
      const record = table?.get(fileKey(probe));
      const isSame =
        record?.length === recordHeaderLength + digestsLength(wanted, request.size) &&
        record.compare(probe, 0, identityLength, 0, identityLength) === 0;
      return isSame ? record : undefined;
    },
    add(wanted, record) {
      const { modifiedNs, changedNs } = readIdentity(record, 0);
      const settledNs = (file.startedNs ?? 0n) - racyNs;
      if (modifiedNs > settledNs || changedNs > settledNs) {
        return;
      }
      const key = wantedKey(wanted);
      const table = tables.get(key) ?? new Map<string, Buffer>();
      tables.set(key, table);
      table.set(fileKey(record), record);
      isChanged = true;
    },
    save() {
      if (isChanged) {
        file.write(tables);
      }
    },
    close: () => file.close(),
  };
}

function wantedKey({ algorithms, shards, weak }: Wanted): string {
  const rest = weak === undefined ? "" : `;${weak.join()}`;
  return `${algorithms.join()};${shards === undefined ? "" : `${shards.algorithm},${shards.sizeBytes}`}${rest}`;
}
