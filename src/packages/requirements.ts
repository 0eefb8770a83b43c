// SPDX-License-Identifier: Apache-2.0
// requirements.txt as pip reads it (pip, "Requirements file format"): pinned requirements are packages, with their
// hashes; others only say what is asked for. Files that it includes are read where they have such a name themselves.

import { finding } from "../model/finding.ts";
import type { StatedHash } from "../model/package.ts";
import type { Catalog, FoundPackage } from "./catalog.ts";
import { CatalogDraft } from "./catalog-draft.ts";
import { normalName } from "./python/metadata.ts";
import { splitPath } from "./root-paths.ts";
import { prefixedHash } from "./stated-hash.ts";

const id = "requirements";
const file = /(?:^|\/)(?:[^/]*requirements[^/]*|constraints[^/]*)\.txt$|(?:^|\/)requirements\/[^/]+\.txt$/;
const maxBytes = 4 * 1024 * 1024;

export const requirements: Catalog = {
  id,
  wants(path, size) {
    // What installed packages carry as documentation asks for nothing.
    return (
      path.endsWith(".txt") &&
      size <= maxBytes &&
      file.test(path) &&
      !/(?:^|\/)(?:site|dist)-packages\//.test(path)
    );
  },
  read(root, wanted) {
    const draft = new CatalogDraft(id);
    for (const path of wanted) {
      const text = draft.text(root, path, maxBytes);
      if (text !== undefined) {
        readRequirements(draft, path, text);
      }
    }
    return draft.done();
  },
};

function readRequirements(draft: CatalogDraft, path: string, text: string): void {
  let unpinned = 0;
  let hasExtraIndex = false;
  for (const line of joinedLines(text)) {
    if (line.startsWith("-")) {
      hasExtraIndex ||= /^--extra-index-url\b/.test(line);
      continue;
    }
    const one = pinned(line, path);
    if (one === undefined) {
      unpinned += 1;
    } else {
      draft.packages.push(one);
    }
  }
  if (unpinned > 0 && isRequirements(path)) {
    draft.note(finding("PACKAGE_UNPINNED", { path }, { count: unpinned }));
  }
  if (hasExtraIndex) {
    draft.note(finding("PACKAGE_EXTRA_INDEX", { path }, {}));
  }
}

function isRequirements(path: string): boolean {
  return splitPath(path)[1].includes("requirements");
}

/** Lines without comments, continued ones as one. */
function joinedLines(text: string): readonly string[] {
  return text
    .replaceAll(/\\\r?\n/g, " ")
    .split(/\r?\n/)
    .map((line) => line.replace(/(?:^|[ \t])#.*$/, "").trim())
    .filter((line) => line !== "");
}

/** `name[extra]==1.2 ; marker --hash=sha256:…`; undefined without an exact version or archive. */
function pinned(line: string, path: string): FoundPackage | undefined {
  const [requirement = ""] = line.split(/[ \t]--|[ \t]*;/);
  const exact = /^([A-Za-z0-9][A-Za-z0-9._-]*)[ \t]*(?:\[[^\]]*\])?[ \t]*={2,3}[ \t]*([^\s,;*]+)$/.exec(
    requirement.trim(),
  );
  const direct = /^([A-Za-z0-9][A-Za-z0-9._-]*)[ \t]*(?:\[[^\]]*\])?[ \t]*@[ \t]*(\S+)$/.exec(
    requirement.trim(),
  );
  const name = exact?.[1] ?? direct?.[1];
  if (name === undefined) {
    return undefined;
  }
  const url = direct?.[2];
  const isVcs = url?.startsWith("git+") === true;
  return {
    type: "pypi",
    name,
    version: exact?.[2] ?? "",
    ...(url === undefined ? {} : { qualifiers: { [isVcs ? "vcs_url" : "download_url"]: url } }),
    state: "locked",
    path,
    hashes: hashesOf(line),
    provides: [normalName(name)],
    scope: path,
  };
}

function hashesOf(line: string): readonly StatedHash[] {
  return [...line.matchAll(/--hash[= ]([a-z0-9]+:[0-9a-fA-F]+)/g)].flatMap(
    (match) => prefixedHash(match[1] ?? "") ?? [],
  );
}
