// SPDX-License-Identifier: Apache-2.0
// Walks all groups and datasets of an HDF5 file, each once. An object that cannot be read does not hide the others:
// the fault is handed out in its place.

import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { type Attribute, readAttributes } from "./attribute.ts";
import { type Dataset, readDataset } from "./dataset.ts";
import { type Link, readLinks } from "./group.ts";
import type { Hdf5Bytes } from "./hdf5-bytes.ts";
import { readObjectHeader } from "./object-header.ts";

/** What a walk meets, in the order of the file's groups. */
export type Visit =
  | { readonly kind: "attribute"; readonly path: string; readonly attribute: Attribute }
  | { readonly kind: "dataset"; readonly path: string; readonly address: number; readonly dataset: Dataset }
  | { readonly kind: "group"; readonly path: string }
  | { readonly kind: "link"; readonly path: string; readonly link: Link }
  | { readonly kind: "fault"; readonly path: string; readonly error: AibomError };

interface Pending {
  readonly path: string;
  readonly address: number;
  readonly depth: number;
}

/** Paths start with `/`. Never throws an AibomError. */
export function* walk(bytes: Hdf5Bytes, rootAddress: number): Generator<Visit> {
  const pending: Pending[] = [{ path: "", address: rootAddress, depth: 0 }];
  const visited = new Set<number>([rootAddress]);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const children: Pending[] = [];
    for (const visit of visitOrFault(bytes, next)) {
      yield visit;
      const address = childOf(visit);
      if (address !== undefined && !visited.has(address)) {
        visited.add(address);
        children.push({ path: visit.path, address, depth: next.depth + 1 });
      }
    }
    const over = overLimit(bytes, next, children.length, visited.size);
    if (over !== undefined) {
      yield { kind: "fault", path: shown(next.path), error: over };
    }
    if (visited.size > limits.maxHdf5Objects) {
      return;
    }
    // What was found before a fault is looked at all the same.
    pending.push(...(next.depth < limits.maxHdf5Depth ? children.reverse() : []));
  }
}

function childOf(visit: Visit): number | undefined {
  return visit.kind === "link" && visit.link.target.kind === "object" ? visit.link.target.address : undefined;
}

function overLimit(
  bytes: Hdf5Bytes,
  { depth, address }: Pending,
  children: number,
  objects: number,
): AibomError | undefined {
  if (objects > limits.maxHdf5Objects) {
    return bytes.overLimit("objects of one file", limits.maxHdf5Objects, address);
  }
  return depth >= limits.maxHdf5Depth && children > 0
    ? bytes.overLimit("levels of groups", limits.maxHdf5Depth, address)
    : undefined;
}

function shown(path: string): string {
  return path === "" ? "/" : path;
}

function* visitOrFault(bytes: Hdf5Bytes, object: Pending): Generator<Visit> {
  try {
    yield* visitObject(bytes, object);
  } catch (error) {
    if (!(error instanceof AibomError)) {
      throw error;
    }
    yield { kind: "fault", path: shown(object.path), error };
  }
}

function* visitObject(bytes: Hdf5Bytes, { path, address }: Pending): Generator<Visit> {
  const messages = readObjectHeader(bytes, address);
  const dataset = readDataset(bytes, messages);
  if (dataset !== undefined) {
    yield { kind: "dataset", path, address, dataset };
  } else {
    yield { kind: "group", path };
  }
  for (const attribute of readAttributes(bytes, messages)) {
    yield { kind: "attribute", path, attribute };
  }
  const seen = new Set<string>();
  for (const link of readLinks(bytes, messages)) {
    if (seen.has(link.name)) {
      throw bytes.invalid(`two links of one group are named ${link.name}`, link.at);
    }
    seen.add(link.name);
    yield { kind: "link", path: `${path}/${link.name}`, link };
  }
}
