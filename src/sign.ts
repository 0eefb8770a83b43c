// SPDX-License-Identifier: Apache-2.0
// The sign use-case: a model directory or file gets an OpenSSF Model Signing bundle, a BOM gets an in-toto
// statement in a DSSE envelope, or its own signature inside it, and any one file a signature over its bytes. All are
// returned as bytes; writing them is the caller's.

import { createHash } from "node:crypto";
import { basename } from "node:path";
import { fileManifest } from "./bom/file-manifest.ts";
import { requireValidBom } from "./bom/require-valid.ts";
import { environmentLinks, isVirtualEnvironment } from "./environment-links.ts";
import { AibomError } from "./errors.ts";
import { hashTarget, type InventoryOptions, type Progress } from "./inventory.ts";
import { limits } from "./limits.ts";
import { type Digest, digestOf } from "./model/digest.ts";
import { signBom } from "./signers/bom-statement.ts";
import { chooseSigner, type SignerRequest, signerName } from "./signers/choose-signer.ts";
import { checkModelSigner, signModel } from "./signers/model-signature.ts";
import type { KeylessSigner, Signer } from "./signers/signer.ts";
import { defaultSignaturePath, isDirectory, usualIgnoreRules } from "./sources/companions.ts";
import { defaultIgnoreRules, type IgnoreRule } from "./sources/ignore.ts";
import { readBounded, readStart } from "./sources/read-bounded.ts";
import type { SourceTree } from "./sources/tree.ts";

export interface SignOptions extends SignerRequest {
  /** For a BOM: puts a JSF signature into it instead of a statement beside it. */
  readonly embed?: boolean;
  /** Signs the bytes of the target, one file of any kind, instead of a statement about it. */
  readonly message?: boolean;
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
  readonly kind: "model" | "bom" | "file";
  /** The bundle, ready to be written. */
  readonly bundle: Uint8Array;
  /** Where the bundle belongs unless the user names another place. */
  readonly defaultPath: string;
  /** How many files the statement names; 1 if the file itself is signed. */
  readonly subjects: number;
  /** Who signed, for people: the key's id, or the identity. */
  readonly signer: string;
  /** What was signed: the model's file manifest, the BOM, or the file. Absent for a model that was hashed in shards. */
  readonly subject?: { readonly name: string; readonly digest: Digest };
  /** The key that signed; absent if a Sigstore instance certified one for this signature. */
  readonly key?: Signer;
}

/**
 * Signs a target: with `message` as the file that it is, else a CycloneDX JSON document as a BOM, anything else as a
 * model.
 * @throws {AibomError} SOURCE_*, KEY_*, SIGNER_*, CERTIFICATE_*, OMS_*, JSF_*, BOM_INVALID, SIGN_INCOMPLETE,
 *   SIGN_EMBED_NOT_BOM, SIGN_MESSAGE_*; FETCH_*, TIMESTAMP_* with a time stamp
 */
export async function sign(target: string, options: SignOptions): Promise<SignedArtifact> {
  if (options.message === true) {
    return signFile(target, options);
  }
  const isBom = !isDirectory(target) && looksLikeCycloneDx(target);
  if (options.embed === true && !isBom) {
    throw AibomError.of("SIGN_EMBED_NOT_BOM", {}, { where: { path: target } });
  }
  const signer = await chooseSigner(options);
  if (!isBom) {
    return signModelTarget(target, signer, options);
  }
  return options.embed === true ? embedInBom(target, signer) : signBomFile(target, signer);
}

/** A JSON object that names its BOM format near its start. A model of one JSON file would be strange anyway. */
function looksLikeCycloneDx(path: string): boolean {
  const start = Buffer.from(readStart(path, 4096)).toString("latin1");
  return start.trimStart().startsWith("{") && start.includes('"bomFormat"') && start.includes('"CycloneDX"');
}

async function signBomFile(path: string, signer: Signer | KeylessSigner): Promise<SignedArtifact> {
  const bytes = readBounded(path, limits.maxBomBytes);
  await requireValidBom(bytes, path);
  const { bundle, subjects } = await signBom(bytes, basename(path), signer);
  const subject = { name: basename(path), digest: sha256(bytes) };
  return {
    kind: "bom",
    bundle,
    defaultPath: `${path}.sigstore.json`,
    subjects,
    subject,
    ...whoSigned(signer),
  };
}

async function embedInBom(path: string, signer: Signer | KeylessSigner): Promise<SignedArtifact> {
  const { checkJsfSigner, embedJsfSignature } = await import("./signers/jsf.ts");
  checkJsfSigner(signer);
  const bytes = readBounded(path, limits.maxBomBytes);
  await requireValidBom(bytes, path);
  if (!("keyId" in signer)) {
    throw AibomError.of("SIGN_EMBED_KEYLESS", {});
  }
  const bundle = await embedJsfSignature(bytes, signer);
  await requireValidBom(bundle, path);
  const subject = { name: basename(path), digest: sha256(bytes) };
  return { kind: "bom", bundle, defaultPath: path, subjects: 1, subject, ...whoSigned(signer) };
}

async function signFile(target: string, options: SignOptions): Promise<SignedArtifact> {
  if (isDirectory(target)) {
    throw AibomError.of("SIGN_MESSAGE_DIRECTORY", {}, { where: { path: target } });
  }
  // Its usual place is that of the statement, which says more: a signature over the bytes alone must not take it.
  if ((options.outputs ?? []).length === 0 && looksLikeCycloneDx(target)) {
    throw AibomError.of("SIGN_MESSAGE_BOM", {}, { where: { path: target } });
  }
  const signer = await chooseSigner(options);
  const { messageHashOf, signMessage } = await import("./signers/message-bundle.ts");
  const { readChunks } = await import("./sources/read-chunks.ts");
  // Before the hashing: nobody should wait minutes to learn that the key is of the wrong kind.
  const algorithm = messageHashOf(signer);
  const { tree, hashed } = await hashTarget(target, { ...signingDigests(options), algorithms: [algorithm] });
  const path = tree.files[0]?.absolutePath ?? target;
  const hex = digestOf(hashed[0]?.digests ?? [], algorithm) ?? "";
  const message = {
    digest: Buffer.from(hex, "hex"),
    chunks: () => readChunks(path, options.signal),
  };
  const bundle = await signMessage(message, signer);
  const defaultPath = `${target}.sigstore.json`;
  const subject = { name: basename(target), digest: { algorithm, hex } };
  return { kind: "file", bundle, defaultPath, subjects: 1, subject, ...whoSigned(signer) };
}

async function signModelTarget(
  target: string,
  signer: Signer | KeylessSigner,
  options: SignOptions,
): Promise<SignedArtifact> {
  // Before the hashing: nobody should wait minutes to learn that the key is of the wrong kind.
  checkModelSigner(signer);
  const defaultRules = isAtUsualPlace(options) ? defaultIgnoreRules : usualIgnoreRules(target);
  const { tree, hashed } = await hashTarget(target, { ...signingDigests(options), defaultRules });
  // Left out by name, so that whoever verifies sees which they are.
  const settled = isVirtualEnvironment(tree) ? environmentLinks(tree).settled : new Set<string>();
  const refused = tree.refused.filter((path) => !settled.has(path));
  const [first] = refused;
  if (first !== undefined) {
    throw AibomError.of("SIGN_INCOMPLETE", { count: refused.length }, { where: { path: first } });
  }
  const bundle = await signModel(hashed, signer, {
    name: tree.name,
    ignorePaths: [...ignoredPaths(tree, [...defaultRules, ...(options.ignore ?? [])]), ...settled],
    allowSymlinks: tree.files.some((file) => file.isLink),
    ...(options.shardSizeBytes === undefined ? {} : { shardSizeBytes: options.shardSizeBytes }),
  });
  return {
    kind: "model",
    bundle,
    defaultPath: defaultSignaturePath(target),
    subjects: hashed.length,
    ...(options.shardSizeBytes === undefined
      ? { subject: { name: tree.name, digest: fileManifest(hashed) } }
      : {}),
    ...whoSigned(signer),
  };
}

/** The name for people, and the key if it is one that can sign again. */
function whoSigned(signer: Signer | KeylessSigner): Pick<SignedArtifact, "signer" | "key"> {
  return { signer: signerName(signer), ...("keyId" in signer ? { key: signer } : {}) };
}

function sha256(bytes: Uint8Array): Digest {
  return { algorithm: "sha256", hex: createHash("sha256").update(bytes).digest("hex") };
}

/** The signature cannot cover itself, whatever lies at its place now. */
function isAtUsualPlace({ outputs = [] }: SignOptions): boolean {
  return outputs.length === 0;
}

/** The rules as a verifier has to apply them, and what this run itself writes into the model. */
function ignoredPaths(tree: SourceTree, rules: readonly IgnoreRule[]): string[] {
  return [...new Set([...rules.map((rule) => rule.path), ...tree.ignored.map((each) => each.path)])];
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
