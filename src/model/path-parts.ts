// SPDX-License-Identifier: Apache-2.0
// The parts of a path inside an artifact.

/** Directory and last name of a path. */
export function splitPath(path: string): readonly [folder: string, name: string] {
  const at = path.lastIndexOf("/");
  return at < 0 ? ["", path] : [path.slice(0, at), path.slice(at + 1)];
}
