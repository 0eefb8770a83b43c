// SPDX-License-Identifier: Apache-2.0
// Reads package URLs (ECMA-427) to compare them with those of vulnerability data. Lenient towards the order of
// qualifiers, strict towards everything that would make two packages look like one.

export interface PackageUrl {
  /** Lower case. */
  readonly type: string;
  readonly namespace?: string;
  readonly name: string;
  readonly version?: string;
  readonly qualifiers: ReadonlyMap<string, string>;
}

const maxCharacters = 4096;

/** Undefined if the text is no package URL. */
export function parsePackageUrl(text: string): PackageUrl | undefined {
  const match =
    text.length > maxCharacters ? null : /^pkg:\/{0,2}([^?#]+)(?:\?([^#]*))?(?:#.*)?$/s.exec(text);
  const [, path = "", query = ""] = match ?? [];
  const at = path.lastIndexOf("@");
  // A scope of npm starts with `@`, where no version can.
  const hasVersion = at > path.lastIndexOf("/") + 1;
  const parts = (hasVersion ? path.slice(0, at) : path).split("/").filter((part) => part !== "");
  const [type, ...names] = parts.map(decode);
  const version = hasVersion ? decode(path.slice(at + 1)) : undefined;
  const name = names.at(-1);
  if (
    type === undefined ||
    name === undefined ||
    names.includes(undefined) ||
    (hasVersion && version === undefined)
  ) {
    return undefined;
  }
  const namespace = names.slice(0, -1).join("/");
  return {
    type: type.toLowerCase(),
    ...(namespace === "" ? {} : { namespace }),
    name,
    ...(version === undefined || version === "" ? {} : { version }),
    qualifiers: qualifiersOf(query),
  };
}

function qualifiersOf(query: string): ReadonlyMap<string, string> {
  const pairs = query.split("&").flatMap((pair): [string, string][] => {
    const equals = pair.indexOf("=");
    const value = decode(pair.slice(equals + 1));
    return equals <= 0 || value === undefined ? [] : [[pair.slice(0, equals).toLowerCase(), value]];
  });
  return new Map(pairs);
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/**
 * True if `pattern`, a package URL of a statement, means the package `of`: the same type, namespace and name, and the
 * same version and qualifiers where the statement names them.
 */
export function meansPackage(pattern: PackageUrl, of: PackageUrl): boolean {
  return (
    pattern.type === of.type &&
    nameKey(pattern) === nameKey(of) &&
    (pattern.version === undefined || pattern.version === of.version) &&
    [...pattern.qualifiers].every(([key, value]) => of.qualifiers.get(key) === value)
  );
}

function nameKey({ type, namespace = "", name }: PackageUrl): string {
  const full = namespace === "" ? name : `${namespace}/${name}`;
  return type === "pypi" ? full.toLowerCase().replaceAll(/[-_.]+/g, "-") : full;
}
