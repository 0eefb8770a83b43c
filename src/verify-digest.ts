// SPDX-License-Identifier: Apache-2.0
// A target given as `sha256:…`: for files that are elsewhere or too large to hash again. The verdict is about the
// digest. What rests on digests alone (signatures, attestations, a BOM match) can be verified; whatever needs the
// content is undecided.

import type { Artifact } from "./model/artifact.ts";
import { type Digest, isDigestHex } from "./model/digest.ts";
import type { ModelOnDisk } from "./verifiers/model-comparison.ts";

const digestTargets = ["sha256", "sha384", "sha512"] as const;

/** The digest that a target is, if it is one: `sha256:`, `sha384:` or `sha512:` and lower-case hexadecimal. */
export function digestTarget(target: string): Digest | undefined {
  const algorithm = digestTargets.find((each) => target.startsWith(`${each}:`));
  const hex = algorithm === undefined ? "" : target.slice(algorithm.length + 1);
  return algorithm !== undefined && isDigestHex(algorithm, hex) ? { algorithm, hex } : undefined;
}

/** The artifact of which nothing but the digest is known. */
export function artifactOfDigest(target: string, digest: Digest): Artifact {
  return {
    kind: "file-set",
    name: target,
    files: [{ path: target, size: 0, digests: [digest], format: "file", status: "opaque" }],
    facts: [],
    findings: [],
    ignored: [],
    complete: false,
    isGivenByDigest: true,
  };
}

/** The same for the comparison with signatures: one file, of which nothing but the digest can be compared. */
export function modelOfDigest(target: string, digest: Digest): ModelOnDisk {
  return {
    isSingleFile: true,
    files: [{ path: target, size: 0, digests: [digest], shards: [] }],
    ignored: [],
    refused: [],
  };
}
