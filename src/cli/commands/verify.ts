// SPDX-License-Identifier: Apache-2.0
// `aibom verify`: the gate. Its exit code is the verdict.

import { type Command, Option } from "commander";
import type { Outcome } from "../../model/verdict.ts";
import { verdictFormats } from "../../report/report-formats.ts";
import type { VerifyOptions } from "../../verify-options.ts";
import { addLogFlags, type LogFlags, openLogger } from "../custody.ts";
import { type EvidenceFlags, evidenceOptions } from "../evidence-options.ts";
import { formatOption } from "../format-option.ts";
import { helpText } from "../help-text.ts";
import { collect, instant, uri } from "../option-values.ts";
import { rootfsOption } from "../rootfs-option.ts";
import { type CommandExit, type Register, type Session, withProgress } from "../session.ts";
import type { StatementOptions } from "../statement-lines.ts";

interface VerifyFlags extends EvidenceFlags, LogFlags {
  readonly system?: string;
  readonly env?: string;
  readonly at?: Date;
  readonly format: string;
  readonly verbose?: true;
  readonly vsaKey?: string;
  readonly passphraseFile?: string;
  readonly verifierId?: string;
  readonly rootfs: readonly string[];
  readonly unsafeDigestCache?: string;
}

const examples = [
  "aibom verify ./model",
  "aibom verify ./model --bom aibom.cdx.json --policy policy.yaml",
  "aibom verify ./model --format text,json=verdict.json --at 2026-06-30T12:00:00Z",
  "aibom verify image.tar --image-evidence signatures/ --image-repository registry.example/app",
  "aibom verify ./model --format github,junit=verdict.xml,sarif=verdict.sarif",
];

/** Defines `aibom verify [TARGET…]`. */
export function defineVerify(command: Command, register: Register): void {
  command
    .description(
      "Verifies targets against the local trust root and, if given, a BOM, and decides by a policy. " +
        "Without --policy the built-in baseline decides: every artifact is signed by an identity of the " +
        "trust root, every file is in the BOM if one is given, and there is no dangerous finding.",
    )
    .argument(
      "[target...]",
      "directories or files: models, datasets, images; sha256:HEX for a file that is known by its digest only; without " +
        "any: the members of the system in aibom.yaml",
    )
    .option("--system <file>", "the system to verify; default without targets: aibom.yaml");
  addEvidenceFlags(command);
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
  addReportFlags(command);
  addLogFlags(command)
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
    )
    .addHelpText(
      "after",
      helpText(examples, [
        [0, "allow; any verdict in an environment of mode audit"],
        [1, "deny: the policy is violated, a hash or signature is wrong or missing"],
        [2, "usage: bad flags, missing target, invalid policy, trust root or BOM file"],
        [3, "undecided: something needed is unreadable, damaged or over a limit"],
      ]),
    )
    .action((targets: string[], flags: VerifyFlags) =>
      register((session) => verifyTargets(session, [...targets, ...flags.rootfs], flags)),
    );
}

function addReportFlags(command: Command): void {
  command
    .addOption(formatOption(verdictFormats))
    .option("--vsa-key <file>", "private key that signs the reports vsa and svr: PKCS#8 PEM")
    .option("--passphrase-file <file>", "file with the key's passphrase, mode 0600")
    .addOption(
      new Option(
        "--verifier-id <uri>",
        "verifier that the reports vsa and svr name; default: https://aibom.dev/verify",
      ).argParser(uri("--verifier-id")),
    )
    .option(
      "--verbose",
      "every finding, every rule, and why each piece of evidence was accepted or rejected",
    );
}

function addEvidenceFlags(command: Command): void {
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

function repeatable(flags: string, description: string, whenAbsent = "none"): Option {
  return new Option(flags, description).argParser(collect).default([], whenAbsent);
}

async function verifyTargets(
  session: Session,
  named: readonly string[],
  flags: VerifyFlags,
): Promise<CommandExit> {
  const { deliverVerdict, reportSinks } = await import("../reports.ts");
  const { refuseIdleKey } = await import("../statement-lines.ts");
  const sinks = reportSinks(flags.format);
  const statements = statementOptions(flags);
  refuseIdleKey(sinks, statements);
  const { verify } = await import("../../verify.ts");
  const { systemOf } = await import("../system-targets.ts");
  const log = await openLogger(session, flags, flags.trustRoot);
  const opened = await systemOf(named, flags.system);
  const targets = opened?.targets ?? named;
  const verdict = await withProgress(session, (progress) =>
    verify(targets, {
      ...verifyOptions(session, flags),
      ...(opened === undefined ? {} : { members: opened.system.members }),
      onProgress: (state) => progress.update(state),
    }),
  );
  // Before anybody sees it: a decision that the log does not know was not made.
  if (log !== undefined) {
    const { verdictEvent } = await import("../verdict-event.ts");
    await log.record(verdictEvent(verdict));
  }
  await deliverVerdict(
    session,
    sinks,
    verdict,
    {
      targets,
      ...(flags.bom === undefined ? {} : { bom: flags.bom }),
      ...(flags.policy === undefined ? {} : { policy: flags.policy }),
    },
    { verbose: flags.verbose === true, statements },
  );
  // An audit reports: its verdict says that it did not decide.
  return verdict.inputs.environment?.mode === "audit" ? 0 : exitOf(verdict.outcome);
}

function statementOptions({ vsaKey, passphraseFile, verifierId }: VerifyFlags): StatementOptions {
  return {
    ...(vsaKey === undefined ? {} : { key: vsaKey }),
    ...(passphraseFile === undefined ? {} : { passphraseFile }),
    ...(verifierId === undefined ? {} : { verifierId }),
  };
}

function verifyOptions(session: Session, flags: VerifyFlags): VerifyOptions {
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
function exitOf(outcome: Outcome): CommandExit {
  switch (outcome) {
    case "allow":
      return 0;
    case "deny":
      return 1;
    case "undecided":
      return 3;
  }
}
