// SPDX-License-Identifier: Apache-2.0
// The flags of the gate: what `verify` and `report` are told about targets, evidence, policy and time.

import { type Command, Option } from "commander";
import type { Verdict } from "../model/verdict.ts";
import type { VerifyOptions } from "../verify-options.ts";
import { type EvidenceFlags, evidenceOptions } from "./evidence-options.ts";
import { collect, instant } from "./option-values.ts";
import { rootfsOption } from "./rootfs-option.ts";
import type { CommandExit, Session } from "./session.ts";

export interface GateFlags extends EvidenceFlags {
  readonly system?: string;
  readonly env?: string;
  readonly at?: Date;
  readonly rootfs: readonly string[];
  readonly unsafeDigestCache?: string;
}

/** Adds what says which evidence there is. */
export function addEvidenceFlags(command: Command): void {
  command
    .option("--bom <file>", "CycloneDX JSON that every file of the targets must match")
    .addOption(
      repeatable(
        "--bom-signature <file>",
        "signature of the BOM; may be repeated",
        "BOM file + .sigstore.json, if it exists",
      ),
    )
    .addOption(
      repeatable(
        "--signature <file>",
        "signature of the target; may be repeated, one for each signer",
        "model.sig inside it, or FILE.sig beside it",
      ),
    )
    .addOption(
      repeatable(
        "--attestation <file>",
        "attestations about the target; may be repeated",
        "TARGET.sigstore.json and TARGET.intoto.jsonl beside it",
      ),
    )
    .addOption(
      repeatable("--crl <file>", "certificate revocation lists of private CAs, DER or PEM; may be repeated"),
    )
    .addOption(
      repeatable(
        "--image-evidence <layout>",
        "OCI layout with signatures, or signed manifests, of the target's images; may be repeated",
        "those in the target",
      ),
    )
    .option("--image-repository <name>", "repository that signatures of images must have been made for");
}

/** Adds what decides, and when. */
export function addPolicyFlags(command: Command): void {
  command
    .option("--policy <file>", "policy file; default: the built-in baseline")
    .option("--suppliers <file>", "supplier register, with FILE.sig beside it, for rules on origin")
    .option(
      "--osv <path>",
      "OSV export for rules on vulnerabilities: file, directory or ZIP, with its signature",
    )
    .addOption(
      repeatable("--vex <file>", "OpenVEX, CycloneDX or CSAF, with FILE.sig beside it; may be repeated"),
    )
    .option("--policy-signature <file>", "signature of the policy; default: policy file + .sigstore.json")
    .option("--env <name>", "the policy's environment that this is; needed if it has environments")
    .addOption(
      repeatable("--waiver <file>", "signed exception from a rule (`aibom policy waive`); may be repeated"),
    )
    .option("--trust-root <dir>", "local trust root", ".aibom/trust")
    .addOption(
      new Option("--at <time>", "verify for this instant (RFC 3339); default: now").argParser(
        instant("--at"),
      ),
    );
}

/** Adds what is left out of the targets, and what is believed. */
export function addReadingFlags(command: Command): void {
  command
    .addOption(
      repeatable(
        "--ignore <path>",
        "leave out this path of the target; may be repeated; listed in the verdict",
      ),
    )
    .addOption(rootfsOption())
    .option("--allow-legacy", "accept model signatures from before OMS v1.0; recorded in the verdict")
    .option(
      "--unsafe-digest-cache <dir>",
      "believe digests of an earlier run for files that look unchanged; recorded in the verdict",
    );
}

/** The options that the flags stand for. */
export function gateOptions(session: Session, flags: GateFlags): VerifyOptions {
  const { env, unsafeDigestCache } = flags;
  return {
    ...evidenceOptions(flags),
    rootFileSystems: flags.rootfs,
    at: flags.at ?? session.startedAt,
    ...(flags.at === undefined ? {} : { isAtChosen: true as const }),
    signal: session.signal,
    ...(session.options.jobs === undefined ? {} : { jobs: session.options.jobs }),
    ...(env === undefined ? {} : { environment: env }),
    ...(unsafeDigestCache === undefined ? {} : { digestCacheDirectoryUnsafe: unsafeDigestCache }),
  };
}

/** Only `allow` is 0. */
export function exitOfVerdict({ outcome, inputs }: Verdict): CommandExit {
  if (inputs.environment?.mode === "audit") {
    // An audit reports: its verdict says that it did not decide.
    return 0;
  }
  switch (outcome) {
    case "allow":
      return 0;
    case "deny":
      return 1;
    case "undecided":
      return 3;
  }
}

function repeatable(flags: string, description: string, whenAbsent = "none"): Option {
  return new Option(flags, description).argParser(collect).default([], whenAbsent);
}
