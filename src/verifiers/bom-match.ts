// SPDX-License-Identifier: Apache-2.0
// Compares an artifact's recomputed digests with those of a BOM: every file, both ways, all differences.
// The BOM's own signature is another verifier's business; without it these digests are somebody's claim.

import type { BomArtifact, BomFile } from "../bom/read.ts";
import type { Artifact, ArtifactFile } from "../model/artifact.ts";
import { type Digest, type DigestAlgorithm, digestOf } from "../model/digest.ts";
import type { DigestEvidence } from "../model/evidence.ts";
import { type Finding, finding } from "../model/finding.ts";
import { mintDigestEvidence } from "./mint.ts";

export interface BomMatch {
  /** Present only if nothing differs. */
  readonly evidence?: DigestEvidence;
  readonly findings: readonly Finding[];
  /** The component that was compared. */
  readonly component?: BomArtifact;
}

/** The algorithms that a BOM uses and aibom can recompute: the hashing pass must produce them. */
export function digestAlgorithmsOf(artifacts: readonly BomArtifact[]): readonly DigestAlgorithm[] {
  const used = new Set<DigestAlgorithm>();
  for (const artifact of artifacts) {
    for (const file of artifact.files) {
      for (const digest of file.digests) {
        used.add(digest.algorithm);
      }
    }
  }
  return [...used].sort();
}

/**
 * Compares `artifact` with the BOM component of the same name, else with the one component whose files have
 * the same paths. Every file must be in the BOM with a digest that aibom can recompute, and equal in all of them;
 * `mayBeOutside` names the paths that a BOM need not list.
 */
export function matchBom(
  artifact: Artifact,
  candidates: readonly BomArtifact[],
  mayBeOutside: (path: string) => boolean = () => false,
): BomMatch {
  const component = chooseComponent(artifact, candidates);
  if (component === undefined) {
    return {
      findings: [
        finding(
          "BOM_ARTIFACT_UNKNOWN",
          { path: "." },
          { artifact: artifact.name },
          { subject: artifact.name },
        ),
      ],
    };
  }
  const expected = new Map(component.files.map((file) => [file.path, file]));
  const findings: Finding[] = [];
  const covers: string[] = [];
  const outside: string[] = [];
  for (const file of artifact.files) {
    const listed = expected.get(file.path);
    if (listed === undefined && mayBeOutside(file.path)) {
      outside.push(file.path);
      continue;
    }
    findings.push(...compareFile(artifact, file, listed));
    expected.delete(file.path);
    covers.push(file.path);
  }
  for (const path of expected.keys()) {
    findings.push(finding("BOM_FILE_MISSING", { path }, {}, { subject: artifact.name }));
  }
  if (findings.length > 0) {
    return { findings, component };
  }
  const evidence = mintDigestEvidence({
    subject: artifact.name,
    against: "bom",
    covers,
    ...(outside.length === 0 ? {} : { outside }),
    algorithms: [...digestAlgorithmsOf([component])],
  });
  return { evidence, findings, component };
}

function chooseComponent(artifact: Artifact, candidates: readonly BomArtifact[]): BomArtifact | undefined {
  const named = candidates.filter((each) => each.name === artifact.name && each.files.length > 0);
  if (named.length === 1) {
    return named[0];
  }
  const paths = pathList(artifact.files);
  const open = named.length > 1 ? named : candidates;
  const samePaths = open.filter((each) => pathList(each.files) === paths);
  // A store has the files of each model in it as well: the model itself goes first.
  const alike = samePaths.length > 0 ? samePaths : open.filter((each) => sharesEveryDigest(artifact, each));
  // Two components that fit equally well would let the BOM's author choose which one counts.
  return alike.length === 1 ? alike[0] : undefined;
}

/** The paths in one string: NUL occurs in no path. */
function pathList(files: readonly { readonly path: string }[]): string {
  return files
    .map((file) => file.path)
    .sort()
    .join("\0");
}

function sharesEveryDigest(artifact: Artifact, component: BomArtifact): boolean {
  const known = new Set(component.files.flatMap((file) => file.digests.map((digest) => digest.hex)));
  return (
    artifact.files.length > 0 &&
    artifact.files.every((file) => file.digests.some((digest) => known.has(digest.hex)))
  );
}

function compareFile(artifact: Artifact, file: ArtifactFile, expected: BomFile | undefined): Finding[] {
  const place = { path: file.path };
  const options = { subject: artifact.name };
  if (expected === undefined) {
    return [finding("BOM_FILE_EXTRA", place, {}, options)];
  }
  const compared = expected.digests.filter(
    (digest) => digestOf(file.digests, digest.algorithm) !== undefined,
  );
  if (compared.length === 0) {
    return [finding("BOM_FILE_NO_DIGEST", place, { found: foundAlgorithms(expected.digests) }, options)];
  }
  return compared.flatMap((digest) => {
    const actual = digestOf(file.digests, digest.algorithm);
    return actual === digest.hex
      ? []
      : [
          finding(
            "BOM_FILE_CHANGED",
            place,
            { algorithm: digest.algorithm, actual: actual ?? "", expected: digest.hex },
            options,
          ),
        ];
  });
}

function foundAlgorithms(digests: readonly Digest[]): string {
  return digests.length === 0 ? "no known hash" : digests.map((digest) => digest.algorithm).join(", ");
}

/**
 * Evidence about all that lies in a carrier, as evidence about one of the images in it: where every byte of the carrier
 * equals, so do theirs.
 */
export function digestEvidenceFor(
  { against, algorithms }: DigestEvidence,
  subject: string,
  covers: readonly string[],
): DigestEvidence {
  return mintDigestEvidence({ subject, against, covers, algorithms });
}
