// SPDX-License-Identifier: Apache-2.0
// Paths inside a root, with its symbolic links followed as the running system would follow them: absolute ones from the
// root of the view, none out of it. dpkg says /lib/x, and on a merged /usr the file lies at usr/lib/x.

import { limits } from "../limits.ts";
import type { RootView } from "./catalog.ts";

/** `folder/path` without `.` and `..`; undefined if it leads above the root. */
export function joinPath(folder: string, path: string): string | undefined {
  const from = path.startsWith("/") || folder === "" ? [] : folder.split("/");
  for (const part of path.split("/")) {
    if (part === "..") {
      if (from.pop() === undefined) {
        return undefined;
      }
    } else if (part !== "" && part !== ".") {
      from.push(part);
    }
  }
  return from.join("/");
}

/** Directory and last name of a path. */
export function splitPath(path: string): readonly [folder: string, name: string] {
  const at = path.lastIndexOf("/");
  return at < 0 ? ["", path] : [path.slice(0, at), path.slice(at + 1)];
}

/** Follows the links of one root. */
export class RootPaths {
  readonly #root: RootView;
  /** Where directories lie really, by the path they are reached under. */
  readonly #folders = new Map<string, string | undefined>([["", ""]]);

  constructor(root: RootView) {
    this.#root = root;
  }

  /** The path of the regular file that `path` leads to; undefined if there is none. */
  resolve(path: string): string | undefined {
    const file = this.#root.files.get(path);
    return file !== undefined && file.linkTarget === undefined ? path : this.#follow(path, 0);
  }

  #follow(path: string, hops: number): string | undefined {
    if (hops > limits.maxLinkHops) {
      return undefined;
    }
    const [folder, name] = splitPath(path);
    const real = this.#folder(folder, hops);
    if (real === undefined) {
      return undefined;
    }
    const at = real === "" ? name : `${real}/${name}`;
    const file = this.#root.files.get(at);
    if (file?.linkTarget === undefined) {
      return file === undefined ? undefined : at;
    }
    const target = joinPath(real, file.linkTarget);
    return target === undefined ? undefined : this.#follow(target, hops + 1);
  }

  /** Where the directory at `path` lies really. */
  #folder(path: string, hops: number): string | undefined {
    if (this.#folders.has(path)) {
      return this.#folders.get(path);
    }
    if (hops > limits.maxLinkHops) {
      return undefined;
    }
    const [above, name] = splitPath(path);
    const parent = this.#folder(above, hops + 1);
    const at = parent === undefined || parent === "" ? name : `${parent}/${name}`;
    const link = this.#root.directoryLinks.get(at) ?? this.#root.files.get(at)?.linkTarget;
    const target = link === undefined ? at : joinPath(parent ?? "", link);
    const real =
      parent === undefined || target === undefined
        ? undefined
        : link === undefined
          ? target
          : this.#folder(target, hops + 1);
    this.#folders.set(path, real);
    return real;
  }
}
