// SPDX-License-Identifier: Apache-2.0
// Follows descriptors from the top of a carrier to every index and manifest, and decides which of them are subjects of their
// own. Nothing is a signature or an attestation because a name says so: what has a layer that an engine would run is an
// image, whatever it is tagged, annotated or attached to.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { type Finding, finding } from "../model/finding.ts";
import type { BlobTable } from "./blob-table.ts";
import { type BlobDigest, type Descriptor, platformName } from "./descriptor.ts";
import { readManifest } from "./document.ts";
import type { ImageSubject, StoredManifest } from "./image-store.ts";
import { isAttachedLayer, isImageConfig, isRootfsLayer } from "./media-type.ts";

/** How a descriptor was come to. */
interface Way {
  readonly parents: readonly BlobDigest[];
  readonly names: readonly string[];
}

export class ManifestCollector {
  readonly manifests = new Map<BlobDigest, StoredManifest>();
  readonly subjects: ImageSubject[] = [];
  readonly referrers = new Map<BlobDigest, StoredManifest[]>();
  readonly findings: Finding[] = [];
  complete = true;
  readonly #blobs: BlobTable;
  readonly #carrier: string;
  readonly #visited = new Set<string>();
  #visits = 0;
  /** Broken ones, each told once. */
  readonly #refused = new Set<string>();

  constructor(carrier: string, blobs: BlobTable) {
    this.#carrier = carrier;
    this.#blobs = blobs;
  }

  /** Follows a descriptor of the top of the carrier, which gives it these names. */
  visit(descriptor: Descriptor, names: readonly string[]): void {
    this.#visit(descriptor, { parents: [], names });
  }

  /** Takes a manifest that nothing leads to: a referrer that `cosign save` left unlisted, else nothing. */
  takeUnlisted(digest: BlobDigest, bytes: Uint8Array, path: string): void {
    if (this.manifests.has(digest)) {
      return;
    }
    const document = readManifest(bytes, path, "");
    if (document.subject !== undefined && !isRunnable(document.layers)) {
      const manifest = { ...document, digest, size: bytes.length, bytes };
      this.manifests.set(digest, manifest);
      this.#refer(manifest);
    }
  }

  report(found: Finding): void {
    if (this.findings.length < limits.maxImageFindings) {
      this.findings.push(found);
    }
  }

  /** What could not be checked is told and makes the carrier incomplete. */
  refuse(cause: unknown): void {
    if (!(cause instanceof AibomError)) {
      throw cause;
    }
    this.complete = false;
    const reason = cause.toFinding({ path: this.#carrier });
    const key = JSON.stringify([reason.code, reason.location, Object.entries(reason.args).map(String)]);
    if (!this.#refused.has(key)) {
      this.#refused.add(key);
      this.report({ ...reason, subject: this.#carrier });
    }
  }

  #visit(descriptor: Descriptor, way: Way): void {
    try {
      if (way.parents.length > limits.maxImageIndexDepth) {
        const args = { limit: limits.maxImageIndexDepth };
        throw AibomError.of("IMAGE_NESTED_TOO_DEEP", args, { where: { path: this.#carrier } });
      }
      this.#countVisit();
      if (this.#isAbsentPlatform(descriptor, way)) {
        return;
      }
      const manifest = this.#manifest(descriptor);
      // One manifest may stand in several indexes: each way to it may be covered by another signature.
      const key = [manifest.digest, ...way.parents, ...way.names].join(" ");
      if (!this.#visited.has(key)) {
        this.#visited.add(key);
        this.#take(manifest, descriptor, way);
      }
    } catch (cause) {
      this.refuse(cause);
    }
  }

  /** Indexes that list one another's children have more ways than manifests: a million in four small files. */
  #countVisit(): void {
    const limit = limits.maxImageManifests;
    this.#visits += 1;
    if (this.#visits > limit) {
      throw AibomError.of("IMAGE_TOO_MANY", { limit, what: "manifests" }, { where: { path: this.#carrier } });
    }
  }

  /** Tools carry one platform and leave the index as it is, since its digest is what is signed. */
  #isAbsentPlatform({ digest, platform, annotations }: Descriptor, { parents }: Way): boolean {
    const isAttestation = annotations.has("vnd.docker.reference.type");
    if (parents.length === 0 || this.#blobs.blobs.has(digest) || (platform === undefined && !isAttestation)) {
      return false;
    }
    const shown = platform === undefined || isAttestation ? "an attestation" : platformName(platform);
    this.report(
      finding("IMAGE_PLATFORM_ABSENT", { path: this.#carrier, member: digest }, { platform: shown }),
    );
    return true;
  }

  #manifest(descriptor: Descriptor): StoredManifest {
    const { digest, mediaType } = descriptor;
    const { path, size } = this.#blobs.find(descriptor);
    const known = this.manifests.get(digest);
    if (known !== undefined) {
      this.#checkType(known.mediaType, mediaType, path);
      return known;
    }
    const bytes = this.#blobs.read(digest, limits.maxImageManifestBytes);
    // cosign lists its fallback entries with the type of an empty object; the document itself says what it is.
    const stated = mediaType === emptyType ? "" : mediaType;
    const manifest = { ...readManifest(bytes, path, stated), digest, size, bytes };
    this.manifests.set(digest, manifest);
    this.#refer(manifest);
    return manifest;
  }

  #checkType(own: string, stated: string, path: string): void {
    if (stated !== "" && stated !== emptyType && stated !== own) {
      throw AibomError.of("IMAGE_MEDIA_TYPE_MISMATCH", { own, stated }, { where: { path } });
    }
  }

  #refer(manifest: StoredManifest): void {
    const { subject } = manifest;
    if (subject === undefined) {
      return;
    }
    const known = this.referrers.get(subject.digest) ?? [];
    const limit = limits.maxImageReferrers;
    if (known.length >= limit) {
      const where = { path: this.#carrier, member: subject.digest };
      throw AibomError.of("IMAGE_TOO_MANY", { limit, what: "referrers of one manifest" }, { where });
    }
    this.referrers.set(subject.digest, [...known, manifest]);
  }

  #take(manifest: StoredManifest, descriptor: Descriptor, way: Way): void {
    const role = roleOf(manifest, descriptor, way);
    const subject = { ...asSubject(manifest, descriptor, way), role: role ?? "artifact" };
    if (role !== undefined && !(role === "index" && this.#isFallback(manifest, way))) {
      this.subjects.push(subject);
    }
    for (const each of [...(manifest.config === undefined ? [] : [manifest.config]), ...manifest.layers]) {
      this.#checkBlob(each);
    }
    const parents = [...way.parents, manifest.digest];
    for (const child of this.#visits > limits.maxImageManifests ? [] : manifest.manifests) {
      this.#visit(child, { parents, names: [] });
    }
  }

  #checkBlob(descriptor: Descriptor): void {
    try {
      if (descriptor.isForeign !== true || this.#blobs.blobs.has(descriptor.digest)) {
        this.#blobs.find(descriptor);
      }
    } catch (cause) {
      this.refuse(cause);
    }
  }

  /** An index at `sha256-<hex>` is the list of referrers of a registry without the API for it, if it lists nothing else. */
  #isFallback({ manifests }: StoredManifest, { parents, names }: Way): boolean {
    return (
      parents.length === 0 &&
      names.some((name) => fallbackTag.test(tagOf(name))) &&
      manifests.every((child) => {
        try {
          const { subject, layers } = this.#manifest(child);
          return subject !== undefined && !isRunnable(layers);
        } catch {
          return false;
        }
      })
    );
  }
}

const emptyType = "application/vnd.oci.empty.v1+json";

/** Distribution-spec 1.1, "Referrers Tag Schema"; with an ending it is a tag of cosign 2. */
const fallbackTag = /^sha(?:256|512)-[0-9a-f]{32,128}$/;

/** The last part of a name: `registry:5000/repo:tag` gives `tag`, a tag stays as it is. */
export function tagOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1).replace(/^.*:/, "");
}

function isRunnable(layers: readonly Descriptor[]): boolean {
  return layers.some(({ mediaType }) => isRootfsLayer(mediaType));
}

/** What a manifest is among the subjects; undefined if it is about another one. */
function roleOf(
  manifest: StoredManifest,
  { annotations }: Descriptor,
  { parents }: Way,
): ImageSubject["role"] | undefined {
  const { kind, layers, subject, config } = manifest;
  if (kind === "index") {
    return subject === undefined ? "index" : undefined;
  }
  if (isRunnable(layers)) {
    return "image";
  }
  const isAttached = layers.length > 0 && layers.every(({ mediaType }) => isAttachedLayer(mediaType));
  if (isAttached) {
    const isInIndex = parents.length > 0 && annotations.has("vnd.docker.reference.type");
    return isInIndex ? "attestation" : undefined;
  }
  if (subject !== undefined) {
    return undefined;
  }
  return isImageConfig(config?.mediaType ?? "") && layers.length === 0 ? "image" : "artifact";
}

function asSubject(
  manifest: StoredManifest,
  descriptor: Descriptor,
  { parents, names }: Way,
): Omit<ImageSubject, "role"> {
  const { digest, config, layers } = manifest;
  const { platform } = descriptor;
  return {
    digest,
    manifest,
    ...(config === undefined ? {} : { config }),
    layers,
    ...(platform === undefined ? {} : { platform }),
    names,
    parents,
    descriptor,
  };
}
