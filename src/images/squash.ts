// SPDX-License-Identifier: Apache-2.0
// The file system that the layers of an image make together, as a container sees it: later layers cover earlier ones, and
// whiteouts take away. Spec: OCI image-spec v1.1, layer.md. Links are followed inside the root only, and not far.

import { limits } from "../limits.ts";
import type { BlobDigest } from "./descriptor.ts";
import type { LayerEntry } from "./layer-job.ts";

/** A layer by its two names. */
export interface SquashedLayer {
  /** Of its bytes as they lie there. */
  readonly digest: BlobDigest;
  readonly diffId: BlobDigest;
}

/** An entry, and the layer that brought it as it is. */
export interface SquashedEntry {
  readonly entry: LayerEntry;
  readonly layer: SquashedLayer;
  /** Its path in that layer, if it is another one: a hard link names a file that has its bytes. */
  readonly storedAt?: string;
}

interface Node {
  found: SquashedEntry | undefined;
  /** Of directories; undefined for everything else. */
  children: Map<string, Node> | undefined;
}

const whiteout = ".wh.";
const opaque = ".wh..wh..opq";

export class SquashedRoot {
  readonly #root: Node = { found: undefined, children: new Map() };

  /** Puts a layer on top. Whiteouts are about the layers below, wherever in the layer they stand. */
  apply(entries: readonly LayerEntry[], layer: SquashedLayer): void {
    for (const { path } of entries) {
      const [directory, name] = split(path);
      if (name === opaque) {
        this.#directory(directory)?.children?.clear();
      } else if (name.startsWith(whiteout)) {
        this.#directory(directory)?.children?.delete(name.slice(whiteout.length));
      }
    }
    for (const entry of entries) {
      if (!split(entry.path)[1].startsWith(whiteout)) {
        this.#put(entry, layer);
      }
    }
  }

  /** Everything but directories, by path. */
  files(): ReadonlyMap<string, SquashedEntry> {
    const files = new Map<string, SquashedEntry>();
    const pending: { readonly node: Node; readonly path: string }[] = [{ node: this.#root, path: "" }];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      for (const [name, node] of next.node.children ?? []) {
        const path = next.path === "" ? name : `${next.path}/${name}`;
        if (node.children === undefined && node.found !== undefined) {
          files.set(path, node.found);
        } else {
          pending.push({ node, path });
        }
      }
    }
    return files;
  }

  /** The file that a path leads to, all links followed; undefined if there is none. */
  resolve(path: string): SquashedEntry | undefined {
    return this.#walk(path, "follow")?.found;
  }

  #put(entry: LayerEntry, layer: SquashedLayer): void {
    const [directory, name] = split(entry.path);
    if (name === "") {
      return;
    }
    // Engines write through links in the directory part, inside the root.
    const parent = this.#directory(directory) ?? this.#make(directory);
    if (parent.children === undefined) {
      return;
    }
    if (entry.kind === "directory") {
      const known = parent.children.get(name);
      if (known?.children === undefined) {
        parent.children.set(name, { found: { entry, layer }, children: new Map() });
      } else {
        known.found = { entry, layer };
      }
      return;
    }
    const found = entry.kind === "hard link" ? this.#linked(entry, layer) : { entry, layer };
    parent.children.set(name, { found, children: undefined });
  }

  /** A hard link is the file that it names, under another path. */
  #linked(entry: LayerEntry, layer: SquashedLayer): SquashedEntry {
    const target = plain(entry.target ?? "");
    const same = target === undefined ? undefined : this.#walk(target, "keep")?.found;
    if (same === undefined) {
      return { entry, layer };
    }
    const { path } = same.entry;
    const storedAt = same.storedAt ?? path;
    return { entry: { ...same.entry, path: entry.path }, layer: same.layer, storedAt };
  }

  #directory(path: string): Node | undefined {
    const node = this.#walk(path, "follow");
    return node?.children === undefined ? undefined : node;
  }

  /** Directories that no entry is about; what stands in the way is replaced, as engines do. */
  #make(path: string): Node {
    let node = this.#root;
    for (const name of parts(path)) {
      const known = node.children?.get(name);
      const link =
        known?.found?.entry.kind === "symlink" ? this.#directory(known.found.entry.path) : undefined;
      const next =
        link ?? (known?.children === undefined ? { found: undefined, children: new Map() } : known);
      if (next !== known && link === undefined) {
        node.children?.set(name, next);
      }
      node = next;
    }
    return node;
  }

  /** Walks to a path; the last part is followed or kept if it is a link. */
  #walk(path: string, last: "follow" | "keep"): Node | undefined {
    const pending = parts(path).reverse();
    const stack: Node[] = [this.#root];
    let hops = 0;
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      if (name === "..") {
        // Above the root is the root.
        stack.length = Math.max(1, stack.length - 1);
        continue;
      }
      const node = stack.at(-1)?.children?.get(name);
      if (node === undefined) {
        return undefined;
      }
      const { kind, target } = node.found?.entry ?? { kind: "directory", target: undefined };
      if (kind !== "symlink" || (pending.length === 0 && last === "keep")) {
        stack.push(node);
        continue;
      }
      hops += 1;
      if (hops > limits.maxImageLinkHops || target === undefined) {
        return undefined;
      }
      if (target.startsWith("/")) {
        stack.length = 1;
      }
      pending.push(...parts(target).reverse());
    }
    return stack.at(-1);
  }
}

function parts(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

/** Targets of hard links are paths from the root; one that leads out of it names nothing. */
function plain(target: string): string | undefined {
  const all = parts(target);
  return all.includes("..") ? undefined : all.join("/");
}

function split(path: string): readonly [directory: string, name: string] {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? ["", path] : [path.slice(0, slash), path.slice(slash + 1)];
}
