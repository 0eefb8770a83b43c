// SPDX-License-Identifier: Apache-2.0
// Modules in a directory of installed distributions that no RECORD lists. Only where every distribution has a RECORD:
// else nobody can tell. Compiled files are left out: Python writes them itself when a module is first imported.

import { type Finding, finding } from "../../model/finding.ts";
import type { RootView } from "../catalog.ts";
import type { PythonSite } from "../python.ts";

/** What `import` finds and runs. */
const module = /\.(?:py|so|pyd|pth|pyc)$/;
/** Written by virtualenv and by editable installs' tools without a record. */
const known: ReadonlySet<string> = new Set(["_virtualenv.py", "_virtualenv.pth"]);

export function* unlistedModules(root: RootView, sites: readonly PythonSite[]): Generator<Finding> {
  const checked = sites.filter(({ areAllListed, listed }) => areAllListed && listed.size > 0);
  // The innermost first: vendored distributions have directories of their own.
  checked.sort((a, b) => b.folder.length - a.folder.length);
  if (checked.length === 0) {
    return;
  }
  const prefixes = checked.map((site) => ({ site, prefix: site.folder === "" ? "" : `${site.folder}/` }));
  const all = checked.length === 1 ? checked[0]?.listed : undefined;
  for (const path of root.files.keys()) {
    if (!module.test(path) || path.includes("__pycache__/") || all?.has(path) === true) {
      continue;
    }
    const within = prefixes.filter(({ prefix }) => path.startsWith(prefix));
    const [own] = within;
    if (own === undefined || within.some(({ site }) => site.listed.has(path))) {
      continue;
    }
    if (!known.has(path.slice(own.prefix.length))) {
      const place = own.site.folder === "" ? "this directory" : own.site.folder;
      yield finding("PACKAGE_FILE_UNLISTED", { path }, { place });
    }
  }
}
