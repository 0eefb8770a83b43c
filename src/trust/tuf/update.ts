// SPDX-License-Identifier: Apache-2.0
// `aibom trust update`: brings the local trust root up to date from a TUF repository, carried or fetched. All of
// it is checked before anything is replaced. Verification never comes here; an import rule says so.

import { statSync } from "node:fs";
import { join } from "node:path";
import { AibomError } from "../../errors.ts";
import { parseTrustDocument } from "../document.ts";
import { checkMode, loadTrustRoot, trustFileName } from "../load.ts";
import { type ClientRun, type MetadataFiles, runTufClient, type TufClient } from "./client.ts";
import { finishInstall, install, keepMetadata } from "./install.ts";
import { refuseLocalChanges, refuseObstacles } from "./local-changes.ts";
import {
  formatInstant,
  metadataFileNames,
  parseMetadata,
  type Role,
  requireDate,
  roles,
} from "./metadata.ts";
import type { TrustSource } from "./source.ts";
import { loadMetadata, loadState, sha256, stateFileName, type UpdateState } from "./state.ts";
import { checkNames, stateDirectoryName } from "./target-name.ts";

export interface UpdateOptions {
  /** The trust root; it is created if there is none. */
  readonly trustDirectory: string;
  readonly source: TrustSource;
  /** Now. */
  readonly at: Date;
  /** The time to compare expiry with instead of `at`. Recorded. */
  readonly asOf?: Date;
  /** Bytes of the organisation's root.json: needed at the first import, and pinned by it. */
  readonly root?: Uint8Array;
  /** Replace and remove files that were changed here since the last update. */
  readonly discardLocalChanges?: boolean;
}

/** What an update did. */
export interface TrustUpdate {
  /** Names of files, sorted. */
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly versions: Readonly<Record<Role, number>>;
  /** The earliest expiry of the four roles, RFC 3339 in UTC. */
  readonly expires: string;
  readonly state: UpdateState;
}

/**
 * Updates the trust root in a directory.
 * @throws {AibomError} TUF_* (each attack has its code), TRUST_* if the new trust root is not valid, SOURCE_*, and
 *   what the source's fetch throws. The trust root is then unchanged; metadata that was verified is kept.
 */
export async function updateTrustRoot(options: UpdateOptions): Promise<TrustUpdate> {
  const { trustDirectory, source } = options;
  const referenceTime = requireDate(options.asOf ?? requireDate(options.at));
  refuseOpenDirectory(trustDirectory);
  refuseOpenDirectory(join(trustDirectory, stateDirectoryName));
  finishInstall(trustDirectory);
  const before = loadState(trustDirectory);
  const trusted = trustedMetadata(options, before);
  const run = await runTufClient({ metadata: trusted, source, at: referenceTime }, readAll);
  const files = resultOf(run, trustDirectory, before);
  validateTrustDocument(files);
  refuseObstacles(trustDirectory, files.keys());
  if (options.discardLocalChanges !== true) {
    refuseLocalChanges(trustDirectory, before, files);
  }
  const state = newState(options, before, files);
  const metadata = topLevel(run.metadata);
  install(trustDirectory, { files, metadata, state }, (staged) => {
    // The whole of it, by the loader that verification uses.
    loadTrustRoot(staged);
  });
  return { ...differences(before, state), ...summary(metadata), state };
}

/** The directory decides who is trusted, its record of updates by whom: nobody else may write to them. */
function refuseOpenDirectory(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat !== undefined) {
    checkMode(path, stat);
  }
}

/** What is trusted before the update: the record of earlier ones, or the root that the user names. */
function trustedMetadata(options: UpdateOptions, before: UpdateState | undefined): MetadataFiles {
  const { root, trustDirectory } = options;
  const metadata = loadMetadata(trustDirectory);
  if (before === undefined) {
    if (metadata.size > 0) {
      throw AibomError.of("TUF_STATE_DAMAGED", { reason: `${stateFileName} is missing` });
    }
    if (root === undefined) {
      throw AibomError.of("TUF_ROOT_NEEDED", {});
    }
    return new Map([["root.json", root]]);
  }
  if (root !== undefined && sha256(root) !== before.pinnedRoot) {
    throw AibomError.of("TUF_ROOT_OTHER", { pinned: before.pinnedRoot, got: sha256(root) });
  }
  const missing = metadataFileNames.find((name) => !metadata.has(name));
  if (missing !== undefined) {
    throw AibomError.of("TUF_STATE_DAMAGED", { reason: `${missing} is missing` });
  }
  return metadata;
}

async function readAll(client: TufClient): Promise<ReadonlyMap<string, Uint8Array>> {
  const { targets, delegations } = client.targets.signed;
  const isDelegating =
    delegations !== undefined &&
    (Object.keys(delegations.roles ?? {}).length > 0 || delegations.succinctRoles !== undefined);
  if (isDelegating) {
    throw AibomError.of("TUF_DELEGATIONS", {});
  }
  const listed = Object.entries(targets);
  checkNames(new Map(listed.map(([name, target]) => [name, target.length])));
  const files = new Map<string, Uint8Array>();
  for (const [name, target] of listed) {
    files.set(name, await client.read(target));
  }
  return files;
}

function resultOf(
  run: ClientRun<ReadonlyMap<string, Uint8Array>>,
  directory: string,
  before: UpdateState | undefined,
): ReadonlyMap<string, Uint8Array> {
  if (run.outcome.isDone) {
    return run.outcome.value;
  }
  // A refused first import leaves nothing: nobody has confirmed the root that it was given.
  if (before !== undefined) {
    keepIfPossible(directory, topLevel(run.metadata));
  }
  throw run.outcome.error;
}

/** Why the update was refused matters more than that its metadata could not be kept: the next run fetches it again. */
function keepIfPossible(directory: string, metadata: MetadataFiles): void {
  try {
    keepMetadata(directory, metadata);
  } catch {
    // The caller throws the reason of the refusal.
  }
}

function topLevel(metadata: MetadataFiles): MetadataFiles {
  return new Map([...metadata].filter(([name]) => metadataFileNames.includes(name)));
}

/** Before anything is written, so that the error names the file and not a temporary directory. */
function validateTrustDocument(files: ReadonlyMap<string, Uint8Array>): void {
  try {
    parseTrustDocument(files.get(trustFileName) ?? new Uint8Array());
  } catch (cause) {
    throw cause instanceof AibomError ? cause.at({ path: join("targets", trustFileName) }) : cause;
  }
}

function newState(
  options: UpdateOptions,
  before: UpdateState | undefined,
  files: ReadonlyMap<string, Uint8Array>,
): UpdateState {
  return {
    version: 1,
    source: options.source.name,
    importedAt: formatInstant(options.at),
    ...(options.asOf === undefined ? {} : { asOf: formatInstant(options.asOf) }),
    pinnedRoot: before?.pinnedRoot ?? sha256(options.root ?? new Uint8Array()),
    files: new Map([...files].map(([name, bytes]) => [name, sha256(bytes)])),
  };
}

function differences(before: UpdateState | undefined, next: UpdateState) {
  const old = before?.files ?? new Map<string, string>();
  const names = [...next.files.keys()].sort();
  return {
    added: names.filter((name) => !old.has(name)),
    changed: names.filter((name) => old.has(name) && old.get(name) !== next.files.get(name)),
    removed: [...old.keys()].filter((name) => !next.files.has(name)).sort(),
  };
}

function summary(metadata: MetadataFiles): Pick<TrustUpdate, "versions" | "expires"> {
  const signed = roles.map((role) => {
    const file = `${role}.json`;
    return [role, parseMetadata(role, metadata.get(file) ?? new Uint8Array(), file).signed] as const;
  });
  const expiries = signed.map(([, each]) => each.expires).sort((a, b) => Date.parse(a) - Date.parse(b));
  const versions = new Map(signed.map(([role, each]) => [role, each.version]));
  return {
    versions: {
      root: versions.get("root") ?? 0,
      timestamp: versions.get("timestamp") ?? 0,
      snapshot: versions.get("snapshot") ?? 0,
      targets: versions.get("targets") ?? 0,
    },
    expires: expiries[0] ?? "",
  };
}
