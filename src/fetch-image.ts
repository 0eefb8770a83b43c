// SPDX-License-Identifier: Apache-2.0
// The use-case of `aibom fetch`: an image with its signatures and attestations out of a registry into an OCI layout, which
// every other command then reads offline. Nothing is verified here but digests: whom to believe is the gate's question.

import type { JsonObject } from "./bytes/json.ts";
import { AibomError } from "./errors.ts";
import type { BlobDigest } from "./images/descriptor.ts";
import type { FetchOptions } from "./net/fetch-bytes.ts";
import { RegistryClient } from "./net/registry/client.ts";
import { RegistryHttp } from "./net/registry/http.ts";
import { type BlobProgress, copyBlobs } from "./registry/copy-blobs.ts";
import { type CopiedManifest, ManifestCopy, type ManifestGraph } from "./registry/copy-manifests.ts";
import { findCredentials } from "./registry/credential-files.ts";
import { LayoutWriter } from "./registry/layout-writer.ts";
import { chooseMirrors, type Mirror } from "./registry/mirrors.ts";
import { type ImageReference, parseReference, referenceText } from "./registry/reference.ts";

export interface FetchImageOptions {
  /** Whether and how the network may be used. */
  readonly network: FetchOptions;
  /** Directory of the layout; new, empty or an OCI layout. */
  readonly output: string;
  /** `os/architecture[/variant]`; empty for all platforms. */
  readonly platforms?: readonly string[];
  /** Files with credentials, in the order in which they are asked; empty to ask as nobody. */
  readonly credentialFiles?: readonly string[];
  /** Environment of credential helpers. */
  readonly helperEnvironment?: Readonly<Record<string, string | undefined>>;
  /** Registries that are asked instead, the first that answers. */
  readonly mirrors?: readonly Mirror[];
  /** Hosts that may get credentials besides the registry's own domain. */
  readonly tokenHosts?: readonly string[];
  /** PEM certificates of private authorities. */
  readonly authorities?: string;
  readonly onProgress?: (progress: BlobProgress) => void;
}

/** What was copied. */
export interface FetchedImage {
  readonly reference: ImageReference;
  /** Host that answered: the registry, or a mirror of it. */
  readonly host: string;
  /** What the name stood for when it was asked for; the only thing that says which image this is. */
  readonly digest: BlobDigest;
  readonly kind: "manifest" | "index";
  readonly platforms: readonly string[];
  readonly manifests: number;
  /** Signatures, attestations and other manifests about the image or its parts. */
  readonly referrers: number;
  readonly hasReferrersApi: boolean;
  readonly blobs: number;
  readonly blobsPresent: number;
  /** Bytes of blobs that came over the network. */
  readonly bytes: number;
}

/**
 * Copies an image.
 * @throws {AibomError} REGISTRY_*, LAYOUT_*, FETCH_*, JSON_*
 */
export async function fetchImage(name: string, options: FetchImageOptions): Promise<FetchedImage> {
  const reference = parseReference(name);
  const layout = LayoutWriter.open(options.output);
  const http = new RegistryHttp({
    ...options.network,
    ...(options.authorities === undefined ? {} : { authorities: options.authorities }),
  });
  try {
    const { client, graph } = await gatherFrom(reference, http, options);
    const blobs = await copyBlobs(client, layout, graph.blobs, {
      pause: (seconds) => http.pause(seconds),
      ...(options.network.signal === undefined ? {} : { signal: options.network.signal }),
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    });
    writeManifests(layout, graph, reference);
    return {
      reference,
      host: client.host,
      digest: graph.digest,
      kind: graph.manifests[0]?.parsed.kind ?? "manifest",
      platforms: graph.platforms,
      manifests: graph.manifests.length,
      referrers: graph.referrers,
      hasReferrersApi: graph.hasReferrersApi,
      blobs: blobs.copied,
      blobsPresent: blobs.present,
      bytes: blobs.bytes,
    };
  } finally {
    await http.end();
  }
}

/** Asks the mirrors and then the registry; what the first of them says is the answer, unless it has no such image. */
async function gatherFrom(
  reference: ImageReference,
  http: RegistryHttp,
  options: FetchImageOptions,
): Promise<{ readonly client: RegistryClient; readonly graph: ManifestGraph }> {
  const { tag, digest } = reference;
  const places = chooseMirrors(reference, options.mirrors ?? []);
  for (const [index, place] of places.entries()) {
    const credentials = await findCredentials(place, options.credentialFiles ?? [], {
      environment: options.helperEnvironment ?? {},
      ...(options.network.signal === undefined ? {} : { signal: options.network.signal }),
    });
    const client = new RegistryClient(http, {
      address: place.address,
      name: place.repository,
      tokenHosts: options.tokenHosts ?? [],
      ...(credentials === undefined ? {} : { credentials }),
    });
    try {
      const copy = new ManifestCopy(client);
      const graph = await copy.gather(digest ?? tag ?? "latest", tag, options.platforms ?? []);
      return { client, graph };
    } catch (error) {
      if (index === places.length - 1 || !isElsewherePossible(error)) {
        throw error;
      }
    }
  }
  throw new Error("there is always the registry itself");
}

/** A mirror that has no such image, or does not answer, is passed by; one that sends something wrong is not. */
function isElsewherePossible(error: unknown): boolean {
  const codes = ["REGISTRY_NOT_FOUND", "REGISTRY_DENIED", "FETCH_FAILED"];
  return error instanceof AibomError && codes.includes(error.code);
}

function writeManifests(
  layout: LayoutWriter,
  { manifests, digest }: ManifestGraph,
  reference: ImageReference,
): void {
  for (const manifest of manifests) {
    if (!layout.has(manifest.digest, manifest.bytes.length)) {
      layout.put(manifest.digest, manifest.bytes);
    }
  }
  for (const manifest of manifests.filter(({ isListed }) => isListed)) {
    const isImage = manifest.digest === digest && reference.tag !== undefined;
    // containerd's annotation has the whole name, where `ref.name` is the tag alone.
    const whole = isImage ? { "io.containerd.image.name": nameOf(reference) } : {};
    for (const entry of entriesOf(manifest, whole)) {
      layout.list(entry);
    }
  }
  layout.finish();
}

function nameOf({ digest: _, ...named }: ImageReference): string {
  return referenceText(named);
}

/** One entry for each name, as other tools expect it; one without, if it has none. */
function entriesOf(
  { digest, bytes, parsed, names }: CopiedManifest,
  whole: Readonly<Record<string, string>>,
): JsonObject[] {
  const entry = {
    mediaType: parsed.mediaType,
    digest,
    size: bytes.length,
    ...(parsed.artifactType === undefined || parsed.subject === undefined
      ? {}
      : { artifactType: parsed.artifactType }),
  };
  return names.length === 0
    ? [entry]
    : names.map((name) => ({
        ...entry,
        annotations: { "org.opencontainers.image.ref.name": name, ...(names[0] === name ? whole : {}) },
      }));
}
