// SPDX-License-Identifier: Apache-2.0
// Files that accompany a target without being part of it: its signature, its BOM. They may lie beside the
// target or inside it; inside, they must be left out of what they describe.

import { lstatSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { fileError } from "../bytes/file-error.ts";
import { parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { defaultIgnoreRules, gitIgnoreRules, type IgnoreRule } from "./ignore.ts";
import { linkScopes, resolveLink } from "./links.ts";
import { readBounded } from "./read-bounded.ts";

export interface CompanionFile {
  /** As given or derived, for reports. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Where a model's signature lies unless the user says otherwise: inside a directory, beside a file. */
export function defaultSignaturePath(target: string): string {
  return isDirectory(target) ? join(target, "model.sig") : `${target}.sig`;
}

/** The same, with the signatures of the Notary Project that lie beside a file (`notation blob sign`). */
export function defaultSignaturePaths(target: string): readonly string[] {
  const first = defaultSignaturePath(target);
  return isDirectory(target) ? [first] : [first, `${target}.jws`, `${target}.cose`];
}

/** Levels of arrays and objects; a bundle has six. */
const maxSignatureDepth = 64;

/**
 * True for what a signature or a file of attestations can be: JSON, or JSON on each line. Anything else under such a
 * name is a file like any other: a pickle called `model.sig` would be looked at by nobody.
 */
export function canBeSignature(bytes: Uint8Array): boolean {
  if (isJson(bytes)) {
    return true;
  }
  const lines = Buffer.from(bytes).toString("latin1").split("\n");
  const written = lines.filter((line) => line.trim() !== "");
  return written.length > 1 && written.every((line) => isJson(Buffer.from(line, "latin1")));
}

function isJson(bytes: Uint8Array): boolean {
  return isDone(() => parseJson(bytes, { path: "", maxBytes: bytes.length, maxDepth: maxSignatureDepth }));
}

/** The same of a file; false if there is none. */
export function holdsSignature(path: string): boolean {
  return isDone(() => canBeSignature(readBounded(path, limits.maxBomBundleBytes)));
}

function isDone(attempt: () => unknown): boolean {
  try {
    return attempt() !== false;
  } catch (error) {
    if (error instanceof AibomError) {
      return false;
    }
    throw error;
  }
}

/** What is left out of a target unless a caller says otherwise; the signature only if it can be one. */
export function usualIgnoreRules(target: string): readonly IgnoreRule[] {
  return holdsSignature(join(target, "model.sig")) ? defaultIgnoreRules : gitIgnoreRules;
}

/** Where attestations about a target lie unless the user says otherwise: beside it, under their usual names. */
export function attestationPaths(target: string): readonly string[] {
  const path = target.replace(/[/\\]+$/, "");
  return [`${path}.sigstore.json`, `${path}.intoto.jsonl`];
}

/** True if the path is a directory, also through a link. @throws {AibomError} SOURCE_NOT_FOUND, SOURCE_NOT_READABLE */
export function isDirectory(path: string): boolean {
  try {
    return lstatSync(realpathSync(path)).isDirectory();
  } catch (cause) {
    throw fileError(cause, path);
  }
}

/**
 * Reads a companion. A path that the user gave must exist; at the default place nothing may lie.
 * @throws {AibomError} SOURCE_*: it is there and cannot be read
 */
export function readCompanion(
  given: string | undefined,
  defaultPath: string,
  maxBytes: number,
): CompanionFile | undefined {
  const path = given ?? defaultPath;
  try {
    if (given === undefined) {
      refuseLinkOutside(path);
    }
    return { path, bytes: readBounded(path, maxBytes) };
  } catch (error) {
    const isAbsent = error instanceof AibomError && error.code === "SOURCE_NOT_FOUND";
    if (given === undefined && isAbsent) {
      return undefined;
    }
    throw error;
  }
}

/**
 * A target must not make us open or replace a file elsewhere: what lies at the default place may link inside only.
 * @throws {AibomError} SOURCE_LINK_OUTSIDE
 */
export function refuseLinkOutside(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) {
    return;
  }
  if (resolveLink(path, linkScopes(realpathSync(dirname(path)))).kind !== "file") {
    throw AibomError.of("SOURCE_LINK_OUTSIDE", {}, { where: { path } });
  }
}

/**
 * The path of `file` relative to the directory `target`, `/` separated, if it lies (or would lie) inside.
 * Undefined for a single-file target and for a file whose directory does not exist.
 */
export function pathInside(target: string, file: string): string | undefined {
  try {
    const root = realpathSync(target);
    const inside = relative(root, join(realpathSync(dirname(file)), basename(file)));
    const isInside =
      inside !== "" && inside !== ".." && !inside.startsWith(`..${sep}`) && lstatSync(root).isDirectory();
    return isInside ? inside.split(sep).join("/") : undefined;
  } catch {
    return undefined;
  }
}
