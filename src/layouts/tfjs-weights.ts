// SPDX-License-Identifier: Apache-2.0
// The shards of TensorFlow.js models: each must be there, and those of a group as long together as its weights.

import { FindingList } from "../formats/finding-list.ts";
import type { TfjsDetail } from "../formats/tfjs.ts";
import { finding } from "../model/finding.ts";
import type { DirectoryView, Layout, LayoutDescription } from "./layout.ts";

/** Shards of TensorFlow.js models. */
export const tfjsWeights: Layout = {
  id: "tfjs-weights",
  describe(directory: DirectoryView): LayoutDescription {
    const findings = new FindingList(".");
    const unverified = new Set<string>();
    for (const { path, format, description } of directory.files.values()) {
      const detail = format === "tfjs" ? description?.detail : undefined;
      for (const [group, bytes] of isTfjsDetail(detail) ? detail.bytes : []) {
        const shards = (description?.references ?? []).filter(({ member }) => member === group);
        const sizes = shards.map((shard) => directory.files.get(shard.path)?.size);
        for (const shard of shards.filter((_, index) => sizes[index] === undefined)) {
          findings.add(finding("TFJS_WEIGHTS_MISSING", { path, member: group }, { file: shard.path }));
          unverified.add(path);
        }
        const size = sizes.reduce<number>((sum, each) => sum + (each ?? 0), 0);
        if (!sizes.includes(undefined) && bytes !== undefined && size !== bytes) {
          const file = shards
            .slice(0, 3)
            .map((each) => each.path)
            .join(", ");
          findings.add(
            finding("TFJS_WEIGHTS_SIZE", { path, member: group }, { expected: bytes, file, size }),
          );
        }
      }
    }
    return { facts: [], findings: findings.all(), unverified: [...unverified] };
  },
};

function isTfjsDetail(detail: unknown): detail is TfjsDetail {
  return typeof detail === "object" && detail !== null && "kind" in detail && detail.kind === "tfjs";
}
