// SPDX-License-Identifier: Apache-2.0
// What one image, index or artifact of a carrier is: its configuration and its layers compared with one another, and the
// files that a container of it would see.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { ArtifactFile } from "../model/artifact.ts";
import type { Fact } from "../model/fact.ts";
import { type Finding, finding } from "../model/finding.ts";
import type { ImageContent, ImageLayer } from "../model/image.ts";
import { comparePaths } from "../model/path-order.ts";
import { type BlobDigest, type Descriptor, platformName, splitDigest } from "./descriptor.ts";
import { diffIdsOf } from "./docker-archive.ts";
import { parseDocument } from "./document.ts";
import { type ImageConfig, labelClaims, readImageConfig } from "./image-config.ts";
import type { ImageStore, ImageSubject } from "./image-store.ts";
import type { LayerEntry, ReadLayer } from "./layer-job.ts";
import { isImageConfig } from "./media-type.ts";
import { SquashedRoot } from "./squash.ts";

/** A file of an image, and the diff_id of the layer that brought it as it is. */
export interface ImageEntry extends LayerEntry {
  readonly layer?: BlobDigest;
  /** Where its bytes lie: the layer by its own digest, and the path in it. */
  readonly stored?: { readonly blob: BlobDigest; readonly path: string };
}

interface AccountedImage {
  /** The files of it: what a container sees, or what the layers of an artifact hold. */
  readonly entries: readonly ImageEntry[];
  readonly image: ImageContent;
  readonly findings: readonly Finding[];
}

export class ImageAccount {
  readonly #store: ImageStore;
  readonly #layers: ReadonlyMap<BlobDigest, ReadLayer>;
  readonly #place: (path: string) => string;
  readonly #findings: Finding[] = [];
  #complete = true;

  constructor(
    store: ImageStore,
    layers: ReadonlyMap<BlobDigest, ReadLayer>,
    place: (path: string) => string,
  ) {
    this.#store = store;
    this.#layers = layers;
    this.#place = place;
  }

  of(subject: ImageSubject): AccountedImage {
    const { role, digest, manifest, names, parents, layers } = subject;
    const config = this.#config(subject);
    const platform = this.#platform(subject, config);
    const entries = role === "image" ? this.#squash(layers) : this.#listed(layers);
    const files = [...this.#blobFiles(subject), ...weightFiles(entries)];
    const annotations = labelClaims(manifest?.annotations ?? new Map(), (at) => ({
      path: this.#file(digest),
      pointer: `${digest}${at}`,
    }));
    const isModel = role === "artifact" && entries.some(({ read }) => read?.holdsWeights === true);
    return {
      entries,
      image: {
        role,
        ...(isModel ? { isModel } : {}),
        name: names[0] ?? digest,
        digest,
        mediaType: manifest?.mediaType ?? "",
        ...(subject.config === undefined ? {} : { configDigest: subject.config.digest }),
        ...(platform === undefined ? {} : { platform }),
        names,
        ...(config?.user === undefined ? {} : { user: config.user }),
        parents,
        layers: layers.map((layer, index) => this.#layer(layer, config?.createdBy, index)),
        files,
        facts: [...annotations, ...(config?.facts ?? []), ...entries.flatMap((each) => this.#factsOf(each))],
        ...(role === "image" ? { content: countOf(entries) } : {}),
        complete: this.#complete && layers.every(({ digest: each }) => this.#isRead(each)),
      },
      findings: this.#findings,
    };
  }

  #isRead(digest: BlobDigest): boolean {
    const layer = this.#layers.get(digest);
    return layer?.complete === true && layer.actual === digest;
  }

  /** The file on disk that holds a blob. */
  #file(digest: BlobDigest): string {
    const blob = this.#store.blobs.get(digest);
    return this.#place(blob?.path ?? "");
  }

  #config({ config, layers }: ImageSubject): ImageConfig | undefined {
    if (config === undefined || !isImageConfig(config.mediaType)) {
      return undefined;
    }
    const file = this.#file(config.digest);
    try {
      const bytes = this.#store.blob(config.digest, limits.maxImageConfigBytes);
      const object = parseDocument(bytes, file, limits.maxImageConfigBytes);
      this.#compareDiffIds(diffIdsOf(object, file), layers, file);
      const read = readImageConfig(object, file, config.digest);
      this.#findings.push(...read.findings);
      return read;
    } catch (cause) {
      if (!(cause instanceof AibomError)) {
        throw cause;
      }
      this.#fail(cause.toFinding({ path: file, member: config.digest }));
      return undefined;
    }
  }

  /** Layer by layer: engines refuse an image where one differs, tools that compare by diff_id do not look. */
  #compareDiffIds(ids: readonly BlobDigest[], layers: readonly Descriptor[], file: string): void {
    if (layers.some(({ mediaType }) => mediaType.includes("in-toto"))) {
      return;
    }
    if (ids.length !== layers.length) {
      const args = { layers: layers.length, diffIds: ids.length };
      this.#fail(finding("IMAGE_LAYER_COUNT", { path: file }, args));
    }
    for (const [index, { digest }] of layers.entries()) {
      const layer = this.#layers.get(digest);
      const expected = ids[index];
      const isComparable =
        layer?.complete === true &&
        expected !== undefined &&
        splitDigest(layer.diffId).algorithm === splitDigest(expected).algorithm;
      if (isComparable && layer.diffId !== expected) {
        const where = { path: this.#file(digest), member: digest };
        this.#fail(finding("IMAGE_DIFF_ID_MISMATCH", where, { actual: layer.diffId, expected }));
      }
    }
  }

  #platform({ platform: stated, digest }: ImageSubject, config: ImageConfig | undefined): string | undefined {
    const own = config?.platform;
    const isOther = stated !== undefined && own !== undefined && !isSamePlatform(stated, own);
    if (isOther) {
      const args = { stated: platformName(stated), own: platformName(own) };
      this.#findings.push(
        finding("IMAGE_PLATFORM_MISMATCH", { path: this.#file(digest), member: digest }, args),
      );
    }
    const told = stated ?? own;
    return told === undefined || platformName(told) === "/" ? undefined : platformName(told);
  }

  #fail(reason: Finding): void {
    this.#complete = false;
    this.#findings.push(reason);
  }

  #layer(
    { digest, size, mediaType }: Descriptor,
    createdBy: ImageConfig["createdBy"] | undefined,
    index: number,
  ): ImageLayer {
    const layer = this.#layers.get(digest);
    const command = createdBy?.[index];
    if (layer === undefined || !this.#store.blobs.has(digest)) {
      const where = { path: this.#place(""), member: digest };
      this.#fail(finding("IMAGE_LAYER_UNREAD", where, { reason: "it does not lie here" }));
    } else if (/\+encrypted\b/.test(mediaType)) {
      const where = { path: this.#file(digest), member: digest };
      this.#fail(finding("IMAGE_LAYER_UNREAD", where, { reason: "it is encrypted" }));
    }
    return {
      digest,
      ...(layer?.complete === true ? { diffId: layer.diffId } : {}),
      mediaType,
      size,
      ...(command === undefined ? {} : { createdBy: command }),
    };
  }

  #squash(layers: readonly Descriptor[]): readonly ImageEntry[] {
    const root = new SquashedRoot();
    for (const { digest } of layers) {
      const layer = this.#layers.get(digest);
      root.apply(layer?.entries ?? [], { digest, diffId: layer?.diffId ?? digest });
    }
    return [...root.files()]
      .map(([path, { entry, layer, storedAt = entry.path }]) => ({
        ...entry,
        path,
        layer: layer.diffId,
        stored: { blob: layer.digest, path: storedAt },
      }))
      .sort((a, b) => comparePaths(a.path, b.path));
  }

  /** An artifact is no file system: its files are what its layers hold. */
  #listed(layers: readonly Descriptor[]): readonly LayerEntry[] {
    return layers.flatMap(({ digest }) => this.#layers.get(digest)?.entries ?? []);
  }

  /** The manifest, the configuration and the layers, as hashed. */
  #blobFiles({ digest, config, layers, manifest }: ImageSubject): readonly ArtifactFile[] {
    const all = new Map<BlobDigest, string>([
      ...(manifest === undefined ? [] : [[digest, "oci-manifest"] as const]),
      ...(config === undefined ? [] : [[config.digest, "oci-config"] as const]),
      ...layers.map((layer) => [layer.digest, "oci-layer"] as const),
    ]);
    return [...all].flatMap(([blob, format]): ArtifactFile[] => {
      const stored = this.#store.blobs.get(blob);
      const { algorithm, hex } = splitDigest(this.#layers.get(blob)?.actual ?? blob);
      return stored === undefined
        ? []
        : [
            {
              path: `blobs/${blob.replace(":", "/")}`,
              size: stored.size,
              digests: [{ algorithm, hex }],
              format,
              status: this.#store.manifests.has(blob) || this.#isRead(blob) ? "described" : "unverified",
            },
          ];
    });
  }

  /** Of the files that hold weights; facts of others would be lost among them. */
  #factsOf({ read, path }: LayerEntry): readonly Fact[] {
    return read?.holdsWeights === true
      ? (read.description?.facts ?? []).map((fact) => ({
          ...fact,
          source: { ...fact.source, path: `/${path}` },
        }))
      : [];
  }
}

function isSamePlatform(
  a: { os: string; architecture: string },
  b: { os: string; architecture: string },
): boolean {
  return a.os === b.os && a.architecture === b.architecture;
}

function weightFiles(entries: readonly ImageEntry[]): readonly ArtifactFile[] {
  return entries.flatMap((entry): readonly ArtifactFile[] => {
    const file = entry.read?.holdsWeights === true ? imageFile(entry) : undefined;
    return file === undefined ? [] : [{ ...file, path: `/${file.path}` }];
  });
}

/** A file in an image as an artifact lists it; undefined for what is no file. */
export function imageFile(entry: ImageEntry): ArtifactFile | undefined {
  const { path, size, sha256, format = "file", read, layer } = entry;
  return sha256 === undefined
    ? undefined
    : {
        path,
        size,
        digests: [{ algorithm: "sha256", hex: sha256 }],
        format: read?.format ?? format,
        status: read?.status ?? "opaque",
        ...(layer === undefined ? {} : { layer }),
      };
}

function countOf(entries: readonly LayerEntry[]): { readonly files: number; readonly bytes: number } {
  const files = entries.filter(({ kind }) => kind === "file");
  return { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) };
}
