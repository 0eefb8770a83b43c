// SPDX-License-Identifier: Apache-2.0
// `aibom policy waive`: writes and signs an exception from one rule.

import { createHash } from "node:crypto";
import { basename } from "node:path";
import { type Command, Option } from "commander";
import { escapeText } from "../../../codes/escape.ts";
import type { SignedWaiver } from "../../../waive.ts";
import { addLogFlags, type LogFlags, type LoggedEvent, openLogger } from "../../custody.ts";
import { helpText } from "../../help-text.ts";
import { instantOrDay } from "../../option-values.ts";
import {
  type CommandExit,
  note,
  onlineOptions,
  type Register,
  refuseIfStopped,
  type Session,
} from "../../session.ts";
import { addSignerFlags, type SignerFlags, signerChoice } from "../../signer-flags.ts";

interface WaiveFlags extends SignerFlags, LogFlags {
  readonly policy: string;
  readonly rule: string;
  readonly file?: true;
  readonly reason: string;
  readonly ticket: string;
  readonly notAfter: Date;
  readonly output?: string;
}

export function addWaive(policy: Command, register: Register): void {
  const command = policy
    .command("waive")
    .summary("write and sign an exception from one rule")
    .description(
      "Accepts the failure of one rule about certain bytes for at most 180 days, and signs that. The signer " +
        "needs the usage `policy` in the trust root of whoever verifies. `aibom verify --waiver FILE` applies " +
        "it: the rule becomes `waived`, and every verdict says who, why and until when.",
    )
    .argument(
      "<subject>",
      "a model, dataset or file; or sha256:HEX, the manifest of an artifact in a verdict",
    )
    .requiredOption("--policy <file>", "the policy that the rule is of")
    .requiredOption("--rule <id>", "the rule")
    .option("--file", "the subject is one file (of an artifact, or the BOM), wherever it lies")
    .requiredOption("--reason <text>", "why, for people who read a verdict")
    .requiredOption("--ticket <text>", "where the decision is written down")
    .addOption(
      new Option(
        "--not-after <time>",
        "its end: RFC 3339, or a day (to its end in UTC); at most 180 days ahead",
      )
        .argParser(instantOrDay("--not-after", "last"))
        .makeOptionMandatory(),
    );
  addLogFlags(addSignerFlags(command))
    .option("--timestamp <url>", "ask this RFC 3161 authority for a time stamp (goes online)")
    .option("-o, --output <file>", "write the waiver here; default: waiver-RULE-DIGEST.sigstore.json")
    .addHelpText(
      "after",
      helpText(
        [
          "aibom policy waive ./model --policy policy.yaml --rule licences --reason 'counsel agreed' \\\n" +
            "      --ticket LEGAL-12 --not-after 2026-12-31 --key security.key",
          "aibom policy waive model/weights.bin --file --policy policy.yaml --rule no-pickle …",
        ],
        [
          [0, "the waiver is written"],
          [2, "usage: no such rule, more than 180 days, unusable key, missing subject"],
        ],
      ),
    )
    .action((subject: string, flags: WaiveFlags) =>
      register((session) => writeWaiver(session, subject, flags)),
    );
}

async function writeWaiver(session: Session, subject: string, flags: WaiveFlags): Promise<CommandExit> {
  const log = await openLogger(session, flags);
  const signer = await signerChoice(session, flags);
  const { waive } = await import("../../../waive.ts");
  const { refuseForeignFile } = await import("../../overwrite.ts");
  const { writeFileAtomic } = await import("../../write-file.ts");
  const { policy, rule, reason, ticket, notAfter, timestamp } = flags;
  const signed = await waive(subject, {
    signer,
    at: session.startedAt,
    policy,
    rule,
    reason,
    ticket,
    notAfter,
    isFile: flags.file === true,
    signal: session.signal,
    ...(timestamp === undefined ? {} : { timestamp: { url: timestamp, fetch: onlineOptions(session) } }),
    ...(session.options.jobs === undefined ? {} : { jobs: session.options.jobs }),
  });
  refuseIfStopped(session);
  const path = flags.output ?? signed.defaultPath;
  refuseForeignFile(path, "signature");
  await log?.record(waiverEvent(signed, path), signed.key);
  writeFileAtomic(path, signed.bundle);
  const { waiver } = signed;
  await note(
    session,
    `waived ${waiver.rule} of ${waiver.policy} for the ${waiver.subject} sha256:${waiver.sha256} until ` +
      `${waiver.notAfter}, by ${escapeText(signed.signer)}, written to ${escapeText(path)}`,
  );
  return 0;
}

function waiverEvent({ waiver, bundle, policy }: SignedWaiver, path: string): LoggedEvent {
  const sha256 = createHash("sha256").update(bundle).digest("hex");
  return {
    type: "waiver",
    subject: [{ name: waiver.subject, digest: { sha256: waiver.sha256 } }],
    outputs: [{ name: basename(path), digest: { sha256 } }],
    policy: { name: waiver.policy, digest: { [policy.algorithm]: policy.hex } },
    reason: `rule ${waiver.rule} until ${waiver.notAfter}: ${waiver.reason} (${waiver.ticket})`,
  };
}
