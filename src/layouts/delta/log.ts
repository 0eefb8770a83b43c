// SPDX-License-Identifier: Apache-2.0
// The transaction log of one Delta table (Delta protocol, "Delta Log Entries"): the newest readable checkpoint, and
// the commits after it, replayed to the files that are live. Deletion vectors are noted, not applied.

import { parseJson } from "../../bytes/json.ts";
import { AibomError } from "../../errors.ts";
import type { ParquetDetail } from "../../formats/parquet.ts";
import { limits } from "../../limits.ts";
import type { JsonValue } from "../../model/fact.ts";
import { decoded, isAddress, manifestPath } from "../manifest-path.ts";
import { countOf, memberOf, objectOf, textOf } from "../member.ts";
import type { Reading } from "../reading.ts";

/** A file that is part of the newest version. */
export interface LiveFile {
  readonly size?: number;
  /** The log entry or checkpoint that added it. */
  readonly by: string;
  readonly hasDeletedRows: boolean;
}

/** A table at its newest version. */
export interface DeltaLog {
  readonly version: number;
  /** By the path in the log, which is percent-encoded. */
  readonly live: ReadonlyMap<string, LiveFile>;
  readonly metadata?: JsonValue;
  readonly protocol?: JsonValue;
  readonly commitInfo?: JsonValue;
  /** The newest log file. */
  readonly newest: string;
  /** What is missing for the log to be complete; undefined if nothing is. */
  readonly missing?: string;
}

const commitName = /^(\d{20})\.json$/;
const checkpointName = /^(\d{20})\.checkpoint(?:\.(\d{10})\.(\d{10})|\.[0-9a-f-]{36})?\.parquet$/;
/** Version 2 may be written as actions, like a commit (Delta protocol, "V2 Spec"). */
const jsonCheckpointName = /^(\d{20})\.checkpoint\.[0-9a-f-]{36}\.json$/;

/** Reads the log in `folder`; undefined if there is none. */
export function readDeltaLog(reading: Reading, folder: string): DeltaLog | undefined {
  const names = reading.names(folder);
  const commits = new Map(
    names.flatMap((name) => {
      const [, digits] = commitName.exec(name) ?? [];
      return digits === undefined ? [] : [[Number(digits), `${folder}/${name}`] as const];
    }),
  );
  const checkpoint = newestCheckpoint(reading, folder, names);
  const version = Math.max(...commits.keys(), checkpoint?.version ?? -1);
  if (version < 0) {
    return undefined;
  }
  const replay = new Replay();
  if (checkpoint !== undefined) {
    replay.checkpoint(reading, checkpoint);
  }
  let missing: string | undefined;
  for (let next = (checkpoint?.version ?? -1) + 1; next <= version; next += 1) {
    const path = commits.get(next);
    if (path === undefined) {
      missing = `${folder}/${String(next).padStart(20, "0")}.json`;
      break;
    }
    if (reading.attempt(path, () => replay.commit(reading, path)) === undefined) {
      missing = path;
      break;
    }
  }
  const newest = commits.get(version) ?? checkpoint?.paths[0] ?? folder;
  return { version, newest, ...replay.state(), ...(missing !== undefined && { missing }) };
}

interface Checkpoint {
  readonly version: number;
  readonly paths: readonly string[];
  /** Written as actions. */
  readonly isJson?: true;
  /** What its parts in Parquet say: itself, or its sidecars. */
  readonly details: readonly NonNullable<ParquetDetail["deltaCheckpoint"]>[];
}

interface CheckpointFiles {
  readonly version: number;
  /** Of how many files it consists. */
  readonly parts: number;
  readonly paths: string[];
  readonly isJson?: true;
}

/** The newest checkpoint of which every part and every sidecar was read. */
function newestCheckpoint(
  reading: Reading,
  folder: string,
  names: readonly string[],
): Checkpoint | undefined {
  for (const files of checkpointsIn(folder, names)) {
    const checkpoint = readCheckpoint(reading, folder, files);
    if (checkpoint !== undefined) {
      return checkpoint;
    }
  }
  return undefined;
}

/** The newest first. */
function checkpointsIn(folder: string, names: readonly string[]): readonly CheckpointFiles[] {
  const groups = new Map<string, CheckpointFiles>();
  for (const name of names) {
    const [, actions] = jsonCheckpointName.exec(name) ?? [];
    if (actions !== undefined) {
      groups.set(name, { version: Number(actions), parts: 1, paths: [`${folder}/${name}`], isJson: true });
    }
    const [, digits, , total] = checkpointName.exec(name) ?? [];
    if (digits !== undefined) {
      const key = `${digits}.${total ?? name}`;
      const group = groups.get(key) ?? { version: Number(digits), parts: Number(total ?? 1), paths: [] };
      group.paths.push(`${folder}/${name}`);
      groups.set(key, group);
    }
  }
  return [...groups.values()].sort((a, b) => b.version - a.version);
}

/** Undefined unless all of it is there and was read. */
function readCheckpoint(
  reading: Reading,
  folder: string,
  { version, parts, paths, isJson }: CheckpointFiles,
): Checkpoint | undefined {
  const details = isJson ? [] : paths.flatMap((path) => checkpointDetail(reading, path) ?? []);
  const named = isJson ? sidecarsOf(reading, paths[0] ?? "") : [];
  if (named === undefined || (!isJson && details.length !== parts)) {
    return undefined;
  }
  const sidecars = [...named, ...details.flatMap((detail) => detail.sidecars ?? [])];
  const further = sidecars.flatMap((name) => sidecarDetail(reading, folder, name) ?? []);
  const all = [...details, ...further];
  return further.length === sidecars.length && all.every(({ unread }) => unread === undefined)
    ? { version, paths, details: all, ...(isJson ? { isJson } : {}) }
    : undefined;
}

/** The sidecars of a checkpoint that is written as actions; undefined if it cannot be read. */
function sidecarsOf(reading: Reading, path: string): readonly string[] | undefined {
  const replay = new Replay();
  return reading.attempt(path, () => replay.commit(reading, path)) === undefined
    ? undefined
    : replay.sidecars;
}

/** A sidecar lies in a folder of its own in the log; one at an address is not here, and its checkpoint is not whole. */
function sidecarDetail(reading: Reading, folder: string, name: string): ParquetDetail["deltaCheckpoint"] {
  const path = isAddress(name) ? undefined : manifestPath(`${folder}/_sidecars`, decoded(name));
  const detail = path === undefined ? undefined : checkpointDetail(reading, path);
  // A sidecar has none of its own: one that names itself must not be followed.
  return detail?.sidecars === undefined ? detail : undefined;
}

function checkpointDetail(reading: Reading, path: string): ParquetDetail["deltaCheckpoint"] {
  const detail = reading.directory.files.get(path)?.description?.detail;
  return isParquetDetail(detail) ? detail.deltaCheckpoint : undefined;
}

export function isParquetDetail(detail: unknown): detail is ParquetDetail {
  return typeof detail === "object" && detail !== null && (detail as ParquetDetail).kind === "parquet";
}

/** The state of the table while its log is replayed. */
class Replay {
  readonly sidecars: string[] = [];
  readonly #live = new Map<string, LiveFile>();
  #metadata: JsonValue | undefined;
  #protocol: JsonValue | undefined;
  #commitInfo: JsonValue | undefined;

  state(): Pick<DeltaLog, "live" | "metadata" | "protocol" | "commitInfo"> {
    return {
      live: this.#live,
      ...(this.#metadata !== undefined && { metadata: this.#metadata }),
      ...(this.#protocol !== undefined && { protocol: this.#protocol }),
      ...(this.#commitInfo !== undefined && { commitInfo: this.#commitInfo }),
    };
  }

  checkpoint(reading: Reading, { paths, details, isJson }: Checkpoint): void {
    const by = paths[0] ?? "";
    if (isJson) {
      this.commit(reading, by);
    }
    for (const detail of details) {
      for (const { path, size } of detail.added) {
        this.#live.set(path, { by, hasDeletedRows: false, ...(size !== undefined && { size }) });
      }
      if (detail.tableId !== undefined) {
        const { tableId: id, tableName: name, schemaText: schemaString } = detail;
        this.#metadata = { id, ...(name && { name }), ...(schemaString && { schemaString }) };
      }
    }
  }

  /** Applies one commit: one JSON object on each line, one action in each. @throws {AibomError} */
  commit(reading: Reading, path: string): true {
    const bytes = reading.bytes(path, limits.maxReadBytes);
    if (bytes === undefined) {
      throw AibomError.of("DELTA_LOG_INVALID", { reason: "the commit cannot be read" }, { where: { path } });
    }
    let start = 0;
    while (start < bytes.length) {
      const lineEnd = bytes.indexOf(0x0a, start);
      const end = lineEnd < 0 ? bytes.length : lineEnd;
      const line = bytes.subarray(start, end);
      if (line.some((byte) => byte > 0x20)) {
        const options = { path, maxBytes: limits.maxReadBytes, maxDepth: limits.maxJsonDepth, offset: start };
        this.#apply(parseJson(line, options), path);
      }
      start = end + 1;
    }
    return true;
  }

  #apply(action: JsonValue, by: string): void {
    const add = objectOf(action, "add");
    const added = textOf(add, "path");
    if (added !== undefined) {
      const size = countOf(add, "size");
      const hasDeletedRows = objectOf(add, "deletionVector") !== undefined;
      this.#live.set(added, { by, hasDeletedRows, ...(size !== undefined && { size }) });
      if (this.#live.size > limits.maxTableFiles) {
        const reason = `it has more than ${limits.maxTableFiles} live files`;
        throw AibomError.of("DELTA_LOG_INVALID", { reason }, { where: { path: by } });
      }
    }
    const removed = textOf(objectOf(action, "remove"), "path");
    if (removed !== undefined) {
      this.#live.delete(removed);
    }
    const sidecar = textOf(objectOf(action, "sidecar"), "path");
    if (sidecar !== undefined) {
      this.sidecars.push(sidecar);
    }
    this.#metadata = memberOf(action, "metaData") ?? this.#metadata;
    this.#protocol = memberOf(action, "protocol") ?? this.#protocol;
    this.#commitInfo = memberOf(action, "commitInfo") ?? this.#commitInfo;
  }
}
