// SPDX-License-Identifier: Apache-2.0
// The store of Ollama: `manifests/<host>/<namespace>/<model>/<tag>` and `blobs/sha256-<digest>`, one part for each
// tag. Blobs are shared: the same weights belong to every tag that names them.

import { ClaimList } from "../formats/claim-list.ts";
import type { DirectoryView } from "../layouts/layout.ts";
import { Reading } from "../layouts/reading.ts";
import { limits } from "../limits.ts";
import { claim } from "../model/fact.ts";
import { finding } from "../model/finding.ts";
import { folderOf } from "./folders-of.ts";
import { layerReaders } from "./ollama/layers.ts";
import { type Layer, readManifest } from "./ollama/manifest.ts";
import type { Store, StoreDescription, StoredPart } from "./store.ts";

const id = "ollama";

/** The form of newer versions beside the usual one (ollama pull request 15735). */
const manifestPath = /^(.*\/)?manifest(?:s|-v2)\/([^/]+)\/([^/]+)\/([^/]+)\/([^/]+)$/;
const blobName = /^sha256-([0-9a-f]{64})$/;
const hostForm = /^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,349}$/;
const nameForm = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}$/;

/** One manifest file, by the parts of its path. */
interface Tag {
  readonly folder: string;
  readonly path: string;
  readonly names: readonly [host: string, namespace: string, model: string, tag: string];
}

export const ollama: Store = {
  id,
  describe(directory: DirectoryView): StoreDescription | undefined {
    const blobFolders = new Set<string>();
    const tags: Tag[] = [];
    for (const path of directory.files.keys()) {
      const match = path.includes("manifest") ? manifestPath.exec(path) : null;
      if (match !== null) {
        const [, folder = "", host = "", namespace = "", model = "", tag = ""] = match;
        tags.push({ folder, path, names: [host, namespace, model, tag] });
      }
      const at = path.lastIndexOf("blobs/sha256-");
      if (at === 0 || path[at - 1] === "/") {
        blobFolders.add(path.slice(0, at));
      }
    }
    if (tags.length === 0) {
      return undefined;
    }
    const reading = new Reading(directory);
    const quiet = new Reading(directory);
    const found = tags.filter(({ folder, path }) => blobFolders.has(folder) || isOllamaManifest(quiet, path));
    if (found.length === 0) {
      return undefined;
    }
    const folders = new Set(found.map(({ folder }) => folder.slice(0, -1)));
    const used = new Set<string>();
    const parts = found.flatMap((tag) => describeTag(reading, tag, used));
    checkBlobs(reading, folders, used);
    return {
      parts,
      facts: reading.claims.facts,
      findings: reading.findings.all(),
      unverified: [...reading.unverified],
      owns: (path) => insideStore(path, folders) !== undefined,
    };
  },
};

/** The path inside its store, if it lies in one of the folders that Ollama makes. */
function insideStore(path: string, folders: ReadonlySet<string>): string | undefined {
  const folder = folderOf(path, folders);
  const rest = folder === undefined || folder === "" ? path : path.slice(folder.length + 1);
  return folder !== undefined && /^(?:manifests|manifest-v2|blobs)\//.test(rest) ? rest : undefined;
}

/** A store without any blob is told by its own media types. */
function isOllamaManifest(quiet: Reading, path: string): boolean {
  const size = quiet.directory.files.get(path)?.size ?? 0;
  if (size > limits.maxOllamaManifestBytes) {
    return false;
  }
  return readManifest(quiet, path)?.some(({ role }) => role !== "" && role !== "config") === true;
}

function describeTag(reading: Reading, tag: Tag, used: Set<string>): readonly StoredPart[] {
  const { folder, path, names } = tag;
  const [host, ...others] = names;
  if (!hostForm.test(host) || !others.every((name) => nameForm.test(name))) {
    reading.findings.add(finding("OLLAMA_NAME_INVALID", { path }, { name: names.join("/") }));
  }
  const layers = readManifest(reading, path);
  if (layers === undefined) {
    return [];
  }
  const claims = new ClaimList(reading.findings);
  const manifest = reading.directory.files.get(path);
  claims.computed("revision", { system: "ollama", id: `sha256:${manifest?.sha256 ?? ""}` }, { path });
  const paths = new Set([path]);
  for (const layer of layers) {
    const blob = `${folder}blobs/sha256-${layer.sha256}`;
    used.add(blob);
    if (!reading.directory.files.has(blob)) {
      const where = { path, member: layer.pointer };
      reading.findings.add(finding("OLLAMA_BLOB_MISSING", where, { role: layer.role, blob }));
      // What the manifest promises was not seen.
      reading.unverified.add(path);
      continue;
    }
    if (!paths.has(blob)) {
      paths.add(blob);
      claims.facts.push(expected(layer, blob, path));
      layerReaders.get(layer.role)?.(reading, claims, blob);
    }
  }
  reading.forget();
  return [
    { store: id, name: modelName(names), root: folder.slice(0, -1), paths: [...paths], facts: claims.facts },
  ];
}

function expected({ sha256, size, pointer }: Layer, blob: string, manifest: string) {
  const value = { path: blob, sha256, ...(size === undefined ? {} : { size }), by: manifest };
  return claim("file.expected", value, { path: manifest, pointer });
}

/** As Ollama shows it: without the host and the namespace that go without saying. */
function modelName([host, namespace, model, tag]: Tag["names"]): string {
  if (host !== "registry.ollama.ai") {
    return `${host}/${namespace}/${model}:${tag}`;
  }
  return namespace === "library" ? `${model}:${tag}` : `${namespace}/${model}:${tag}`;
}

/** Blobs that no manifest names are checked as well; parts of a download that broke off are reported. */
function checkBlobs(reading: Reading, folders: ReadonlySet<string>, used: ReadonlySet<string>): void {
  for (const path of reading.directory.files.keys()) {
    const inside = used.has(path) ? undefined : insideStore(path, folders);
    if (inside?.startsWith("blobs/") !== true) {
      continue;
    }
    const name = inside.slice("blobs/".length);
    const sha256 = blobName.exec(name)?.[1];
    if (sha256 !== undefined) {
      reading.claims.facts.push(
        claim("file.expected", { path, sha256, by: path.slice(0, path.lastIndexOf("/")) }, { path }),
      );
    } else if (/^sha256-[0-9a-f]{64}-partial/.test(name)) {
      reading.findings.add(finding("OLLAMA_BLOB_PARTIAL", { path }, {}));
    }
  }
}
