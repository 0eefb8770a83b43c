// SPDX-License-Identifier: Apache-2.0
// Checkpoints that witnesses cosigned. They are kept beside the log's newest one, which every append replaces.

import { join } from "node:path";
import { limits } from "../limits.ts";
import { cosignedName, namesIn, readText } from "./log-files.ts";
import { type CustodyLog, type SignedCheckpoint, verifyCheckpoint } from "./open-log.ts";

/**
 * The cosigned checkpoints, the largest first. That they are of this history is for `verifyLog` to check.
 * @throws {AibomError} CUSTODY_CHECKPOINT_INVALID, SOURCE_*
 */
export function cosignedCheckpoints({ directory, policy }: CustodyLog): readonly SignedCheckpoint[] {
  return cosignedPaths(directory).map((path) =>
    verifyCheckpoint(readText(path, limits.maxCheckpointBytes), policy.logs, path),
  );
}

/** Their files, that of the largest first. */
export function cosignedPaths(directory: string): readonly string[] {
  const folder = join(directory, cosignedName);
  return namesIn(folder)
    .filter((name) => /^(?:0|[1-9][0-9]{0,15})$/.test(name))
    .sort((one, other) => Number(other) - Number(one))
    .map((name) => join(folder, name));
}

/** Where the checkpoint of a size lies once it is cosigned. */
export function cosignedPath(directory: string, size: number): string {
  return join(directory, cosignedName, String(size));
}
