// SPDX-License-Identifier: Apache-2.0
// A GGUF model split by llama.cpp's gguf-split: `<name>-00001-of-00003.gguf`, with `split.no`,
// `split.count` and `split.tensors.count` in each file. The first may hold no tensors, the others may hold
// only the split keys.

import { FindingList } from "../formats/finding-list.ts";
import type { GgufDetail } from "../formats/gguf.ts";
import { finding } from "../model/finding.ts";
import type { DirectoryView, Layout, LayoutDescription } from "./layout.ts";
import { missingShards, parseShardName, type ShardName, shardSets } from "./shard-name.ts";

export const ggufShards: Layout = { id: "gguf-shards", describe };

/** A shard whose header was read. */
interface Shard {
  readonly path: string;
  readonly number: number;
  readonly detail: GgufDetail;
}

function describe(directory: DirectoryView): LayoutDescription {
  const findings = new FindingList(directory.name);
  const unverified: string[] = [];
  for (const { name, members } of shardSets(directory.files.keys(), [".gguf"]).values()) {
    const numbered = [...members].sort(([a], [b]) => a - b);
    const shards = numbered.flatMap(([number, path]): readonly Shard[] => {
      const detail = directory.files.get(path)?.description?.detail;
      return isGgufDetail(detail) ? [{ path, number, detail }] : [];
    });
    const [, first = ""] = numbered[0] ?? [];
    const missing = missingShards(name, members);
    if (missing !== undefined) {
      const args = { count: missing.count, total: name.count, shard: missing.first };
      findings.add(finding("SHARD_MISSING", { path: first }, args));
      unverified.push(first);
    }
    checkSplit(name, shards, findings);
    checkFamily(shards, findings);
    // Totals mean something only if every shard was there and readable.
    if (missing === undefined && shards.length === name.count) {
      checkTotal(shards, findings);
    }
  }
  checkStrays(directory, findings, unverified);
  return { facts: [], findings: findings.all(), unverified };
}

function checkSplit(name: ShardName, shards: readonly Shard[], findings: FindingList): void {
  for (const { path, number, detail } of shards) {
    const { split } = detail;
    const isRight = split !== undefined && split.number === number - 1 && split.count === name.count;
    if (!isRight || number < 1 || number > name.count) {
      const args = {
        shard: path,
        number: split === undefined ? "none" : split.number + 1,
        count: split === undefined ? "none" : split.count,
        expectedNumber: number,
        expectedCount: name.count,
      };
      findings.add(finding("GGUF_SHARD_COUNT_MISMATCH", { path, member: "split.count" }, args));
    }
  }
}

/** One architecture, one identity, no tensor twice. */
function checkFamily(shards: readonly Shard[], findings: FindingList): void {
  const owners = new Map<string, string>();
  for (const memberName of ["architecture", "uuid"] as const) {
    const stated = shards.filter(({ detail }) => detail[memberName] !== undefined);
    const expected = stated[0]?.detail[memberName] ?? "";
    for (const { path, detail } of stated) {
      const found = detail[memberName] ?? "";
      if (found !== expected) {
        const args = { shard: path, member: `general.${memberName}`, found, expected };
        findings.add(finding("GGUF_SHARD_FOREIGN", { path, member: `general.${memberName}` }, args));
      }
    }
  }
  for (const { path, detail } of shards) {
    for (const tensor of detail.tensors) {
      const first = owners.get(tensor);
      if (first !== undefined) {
        const where = { path, member: tensor };
        findings.add(finding("GGUF_SHARD_DUPLICATE_TENSOR", where, { tensor, first, second: path }));
      }
      owners.set(tensor, path);
    }
  }
}

function checkTotal(shards: readonly Shard[], findings: FindingList): void {
  const actual = shards.reduce((sum, { detail }) => sum + detail.tensors.size, 0);
  for (const { path, detail } of shards) {
    const claimed = detail.split?.tensors;
    if (claimed !== undefined && claimed !== actual) {
      const where = { path, member: "split.tensors.count" };
      findings.add(finding("GGUF_SHARD_TENSORS_MISMATCH", where, { claimed, actual }));
    }
  }
}

/** A file that says it is one of several shards and is not named like one: its siblings cannot be found. */
function checkStrays(directory: DirectoryView, findings: FindingList, unverified: string[]): void {
  for (const [path, { description }] of directory.files) {
    const detail = description?.detail;
    const split = isGgufDetail(detail) ? detail.split : undefined;
    if (split !== undefined && split.count > 1 && parseShardName(path) === undefined) {
      const args = {
        count: split.count - 1,
        total: split.count,
        shard: "those that its name does not lead to",
      };
      findings.add(finding("SHARD_MISSING", { path, member: "split.count" }, args));
      unverified.push(path);
    }
  }
}

function isGgufDetail(detail: unknown): detail is GgufDetail {
  return typeof detail === "object" && detail !== null && "kind" in detail && detail.kind === "gguf";
}
