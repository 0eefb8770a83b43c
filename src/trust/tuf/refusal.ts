// SPDX-License-Identifier: Apache-2.0
// Names the attack behind a refusal. The library has refused already; this only looks for the reason, in the order
// in which the library checks (The Update Framework 1.0, section 5), so it can never let anything through.

import type { MetaFile } from "@tufjs/models";
import type { TrustedMetadataStore } from "tuf-js/dist/store.js";
import { AibomError } from "../../errors.ts";
import type { FetchedMetadata, FetchedRole } from "./fetcher.ts";
import { type AnyMetadata, formatInstant, isExpired, type Role } from "./metadata.ts";

/** Everything that was known when the library refused. */
export interface RefusalContext {
  /** Holds what was trusted until then: the versions of earlier updates, unless their keys were replaced. */
  readonly store: TrustedMetadataStore;
  readonly at: Date;
  /** The metadata handed to the library last. */
  readonly last: FetchedMetadata | undefined;
  /** Why the latest fetch failed, if it did. */
  readonly problem: unknown;
}

/** The error with a code for what the library threw. */
export function explainRefusal(cause: unknown, context: RefusalContext): AibomError {
  const first = context.problem ?? cause;
  if (first instanceof AibomError) {
    return first;
  }
  const reason = first instanceof Error ? first.message : String(first);
  const named =
    context.problem === undefined ? (findReason(context) ?? targetMismatch(cause, reason)) : undefined;
  return named ?? AibomError.of("TUF_REFUSED", { reason }, { cause: first });
}

function findReason(context: RefusalContext): AibomError | undefined {
  const { store, last, at } = context;
  if (last?.role === "root") {
    return rootReason(store, last);
  }
  if (isExpired(store.root, at)) {
    const { version, expires } = store.root.signed;
    return AibomError.of("TUF_ROOT_EXPIRED", { version, expires, at: formatInstant(at) });
  }
  if (last?.role === "timestamp") {
    return timestampReason(context, last);
  }
  // Before anything below the time stamp counts, the time stamp itself must be current.
  const stale = store.timestamp === undefined ? undefined : freeze("timestamp", store.timestamp, at);
  if (stale !== undefined) {
    return stale;
  }
  if (last?.role === "snapshot") {
    return snapshotReason(context, last);
  }
  return targetsReason(context, last);
}

function rootReason(store: TrustedMetadataStore, last: FetchedRole<"root">): AibomError | undefined {
  const got = last.metadata.signed.version;
  const seen = store.root.signed.version;
  const where = { where: { path: last.file } };
  if (got <= seen) {
    return AibomError.of("TUF_ROLLBACK", { role: "root", got, seen }, where);
  }
  return got > seen + 1 ? AibomError.of("TUF_ROOT_GAP", { missing: seen + 1, found: got }, where) : undefined;
}

function timestampReason(context: RefusalContext, last: FetchedRole<"timestamp">): AibomError | undefined {
  const { store, at } = context;
  const got = last.metadata;
  const before = store.timestamp;
  const where = { where: { path: last.file } };
  if (before !== undefined && got.signed.version < before.signed.version) {
    const args = { role: "timestamp", got: got.signed.version, seen: before.signed.version };
    return AibomError.of("TUF_ROLLBACK", args, where);
  }
  const snapshot = got.signed.snapshotMeta.version;
  const snapshotBefore = before?.signed.snapshotMeta.version ?? 0;
  if (snapshot < snapshotBefore) {
    return AibomError.of("TUF_ROLLBACK", { role: "snapshot", got: snapshot, seen: snapshotBefore }, where);
  }
  return freeze("timestamp", got, at);
}

function snapshotReason(context: RefusalContext, last: FetchedRole<"snapshot">): AibomError | undefined {
  const { store, at } = context;
  const got = last.metadata;
  const mixed = mixAndMatch(last, store.timestamp?.signed.snapshotMeta, "timestamp.json");
  if (mixed !== undefined) {
    return mixed;
  }
  for (const [file, before] of Object.entries(store.snapshot?.signed.meta ?? {})) {
    const now = Object.hasOwn(got.signed.meta, file) ? got.signed.meta[file] : undefined;
    if (now === undefined || now.version < before.version) {
      const args = { role: file.replace(/\.json$/, ""), got: now?.version ?? "none", seen: before.version };
      return AibomError.of("TUF_ROLLBACK", args, { where: { path: last.file } });
    }
  }
  return freeze("snapshot", got, at);
}

function targetsReason(context: RefusalContext, last: FetchedMetadata | undefined): AibomError | undefined {
  const { store, at } = context;
  const { snapshot } = store;
  const stale = snapshot === undefined ? undefined : freeze("snapshot", snapshot, at);
  if (stale !== undefined || last === undefined || last.role !== "targets") {
    return stale;
  }
  const meta = snapshot?.signed.meta["targets.json"];
  return mixAndMatch(last, meta, "snapshot.json") ?? freeze("targets", last.metadata, at);
}

function mixAndMatch(
  last: FetchedRole<"snapshot" | "targets">,
  meta: MetaFile | undefined,
  listedIn: string,
): AibomError | undefined {
  if (meta === undefined) {
    return undefined;
  }
  const reason = metaFault(last.bytes, last.metadata.signed.version, meta);
  return reason === undefined
    ? undefined
    : AibomError.of(
        "TUF_MIX_AND_MATCH",
        { file: last.file, listedIn, reason },
        { where: { path: last.file } },
      );
}

function metaFault(bytes: Uint8Array, version: number, meta: MetaFile): string | undefined {
  try {
    meta.verify(Buffer.from(bytes));
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
  return version === meta.version ? undefined : `it has version ${version}, listed is ${meta.version}`;
}

function freeze(role: Role, metadata: AnyMetadata, at: Date): AibomError | undefined {
  const { expires } = metadata.signed;
  return isExpired(metadata, at)
    ? AibomError.of(
        "TUF_FREEZE",
        { role, expires, at: formatInstant(at) },
        { where: { path: `${role}.json` } },
      )
    : undefined;
}

/** The library's own error for a file whose length or digest differs, known by its text only. */
function targetMismatch(cause: unknown, reason: string): AibomError | undefined {
  return /^Expected (?:length|hash) /.test(reason)
    ? AibomError.of("TUF_TARGET_MISMATCH", { reason }, { cause })
    : undefined;
}
