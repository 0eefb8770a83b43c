// SPDX-License-Identifier: Apache-2.0
// The inventory of a system: every member that its owner lists, read as a target of its own, held to what the owner says
// about it.

import { dirname, join } from "node:path";
import { artifactDigest } from "./bom/artifact-ref.ts";
import type { SystemGraph } from "./bom/system-graph.ts";
import { AibomError } from "./errors.ts";
import { type InventoryOptions, inventory } from "./inventory.ts";
import { limits } from "./limits.ts";
import type { Artifact, ArtifactKind } from "./model/artifact.ts";
import { finding } from "./model/finding.ts";
import { readBounded } from "./sources/read-bounded.ts";
import { loadSystem } from "./system/load.ts";
import type { MemberGroup, System, SystemMember } from "./system/system.ts";

/** A system that was read from its file. */
export interface OpenedSystem {
  readonly system: System;
  /** Path of each member's bytes, in the order of the members. */
  readonly targets: readonly string[];
}

export interface InventoriedSystem {
  /** In the order of the members. */
  readonly artifacts: readonly Artifact[];
  /** For the BOM: the members with their artifacts. */
  readonly graph: SystemGraph;
}

/** The kind of artifact that each list is for. */
const listedKinds: Readonly<Record<MemberGroup, ArtifactKind>> = {
  models: "model",
  datasets: "dataset",
  images: "image",
  environments: "environment",
};

/**
 * Reads the file of a system.
 * @throws {AibomError} SOURCE_*, SYSTEM_INVALID, SYSTEM_EMPTY, POLICY_* where it is no YAML document
 */
export async function openSystem(path: string): Promise<OpenedSystem> {
  const system = await loadSystem(readBounded(path, limits.maxPolicyBytes), path);
  const folder = dirname(path);
  return { system, targets: system.members.map((member) => join(folder, member.path)) };
}

/**
 * Inventories all members.
 * @throws {AibomError} SYSTEM_DIGEST_DIFFERS, and as `inventory`
 */
export async function inventorySystem(
  { system, targets }: OpenedSystem,
  options: InventoryOptions = {},
): Promise<InventoriedSystem> {
  const found = await inventory(targets, options);
  const artifacts = found.map((artifact, index) => checkMember(system.members[index], artifact));
  const { members, ...rest } = system;
  return {
    artifacts,
    graph: {
      ...rest,
      members: artifacts.map((artifact, index) => ({
        name: members[index]?.name ?? artifact.name,
        needs: members[index]?.needs ?? [],
        artifact,
      })),
    },
  };
}

/**
 * Compares an artifact with what the system says of it. Also for a gate, which must not overlook what is pinned.
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
  return { ...artifact, findings: [...artifact.findings, finding("SYSTEM_KIND_DIFFERS", { path: "." }, args)] };
}
