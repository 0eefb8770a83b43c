// SPDX-License-Identifier: Apache-2.0
// `aibom replay`: recomputes a verdict from its inputs and compares the bytes.

import type { Command } from "commander";
import { escapeText } from "../../codes/escape.ts";
import { type EvidenceFlags, evidenceOptions } from "../evidence-options.ts";
import { helpText } from "../help-text.ts";
import { collect } from "../option-values.ts";
import type { CommandExit, Register, Session } from "../session.ts";

const lists = [
  ["--bom-signature <file>", "signature of the BOM; may be repeated"],
  ["--signature <file>", "signature of the target; may be repeated"],
  ["--attestation <file>", "attestations about the target; may be repeated"],
  ["--crl <file>", "certificate revocation lists; may be repeated"],
  ["--image-evidence <layout>", "signatures of the target's images; may be repeated"],
  ["--waiver <file>", "waiver; may be repeated"],
  ["--vex <file>", "VEX document; may be repeated"],
  ["--ignore <path>", "left out of the target; may be repeated"],
] as const;

/** Defines `aibom replay VERDICT TARGET…`. */
export function defineReplay(command: Command, register: Register): void {
  command
    .description(
      "Recomputes a verdict (`aibom verify --format json=FILE`) from the same inputs, for the same instant, and " +
        "compares the bytes. The verdict names its inputs by digest: give the files, as to `verify`. What is not what " +
        "the verdict names is said.",
    )
    .argument("<verdict>", "verdict in JSON")
    .argument("<target...>", "the targets of that verification")
    .option("--trust-root <dir>", "local trust root", ".aibom/trust")
    .option("--policy <file>", "policy file; default: the built-in baseline")
    .option("--policy-signature <file>", "signature of the policy; default: policy file + .sigstore.json")
    .option("--bom <file>", "the BOM")
    .option("--suppliers <file>", "the supplier register")
    .option("--osv <path>", "the OSV export");
  for (const [flags, description] of lists) {
    command.option(flags, description, collect, []);
  }
  command
    .option("--image-repository <name>", "repository that signatures of images were made for")
    .option("--allow-legacy", "if the verdict says that it was given")
    .addHelpText(
      "after",
      helpText(
        [
          "aibom replay verdict.json ./model",
          "aibom replay verdict.json ./model --policy policy.yaml --bom aibom.cdx.json",
        ],
        [
          [0, "the same bytes"],
          [1, "another verdict from the same inputs"],
          [2, "usage: an input is missing or not the verdict's"],
        ],
      ),
    )
    .action((verdict: string, targets: string[], flags: EvidenceFlags) =>
      register((session) => replayVerdict(session, verdict, targets, flags)),
    );
}

async function replayVerdict(
  session: Session,
  path: string,
  targets: readonly string[],
  flags: EvidenceFlags,
): Promise<CommandExit> {
  const { replay } = await import("../../replay.ts");
  const { isSame, difference } = await replay(path, targets, {
    ...evidenceOptions(flags),
    signal: session.signal,
    ...(session.options.jobs === undefined ? {} : { jobs: session.options.jobs }),
  });
  const where = difference === undefined ? "in its spelling only" : `first at ${escapeText(difference)}`;
  await session.stdout.write(
    isSame ? `${escapeText(path)}: the same bytes\n` : `${escapeText(path)}: differs, ${where}\n`,
  );
  return isSame ? 0 : 1;
}
