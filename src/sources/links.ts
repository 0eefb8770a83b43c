// SPDX-License-Identifier: Apache-2.0
// Where a symbolic link may lead. Inside the target always; outside only in one known layout, the Hugging
// Face cache, whose snapshots link into the blobs of the same repository.

import { lstatSync, realpathSync, type Stats } from "node:fs";
import { basename, dirname, join, sep } from "node:path";

/** What a link resolved to. */
export type ResolvedLink =
  | { readonly kind: "file"; readonly absolutePath: string; readonly stat: Stats }
  | { readonly kind: "directory" | "special" | "outside" | "broken" };

/** The directories that links below a target may lead into: real paths. */
export function linkScopes(realRoot: string): readonly string[] {
  const blobs = huggingFaceBlobs(realRoot);
  return blobs === undefined ? [realRoot] : [realRoot, blobs];
}

/**
 * `…/models--org--name/snapshots/<commit>` may link into `…/models--org--name/blobs`
 * (huggingface_hub cache layout; also datasets-- and spaces--).
 */
function huggingFaceBlobs(realRoot: string): string | undefined {
  return storeAbove(realRoot) === undefined ? undefined : join(dirname(dirname(realRoot)), "blobs");
}

/** Names of the directories above a snapshot of a Hugging Face cache, nearest first; undefined elsewhere. */
export function storeAbove(realRoot: string): readonly string[] | undefined {
  const snapshots = basename(dirname(realRoot));
  const repository = basename(dirname(dirname(realRoot)));
  return snapshots === "snapshots" && /^(models|datasets|spaces)--./.test(repository)
    ? [snapshots, repository]
    : undefined;
}

/** Resolves one link completely and says whether its end lies in one of the scopes. */
export function resolveLink(absolutePath: string, scopes: readonly string[]): ResolvedLink {
  let target: string;
  let stat: Stats;
  try {
    target = realpathSync(absolutePath);
    stat = lstatSync(target);
  } catch {
    return { kind: "broken" };
  }
  if (
    !scopes.some((scope) => target === scope || target.startsWith(scope.endsWith(sep) ? scope : scope + sep))
  ) {
    return { kind: "outside" };
  }
  if (stat.isFile()) {
    return { kind: "file", absolutePath: target, stat };
  }
  return { kind: stat.isDirectory() ? "directory" : "special" };
}
