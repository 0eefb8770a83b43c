// SPDX-License-Identifier: Apache-2.0
// `aibom policy diff`: which components of a BOM a changed policy judges otherwise.

import { type Command, Option } from "commander";
import { escapeText } from "../../../codes/escape.ts";
import type { PolicyDiff } from "../../../policy-diff.ts";
import { textOrJson } from "../../format-option.ts";
import { helpText } from "../../help-text.ts";
import { collect } from "../../option-values.ts";
import type { CommandExit, Register, Session } from "../../session.ts";

interface DiffFlags {
  readonly bom: string;
  readonly env?: string;
  readonly signer: readonly string[];
  readonly format: "text" | "json";
}

export function addDiff(policy: Command, register: Register): void {
  policy
    .command("diff")
    .summary("list the components of a BOM that a changed policy judges otherwise")
    .description(
      "Judges every component of a BOM by two policies and lists those that end otherwise. What counts is what " +
        "the BOM says: no file is read and no signature verified. --signer supposes a signature of everything.",
    )
    .argument("<old>", "policy file")
    .argument("<new>", "policy file")
    .requiredOption("--bom <file>", "CycloneDX JSON")
    .option("--env <name>", "environment of both policies, if they have environments")
    .addOption(
      new Option(
        "--signer <name>",
        "suppose that this identity signed every component and the BOM; may be repeated",
      )
        .argParser(collect)
        .default([], "nobody"),
    )
    .addOption(textOrJson())
    .addHelpText(
      "after",
      helpText(
        [
          "aibom policy diff old.yaml new.yaml --bom aibom.cdx.json",
          "aibom policy diff old.yaml new.yaml --bom aibom.cdx.json --signer release",
        ],
        [
          [0, "nothing changes"],
          [1, "a component changes"],
          [2, "usage: not a valid policy or BOM"],
        ],
      ),
    )
    .action((before: string, after: string, flags: DiffFlags) =>
      register((session) => diff(session, before, after, flags)),
    );
}

async function diff(session: Session, before: string, after: string, flags: DiffFlags): Promise<CommandExit> {
  const { diffPolicies } = await import("../../../policy-diff.ts");
  const found = await diffPolicies(before, after, {
    bom: flags.bom,
    signers: flags.signer,
    at: session.startedAt,
    ...(flags.env === undefined ? {} : { environment: flags.env }),
  });
  await session.stdout.write(
    flags.format === "json" ? `${JSON.stringify(found, null, 2)}\n` : renderDiff(found),
  );
  return found.changes.length === 0 ? 0 : 1;
}

function renderDiff({ components, changes }: PolicyDiff): string {
  const lines = changes.flatMap(({ component, before, after, rules }) => [
    `${escapeText(component)}: ${before === after ? before : `${before} -> ${after}`}`,
    ...rules.map((each) => `  ${escapeText(each.rule)}: ${each.before} -> ${each.after}`),
  ]);
  return `${[...lines, `${changes.length} of ${components} components change`].join("\n")}\n`;
}
