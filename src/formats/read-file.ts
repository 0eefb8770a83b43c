// SPDX-License-Identifier: Apache-2.0
// Identifies a file or a member of one and lets its format describe it. Never throws on the content: what cannot
// be read is `unverified`, with the reason as a finding. The one place where readers are called.

import type { ByteSource } from "../bytes/byte-source.ts";
import { limits } from "../limits.ts";
import type { FileStatus } from "../model/artifact.ts";
import { type Finding, finding } from "../model/finding.ts";
import { faultFinding } from "./fault-finding.ts";
import {
  type ArchivedFile,
  type ContentsDescription,
  type DescribeContents,
  type Description,
  type Format,
  type Head,
  headBytes,
  type MemberDescription,
  type Members,
} from "./format.ts";
import { type Identification, identify, settle } from "./identify.ts";
import { isWeights } from "./magic.ts";
import { factInMember, findingInMember } from "./member-place.ts";
import { matchPickle } from "./pickle/detect.ts";
import { describeHiddenPickle, describeOpaqueZipTail, describeZipTail, hasRoomForZip } from "./polyglot.ts";
import { Allowance, type Budget, Purse } from "./read-budget.ts";

/** A file after identification and description. */
export interface ReadFile {
  readonly format: string;
  readonly status: FileStatus;
  readonly holdsWeights: boolean;
  readonly findings: readonly Finding[];
  readonly description?: Description;
}

/** What the first bytes and the name say, where no reader is needed for more; undefined if one is. */
export function readHead(head: Head, identification: Identification = identify(head)): ReadFile | undefined {
  const { format, reader, findings } = identification;
  // Behind the magic of a format without a reader may be a pickle, and behind any bytes an archive.
  if (reader !== undefined || hasRoomForZip(head) || (format !== "file" && matchPickle(head) !== "no")) {
    return undefined;
  }
  return {
    format,
    status: statusWithoutReader(findings),
    holdsWeights: isWeights(format, head.path),
    findings,
  };
}

/** A name that promises a format the bytes do not keep is a claim nobody could check. */
function statusWithoutReader(findings: readonly Finding[]): FileStatus {
  return findings.some(({ code }) => code === "FORMAT_MISMATCH") ? "unverified" : "opaque";
}

/**
 * Reads one file on disk, whose head is known. `identification` saves doing it twice; `describeContents` says what the
 * files in an archive mean together, which is above formats.
 */
export function readFile(
  head: Head,
  file: ByteSource,
  identification: Identification = identify(head),
  describeContents: DescribeContents = nothingTogether,
): ReadFile {
  const members = membersOf(file.path, file.size, describeContents);
  return readWith(head, file, settled(identification, head, file), members);
}

const nothingTogether: DescribeContents = () => ({ facts: [], findings: [] });

/**
 * The same for a thread that must not be kept busy: undefined if the reader of the file or of a member is heavy, wants to
 * unpack, or to read more than `maxBytes` in all. What it said until then counts for nothing.
 */
export function readLightly(
  head: Head,
  file: ByteSource,
  first: Identification,
  maxBytes: number,
  describeContents: DescribeContents = nothingTogether,
): ReadFile | undefined {
  if (isTooMuch(first, file, maxBytes)) {
    return undefined;
  }
  const allowance = new Allowance(maxBytes);
  const source = allowance.source(file);
  const identification = settled(first, head, source);
  if (isTooMuch(identification, file, maxBytes) || allowance.isOver) {
    return undefined;
  }
  const read = readWith(
    head,
    source,
    identification,
    new NestedMembers(file.path, 0, allowance, describeContents),
  );
  return allowance.isOver ? undefined : read;
}

/**
 * A try that cannot succeed would do the work twice. Besides a reader that reads all, two look for an archive at the
 * end.
 */
function isTooMuch({ reader }: Identification, { size }: ByteSource, maxBytes: number): boolean {
  return reader?.isHeavy === true || (reader?.readsWhole === true && size > maxBytes / 3);
}

/** What a container on disk, named `path`, describes its members with; its purse is full. */
export function membersOf(
  path: string,
  size: number,
  describeContents: DescribeContents = nothingTogether,
): Members {
  const { minUnpackedBytes, maxPurseRatio, maxUnpackedBytes } = limits;
  const purse = new Purse(Math.min(minUnpackedBytes + size * maxPurseRatio, maxUnpackedBytes));
  return new NestedMembers(path, 0, purse, describeContents);
}

/** The identification that holds once formats that are possible have looked further into the file. */
function settled(first: Identification, head: Head, file: ByteSource): Identification {
  return settle(head, first, (format) => isConfirmed(format, file));
}

function readWith(head: Head, file: ByteSource, identification: Identification, members: Members): ReadFile {
  const { format, reader, findings } = identification;
  const isReported = findings.some(({ code }) => code === "FORMAT_POLYGLOT");
  const hidden = describeHiddenPickle(format, head, file, members, isReported);
  if (reader === undefined) {
    return readOpaque(head, identification, describeOpaqueZipTail(format, file, members), hidden);
  }
  const own = describeWith(reader, file, members);
  const others = [describeZipTail(reader, file, members), hidden].filter((each) => each !== undefined);
  const { description } = own;
  const refined = reader.refinements?.find(({ id }) => id === description?.format);
  const isIncomplete =
    own.fault !== undefined || [description, ...others].some((each) => each?.incomplete === true);
  const held =
    description?.holdsWeights ?? ((refined ?? reader).holdsWeights || isWeights(reader.id, head.path));
  const faults = own.fault === undefined ? [] : [own.fault];
  const together = description === undefined ? undefined : withOthers(description, others);
  return {
    format: refined?.id ?? format,
    status: isIncomplete ? "unverified" : "described",
    holdsWeights: held || hidden !== undefined || others.some((each) => each.holdsWeights === true),
    findings: [...findings, ...faults, ...[description, ...others].flatMap((each) => each?.findings ?? [])],
    ...(together !== undefined && { description: together }),
  };
}

/** A file without a reader, and the archive and the pickle that were found in it. */
function readOpaque(
  { path }: Head,
  { format, findings }: Identification,
  archive: Description | undefined,
  pickle: Description | undefined,
): ReadFile {
  const others = [archive, pickle].filter((each) => each !== undefined);
  const [first, ...further] = others;
  return {
    format,
    status: others.some((each) => each.incomplete === true) ? "unverified" : statusWithoutReader(findings),
    holdsWeights: isWeights(format, path) || archive?.holdsWeights === true || pickle !== undefined,
    findings: [...findings, ...others.flatMap((each) => each.findings)],
    ...(first !== undefined && { description: { ...withOthers(first, further), findings: [] } }),
  };
}

interface Described {
  readonly description?: Description;
  /** Why there is none. */
  readonly fault?: Finding;
}

function describeWith(reader: Format, file: ByteSource, members: Members): Described {
  try {
    return { description: reader.describe(file, members) };
  } catch (cause) {
    return { fault: faultFinding(cause, { path: file.path }, reader.id) };
  }
}

/** What the other files in a file say is added; the format and its details stay the file's own. */
function withOthers(description: Description, others: readonly Description[]): Description {
  const facts = [...description.facts, ...others.flatMap((each) => each.facts)];
  return others.length === 0 ? description : { ...description, facts };
}

function isConfirmed(reader: Format, file: ByteSource): boolean {
  try {
    return reader.confirm?.(file) ?? true;
  } catch {
    return false;
  }
}

class NestedMembers implements Members {
  readonly depth: number;
  readonly #path: string;
  readonly #budget: Budget;
  readonly #describeContents: DescribeContents;

  constructor(path: string, depth: number, budget: Budget, describeContents: DescribeContents) {
    this.#path = path;
    this.depth = depth;
    this.#budget = budget;
    this.#describeContents = describeContents;
  }

  describeContents(path: string, files: readonly ArchivedFile[]): ContentsDescription {
    return this.#describeContents(path, files);
  }

  spend(unpackedBytes: number): void {
    this.#budget.spend(unpackedBytes, this.#path);
  }

  describe(name: string, bytes: ByteSource): MemberDescription {
    const place = { path: this.#path, member: name };
    const unread = {
      name,
      size: bytes.size,
      format: "file",
      status: "unverified",
      holdsWeights: false,
      facts: [],
    } as const;
    if (this.depth >= limits.maxContainerDepth) {
      const limit = limits.maxContainerDepth;
      const findings = [finding("CONTAINER_TOO_DEEP", place, { limit })];
      return { ...unread, findings };
    }
    try {
      const member = this.#budget.member(bytes);
      const { size } = member;
      const source: ByteSource = { path: name, size, read: (at, count) => member.read(at, count) };
      const head = { bytes: source.read(0, Math.min(headBytes, size)), path: name, size };
      const identification = settled(identify(head), head, source);
      this.#budget.admit(identification.reader);
      const inner = new NestedMembers(this.#path, this.depth + 1, this.#budget, this.#describeContents);
      return this.#located(name, size, readWith(head, source, identification, inner));
    } catch (cause) {
      // Not even the first bytes could be had: a compressed stream that is broken.
      const findings = [faultFinding(cause, { path: name }, "container")].map((each) =>
        findingInMember(this.#path, name, each),
      );
      return { ...unread, findings };
    }
  }

  #located(name: string, size: number, read: ReadFile): MemberDescription {
    const { format, status, holdsWeights, description } = read;
    return {
      name,
      size,
      format,
      status,
      holdsWeights,
      facts: (description?.facts ?? []).map((fact) => factInMember(this.#path, name, fact)),
      findings: read.findings.map((each) => findingInMember(this.#path, name, each)),
      ...(description === undefined ? {} : { description }),
    };
  }
}
