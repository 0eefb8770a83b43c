// SPDX-License-Identifier: Apache-2.0
// RECORD of an installed wheel: the files with SHA-256 and size (PyPA, "Recording installed projects"). CSV; nearly all
// lines have no quotes, and an environment has a hundred thousand of them.

import type { OwnedFile, StatedAlgorithm } from "../../model/package.ts";
import { joinPath } from "../root-paths.ts";

/** The files of a RECORD whose paths start at `site`; `invalid` is told of lines that are none. */
export function readRecord(
  text: string,
  site: string,
  invalid: (reason: string, line: number) => void,
): readonly OwnedFile[] {
  const owned: OwnedFile[] = [];
  const place = {
    site,
    prefix: site === "" ? "" : `${site}/`,
    isVendored: /(?:^|\/)_vendor(?:$|\/)/.test(site),
  };
  let number = 0;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const line = text.charCodeAt(end - 1) === 13 ? text.slice(start, end - 1) : text.slice(start, end);
    start = end + 1;
    number += 1;
    const file = line === "" ? undefined : lineFile(line, place);
    if (typeof file === "string") {
      invalid(file, number);
    } else if (file !== undefined) {
      owned.push(file);
    }
  }
  return owned;
}

interface RecordPlace {
  readonly site: string;
  readonly prefix: string;
  /** A distribution that another one carries: its scripts are left out. */
  readonly isVendored: boolean;
}

/** The file of a line, or why there is none. */
function lineFile(line: string, { site, prefix, isVendored }: RecordPlace): OwnedFile | string {
  const fields = splitLine(line);
  if (fields === undefined) {
    return "a line is not path, hash and size";
  }
  const path = pathOf(fields.path, site, prefix);
  if (path === undefined) {
    return "a path leads out";
  }
  const file = ownedFile(path, fields);
  if (file === undefined) {
    return "a hash or size is malformed";
  }
  return isVendored && fields.path.startsWith("../") ? { ...file, isFlexible: true } : file;
}

interface RecordLine {
  readonly path: string;
  readonly hash: string;
  readonly size: string;
}

function splitLine(line: string): RecordLine | undefined {
  const last = line.lastIndexOf(",");
  const middle = line.lastIndexOf(",", last - 1);
  if (last < 0 || middle <= 0) {
    return undefined;
  }
  const path = line.slice(0, middle);
  return {
    path: path.startsWith('"') && path.endsWith('"') ? path.slice(1, -1).replaceAll('""', '"') : path,
    hash: line.slice(middle + 1, last),
    size: line.slice(last + 1),
  };
}

/** Scripts are recorded as `../../../bin/x`: inside the environment that is allowed. */
function pathOf(stated: string, site: string, prefix: string): string | undefined {
  const isPlain = !stated.startsWith("/") && !stated.includes("./") && !stated.includes("//");
  return isPlain ? prefix + stated : stated.startsWith("/") ? undefined : joinPath(site, stated);
}

const algorithms: Readonly<Record<string, StatedAlgorithm>> = {
  sha256: "sha256",
  sha384: "sha384",
  sha512: "sha512",
};

function ownedFile(path: string, { hash, size }: RecordLine): OwnedFile | undefined {
  const bytes = size === "" ? undefined : Number(size);
  if (bytes !== undefined && !(Number.isSafeInteger(bytes) && bytes >= 0)) {
    return undefined;
  }
  const stated = bytes === undefined ? { path } : { path, size: bytes };
  if (hash === "") {
    return stated;
  }
  const equals = hash.indexOf("=");
  const name = hash.slice(0, equals);
  const algorithm = Object.hasOwn(algorithms, name) ? algorithms[name] : undefined;
  const hex = Buffer.from(hash.slice(equals + 1), "base64url").toString("hex");
  return equals < 0 || algorithm === undefined ? undefined : { ...stated, digest: { algorithm, hex } };
}
