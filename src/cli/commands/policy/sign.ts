// SPDX-License-Identifier: Apache-2.0
// `aibom policy sign`: the signature of a policy file, beside it.

import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { Command } from "commander";
import { escapeText } from "../../../codes/escape.ts";
import type { SignedPolicy } from "../../../sign-policy.ts";
import { addLogFlags, type LogFlags, type LoggedEvent, openLogger } from "../../custody.ts";
import { helpText } from "../../help-text.ts";
import {
  type CommandExit,
  note,
  onlineOptions,
  type Register,
  refuseIfStopped,
  type Session,
} from "../../session.ts";
import { addSignerFlags, type SignerFlags, signerChoice } from "../../signer-flags.ts";

interface SignFlags extends SignerFlags, LogFlags {
  readonly signature?: string;
}

export function addSign(policy: Command, register: Register): void {
  const command = policy
    .command("sign")
    .summary("sign a policy file")
    .description(
      "Checks a policy and signs its bytes: FILE.sigstore.json beside it. Where the trust root names identities " +
        "with the usage `policy`, `aibom verify` takes signed policies only and verifies them before it reads a rule.",
    )
    .argument("<policy>", "policy file");
  addLogFlags(addSignerFlags(command));
  command
    .option("--timestamp <url>", "ask this RFC 3161 authority for a time stamp (goes online)")
    .option("-o, --signature <file>", "write the signature here; default: FILE.sigstore.json")
    .addHelpText(
      "after",
      helpText(
        [
          "aibom policy sign policy.yaml --key security.key",
          "aibom trust policy production --minimum-version 4     # older ones count no longer",
        ],
        [
          [0, "the signature is written"],
          [2, "usage: the policy is not valid, unusable key"],
        ],
      ),
    )
    .action((path: string, flags: SignFlags) => register((session) => writeSignature(session, path, flags)));
}

async function writeSignature(session: Session, path: string, flags: SignFlags): Promise<CommandExit> {
  const log = await openLogger(session, flags);
  const signer = await signerChoice(session, flags);
  const { signPolicy } = await import("../../../sign-policy.ts");
  const { refuseForeignFile, refuseLostTimestamps, refuseOthersSignature } = await import(
    "../../overwrite.ts"
  );
  const { writeFileAtomic } = await import("../../write-file.ts");
  const { timestamp } = flags;
  const signed = await signPolicy(path, {
    signer,
    at: session.startedAt,
    ...(timestamp === undefined ? {} : { timestamp: { url: timestamp, fetch: onlineOptions(session) } }),
  });
  refuseIfStopped(session);
  const output = flags.signature ?? `${path}.sigstore.json`;
  refuseForeignFile(output, "signature");
  refuseOthersSignature(output, signed.bundle);
  refuseLostTimestamps(output, signed.bundle);
  await log?.record(signEvent(signed, path, output), signed.key);
  writeFileAtomic(output, signed.bundle);
  const { name, version } = signed.policy;
  const what =
    version === undefined ? `${name} (no version: it cannot be told from older ones)` : `${name} ${version}`;
  await note(
    session,
    `signed policy ${escapeText(what)}, ${escapeText(signed.signer)}, written to ${escapeText(output)}`,
  );
  return 0;
}

function signEvent({ policy, bundle }: SignedPolicy, path: string, output: string): LoggedEvent {
  const { name, digest } = policy;
  return {
    type: "sign",
    subject: [{ name: basename(path), digest: { [digest.algorithm]: digest.hex } }],
    outputs: [
      { name: basename(output), digest: { sha256: createHash("sha256").update(bundle).digest("hex") } },
    ],
    policy: { name, digest: { [digest.algorithm]: digest.hex } },
  };
}
