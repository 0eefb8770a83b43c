// SPDX-License-Identifier: Apache-2.0
// The images of a target, each with the signatures that cover it: its own, and those of the indexes that lead to it. Every
// platform is gated by itself, so that what was signed for one says nothing of another. Signatures lie in the target, or in
// layouts that were given beside it; a signed manifest that was given is bound to a saved image by its configuration and
// its uncompressed layers.

import { hash } from "node:crypto";
import { fileManifest } from "./bom/file-manifest.ts";
import type { BlobDigest } from "./images/descriptor.ts";
import type { ImageStore, StoredManifest } from "./images/image-store.ts";
import { openImageStore } from "./images/open-image-store.ts";
import { withPackages } from "./listed-packages.ts";
import type { Artifact } from "./model/artifact.ts";
import type { Fact } from "./model/fact.ts";
import { type Finding, finding } from "./model/finding.ts";
import type { ImageContent } from "./model/image.ts";
import type { GatedArtifact } from "./policy/rule.ts";
import { rebind } from "./rebind-image.ts";
import type { TrustRoot } from "./trust/trust-root.ts";
import { digestEvidenceFor } from "./verifiers/bom-match.ts";
import { carriedEvidence } from "./verifiers/image/carried-evidence.ts";
import { findSignatures } from "./verifiers/image/find-signatures.ts";
import type { SignedImage } from "./verifiers/image/signed-image.ts";
import { rejectUnreadable, verifyImageSignature } from "./verifiers/image/verify-image-signature.ts";
import type { SignatureVerification } from "./verifiers/verification.ts";
import type { RevocationList } from "./x509/revocation-list.ts";

export interface ImageTrust {
  readonly trustRoot: TrustRoot;
  readonly at: Date;
  readonly revocationLists: readonly RevocationList[];
  /** Layouts with signatures besides those in the target. */
  readonly evidence: readonly string[];
  /** The repository that signatures must have been made for. */
  readonly repository: string | undefined;
  /** Every file that may be a signature of the image of that name. */
  readonly onSignature?: (image: string, name: string, bytes: Uint8Array) => void;
}

function isGated({ role }: ImageContent): boolean {
  return role === "image" || role === "artifact";
}

/**
 * The images of `gated`, which is about all that lies in the target.
 * @throws {AibomError} IMAGE_*, SOURCE_*: the target or a layout that was given cannot be opened
 */
export async function gateImages(
  target: string,
  gated: GatedArtifact,
  trust: ImageTrust,
): Promise<readonly GatedArtifact[]> {
  const stores: ImageStore[] = [];
  try {
    for (const path of [target, ...trust.evidence]) {
      stores.push(openImageStore(path));
    }
    const [store, ...evidence] = stores;
    return store === undefined ? [] : await gateAll(store, evidence, gated, trust);
  } finally {
    for (const store of stores) {
      store.close();
    }
  }
}

async function gateAll(
  store: ImageStore,
  evidence: readonly ImageStore[],
  whole: GatedArtifact,
  trust: ImageTrust,
): Promise<readonly GatedArtifact[]> {
  const images = distinct((whole.artifact.images ?? []).filter(isGated));
  const names = namesOf(whole.artifact.name, images);
  const all: GatedArtifact[] = [];
  for (const [index, image] of images.entries()) {
    const artifact = artifactOf(whole.artifact, image, names[index] ?? image.digest);
    const signed = await verifyImage(artifact, image, [store, ...evidence], trust);
    all.push(gatedImage(whole, artifact, signed));
  }
  return all;
}

/** One image may stand in several indexes: each way to it may be signed. */
function distinct(images: readonly ImageContent[]): readonly ImageContent[] {
  const byDigest = new Map<string, ImageContent>();
  for (const image of images) {
    const known = byDigest.get(image.digest);
    const parents = [...new Set([...(known?.parents ?? []), ...image.parents])];
    byDigest.set(image.digest, { ...(known ?? image), parents });
  }
  return [...byDigest.values()];
}

/** A single image is called as its carrier; several by their platform or name, and by their digest if that is not enough. */
function namesOf(carrier: string, images: readonly ImageContent[]): readonly string[] {
  if (images.length === 1) {
    return [carrier];
  }
  const short = images.map(({ platform, name, digest }) => `${carrier} ${platform ?? (name || digest)}`);
  return short.map((name, index) =>
    short.filter((each) => each === name).length === 1 ? name : `${name} ${images[index]?.digest ?? ""}`,
  );
}

/** The image as an artifact of its own; what was found in the carrier is told of each, since it may concern each. */
function artifactOf(whole: Artifact, given: ImageContent, name: string): Artifact {
  const image = { ...given, facts: given.facts.map(inBlob) };
  return {
    kind:
      image.role === "artifact" && image.files.some(({ format }) => format !== "file") ? "model" : "image",
    name,
    files: image.files,
    facts: image.facts,
    findings: whole.findings,
    ignored: whole.ignored,
    complete: image.complete && whole.complete,
    images: [image],
    ...(image.packages === undefined ? {} : { packages: image.packages }),
    ...(image.parts === undefined ? {} : { parts: image.parts }),
  };
}

/** What a manifest or a configuration states stands in its blob, which a signature on the manifest covers. */
function inBlob(fact: Fact): Fact {
  const blob = /^(sha\d{3}):([0-9a-f]+)\//.exec(fact.source.pointer ?? "");
  return blob === null ? fact : { ...fact, source: { ...fact.source, path: `blobs/${blob[1]}/${blob[2]}` } };
}

function gatedImage(
  whole: GatedArtifact,
  artifact: Artifact,
  signed: readonly SignatureVerification[],
): GatedArtifact {
  const { signatures, digests, rejected, findings, labels, attestedPackages } = whole;
  const { packages = [] } = artifact;
  const components = withPackages(whole.components ?? [], packages);
  const purls = [...new Set([...(labels?.purls ?? []), ...packages.map(({ purl }) => purl)])];
  const paths = artifact.files.map(({ path }) => path);
  return {
    artifact,
    manifest: fileManifest(artifact.files),
    signatures: [
      ...signatures.map((each) => carriedEvidence(each, whole.artifact.files, artifact)),
      ...signed.flatMap((each) => each.evidence),
    ],
    digests: digests.map((each) => digestEvidenceFor(each, artifact.name, paths)),
    rejected: [...rejected, ...signed.flatMap((each) => each.rejected)],
    findings: [...findings, ...signed.flatMap((each) => each.findings)],
    ...(attestedPackages === undefined ? {} : { attestedPackages }),
    ...(components.length === 0 ? {} : { components }),
    ...(labels === undefined && purls.length === 0
      ? {}
      : { labels: { purls, properties: labels?.properties ?? [] } }),
  };
}

/** Everything that may be a signature of the image, in all stores, verified. */
async function verifyImage(
  artifact: Artifact,
  image: ImageContent,
  stores: readonly ImageStore[],
  trust: ImageTrust,
): Promise<readonly SignatureVerification[]> {
  const covers = unchangedFiles(image);
  const bound = rebind(image, stores);
  const answers: SignatureVerification[] = bound.flatMap(({ manifest, layers }) =>
    manifest.digest === image.digest
      ? []
      : [
          onlyFinding(
            finding("IMAGE_REBOUND", { path: artifact.name }, { manifest: manifest.digest, layers }),
          ),
        ],
  );
  const digests = new Set([image.digest, ...image.parents, ...bound.flatMap(({ above }) => above)]);
  for (const store of stores) {
    for (const digest of digests as ReadonlySet<BlobDigest>) {
      const manifest = stores.map((each) => each.manifests.get(digest)).find((each) => each !== undefined);
      const found = findSignatures(store, digest);
      const about = manifest === undefined ? undefined : signedImage(artifact, manifest, covers, trust);
      for (const each of about === undefined ? [] : found.signatures) {
        trust.onSignature?.(artifact.name, each.place, each.bytes);
        answers.push(await verifyImageSignature(each, about as SignedImage, trust));
      }
      answers.push(...found.unreadable.map((each) => rejectUnreadable(each, artifact.name)));
      answers.push(...found.findings.map((each) => onlyFinding(each)));
    }
  }
  return answers;
}

/**
 * What a signature on the manifest covers: the blobs whose bytes are what their names say (cosign issue 1912: a layer may be
 * exchanged under a signed manifest), and what lies in the layers if all of them are.
 */
function unchangedFiles({ files }: ImageContent): readonly string[] {
  const blobs = files.filter(({ path }) => blobName.test(path));
  const unchanged = blobs.filter(({ path, digests }) =>
    digests.some(({ algorithm, hex }) => path === `blobs/${algorithm}/${hex}`),
  );
  return (unchanged.length === blobs.length ? files : unchanged).map(({ path }) => path);
}

const blobName = /^blobs\/sha\d{3}\/[0-9a-f]+$/;

function signedImage(
  { name }: Artifact,
  { mediaType, size, bytes }: StoredManifest,
  covers: readonly string[],
  { repository }: ImageTrust,
): SignedImage {
  return {
    artifact: name,
    mediaType,
    size,
    digests: new Map(["sha256", "sha384", "sha512"].map((each) => [each, hash(each, bytes, "hex")] as const)),
    covers,
    ...(repository === undefined ? {} : { repository }),
  };
}

function onlyFinding(found: Finding): SignatureVerification {
  return { evidence: [], rejected: [], findings: [found] };
}
