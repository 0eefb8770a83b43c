// SPDX-License-Identifier: Apache-2.0
// JavaScript modules that are little more than one long string in base64: how models are shipped to browsers without a
// server (nsfwjs wraps the shards of TensorFlow.js so). What is in the string is described like any file. The code around
// it is not looked at: it is a program like others, and as small as it is it can be read by a person.

import { type ByteSource, memorySource } from "../bytes/byte-source.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { finding } from "../model/finding.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Head, Match, Members } from "./format.ts";
import { summarise } from "./member-summary.ts";

/** Bytes of a look into the file. */
const tellingBytes = 256;
/** Below this it may be an icon. */
const minCharacters = 64 * 1024;
/** Share of the file that the string must have: around it stands what a bundler writes. */
const minShare = 0.9;
const memberName = "base64";
/** The names of TensorFlow.js's shards, whose bytes have no form of their own. */
const shardName = /(?:^|\/)group\d+[-_]shard\d+of\d+\b[^/]*$/;

/** The reader of such modules. */
export const base64Module: Format = {
  id: "base64-module",
  holdsWeights: false,
  extensions: [],
  readsWhole: true,
  match({ path, size }: Head): Match {
    return size >= minCharacters && /\.[cm]?js$/.test(path) ? "possible" : "no";
  },
  confirm: (file) => file.size <= limits.maxMemberBytes && isLikely(file) && longestRun(file) !== undefined,
  describe(file, members) {
    const run = longestRun(file);
    if (run === undefined) {
      throw AibomError.of("SOURCE_CHANGED", {}, { where: { path: file.path } });
    }
    return describeRun(file, run, members);
  },
};

/** Programs are not read whole for this: what lies between the ends is base64, wherever one looks. */
function isLikely(file: ByteSource): boolean {
  return [1, 2, 3].every((quarter) =>
    file.read(Math.floor((file.size * quarter) / 4), tellingBytes).every((byte) => isBase64[byte] === 1),
  );
}

interface Run {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** The string that makes up the file; undefined if none does. */
function longestRun(file: ByteSource): Run | undefined {
  const bytes = file.read(0, file.size);
  let best = { start: 0, end: 0 };
  let start = 0;
  for (let at = 0; at <= bytes.length; at++) {
    if (at === bytes.length || isBase64[bytes[at] ?? 0] === 0) {
      if (at - start > best.end - best.start) {
        best = { start, end: at };
      }
      start = at + 1;
    }
  }
  const length = best.end - best.start;
  const isMost = length >= minCharacters && length >= minShare * bytes.length;
  return isMost ? { start: best.start, bytes: bytes.subarray(best.start, best.end) } : undefined;
}

/** 1 for each character of base64. */
const isBase64 = Uint8Array.from({ length: 256 }, (_, code) =>
  /[A-Za-z0-9+/=]/.test(String.fromCharCode(code)) ? 1 : 0,
);

function describeRun({ path }: ByteSource, { start, bytes }: Run, members: Members): Description {
  members.spend(Math.ceil((bytes.length * 3) / 4));
  const decoded = Buffer.from(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1"),
    "base64",
  );
  const member = members.describe(memberName, memorySource(decoded, path));
  const isShard = shardName.test(path);
  const findings = new FindingList(path);
  findings.add(
    finding(
      "BASE64_MODULE",
      { path, offset: start },
      {
        bytes: decoded.length,
        format: isShard && member.format === "file" ? "TensorFlow.js weights" : member.format,
      },
    ),
  );
  const { facts, isIncomplete, holdsWeights } = summarise([member], findings);
  return {
    facts,
    findings: findings.all(),
    references: [],
    holdsWeights: holdsWeights || isShard,
    ...(isIncomplete ? { incomplete: true } : {}),
  };
}
