// SPDX-License-Identifier: Apache-2.0
// Identifies a file or a member of one and lets its format describe it. Never throws on the content: what cannot
// be read is `unverified`, with the reason as a finding. The one place where readers are called.

import type { ByteSource } from "../bytes/byte-source.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { FileStatus } from "../model/artifact.ts";
import type { Fact } from "../model/fact.ts";
import { type Finding, finding } from "../model/finding.ts";
import { faultFinding } from "./fault-finding.ts";
import {
  type Description,
  type Format,
  type Head,
  headBytes,
  type MemberDescription,
  type Members,
} from "./format.ts";
import { type Identification, identify } from "./identify.ts";
import { isWeights } from "./magic.ts";
import { describeZipTail } from "./polyglot.ts";

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
  if (reader !== undefined) {
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

/** Reads one file on disk, whose head is known. `identification` saves doing it twice. */
export function readFile(
  head: Head,
  file: ByteSource,
  identification: Identification = identify(head),
): ReadFile {
  return readWith(head, file, settled(identification, head, file), membersOf(file.path, file.size));
}

/**
 * The same for a thread that must not be kept busy: undefined if the reader is heavy, wants to unpack or to look into
 * members, or to read more than `maxBytes` in all. What it said until then counts for nothing.
 */
export function readLightly(
  head: Head,
  file: ByteSource,
  first: Identification,
  maxBytes: number,
): ReadFile | undefined {
  const allowance = new Allowance(maxBytes);
  const source = allowance.source(file);
  const identification = settled(first, head, source);
  if (identification.reader?.isHeavy === true || allowance.isOver) {
    return undefined;
  }
  const read = readWith(head, source, identification, allowance);
  return allowance.isOver ? undefined : read;
}

/** What a container on disk, named `path`, describes its members with; its purse is full. */
export function membersOf(path: string, size: number): Members {
  const { minUnpackedBytes, maxPurseRatio, maxUnpackedBytes } = limits;
  return new NestedMembers(
    path,
    0,
    new Purse(Math.min(minUnpackedBytes + size * maxPurseRatio, maxUnpackedBytes)),
  );
}

/** The identification that holds once formats that are possible have looked further into the file. */
function settled(first: Identification, head: Head, file: ByteSource): Identification {
  return first.isTentative === true ? identify(head, (format) => isConfirmed(format, file)) : first;
}

function readWith(head: Head, file: ByteSource, identification: Identification, members: Members): ReadFile {
  const { format, reader, findings } = identification;
  if (reader === undefined) {
    return {
      format,
      status: statusWithoutReader(findings),
      holdsWeights: isWeights(format, head.path),
      findings,
    };
  }
  const own = describeWith(reader, file, members);
  const tail = describeZipTail(reader, file, members);
  const { description } = own;
  const refined = reader.refinements?.find(({ id }) => id === description?.format);
  const id = refined?.id ?? format;
  const isIncomplete =
    own.fault !== undefined || description?.incomplete === true || tail?.incomplete === true;
  const held =
    description?.holdsWeights ?? ((refined ?? reader).holdsWeights || isWeights(reader.id, head.path));
  const faults = own.fault === undefined ? [] : [own.fault];
  const together = tail === undefined ? description : withTail(description, tail);
  return {
    format: id,
    status: isIncomplete ? "unverified" : "described",
    holdsWeights: held || tail?.holdsWeights === true,
    findings: [...findings, ...faults, ...(description?.findings ?? []), ...(tail?.findings ?? [])],
    ...(together !== undefined && { description: together }),
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

/** What the archive at the end of a file says is added; the format and its details stay the file's own. */
function withTail(description: Description | undefined, tail: Description): Description | undefined {
  return description === undefined
    ? undefined
    : { ...description, facts: [...description.facts, ...tail.facts] };
}

function isConfirmed(reader: Format, file: ByteSource): boolean {
  try {
    return reader.confirm?.(file) ?? true;
  } catch {
    return false;
  }
}

/** What a reader may do lightly. A reader that passes over the refusal is noticed all the same. */
class Allowance implements Members {
  readonly depth = 0;
  isOver = false;
  #left: number;

  constructor(maxBytes: number) {
    this.#left = maxBytes;
  }

  source(file: ByteSource): ByteSource {
    return {
      path: file.path,
      size: file.size,
      read: (offset, length) => {
        // A read costs something even of no bytes.
        this.#left -= Math.max(length, minReadCost);
        return this.#left < 0 ? this.#refuse() : file.read(offset, length);
      },
    };
  }

  spend(): void {
    this.#refuse();
  }

  describe(): MemberDescription {
    return this.#refuse();
  }

  #refuse(): never {
    this.isOver = true;
    throw new Error("more than may be done lightly");
  }
}

/** Bytes that the shortest read counts for. */
const minReadCost = 64;

/** Bytes that may be unpacked from one file on disk, and that still may. */
class Purse {
  readonly limit: number;
  left: number;

  constructor(limit: number) {
    this.limit = limit;
    this.left = limit;
  }
}

class NestedMembers implements Members {
  readonly depth: number;
  readonly #path: string;
  readonly #purse: Purse;

  constructor(path: string, depth: number, purse: Purse) {
    this.#path = path;
    this.depth = depth;
    this.#purse = purse;
  }

  spend(unpackedBytes: number): void {
    this.#purse.left -= unpackedBytes;
    if (this.#purse.left < 0) {
      const { limit } = this.#purse;
      throw AibomError.of("CONTAINER_UNPACKS_TOO_MUCH", { limit }, { where: { path: this.#path } });
    }
  }

  describe(name: string, bytes: ByteSource): MemberDescription {
    const place = { path: this.#path, member: name };
    if (this.depth >= limits.maxContainerDepth) {
      const limit = limits.maxContainerDepth;
      const findings = [finding("CONTAINER_TOO_DEEP", place, { limit })];
      return { name, format: "file", status: "unverified", holdsWeights: false, facts: [], findings };
    }
    const source: ByteSource = {
      ...bytes,
      path: name,
      size: bytes.size,
      read: (at, count) => bytes.read(at, count),
    };
    try {
      const head = { bytes: source.read(0, Math.min(headBytes, source.size)), path: name, size: source.size };
      const inner = new NestedMembers(this.#path, this.depth + 1, this.#purse);
      return this.#located(name, readWith(head, source, settled(identify(head), head, source), inner));
    } catch (cause) {
      // Not even the first bytes could be had: a compressed stream that is broken.
      const findings = [faultFinding(cause, { path: name }, "container")].map((each) =>
        this.#findingIn(name, each),
      );
      return { name, format: "file", status: "unverified", holdsWeights: false, facts: [], findings };
    }
  }

  #located(name: string, read: ReadFile): MemberDescription {
    const { format, status, holdsWeights, description } = read;
    return {
      name,
      format,
      status,
      holdsWeights,
      facts: (description?.facts ?? []).map((fact) => this.#factIn(name, fact)),
      findings: read.findings.map((each) => this.#findingIn(name, each)),
      ...(description === undefined ? {} : { description }),
    };
  }

  #findingIn(name: string, each: Finding): Finding {
    const { location } = each;
    const member = joined(name, location.member);
    const inside = location.offset === undefined ? {} : ({ offsetIn: "member" } as const);
    return { ...each, subject: this.#path, location: { ...location, ...inside, path: this.#path, member } };
  }

  #factIn(name: string, fact: Fact): Fact {
    return { ...fact, source: { path: this.#path, pointer: joined(name, fact.source.pointer) } };
  }
}

/** A place inside a member: `inner.zip!data.pkl`. */
function joined(name: string, inner: string | undefined): string {
  return inner === undefined ? name : `${name}!${inner}`;
}
