// SPDX-License-Identifier: Apache-2.0
// What a command is about when it is given no target: the system that aibom.yaml in this directory describes.

import { existsSync } from "node:fs";
import type { SystemGraph } from "../bom/system-graph.ts";
import type { InventoryOptions } from "../inventory.ts";
import type { OpenedSystem } from "../inventory-system.ts";
import type { Artifact } from "../model/artifact.ts";
import { Refusal } from "./refusal.ts";

/** Where a system is described, unless a flag says otherwise. */
export const systemFile = "aibom.yaml";

/**
 * The system that is meant; undefined if targets are named instead.
 * @throws {AibomError} CLI_USAGE with both or neither, and those of `openSystem`
 */
export async function systemOf(
  targets: readonly string[],
  file: string | undefined,
): Promise<OpenedSystem | undefined> {
  if (targets.length > 0) {
    if (file !== undefined) {
      throw Refusal.of("CLI_USAGE", { reason: "give either targets or --system" });
    }
    return undefined;
  }
  if (file === undefined && !existsSync(systemFile)) {
    const reason = `name a target, or describe the system in ${systemFile} (aibom init writes one to start from)`;
    throw Refusal.of("CLI_USAGE", { reason });
  }
  const { openSystem } = await import("../inventory-system.ts");
  return openSystem(file ?? systemFile);
}

/** Reads the targets, or the members of the system. */
export async function readInventory(
  targets: readonly string[],
  file: string | undefined,
  options: InventoryOptions,
): Promise<{ readonly artifacts: readonly Artifact[]; readonly graph?: SystemGraph }> {
  const system = await systemOf(targets, file);
  if (system === undefined) {
    const { inventory } = await import("../inventory.ts");
    return { artifacts: await inventory(targets, options) };
  }
  const { inventorySystem } = await import("../inventory-system.ts");
  return inventorySystem(system, options);
}
