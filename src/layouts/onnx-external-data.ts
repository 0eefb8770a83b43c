// SPDX-License-Identifier: Apache-2.0
// Files that hold the tensors of an ONNX model: each must be in the directory, long enough and no hard link
// (CVE-2026-34446). Symbolic links were resolved inside the root, or refused, before a file got here.

import { FindingList } from "../formats/finding-list.ts";
import type { FileReference } from "../formats/format.ts";
import { finding } from "../model/finding.ts";
import type { DirectoryView, Layout, LayoutDescription, LayoutFile } from "./layout.ts";

/** External data of ONNX models. */
export const onnxExternalData: Layout = {
  id: "onnx-external-data",
  describe(directory: DirectoryView): LayoutDescription {
    const findings = new FindingList(".");
    const unverified = new Set<string>();
    for (const model of directory.files.values()) {
      if (model.format !== "onnx" || model.description === undefined) {
        continue;
      }
      for (const [path, references] of byPath(model.description.references)) {
        const data = directory.files.get(path);
        if (data === undefined) {
          findings.add(
            finding("ONNX_EXTERNAL_MISSING", { path: model.path }, { file: path, count: references.length }),
          );
          unverified.add(model.path);
        } else {
          checkData(model, data, references, findings);
        }
      }
    }
    return { facts: [], findings: findings.all(), unverified: [...unverified] };
  },
};

function byPath(references: readonly FileReference[]): ReadonlyMap<string, readonly FileReference[]> {
  const grouped = new Map<string, FileReference[]>();
  for (const reference of references) {
    const group = grouped.get(reference.path);
    if (group === undefined) {
      grouped.set(reference.path, [reference]);
    } else {
      group.push(reference);
    }
  }
  return grouped;
}

function checkData(
  model: LayoutFile,
  data: LayoutFile,
  references: readonly FileReference[],
  findings: FindingList,
): void {
  if (data.linkCount > 1) {
    findings.add(
      finding("ONNX_EXTERNAL_HARDLINK", { path: model.path }, { file: data.path, count: data.linkCount }),
    );
  }
  for (const { member, offset = 0, length } of references) {
    // Without a length the tensor takes the rest of the file, which must start inside it.
    const end = offset + (length ?? 0);
    if (end > data.size) {
      findings.add(
        finding(
          "ONNX_EXTERNAL_RANGE",
          { path: model.path, member },
          { tensor: member, offset, end, file: data.path, size: data.size },
        ),
      );
    }
  }
  findOverlaps(model, data, references, findings);
}

/** Equal ranges are shared weights and fine; partial overlaps are reported. */
function findOverlaps(
  model: LayoutFile,
  data: LayoutFile,
  references: readonly FileReference[],
  findings: FindingList,
): void {
  const ranges = references
    .map(({ member, offset = 0, length }) => ({
      member,
      start: offset,
      end: length === undefined ? data.size : offset + length,
    }))
    .toSorted((a, b) => a.start - b.start || a.end - b.end);
  let widest = ranges[0];
  for (const range of ranges.slice(1)) {
    if (widest === undefined) {
      return;
    }
    const isShared = range.start === widest.start && range.end === widest.end;
    if (range.start < widest.end && range.start < range.end && !isShared) {
      findings.add(
        finding(
          "ONNX_EXTERNAL_OVERLAP",
          { path: model.path, member: range.member },
          { first: widest.member, second: range.member, file: data.path },
        ),
      );
    }
    if (range.end > widest.end || isShared) {
      widest = range;
    }
  }
}
