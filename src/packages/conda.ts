// SPDX-License-Identifier: Apache-2.0
// conda packages: one JSON file in conda-meta for each installed package, with the digests of its files as they are in
// this environment (`sha256_in_prefix`: conda writes the prefix into some).

import { isJsonObject, type JsonObject } from "../bytes/json.ts";
import { listOf, objectOf, textOf } from "../layouts/member.ts";
import type { ArchiveHash, OwnedFile } from "../model/package.ts";
import type { Catalog, FoundPackage } from "./catalog.ts";
import { CatalogDraft } from "./catalog-draft.ts";
import { joinPath, splitPath } from "./root-paths.ts";
import { statedHash } from "./stated-hash.ts";

const id = "conda";
const record = /(?:^|\/)conda-meta\/[^/]+\.json$/;

export const conda: Catalog = {
  id,
  wants(path) {
    return path.endsWith(".json") && record.test(path);
  },
  read(root, wanted) {
    const draft = new CatalogDraft(id);
    for (const path of wanted) {
      const document = draft.jsonObject(root, path);
      const one = document === undefined ? undefined : condaPackage(document, path);
      if (one !== undefined) {
        draft.packages.push(one);
      } else if (document !== undefined) {
        draft.invalid(path, "it has no name or no version");
      }
    }
    return draft.done();
  },
};

function condaPackage(document: JsonObject, path: string): FoundPackage | undefined {
  const name = textOf(document, "name");
  const version = textOf(document, "version");
  if (name === undefined || version === undefined) {
    return undefined;
  }
  const [metaFolder] = splitPath(path);
  const [prefix] = splitPath(metaFolder);
  const license = textOf(document, "license");
  const channel = textOf(document, "channel");
  return {
    type: "conda",
    name,
    version,
    qualifiers: {
      build: textOf(document, "build") ?? textOf(document, "build_string") ?? "",
      channel: channel === undefined ? "" : (channelOf(channel) ?? ""),
      subdir: textOf(document, "subdir") ?? "",
    },
    state: "installed",
    licenses: license === undefined ? [] : [license],
    path,
    hashes: archiveHashes(document),
    owned: ownedFiles(document, prefix),
    requires: listOf(document, "depends").flatMap((each) =>
      typeof each === "string" ? (each.split(/[ =<>!~[]/)[0] ?? []) : [],
    ),
    scope: `${id}:${prefix}`,
  };
}

/** A URL of a channel may hold a token: `…/t/TOKEN/channel/subdir`. */
function channelOf(channel: string): string | undefined {
  const parts = channel.split("/").filter((part) => part !== "");
  const last = parts.at(-1) ?? "";
  return /^(?:noarch|linux-|osx-|win-|emscripten-|wasi-|freebsd-)/.test(last) ? parts.at(-2) : last;
}

function archiveHashes(document: JsonObject): readonly ArchiveHash[] {
  const fileName = textOf(document, "fn");
  return (["sha256", "md5"] as const)
    .flatMap((algorithm) => {
      const hash = statedHash(algorithm, textOf(document, algorithm) ?? "");
      return hash === undefined ? [] : [{ ...hash, ...(fileName === undefined ? {} : { fileName }) }];
    })
    .slice(0, 1);
}

function ownedFiles(document: JsonObject, prefix: string): readonly OwnedFile[] {
  const owned = new Map<string, OwnedFile>();
  for (const each of listOf(objectOf(document, "paths_data"), "paths")) {
    const stated = isJsonObject(each) ? textOf(each, "_path") : undefined;
    const path = stated === undefined ? undefined : joinPath(prefix, stated);
    if (path === undefined || path === "" || textOf(each, "path_type") === "softlink") {
      continue;
    }
    const digest = statedHash("sha256", textOf(each, "sha256_in_prefix") ?? textOf(each, "sha256") ?? "");
    owned.set(path, { path, ...(digest === undefined ? {} : { digest }) });
  }
  for (const each of listOf(document, "files")) {
    const path = typeof each === "string" ? joinPath(prefix, each) : undefined;
    if (path !== undefined && path !== "" && !owned.has(path)) {
      owned.set(path, { path });
    }
  }
  return [...owned.values()];
}
