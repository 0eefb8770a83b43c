// SPDX-License-Identifier: Apache-2.0
// A target given as `sha256:…`: for files that are elsewhere or too large to hash again. The verdict is about the
// digest. What rests on digests alone (signatures, attestations, a BOM match) can be verified; whatever needs the
// content is undecided.

import type { BomArtifact } from "./bom/read.ts";
import { AibomError } from "./errors.ts";
import type { Artifact } from "./model/artifact.ts";
import { type Digest, isDigestHex } from "./model/digest.ts";
import type { GatedArtifact } from "./policy/rule.ts";
import type { BomMatch } from "./verifiers/bom-match.ts";
import type { ModelOnDisk } from "./verifiers/model-comparison.ts";
import type { OpenedSignature } from "./verifiers/opened-signature.ts";
import type { SignatureVerification } from "./verifiers/verification.ts";

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

/**
 * What the signatures say about the digest.
 * @throws {AibomError} DIGEST_TARGET_UNSIGNED without any signature or attestation: nothing could be verified
 */
export async function gateDigest(
  artifact: Artifact,
  digest: Digest,
  opened: readonly OpenedSignature[],
  match: (artifact: Artifact) => BomMatch,
): Promise<{ readonly gated: GatedArtifact; readonly bomArtifact?: BomArtifact }> {
  const [file] = artifact.files;
  if (opened.length === 0 || file === undefined) {
    throw AibomError.of("DIGEST_TARGET_UNSIGNED", { target: artifact.name });
  }
  const model: ModelOnDisk = {
    isSingleFile: true,
    files: [{ path: file.path, size: 0, digests: [digest], shards: [] }],
    ignored: [],
    refused: [],
  };
  const signed: SignatureVerification[] = [];
  for (const each of opened) {
    signed.push(await each.verify(model));
  }
  const matched = match(artifact);
  return {
    gated: {
      artifact,
      manifest: digest,
      signatures: signed.flatMap((each) => each.evidence),
      digests: matched.evidence === undefined ? [] : [matched.evidence],
      rejected: signed.flatMap((each) => each.rejected),
      findings: [...signed.flatMap((each) => each.findings), ...matched.findings],
    },
    ...(matched.component === undefined ? {} : { bomArtifact: matched.component }),
  };
}
