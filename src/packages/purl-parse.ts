// SPDX-License-Identifier: Apache-2.0
// A package URL as its parts, for records that hold one: embedded BOMs, ELF notes.

import type { PackageType } from "../model/package.ts";
import type { LibraryName } from "../model/package-url.ts";

const types: ReadonlySet<string> = new Set<PackageType>([
  "apk",
  "cargo",
  "conda",
  "deb",
  "generic",
  "golang",
  "maven",
  "npm",
  "pypi",
  "rpm",
]);

/** The parts; undefined if it is malformed or of a type that no catalog gives. */
export function parsePurl(text: string): LibraryName | undefined {
  const [beforeSubpath = "", subpath] = text.slice(0, 2000).split("#");
  const [main = "", query = ""] = beforeSubpath.split("?");
  const match = /^pkg:\/{0,2}([a-zA-Z0-9.+-]+)\/([^@]+)(?:@(.+))?$/.exec(main);
  const type = match?.[1]?.toLowerCase() ?? "";
  const path = (match?.[2] ?? "")
    .split("/")
    .filter((part) => part !== "")
    .map(decoded);
  const name = path.pop();
  if (!isType(type) || name === undefined) {
    return undefined;
  }
  const pairs = query.split("&").flatMap((pair) => {
    const equals = pair.indexOf("=");
    return equals <= 0
      ? []
      : [[pair.slice(0, equals).toLowerCase(), decoded(pair.slice(equals + 1))] as const];
  });
  return {
    type,
    ...(path.length === 0 ? {} : { namespace: path.join("/") }),
    name,
    version: decoded(match?.[3] ?? ""),
    ...(pairs.length === 0 ? {} : { qualifiers: Object.fromEntries(pairs) }),
    ...(subpath === undefined || subpath === "" ? {} : { subpath: decoded(subpath) }),
  };
}

function isType(type: string): type is PackageType {
  return types.has(type);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
