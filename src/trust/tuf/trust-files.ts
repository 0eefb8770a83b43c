// SPDX-License-Identifier: Apache-2.0
// Reads the files of a trust root that is to be published: all of them, and nothing that should not be public.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileError } from "../../bytes/file-error.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { readBounded } from "../../sources/read-bounded.ts";
import { loadTrustRoot } from "../load.ts";
import { checkNames, nameFault, stateDirectoryName } from "./target-name.ts";

export interface TrustFiles {
  /** By name, sorted. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Hidden entries that were left out: names that start with a dot. */
  readonly leftOut: readonly string[];
}

/**
 * Reads a trust root for publication. It must be one that verification accepts.
 * @throws {AibomError} TUF_PUBLISH_FILE, TUF_TOO_MANY_FILES, TRUST_*, SOURCE_*
 */
export function readTrustFiles(directory: string): TrustFiles {
  loadTrustRoot(directory);
  const leftOut: string[] = [];
  const names = listFiles(directory, "", leftOut).sort();
  const files = new Map<string, Uint8Array>();
  for (const name of names) {
    const path = join(directory, name);
    const bytes = readBounded(path, limits.maxTrustFileBytes);
    if (Buffer.from(bytes).includes("PRIVATE KEY-----")) {
      throw refused(path, "it holds a private key");
    }
    files.set(name, bytes);
  }
  checkNames(new Map([...files].map(([name, bytes]) => [name, bytes.length])));
  return { files, leftOut };
}

function listFiles(directory: string, prefix: string, leftOut: string[]): string[] {
  const found: string[] = [];
  for (const entry of entriesOf(join(directory, prefix))) {
    const name = `${prefix}${entry.name}`;
    const path = join(directory, name);
    if (name === stateDirectoryName && entry.isDirectory()) {
      continue;
    }
    if (entry.name.startsWith(".")) {
      leftOut.push(name);
      continue;
    }
    const fault = nameFault(name);
    if (fault !== undefined) {
      throw refused(path, fault);
    }
    if (entry.isDirectory()) {
      found.push(...listFiles(directory, `${name}/`, leftOut));
    } else if (entry.isFile()) {
      found.push(name);
    } else {
      throw refused(path, entry.isSymbolicLink() ? "it is a symbolic link" : "it is a special file");
    }
    if (found.length > limits.maxTrustFiles) {
      throw refused(directory, `it has more than ${limits.maxTrustFiles} files`);
    }
  }
  return found;
}

function entriesOf(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (cause) {
    throw fileError(cause, path);
  }
}

function refused(path: string, reason: string): AibomError {
  return AibomError.of("TUF_PUBLISH_FILE", { reason }, { where: { path } });
}
