// SPDX-License-Identifier: Apache-2.0
// Files that are two things at once. Readers of ZIP begin at the end of a file, most others at its start, so an archive
// behind weights is one file to a scanner and another to a loader. An unpickler takes the length of a safetensors header
// or the magic of a FlatBuffer for a short string, and goes on behind it. This is the one place that looks for both, for
// every format; what is found is read as well.

import type { ByteSource } from "../bytes/byte-source.ts";
import { findTail } from "../bytes/zip/directory.ts";
import { finding } from "../model/finding.ts";
import { faultFinding } from "./fault-finding.ts";
import type { Description, Format, Head, Members } from "./format.ts";
import { importsPlausibly, matchPickle } from "./pickle/detect.ts";
import { scanPickles } from "./pickle/scan.ts";
import { judge } from "./pickle/verdict.ts";
import { pickle } from "./pickle.ts";
import { describeZip, programs, zip } from "./zip.ts";

/** Formats in which the end of a stored member may look like the end of the file. */
const archives: ReadonlySet<string> = new Set(["zip", "tar", "7z", "llamafile"]);

/**
 * Formats whose loaders stop at their own end. What follows a ZIP in them does not keep ZIP readers from finding it.
 * Not pickles: an archive in one of their strings is common, and is read as such; bytes behind them are looked into there.
 */
const open: ReadonlySet<string> = new Set(["safetensors", "gguf", "npy"]);

/** A ZIP archive at the end of a file of another format: its description, and the finding if it does not belong there. */
export function describeZipTail(format: Format, file: ByteSource, members: Members): Description | undefined {
  const tail = archives.has(format.id) ? undefined : findZipTail(file);
  if (tail === undefined || (tail.end !== file.size && !open.has(format.id))) {
    return undefined;
  }
  const inner = describeInner(file, members);
  if (format.mayHoldZip === true) {
    return inner;
  }
  const where = { path: file.path, offset: tail.recordOffset };
  const polyglot = finding("FORMAT_POLYGLOT", where, { formats: `${format.id}, ${inner.format ?? zip.id}` });
  return { ...inner, findings: [polyglot, ...inner.findings] };
}

const endRecordBytes = 22;
/** Bytes of the smallest archive with an entry: its two headers, a name of one letter twice, the end record. */
const minArchiveBytes = 30 + 46 + 2 + endRecordBytes;

/** Can an archive lie behind the first bytes of this file? */
export function hasRoomForZip({ size, bytes, hasNoArchiveEnd = false }: Head): boolean {
  return !hasNoArchiveEnd && size > Math.max(bytes.length, minArchiveBytes);
}

/**
 * The same for a file that no reader describes: a picture, or bytes of no known format. The latter claim to be nothing,
 * so that the archive in them counts by what it holds.
 */
export function describeOpaqueZipTail(
  format: string,
  file: ByteSource,
  members: Members,
): Description | undefined {
  // Members of a tar of pictures are not read whole for the sake of an archive's comment.
  const isLookedAt = file.size > minArchiveBytes && (members.depth === 0 || endsWithRecord(file));
  const tail = isLookedAt ? findZipTail(file) : undefined;
  if (tail?.end !== file.size) {
    return undefined;
  }
  const inner = describeInner(file, members);
  if (programs.has(format)) {
    return inner;
  }
  const isUnknown = format === "file";
  const polyglot = finding(
    "FORMAT_POLYGLOT",
    { path: file.path, offset: tail.recordOffset },
    { formats: `${isUnknown ? "unknown bytes" : format}, ${inner.format ?? zip.id}` },
    isUnknown ? { severity: "medium" } : {},
  );
  return { ...inner, findings: [polyglot, ...inner.findings] };
}

/** PERSID. A ZIP and a Parquet file start with it, and no unpickler knows what the rest of the line would name. */
const persistentId = 0x50;

/** A pickle that imports what is not known to be harmless, in a file of another format by its magic or its name. */
export function describeHiddenPickle(
  format: string,
  head: Head,
  file: ByteSource,
  members: Members,
  isReported: boolean,
): Description | undefined {
  const isOther = format !== pickle.id && format !== "file" && head.bytes[0] !== persistentId;
  if (!isOther || matchPickle(head) === "no" || !runsAsPickle(file)) {
    return undefined;
  }
  const inner = pickle.describe(file, members);
  const polyglot = finding(
    "FORMAT_POLYGLOT",
    { path: file.path, offset: 0 },
    { formats: `${format}, pickle` },
  );
  return { ...inner, findings: isReported ? inner.findings : [polyglot, ...inner.findings] };
}

function runsAsPickle(file: ByteSource): boolean {
  try {
    const scan = scanPickles(file);
    const isHarmless = scan.imports.all.every(
      ({ module, name }) => judge(module, name).verdict === "allowed",
    );
    return importsPlausibly(scan) && !isHarmless;
  } catch {
    return false;
  }
}

function describeInner(file: ByteSource, members: Members): Description {
  try {
    return describeZip(file, members, { isPrefixed: true });
  } catch (cause) {
    const findings = [faultFinding(cause, { path: file.path }, zip.id)];
    return { facts: [], findings, references: [], incomplete: true };
  }
}

/** An end record without a comment ends the file. */
function endsWithRecord(file: ByteSource): boolean {
  try {
    const [first, second, third, fourth] = file.read(file.size - endRecordBytes, endRecordBytes);
    return first === 0x50 && second === 0x4b && third === 5 && fourth === 6;
  } catch {
    return false;
  }
}

/** Undefined too if the end of the file cannot be read: of a member that was unpacked in part. */
function findZipTail(file: ByteSource): ReturnType<typeof findTail> {
  try {
    return findTail(file);
  } catch {
    return undefined;
  }
}
