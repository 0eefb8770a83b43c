// SPDX-License-Identifier: Apache-2.0
// Checkpoints that were handed to witnesses, with the cosignatures that came back. They are kept beside the log's newest
// checkpoint, which every append replaces.

import { join } from "node:path";
import { limits } from "../limits.ts";
import { checkpointsName, namesIn, readText } from "./log-files.ts";
import { type CustodyLog, type SignedCheckpoint, verifyCheckpoint } from "./open-log.ts";

/**
 * The kept checkpoints, the largest first. That they are of this history is for `verifyLog` to check.
 * @throws {AibomError} CUSTODY_CHECKPOINT_INVALID, SOURCE_*
 */
export function keptCheckpoints({ directory, policy }: CustodyLog): readonly SignedCheckpoint[] {
  return keptPaths(directory).map((path) =>
    verifyCheckpoint(readText(path, limits.maxCheckpointBytes), policy.logs, path),
  );
}

/** Their files, that of the largest first. */
export function keptPaths(directory: string): readonly string[] {
  const folder = join(directory, checkpointsName);
  return namesIn(folder)
    .filter((name) => /^(?:0|[1-9][0-9]{0,15})$/.test(name))
    .sort((one, other) => Number(other) - Number(one))
    .map((name) => join(folder, name));
}
