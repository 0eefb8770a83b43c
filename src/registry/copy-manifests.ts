// SPDX-License-Identifier: Apache-2.0
// First half of a copy: everything that says what belongs to an image. The name is resolved once; from then on there
// are only digests (kyverno CVE-2022-47633, notation-go CVE-2023-33959). For every manifest the referrers are asked for,
// the list under the fallback tag, and cosign's tags: signatures of old and new tools live side by side.

import { createHash } from "node:crypto";
import { isJsonArray, isJsonObject, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { type BlobDigest, isBlobDigest, splitDigest } from "../images/descriptor.ts";
import { limits } from "../limits.ts";
import type { ReceivedManifest, RegistryClient } from "../net/registry/client.ts";
import { isManifestType, type ParsedManifest, type Pointer, parseManifest } from "./manifest.ts";

/** A manifest that belongs to the copy. */
export interface CopiedManifest {
  readonly digest: BlobDigest;
  readonly bytes: Uint8Array;
  readonly parsed: ParsedManifest;
  /** Name in the layout, where it needs one to be found: a tag of the image, or one of cosign's. */
  readonly names: readonly string[];
  /** Listed at the top of the layout: not only a part of an index. */
  readonly isListed: boolean;
}

export interface ManifestGraph {
  /** Of what was asked for. */
  readonly digest: BlobDigest;
  /** The image before what it is part of, what it is part of before what refers to it. */
  readonly manifests: readonly CopiedManifest[];
  /** Configurations, layers, payloads of signatures: each once. */
  readonly blobs: readonly Pointer[];
  /** Platforms of the image, as its index states them. */
  readonly platforms: readonly string[];
  /** Manifests that refer to the image or a part of it. */
  readonly referrers: number;
  /** False if the registry keeps no list of referrers: then only tags were asked for. */
  readonly hasReferrersApi: boolean;
}

const cosignSuffixes = ["sig", "att", "sbom"];

/** Gathers the manifests of one image. */
export class ManifestCopy {
  readonly #client: RegistryClient;
  readonly #manifests = new Map<BlobDigest, CopiedManifest>();
  readonly #blobs = new Map<BlobDigest, Pointer>();
  #referrers = 0;
  #hasReferrersApi = true;

  constructor(client: RegistryClient) {
    this.#client = client;
  }

  /**
   * @param reference tag or digest
   * @param wanted platforms to copy; empty for all
   * @throws {AibomError} REGISTRY_*, FETCH_*, JSON_*
   */
  async gather(
    reference: string,
    name: string | undefined,
    wanted: readonly string[],
  ): Promise<ManifestGraph> {
    const received = await this.#require(reference);
    const digest = isBlobDigest(reference) ? reference : digestOf(received.bytes, "sha256");
    checkDigest(this.#client.host, reference, received, digest);
    const top = this.#add(digest, received, { names: name === undefined ? [] : [name], isListed: true });
    const parts = await this.#children(top, wanted, 1);
    for (const part of [top, ...parts]) {
      await this.#addReferrers(part, 1);
    }
    return {
      digest,
      manifests: [...this.#manifests.values()],
      blobs: [...this.#blobs.values()].filter(({ digest: each }) => !this.#manifests.has(each)),
      platforms: top.parsed.manifests.map(({ platform }) => platform).filter((each) => isPlatform(each)),
      referrers: this.#referrers,
      hasReferrersApi: this.#hasReferrersApi,
    };
  }

  /** The manifests that an index leads to. */
  async #children(
    parent: CopiedManifest,
    wanted: readonly string[],
    depth: number,
  ): Promise<CopiedManifest[]> {
    const pointers = selectPlatforms(parent.parsed.manifests, wanted);
    if (pointers.length > 0 && depth > limits.maxImageIndexDepth) {
      throw AibomError.of("REGISTRY_TOO_MANY", {
        what: "levels of indexes",
        limit: limits.maxImageIndexDepth,
      });
    }
    const found: CopiedManifest[] = [];
    for (const pointer of pointers) {
      if (!isManifestType(pointer.mediaType)) {
        this.#addBlob(pointer);
        continue;
      }
      const child = await this.#fetch(pointer, { names: [], isListed: false });
      found.push(child, ...(await this.#children(child, [], depth + 1)));
    }
    return found;
  }

  /** What refers to a manifest, and what refers to that: a signature over an SBOM. */
  async #addReferrers(about: CopiedManifest, depth: number): Promise<void> {
    if (depth > limits.maxReferrerDepth) {
      return;
    }
    const { algorithm, hex } = splitDigest(about.digest);
    const fallback = `${algorithm}-${hex.slice(0, 64)}`;
    const pointers = [
      ...(await this.#listed(about.digest)),
      ...(await this.#tagged(fallback)).flatMap(({ parsed }) => parsed.manifests),
    ];
    if (pointers.length > limits.maxImageReferrers) {
      throw AibomError.of("REGISTRY_TOO_MANY", {
        what: "referrers of one manifest",
        limit: limits.maxImageReferrers,
      });
    }
    const found: CopiedManifest[] = [];
    for (const pointer of pointers) {
      const isKnown = this.#manifests.has(pointer.digest);
      const referrer = await this.#fetch(pointer, { names: [], isListed: true });
      // What a list says is a hint: the manifest itself names what it is about.
      if (!isKnown && referrer.parsed.subject === about.digest) {
        this.#referrers++;
        found.push(referrer);
      }
    }
    for (const suffix of cosignSuffixes) {
      const tagged = await this.#tagged(`${fallback}.${suffix}`);
      this.#referrers += tagged.length;
      found.push(...tagged);
    }
    for (const referrer of found) {
      await this.#addReferrers(referrer, depth + 1);
    }
  }

  async #listed(digest: BlobDigest): Promise<readonly Pointer[]> {
    const pointers: Pointer[] = [];
    let next: string | undefined;
    for (let page = 0; page < limits.maxReferrerPages; page++) {
      const answer = await this.#client.referrers(digest, next);
      if (answer === undefined) {
        this.#hasReferrersApi = false;
        return [];
      }
      pointers.push(...parseReferrers(answer.bytes, `${this.#client.host}/…/referrers/${digest}`));
      next = answer.next;
      if (next === undefined) {
        return pointers;
      }
    }
    throw AibomError.of("REGISTRY_TOO_MANY", { what: "pages of referrers", limit: limits.maxReferrerPages });
  }

  /** The manifest under a tag, if there is one and it is new. */
  async #tagged(tag: string): Promise<CopiedManifest[]> {
    const received = await this.#client.manifest(tag);
    if (received === undefined) {
      return [];
    }
    const digest = digestOf(received.bytes, "sha256");
    checkDigest(this.#client.host, tag, received, digest);
    return [this.#add(digest, received, { names: [tag], isListed: true })];
  }

  async #fetch(pointer: Pointer, as: Pick<CopiedManifest, "names" | "isListed">): Promise<CopiedManifest> {
    const known = this.#manifests.get(pointer.digest);
    if (known !== undefined) {
      checkPointer(this.#client.host, pointer, known);
      return known;
    }
    const received = await this.#require(pointer.digest);
    checkDigest(this.#client.host, pointer.digest, received, pointer.digest);
    const added = this.#add(pointer.digest, received, as);
    checkPointer(this.#client.host, pointer, added);
    return added;
  }

  async #require(reference: string): Promise<ReceivedManifest> {
    const received = await this.#client.manifest(reference);
    if (received === undefined) {
      throw AibomError.of("REGISTRY_NOT_FOUND", { host: this.#client.host, name: reference });
    }
    return received;
  }

  #add(
    digest: BlobDigest,
    { bytes, contentType }: ReceivedManifest,
    { names, isListed }: Pick<CopiedManifest, "names" | "isListed">,
  ): CopiedManifest {
    const known = this.#manifests.get(digest);
    const parsed =
      known?.parsed ?? parseManifest(bytes, `${this.#client.host}/…/manifests/${digest}`, contentType);
    const added: CopiedManifest = {
      digest,
      bytes,
      parsed,
      names: [...new Set([...(known?.names ?? []), ...names])],
      isListed: isListed || known?.isListed === true,
    };
    this.#manifests.set(digest, added);
    for (const blob of parsed.blobs) {
      this.#addBlob(blob);
    }
    if (this.#manifests.size > limits.maxImageDescriptors) {
      throw AibomError.of("REGISTRY_TOO_MANY", { what: "manifests", limit: limits.maxImageDescriptors });
    }
    return added;
  }

  #addBlob(blob: Pointer): void {
    const known = this.#blobs.get(blob.digest);
    if (known !== undefined && known.size !== blob.size) {
      throw differs(this.#client.host, blob, `${known.size} bytes elsewhere`);
    }
    this.#blobs.set(blob.digest, blob);
    if (this.#blobs.size > limits.maxImageBlobs) {
      throw AibomError.of("REGISTRY_TOO_MANY", { what: "blobs", limit: limits.maxImageBlobs });
    }
  }
}

function parseReferrers(bytes: Uint8Array, from: string): readonly Pointer[] {
  const value = parseJson(bytes, {
    path: from,
    maxBytes: limits.maxImageManifestBytes,
    maxDepth: limits.maxJsonDepth,
  });
  // Some registries leave the list out instead of sending an empty one.
  if (isJsonObject(value) && !isJsonArray(value["manifests"]) && value["manifests"] !== undefined) {
    return [];
  }
  return parseManifest(bytes, from, "application/vnd.oci.image.index.v1+json").manifests;
}

function selectPlatforms(pointers: readonly Pointer[], wanted: readonly string[]): readonly Pointer[] {
  if (wanted.length === 0) {
    return pointers;
  }
  const chosen = pointers.filter(({ platform = "" }) =>
    wanted.some((each) => platform === each || platform.startsWith(`${each}/`)),
  );
  for (const each of wanted) {
    if (!chosen.some(({ platform = "" }) => platform === each || platform.startsWith(`${each}/`))) {
      const available = pointers.map(({ platform }) => platform).filter(isPlatform);
      throw AibomError.of("REGISTRY_PLATFORM", { wanted: each, available: available.join(", ") || "none" });
    }
  }
  const digests = new Set(chosen.map(({ digest }) => digest));
  // BuildKit's attestations stand beside the image that they are about.
  const about = pointers.filter(({ json }) => digests.has(referenceDigest(json) as BlobDigest));
  return [...chosen, ...about];
}

function referenceDigest(json: Pointer["json"]): string {
  const annotations = json["annotations"];
  const digest = isJsonObject(annotations) ? annotations["vnd.docker.reference.digest"] : undefined;
  return typeof digest === "string" ? digest : "";
}

function isPlatform(platform: string | undefined): platform is string {
  return platform !== undefined && platform !== "" && platform !== "unknown/unknown";
}

function checkPointer(host: string, pointer: Pointer, { bytes, parsed }: CopiedManifest): void {
  if (bytes.length !== pointer.size) {
    throw differs(host, pointer, `${bytes.length} bytes`);
  }
  // cosign 3 writes the type of an empty blob into fallback lists; the manifest's own type is read in any case.
  if (isManifestType(pointer.mediaType) && pointer.mediaType !== parsed.mediaType) {
    throw differs(host, pointer, `the type ${parsed.mediaType}`);
  }
}

function differs(host: string, { digest, size, mediaType }: Pointer, got: string): AibomError {
  return AibomError.of("REGISTRY_DIGEST_DIFFERS", {
    host,
    name: digest,
    got,
    expected: `${size} bytes of ${mediaType}`,
  });
}

function checkDigest(
  host: string,
  name: string,
  { bytes, statedDigest }: ReceivedManifest,
  digest: BlobDigest,
): void {
  const { algorithm } = splitDigest(digest);
  const got = digestOf(bytes, algorithm);
  if (got !== digest) {
    throw AibomError.of("REGISTRY_DIGEST_DIFFERS", { host, name, got, expected: digest });
  }
  if (statedDigest?.startsWith(`${algorithm}:`) && statedDigest !== digest) {
    throw AibomError.of("REGISTRY_DIGEST_DIFFERS", { host, name, got, expected: statedDigest });
  }
}

function digestOf(bytes: Uint8Array, algorithm: "sha256" | "sha512"): BlobDigest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
}
