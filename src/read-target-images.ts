// SPDX-License-Identifier: Apache-2.0
// The images of a target: the target itself if it is a layout or an archive of images, else those that lie in it. What is
// found in them is told with the file on disk that they lie in.

import { availableParallelism } from "node:os";
import type { DescribedImages } from "./describe-images.ts";
import { AibomError } from "./errors.ts";
import type { Artifact, ArtifactFile } from "./model/artifact.ts";
import type { SourceTree } from "./sources/tree.ts";

/** Worker threads at most, and what ends the reading. */
interface ImageOptions {
  readonly jobs?: number;
  readonly signal?: AbortSignal;
}

const archives: ReadonlySet<string> = new Set(["oci-archive", "docker-archive"]);

/** What images lie in, and its paths relative to the target. */
interface Carrier {
  readonly absolutePath: string;
  /** Of an archive: itself. Of a directory: its folder; empty for the target. */
  readonly root: string;
  readonly isArchive: boolean;
}

/**
 * The artifact with its images read. Without any it stays as it is.
 * @throws {AibomError} SOURCE_* if a carrier changed while it was read
 */
export async function withImages(
  artifact: Artifact,
  tree: SourceTree,
  options: ImageOptions,
): Promise<Artifact> {
  let all = artifact;
  for (const carrier of carriersOf(artifact, tree)) {
    all = withCarrier(all, carrier, await readCarrier(carrier, options), tree);
  }
  return all;
}

/** Tells which files of a tree are blobs of an image: they are read with it, and not by themselves. */
export function imageBlobs(tree: SourceTree): (path: string) => boolean {
  const roots = foldersOf(tree).map(({ root }) => (root === "" ? "" : `${root}/`));
  return (path) =>
    roots.some(
      (root) => path.startsWith(root) && /^(?:blobs\/\w+\/)?[0-9a-f]{64}$/.test(path.slice(root.length)),
    );
}

function carriersOf({ files }: Artifact, tree: SourceTree): readonly Carrier[] {
  const absolute = new Map(tree.files.map(({ path, absolutePath }) => [path, absolutePath]));
  const found = files
    .filter(({ format }) => archives.has(format))
    .map(({ path }) => ({ absolutePath: absolute.get(path) ?? "", root: path, isArchive: true }));
  return [...found, ...foldersOf(tree)];
}

/** The folders that hold an OCI layout, or what skopeo's `dir:` writes. */
function foldersOf(tree: SourceTree): readonly Carrier[] {
  const marks = tree.files.filter(({ path }) => path.endsWith("oci-layout") || path.endsWith("version"));
  const found = new Set(marks.length === 0 ? [] : tree.files.map(({ path }) => path));
  return marks.flatMap(({ path, absolutePath, size }): readonly Carrier[] => {
    const [, root = "", name] = /^(.*\/)?(oci-layout|version)$/.exec(path) ?? [];
    const isLayout = name === "oci-layout" && found.has(`${root}index.json`);
    const isPlain = name === "version" && isDirectoryTransport(size) && found.has(`${root}manifest.json`);
    const folder = absolutePath.slice(0, absolutePath.lastIndexOf("/"));
    return isLayout || isPlain
      ? [{ absolutePath: folder, root: root.replace(/\/$/, ""), isArchive: false }]
      : [];
  });
}

/** skopeo writes `Directory Transport Version: 1.1` and a line break. */
function isDirectoryTransport(versionBytes: number): boolean {
  return versionBytes === "Directory Transport Version: 1.1\n".length;
}

async function readCarrier(
  { absolutePath, root }: Carrier,
  { jobs = availableParallelism(), signal }: ImageOptions,
): Promise<DescribedImages | AibomError> {
  // Loaded only when there are images.
  const { describeImages } = await import("./describe-images.ts");
  try {
    return await describeImages(absolutePath, { jobs, signal, root });
  } catch (cause) {
    if (cause instanceof AibomError) {
      return cause;
    }
    throw cause;
  }
}

function withCarrier(
  artifact: Artifact,
  { root, isArchive }: Carrier,
  read: DescribedImages | AibomError,
  { isSingleFile }: SourceTree,
): Artifact {
  const inCarrier = (path: string): boolean =>
    isArchive ? path === root : root === "" || path.startsWith(`${root}/`);
  if (read instanceof AibomError) {
    const path = root === "" ? "." : root;
    const reason = read.toFinding({ path });
    const inside = reason.location.path === path ? {} : { member: reason.location.path };
    const told = { ...reason, subject: path, location: { ...inside, ...reason.location, path } };
    return { ...artifact, findings: [...artifact.findings, told], complete: false };
  }
  const { complete: isComplete, suspect } = read;
  const status = (file: ArtifactFile): ArtifactFile["status"] => {
    if (isArchive) {
      return isComplete ? "described" : "unverified";
    }
    return isComplete || !suspect.has(file.path) ? "described" : "unverified";
  };
  const files = artifact.files.map((file) =>
    inCarrier(file.path) ? { ...file, status: status(file) } : file,
  );
  const isWhole = isSingleFile || (!isArchive && root === "");
  return {
    ...artifact,
    kind: isWhole ? "image" : artifact.kind,
    files,
    findings: [...artifact.findings, ...read.findings],
    complete:
      isComplete && artifact.files.every((file) => inCarrier(file.path) || file.status !== "unverified"),
    images: [...(artifact.images ?? []), ...read.images],
  };
}
