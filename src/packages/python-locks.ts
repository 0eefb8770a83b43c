// SPDX-License-Identifier: Apache-2.0
// Lock files of Python projects: uv.lock, poetry.lock and pdm.lock, pylock.toml (PEP 751), Pipfile.lock. They say what
// would be installed, with the digest of every archive: all of them, for all platforms.

import { isJsonObject, type JsonObject, type JsonValue } from "../bytes/json.ts";
import { parseToml } from "../bytes/toml.ts";
import { listOf, objectOf, textOf } from "../layouts/member.ts";
import { limits } from "../limits.ts";
import type { ArchiveHash } from "../model/package.ts";
import type { Catalog, FoundPackage } from "./catalog.ts";
import { CatalogDraft } from "./catalog-draft.ts";
import { normalName } from "./python/metadata.ts";
import { prefixedHash, statedHash } from "./stated-hash.ts";

const id = "python-lock";
const lockFile = /(?:^|\/)(?:uv\.lock|poetry\.lock|pdm\.lock|pylock(?:\.[^./]+)?\.toml|Pipfile\.lock)$/;

export const pythonLocks: Catalog = {
  id,
  wants(path) {
    return (path.endsWith("lock") || path.endsWith(".toml")) && lockFile.test(path);
  },
  read(root, wanted) {
    const draft = new CatalogDraft(id);
    for (const path of wanted) {
      if (path.endsWith("Pipfile.lock")) {
        draft.packages.push(...pipfilePackages(draft.jsonObject(root, path), path));
        continue;
      }
      const text = draft.text(root, path);
      const document = text === undefined ? undefined : draft.attempt(path, () => parseToml(text, path));
      const isPylock = path.endsWith(".toml");
      const packages = listOf(document, isPylock ? "packages" : "package").slice(
        0,
        limits.maxPackagesPerRecord,
      );
      for (const each of packages) {
        const one = isJsonObject(each) ? lockedPackage(each, path) : undefined;
        if (one === undefined) {
          draft.invalid(path, "a package has no name");
        } else if (!isOwnProject(each)) {
          draft.packages.push(one);
        }
      }
    }
    return draft.done();
  },
};

/** The project that the lock file belongs to is in uv's list too. */
function isOwnProject(item: JsonValue): boolean {
  const source = isJsonObject(item) ? objectOf(item, "source") : undefined;
  return ["virtual", "editable", "directory"].some((kind) => textOf(source, kind) === ".");
}

function lockedPackage(item: JsonObject, path: string): FoundPackage | undefined {
  const name = textOf(item, "name");
  if (name === undefined) {
    return undefined;
  }
  const description = textOf(item, "description");
  const origin = originOf(item);
  return {
    type: "pypi",
    name,
    version: textOf(item, "version") ?? "",
    state: "locked",
    path,
    ...(description === undefined ? {} : { description }),
    ...(origin === undefined ? {} : { qualifiers: origin }),
    hashes: hashesOf(item),
    provides: [normalName(name)],
    requires: requiredBy(item).map(normalName),
    scope: path,
  };
}

/** A repository or URL instead of an index. */
function originOf(item: JsonObject): Readonly<Record<string, string>> | undefined {
  const source = objectOf(item, "source");
  const vcs = objectOf(item, "vcs");
  const git = textOf(source, "git");
  const url = textOf(source, "url") ?? textOf(vcs, "url");
  const commit = textOf(vcs, "commit-id") ?? textOf(source, "resolved_reference");
  if (git !== undefined) {
    const [repository = "", fragment = ""] = git.split("#");
    return { vcs_url: `git+${repository.split("?")[0]}@${fragment}` };
  }
  if (commit !== undefined && url !== undefined) {
    return { vcs_url: `git+${url}@${commit}` };
  }
  return textOf(source, "type") === undefined && textOf(source, "url") !== undefined
    ? { download_url: textOf(source, "url") ?? "" }
    : undefined;
}

/** uv: `sdist` and `wheels` with `hash`; poetry: `files`; PEP 751: `hashes` as a table. */
function hashesOf(item: JsonObject): readonly ArchiveHash[] {
  const archives = [
    ...["sdist", "archive"].flatMap((key) => objectOf(item, key) ?? []),
    ...["wheels", "files"].flatMap((key) => listOf(item, key)),
  ];
  return archives.flatMap((archive): readonly ArchiveHash[] => {
    const location =
      textOf(archive, "file") ?? textOf(archive, "name") ?? textOf(archive, "url") ?? textOf(archive, "path");
    const file = location === undefined ? {} : { fileName: fileNameOf(location) };
    const single = prefixedHash(textOf(archive, "hash") ?? "");
    const table = Object.entries(isJsonObject(archive) ? (objectOf(archive, "hashes") ?? {}) : {});
    const stated = table.flatMap(([algorithm, hex]) =>
      typeof hex === "string" ? (statedHash(algorithm, hex) ?? []) : [],
    );
    return [...(single === undefined ? [] : [single]), ...stated].map((hash) => ({ ...hash, ...file }));
  });
}

function fileNameOf(location: string): string {
  const [path = ""] = location.split(/[?#]/);
  return decodeName(path.slice(path.lastIndexOf("/") + 1));
}

/** `+` of a local version is written `%2B` in a URL. */
function decodeName(name: string): string {
  return name.replaceAll(/%2[Bb]/g, "+");
}

/** uv and PEP 751 list tables with a name; poetry has a table by name. */
function requiredBy(item: JsonObject): readonly string[] {
  const table = objectOf(item, "dependencies");
  const listed = listOf(item, "dependencies").flatMap((each) =>
    typeof each === "string" ? (/^[A-Za-z0-9._-]+/.exec(each)?.[0] ?? []) : (textOf(each, "name") ?? []),
  );
  return table === undefined ? listed : Object.keys(table);
}

function pipfilePackages(document: JsonObject | undefined, path: string): readonly FoundPackage[] {
  return ["default", "develop"].flatMap((group) =>
    Object.entries(objectOf(document, group) ?? {}).map(([name, item]) => ({
      type: "pypi" as const,
      name,
      version: (textOf(item, "version") ?? "").replace(/^==/, ""),
      state: "locked" as const,
      path,
      hashes: listOf(item, "hashes").flatMap((each) =>
        typeof each === "string" ? (prefixedHash(each) ?? []) : [],
      ),
      provides: [normalName(name)],
      scope: path,
    })),
  );
}
