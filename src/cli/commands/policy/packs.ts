// SPDX-License-Identifier: Apache-2.0
// `aibom policy packs`: the packs that come with aibom, and what to write into a policy to include policy files.

import type { Command } from "commander";
import { escapeText } from "../../../codes/escape.ts";
import { textOrJson } from "../../format-option.ts";
import { helpText } from "../../help-text.ts";
import type { CommandExit, Register, Session } from "../../session.ts";

interface PacksFlags {
  readonly format: "text" | "json";
}

export function addPacks(policy: Command, register: Register): void {
  policy
    .command("packs")
    .summary("list the packs that aibom ships; print the entries that include policy files")
    .description(
      "Without a file: the packs that come with aibom, each with version, SHA-256, what it is for and its sources. " +
        "With files: checks them and prints them as entries of `packs`, each with the SHA-256 that pins it. Paths are " +
        "printed as given: run it in the directory of the policy that includes them.",
    )
    .argument("[file...]", "policy files, relative to the policy that includes them; or aibom:NAME@VERSION")
    .addOption(textOrJson())
    .addHelpText(
      "after",
      helpText(
        ["aibom policy packs", "aibom policy packs packs/*.yaml aibom:no-pickle@1 >> policy.yaml"],
        [
          [0, "printed"],
          [2, "usage: one of them is not a valid policy, or cannot be a pack"],
        ],
      ),
    )
    .action((files: string[], flags: PacksFlags) =>
      register((session) =>
        files.length === 0 ? listShipped(session, flags) : printEntries(session, files),
      ),
    );
}

async function listShipped(session: Session, { format }: PacksFlags): Promise<CommandExit> {
  const { readPolicyFile } = await import("../../../open-policy.ts");
  const { shippedPacks, shippedPath } = await import("../../../policy/shipped-packs.ts");
  const packs = [];
  for (const { name, version, digest } of shippedPacks) {
    const { description = "", sources = [], rules } = await readPolicyFile(shippedPath({ name, version }));
    packs.push({ name, version, digest, description, sources, rules: rules.map(({ id }) => id) });
  }
  const text = packs.flatMap(({ name, version, digest, description, sources }) => [
    `${name} ${version}  ${digest}`,
    `  ${escapeText(description)}`,
    ...sources.map((source) => `  source: ${escapeText(source)}`),
  ]);
  await session.stdout.write(
    format === "json" ? `${JSON.stringify({ packs }, null, 2)}\n` : `${text.join("\n")}\n`,
  );
  return 0;
}

async function printEntries(session: Session, files: readonly string[]): Promise<CommandExit> {
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
