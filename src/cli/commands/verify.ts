// SPDX-License-Identifier: Apache-2.0
// `aibom verify`: the gate. Its exit code is the verdict.

import { type Command, Option } from "commander";
import { verdictFormats } from "../../report/report-formats.ts";
import { addLogFlags, type LogFlags, logDirectory, recordIfLogged } from "../custody.ts";
import { formatOption } from "../format-option.ts";
import {
  addEvidenceFlags,
  addPolicyFlags,
  addReadingFlags,
  exitOfVerdict,
  type GateFlags,
  gateOptions,
} from "../gate-flags.ts";
import { helpText } from "../help-text.ts";
import { uri } from "../option-values.ts";
import { type CommandExit, type Register, type Session, withProgress } from "../session.ts";
import type { StatementOptions } from "../statement-lines.ts";

interface VerifyFlags extends GateFlags, LogFlags {
  readonly format: string;
  readonly verbose?: true;
  readonly vsaKey?: string;
  readonly passphraseFile?: string;
  readonly verifierId?: string;
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
  addPolicyFlags(command);
  addReportFlags(command);
  addReadingFlags(command);
  addLogFlags(command)
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
  const log = logDirectory(flags, flags.trustRoot);
  const opened = await systemOf(named, flags.system);
  const targets = opened?.targets ?? named;
  const verdict = await withProgress(session, (progress) =>
    verify(targets, {
      ...gateOptions(session, flags),
      ...(opened === undefined ? {} : { members: opened.system.members }),
      onProgress: (state) => progress.update(state),
    }),
  );
  // Before anybody sees it: a decision that the log does not know was not made.
  await recordIfLogged(session, log, async () => {
    const { verdictEvent } = await import("../verdict-event.ts");
    return verdictEvent(verdict);
  });
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
  return exitOfVerdict(verdict);
}

function statementOptions({ vsaKey, passphraseFile, verifierId }: VerifyFlags): StatementOptions {
  return {
    ...(vsaKey === undefined ? {} : { key: vsaKey }),
    ...(passphraseFile === undefined ? {} : { passphraseFile }),
    ...(verifierId === undefined ? {} : { verifierId }),
  };
}
