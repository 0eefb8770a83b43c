// SPDX-License-Identifier: Apache-2.0
// `aibom report verify`: checks an audit folder, one line for each check.

import { type Command, Option } from "commander";
import { escapeText } from "../../../codes/escape.ts";
import type { AuditVerification } from "../../../verify-audit.ts";
import { textOrJson } from "../../format-option.ts";
import { helpText } from "../../help-text.ts";
import { instant } from "../../option-values.ts";
import { Refusal } from "../../refusal.ts";
import type { CommandExit, Register, Session } from "../../session.ts";
import { version } from "../../version.ts";

interface VerifyFlags {
  readonly trustRoot?: string;
  readonly expectSigner?: string;
  readonly expectKey?: string;
  readonly at?: Date;
  readonly format: "text" | "json";
}

export function addVerify(report: Command, register: Register): void {
  report
    .command("verify")
    .summary("check an audit folder")
    .description(
      "Makes the checks of the folder's own verify.mjs with aibom's verifiers: every hash, signature, time stamp and log " +
        "proof. Without --trust-root the folder's own keys are used: they show that the folder is whole, not who made it.",
    )
    .argument("<folder>", "audit folder, or its .tar.zst")
    .option("--trust-root <dir>", "your own trust root, instead of the folder's")
    .option("--expect-signer <name>", "the seal must be by this identity of the trust root")
    .option("--expect-key <key>", "the seal must be by this key: its SHA-256, or a file with it in PEM")
    .addOption(
      new Option("--at <time>", "check for this instant (RFC 3339); default: now").argParser(instant("--at")),
    )
    .addOption(textOrJson())
    .addHelpText(
      "after",
      helpText(
        [
          "aibom report verify audit",
          "aibom report verify audit.tar.zst --trust-root .aibom/trust --expect-signer auditor",
        ],
        [
          [0, "every check is ok"],
          [1, "a check failed: the folder is not what was sealed"],
          [2, "usage: no such folder, missing or invalid trust root"],
          [3, "something could not be checked, or the folder is over a limit"],
        ],
      ),
    )
    .action((folder: string, flags: VerifyFlags) => register((session) => verify(session, folder, flags)));
}

async function verify(session: Session, folder: string, flags: VerifyFlags): Promise<CommandExit> {
  const { verifyAudit } = await import("../../../verify-audit.ts");
  const { trustRoot, expectSigner, at } = flags;
  if (trustRoot !== undefined) {
    // Whoever mistypes the path of their own trust root learns nothing about the folder.
    const { loadTrustRoot } = await import("../../../trust/load.ts");
    loadTrustRoot(trustRoot);
  }
  const { keyId, pem } = await expectedKey(flags.expectKey);
  const verification = await verifyAudit(folder, {
    at: at ?? session.startedAt,
    toolVersion: version,
    ...(trustRoot === undefined ? {} : { trustRoot }),
    ...(pem === undefined ? {} : { sealerKey: pem }),
    expected: {
      ...(expectSigner === undefined ? {} : { identity: expectSigner }),
      ...(keyId === undefined ? {} : { keyId }),
    },
  });
  const text = flags.format === "json" ? `${JSON.stringify(verification, null, 2)}\n` : asText(verification);
  await session.stdout.write(text);
  return verification.exit;
}

/** @throws {AibomError} SOURCE_*, TRUST_KEY_*, CLI_OPTION_INVALID */
async function expectedKey(
  value: string | undefined,
): Promise<{ readonly keyId?: string; readonly pem?: string }> {
  if (value === undefined) {
    return {};
  }
  const hex = value.replace(/^sha256:/, "").toLowerCase();
  if (/^[0-9a-f]{64}$/.test(hex)) {
    return { keyId: hex };
  }
  if (/^[0-9a-f]{6,}$/.test(hex)) {
    const expected = "the key's SHA-256 in all its 64 digits, or a file with the key in PEM";
    throw Refusal.of("CLI_OPTION_INVALID", { option: "--expect-key", expected, got: JSON.stringify(value) });
  }
  const { readBounded } = await import("../../../sources/read-bounded.ts");
  const { parsePublicKey } = await import("../../../trust/public-key.ts");
  const { limits } = await import("../../../limits.ts");
  const { keyId, pem } = parsePublicKey(
    Buffer.from(readBounded(value, limits.maxKeyBytes)).toString("latin1"),
  );
  return { keyId, pem };
}

const verdicts = {
  0: "the folder is whole and everything in it was verified",
  1: "THE FOLDER IS NOT WHAT IT SAYS",
  3: "not everything could be checked",
} as const;

function asText({ lines, failed, notChecked, exit, verifier }: AuditVerification): string {
  const ok = lines.length - failed - notChecked;
  const rows = lines.map(
    ({ id, state, place, text }) =>
      `${state.padEnd(11)} ${id.padEnd(20)} ${escapeText(place)}: ${escapeText(text)}`,
  );
  const own = verifier === undefined ? "the folder has no verify.mjs" : `verify.mjs sha256:${verifier}`;
  const summary = `${ok} ok, ${failed} failed, ${notChecked} not checked: ${verdicts[exit]}`;
  return [...rows, "", summary, own, ""].join("\n");
}
