// SPDX-License-Identifier: Apache-2.0
// Which of a set of folders a path lies in, in the time of the path's depth: a store may have thousands of them.

/** The outermost of `folders` (no slash at the end; empty for the root) that `path` lies in. */
export function folderOf(path: string, folders: { has(folder: string): boolean }): string | undefined {
  if (folders.has("")) {
    return "";
  }
  for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) {
    const folder = path.slice(0, slash);
    if (folders.has(folder)) {
      return folder;
    }
  }
  return undefined;
}
