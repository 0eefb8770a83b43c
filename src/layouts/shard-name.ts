// SPDX-License-Identifier: Apache-2.0
// Names of shards: `<stem>-00001-of-00002.<extension>`. One linear expression; the expression for whole
// GGUF names in ggml's documentation takes exponential time on hostile names.

/** A shard's name, taken apart. */
export interface ShardName {
  /** Directory of the file with a slash at its end; empty at the root. */
  readonly directory: string;
  readonly stem: string;
  /** With its dot. */
  readonly extension: string;
  /** From 1. */
  readonly number: number;
  readonly count: number;
}

const shardSuffix = /-(\d{5})-of-(\d{5})(\.[a-z]{1,16})$/;

/** Takes a path apart; undefined if it is not named like a shard. */
export function parseShardName(path: string): ShardName | undefined {
  // Most names of a large tree end here.
  if (!path.includes("-of-")) {
    return undefined;
  }
  const [directory, name] = splitPath(path);
  const match = shardSuffix.exec(name);
  if (match === null) {
    return undefined;
  }
  const [suffix, number = "", count = "", extension = ""] = match;
  const stem = name.slice(0, name.length - suffix.length);
  return { directory, stem, extension, number: Number(number), count: Number(count) };
}

/** Directory with a slash at its end (or empty), and name. */
export function splitPath(path: string): readonly [directory: string, name: string] {
  const slash = path.lastIndexOf("/") + 1;
  return [path.slice(0, slash), path.slice(slash)];
}

/** The path of one shard of a set. */
function shardPath({ directory, stem, count, extension }: ShardName, number: number): string {
  const pad = (value: number): string => String(value).padStart(5, "0");
  return `${directory}${stem}-${pad(number)}-of-${pad(count)}${extension}`;
}

/** The shard sets among `paths` with this extension, each with its members by number; in order of paths. */
export function shardSets(
  paths: Iterable<string>,
  extensions: readonly string[],
): ReadonlyMap<string, { readonly name: ShardName; readonly members: ReadonlyMap<number, string> }> {
  const sets = new Map<string, { name: ShardName; members: Map<number, string> }>();
  for (const path of paths) {
    const name = parseShardName(path);
    if (name === undefined || !extensions.includes(name.extension)) {
      continue;
    }
    const key = shardPath(name, 0);
    const set = sets.get(key) ?? { name, members: new Map<number, string>() };
    set.members.set(name.number, path);
    sets.set(key, set);
  }
  return sets;
}

/**
 * Names that a set needs and does not have: how many, and the first. Takes as long as the set has members,
 * not as long as the names say it should have.
 */
export function missingShards(
  name: ShardName,
  members: ReadonlyMap<number, string>,
): { readonly count: number; readonly first: string } | undefined {
  const present = [...members.keys()].filter((number) => number >= 1 && number <= name.count).length;
  if (present === name.count) {
    return undefined;
  }
  let first = 1;
  while (members.has(first)) {
    first += 1;
  }
  return { count: name.count - present, first: shardPath(name, first) };
}
