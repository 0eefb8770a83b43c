// SPDX-License-Identifier: Apache-2.0
// Finds what may be a signature or an attestation of one manifest or index, wherever tools put it: tags of cosign 2, referrers
// (listed, under a fallback tag or unlisted), BuildKit's manifests inside an index, files of containers/image, and what
// `cosign save` lists. Names, tags and annotations only lead here: what counts is what was signed. What is found and not
// signed is a claim, what is unknown is said to be unknown, what is unreadable is a rejection.

import { AibomError } from "../../errors.ts";
import type { BlobDigest, Descriptor } from "../../images/descriptor.ts";
import type { ImageStore, StoredManifest } from "../../images/image-store.ts";
import { limits } from "../../limits.ts";
import { type Finding, finding } from "../../model/finding.ts";
import { notaryMediaTypes } from "../notary/verify-notary.ts";
import { readSignatureFile } from "./signature-file.ts";
import type { ImageSignature, SignatureForm, UnreadableSignature } from "./signed-image.ts";

/** What lies beside an image. */
export interface FoundSignatures {
  readonly signatures: readonly ImageSignature[];
  readonly unreadable: readonly UnreadableSignature[];
  readonly findings: readonly Finding[];
}

/** Everything in `store` that may be about the manifest with this digest. */
export function findSignatures(store: ImageStore, digest: BlobDigest): FoundSignatures {
  const search = new SignatureSearch(store, digest);
  search.tags();
  for (const referrer of store.referrersOf(digest)) {
    search.manifest(referrer);
  }
  search.attestations();
  search.savedByCosign();
  search.files();
  return search;
}

/** Endings of the tags of cosign 2: `sha256-<hex>.sig`. */
const tagEndings = ["sig", "att", "sbom"] as const;

/** Annotation by which `cosign save` says what an entry is. */
const savedKind = "kind";
const savedPrefix = "dev.cosignproject.cosign/";

class SignatureSearch implements FoundSignatures {
  readonly signatures: ImageSignature[] = [];
  readonly unreadable: UnreadableSignature[] = [];
  readonly findings: Finding[] = [];
  readonly #store: ImageStore;
  readonly #digest: BlobDigest;
  readonly #seen = new Set<string>();
  #isFull = false;

  constructor(store: ImageStore, digest: BlobDigest) {
    this.#store = store;
    this.#digest = digest;
  }

  tags(): void {
    for (const ending of tagEndings) {
      const tag = `${this.#digest.replace(":", "-")}.${ending}`;
      const entry = this.#store.tags.get(tag);
      if (entry !== undefined) {
        this.#entry(entry, tag);
      }
    }
  }

  /** BuildKit: manifests of an index that say which sibling they are about. */
  attestations(): void {
    for (const { role, descriptor, manifest } of this.#store.subjects) {
      const about = descriptor.annotations.get("vnd.docker.reference.digest");
      if (role === "attestation" && about === this.#digest && manifest !== undefined) {
        this.manifest(manifest);
      }
    }
  }

  /** `cosign save` writes one image to a layout and lists its signatures beside it, without naming it. */
  savedByCosign(): void {
    const isSaved = this.#store.entries.some(
      (entry) =>
        entry.digest === this.#digest &&
        (entry.annotations.get(savedKind) ?? "").startsWith(`${savedPrefix}image`),
    );
    for (const entry of isSaved ? this.#store.entries : []) {
      const kind = entry.annotations.get(savedKind) ?? "";
      if (kind === `${savedPrefix}sigs` || kind === `${savedPrefix}atts`) {
        this.#entry(entry, kind.slice(savedPrefix.length));
      }
    }
  }

  /** containers/image: `signature-1` beside a manifest. */
  files(): void {
    for (const { path, digest } of this.#store.signatureFiles) {
      if (digest === this.#digest) {
        this.#take(path, () => readSignatureFile(this.#store.file(path, limits.maxBundleDerBytes), path));
      }
    }
  }

  #entry(entry: Descriptor, name: string): void {
    const manifest = this.#store.manifests.get(entry.digest);
    if (manifest === undefined) {
      const reason = `${name} leads to ${entry.digest}, which is not there or is damaged`;
      this.#reject(name, AibomError.of("IMAGE_SIGNATURE_UNREADABLE", { reason }));
      return;
    }
    this.manifest(manifest);
  }

  /** Every layer that may be a signature; one manifest of cosign 2 holds many. */
  manifest(manifest: StoredManifest): void {
    if (this.#seen.has(manifest.digest)) {
      return;
    }
    this.#seen.add(manifest.digest);
    if (manifest.kind === "index") {
      for (const child of manifest.manifests) {
        this.#entry(child, manifest.digest);
      }
      return;
    }
    const isNotary = manifest.artifactType === notaryArtifact;
    const kinds = manifest.layers.map((layer) => kindOfLayer(layer, isNotary));
    const alone = kinds.filter((kind) => kind === "bundle" || kind === "jws" || kind === "cose");
    if (alone.length > 1 || (alone.length > 0 && manifest.layers.length > 1)) {
      const args = { count: manifest.layers.length, expected: 1 };
      this.#reject(manifest.digest, AibomError.of("IMAGE_SIGNATURE_LAYERS", args));
      return;
    }
    for (const [index, layer] of manifest.layers.entries()) {
      this.#layer(manifest, layer, kinds[index] ?? "unknown");
    }
    if (manifest.layers.length === 0) {
      this.#unknown(manifest, "nothing");
    }
  }

  #layer(manifest: StoredManifest, layer: Descriptor, kind: LayerKind): void {
    const place = manifest.layers.length === 1 ? manifest.digest : `${manifest.digest}#${layer.digest}`;
    switch (kind) {
      case "claim":
        this.#report("IMAGE_CLAIM_UNSIGNED", manifest, claimName(layer));
        break;
      case "unknown":
        this.#unknown(manifest, layer.mediaType);
        break;
      default:
        this.#take(place, () => ({
          form: kind,
          place,
          bytes: this.#store.blob(layer.digest, limits.maxImageSignatureBytes),
          annotations: layer.annotations,
        }));
    }
  }

  #unknown(manifest: StoredManifest, layerType: string): void {
    this.#report("IMAGE_REFERRER_UNRECOGNISED", manifest, manifest.artifactType || layerType || "no type");
  }

  #report(
    code: "IMAGE_CLAIM_UNSIGNED" | "IMAGE_REFERRER_UNRECOGNISED",
    { digest: member }: StoredManifest,
    name: string,
  ): void {
    const location = { path: this.#store.name, member };
    const digest = this.#digest;
    if (this.findings.length < limits.maxImageSignatures) {
      this.findings.push(
        code === "IMAGE_CLAIM_UNSIGNED"
          ? finding(code, location, { what: name.slice(0, 100), digest })
          : finding(code, location, { type: name.slice(0, 100), digest }),
      );
    }
  }

  #take(place: string, read: () => ImageSignature): void {
    const limit = limits.maxImageSignatures;
    if (this.signatures.length + this.unreadable.length >= limit) {
      if (!this.#isFull) {
        this.#isFull = true;
        const error = AibomError.of("IMAGE_SIGNATURES_TOO_MANY", { limit, digest: this.#digest });
        this.unreadable.push({ place, error });
      }
      return;
    }
    try {
      this.signatures.push(read());
    } catch (cause) {
      if (!(cause instanceof AibomError)) {
        throw cause;
      }
      this.#reject(place, cause);
    }
  }

  #reject(place: string, error: AibomError): void {
    if (this.unreadable.length < limits.maxImageSignatures) {
      this.unreadable.push({ place, error });
    }
  }
}

type LayerKind = SignatureForm | "claim" | "unknown";

/** Of an artifact that holds a Notary Project signature; its artifact type or the type of its configuration. */
const notaryArtifact = "application/vnd.cncf.notary.signature";

const bundleType = /^application\/vnd\.dev\.sigstore\.bundle(?:\.v0\.[0-9])?\+json(?:;version=0\.[0-9])?$/;
/** Docker's signed form of a statement; without the ending the statement is bare. */
const signedStatement = /^application\/vnd\.in-toto\.[a-z0-9._-]{1,60}\+dsse$/;
const bareStatement = /^application\/vnd\.in-toto(?:\.[a-z0-9._-]{1,60})?\+json$/;
const sbomType = /^(?:application|text)\/(?:vnd\.cyclonedx\b.*|spdx\+(?:json|xml)|spdx|vnd\.syft\+json)$/;

function kindOfLayer({ mediaType }: Descriptor, isNotary: boolean): LayerKind {
  switch (mediaType) {
    case "application/vnd.dev.cosign.simplesigning.v1+json":
      return "simple-signing";
    case "application/vnd.dsse.envelope.v1+json":
      return "dsse";
    case notaryMediaTypes.jws:
      return isNotary ? "jws" : "unknown";
    case notaryMediaTypes.cose:
      return isNotary ? "cose" : "unknown";
  }
  if (bundleType.test(mediaType)) {
    return "bundle";
  }
  if (signedStatement.test(mediaType)) {
    return "dsse";
  }
  return bareStatement.test(mediaType) || sbomType.test(mediaType) ? "claim" : "unknown";
}

function claimName({ mediaType, annotations }: Descriptor): string {
  const predicate = annotations.get("in-toto.io/predicate-type");
  return predicate === undefined ? `a document of type ${mediaType}` : `the statement ${predicate}`;
}
