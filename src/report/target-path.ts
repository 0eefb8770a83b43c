// SPDX-License-Identifier: Apache-2.0
// From a place in an artifact back to the path that a user would type: findings name files relative to their artifact.

/**
 * `path` of the artifact `name`, which the user called `target`. A single file is an artifact whose one file has its
 * own name.
 */
export function pathInTarget(target: string, name: string, path: string): string {
  const base = target.replaceAll("\\", "/").replace(/\/+$/, "");
  const isWhole = path === "." || path === "";
  const isSingleFile = path === name && base.split("/").at(-1) === name;
  return isWhole || isSingleFile ? base : `${base}/${path}`;
}
