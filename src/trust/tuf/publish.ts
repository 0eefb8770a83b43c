// SPDX-License-Identifier: Apache-2.0
// Publishes a trust root as a TUF repository (The Update Framework 1.0, sections 4 and 6): consistent snapshots, file
// names with their digest in front, versions that only grow. The result is read back by our own client before the
// first byte is written.

import { isDeepStrictEqual } from "node:util";
import { Metadata, MetaFile, type Root, Snapshot, TargetFile, Targets, Timestamp } from "@tufjs/models";
import { AibomError } from "../../errors.ts";
import { runTufClient } from "./client.ts";
import {
  type AnyMetadata,
  formatInstant,
  isExpired,
  parseMetadata,
  type Role,
  requireDate,
  specVersion,
} from "./metadata.ts";
import { type Published, readRepository, writeRepository } from "./repository.ts";
import { requireFuture } from "./root.ts";
import { addSignature, keysOfSigner, type MetadataSigner, serializeMetadata } from "./sign.ts";
import { countSignatures, keyOf } from "./signatures.ts";
import { targetsDirectoryName, urlSource } from "./source.ts";
import { sha256 } from "./state.ts";
import { readTrustFiles } from "./trust-files.ts";

/** The roles that are signed on every publication, most often by keys at hand. */
export type PublishedRole = Exclude<Role, "root">;

export interface PublishOptions {
  /** The trust root to publish. */
  readonly trustDirectory: string;
  /** The repository: empty, absent, or an earlier publication that is continued. */
  readonly out: string;
  /** A complete root: needed first, and for each change of keys. Without it the published one stays. */
  readonly root?: Uint8Array;
  /** Keys of targets, snapshot and timestamp; each signs where the root names it. Root keys are not needed here. */
  readonly signers: readonly MetadataSigner[];
  readonly expires: Readonly<Record<PublishedRole, Date>>;
  readonly at: Date;
}

/** What was published. */
export interface Publication {
  readonly versions: Readonly<Record<Role, number>>;
  /** SHA-256 of the root that is current now. */
  readonly rootDigest: string;
  readonly files: readonly string[];
  /** Hidden files that are not part of it. */
  readonly leftOut: readonly string[];
}

/**
 * Publishes a trust root, or renews what has expired. A role whose content is unchanged and whose keys were not given
 * keeps its version.
 * @throws {AibomError} TUF_*, TRUST_*, SOURCE_*; nothing was written, unless the disk failed on the way
 */
export async function publishTrustRepository(options: PublishOptions): Promise<Publication> {
  requireDate(options.at);
  const { files, leftOut } = readTrustFiles(options.trustDirectory);
  const published = readRepository(options.out);
  const { root, bytes: rootBytes } = chooseRoot(options, published);
  const job: Job = { ...options, root, published: published?.current };
  const targets = await targetsOf(job, files);
  const snapshot = await snapshotOf(job, targets);
  const timestamp = await timestampOf(job, snapshot);
  // In this order a client finds everything that what it reads first names.
  const written = new Map<string, Uint8Array>();
  for (const [name, bytes] of files) {
    written.set(`${targetsDirectoryName}/${prefixed(name, sha256(bytes))}`, bytes);
  }
  written.set(`${targets.signed.version}.targets.json`, targets.bytes);
  written.set(`${snapshot.signed.version}.snapshot.json`, snapshot.bytes);
  written.set(`${root.signed.version}.root.json`, rootBytes);
  written.set("root.json", rootBytes);
  written.set("timestamp.json", timestamp.bytes);
  await readBack(options, published?.rootBytes ?? rootBytes, written, files);
  writeRepository(options.out, written);
  return {
    versions: {
      root: root.signed.version,
      timestamp: timestamp.signed.version,
      snapshot: snapshot.signed.version,
      targets: targets.signed.version,
    },
    rootDigest: sha256(rootBytes),
    files: [...files.keys()],
    leftOut,
  };
}

interface Job {
  readonly root: Metadata<Root>;
  readonly published: Published["current"];
  readonly signers: readonly MetadataSigner[];
  readonly expires: Readonly<Record<PublishedRole, Date>>;
  readonly at: Date;
}

interface Written<T> {
  readonly signed: T;
  readonly bytes: Uint8Array;
}

function chooseRoot(
  options: PublishOptions,
  published: Published | undefined,
): { readonly root: Metadata<Root>; readonly bytes: Uint8Array } {
  const bytes = options.root ?? published?.rootBytes;
  if (bytes === undefined) {
    throw AibomError.of("TUF_ROOT_NEEDED", {});
  }
  const root = parseMetadata("root", bytes, "root.json");
  if (!root.signed.consistentSnapshot) {
    const reason = "consistent_snapshot is not true, and no other repository is written";
    throw AibomError.of("TUF_METADATA_INVALID", { reason }, { where: { path: "root.json" } });
  }
  const isPublished = published !== undefined && Buffer.from(bytes).equals(published.rootBytes);
  if (!isPublished) {
    const expected = (published?.root.signed.version ?? 0) + 1;
    if (root.signed.version !== expected) {
      throw AibomError.of("TUF_ROOT_SEQUENCE", { got: root.signed.version, expected });
    }
    requireComplete(root, published?.root);
  }
  if (isExpired(root, options.at)) {
    const { version, expires } = root.signed;
    throw AibomError.of("TUF_ROOT_EXPIRED", { version, expires, at: formatInstant(options.at) });
  }
  return { root, bytes };
}

function requireComplete(root: Metadata<Root>, previous: Metadata<Root> | undefined): void {
  const requireSigned = (keysOf: Metadata<Root>, signedFor: string): void => {
    const { got, threshold } = countSignatures(keysOf, "root", root);
    if (got < threshold) {
      throw AibomError.of("TUF_ROOT_INCOMPLETE", { got, threshold, signedFor });
    }
  };
  requireSigned(root, "its own keys");
  if (previous !== undefined) {
    requireSigned(previous, "the keys of the root before it");
  }
}

async function targetsOf(job: Job, files: ReadonlyMap<string, Uint8Array>): Promise<Written<Targets>> {
  const { published } = job;
  const targets: Record<string, TargetFile> = {};
  for (const [path, bytes] of files) {
    targets[path] = new TargetFile({ path, length: bytes.length, hashes: { sha256: sha256(bytes) } });
  }
  if (
    published !== undefined &&
    published.targets.signed.delegations === undefined &&
    isDeepStrictEqual(published.targets.signed.targets, targets) &&
    mayStay(job, "targets", published.targets)
  ) {
    return { signed: published.targets.signed, bytes: published.targetsBytes };
  }
  const base = newVersion(job, "targets", published?.targets.signed.version);
  return sign(job, "targets", new Targets({ ...base, targets }));
}

async function snapshotOf(job: Job, targets: Written<Targets>): Promise<Written<Snapshot>> {
  const { published } = job;
  const meta = { "targets.json": metaFile(targets.signed.version, targets.bytes) };
  if (
    published !== undefined &&
    isDeepStrictEqual(published.snapshot.signed.meta, meta) &&
    mayStay(job, "snapshot", published.snapshot)
  ) {
    return { signed: published.snapshot.signed, bytes: published.snapshotBytes };
  }
  const base = newVersion(job, "snapshot", published?.snapshot.signed.version);
  return sign(job, "snapshot", new Snapshot({ ...base, meta }));
}

/** Always anew: a publication that changes nothing is a renewal of the time stamp. */
async function timestampOf(job: Job, snapshot: Written<Snapshot>): Promise<Written<Timestamp>> {
  const base = newVersion(job, "timestamp", job.published?.timestamp.signed.version);
  const snapshotMeta = metaFile(snapshot.signed.version, snapshot.bytes);
  return sign(job, "timestamp", new Timestamp({ ...base, snapshotMeta }));
}

/** Length and digest beside the version: nobody can exchange a file for another of the same version. */
function metaFile(version: number, bytes: Uint8Array): MetaFile {
  return new MetaFile({ version, length: bytes.length, hashes: { sha256: sha256(bytes) } });
}

/** A role stays if it is valid under the root of this publication and nobody who could renew it is here. */
function mayStay(job: Job, role: PublishedRole, old: AnyMetadata): boolean {
  const { got, threshold } = countSignatures(job.root, role, old);
  return got >= threshold && !isExpired(old, job.at) && signersFor(job, role).length < threshold;
}

function signersFor(job: Job, role: PublishedRole) {
  const keys = (job.root.signed.roles[role]?.keyIDs ?? []).flatMap((id) => keyOf(job.root, id) ?? []);
  return job.signers.flatMap((signer) => {
    const [key] = keysOfSigner(signer, keys);
    return key === undefined ? [] : [{ key, signer }];
  });
}

function newVersion(job: Job, role: PublishedRole, old: number | undefined) {
  requireFuture(role, job.expires[role], job.at);
  return { specVersion, version: (old ?? 0) + 1, expires: formatInstant(job.expires[role]) };
}

async function sign<T extends Targets | Snapshot | Timestamp>(
  job: Job,
  role: PublishedRole,
  signed: T,
): Promise<Written<T>> {
  const metadata = new Metadata(signed);
  for (const { key, signer } of signersFor(job, role)) {
    await addSignature(metadata as AnyMetadata, key, signer);
  }
  const { got, threshold } = countSignatures(job.root, role, metadata as AnyMetadata);
  if (got < threshold) {
    throw AibomError.of("TUF_SIGNERS_MISSING", { role, got, threshold });
  }
  return { signed, bytes: serializeMetadata(metadata as AnyMetadata) };
}

/** `authorities/x.json` is stored as `authorities/DIGEST.x.json`. */
function prefixed(name: string, digest: string): string {
  const slash = name.lastIndexOf("/") + 1;
  return `${name.slice(0, slash)}${digest}.${name.slice(slash)}`;
}

/**
 * Reads the publication as a client would that has seen nothing since `trusted`.
 * @throws {AibomError} TUF_*
 */
async function readBack(
  options: PublishOptions,
  trusted: Uint8Array,
  written: ReadonlyMap<string, Uint8Array>,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const base = "https://publication.invalid/";
  const source = urlSource(base, (url) => Promise.resolve(written.get(url.slice(base.length))));
  const metadata = new Map([["root.json", trusted]]);
  const { outcome } = await runTufClient({ metadata, source, at: options.at }, async (client) => {
    for (const target of Object.values(client.targets.signed.targets)) {
      const bytes = await client.read(target);
      if (!Buffer.from(bytes).equals(files.get(target.path) ?? new Uint8Array())) {
        throw new Error(`${target.path} was not published as it is`);
      }
    }
  });
  if (!outcome.isDone) {
    throw outcome.error;
  }
}
