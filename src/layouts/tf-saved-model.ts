// SPDX-License-Identifier: Apache-2.0
// A TensorFlow model over several files: the index of a checkpoint and its data files, a SavedModel and its assets.
// Symbolic links were resolved inside the root, or refused, before a file got here.

import { leadsOut } from "../bytes/member-name.ts";
import { FindingList } from "../formats/finding-list.ts";
import type { SavedModelDetail } from "../formats/tf-saved-model.ts";
import { finding } from "../model/finding.ts";
import type { DirectoryView, Layout, LayoutDescription, LayoutFile } from "./layout.ts";

/** SavedModels and checkpoints. */
export const tfSavedModelLayout: Layout = {
  id: "tf-savedmodel",
  describe(directory: DirectoryView): LayoutDescription {
    const findings = new FindingList(".");
    const unverified = new Set<string>();
    for (const file of directory.files.values()) {
      if (file.format === "tf-checkpoint") {
        checkVariables(directory, file, findings, unverified);
      } else if (file.format === "tf-savedmodel") {
        checkAssets(directory, file, findings);
      }
    }
    return { facts: [], findings: findings.all(), unverified: [...unverified] };
  },
};

function checkVariables(
  directory: DirectoryView,
  index: LayoutFile,
  findings: FindingList,
  unverified: Set<string>,
): void {
  const missing = new Map<string, number>();
  for (const { path, offset = 0, length = 0, member } of index.description?.references ?? []) {
    const data = directory.files.get(path);
    const end = offset + length;
    if (data === undefined) {
      missing.set(path, (missing.get(path) ?? 0) + 1);
    } else if (end > data.size) {
      findings.add(
        finding(
          "TF_VARIABLES_RANGE",
          { path: index.path, member },
          { tensor: member, offset, end, file: path, size: data.size },
        ),
      );
      unverified.add(index.path);
    }
  }
  for (const [file, count] of missing) {
    findings.add(finding("TF_VARIABLES_MISSING", { path: index.path }, { file, count }));
    unverified.add(index.path);
  }
}

function checkAssets(directory: DirectoryView, model: LayoutFile, findings: FindingList): void {
  const detail = model.description?.detail;
  const assets = isSavedModelDetail(detail) ? detail.assets : [];
  const root = model.path.slice(0, model.path.lastIndexOf("/") + 1);
  for (const asset of new Set(assets)) {
    const at = { path: model.path, member: asset };
    if (leadsOut("asset", asset)) {
      findings.add(finding("TF_ASSET_PATH", at, { asset }));
    } else if (!directory.files.has(`${root}assets/${asset}`)) {
      findings.add(finding("TF_ASSET_MISSING", at, { asset }));
    }
  }
}

function isSavedModelDetail(detail: unknown): detail is SavedModelDetail {
  return typeof detail === "object" && detail !== null && "kind" in detail && detail.kind === "tf-savedmodel";
}
