// SPDX-License-Identifier: Apache-2.0
// The weights of OpenVINO models: the `.bin` beside each graph must be there and as long as the graph says.

import { FindingList } from "../formats/finding-list.ts";
import { finding } from "../model/finding.ts";
import type { DirectoryView, Layout, LayoutDescription, LayoutFile } from "./layout.ts";

/** Weight files of OpenVINO models. */
export const openvinoWeights: Layout = {
  id: "openvino-weights",
  describe(directory: DirectoryView): LayoutDescription {
    const findings = new FindingList(".");
    const unverified: string[] = [];
    for (const graph of directory.files.values()) {
      const references = graph.format === "openvino" ? (graph.description?.references ?? []) : [];
      const [first] = references;
      if (first === undefined) {
        continue;
      }
      const weights = directory.files.get(first.path);
      if (weights === undefined) {
        const args = { file: first.path, count: references.length };
        findings.add(finding("OPENVINO_WEIGHTS_MISSING", { path: graph.path }, args));
        unverified.push(graph.path);
      } else {
        checkRanges(graph, weights, findings);
      }
    }
    return { facts: [], findings: findings.all(), unverified };
  },
};

function checkRanges(graph: LayoutFile, weights: LayoutFile, findings: FindingList): void {
  for (const { member, offset = 0, length = 0 } of graph.description?.references ?? []) {
    const end = offset + length;
    if (end > weights.size) {
      const args = { layer: member, end, file: weights.path, size: weights.size };
      findings.add(finding("OPENVINO_WEIGHTS_RANGE", { path: graph.path, member }, args));
    }
  }
}
