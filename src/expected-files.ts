// SPDX-License-Identifier: Apache-2.0
// After an artifact is described: what its manifests say about its files is compared with the bytes. SHA-256 is known
// of every file already; for other functions (DVC's MD5, git's blob names) the files that a manifest names, and no
// others, are hashed a second time, on threads like the first.

import { type HashedFile, type HashOptions, type HashRequest, hashFiles } from "./digests/engine.ts";
import { isWeakAlgorithm, type WeakAlgorithm } from "./digests/weak-algorithm.ts";
import { AibomError } from "./errors.ts";
import {
  compareManifests,
  type ExpectedFile,
  expectedFiles,
  type FurtherDigest,
} from "./manifest-digests.ts";
import type { Artifact } from "./model/artifact.ts";
import { type DigestAlgorithm, digestOf } from "./model/digest.ts";
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
  const { facts, findings, settled } = compareManifests(artifact, expected, further);
  return {
    ...artifact,
    facts: [...artifact.facts.filter((fact) => !settled.has(fact)), ...facts],
    findings: [...artifact.findings, ...findings],
  };
}

/** Hashes the files whose manifests state a digest that the first pass did not compute. */
async function hashFurther(
  expected: readonly ExpectedFile[],
  tree: SourceTree,
  hashed: readonly HashedFile[],
  optionsFor: OptionsFor,
): Promise<FurtherDigest> {
  const first = new Map(hashed.map((file, index) => [file.path, { file, source: tree.files[index] }]));
  const requests = new Map<string, { algorithms: Set<DigestAlgorithm>; weak: Set<WeakAlgorithm> }>();
  for (const { path, digest, size } of expected) {
    const known = first.get(path)?.file;
    // A file of another size differs already.
    if (digest === undefined || known === undefined || (size !== undefined && size !== known.size)) {
      continue;
    }
    const { algorithm } = digest;
    const wanted = requests.get(path) ?? { algorithms: new Set(), weak: new Set() };
    if (isWeakAlgorithm(algorithm)) {
      requests.set(path, { ...wanted, weak: wanted.weak.add(algorithm) });
    } else if (digestOf(known.digests, algorithm) === undefined) {
      requests.set(path, { ...wanted, algorithms: wanted.algorithms.add(algorithm) });
    }
  }
  const list: HashRequest[] = [];
  for (const [path, { algorithms, weak }] of requests) {
    const absolutePath = first.get(path)?.source?.absolutePath;
    const size = first.get(path)?.file.size;
    if (absolutePath !== undefined && size !== undefined) {
      list.push({ path, absolutePath, size, algorithms: [...algorithms], weak: [...weak] });
    }
  }
  const bytes = list.reduce((sum, { size }) => sum + size, 0);
  const second = list.length === 0 ? [] : await hashFiles(list, optionsFor(bytes));
  const results = new Map(second.map((file) => [file.path, file]));
  for (const [path, file] of results) {
    assertSame(path, file, first.get(path)?.file);
  }
  return (path, algorithm) => {
    const file = results.get(path);
    return [...(file?.digests ?? []), ...(file?.weak ?? [])].find((each) => each.algorithm === algorithm)
      ?.hex;
  };
}

/** Both passes must have seen the same state of the file. */
function assertSame(path: string, second: HashedFile, first: HashedFile | undefined): void {
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
