// SPDX-License-Identifier: Apache-2.0
// yarn.lock: version 1 with a syntax of its own, and Berry's, which is YAML of that look. Both are read line by line:
// entries start in the first column with the ranges that they satisfy, fields are indented by two, what they need by four.

import { limits } from "../limits.ts";
import type { Catalog, FoundPackage } from "./catalog.ts";
import { CatalogDraft } from "./catalog-draft.ts";
import { lockedHashes, named } from "./npm.ts";
import { statedHash } from "./stated-hash.ts";

const id = "yarn";

export const yarn: Catalog = {
  id,
  wants(path) {
    return path.endsWith("yarn.lock") && /(?:^|\/)yarn\.lock$/.test(path) && !path.includes("node_modules/");
  },
  read(root, wanted) {
    const draft = new CatalogDraft(id);
    for (const path of wanted) {
      const text = draft.text(root, path);
      for (const entry of text === undefined ? [] : entries(text)) {
        const one = lockedPackage(entry, path);
        if (one !== undefined) {
          draft.packages.push(one);
        }
      }
    }
    return draft.done();
  },
};

interface YarnEntry {
  readonly ranges: readonly string[];
  readonly fields: Map<string, string>;
  readonly needs: string[];
}

function entries(text: string): readonly YarnEntry[] {
  const all: YarnEntry[] = [];
  let isInNeeds = false;
  for (const line of text.split(/\r?\n/)) {
    const content = line.trim();
    if (content === "" || content.startsWith("#")) {
      continue;
    }
    const indent = line.length - line.trimStart().length;
    const entry = all.at(-1);
    if (indent === 0) {
      if (all.length >= limits.maxPackagesPerRecord) {
        break;
      }
      const ranges = content
        .replace(/:$/, "")
        .split(",")
        .map((each) => unquoted(each.trim()));
      all.push({ ranges: ranges.flatMap((each) => each.split(", ")), fields: new Map(), needs: [] });
      isInNeeds = false;
    } else if (indent === 2) {
      isInNeeds = /^(?:dependencies|optionalDependencies):$/.test(content);
      const [key, value] = keyValue(content);
      entry?.fields.set(key, value);
    } else if (isInNeeds) {
      const [name, range] = keyValue(content);
      entry?.needs.push(`${name}@${range}`);
    }
  }
  return all;
}

/** `key "value"`, `key: value`. */
function keyValue(content: string): readonly [key: string, value: string] {
  const match = /^("[^"]*"|[^\s":]+):?[ \t]*(.*)$/.exec(content);
  return [unquoted(match?.[1] ?? ""), unquoted(match?.[2] ?? "")];
}

function unquoted(text: string): string {
  return text.replaceAll(/^"|"$/g, "");
}

function lockedPackage({ ranges, fields, needs }: YarnEntry, path: string): FoundPackage | undefined {
  const [range = ""] = ranges;
  // `alias@npm:real@^1` installs `real`.
  const resolution =
    fields.get("resolution") ?? /@(npm:(?:@[^/]+\/)?[^@]+@.*)$/.exec(range)?.[1]?.slice(4) ?? range;
  const at = resolution.indexOf("@", 1);
  const version = fields.get("version");
  const isLocal = /@(?:workspace|link|portal|patch):/.test(resolution);
  if (at <= 0 || version === undefined || isLocal) {
    return undefined;
  }
  const checksum = fields.get("checksum")?.split("/").at(-1);
  // Berry's checksum is over its own archive, not over the registry's tarball.
  const own = statedHash("sha512", checksum ?? "");
  return {
    ...named(resolution.slice(0, at), version),
    state: "locked",
    path,
    hashes: own === undefined ? lockedHashes(fields.get("integrity"), fields.get("resolved")) : [],
    provides: ranges.flatMap((each) => [each, each.replace("@npm:", "@")]),
    requires: needs.map((each) => each.replace("@npm:", "@")),
    scope: path,
  };
}
