// SPDX-License-Identifier: Apache-2.0
// `aibom report`: the gate, and a folder that proves what it said. The exit code is the verdict's.

import { resolve } from "node:path";
import { type Command, Option } from "commander";
import type { FolderFile } from "../../audit/folder-file.ts";
import type { AuditReport } from "../../audit-report.ts";
import type { ReportOptions } from "../../audit-report-options.ts";
import { escapeText } from "../../codes/escape.ts";
import { AibomError } from "../../errors.ts";
import type { OpenedSystem } from "../../inventory-system.ts";
import { counted } from "../../report/counted.ts";
import { verdictFormats } from "../../report/report-formats.ts";
import { addLogFlags, type LogFlags, type Logger, openLogger } from "../custody.ts";
import { formatOption } from "../format-option.ts";
import {
  addEvidenceFlags,
  addPolicyFlags,
  addReadingFlags,
  exitOfVerdict,
  type GateFlags,
  gateOptions,
} from "../gate-flags.ts";
import { handOnFlags } from "../hand-on-flags.ts";
import { helpText } from "../help-text.ts";
import { uri } from "../option-values.ts";
import { Refusal } from "../refusal.ts";
import { printReport, refusePdf } from "../report-pdf.ts";
import {
  type CommandExit,
  note,
  type Register,
  refuseIfStopped,
  type Session,
  withProgress,
} from "../session.ts";
import { addSignerFlags } from "../signer-flags.ts";
import { defaultVerifierId } from "../statement-lines.ts";
import { version } from "../version.ts";
import { addDiff } from "./report/diff.ts";
import { addRenew } from "./report/renew.ts";
import { type SealFlags, sealRequest } from "./report/seal-request.ts";
import { addVerify } from "./report/verify.ts";
import { type OutputFlags, writeReport } from "./report/write.ts";

interface ReportFlags extends GateFlags, SealFlags, LogFlags, OutputFlags {
  readonly title?: string;
  readonly previous?: string;
  readonly perimeter?: string;
  readonly verifierId?: string;
  readonly format: string;
  readonly verbose?: true;
}

const examples = [
  "aibom report ./model --bom aibom.cdx.json --policy policy.yaml --key auditor.key --out audit",
  "aibom report --system aibom.yaml --key auditor.key --timestamp https://tsa.example --out audit.tar.zst",
  "aibom report verify audit",
  "aibom report renew audit --url https://tsa.example",
  "aibom report diff audit-march audit-june",
];

/** Defines `aibom report [TARGET…]` and its sub-commands. */
export function defineReport(command: Command, register: Register): void {
  command
    .description(
      "Verifies targets as `aibom verify` does and writes a folder that proves the verdict without aibom: the BOM, a " +
        "receipt for each artifact, the policy, the public parts of the trust root, what was not covered, and a seal over " +
        "everything. Guide: docs/audit.md",
    )
    .argument("[target...]", "as for `aibom verify`; without any: the members of the system in aibom.yaml")
    .option("--system <file>", "the system to report on; default without targets: aibom.yaml")
    .option("-o, --out <path>", "write the folder here, or one file if it ends in .tar.zst; required")
    .option("--replace", "replace an earlier report at that place")
    .option("--title <text>", "what the folder is about; default: the name of the system or the target")
    .option("--previous <file>", "an earlier BOM, kept beside the new one")
    .option(
      "--perimeter <file>",
      "what is your own, with FILE.sig beside it: the folder gets a sovereignty profile (docs/profile.md)",
    )
    .option("--escrow <file>", "write who the pseudonyms stand for here, outside the folder")
    .option("--pdf <file>", "also print START-HERE.html to this file, by a browser of this machine")
    .option("--browser <program>", "the Chromium, Chrome or Edge that prints; default: the first on the PATH")
    .option("--unsealed", "make a folder that nobody vouches for");
  addEvidenceFlags(command);
  addPolicyFlags(command);
  addReadingFlags(command);
  addSignerFlags(command);
  addLogFlags(command);
  command
    .option("--timestamp <url>", "ask this RFC 3161 authority for a time stamp over the seal (goes online)")
    .addOption(
      new Option(
        "--verifier-id <uri>",
        `verifier that vsa and svr name; default: ${defaultVerifierId}`,
      ).argParser(uri("--verifier-id")),
    )
    .addOption(formatOption(verdictFormats))
    .option("--verbose", "every finding, every rule, every piece of evidence")
    .addHelpText(
      "after",
      helpText(examples, [
        [0, "allow, and the folder is written"],
        [1, "deny: the folder is written, and says why"],
        [2, "usage: bad flags, no key, something else lies at the place of the folder; nothing is written"],
        [3, "undecided: the folder is written, and says what is missing"],
      ]),
    )
    .action((targets: string[], flags: ReportFlags) =>
      register((session) => report(session, [...targets, ...flags.rootfs], flags)),
    );
  addVerify(command, register);
  handOnFlags(command);
  addRenew(command, register);
  addDiff(command, register);
}

async function report(session: Session, named: readonly string[], flags: ReportFlags): Promise<CommandExit> {
  const { out } = flags;
  if (out === undefined) {
    throw Refusal.of("CLI_USAGE", { reason: "say where the folder goes: --out" });
  }
  if (/\.(?:tar|tgz|zip|zst|7z|tar\.(?:gz|bz2|xz))$/i.test(out) && !out.endsWith(".tar.zst")) {
    const expected = "a directory, or a file that ends in .tar.zst";
    throw Refusal.of("CLI_OPTION_INVALID", { option: "--out", expected, got: JSON.stringify(out) });
  }
  await refusePdf(session, out, flags);
  const { deliverVerdict, reportSinks } = await import("../reports.ts");
  const { refuseOccupied } = await import("../write-folder.ts");
  const { systemOf } = await import("../system-targets.ts");
  const sinks = reportSinks(flags.format);
  refuseOccupied(out, flags.replace === true);
  const system = await systemOf(named, flags.system);
  const targets = system?.targets ?? named;
  await refuseInside(out, targets, flags);
  const log = await openLogger(session, flags, flags.trustRoot);
  const options = {
    ...(await reportOptions(session, targets, system, flags)),
    ...(log === undefined ? {} : { log: log.directory }),
  };
  const { auditReport } = await import("../../audit-report.ts");
  const made = await withProgress(session, (progress) =>
    auditReport(targets, { ...options, onProgress: (state) => progress.update(state) }),
  );
  refuseIfStopped(session);
  const event = await logEvent(made, log);
  await writeReport(out, { ...made, files: [...made.files, ...event] }, options.at, flags);
  await deliverVerdict(
    session,
    sinks,
    made.verdict,
    {
      targets,
      ...(flags.bom === undefined ? {} : { bom: flags.bom }),
      ...(flags.policy === undefined ? {} : { policy: flags.policy }),
    },
    { verbose: flags.verbose === true },
  );
  await say(session, out, { ...made, files: [...made.files, ...event] });
  await printReport(session, made.files, flags);
  return exitOfVerdict(made.verdict);
}

/** @throws {AibomError} REPORT_OUTPUT_IN_TARGET, ESCROW_INVALID */
async function refuseInside(out: string, targets: readonly string[], { escrow }: ReportFlags): Promise<void> {
  const { pathInside } = await import("../../sources/companions.ts");
  for (const target of targets) {
    if (pathInside(target, out) !== undefined || resolve(target) === resolve(out)) {
      throw AibomError.of("REPORT_OUTPUT_IN_TARGET", { target }, { where: { path: out } });
    }
  }
  if (escrow !== undefined && `${resolve(escrow)}/`.startsWith(`${resolve(out)}/`)) {
    throw AibomError.of(
      "ESCROW_INVALID",
      { reason: "it would lie inside the folder" },
      { where: { path: escrow } },
    );
  }
}

async function reportOptions(
  session: Session,
  targets: readonly string[],
  system: OpenedSystem | undefined,
  flags: ReportFlags,
): Promise<ReportOptions> {
  const { localNames } = await import("../local-names.ts");
  const seal = await sealRequest(session, flags);
  const { escrow, title, previous, perimeter, policy, bom } = flags;
  const systemFile = system === undefined ? undefined : (flags.system ?? "aibom.yaml");
  const paths = [...targets, flags.trustRoot, policy, bom, perimeter, systemFile].filter(
    (each) => each !== undefined,
  );
  return {
    ...gateOptions(session, flags),
    toolVersion: version,
    verifierId: flags.verifierId ?? defaultVerifierId,
    local: localNames(paths),
    ...(seal === undefined ? {} : { seal }),
    ...(title === undefined ? {} : { title }),
    ...(previous === undefined ? {} : { previousBom: previous }),
    ...(perimeter === undefined ? {} : { perimeter }),
    ...(system === undefined ? {} : { system }),
    ...(systemFile === undefined ? {} : { systemFile }),
    ...(escrow === undefined ? {} : { escrow: await openEscrow(escrow) }),
  };
}

/**
 * Logs the folder itself. The proof goes with the seal: the copy of the log in the folder is older.
 * @throws {AibomError} CUSTODY_*, KEY_*, SOURCE_*
 */
async function logEvent(
  { verdict, record, tagManifestSha256: sha256, sealer }: AuditReport,
  log: Logger | undefined,
): Promise<readonly FolderFile[]> {
  const event = {
    type: "report",
    subject: [{ name: `${record.title}/tagmanifest-sha256.txt`, digest: { sha256 } }],
    outcome: verdict.outcome,
  };
  const appended = await log?.record(event, sealer);
  const [index] = appended?.indexes ?? [];
  if (log === undefined || index === undefined) {
    return [];
  }
  const { sealEvent } = await import("../../reported-custody.ts");
  return sealEvent(log.directory, index);
}

/** That of an earlier run gives people the same pseudonyms. */
async function openEscrow(path: string): Promise<NonNullable<ReportOptions["escrow"]>> {
  const { newEscrow, parseEscrow } = await import("../../audit/escrow.ts");
  const { readBounded } = await import("../../sources/read-bounded.ts");
  const { limits } = await import("../../limits.ts");
  try {
    return parseEscrow(readBounded(path, limits.maxEscrowBytes), path);
  } catch (error) {
    if (error instanceof AibomError && error.code === "SOURCE_NOT_FOUND") {
      return newEscrow();
    }
    throw error;
  }
}

async function say(
  session: Session,
  out: string,
  { record, files, tagManifestSha256, isSealerUnknown }: AuditReport,
): Promise<void> {
  const place = escapeText(out);
  await note(
    session,
    `wrote ${place}: ${counted(files.length, "file")}, ${counted(record.artifacts.length, "receipt")}, tag manifest sha256:${tagManifestSha256}`,
  );
  if (isSealerUnknown) {
    await note(
      session,
      "the trust root does not know the key of the seal: whoever checks the folder needs its public half, by another way than " +
        "the folder, and --expect-key FILE",
    );
  }
  if (record.seal === "unsealed") {
    await session.stderr.write(
      `aibom: warning: ${place} is NOT SEALED: it proves neither who made it nor when, and anybody can change it\n`,
    );
  }
}
