// SPDX-License-Identifier: Apache-2.0
// After an artifact is described: what its manifests say about its files is compared with the bytes. SHA-256 is known
// of every file already; for other functions (DVC's MD5, git's blob names) the files that a manifest names, and no
// others, are hashed a second time, on threads like the first.

import { type HashedFile, type HashOptions, type HashRequest, hashFiles } from "./digests/engine.ts";
import { isWeakAlgorithm, type WeakAlgorithm } from "./digests/weak-algorithm.ts";
import { AibomError } from "./errors.ts";
import type { Artifact, ArtifactPart } from "./model/artifact.ts";
import { type DigestAlgorithm, digestOf } from "./model/digest.ts";
import type { Finding } from "./model/finding.ts";
import {
  compareManifests,
  type ExpectedFile,
  expectedFiles,
  type FurtherDigest,
} from "./reading/manifest-digests.ts";
import type { SourceTree } from "./sources/tree.ts";

/** How to hash so many bytes more. */
export type OptionsFor = (bytes: number) => HashOptions;

interface ExpectationInput {
  readonly artifact: Artifact;
  readonly tree: SourceTree;
  /** In the order of the tree. */
  readonly hashed: readonly HashedFile[];
}

/**
 * Compares and adds the facts and findings. An artifact whose files nothing is expected of is returned as it is.
 * @throws {AibomError} as `hashFiles`: SOURCE_CHANGED and others
 */
export async function checkExpectedFiles(
  { artifact, tree, hashed }: ExpectationInput,
  optionsFor: OptionsFor,
): Promise<Artifact> {
  const expected = expectedFiles(artifact);
  if (expected.length === 0) {
    return artifact;
  }
  const further = await hashFurther(expected, tree, hashed, optionsFor);
  const { facts, findings, matches, settled } = compareManifests(artifact, expected, further);
  const { parts } = artifact;
  return {
    ...artifact,
    facts: [...artifact.facts.filter((fact) => !settled.has(fact)), ...facts],
    findings: [...artifact.findings, ...findings],
    ...(matches.length === 0 ? {} : { manifestMatches: matches }),
    ...(parts === undefined ? {} : { parts: parts.map((part) => comparePart(part, findings, further)) }),
  };
}

/** What was found is found once, for the whole; a part repeats what is about its own files. */
export function comparePart(
  part: ArtifactPart,
  findings: readonly Finding[],
  further: FurtherDigest,
  isComputed: (expected: ExpectedFile) => boolean = () => true,
): ArtifactPart {
  const { facts, settled } = compareManifests(part, expectedFiles(part).filter(isComputed), further);
  const own = new Set(part.files.map(({ path }) => path));
  return {
    ...part,
    facts: [...part.facts.filter((fact) => !settled.has(fact)), ...facts],
    findings: [...part.findings, ...findings.filter(({ location }) => own.has(location.path))],
  };
}

/** A file that is hashed again, for what is expected of it under any of its paths. */
interface SecondRead {
  readonly path: string;
  readonly absolutePath: string;
  readonly first: HashedFile;
  readonly algorithms: Set<DigestAlgorithm>;
  readonly weak: Set<WeakAlgorithm>;
}

/** Hashes the files whose manifests state a digest that the first pass did not compute, each once. */
async function hashFurther(
  expected: readonly ExpectedFile[],
  tree: SourceTree,
  hashed: readonly HashedFile[],
  optionsFor: OptionsFor,
): Promise<FurtherDigest> {
  const first = new Map(hashed.map((file, index) => [file.path, { file, source: tree.files[index] }]));
  const placeOf = (path: string): string => first.get(path)?.source?.absolutePath ?? path;
  const reads = new Map<string, SecondRead>();
  for (const { path, digest, size } of expected) {
    const known = first.get(path)?.file;
    // A file of another size differs already.
    if (digest === undefined || known === undefined || (size !== undefined && size !== known.size)) {
      continue;
    }
    const { algorithm } = digest;
    const absolutePath = placeOf(path);
    const read = reads.get(absolutePath) ?? {
      path,
      absolutePath,
      first: known,
      algorithms: new Set(),
      weak: new Set(),
    };
    if (isWeakAlgorithm(algorithm)) {
      reads.set(absolutePath, { ...read, weak: read.weak.add(algorithm) });
    } else if (digestOf(known.digests, algorithm) === undefined) {
      reads.set(absolutePath, { ...read, algorithms: read.algorithms.add(algorithm) });
    }
  }
  const list = [...reads.values()];
  const requests = list.map(({ path, absolutePath, first: { size }, algorithms, weak }): HashRequest => {
    return { path, absolutePath, size, algorithms: [...algorithms], weak: [...weak] };
  });
  const bytes = requests.reduce((sum, { size }) => sum + size, 0);
  const second = requests.length === 0 ? [] : await hashFiles(requests, optionsFor(bytes));
  const results = new Map<string, HashedFile>();
  for (const [index, file] of second.entries()) {
    const read = list[index];
    assertSame(file.path, file, read?.first);
    results.set(read?.absolutePath ?? file.path, file);
  }
  return (path, algorithm) => {
    const file = results.get(placeOf(path));
    return [...(file?.digests ?? []), ...(file?.weak ?? [])].find((each) => each.algorithm === algorithm)
      ?.hex;
  };
}

/** Both passes must have seen the same state of the file. @throws {AibomError} SOURCE_CHANGED */
export function assertSame(path: string, second: HashedFile, first: HashedFile | undefined): void {
  const [a, b] = [first?.identity, second.identity];
  const isSame =
    a !== undefined &&
    a.device === b.device &&
    a.inode === b.inode &&
    a.size === b.size &&
    a.modifiedNs === b.modifiedNs &&
    a.changedNs === b.changedNs;
  if (!isSame) {
    throw AibomError.of("SOURCE_CHANGED", {}, { where: { path } });
  }
}
