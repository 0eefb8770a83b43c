// SPDX-License-Identifier: Apache-2.0
// Holds the artifact that was read to what the owner of the system says about this member. For an inventory, and for a
// gate, which must not overlook what is pinned.

import { artifactDigest } from "./bom/artifact-ref.ts";
import { AibomError } from "./errors.ts";
import type { Artifact } from "./model/artifact.ts";
import { finding } from "./model/finding.ts";
import type { MemberGroup, SystemMember } from "./system/system.ts";

/** The kind of artifact that each list is for. */
const listedKinds: Readonly<Record<MemberGroup, string>> = {
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
  const got = digest === undefined ? undefined : artifactDigest(artifact).hex;
  if (digest !== undefined && got !== digest.hex) {
    const args = { member: name, got: `sha256:${got}`, expected: `sha256:${digest.hex}` };
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
