// SPDX-License-Identifier: Apache-2.0
// Pickles of protocols 0 to 5: what loading them imports and calls, found by running the unpickler's stack machine on
// symbols. Also the files that are pickles in a row (PyTorch before 1.6, dill, cloudpickle) or with arrays between
// the opcodes (joblib). Source: CPython 3.14, Lib/pickle.py and Lib/pickletools.py.
// Leaves out building any object.

import type { ByteSource } from "../bytes/byte-source.ts";
import { windowSource } from "../bytes/window-source.ts";
import { type Finding, finding } from "../model/finding.ts";
import { ClaimList } from "./claim-list.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Members } from "./format.ts";
import { confirmPickle, matchPickle } from "./pickle/detect.ts";
import { addEmbedded } from "./pickle/embedded-files.ts";
import { addImports } from "./pickle/import-facts.ts";
import { checkLegacy } from "./pickle/legacy.ts";
import { addObjectFacts, addTensorFacts, type PickleDetail } from "./pickle/object-facts.ts";
import { type PickleScan, scanPickles } from "./pickle/scan.ts";

export const pickle: Format = {
  id: "pickle",
  holdsWeights: true,
  extensions: [".pkl", ".pickle", ".dill", ".joblib"],
  refinements: [{ id: "pytorch-legacy", holdsWeights: true }],
  readsWhole: true,
  match: matchPickle,
  confirm: confirmPickle,
  describe,
};

function describe(file: ByteSource, members: Members): Description {
  const scan = scanPickles(file);
  const findings = new FindingList(file.path);
  const claims = new ClaimList(findings);
  addImports(scan, file.path, claims, findings);
  const content = addTensorFacts(scan, file.path, claims);
  const legacy = checkLegacy(scan, content, file, findings);
  addObjectFacts(scan, file.path, claims);
  const embedded = addEmbedded(scan, file, members);
  const behind = describeBehind(scan, file, legacy?.end ?? scan.end, members);
  addStructure(scan, file.path, findings);
  const { notes, error } = scan;
  const isBroken = error !== undefined || notes.longFrame !== undefined || !notes.knowsAllArrays();
  const isIncomplete = isBroken || !content.isComplete || embedded.isIncomplete;
  const detail: PickleDetail = {
    kind: "pickle",
    // Plain data: it crosses from the reader's thread.
    imports: scan.imports.all.map(({ module, name, offset, count }) => ({ module, name, offset, count })),
    tensors: content.tensors,
    storages: content.storages,
  };
  return {
    facts: [...claims.facts, ...embedded.facts],
    findings: [...findings.all(), ...embedded.findings, ...behind],
    references: [],
    detail,
    ...(legacy !== undefined && { format: "pytorch-legacy" }),
    ...((isIncomplete || legacy?.isTruncated === true) && { incomplete: true as const }),
  };
}

/** What is odd about the streams themselves. */
function addStructure({ notes, error }: PickleScan, path: string, findings: FindingList): void {
  const { newerOpcode, longFrame } = notes;
  if (newerOpcode !== undefined) {
    const { protocol, declared, place } = newerOpcode;
    findings.add(finding("PICKLE_PROTOCOL_MISMATCH", { path, offset: place }, { protocol, declared }));
  }
  if (longFrame !== undefined) {
    const reason = `a frame of ${longFrame.length} bytes is longer than the file`;
    findings.add(finding("PICKLE_BROKEN", { path, offset: longFrame.place }, { reason }));
  }
  if (error !== undefined) {
    findings.add(error.toFinding({ path }));
  } else if (!notes.knowsAllArrays()) {
    findings.add(finding("PICKLE_ARRAY_UNKNOWN", { path }, {}));
  }
}

/** Bytes behind the last pickle: another loader may begin there. */
function describeBehind(
  scan: PickleScan,
  file: ByteSource,
  end: number,
  members: Members,
): readonly Finding[] {
  const { path, size } = file;
  if (scan.error !== undefined || end >= size) {
    return [];
  }
  const where = { path, offset: end };
  const trailing = finding("PICKLE_TRAILING_BYTES", where, { length: size - end });
  const member = members.describe("bytes behind the pickle", windowSource(file, end, size - end));
  return member.format === "file" || member.status !== "described"
    ? [trailing]
    : [
        trailing,
        finding("FORMAT_POLYGLOT", where, { formats: `pickle, ${member.format}` }),
        ...member.findings,
      ];
}
