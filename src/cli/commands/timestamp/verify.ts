// SPDX-License-Identifier: Apache-2.0
// `aibom timestamp verify`: whether an authority of the trust root stamped a file, and when.

import { type Command, Option } from "commander";
import { escapeText } from "../../../codes/escape.ts";
import type { VerifiedTimestamp } from "../../../verifiers/timestamp/verify-timestamp.ts";
import { textOrJson } from "../../format-option.ts";
import { helpText } from "../../help-text.ts";
import { instant } from "../../option-values.ts";
import { Refusal } from "../../refusal.ts";
import type { CommandExit, Register, Session } from "../../session.ts";
import { type RootFlags, rootOption } from "../trust/options.ts";

interface VerifyFlags extends RootFlags {
  /** Needed; not so for commander, which gives --token and --request to `timestamp` itself. */
  readonly token?: string;
  readonly request?: string;
  readonly at?: Date;
  readonly format: "text" | "json";
}

export function addVerify(timestamp: Command, register: Register): void {
  timestamp
    .command("verify")
    .summary("verify the time stamp beside a file")
    .description(
      "Verifies that a time-stamp authority of the trust root stamped the file: its bytes, the authority's " +
        "signature, certificate and window, and revocations. Nothing goes online.",
    )
    .argument("<file>", "the file that was stamped")
    .option("--token <file>", "the time stamp: TimeStampResp or token, DER")
    .option("--request <file>", "the request that it must answer")
    .addOption(rootOption())
    .addOption(
      new Option("--at <time>", "verify for this instant (RFC 3339); default: now").argParser(
        instant("--at"),
      ),
    )
    .addOption(textOrJson())
    .addHelpText(
      "after",
      helpText(
        ["aibom timestamp verify report.pdf --token report.pdf.tsr"],
        [
          [0, "the file existed at the time that is printed"],
          [1, "the time stamp does not verify, is about other bytes, or nobody in the trust root made it"],
          [2, "usage: missing file or trust root"],
          [3, "the time stamp cannot be read, or answers another request"],
        ],
      ),
    )
    .action((path: string, _: unknown, command: Command) =>
      register((session) => verify(session, path, command.optsWithGlobals<VerifyFlags>())),
    );
}

async function verify(session: Session, path: string, flags: VerifyFlags): Promise<CommandExit> {
  if (flags.token === undefined) {
    throw Refusal.of("CLI_USAGE", { reason: "give the time stamp with --token" });
  }
  const { readToken, verifyFileStamp } = await import("../../../verify-file-stamp.ts");
  const stamp = await verifyFileStamp({
    path,
    token: readToken(flags.token),
    ...(flags.request === undefined ? {} : { request: readToken(flags.request) }),
    trustRoot: flags.trustRoot,
    at: flags.at ?? session.startedAt,
    signal: session.signal,
  });
  await session.stdout.write(flags.format === "json" ? renderJson(path, stamp) : renderText(path, stamp));
  return 0;
}

function renderText(path: string, stamp: VerifiedTimestamp): string {
  const [signer] = stamp.chain;
  const accuracy =
    stamp.accuracyMicroseconds === undefined
      ? "not stated"
      : `${stamp.accuracyMicroseconds / 1_000_000} s, so not later than ${stamp.time.toISOString()}`;
  return [
    `${escapeText(path)} existed at ${stamp.genTime.toISOString()}`,
    `  stamped by  ${escapeText(stamp.authority)} (${escapeText(signer?.subject ?? "")})`,
    `  accuracy    ${accuracy}`,
    `  number      ${stamp.serialNumber}`,
    `  policy      ${stamp.policy}`,
    "",
  ].join("\n");
}

function renderJson(path: string, stamp: VerifiedTimestamp): string {
  const { authority, genTime, time, accuracyMicroseconds, serialNumber, policy, chain } = stamp;
  const answer = {
    path,
    authority,
    genTime: genTime.toISOString(),
    notLaterThan: time.toISOString(),
    ...(accuracyMicroseconds === undefined ? {} : { accuracyMicroseconds }),
    serialNumber,
    policy,
    certificates: chain.map(({ subject, fingerprint }) => ({ subject, sha256: fingerprint })),
  };
  return `${JSON.stringify(answer, null, 2)}\n`;
}
