// SPDX-License-Identifier: Apache-2.0
// Which files may be programs or libraries, by name: nobody opens a hundred thousand files to look for some.

import { splitPath } from "./root-paths.ts";

const minBytes = 4096;

/** Programs have no extension, or that of their system; libraries have one with numbers behind. */
export function mayBeProgram(path: string, size: number): boolean {
  if (size < minBytes) {
    return false;
  }
  const [, name] = splitPath(path);
  const dot = name.indexOf(".");
  return dot <= 0 || /\.(?:so|exe|dll|dylib|node|bin|elf)(?:\.[0-9][0-9.]*)?$|[-._][0-9.]+$/.test(name);
}
