// SPDX-License-Identifier: Apache-2.0
// After an artifact is described: the files of its packages compared with the bytes. SHA-256 is there from the first
// pass; files whose package manager states another function (dpkg's MD5, rpm's SHA-512) are hashed once more.

import { rootView } from "./describe-packages.ts";
import type { HashedFile, HashRequest } from "./digests/engine.ts";
import { hashFiles } from "./digests/engine.ts";
import { assertSame, type OptionsFor } from "./expected-files.ts";
import type { Artifact } from "./model/artifact.ts";
import { digestOf } from "./model/digest.ts";
import type { StatedAlgorithm } from "./model/package.ts";
import { comparePackages, type DigestOf, digestsToCompare } from "./packages/compare-files.ts";
import type { SourceTree } from "./sources/tree.ts";

interface PackageInput {
  readonly artifact: Artifact;
  readonly tree: SourceTree;
  /** In the order of the tree. */
  readonly hashed: readonly HashedFile[];
}

/**
 * The artifact with its packages compared; one without packages is returned as it is.
 * @throws {AibomError} as `hashFiles`: SOURCE_CHANGED and others
 */
export async function checkPackageFiles(input: PackageInput, optionsFor: OptionsFor): Promise<Artifact> {
  const { artifact, tree } = input;
  const { packages } = artifact;
  if (packages === undefined) {
    return artifact;
  }
  const files = new Map(artifact.files.map((file) => [file.path, file]));
  const root = rootView(tree, files, () => {
    throw new Error("a comparison reads digests, not files");
  });
  const digests = await hashStated(input, digestsToCompare(root, packages), optionsFor);
  const compared = comparePackages(root, packages, digests);
  return { ...artifact, packages: compared.packages, findings: [...artifact.findings, ...compared.findings] };
}

/** The digests that records state: those of the first pass, and of a second for the files that need another function. */
async function hashStated(
  { tree, hashed }: PackageInput,
  wanted: ReadonlyMap<string, ReadonlySet<StatedAlgorithm>>,
  optionsFor: OptionsFor,
): Promise<DigestOf> {
  const first = new Map<string, HashedFile>();
  const requests: HashRequest[] = [];
  for (const [index, file] of hashed.entries()) {
    first.set(file.path, file);
    const algorithms = wanted.get(file.path);
    const source = tree.files[index];
    if (algorithms !== undefined && source !== undefined) {
      requests.push(requestFor(file, source.absolutePath, algorithms));
    }
  }
  const bytes = requests.reduce((sum, { size }) => sum + size, 0);
  const second = new Map<string, HashedFile>();
  for (const file of requests.length === 0 ? [] : await hashFiles(requests, optionsFor(bytes))) {
    assertSame(file.path, file, first.get(file.path));
    second.set(file.path, file);
  }
  return (path, algorithm) => {
    if (algorithm === "md5" || algorithm === "sha1") {
      return second.get(path)?.weak.find((each) => each.algorithm === algorithm)?.hex;
    }
    const known = digestOf(first.get(path)?.digests ?? [], algorithm);
    return known ?? digestOf(second.get(path)?.digests ?? [], algorithm);
  };
}

function requestFor(
  { path, size, digests }: HashedFile,
  absolutePath: string,
  stated: ReadonlySet<StatedAlgorithm>,
): HashRequest {
  const weak = (["md5", "sha1"] as const).filter((algorithm) => stated.has(algorithm));
  const algorithms = (["sha384", "sha512"] as const).filter(
    (algorithm) => stated.has(algorithm) && digestOf(digests, algorithm) === undefined,
  );
  return { path, absolutePath, size, algorithms, weak };
}
