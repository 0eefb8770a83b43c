// SPDX-License-Identifier: Apache-2.0
// Compares a model on disk with a signed manifest (OMS v1.0, section 8.3) and reports every difference, not
// the first. Says nothing about who signed; reads no file.

import type { HashedFile } from "../digests/engine.ts";
import { AibomError } from "../errors.ts";
import type { IgnoredPath } from "../model/artifact.ts";
import { digestOf } from "../model/digest.ts";
import { type Finding, finding } from "../model/finding.ts";
import type { Package } from "../model/package.ts";
import type { Severity } from "../model/severity.ts";
import type { ModelManifest, SignedFile, SignedShard } from "./model-manifest.ts";
import { singleFileName } from "./resource-name.ts";

/** The model as it lies on disk. */
export interface ModelOnDisk {
  readonly isSingleFile: boolean;
  readonly files: readonly ModelFileOnDisk[];
  /** Paths that were left out of the walk. A directory is graver than a file: it may hold anything. */
  readonly ignored: readonly (IgnoredPath & { readonly isDirectory?: boolean })[];
  /** Entries that could not be taken in: special files, links to the outside, names that are not text. */
  readonly refused: readonly string[];
  /** Those of `refused` that cost nothing if the signer left them out by name: links that every environment has. */
  readonly settled?: ReadonlySet<string>;
  /** Path of the signature file, if it lies inside the model. */
  readonly signaturePath?: string;
  /**
   * Paths that the single file stands for by hash: a manifest for itself and for all that it names. Whoever signed it
   * signed them.
   */
  readonly standsFor?: readonly string[];
  /** Packages that its records name: statements may be about their archives. */
  readonly packages?: readonly Package[];
}

/** A hashed file, and whether it was reached through a symbolic link. */
export type ModelFileOnDisk = Pick<HashedFile, "path" | "size" | "digests" | "shards"> & {
  readonly isLink?: boolean;
};

/** All differences between a model and its manifest. */
export interface ModelComparison {
  readonly findings: readonly Finding[];
  /** Paths whose recomputed digests equal the signed ones, in the order of the model. */
  readonly equal: readonly string[];
  /** Paths that are signed, and differ. */
  readonly changed: readonly string[];
  readonly missing: number;
  readonly refused: number;
}

/**
 * Compares every file both ways.
 * @throws {AibomError} OMS_DIGEST_NOT_COMPUTED
 */
export function compareModel(manifest: ModelManifest, model: ModelOnDisk, subject: string): ModelComparison {
  const signed = signedFiles(manifest, model);
  const equal: string[] = [];
  const findings: Finding[] = [];
  const changed: string[] = [];
  for (const file of model.files) {
    if (file.path === model.signaturePath) {
      continue;
    }
    const entry = signed.get(file.path);
    signed.delete(file.path);
    const difference =
      entry === undefined
        ? unsignedFile(manifest, file, subject)
        : changedFile(manifest, file, entry, subject);
    if (difference === undefined) {
      equal.push(file.path);
    } else {
      findings.push(difference);
      if (entry !== undefined) {
        changed.push(file.path);
      }
    }
  }
  for (const ignored of model.ignored) {
    if (ignored.path !== model.signaturePath && !signed.has(ignored.path)) {
      const severity = ignoredSeverity(ignored.path, ignored.isDirectory === true);
      findings.push(
        finding("OMS_FILE_IGNORED", { path: ignored.path }, { rule: ignored.rule }, { subject, severity }),
      );
    }
  }
  const absent = absentFiles(signed, model, subject);
  const isSettled = (path: string): boolean =>
    model.settled?.has(path) === true && manifest.ignorePaths.has(path);
  const settled = model.refused.filter(isSettled).map((path) => leftOutLink(path, subject));
  const refused = model.refused
    .filter((path) => !isSettled(path))
    .map((path) => finding("OMS_FILE_REFUSED", { path }, {}, { subject }));
  return {
    findings: [...findings, ...absent, ...settled, ...refused],
    equal,
    changed,
    missing: absent.length,
    refused: refused.length,
  };
}

/** The signed files under the names that they have on disk; entries are taken out as they are matched. */
function signedFiles(manifest: ModelManifest, model: ModelOnDisk): Map<string, SignedFile> {
  const signed = new Map(manifest.files);
  const single = signed.get(singleFileName);
  const [file] = model.files;
  if (single !== undefined && model.isSingleFile && file !== undefined) {
    return new Map([[file.path, single]]);
  }
  return signed;
}

function unsignedFile(manifest: ModelManifest, file: ModelFileOnDisk, subject: string): Finding {
  const place = { path: file.path };
  if (coveringPath(manifest.ignorePaths, file.path) !== undefined) {
    const severity = ignoredSeverity(file.path, false);
    return finding("OMS_FILE_IGNORED", place, { rule: "left out by the signer" }, { subject, severity });
  }
  return manifest.shardSizeBytes !== undefined && file.size === 0
    ? finding("OMS_EMPTY_FILE_UNSIGNED", place, {}, { subject })
    : finding("OMS_FILE_EXTRA", place, {}, { subject });
}

function leftOutLink(path: string, subject: string): Finding {
  const rule = "a link, left out by the signer";
  return finding("OMS_FILE_IGNORED", { path }, { rule }, { subject, severity: "info" });
}

function changedFile(
  manifest: ModelManifest,
  file: ModelFileOnDisk,
  signed: SignedFile,
  subject: string,
): Finding | undefined {
  const { algorithm } = manifest;
  const place = { path: file.path };
  if (file.isLink === true && !manifest.allowsSymlinks) {
    return finding("OMS_FILE_SYMLINK", place, {}, { subject });
  }
  if ("shards" in signed) {
    return changedShard(manifest, file, signed.shards, subject);
  }
  const actual = digestOf(file.digests, algorithm);
  if (actual === undefined) {
    throw AibomError.of("OMS_DIGEST_NOT_COMPUTED", { algorithm, path: file.path });
  }
  return actual === signed.hex
    ? undefined
    : finding("OMS_FILE_CHANGED", place, { algorithm, actual, expected: signed.hex }, { subject });
}

function changedShard(
  manifest: ModelManifest,
  file: ModelFileOnDisk,
  signed: readonly SignedShard[],
  subject: string,
): Finding | undefined {
  const { algorithm } = manifest;
  const expectedSize = signed.at(-1)?.end ?? 0;
  if (file.size !== expectedSize) {
    const args = { actual: file.size, expected: expectedSize };
    return finding("OMS_FILE_SIZE", { path: file.path }, args, { subject });
  }
  for (const [index, shard] of signed.entries()) {
    const computed = file.shards[index];
    const isComputed =
      computed?.start === shard.start &&
      computed.end === shard.end &&
      computed.digest.algorithm === algorithm;
    if (computed === undefined || !isComputed) {
      throw AibomError.of("OMS_DIGEST_NOT_COMPUTED", { algorithm, path: `${file.path}:${shard.start}` });
    }
    if (computed.digest.hex !== shard.hex) {
      const location = { path: file.path, offset: shard.start };
      const args = { algorithm, actual: computed.digest.hex, expected: shard.hex };
      return finding("OMS_FILE_CHANGED", location, args, { subject });
    }
  }
  return undefined;
}

function absentFiles(
  signed: ReadonlyMap<string, SignedFile>,
  model: ModelOnDisk,
  subject: string,
): Finding[] {
  const rules = new Map(model.ignored.map((each) => [each.path, each.rule]));
  const refused = new Set(model.refused);
  const findings: Finding[] = [];
  for (const path of signed.keys()) {
    const ignoredPath = coveringPath(rules, path);
    const rule = ignoredPath === undefined ? undefined : rules.get(ignoredPath);
    if (rule !== undefined) {
      findings.push(finding("OMS_SIGNED_FILE_IGNORED", { path }, { rule }, { subject }));
    } else if (!refused.has(path)) {
      findings.push(finding("OMS_FILE_MISSING", { path }, {}, { subject }));
    }
  }
  return findings;
}

/** The entry that is `path` itself or a directory above it. */
function coveringPath(entries: { has(path: string): boolean }, path: string): string | undefined {
  for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
    const candidate = path.slice(0, end);
    if (entries.has(candidate)) {
      return candidate;
    }
  }
  return undefined;
}

const gitPaths = new Set([".git", ".gitattributes", ".github", ".gitignore"]);

/** Types that a loader executes, deserialises or reads weights and settings from. */
const loadable =
  /\.(?:py|pyc|pyd|pkl|pickle|joblib|dill|bin|pt|pth|ckpt|safetensors|gguf|ggml|onnx|pb|tflite|h5|hdf5|keras|npy|npz|msgpack|mar|nemo|engine|plan|mlmodel|so|dll|dylib|exe|sh|bat|ps1|js|mjs|wasm|jar|zip|tar|gz|tgz|bz2|xz|zst|7z|whl|egg|json|jinja|model|yaml|yml)$/;

function ignoredSeverity(path: string, isDirectory: boolean): Severity {
  const name = path.toLowerCase();
  if (isDirectory) {
    // git's own directories hold no code that a loader reads, but anybody may have put something there.
    return gitPaths.has(name) ? "low" : "high";
  }
  if (gitPaths.has(name) || name.endsWith(".sig") || name.endsWith(".sigstore.json")) {
    return "info";
  }
  return loadable.test(name) ? "high" : "low";
}
