// SPDX-License-Identifier: Apache-2.0
// Puts the records of all tasks together into results. Parts of one file that were hashed by different
// threads count only if every thread saw the file in the same state.

import { AibomError } from "../errors.ts";
import type { Digest, DigestAlgorithm } from "../model/digest.ts";
import type { Plan, WantedTable } from "./plan.ts";
import {
  type FileIdentity,
  identityLength,
  readHead,
  readIdentity,
  readLinkCount,
  readNoArchiveEnd,
  recordHeaderLength,
} from "./record.ts";
import type { HashedFile, HashedShard, HashRequest } from "./request.ts";
import { recordLength } from "./run-task.ts";
import { digestBytes, shardCount, type Wanted } from "./wanted.ts";
import type { HashAlgorithm, WeakDigest } from "./weak-algorithm.ts";

/** Receives records in any order. */
export interface Collector {
  /** @throws {AibomError} SOURCE_CHANGED: two parts of a file are of different states */
  accept(taskIndex: number, records: ArrayBuffer): void;
}

/** Takes the record of one file, which starts at `offset` of `records` and is `length` bytes long. */
export type OnRecord = (
  requestIndex: number,
  wanted: Wanted,
  records: Buffer,
  offset: number,
  length: number,
) => void;

/** A collector that hands on each file's record as soon as it is complete. */
export function createCollector(
  requests: readonly HashRequest[],
  plan: Pick<Plan, "order" | "tasks">,
  table: WantedTable,
  onRecord: OnRecord,
): Collector {
  const parts = new Map<number, { start: number; record: Buffer }[]>();
  const acceptPart = (file: number, index: number, wanted: Wanted, start: number, record: Buffer): void => {
    const known = parts.get(file) ?? [];
    known.push({ start, record });
    parts.set(file, known);
    const count = plan.tasks.filter((one) => one.first === file).length;
    if (known.length === count) {
      parts.delete(file);
      const joined = joinParts(known, requests[index]?.path ?? "");
      onRecord(index, wanted, joined, 0, joined.length);
    }
  };
  return {
    accept(taskIndex, bytes) {
      const task = plan.tasks[taskIndex];
      if (task === undefined) {
        throw new RangeError("a result for a task that does not exist");
      }
      const records = Buffer.from(bytes);
      let offset = 0;
      for (let file = task.first; file < task.first + task.count; file++) {
        const index = plan.order[file];
        const request = index === undefined ? undefined : requests[index];
        const wanted = request === undefined ? undefined : table.all[table.indexOf(request)];
        if (index === undefined || request === undefined || wanted === undefined) {
          throw new RangeError("a result for a file that was not asked for");
        }
        const length = recordLength(wanted, request.size, task);
        if (task.start === 0 && task.end >= request.size) {
          onRecord(index, wanted, records, offset, length);
        } else {
          acceptPart(file, index, wanted, task.start, records.subarray(offset, offset + length));
        }
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

/** The result that the record at `offset` of `records` stands for. */
export function resultOf(
  request: HashRequest,
  wanted: Wanted,
  records: Buffer,
  offset: number,
  fromCache: boolean,
): HashedFile {
  let position = offset + recordHeaderLength;
  const next = <A extends HashAlgorithm>(algorithm: A): { readonly algorithm: A; readonly hex: string } => {
    const start = position;
    position += digestBytes(algorithm);
    return { algorithm, hex: records.toString("hex", start, position) };
  };
  const digests: readonly Digest[] = wanted.algorithms.map(next);
  const weak = wanted.weak?.map(next) ?? none;
  const shards = shardsOf(request, wanted, digests, next);
  return new RecordedFile(request, { digests, shards, weak }, records, offset, fromCache);
}

/** A result whose rarely wanted parts stay in its record until somebody asks for them. */
class RecordedFile implements HashedFile {
  readonly path: string;
  readonly size: number;
  readonly digests: readonly Digest[];
  readonly shards: readonly HashedShard[];
  readonly weak: readonly WeakDigest[];
  readonly fromCache: boolean;
  readonly #records: Buffer;
  readonly #offset: number;

  constructor(
    { path, size }: HashRequest,
    { digests, shards, weak }: Pick<HashedFile, "digests" | "shards" | "weak">,
    records: Buffer,
    offset: number,
    fromCache: boolean,
  ) {
    this.path = path;
    // A file of another size than asked for was refused.
    this.size = size;
    this.digests = digests;
    this.shards = shards;
    this.weak = weak;
    this.fromCache = fromCache;
    this.#records = records;
    this.#offset = offset;
  }

  get head(): Uint8Array {
    return readHead(this.#records, this.#offset);
  }

  get identity(): FileIdentity {
    return readIdentity(this.#records, this.#offset);
  }

  get linkCount(): number {
    return readLinkCount(this.#records, this.#offset);
  }

  get hasNoArchiveEnd(): boolean {
    return readNoArchiveEnd(this.#records, this.#offset);
  }
}

const none: readonly never[] = [];

function shardsOf(
  { shards, size }: HashRequest,
  wanted: Wanted,
  digests: readonly Digest[],
  next: (algorithm: DigestAlgorithm) => Digest,
): readonly HashedShard[] {
  if (shards === undefined || size === 0) {
    return none;
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
