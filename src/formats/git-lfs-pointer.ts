// SPDX-License-Identifier: Apache-2.0
// Git LFS pointers (Git LFS specification v1): small texts that stand in place of a large file until its
// content is fetched. A pointer is not weights: the finding says so and the layout lists it as unverified.

import type { ByteSource } from "../bytes/byte-source.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { computed } from "../model/fact.ts";
import { finding } from "../model/finding.ts";
import type { Description, Format, Head, Match } from "./format.ts";

const versionLine = "version https://git-lfs.github.com/spec/v1\n";
const versionBytes = new TextEncoder().encode(versionLine);

/** The Git LFS pointer reader. */
export const gitLfsPointer: Format = {
  id: "git-lfs-pointer",
  holdsWeights: false,
  extensions: [],
  match(head: Head): Match {
    const isPointer =
      head.size <= limits.maxLfsPointerBytes &&
      versionBytes.every((byte, index) => head.bytes[index] === byte);
    return isPointer ? "certain" : "no";
  },
  describe(file: ByteSource): Description {
    const { sha256, size } = parsePointer(file);
    return {
      facts: [computed("file.expected", { path: file.path, sha256, size }, { path: file.path })],
      findings: [finding("LFS_POINTER_NOT_WEIGHTS", { path: file.path }, { size })],
      references: [],
    };
  },
};

interface Pointer {
  readonly sha256: string;
  readonly size: number;
}

function parsePointer(file: ByteSource): Pointer {
  if (file.size > limits.maxLfsPointerBytes) {
    throw invalid(file, `it has ${file.size} bytes, limit is ${limits.maxLfsPointerBytes}`);
  }
  const text = new TextDecoder("utf-8").decode(file.read(0, file.size));
  if (!text.startsWith(versionLine) || !text.endsWith("\n")) {
    throw invalid(file, "it needs a version line and a line end at its end");
  }
  const lines = new Map<string, string>();
  let previous = "";
  for (const line of text.slice(versionLine.length, -1).split("\n")) {
    const match = /^([a-z0-9.-]{1,64}) ([\x20-\x7e]{1,512})$/.exec(line);
    const [, key = "", value = ""] = match ?? [];
    // The specification sorts the keys, so a repeated key is one that is not above its predecessor.
    if (match === null || key <= previous) {
      throw invalid(file, "its lines must be `key value`, each key once, sorted");
    }
    if (key !== "oid" && key !== "size" && !/^ext-[0-9]-[a-z0-9.-]+$/.test(key)) {
      throw invalid(file, `the key ${key} is unknown`);
    }
    lines.set(key, value);
    previous = key;
  }
  const [, sha256] = /^sha256:([0-9a-f]{64})$/.exec(lines.get("oid") ?? "") ?? [];
  const size = Number(/^(?:0|[1-9][0-9]{0,15})$/.exec(lines.get("size") ?? "")?.[0] ?? Number.NaN);
  if (sha256 === undefined || !Number.isSafeInteger(size)) {
    throw invalid(file, "it needs an oid (sha256 and 64 lower-case hexadecimal digits) and a size");
  }
  return { sha256, size };
}

function invalid(file: ByteSource, reason: string): AibomError {
  return AibomError.of("LFS_POINTER_INVALID", { reason }, { where: { path: file.path, offset: 0 } });
}
