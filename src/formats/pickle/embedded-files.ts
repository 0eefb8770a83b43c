// SPDX-License-Identifier: Apache-2.0
// Hands the files inside the strings of a pickle to their own readers, like the members of an archive.

import type { ByteSource } from "../../bytes/byte-source.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { Fact } from "../../model/fact.ts";
import { type Finding, finding } from "../../model/finding.ts";
import { headBytes, type Members } from "../format.ts";
import { isCredible, matchPickle } from "./detect.ts";
import { type Embedded, openEmbedded } from "./embedded.ts";
import { type PickleScan, scanPickles } from "./scan.ts";

/** What the strings hold. */
export interface EmbeddedFiles {
  readonly facts: readonly Fact[];
  readonly findings: readonly Finding[];
  readonly isIncomplete: boolean;
}

export function addEmbedded(scan: PickleScan, file: ByteSource, members: Members): EmbeddedFiles {
  const facts: Fact[] = [];
  const findings: Finding[] = [];
  let isIncomplete = scan.notes.hasMoreEmbedded;
  if (isIncomplete) {
    const limit = limits.maxEmbeddedPickles;
    const args = { what: "strings that look like files", limit };
    findings.push(finding("PICKLE_TOO_LARGE", { path: file.path }, args));
  }
  for (const each of scan.notes.embedded) {
    const source = open(file, each);
    if (source === undefined) {
      continue;
    }
    const { start, length, encoding } = each;
    const member = members.describe(
      `${encoding === "bytes" ? "bytes" : `${encoding} text`} at ${start}`,
      source,
    );
    const where = { path: file.path, offset: start };
    findings.push(finding("PICKLE_EMBEDDED", where, { length, format: member.format }), ...member.findings);
    facts.push(...member.facts.filter(({ name }) => name === "import"));
    isIncomplete ||= member.status === "unverified";
  }
  return { facts, findings, isIncomplete };
}

/** The string as a file; undefined if it only started like one. What `torch.save` wrote is one, however it goes on. */
function open(file: ByteSource, each: Embedded): ByteSource | undefined {
  try {
    const source = openEmbedded(file, each);
    const bytes = source.read(0, Math.min(headBytes, source.size));
    const isCertain = bytes[0] === 0x50 || matchPickle({ bytes, path: "", size: source.size }) === "certain";
    return isCertain || isCredible(scanPickles(source)) ? source : undefined;
  } catch (cause) {
    if (cause instanceof AibomError) {
      return undefined;
    }
    throw cause;
  }
}
