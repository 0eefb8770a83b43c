// SPDX-License-Identifier: Apache-2.0
// An opened carrier of images: what lies in an OCI layout, a `docker save` archive and so on, without anything
// being unpacked. Manifests and indexes are read, hashed and compared with their descriptors when it is opened; the bytes
// of any other blob are hashed when they are handed out (`blob`) or by the pass over all layers (`read-images.ts`).

import type { ByteSource } from "../bytes/byte-source.ts";
import type { Finding } from "../model/finding.ts";
import type { CarrierFile } from "../sources/image-carrier.ts";
import type { BlobDigest, Descriptor, Platform } from "./descriptor.ts";

/** How images lie in a file or a directory. An OCI layout is also what `oras backup` and `cosign save` write. */
export type CarrierKind =
  | "oci-layout" // oci-layout, index.json, blobs/
  | "docker-archive" // manifest.json is a list; since Docker 25 it stands beside an OCI layout
  | "image-directory"; // skopeo's `dir:`: manifest.json is the manifest, blobs are named by their digest

/** A blob that lies in the carrier. */
export interface StoredBlob {
  readonly digest: BlobDigest;
  /** Bytes that are there; whether they are what the digest says is known once they are hashed. */
  readonly size: number;
  /** The carrier's file that holds them. */
  readonly path: string;
}

/** A manifest or an index whose bytes are what its digest says, and equal in size and media type to its descriptors. */
export interface StoredManifest {
  readonly digest: BlobDigest;
  readonly size: number;
  readonly mediaType: string;
  readonly kind: "manifest" | "index";
  /** Its own member, else the media type of its configuration. Empty if there is neither. */
  readonly artifactType: string;
  readonly config?: Descriptor;
  /** Empty for an index. */
  readonly layers: readonly Descriptor[];
  /** Of an index. */
  readonly manifests: readonly Descriptor[];
  /** The digest of what it is about: it is a referrer of it. */
  readonly subject?: Descriptor;
  readonly annotations: ReadonlyMap<string, string>;
  /** As they lie in the carrier: what signatures are made over. */
  readonly bytes: Uint8Array;
}

/** An image, an index or an artifact in its own right: what an inventory lists and a signature is about. */
export interface ImageSubject {
  /**
   * The digest that stands for it: of the manifest, or of the configuration where `docker save` wrote no manifest
   * (then `manifest` is missing, and no signature over a registry's manifest can name it: it is rebound by `config` and
   * the diff_ids).
   */
  readonly digest: BlobDigest;
  readonly manifest?: StoredManifest;
  readonly config?: Descriptor;
  /** In their order. Those of an archive without manifests are named by the digest of their bytes. */
  readonly layers: readonly Descriptor[];
  /** As the index that lists it states it; undefined at the top. */
  readonly platform?: Platform;
  /** Names that the carrier gives it: `registry/repo:tag`, or a tag alone. A claim. */
  readonly names: readonly string[];
  /** Digests of the indexes that lead to it, the outermost first; a signature on one of them covers it by hash. */
  readonly parents: readonly BlobDigest[];
  /** The descriptor that led to it, with its annotations (`kind` of cosign, `vnd.docker.reference.type` of BuildKit). */
  readonly descriptor: Descriptor;
  /**
   * `image`, `index` and `artifact` (a model in OCI form and the like) are subjects of their own. `attestation` is
   * BuildKit's manifest inside an index, which is about a sibling: `subjectsOf` never lists it among images.
   */
  readonly role: "image" | "index" | "artifact" | "attestation";
}

/** A signature of containers/image beside the manifest of `dir:`: `signature-1`. */
export interface SignatureFile {
  readonly path: string;
  /** The manifest that it lies beside. */
  readonly digest: BlobDigest;
}

export interface ImageStore {
  /** Of the file or directory. */
  readonly name: string;
  readonly kind: CarrierKind;
  /** Every manifest and index that is reachable, referrers among them; only those whose bytes are what they should be. */
  readonly manifests: ReadonlyMap<BlobDigest, StoredManifest>;
  /** Every blob of the carrier by the digest its name or the archive's list states. */
  readonly blobs: ReadonlyMap<BlobDigest, StoredBlob>;
  /**
   * Every manifest and index that is no referrer and no signature, an index before its children, each once. Empty
   * is an error when the store is opened.
   */
  readonly subjects: readonly ImageSubject[];
  /** Descriptors at the top of `index.json` by the last part of their name: `latest`, `sha256-<hex>.sig`. */
  readonly tags: ReadonlyMap<string, Descriptor>;
  /** Descriptors at the top of `index.json`, in their order, whatever they are. */
  readonly entries: readonly Descriptor[];
  readonly signatureFiles: readonly SignatureFile[];
  /** What is wrong with the carrier or its manifests. `complete` is false if any part of it could not be read. */
  readonly findings: readonly Finding[];
  readonly complete: boolean;
  /** Where the bytes of each file of the carrier lie, for whoever streams large blobs on a thread. */
  readonly files: ReadonlyMap<string, CarrierFile>;
  /**
   * Manifests whose own `subject` names `digest`, wherever they lie: in `index.json`, under a fallback tag, or unlisted
   * among the blobs.
   */
  referrersOf(digest: BlobDigest): readonly StoredManifest[];
  /**
   * The bytes of a blob, hashed and compared.
   * @throws {AibomError} IMAGE_BLOB_MISSING, IMAGE_BLOB_CHANGED, IMAGE_BLOB_TOO_LARGE
   */
  blob(digest: BlobDigest, maxBytes: number): Uint8Array;
  /**
   * A blob to read in parts, not hashed.
   * @throws {AibomError} IMAGE_BLOB_MISSING
   */
  openBlob(digest: BlobDigest): ByteSource;
  /** The bytes of a file of the carrier that is no blob: a signature file. @throws {AibomError} */
  file(path: string, maxBytes: number): Uint8Array;
  /** Closes the carrier; nothing can be read afterwards. */
  close(): void;
}
