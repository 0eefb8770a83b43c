// SPDX-License-Identifier: Apache-2.0
// What identifies an artifact in a document: the digest of its bytes, and the bom-ref that comes from it. Known before
// any component is written, so that one artifact can refer to another.

import type { Artifact, ArtifactFile, ArtifactKind } from "../model/artifact.ts";
import type { Digest } from "../model/digest.ts";
import { type Described, describedArtifact } from "./described.ts";
import { manifestOfSorted, sortedFiles } from "./file-manifest.ts";
import { contentKey, type RefRegister } from "./refs.ts";

export interface ArtifactIdentity {
  readonly isSingleFile: boolean;
  /** SHA-256 of the file, or of the manifest of all files. */
  readonly digest: Digest;
  readonly digests: readonly Digest[];
  /** The part of the ref that its files' refs share. */
  readonly key: string;
  readonly ref: string;
}

const refPrefixes = {
  model: "model",
  dataset: "dataset",
  image: "image",
  environment: "environment",
  "file-set": "files",
} as const satisfies Record<ArtifactKind, string>;

/** The identities of the artifacts of one document, each claimed once. */
export class ArtifactRefs {
  readonly #refs: RefRegister;
  readonly #known = new Map<Described, ArtifactIdentity>();

  constructor(refs: RefRegister) {
    this.#refs = refs;
  }

  /** @throws {AibomError} BOM_DIGEST_MISSING */
  of(artifact: Described): ArtifactIdentity {
    const known = this.#known.get(artifact);
    if (known !== undefined) {
      return known;
    }
    const digests = imageDigests(artifact) ?? artifactDigests(artifact, sortedFiles(artifact.files));
    const key = this.#refs.claim(contentKey(artifact.kind, artifact.name, digests.digest.hex));
    const identity = { ...digests, key, ref: `${refPrefixes[artifact.kind]}:${key}` };
    this.#known.set(artifact, identity);
    return identity;
  }
}

/** An image is what its manifest's digest says, wherever it lies. */
function imageDigests({
  image,
}: Described): Pick<ArtifactIdentity, "isSingleFile" | "digest" | "digests"> | undefined {
  if (image === undefined) {
    return undefined;
  }
  const [algorithm, hex = ""] = image.digest.split(":");
  const digest: Digest = { algorithm: algorithm === "sha512" ? "sha512" : "sha256", hex };
  return { isSingleFile: false, digest, digests: [digest] };
}

/**
 * The digest that a BOM gives for an artifact: of its only file, or of the manifest of all its files.
 * @throws {AibomError} BOM_DIGEST_MISSING
 */
export function artifactDigest(artifact: Artifact): Digest {
  const described = describedArtifact(artifact);
  return artifactDigests(described, sortedFiles(described.files)).digest;
}

function artifactDigests(
  artifact: Described,
  sorted: readonly ArtifactFile[],
): Pick<ArtifactIdentity, "isSingleFile" | "digest" | "digests"> {
  const [file, ...others] = sorted;
  const isSingleFile = artifact.part === undefined && others.length === 0 && file?.path === artifact.name;
  const sha256 = isSingleFile ? file.digests.find(({ algorithm }) => algorithm === "sha256") : undefined;
  if (file === undefined || sha256 === undefined) {
    const manifest = manifestOfSorted(manifestFiles(artifact, sorted));
    return { isSingleFile: false, digest: manifest, digests: [manifest] };
  }
  const digests = file.digests.toSorted((a, b) => (a.algorithm < b.algorithm ? -1 : 1));
  return { isSingleFile, digest: sha256, digests };
}

/**
 * A model has one digest wherever it lies: the files of a part are named from its folder. Cutting one folder off
 * all paths leaves their order as it is.
 */
function manifestFiles(
  { part }: Described,
  sorted: readonly ArtifactFile[],
): readonly Pick<ArtifactFile, "path" | "digests">[] {
  if (part === undefined || part.root === "") {
    return sorted;
  }
  const prefix = part.root === "/" ? "/" : `${part.root}/`;
  return sorted.map(({ path, digests }) => ({
    path: path.startsWith(prefix) ? path.slice(prefix.length) : path,
    digests,
  }));
}
