// SPDX-License-Identifier: Apache-2.0
// The inventory of a system: every member that its owner lists, read as a target of its own, held to what the owner says
// about it.

import { dirname, join } from "node:path";
import type { SystemGraph } from "./bom/system-graph.ts";
import { checkMember } from "./check-member.ts";
import { type InventoryOptions, inventory } from "./inventory.ts";
import { limits } from "./limits.ts";
import type { Artifact } from "./model/artifact.ts";
import { readBounded } from "./sources/read-bounded.ts";
import { loadSystem } from "./system/load.ts";
import type { System } from "./system/system.ts";

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
