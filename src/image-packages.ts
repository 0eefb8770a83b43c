// SPDX-License-Identifier: Apache-2.0
// The software packages of an image: the catalogs read what a container of it sees, as they read a directory on disk, and
// the digests that package managers recorded are compared with those of the layers' files. SHA-256 is there from the first
// pass; layers with files whose record states another function (dpkg's MD5, apk's SHA-1) are read once more for it.

import type { BlobDigest } from "./images/descriptor.ts";
import type { ImageEntry } from "./images/image-account.ts";
import { keptFiles } from "./images/kept-files.ts";
import type { LayerJob } from "./images/layer-job.ts";
import { type LayerThreadsOptions, readLayers } from "./images/layer-threads.ts";
import type { ReadImage, ReadImages } from "./images/read-images.ts";
import type { Finding } from "./model/finding.ts";
import type { ImageContent } from "./model/image.ts";
import type { StatedAlgorithm, StatedHash } from "./model/package.ts";
import type { RootFile, RootView } from "./packages/catalog.ts";
import { comparePackages, digestsToCompare } from "./packages/compare-files.ts";
import { type PackageReading, readPackages } from "./packages/read-packages.ts";

interface ImageWithPackages {
  readonly image: ImageContent;
  readonly findings: readonly Finding[];
}

/** An image whose records were read, and whose files are not compared yet. */
interface ImageRecords {
  readonly read: ReadImage;
  readonly root: RootView;
  readonly reading: PackageReading;
  /** What records state besides SHA-256, by path. */
  readonly wanted: ReadonlyMap<string, ReadonlySet<StatedAlgorithm>>;
}

/**
 * The images with their packages, in their order. Findings stand at `path`, the carrier's file on disk, and name the file in
 * the image. Never throws on content.
 * @throws {AibomError} SOURCE_* if the carrier changed since it was read
 */
export async function withPackages(
  { images, jobs }: Pick<ReadImages, "images" | "jobs">,
  path: string,
  options: LayerThreadsOptions,
): Promise<readonly ImageWithPackages[]> {
  const records = images.map(recordsOf);
  const digests = await statedDigests(records, jobs, options);
  return records.map((each) => compared(each, digests, path));
}

function recordsOf(read: ReadImage): ImageRecords {
  const root = viewOf(read.image.name, read.root);
  const reading = readPackages(
    root,
    read.root.flatMap((entry) => entry.packages ?? []),
  );
  return { read, root, reading, wanted: digestsToCompare(root, reading.packages) };
}

type StatedDigests = ReadonlyMap<BlobDigest, ReadonlyMap<string, readonly StatedHash[]>>;

/** Hashes once more what no pass computed yet, each layer once for all images that have it. */
async function statedDigests(
  records: readonly ImageRecords[],
  jobs: ReadImages["jobs"],
  options: LayerThreadsOptions,
): Promise<StatedDigests> {
  const stated = new Map<BlobDigest, Map<string, Set<StatedAlgorithm>>>();
  for (const { read, wanted } of records) {
    for (const { path, stored, digests = [] } of wanted.size === 0 ? [] : read.root) {
      const known = new Set(digests.map(({ algorithm }) => algorithm));
      const algorithms = [...(wanted.get(path) ?? [])].filter((each) => !known.has(each));
      if (algorithms.length > 0 && stored !== undefined) {
        const layer = stated.get(stored.blob) ?? new Map<string, Set<StatedAlgorithm>>();
        stated.set(
          stored.blob,
          layer.set(stored.path, new Set([...(layer.get(stored.path) ?? []), ...algorithms])),
        );
      }
    }
  }
  const again = [...stated].flatMap(([blob, paths]): LayerJob[] => {
    const job = jobs.get(blob);
    const lists = [...paths].map(([path, algorithms]) => [path, [...algorithms]] as const);
    return job === undefined ? [] : [{ ...job, stated: new Map(lists) }];
  });
  const layers = await readLayers(again, options);
  return new Map(
    layers.map(({ digest, entries }) => [
      digest,
      new Map(entries.map((entry) => [entry.path, entry.digests ?? []])),
    ]),
  );
}

function compared(
  { read, root, reading }: ImageRecords,
  digests: StatedDigests,
  path: string,
): ImageWithPackages {
  const { image } = read;
  const entries = new Map(read.root.map((entry) => [entry.path, entry]));
  const comparison = comparePackages(root, reading.packages, (file, algorithm) => {
    const { sha256, stored, digests: first = [] } = entries.get(file) ?? {};
    if (algorithm === "sha256") {
      return sha256;
    }
    const second = digests.get(stored?.blob ?? "sha256:")?.get(stored?.path ?? "") ?? [];
    return [...first, ...second].find((each) => each.algorithm === algorithm)?.hex;
  });
  const findings = [...reading.findings, ...comparison.findings].map((each) =>
    located(each, image.digest, path),
  );
  const isWhole = reading.unverified.length === 0;
  return {
    image: {
      ...image,
      complete: image.complete && isWhole,
      ...(comparison.packages.length === 0 ? {} : { packages: comparison.packages }),
    },
    findings,
  };
}

function located(found: Finding, digest: string, path: string): Finding {
  const { path: inside, member, ...rest } = found.location;
  const inner = member === undefined ? inside : `${inside}!${member}`;
  return { ...found, subject: path, location: { ...rest, path, member: `${digest}!${inner}` } };
}

function viewOf(name: string, entries: readonly ImageEntry[]): RootView {
  const files = new Map<string, RootFile>();
  for (const { path, kind, size, mode, target, format, layer } of entries) {
    if (kind === "file" || (kind === "symlink" && target !== undefined)) {
      files.set(path, {
        path,
        size,
        mode,
        ...(kind === "symlink" && target !== undefined ? { linkTarget: target } : {}),
        ...(layer === undefined ? {} : { layer }),
        format,
      });
    }
  }
  return {
    name,
    files,
    directoryLinks: new Map(),
    open: keptFiles(entries),
  };
}
