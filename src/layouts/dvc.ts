// SPDX-License-Identifier: Apache-2.0
// DVC (DVC 3): `.dvc` files, `dvc.lock` and the cache say which data a repository stands for and what was made from
// what. Their MD5 tell versions apart and are no proof. Commands are shown, never run, and a path that leaves the
// directory is reported, since `dvc checkout` writes there.

import { isJsonObject } from "../bytes/json.ts";
import { decodeUtf8 } from "../bytes/utf8.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { JsonValue } from "../model/fact.ts";
import { finding } from "../model/finding.ts";
import { type DvcEntry, readEntry, readOutput } from "./dvc/outputs.ts";
import type { DirectoryView, Layout, LayoutDescription } from "./layout.ts";
import { manifestPath } from "./manifest-path.ts";
import { listOf, memberOf, objectOf, textOf } from "./member.ts";
import { Reading, splitPath } from "./reading.ts";
import { readYaml } from "./yaml-text.ts";

/** DVC files, pipelines and caches. */
export const dvc: Layout = {
  id: "dvc",
  describe(directory: DirectoryView): LayoutDescription {
    const reading = new Reading(directory);
    for (const { path } of directory.files.values()) {
      const [folder, name] = splitPath(path);
      if (name === "dvc.lock") {
        readLock(reading, path, folder);
      } else if (name.endsWith(".dvc") && name !== ".dvc") {
        readDvcFile(reading, path, folder);
      } else if (cacheName.test(path)) {
        readCacheName(reading, path);
      }
    }
    return {
      facts: [...reading.claims.facts, ...reading.expected],
      findings: reading.findings.all(),
      unverified: [...reading.unverified],
    };
  },
};

const cacheName = /^((?:.*\/)?\.dvc\/cache\/files\/md5)\/([0-9a-f]{2})\/([0-9a-f]{30})(?:\.dir)?$/;

/** A file of the cache is named by its digest; the cache as a whole vouches for it. */
function readCacheName(reading: Reading, path: string): void {
  const [, cache = "", first = "", rest = ""] = cacheName.exec(path) ?? [];
  reading.expect(path, { md5: first + rest }, cache, "name");
}

function readDocument(reading: Reading, path: string): JsonValue | undefined {
  const bytes = reading.bytes(path, limits.maxDvcFileBytes);
  if (bytes === undefined) {
    return undefined;
  }
  return reading.attempt(path, () => {
    const invalid = (reason: string, cause?: unknown): AibomError =>
      AibomError.of("DVC_FILE_INVALID", { reason }, { where: { path }, cause });
    const { value, duplicateKeys } = readYaml(decodeUtf8(bytes, path), invalid);
    const [duplicate] = duplicateKeys;
    if (duplicate !== undefined) {
      throw invalid(`it has the key ${duplicate.slice(0, 100)} twice`);
    }
    if (!isJsonObject(value)) {
      throw invalid("it is no mapping");
    }
    return value;
  });
}

/** `data.csv.dvc`: outputs that were added or imported, and where they were imported from. */
function readDvcFile(reading: Reading, path: string, folder: string): void {
  const document = readDocument(reading, path);
  if (document === undefined) {
    return;
  }
  const base = workingFolder(reading, document, path, folder);
  if (base === undefined) {
    return;
  }
  const outputs = readOutputs(reading, document, { file: path, folder: base, pointer: "" });
  for (const dependency of listOf(document, "deps")) {
    const source = importSource(dependency);
    for (const output of outputs) {
      if (source !== undefined) {
        reading.claim("derived_from", { ...source, output: output.path ?? output.stated }, path, "/deps");
      }
    }
  }
  const description = textOf(document, "desc");
  if (description !== undefined) {
    reading.claim("description", description, path, "/desc");
  }
}

/** `wdir` moves the directory that paths count from. */
function workingFolder(
  reading: Reading,
  document: JsonValue,
  path: string,
  folder: string,
): string | undefined {
  const stated = textOf(document, "wdir");
  if (stated === undefined || stated === ".") {
    return folder;
  }
  // The root itself is no path of a file, so a name is put below it and taken off again.
  const probe = manifestPath(folder, `${stated}/x`);
  if (probe === undefined) {
    reading.findings.add(finding("MANIFEST_PATH_UNSAFE", { path, member: "/wdir" }, { path: stated }));
    return undefined;
  }
  return splitPath(probe)[0];
}

function readOutputs(
  reading: Reading,
  document: JsonValue | undefined,
  place: { readonly file: string; readonly folder: string; readonly pointer: string },
): readonly DvcEntry[] {
  return listOf(document, "outs").flatMap(
    (entry, index) =>
      readOutput(reading, entry, { ...place, pointer: `${place.pointer}/outs/${index}` }) ?? [],
  );
}

/** Where an import comes from: another repository at a fixed revision, or an address. */
function importSource(dependency: JsonValue): { [key: string]: JsonValue } | undefined {
  const name = textOf(dependency, "path");
  const repository = objectOf(dependency, "repo");
  const url = textOf(repository, "url");
  if (url !== undefined) {
    const revision = textOf(repository, "rev_lock") ?? textOf(repository, "rev");
    return { name: name ?? url, url, ...(revision !== undefined && { revision }) };
  }
  return name === undefined ? undefined : { name };
}

/** `dvc.lock`: what each stage of the pipeline ran, read and wrote. */
function readLock(reading: Reading, path: string, folder: string): void {
  const document = readDocument(reading, path);
  const stages = objectOf(document, "stages") ?? document;
  for (const [name, stage] of isJsonObject(stages) ? Object.entries(stages) : []) {
    if (!isJsonObject(stage)) {
      continue;
    }
    const place = { file: path, folder, pointer: `/stages/${name}` };
    const command = commandText(memberOf(stage, "cmd"));
    if (command !== undefined) {
      reading.claim(
        "metadata",
        { key: "dvc.cmd", value: `${name}: ${command}` },
        path,
        `${place.pointer}/cmd`,
      );
    }
    const outputs = readOutputs(reading, stage, place);
    const inputs = listOf(stage, "deps").flatMap((entry) => readEntry(entry, place) ?? []);
    for (const output of outputs) {
      for (const input of inputs) {
        const value = { name: input.path ?? input.stated, output: output.path ?? output.stated };
        reading.claim("derived_from", value, path, `${place.pointer}/deps`);
      }
    }
  }
}

function commandText(command: JsonValue | undefined): string | undefined {
  if (typeof command === "string") {
    return command;
  }
  return Array.isArray(command) ? command.filter((each) => typeof each === "string").join(" && ") : undefined;
}
