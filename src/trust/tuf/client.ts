// SPDX-License-Identifier: Apache-2.0
// The TUF client (The Update Framework 1.0, section 5) on tuf-js. The library keeps its metadata as files in a
// directory and writes them in place, so it works on copies in a private temporary directory; what it accepted is
// handed back for the caller to store. It reads no clock of ours: see `setReferenceTime`.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Metadata, Root, TargetFile, Targets } from "@tufjs/models";
import { Updater } from "tuf-js";
import type { TrustedMetadataStore } from "tuf-js/dist/store.js";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { CheckedFetcher, type FetchedMetadata } from "./fetcher.ts";
import { type MetadataOf, parseMetadata, type Role, requireDate } from "./metadata.ts";
import { explainRefusal } from "./refusal.ts";
import { requireSignatures } from "./signatures.ts";
import type { TrustSource } from "./source.ts";

/** Trusted metadata by file name: `root.json`, `timestamp.json`, and so on. */
export type MetadataFiles = ReadonlyMap<string, Uint8Array>;

export interface ClientOptions {
  /** What is trusted so far; `root.json` must be there. */
  readonly metadata: MetadataFiles;
  readonly source: TrustSource;
  /** Expiry is compared with this instant. */
  readonly at: Date;
}

/** A client after a successful refresh. */
export interface TufClient {
  readonly root: Metadata<Root>;
  readonly targets: Metadata<Targets>;
  /** What the metadata says about a file, delegated roles included; undefined if nothing. */
  find(name: string): Promise<TargetFile | undefined>;
  /** The bytes of a file, checked against the metadata. */
  read(target: TargetFile): Promise<Uint8Array>;
}

/** What a run left: metadata accepted so far, also of a run that was refused (section 5.3.8), and its result. */
export interface ClientRun<T> {
  readonly metadata: MetadataFiles;
  readonly outcome:
    | { readonly isDone: true; readonly value: T }
    | { readonly isDone: false; readonly error: unknown };
}

/**
 * Refreshes the metadata and hands a client to `use`. Errors of refresh and of `use` are in the outcome.
 * @throws {AibomError} TUF_TIME_INVALID, TUF_ROOT_INVALID, TUF_STATE_DAMAGED: nothing was fetched
 */
export async function runTufClient<T>(
  options: ClientOptions,
  use: (client: TufClient) => Promise<T>,
): Promise<ClientRun<T>> {
  requireDate(options.at);
  requireRoot(readSeen(options.metadata));
  const directory = mkdtempSync(join(tmpdir(), "aibom-tuf-"));
  try {
    for (const [name, bytes] of options.metadata) {
      writeFileSync(join(directory, name), bytes, { mode: 0o600 });
    }
    const outcome = await attempt(() => refreshAndUse(options, directory, use));
    return { metadata: collect(directory), outcome };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function attempt<T>(work: () => Promise<T>): Promise<ClientRun<T>["outcome"]> {
  try {
    return { isDone: true, value: await work() };
  } catch (error) {
    return { isDone: false, error };
  }
}

/**
 * Reads the metadata of earlier runs. The library would take a damaged file for an absent one and forget which
 * versions it has seen.
 */
function readSeen(files: MetadataFiles): Metadata<Root> {
  const root = parseSeen("root", files, "TUF_ROOT_INVALID");
  if (root === undefined) {
    throw AibomError.of("TUF_ROOT_INVALID", { reason: "it is missing" }, { where: { path: "root.json" } });
  }
  parseSeen("timestamp", files, "TUF_STATE_DAMAGED");
  parseSeen("snapshot", files, "TUF_STATE_DAMAGED");
  parseSeen("targets", files, "TUF_STATE_DAMAGED");
  return root;
}

function parseSeen<R extends Role>(
  role: R,
  files: MetadataFiles,
  code: "TUF_ROOT_INVALID" | "TUF_STATE_DAMAGED",
): MetadataOf[R] | undefined {
  const file = `${role}.json`;
  const bytes = files.get(file);
  return bytes === undefined ? undefined : asFault(code, file, () => parseMetadata(role, bytes, file));
}

async function refreshAndUse<T>(
  options: ClientOptions,
  directory: string,
  use: (client: TufClient) => Promise<T>,
): Promise<T> {
  const { source, at } = options;
  const fetcher = new CheckedFetcher(source, directory, (fetched) => checkSignatures(store, fetched));
  const updater = createUpdater(options, directory, fetcher);
  const store = setReferenceTime(updater, at);
  const explained = async <U>(work: () => Promise<U>): Promise<U> => {
    try {
      return await work();
    } catch (cause) {
      const context = { store, at, last: fetcher.last, problem: fetcher.problem };
      throw explainRefusal(cause, context);
    }
  };
  await explained(() => updater.refresh());
  const { root, targets } = store;
  if (targets === undefined) {
    throw AibomError.of("TUF_REFUSED", { reason: "there is no targets metadata" });
  }
  return use({
    root,
    targets,
    find: (name) => explained(() => updater.getTargetInfo(name)),
    read: async (target) => {
      try {
        return await explained(() => readTarget(updater, target, directory));
      } catch (cause) {
        throw cause instanceof AibomError ? cause.at({ path: target.path }) : cause;
      }
    },
  });
}

/** The first root has only itself to be checked against. */
function requireRoot(root: Metadata<Root>): void {
  asFault("TUF_ROOT_INVALID", "root.json", () =>
    requireSignatures(root, "root", root, { file: "root.json", signedFor: "its own keys" }),
  );
}

function createUpdater(options: ClientOptions, directory: string, fetcher: CheckedFetcher): Updater {
  return asFault(
    "TUF_ROOT_INVALID",
    "root.json",
    () =>
      new Updater({
        metadataDir: directory,
        metadataBaseUrl: options.source.metadataUrl,
        targetBaseUrl: options.source.targetsUrl,
        fetcher,
        config: {
          maxRootRotations: limits.maxTufRootRotations,
          rootMaxLength: limits.maxTufRootBytes,
          timestampMaxLength: limits.maxTufTimestampBytes,
          snapshotMaxLength: limits.maxTufSnapshotBytes,
          targetsMaxLength: limits.maxTufTargetsBytes,
        },
      }),
  );
}

/** Runs `work`; whatever it throws is a fault of this file. */
function asFault<T>(code: "TUF_ROOT_INVALID" | "TUF_STATE_DAMAGED", file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw AibomError.of(code, { reason }, { where: { path: file }, cause });
  }
}

/**
 * Sets the instant that expiry is compared with. tuf-js 6 takes `new Date()` in the constructor of its store, keeps it
 * in the private field `referenceTime` and offers no parameter; nothing is compared before `refresh`. Both fields
 * are checked to be what we know, so that another version of the library fails here and not silently.
 */
function setReferenceTime(updater: Updater, at: Date): TrustedMetadataStore {
  const store = updater["trustedSet"];
  if (!(store?.["referenceTime"] instanceof Date)) {
    throw new Error("tuf-js keeps its reference time somewhere else: the pinned version was changed");
  }
  store["referenceTime"] = new Date(at);
  return store;
}

/** Delegated roles are left to the library: a trust root may not have any. */
function checkSignatures(store: TrustedMetadataStore, fetched: FetchedMetadata): void {
  if (fetched.role === undefined) {
    return;
  }
  const { role, metadata, file } = fetched;
  requireSignatures(store.root, role, metadata, {
    file,
    signedFor: role === "root" ? "the root before it" : `root version ${store.root.signed.version}`,
  });
  if (role === "root") {
    requireSignatures(metadata, role, metadata, { file, signedFor: "its own keys" });
  }
}

async function readTarget(updater: Updater, target: TargetFile, directory: string): Promise<Uint8Array> {
  // The path is ours: the library would make one of the target's name.
  const path = join(directory, "target");
  await updater.downloadTarget(target, path);
  return readFileSync(path);
}

function collect(directory: string): MetadataFiles {
  const names = readdirSync(directory).filter((name) => name.endsWith(".json"));
  return new Map(names.map((name) => [name, readFileSync(join(directory, name))]));
}
