// SPDX-License-Identifier: Apache-2.0
// The flags that say how a new private key is protected, the same for everything that makes one.

import { type Command, Option } from "commander";
import { wholeNumber } from "./option-values.ts";

export interface NewPassphraseFlags {
  /** False after `--no-passphrase`. */
  readonly passphrase: boolean;
  readonly passphraseFile?: string;
  readonly passphraseFd?: number;
}

/** Adds the flags to a command. */
export function addNewPassphraseFlags(command: Command): Command {
  return command
    .option("--no-passphrase", "do not encrypt the private key")
    .option("--passphrase-file <file>", "file with the passphrase, mode 0600; default: ask on the terminal")
    .addOption(
      new Option("--passphrase-fd <n>", "file descriptor to read the passphrase from").argParser(
        wholeNumber("--passphrase-fd", 0, 1023),
      ),
    );
}
