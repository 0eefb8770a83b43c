// SPDX-License-Identifier: Apache-2.0
// `aibom replay`: recomputes a verdict from its inputs and compares the bytes.

import type { Command } from "commander";
import { escapeText } from "../../codes/escape.ts";
import { helpText } from "../help-text.ts";
import { collect } from "../option-values.ts";
import type { CommandExit, Register, Session } from "../session.ts";

interface ReplayFlags {
  readonly trustRoot: string;
  readonly policy?: string;
  readonly policySignature?: string;
  readonly bom?: string;
  readonly suppliers?: string;
  readonly osv?: string;
  readonly vex: readonly string[];
  readonly bomSignature: readonly string[];
  readonly signature: readonly string[];
  readonly attestation: readonly string[];
  readonly crl: readonly string[];
  readonly imageEvidence: readonly string[];
  readonly imageRepository?: string;
  readonly waiver: readonly string[];
  readonly ignore: readonly string[];
  readonly allowLegacy?: true;
}

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
    .action((verdict: string, targets: string[], flags: ReplayFlags) =>
      register((session) => replayVerdict(session, verdict, targets, flags)),
    );
}

async function replayVerdict(
  session: Session,
  path: string,
  targets: readonly string[],
  flags: ReplayFlags,
): Promise<CommandExit> {
  const { replay } = await import("../../replay.ts");
  const { policy, policySignature, bom, suppliers, osv } = flags;
  const { isSame, difference } = await replay(path, targets, {
    trustRoot: flags.trustRoot,
    bomSignatures: flags.bomSignature,
    signatures: flags.signature,
    attestations: flags.attestation,
    revocationLists: flags.crl,
    ...(flags.imageEvidence.length === 0 ? {} : { imageEvidence: flags.imageEvidence }),
    ...(flags.imageRepository === undefined ? {} : { imageRepository: flags.imageRepository }),
    waivers: flags.waiver,
    ignore: flags.ignore.map((each) => ({ path: each, reason: "--ignore" })),
    allowLegacyUnsafe: flags.allowLegacy === true,
    signal: session.signal,
    ...(policy === undefined ? {} : { policy }),
    ...(policySignature === undefined ? {} : { policySignature }),
    ...(bom === undefined ? {} : { bom }),
    ...(suppliers === undefined ? {} : { suppliers }),
    ...(osv === undefined ? {} : { osv }),
    vex: flags.vex,
    ...(session.options.jobs === undefined ? {} : { jobs: session.options.jobs }),
  });
  const where = difference === undefined ? "in its spelling only" : `first at ${escapeText(difference)}`;
  await session.stdout.write(
    isSame ? `${escapeText(path)}: the same bytes\n` : `${escapeText(path)}: differs, ${where}\n`,
  );
  return isSame ? 0 : 1;
}
