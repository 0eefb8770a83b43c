// SPDX-License-Identifier: Apache-2.0
// Everything in a carrier: every reachable blob is hashed and compared, every layer is unpacked while it passes, every
// file in it goes to its format's reader, and each platform gets an account of its own.

import { hash } from "node:crypto";
import { limits } from "../limits.ts";
import type { Artifact } from "../model/artifact.ts";
import type { Finding } from "../model/finding.ts";
import type { ImageContent } from "../model/image.ts";
import { comparePaths } from "../model/path-order.ts";
import type { BlobDigest, Descriptor } from "./descriptor.ts";
import { diffIdsOf } from "./docker-archive.ts";
import { parseDocument } from "./document.ts";
import { ImageAccount, type ImageEntry } from "./image-account.ts";
import type { ImageStore, ImageSubject } from "./image-store.ts";
import type { LayerEntry, LayerJob, ReadLayer } from "./layer-job.ts";
import { readLayers } from "./layer-threads.ts";
import { isImageConfig, isRootfsLayer } from "./media-type.ts";
import { bookkeeping, openImageStore } from "./open-image-store.ts";

interface ImagesOptions {
  /** Threads at most. */
  readonly jobs: number;
  readonly signal?: AbortSignal | undefined;
  /** The carrier's file on disk, or its directory, relative to the target; empty for the target itself. */
  readonly root: string;
}

/** What a carrier holds. */
export interface ReadImages extends Pick<Artifact, "findings" | "complete"> {
  readonly images: readonly ReadImage[];
  /** Where the layers lie, for a further pass over them. */
  readonly jobs: ReadonlyMap<BlobDigest, LayerJob>;
}

/** An image and its files. */
export interface ReadImage {
  readonly image: ImageContent;
  /** Of an artifact: what says something about the model that it is. */
  readonly modelFiles: readonly LayerEntry[];
  /** All files of what a container sees; empty for what is no file system. */
  readonly root: readonly ImageEntry[];
}

/**
 * Reads all images of a carrier.
 * @throws {AibomError} as `openImageStore`
 */
export async function readImages(target: string, options: ImagesOptions): Promise<ReadImages> {
  const store = openImageStore(target);
  try {
    const diffIds = new Map<BlobDigest, BlobDigest>();
    for (const subject of store.subjects) {
      for (const [layer, diffId] of statedDiffIds(store, subject)) {
        diffIds.set(layer, diffIds.get(layer) ?? diffId);
      }
    }
    const isArchive = [...store.files.values()].some(({ offset }) => offset > 0);
    const place = (path: string): string =>
      isArchive ? options.root : options.root === "" ? path : `${options.root}/${path}`;
    const jobs = layerJobs(store, diffIds, place);
    const first = await readLayers(jobs, { threads: options.jobs, signal: options.signal });
    const layers = await readAgain(jobs, first, options);
    return { ...account(store, layers, place), jobs: new Map(jobs.map((job) => [job.digest, job])) };
  } finally {
    store.close();
  }
}

/** The diff_ids that the configuration of a subject states for its layers. */
function statedDiffIds(
  store: ImageStore,
  { config, layers }: ImageSubject,
): readonly [BlobDigest, BlobDigest][] {
  if (config === undefined || !isImageConfig(config.mediaType)) {
    return [];
  }
  try {
    const bytes = store.blob(config.digest, limits.maxImageConfigBytes);
    const ids = diffIdsOf(parseDocument(bytes, config.digest, limits.maxImageConfigBytes), config.digest);
    return layers.flatMap(({ digest }, index): [BlobDigest, BlobDigest][] => {
      const id = ids[index];
      return id === undefined ? [] : [[digest, id]];
    });
  } catch {
    // What is wrong with it is told where the subject is accounted for.
    return [];
  }
}

/** One job for each blob that is no manifest, whoever names it, and for each file that nothing names. */
function layerJobs(
  store: ImageStore,
  diffIds: ReadonlyMap<BlobDigest, BlobDigest>,
  place: (path: string) => string,
): readonly LayerJob[] {
  const descriptors = new Map<BlobDigest, Descriptor>();
  const configs = new Set<BlobDigest>();
  for (const { config, layers } of [...store.subjects, ...store.manifests.values()]) {
    for (const each of layers) {
      descriptors.set(each.digest, descriptors.get(each.digest) ?? each);
    }
    if (config !== undefined) {
      configs.add(config.digest);
    }
  }
  const named = [...store.blobs.values()].flatMap(({ digest, path }): LayerJob[] => {
    const file = store.files.get(path);
    if (file === undefined || store.manifests.has(digest)) {
      return [];
    }
    const descriptor = descriptors.get(digest);
    const diffId = diffIds.get(digest);
    const title = descriptor?.annotations.get("org.opencontainers.image.title") ?? titleOf(descriptor);
    return [
      {
        digest,
        file,
        path: place(path),
        content: configs.has(digest) ? "hash" : contentOf(descriptor),
        name: title ?? path,
        ...(diffId === undefined ? {} : { diffId }),
      },
    ];
  });
  return [...named, ...unnamedJobs(store, place)];
}

/** Files that are no blobs, and that no tool writes: nothing runs them, and they may hold anything. */
function unnamedJobs(store: ImageStore, place: (path: string) => string): readonly LayerJob[] {
  const known = new Set([...store.blobs.values()].map(({ path }) => path));
  return [...store.files.values()]
    .filter(({ path }) => !known.has(path) && !bookkeeping.test(path))
    .map((file) => ({
      digest: `sha256:${hash("sha256", file.path, "hex")}`,
      file,
      path: place(file.path),
      content: "raw",
      name: file.path,
      isUnnamed: true,
    }));
}

/** ModelPack says the path of a file in an annotation of its own. */
function titleOf(descriptor: Descriptor | undefined): string | undefined {
  return (
    descriptor?.annotations.get("org.cncf.model.filepath") ??
    descriptor?.annotations.get("org.cnai.model.filepath")
  );
}

/** How the bytes of a layer are to be read: its media type says it, as tools that unpack it go by that. */
function contentOf(descriptor: Descriptor | undefined): LayerJob["content"] {
  const mediaType = descriptor?.mediaType ?? "";
  if (/\+encrypted\b/.test(mediaType)) {
    return "hash";
  }
  return isRootfsLayer(mediaType) || /[.+]tar\b/.test(mediaType) ? "tar" : "raw";
}

/** Files whose readers asked for more than start and end, once more and whole. */
async function readAgain(
  jobs: readonly LayerJob[],
  first: readonly ReadLayer[],
  { jobs: threads, signal }: ImagesOptions,
): Promise<ReadonlyMap<BlobDigest, ReadLayer>> {
  const layers = new Map(first.map((layer) => [layer.digest, layer]));
  const again = jobs.flatMap((job): LayerJob[] => {
    const paths = layers.get(job.digest)?.again ?? [];
    return paths.length === 0 ? [] : [{ ...job, whole: new Set(paths) }];
  });
  for (const layer of await readLayers(again, { threads, signal })) {
    const before = layers.get(layer.digest);
    if (before !== undefined && layer.complete) {
      const whole = new Map(layer.entries.map((entry) => [entry.path, entry]));
      const entries = before.entries.map(
        (entry) => (entry.kind === "file" ? whole.get(entry.path) : undefined) ?? entry,
      );
      layers.set(layer.digest, { ...before, entries });
    }
  }
  return layers;
}

function account(
  store: ImageStore,
  layers: ReadonlyMap<BlobDigest, ReadLayer>,
  place: (path: string) => string,
): Omit<ReadImages, "jobs"> {
  const findings: Finding[] = store.findings.map((each) => placed(each, store.name, place));
  let isComplete = store.complete;
  for (const layer of layers.values()) {
    findings.push(...layer.findings, ...layer.entries.flatMap(({ read }) => read?.findings ?? []));
    isComplete &&= layer.complete && layer.entries.every(({ read }) => read?.status !== "unverified");
  }
  const images = store.subjects.map((subject) => {
    const own = new ImageAccount(store, layers, place).of(subject);
    findings.push(...own.findings);
    isComplete &&= own.image.complete;
    return {
      image: own.image,
      modelFiles: subject.role === "image" ? [] : own.entries.filter(tellsOfModel),
      root: subject.role === "image" ? own.entries : [],
    };
  });
  return { images, findings: sorted(findings), complete: isComplete };
}

/** Weights, and what was kept because of its name. */
function tellsOfModel({ kind, read, bytes }: LayerEntry): boolean {
  return kind === "file" && (read?.holdsWeights === true || bytes !== undefined);
}

/** Findings about the carrier name its files; the target may be a directory that it lies in. */
function placed(found: Finding, carrier: string, place: (path: string) => string): Finding {
  const { path, member, ...rest } = found.location;
  const isWhole = path === carrier;
  const file = place(isWhole ? "" : path);
  // Of an archive all files are one on disk: which member it is stays visible.
  const inner = member ?? (isWhole || file === path || file.endsWith(`/${path}`) ? undefined : path);
  const location = {
    ...rest,
    path: file === "" ? "." : file,
    ...(inner === undefined ? {} : { member: inner }),
  };
  return { ...found, subject: location.path, location };
}

function sorted(findings: readonly Finding[]): readonly Finding[] {
  const key = ({ code, location: { path, member = "" } }: Finding): string => `${path}\0${member}\0${code}`;
  return findings.toSorted((a, b) => comparePaths(key(a), key(b)));
}
