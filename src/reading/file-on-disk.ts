// SPDX-License-Identifier: Apache-2.0
// A file that was found, as a reader's thread is told of it, and how it is read on whatever thread.

import type { ByteSource } from "../bytes/byte-source.ts";
import type { FileIdentity } from "../digests/engine.ts";
import { faultFinding } from "../formats/fault-finding.ts";
import type { Head } from "../formats/format.ts";
import { type Identification, identify } from "../formats/identify.ts";
import { type ReadFile, readFile } from "../formats/read-file.ts";
import type { Finding } from "../model/finding.ts";
import { openHashedFile } from "../sources/open-file.ts";
import { describeContents } from "./archive-contents.ts";

/** One file to read. */
export interface FileOnDisk {
  /** Relative to the artifact's root, for findings. */
  readonly path: string;
  readonly absolutePath: string;
  /** The first bytes, as `Head` wants them. */
  readonly head: Uint8Array;
  /** Bytes. */
  readonly size: number;
  /** As `Head` has it. */
  readonly hasNoArchiveEnd?: boolean;
  /** Which state of which file is meant; another one is refused. */
  readonly identity: FileIdentity;
}

/** What identification is told of the file. */
export function headOf({ path, head, size, hasNoArchiveEnd = false }: FileOnDisk): Head {
  return { bytes: head, path, size, hasNoArchiveEnd };
}

/** Identifies and reads a file, whatever its reader needs. Never throws on the content. */
export function readOnDisk(file: FileOnDisk): ReadFile {
  const head = headOf(file);
  const identification = identify(head);
  return withOpenFile(file, identification, (source) =>
    readFile(head, source, identification, describeContents),
  );
}

/** Opens the file for `use`; if it cannot be opened any more, or is another one now, it is `unverified`. */
export function withOpenFile<T>(
  file: FileOnDisk,
  identification: Identification,
  use: (source: ByteSource) => T,
): T | ReadFile {
  try {
    const { path, absolutePath, identity } = file;
    const source = openHashedFile(path, absolutePath, identity, identification.reader?.readsWhole);
    try {
      return use(source);
    } finally {
      source.close();
    }
  } catch (cause) {
    return unverified(identification, faultFinding(cause, { path: file.path }, identification.format));
  }
}

/** A file of which nothing is known but what its first bytes say, and why. */
export function unverified({ format, reader, findings }: Identification, reason: Finding): ReadFile {
  const holdsWeights = reader?.holdsWeights === true;
  return { format, status: "unverified", holdsWeights, findings: [...findings, reason] };
}
