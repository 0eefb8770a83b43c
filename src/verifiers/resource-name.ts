// SPDX-License-Identifier: Apache-2.0
// Names in an OMS manifest (v1.0, section 6): relative POSIX paths, compared byte for byte, never normalised.
// Names are compared with the inventory and never opened; the check keeps them harmless for others too.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";

/** The name of the one file of a single-file model, as the reference implementation writes it. */
export const singleFileName = ".";

/**
 * Checks that `name` is a path below the model's directory.
 * @throws {AibomError} OMS_NAME_UNSAFE
 */
export function checkResourceName(name: string): void {
  const reason = unsafeReason(name);
  if (reason !== undefined) {
    throw AibomError.of("OMS_NAME_UNSAFE", { name: name.slice(0, 200), reason });
  }
}

function unsafeReason(name: string): string | undefined {
  if (name.length > limits.maxPathBytes) {
    return "it is too long";
  }
  if (name.startsWith("/") || /^[A-Za-z]:[\\/]/.test(name)) {
    return "it is absolute";
  }
  if (name.includes("\\") || name.includes("\0")) {
    return "it has a backslash or NUL";
  }
  if (!name.isWellFormed()) {
    return "it is not Unicode text";
  }
  const parts = name.split("/");
  if (parts.includes("..") || parts.includes(".")) {
    return "it has a component . or ..";
  }
  return parts.includes("") ? "it has an empty component" : undefined;
}

/** A byte range of a file, as the `shards` method names it. */
export interface ShardName {
  readonly path: string;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

const shardPattern = /^(.+):(0|[1-9][0-9]{0,15}):([1-9][0-9]{0,15})$/s;

/** Splits `path:start:end` at its last two colons; a path may hold colons. */
export function parseShardName(name: string): ShardName | undefined {
  const match = shardPattern.exec(name);
  const [, path, start, end] = match ?? [];
  return path === undefined || start === undefined || end === undefined
    ? undefined
    : { path, start: Number(start), end: Number(end) };
}

/** `path:start:end`. */
export function formatShardName(shard: ShardName): string {
  return `${shard.path}:${shard.start}:${shard.end}`;
}
