// SPDX-License-Identifier: Apache-2.0
// Finds what an update would destroy: files that somebody made or changed in the trust root since the last one.

import { lstatSync, type Stats } from "node:fs";
import { join } from "node:path";
import { fileError } from "../../bytes/file-error.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { readBounded } from "../../sources/read-bounded.ts";
import { serializeTrustDocument } from "../document.ts";
import { emptyTrustDocument } from "../edit.ts";
import { trustFileName } from "../load.ts";
import { sha256, type UpdateState } from "./state.ts";

/**
 * Refuses to replace or remove a file that is neither what the last update wrote nor what this one brings. A trust
 * root that trusts nobody, as `aibom init` makes it, may be replaced.
 * @throws {AibomError} TUF_LOCAL_CHANGES, SOURCE_*
 */
export function refuseLocalChanges(
  directory: string,
  before: UpdateState | undefined,
  next: ReadonlyMap<string, Uint8Array>,
): void {
  for (const name of new Set([...next.keys(), ...(before?.files.keys() ?? [])])) {
    const digest = localDigest(directory, name);
    const brought = next.get(name);
    const isOurs =
      digest === undefined ||
      digest === before?.files.get(name) ||
      (brought !== undefined && digest === sha256(brought)) ||
      (name === trustFileName && digest === sha256(serializeTrustDocument(emptyTrustDocument)));
    if (!isOurs) {
      throw localChange(directory, name);
    }
  }
}

/**
 * Refuses what could lead a write out of the trust root, whatever the user allowed to be discarded: a link or a
 * file where a directory of a name should be, a directory or a link where the file should be.
 * @throws {AibomError} TUF_LOCAL_CHANGES, SOURCE_*
 */
export function refuseObstacles(directory: string, names: Iterable<string>): void {
  for (const name of names) {
    const segments = name.split("/");
    for (let count = 1; count <= segments.length; count++) {
      const relative = segments.slice(0, count).join("/");
      const stat = statOf(directory, relative);
      const isExpected = count === segments.length ? stat?.isFile() : stat?.isDirectory();
      if (isExpected === false) {
        throw localChange(directory, relative);
      }
    }
  }
}

function localDigest(directory: string, name: string): string | undefined {
  return statOf(directory, name) === undefined
    ? undefined
    : sha256(readBounded(join(directory, name), limits.maxTrustFileBytes));
}

function statOf(directory: string, name: string): Stats | undefined {
  const path = join(directory, name);
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw fileError(cause, path);
  }
}

function localChange(directory: string, name: string): AibomError {
  return AibomError.of("TUF_LOCAL_CHANGES", {}, { where: { path: join(directory, name) } });
}
