// SPDX-License-Identifier: Apache-2.0
// Verifies a whole log: every entry and its signature, every tile, the root, and that it continues every checkpoint that is
// remembered. What is wrong becomes findings, with the place; the walk goes on, so that one flipped bit does not hide another.

import { join } from "node:path";
import { AibomError } from "../errors.ts";
import type { Finding } from "../model/finding.ts";
import { isSameHash, leafHash, rootOver } from "../tlog/merkle.ts";
import { hashesAt, hashesOfTile, tilePath, tileWidth, widthOf } from "../tlog/tile.ts";
import { requireContinuation } from "./continuation.ts";
import type { CustodyEntry } from "./entry.ts";
import { openEntry } from "./envelope.ts";
import { keptCheckpoints } from "./kept-checkpoints.ts";
import { damaged, readEntries, readTile } from "./log-files.ts";
import { type CustodyLog, type SignedCheckpoint, treeOf, wrongRoot } from "./open-log.ts";
import {
  type Cosigner,
  cosignersOf,
  isWitnessed,
  placeOfEntry,
  readEntry,
  verifyTlogProof,
} from "./prove.ts";

/** What the log must agree with. */
export interface VerifyLogOptions {
  /** Checkpoints from before. */
  readonly remembered?: readonly { readonly checkpoint: SignedCheckpoint; readonly path: string }[];
  /** Exported proofs. */
  readonly proofs?: readonly { readonly text: string; readonly path: string }[];
  readonly onProgress?: (entries: number) => void;
  readonly signal?: AbortSignal;
}

/** What was found out about a log. */
export interface LogReport {
  readonly log: CustodyLog;
  /** Entries by the key that signed them as actor; those without such a key are only the log's word. */
  readonly byActor: ReadonlyMap<string, number>;
  readonly withoutKey: number;
  /** Entries whose time is before that of the entry in front of them. */
  readonly timesBackwards: number;
  /** The newest checkpoint that enough witnesses cosigned. */
  readonly witnessed?: { readonly size: number; readonly cosigners: readonly Cosigner[] };
  /** Nothing is wrong if there is none. */
  readonly findings: readonly Finding[];
  /** True if there were more findings than are listed. */
  readonly hasMore: boolean;
}

/** Findings that are listed: with more, the log is not damaged in places. */
const maxFindings = 50;

/**
 * Verifies a log.
 * @throws {AibomError} only what keeps the walk from going on
 */
export async function verifyLog(log: CustodyLog, options: VerifyLogOptions = {}): Promise<LogReport> {
  const walk = new LogWalk(log);
  await walk.entries(options);
  walk.tiles();
  walk.attempt(log.directory, () => {
    if (!isSameHash(treeOf(log).root(), log.checkpoint.root)) {
      throw wrongRoot(log);
    }
  });
  for (const { checkpoint, path } of options.remembered ?? []) {
    walk.attempt(path, () => requireContinuation(log, checkpoint, path));
  }
  for (const { text, path } of options.proofs ?? []) {
    walk.attempt(path, () => checkProof(log, text));
  }
  return walk.report();
}

/** The entry must still be where the proof says, in this history. */
function checkProof(log: CustodyLog, text: string): void {
  const index = /^index ([0-9]{1,16})$/m.exec(text)?.[1];
  const entry = readEntry(log, Number(index ?? -1));
  const proof = verifyTlogProof(text, entry, log.policy);
  requireContinuation(log, { ...log.checkpoint, ...proof }, log.directory);
}

class LogWalk {
  readonly #log: CustodyLog;
  readonly #findings: Finding[] = [];
  readonly #byActor = new Map<string, number>();
  #withoutKey = 0;
  #timesBackwards = 0;
  #lastTime = "";
  #count = 0;

  constructor(log: CustodyLog) {
    this.#log = log;
  }

  /** Runs a check; what it throws with a code is a finding. */
  attempt(path: string, check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#note(error, path);
    }
  }

  #note(error: unknown, path: string): void {
    if (!(error instanceof AibomError)) {
      throw error;
    }
    this.#count += 1;
    if (this.#findings.length < maxFindings) {
      this.#findings.push(error.toFinding({ path }));
    }
  }

  /** A checkpoint can speak of 2^53 entries that are nowhere: nobody looks for all of them. */
  #isHopeless(): boolean {
    return this.#count > maxFindings;
  }

  async entries({ onProgress, signal }: VerifyLogOptions): Promise<void> {
    const { directory, checkpoint } = this.#log;
    // Hashes of the leaf in front, by its bytes and by its tile: if one of them was damaged, this entry was not.
    let prev: readonly string[] = [];
    for (let bundle = 0; bundle * tileWidth < checkpoint.size && !this.#isHopeless(); bundle += 1) {
      signal?.throwIfAborted();
      const width = widthOf(bundle, checkpoint.size);
      const leaves = this.#leaves(bundle, width);
      try {
        const entries = readEntries(directory, bundle, width);
        for (const [place, bytes] of entries.entries()) {
          await this.#entry(bundle * tileWidth + place, bytes, leaves[place], prev);
          prev = [leafHash(bytes), leaves[place]].flatMap((leaf) =>
            leaf === undefined ? [] : [hexOf(leaf)],
          );
        }
      } catch (error) {
        this.#note(error, directory);
        prev = [];
      }
      onProgress?.(bundle * tileWidth + width);
    }
  }

  #leaves(index: number, width: number): readonly Uint8Array[] {
    const tile = { level: 0, index, width };
    let leaves: readonly Uint8Array[] = [];
    this.attempt(this.#log.directory, () => {
      leaves = hashesOfTile(readTile(this.#log.directory, tile));
    });
    return leaves;
  }

  async #entry(
    index: number,
    bytes: Uint8Array,
    leaf: Uint8Array | undefined,
    prev: readonly string[],
  ): Promise<void> {
    const place = placeOfEntry(this.#log, index);
    if (leaf !== undefined && !isSameHash(leafHash(bytes), leaf)) {
      this.#note(damaged("an entry has another hash than its tile says", place), place);
      return;
    }
    try {
      const entry = await openEntry(bytes, this.#log.checkpoint.key, place);
      if (index === 0 ? entry.prev !== undefined : prev.length > 0 && !prev.includes(entry.prev ?? "")) {
        const reason = "it was signed for another place in the log";
        throw AibomError.of("CUSTODY_ENTRY_SIGNATURE", { reason }, { where: { path: place } });
      }
      this.#tally(entry);
    } catch (error) {
      this.#note(error, place);
    }
  }

  #tally({ actor, time }: CustodyEntry): void {
    if (actor.authenticated === undefined) {
      this.#withoutKey += 1;
    } else {
      const { keyId } = actor.authenticated;
      this.#byActor.set(keyId, (this.#byActor.get(keyId) ?? 0) + 1);
    }
    this.#timesBackwards += time < this.#lastTime ? 1 : 0;
    this.#lastTime = time;
  }

  /** Every hash of the tiles above must be the root of the full tile below. */
  tiles(): void {
    const { directory, checkpoint } = this.#log;
    for (let level = 1; hashesAt(level, checkpoint.size) > 0; level += 1) {
      const count = hashesAt(level, checkpoint.size);
      for (let index = 0; index * tileWidth < count && !this.#isHopeless(); index += 1) {
        const tile = { level, index, width: widthOf(index, count) };
        const path = join(directory, tilePath(tile));
        this.attempt(path, () => {
          for (const [place, hash] of hashesOfTile(readTile(directory, tile)).entries()) {
            const below = { level: level - 1, index: index * tileWidth + place, width: tileWidth };
            if (!isSameHash(rootOver(hashesOfTile(readTile(directory, below))), hash)) {
              throw damaged("a tile does not agree with the one below", path);
            }
          }
        });
      }
    }
  }

  report(): LogReport {
    const log = this.#log;
    const witnessed = this.#witnessed();
    return {
      log,
      byActor: this.#byActor,
      withoutKey: this.#withoutKey,
      timesBackwards: this.#timesBackwards,
      ...(witnessed === undefined ? {} : { witnessed }),
      findings: this.#findings,
      hasMore: this.#count > this.#findings.length,
    };
  }

  #witnessed(): LogReport["witnessed"] {
    const log = this.#log;
    let kept: readonly SignedCheckpoint[] = [];
    this.attempt(log.directory, () => {
      kept = [log.checkpoint, ...keptCheckpoints(log)];
    });
    for (const each of kept) {
      this.attempt(join(log.directory, "checkpoints", String(each.size)), () =>
        requireContinuation(log, each, join(log.directory, "checkpoints", String(each.size))),
      );
    }
    if (log.policy.quorum === undefined) {
      return undefined;
    }
    const found = kept.find(({ note }) => isWitnessed(log.policy, note));
    if (found === undefined) {
      const cosigners = kept.flatMap(({ note }) => cosignersOf(log.policy, note)).map(({ name }) => name);
      const shown = [...new Set(cosigners)].join(", ") || "none of the policy's";
      this.attempt(log.directory, () => {
        throw AibomError.of("CUSTODY_QUORUM", { cosigners: shown }, { where: { path: log.directory } });
      });
      return undefined;
    }
    return { size: found.size, cosigners: cosignersOf(log.policy, found.note) };
  }
}

function hexOf(hash: Uint8Array): string {
  return Buffer.from(hash).toString("hex");
}
