// SPDX-License-Identifier: Apache-2.0
// Models in images and in artifacts of the OCI form: what the files beside the weights say is read by the same stores and
// layouts as in a directory on disk. An artifact is the model itself; an image holds models among everything else, and each
// becomes a part of it, as the models of a store on disk do (decision 0009).

import { hash } from "node:crypto";
import { memorySource } from "./bytes/byte-source.ts";
import { gitBlobSha1 } from "./bytes/git-blob.ts";
import { artifactParts } from "./describe-parts.ts";
import { comparePart } from "./expected-files.ts";
import { type BakedFiles, bakedFiles } from "./image-model-files.ts";
import { imageFile } from "./images/image-account.ts";
import { tellsOfModels } from "./images/model-files.ts";
import type { ReadImage } from "./images/read-images.ts";
import type { ArtifactFile, ArtifactPart } from "./model/artifact.ts";
import type { Fact } from "./model/fact.ts";
import type { Finding } from "./model/finding.ts";
import type { ImageContent } from "./model/image.ts";
import { compareManifests, type ExpectedFile, expectedFiles } from "./reading/manifest-digests.ts";
import { bakedModels } from "./stores/baked-models.ts";
import { huggingFaceCache } from "./stores/hugging-face-cache.ts";
import { ollama } from "./stores/ollama.ts";
import { describeTogether, type Together } from "./stores/together.ts";

interface ImageWithModels {
  readonly image: ImageContent;
  /** They stand at the carrier's file, and name the file in the image. */
  readonly findings: readonly Finding[];
}

/**
 * The image with what stores and layouts say, and with its parts. `image.packages` tell which files are software's.
 * Findings stand at `path`, the carrier's file on disk. Never throws on content.
 */
export function withModels(image: ImageContent, read: ReadImage, path: string): ImageWithModels {
  const files = bakedFiles(image, read);
  if (files.seeds.size === 0) {
    return { image, findings: [] };
  }
  const isImage = image.role === "image";
  const options = { among: [huggingFaceCache, ollama, bakedModels(files.seeds)], isModelsOnly: true };
  const together = withoutStrangers(describeTogether(files.view, isImage ? options : {}));
  const { parts, findings } = isImage ? partsOf(files, together) : { parts: [], findings: [] };
  const located = (found: Finding): Finding => atCarrier(found, image.digest, path);
  const fromRoot = parts.map((part) => partFromRoot(part, located));
  const all = [...image.files, ...fromRoot.flatMap((part) => part.files)];
  return {
    image: {
      ...image,
      facts: [...image.facts, ...together.facts.map(factFromRoot)],
      files: [...new Map(all.map((file) => [file.path, file])).values()],
      complete: image.complete && together.unverified.length === 0,
      ...(fromRoot.length === 0 ? {} : { parts: fromRoot }),
    },
    findings: [...together.findings, ...findings].map(located),
  };
}

/**
 * Without what layouts wanted to look into and could not, since its bytes were not kept and its name says nothing of models:
 * its own reader read it while it passed.
 */
function withoutStrangers(together: Together): Together {
  const isStranger = (code: string, path: string): boolean =>
    code === "IMAGE_FILE_UNREAD" && !tellsOfModels(path);
  const strangers = new Set(
    together.findings
      .filter(({ code, location }) => isStranger(code, location.path))
      .map(({ location }) => location.path),
  );
  return {
    ...together,
    findings: together.findings.filter(({ code, location }) => !isStranger(code, location.path)),
    unverified: together.unverified.filter((path) => !strangers.has(path)),
  };
}

/** The parts, with paths as the layers have them, and what comparing their files with their manifests showed. */
function partsOf(
  { entries, view }: BakedFiles,
  together: Together,
): { readonly parts: readonly ArtifactPart[]; readonly findings: readonly Finding[] } {
  const unverified = new Set(together.unverified);
  const paths = new Set(together.parts.flatMap(({ part }) => part.paths));
  const files = [...entries.values()].flatMap((entry): readonly ArtifactFile[] => {
    const file = paths.has(entry.path) ? imageFile(entry) : undefined;
    return file === undefined ? [] : [unverified.has(entry.path) ? { ...file, status: "unverified" } : file];
  });
  const readers = [...entries].flatMap(([path, { read }]) =>
    (read?.findings ?? []).map((found) => ({ ...found, location: { ...found.location, path } })),
  );
  const parts = artifactParts(together.parts, {
    files,
    findings: [...readers, ...together.findings],
    refused: [],
    read: (path) => {
      const file = view.files.get(path);
      return file === undefined
        ? undefined
        : { ...file, holdsWeights: entries.get(path)?.read?.holdsWeights === true };
    },
  });
  const further = furtherDigests(entries);
  const isComputed = ({ path, digest }: ExpectedFile): boolean =>
    digest === undefined || digest.algorithm === "sha256" || further(path, digest.algorithm) !== undefined;
  const expected = expectedFiles({ facts: together.facts, files }).filter(isComputed);
  const { findings } = compareManifests({ files }, expected, further);
  return { parts: parts.map((part) => comparePart(part, findings, further, isComputed)), findings };
}

/** Of small files, whose bytes were kept: the names of git blobs in a cache. */
function furtherDigests(entries: BakedFiles["entries"]): Parameters<typeof compareManifests>[2] {
  return (path, algorithm) => {
    const bytes = entries.get(path)?.bytes;
    if (bytes === undefined) {
      return undefined;
    }
    return algorithm === "git-sha1" ? gitBlobSha1(memorySource(bytes, path)) : hash(algorithm, bytes, "hex");
  };
}

/** In an image a path begins at its root. */
function partFromRoot(part: ArtifactPart, located: (found: Finding) => Finding): ArtifactPart {
  return {
    ...part,
    root: `/${part.root}`,
    files: part.files.map((file) => ({ ...file, path: `/${file.path}` })),
    facts: part.facts.map(factFromRoot),
    findings: part.findings.map(located),
  };
}

function factFromRoot(fact: Fact): Fact {
  return { ...fact, source: { ...fact.source, path: `/${fact.source.path}` } };
}

function atCarrier(found: Finding, digest: string, path: string): Finding {
  const { path: inside, member, ...rest } = found.location;
  const isAtLayer = member?.startsWith("sha") === true && member.includes("!");
  const inner = isAtLayer ? member : [digest, inside, member].filter((each) => each !== undefined).join("!");
  return { ...found, subject: path, location: { ...rest, path, member: inner } };
}
