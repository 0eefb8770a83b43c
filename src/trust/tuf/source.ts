// SPDX-License-Identifier: Apache-2.0
// Where a trust repository comes from: a carried directory, read here without any network, or an address, for
// which the caller brings the function that fetches. Metadata lies at the top, files under targets/.

import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { fileError } from "../../bytes/file-error.ts";
import { AibomError } from "../../errors.ts";
import { readBounded } from "../../sources/read-bounded.ts";

/** Bytes of the file at `url`, at most `maxLength`; undefined if there is none. Too long is an error. */
export type FetchBytes = (url: string, maxLength: number) => Promise<Uint8Array | undefined>;

/** A repository and the way to read it. */
export interface TrustSource {
  /** What the user typed, for messages and the record. */
  readonly name: string;
  readonly metadataUrl: string;
  readonly targetsUrl: string;
  readonly fetch: FetchBytes;
}

/** Directory of the files, below the metadata. */
export const targetsDirectoryName = "targets";

/** A repository at an address. `fetch` decides what may be fetched and how long it may take. */
export function urlSource(url: string, fetch: FetchBytes): TrustSource {
  const base = url.endsWith("/") ? url : `${url}/`;
  return { name: url, metadataUrl: base, targetsUrl: `${base}${targetsDirectoryName}/`, fetch };
}

/**
 * A repository that was carried here.
 * @throws {AibomError} SOURCE_NOT_FOUND, SOURCE_NOT_READABLE
 */
export function directorySource(directory: string): TrustSource {
  const base = pathToFileURL(join(directory, "/")).href;
  // A directory that is not there has no file: without this it would look like one without new versions.
  listDirectory(directory);
  return {
    name: directory,
    metadataUrl: base,
    targetsUrl: `${base}${targetsDirectoryName}/`,
    fetch: (url, maxLength) => Promise.resolve(readFrom(directory, base, url, maxLength)),
  };
}

function readFrom(directory: string, base: string, url: string, maxLength: number): Uint8Array | undefined {
  const relative = url.startsWith(base) ? url.slice(base.length) : "";
  const segments = relative.split("/");
  if (segments.some((segment) => segment === "" || segment === "." || segment === "..")) {
    throw AibomError.of("TUF_FILE_MISSING", {}, { where: { path: relative } });
  }
  const path = fileURLToPath(url);
  if (!isPlainFile(directory, segments)) {
    refuseRootGap(directory, relative);
    return undefined;
  }
  try {
    return readBounded(path, maxLength);
  } catch (cause) {
    throw cause instanceof AibomError && cause.code === "SOURCE_TOO_LARGE"
      ? AibomError.of("TUF_DATA_TOO_LONG", { limit: maxLength }, { where: { path: relative }, cause })
      : cause;
  }
}

/** False if there is nothing. A link, or a directory that is one, could lead out of the medium: an error. */
function isPlainFile(directory: string, segments: readonly string[]): boolean {
  for (let count = 1; count <= segments.length; count++) {
    const relative = segments.slice(0, count).map(decodeURIComponent).join("/");
    const stat = lstatSync(join(directory, relative), { throwIfNoEntry: false });
    if (stat === undefined) {
      return false;
    }
    if (!(count === segments.length ? stat.isFile() : stat.isDirectory())) {
      const kind = stat.isSymbolicLink()
        ? "symbolic link"
        : stat.isDirectory()
          ? "directory"
          : "special file";
      throw AibomError.of("SOURCE_NOT_REGULAR", { kind }, { where: { path: relative } });
    }
  }
  return true;
}

const rootPattern = /^([1-9][0-9]{0,8})\.root\.json$/;

/** The client stops at the first root version that is not there; in a directory we can see whether it was the last. */
function refuseRootGap(directory: string, relative: string): void {
  const missing = Number(rootPattern.exec(relative)?.[1] ?? Number.NaN);
  const later = listDirectory(directory)
    .map((name) => Number(rootPattern.exec(name)?.[1] ?? Number.NaN))
    .filter((version) => version > missing);
  if (later.length > 0) {
    const found = Math.min(...later);
    throw AibomError.of("TUF_ROOT_GAP", { missing, found }, { where: { path: relative } });
  }
}

function listDirectory(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (cause) {
    throw fileError(cause, directory);
  }
}
