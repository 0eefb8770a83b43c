// SPDX-License-Identifier: Apache-2.0
// Puts the records of all tasks together into results. Parts of one file that were hashed by different
// threads count only if every thread saw the file in the same state.

import { AibomError } from "../errors.ts";
import type { Digest, DigestAlgorithm } from "../model/digest.ts";
import type { Task } from "./job.ts";
import type { Plan, WantedTable } from "./plan.ts";
import { identityLength, readRecordHeader, recordHeaderLength } from "./record.ts";
import type { HashedFile, HashedShard, HashRequest } from "./request.ts";
import { recordLength } from "./run-task.ts";
import { digestBytes, shardCount, type Wanted } from "./wanted.ts";

/** Receives records in any order. */
export interface Collector {
  /** @throws {AibomError} SOURCE_CHANGED: two parts of a file are of different states */
  accept(taskIndex: number, records: ArrayBuffer): void;
}

/** A collector that hands on each file's record as soon as it is complete. */
export function createCollector(
  requests: readonly HashRequest[],
  plan: Plan,
  table: WantedTable,
  onRecord: (requestIndex: number, wanted: Wanted, record: Buffer) => void,
): Collector {
  const parts = new Map<number, { start: number; record: Buffer }[]>();
  const acceptRecord = (file: number, wanted: Wanted, task: Task, record: Buffer): void => {
    const index = plan.order[file];
    const request = index === undefined ? undefined : requests[index];
    if (index === undefined || request === undefined) {
      throw new RangeError("a result for a file that was not asked for");
    }
    if (task.start === 0 && task.end >= request.size) {
      onRecord(index, wanted, record);
      return;
    }
    const known = parts.get(file) ?? [];
    known.push({ start: task.start, record });
    parts.set(file, known);
    const count = plan.tasks.filter((one) => one.first === file).length;
    if (known.length === count) {
      parts.delete(file);
      onRecord(index, wanted, joinParts(known, request.path));
    }
  };
  return {
    accept(taskIndex, records) {
      const task = plan.tasks[taskIndex];
      if (task === undefined) {
        throw new RangeError("a result for a task that does not exist");
      }
      let offset = 0;
      for (let file = task.first; file < task.first + task.count; file++) {
        const { size, wanted: kind } = plan.files[file] ?? { size: 0, wanted: 0 };
        const wanted = table.all[kind] ?? { algorithms: [], shards: undefined };
        const length = recordLength(wanted, size, task);
        acceptRecord(file, wanted, task, Buffer.from(records, offset, length));
        offset += length;
      }
    },
  };
}

function joinParts(parts: readonly { start: number; record: Buffer }[], path: string): Buffer {
  const sorted = [...parts].sort((a, b) => a.start - b.start);
  const [first] = sorted;
  const isSame = sorted.every(
    ({ record }) => first?.record.compare(record, 0, identityLength, 0, identityLength) === 0,
  );
  if (first === undefined || !isSame) {
    throw AibomError.of("SOURCE_CHANGED", {}, { where: { path } });
  }
  const digests = sorted.map(({ record }) => record.subarray(recordHeaderLength));
  return Buffer.concat([first.record.subarray(0, recordHeaderLength), ...digests]);
}

/** The result that a record stands for. */
export function resultOf(
  request: HashRequest,
  wanted: Wanted,
  record: Buffer,
  fromCache: boolean,
): HashedFile {
  const { identity, linkCount, head } = readRecordHeader(record);
  let offset = recordHeaderLength;
  const next = (algorithm: DigestAlgorithm): Digest => {
    const start = offset;
    offset += digestBytes(algorithm);
    return { algorithm, hex: record.toString("hex", start, offset) };
  };
  const digests = wanted.algorithms.map(next);
  const shards = shardsOf(request, wanted, digests, next);
  return { path: request.path, size: identity.size, digests, shards, head, identity, linkCount, fromCache };
}

function shardsOf(
  { shards, size }: HashRequest,
  wanted: Wanted,
  digests: readonly Digest[],
  next: (algorithm: DigestAlgorithm) => Digest,
): HashedShard[] {
  if (shards === undefined || size === 0) {
    return [];
  }
  if (wanted.shards === undefined) {
    const whole = digests.find((digest) => digest.algorithm === shards.algorithm);
    return whole === undefined ? [] : [{ start: 0, end: size, digest: whole }];
  }
  return Array.from({ length: shardCount(wanted.shards, size) }, (_, index) => ({
    start: index * shards.sizeBytes,
    end: Math.min((index + 1) * shards.sizeBytes, size),
    digest: next(shards.algorithm),
  }));
}
