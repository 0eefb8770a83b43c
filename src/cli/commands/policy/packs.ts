// SPDX-License-Identifier: Apache-2.0
// `aibom policy packs`: what to write into a policy to include other policy files.

import type { Command } from "commander";
import { helpText } from "../../help-text.ts";
import type { CommandExit, Register, Session } from "../../session.ts";

export function addPacks(policy: Command, register: Register): void {
  policy
    .command("packs")
    .summary("print the entries that include policy files as packs")
    .description(
      "Checks policy files and prints them as entries of `packs`, each with the SHA-256 that pins it. Paths are " +
        "printed as given: run it in the directory of the policy that includes them.",
    )
    .argument("<file...>", "policy files, relative to the policy that includes them")
    .addHelpText(
      "after",
      helpText(
        ["aibom policy packs packs/no-pickle.yaml", "aibom policy packs packs/*.yaml >> policy.yaml"],
        [
          [0, "printed"],
          [2, "usage: one of them is not a valid policy, or cannot be a pack"],
        ],
      ),
    )
    .action((files: string[]) => register((session) => printPacks(session, files)));
}

async function printPacks(session: Session, files: readonly string[]): Promise<CommandExit> {
  const { readPolicyFile } = await import("../../../open-policy.ts");
  const { formatDigest } = await import("../../../model/digest.ts");
  const { requirePackable } = await import("../../../policy/packs.ts");
  const lines = ["packs:"];
  for (const path of files) {
    const pack = await readPolicyFile(path);
    requirePackable(pack, path, path);
    lines.push(`  - path: ${path}`, `    digest: ${formatDigest(pack.digest)}`);
  }
  await session.stdout.write(`${lines.join("\n")}\n`);
  return 0;
}
