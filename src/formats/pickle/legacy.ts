// SPDX-License-Identifier: Apache-2.0
// PyTorch files before 1.6: five pickles (a magic number, 1001, facts about the machine, the object, the keys of the
// storages), then each storage as a 64-bit count and its bytes. Source: torch/serialization.py, _legacy_save.

import type { ByteSource } from "../../bytes/byte-source.ts";
import { finding } from "../../model/finding.ts";
import type { FindingList } from "../finding-list.ts";
import { integerAt } from "./literal.ts";
import type { PickleScan, Stream } from "./scan.ts";
import type { TorchContent } from "./tensors.ts";

const LONG1 = 0x8a;
const magicNumber = [0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
const protocolVersion = 1001;
const countBytes = 8;

/** What is known about the end of such a file. */
interface LegacyFile {
  /** Where the last storage ends, as far as it lies in the file. */
  readonly end: number;
  readonly isTruncated: boolean;
}

/** Checks a file that is one, or pretends not to be. */
export function checkLegacy(
  scan: PickleScan,
  content: TorchContent,
  file: ByteSource,
  findings: FindingList,
): LegacyFile | undefined {
  const [first, second] = scan.streams;
  if (first === undefined || !(isMagic(scan, first) || isProtocol(scan, second))) {
    return undefined;
  }
  if (!first.isPlain) {
    findings.add(finding("PYTORCH_MAGIC_FORGED", { path: file.path, offset: first.start }, {}));
  }
  const keys = scan.streams[4];
  if (keys === undefined) {
    return isMagic(scan, first) ? { end: scan.end, isTruncated: false } : undefined;
  }
  const expected = [...content.storages.values()].reduce((sum, { bytes }) => sum + countBytes + bytes, 0);
  const actual = file.size - keys.end;
  if (expected > actual) {
    const where = { path: file.path, offset: keys.end };
    findings.add(finding("PYTORCH_STORAGE_MISMATCH", where, { expected, actual, member: "the storages" }));
  }
  return { end: Math.min(keys.end + expected, file.size), isTruncated: expected > actual };
}

function isMagic({ input }: PickleScan, { result }: Stream): boolean {
  return (
    typeof result === "number" &&
    input.byteAt(result) === LONG1 &&
    magicNumber.every((byte, at) => input.byteAt(result + 1 + at) === byte)
  );
}

function isProtocol({ input }: PickleScan, stream: Stream | undefined): boolean {
  return typeof stream?.result === "number" && integerAt(input, stream.result) === protocolVersion;
}
