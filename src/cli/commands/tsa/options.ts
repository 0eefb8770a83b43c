// SPDX-License-Identifier: Apache-2.0
// The flags that say which time-stamp authority answers, the same for `serve` and `reply`.

import { dirname, join } from "node:path";
import { type Command, Option } from "commander";
import { serverLimits } from "../../../server-limits.ts";
import type { signerInputs } from "../../../signers/signer.ts";
import type { OpenTimeAuthority } from "../../../time-authority.ts";
import { readClock } from "../../clock.ts";
import { objectIdentifier, wholeNumber } from "../../option-values.ts";
import { Refusal } from "../../refusal.ts";
import type { Session } from "../../session.ts";
import { addProgramFlags, signerChoice } from "../../signer-flags.ts";

export interface AuthorityFlags {
  readonly key?: string;
  readonly signerCommand?: string;
  readonly signerInput: (typeof signerInputs)[number];
  readonly certificateChain: string;
  readonly journal?: string;
  readonly policy?: string;
  readonly accuracy: number;
  readonly passphraseFile?: string;
  readonly passphraseFd?: number;
}

/** Milliseconds. What a machine with a set clock keeps without looking after it. */
const defaultAccuracy = 1000;

export function addAuthorityFlags(command: Command): Command {
  command.option("--key <file>", "private key of the authority: PKCS#8 PEM that only its owner can read");
  return addProgramFlags(command)
    .requiredOption("--certificate-chain <file>", "its certificates in PEM: its own first, the root last")
    .option("--journal <file>", "one line for each time stamp; default: journal.txt beside the certificates")
    .addOption(
      new Option(
        "--policy <oid>",
        "policy to stamp under; default: that of aibom, which promises nothing",
      ).argParser(objectIdentifier("--policy")),
    )
    .addOption(
      new Option("--accuracy <ms>", "milliseconds that the clock may be off")
        .default(defaultAccuracy)
        .argParser(wholeNumber("--accuracy", 1, serverLimits.maxAuthorityAccuracyMilliseconds)),
    )
    .option("--passphrase-file <file>", "file with the key's passphrase, mode 0600")
    .addOption(
      new Option("--passphrase-fd <n>", "file descriptor to read the key's passphrase from").argParser(
        wholeNumber("--passphrase-fd", 0, 1023),
      ),
    );
}

/** Opens the authority that the flags name; its clock is the machine's. */
export async function openFromFlags(session: Session, flags: AuthorityFlags): Promise<OpenTimeAuthority> {
  const { certificateChain, journal, policy, accuracy, ...signing } = flags;
  const signer = await signerChoice(session, signing);
  if (signer.kind === "keyless") {
    throw Refusal.of("CLI_USAGE", { reason: "give either --key or --signer-command" });
  }
  const { openTimeAuthority } = await import("../../../time-authority.ts");
  const { defaultPolicy } = await import("../../../tsa/authority.ts");
  return openTimeAuthority({
    signer,
    certificateChain,
    journal: journal ?? join(dirname(certificateChain), "journal.txt"),
    policy: policy ?? defaultPolicy,
    accuracyMilliseconds: accuracy,
    clock: readClock,
  });
}
