// SPDX-License-Identifier: Apache-2.0
// The sign use-case: a model directory or file gets an OpenSSF Model Signing bundle, a BOM gets an in-toto
// statement in a DSSE envelope. Both are returned as bytes; writing them is the caller's.

import { basename } from "node:path";
import { requireValidBom } from "./bom/require-valid.ts";
import { AibomError } from "./errors.ts";
import { hashTarget, type InventoryOptions, type Progress } from "./inventory.ts";
import { limits } from "./limits.ts";
import { signBom } from "./signers/bom-statement.ts";
import { isEncryptedKey, loadPrivateKey } from "./signers/key.ts";
import { checkModelSigner, signModel } from "./signers/model-signature.ts";
import type { Signer } from "./signers/signer.ts";
import { defaultSignaturePath, isDirectory } from "./sources/companions.ts";
import { defaultIgnoreRules, type IgnoreRule } from "./sources/ignore.ts";
import { readBounded, readStart } from "./sources/read-bounded.ts";
import type { SourceTree } from "./sources/tree.ts";

export interface SignOptions {
  /** Private key file (PKCS#8 PEM, mode 0600). */
  readonly key: string;
  /** Passphrase of the key, asked for only if the key is encrypted. */
  readonly passphrase?: () => Promise<string>;
  /** OMS `shards` method with this shard size in bytes; default is the `files` method. */
  readonly shardSizeBytes?: number;
  readonly ignore?: readonly IgnoreRule[];
  /** Where the signature will be written, if not to its default place: it cannot cover itself. */
  readonly outputs?: readonly string[];
  readonly jobs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface SignedArtifact {
  /** What the target was taken for. */
  readonly kind: "model" | "bom";
  /** The bundle, ready to be written. */
  readonly bundle: Uint8Array;
  /** Where the bundle belongs unless the user names another place. */
  readonly defaultPath: string;
  /** How many files the statement names. */
  readonly subjects: number;
  /** SHA-256 of the signer's public key (SubjectPublicKeyInfo, DER). */
  readonly keyId: string;
}

/**
 * Signs a target: a CycloneDX JSON document as a BOM, anything else as a model.
 * @throws {AibomError} SOURCE_*, KEY_*, OMS_*, BOM_INVALID, SIGN_INCOMPLETE
 */
export async function sign(target: string, options: SignOptions): Promise<SignedArtifact> {
  const isBom = !isDirectory(target) && looksLikeCycloneDx(target);
  const passphrase = isEncryptedKey(options.key) ? await options.passphrase?.() : undefined;
  const signer = loadPrivateKey(options.key, passphrase);
  return isBom ? signBomFile(target, signer) : signModelTarget(target, signer, options);
}

/** A JSON object that names its BOM format near its start. A model of one JSON file would be strange anyway. */
function looksLikeCycloneDx(path: string): boolean {
  const start = Buffer.from(readStart(path, 4096)).toString("latin1");
  return start.trimStart().startsWith("{") && start.includes('"bomFormat"') && start.includes('"CycloneDX"');
}

async function signBomFile(path: string, signer: Signer): Promise<SignedArtifact> {
  const bytes = readBounded(path, limits.maxBomBytes);
  await requireValidBom(bytes, path);
  const { bundle, subjects } = await signBom(bytes, basename(path), signer);
  return { kind: "bom", bundle, defaultPath: `${path}.sigstore.json`, subjects, keyId: signer.keyId };
}

async function signModelTarget(
  target: string,
  signer: Signer,
  options: SignOptions,
): Promise<SignedArtifact> {
  // Before the hashing: nobody should wait minutes to learn that the key is of the wrong kind.
  checkModelSigner(signer);
  const { tree, hashed } = await hashTarget(target, signingDigests(options));
  const [refused] = tree.refused;
  if (refused !== undefined) {
    throw AibomError.of("SIGN_INCOMPLETE", { count: tree.refused.length }, { where: { path: refused } });
  }
  const bundle = await signModel(hashed, signer, {
    name: tree.name,
    ignorePaths: ignoredPaths(tree, options.ignore ?? []),
    allowSymlinks: tree.files.some((file) => file.isLink),
    ...(options.shardSizeBytes === undefined ? {} : { shardSizeBytes: options.shardSizeBytes }),
  });
  return {
    kind: "model",
    bundle,
    defaultPath: defaultSignaturePath(target),
    subjects: hashed.length,
    keyId: signer.keyId,
  };
}

/** The rules as a verifier has to apply them, and what this run itself writes into the model. */
function ignoredPaths(tree: SourceTree, ignore: readonly IgnoreRule[]): string[] {
  const rules = [...defaultIgnoreRules, ...ignore].map((rule) => rule.path);
  return [...new Set([...rules, ...tree.ignored.map((each) => each.path)])];
}

/** Only what the statement will hold: whole files, or shards, which all cores can share. */
function signingDigests(options: SignOptions): InventoryOptions {
  const { ignore, outputs, jobs, signal, onProgress, shardSizeBytes } = options;
  return {
    ...(outputs === undefined ? {} : { outputs }),
    ...(ignore === undefined ? {} : { ignore }),
    ...(jobs === undefined ? {} : { jobs }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(shardSizeBytes === undefined
      ? { algorithms: ["sha256"] }
      : { shardsFor: () => ({ algorithm: "sha256" as const, sizeBytes: shardSizeBytes }) }),
  };
}
