// SPDX-License-Identifier: Apache-2.0
// Signs a model: OpenSSF Model Signing v1.0, methods `files` and `shards`. Entries are in code point order of
// their names, as the specification says; the reference implementation reads any order.

import type { HashedFile } from "../digests/engine.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { type DigestAlgorithm, digestOf } from "../model/digest.ts";
import { comparePaths } from "../model/path-order.ts";
import { keyAlgorithms } from "../trust/public-key.ts";
import { modelHashes, modelPredicateType, rootDigest } from "../verifiers/model-manifest.ts";
import { checkResourceName, formatShardName } from "../verifiers/resource-name.ts";
import { statementTypeV1 } from "../verifiers/statement.ts";
import type { KeylessSigner, Signer } from "./signer.ts";
import { signStatement } from "./statement-bundle.ts";

/** Shard size of the reference implementation, bytes. */
export const defaultShardSizeBytes = 1_000_000_000;

export interface ModelStatementOptions {
  /** Name of the model: the subject. */
  readonly name: string;
  /** Hash function of the entries; default SHA-256. */
  readonly algorithm?: DigestAlgorithm;
  /** `shards` method with this size in bytes; the files must carry shards of it. Default: `files` method. */
  readonly shardSizeBytes?: number;
  /** Paths that were left out. Written into the statement, so that a verifier leaves out the same. */
  readonly ignorePaths: readonly string[];
  /** Symbolic links were followed to at least one file. */
  readonly allowSymlinks?: boolean;
}

/** What signing needs of a hashed file. */
export type FileToSign = Pick<HashedFile, "path" | "size" | "digests" | "shards">;

interface Resource {
  readonly name: string;
  readonly algorithm: string;
  readonly digest: string;
}

/**
 * The payload that is signed: an in-toto statement, two-space JSON.
 * @throws {AibomError} OMS_HASH_UNSUPPORTED, OMS_NAME_UNSAFE, OMS_RESOURCES_EMPTY, OMS_RESOURCES_TOO_MANY,
 *   OMS_DIGEST_NOT_COMPUTED
 */
export function modelStatement(files: readonly FileToSign[], options: ModelStatementOptions): Uint8Array {
  const { name, algorithm = "sha256", shardSizeBytes, ignorePaths, allowSymlinks = false } = options;
  const hashType = [...modelHashes].find(([, each]) => each === algorithm)?.[0];
  if (hashType === undefined) {
    throw AibomError.of("OMS_HASH_UNSUPPORTED", { hash: algorithm });
  }
  for (const file of files) {
    checkResourceName(file.path);
  }
  const resources = files
    .flatMap((file) =>
      shardSizeBytes === undefined
        ? [wholeFile(file, algorithm, hashType)]
        : shardsOf(file, algorithm, hashType, shardSizeBytes),
    )
    .sort((a, b) => comparePaths(a.name, b.name));
  checkCount(resources.length);
  const statement = {
    _type: statementTypeV1,
    subject: [{ name, digest: { sha256: rootDigest(resources.map((each) => each.digest)) } }],
    predicateType: modelPredicateType,
    predicate: {
      serialization: {
        method: shardSizeBytes === undefined ? "files" : "shards",
        hash_type: hashType,
        ...(shardSizeBytes === undefined ? {} : { shard_size: shardSizeBytes }),
        allow_symlinks: allowSymlinks,
        ignore_paths: [...new Set(ignorePaths)].sort(comparePaths),
      },
      resources,
    },
  };
  return Buffer.from(JSON.stringify(statement, null, 2));
}

/**
 * Signs a model; answers the bytes of its `model.sig`.
 * @throws {AibomError} OMS_ALGORITHM_UNSUPPORTED, BUNDLE_TOO_LARGE, and those of `modelStatement`
 */
export function signModel(
  files: readonly FileToSign[],
  signer: Signer | KeylessSigner,
  options: ModelStatementOptions,
): Promise<Uint8Array> {
  checkModelSigner(signer);
  return signStatement(modelStatement(files, options), signer, limits.maxBundleBytes);
}

/**
 * Checks before the hashing that the key can sign models.
 * @throws {AibomError} OMS_ALGORITHM_UNSUPPORTED
 */
export function checkModelSigner(signer: Pick<Signer, "algorithm">): void {
  if (keyAlgorithms[signer.algorithm].curve === undefined) {
    throw AibomError.of("OMS_ALGORITHM_UNSUPPORTED", { algorithm: signer.algorithm });
  }
}

function wholeFile(file: FileToSign, algorithm: DigestAlgorithm, hashType: string): Resource {
  const digest = digestOf(file.digests, algorithm);
  if (digest === undefined) {
    throw AibomError.of("OMS_DIGEST_NOT_COMPUTED", { algorithm, path: file.path });
  }
  return { name: file.path, algorithm: hashType, digest };
}

/** A file without bytes has no shard and no entry (OMS v1.0, section 6.3). */
function shardsOf(
  file: FileToSign,
  algorithm: DigestAlgorithm,
  hashType: string,
  shardSizeBytes: number,
): Resource[] {
  const count = Math.ceil(file.size / shardSizeBytes);
  return Array.from({ length: count }, (_, index) => {
    const start = index * shardSizeBytes;
    const end = Math.min(start + shardSizeBytes, file.size);
    const shard = file.shards[index];
    if (shard?.start !== start || shard.end !== end || shard.digest.algorithm !== algorithm) {
      throw AibomError.of("OMS_DIGEST_NOT_COMPUTED", { algorithm, path: `${file.path}:${start}` });
    }
    return {
      name: formatShardName({ path: file.path, start, end }),
      algorithm: `${hashType}-sharded-${shardSizeBytes}`,
      digest: shard.digest.hex,
    };
  });
}

function checkCount(count: number): void {
  if (count === 0) {
    throw AibomError.of("OMS_RESOURCES_EMPTY", {});
  }
  if (count > limits.maxStatementEntries) {
    throw AibomError.of("OMS_RESOURCES_TOO_MANY", { count, limit: limits.maxStatementEntries });
  }
}
