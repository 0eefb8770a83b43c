// SPDX-License-Identifier: Apache-2.0
// What an event is about, hashed: a file by its bytes, a directory by its file manifest, as verdicts and waivers name them.

import { basename, resolve } from "node:path";
import { fileManifest } from "./bom/file-manifest.ts";
import type { Resource } from "./custody/entry.ts";
import { AibomError } from "./errors.ts";
import { hashTarget, type InventoryOptions } from "./inventory.ts";
import { digestOf } from "./model/digest.ts";
import { targetExists } from "./sources/target.ts";
import { digestTarget } from "./verify-digest.ts";

/**
 * The resources that paths name. Only the last part of a path is kept: the rest says where somebody works.
 * @throws {AibomError} SOURCE_*, SIGN_INCOMPLETE if a file could not be read
 */
export async function hashResources(
  paths: readonly string[],
  options: Pick<InventoryOptions, "jobs" | "signal" | "onProgress">,
): Promise<readonly Resource[]> {
  const resources: Resource[] = [];
  for (const path of paths) {
    const given = targetExists(path) ? undefined : digestTarget(path);
    resources.push(
      given === undefined
        ? await hashed(path, options)
        : { name: path, digest: { [given.algorithm]: given.hex } },
    );
  }
  return resources;
}

async function hashed(
  path: string,
  options: Pick<InventoryOptions, "jobs" | "signal" | "onProgress">,
): Promise<Resource> {
  const { tree, hashed: files } = await hashTarget(path, { ...options, algorithms: ["sha256"] });
  const [refused] = tree.refused;
  if (refused !== undefined) {
    throw AibomError.of("SIGN_INCOMPLETE", { count: tree.refused.length }, { where: { path: refused } });
  }
  const single = tree.isSingleFile ? digestOf(files[0]?.digests ?? [], "sha256") : undefined;
  return { name: basename(resolve(path)), digest: { sha256: single ?? fileManifest(files).hex } };
}
