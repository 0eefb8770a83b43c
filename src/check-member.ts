// SPDX-License-Identifier: Apache-2.0
// Holds the artifact that was read to what the owner of the system says about this member. For an inventory, and for a
// gate, which must not overlook what is pinned.

import { artifactDigest } from "./bom/artifact-ref.ts";
import { AibomError } from "./errors.ts";
import type { Artifact, ArtifactKind } from "./model/artifact.ts";
import { finding } from "./model/finding.ts";
import type { MemberGroup, SystemMember } from "./system/system.ts";

/** The kind of artifact that each list is for. */
const listedKinds: Readonly<Record<MemberGroup, ArtifactKind>> = {
  models: "model",
  datasets: "dataset",
  images: "image",
  environments: "environment",
};

/**
 * Compares an artifact with what the system says of it.
 * @throws {AibomError} SYSTEM_DIGEST_DIFFERS
 */
export function checkMember(member: SystemMember | undefined, artifact: Artifact): Artifact {
  if (member === undefined) {
    throw new Error("inventory must answer for every member");
  }
  const { name, digest, group, path } = member;
  const expected = digest === undefined ? undefined : `sha256:${digest.hex}`;
  const found = expected === undefined ? [] : digestsOf(artifact);
  if (expected !== undefined && !found.includes(expected)) {
    const args = { member: name, got: found.join(", "), expected };
    throw AibomError.of("SYSTEM_DIGEST_DIFFERS", args, { where: { path } });
  }
  const listed = listedKinds[group];
  if (artifact.kind === listed) {
    return artifact;
  }
  const args = { member: name, listed, found: artifact.kind };
  return {
    ...artifact,
    findings: [...artifact.findings, finding("SYSTEM_KIND_DIFFERS", { path: "." }, args)],
  };
}

/** What may be pinned: the bytes as they lie there, or an image in them by its own digest. */
function digestsOf(artifact: Artifact): readonly string[] {
  const images = (artifact.images ?? []).filter(({ parents }) => parents.length === 0);
  return [`sha256:${artifactDigest(artifact).hex}`, ...images.map(({ digest }) => digest)];
}
