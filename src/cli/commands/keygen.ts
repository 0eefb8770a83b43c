// SPDX-License-Identifier: Apache-2.0
// `aibom keygen`: a key pair on disk. Never overwrites: a lost private key cannot be made again.

import { type Command, Option } from "commander";
import { escapeText } from "../../codes/escape.ts";
import { helpText } from "../help-text.ts";
import { addNewPassphraseFlags, type NewPassphraseFlags } from "../new-passphrase-flags.ts";
import { oneOf } from "../option-values.ts";
import { type CommandExit, note, type Register, type Session } from "../session.ts";

const keyTypes = ["ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "ed25519", "ml-dsa-65"] as const;
type KeyType = (typeof keyTypes)[number];

interface KeygenFlags extends NewPassphraseFlags {
  readonly out: string;
  readonly type: KeyType;
}

const examples = [
  "aibom keygen --out release.key",
  "aibom keygen --out ci.key --type ecdsa-p384 --passphrase-file /run/secrets/passphrase",
  "aibom keygen --out demo.key --no-passphrase",
];

/** Defines `aibom keygen`. */
export function defineKeygen(command: Command, register: Register): void {
  addNewPassphraseFlags(
    command
      .description(
        "Makes a private key (PKCS#8 PEM, mode 0600, encrypted with a passphrase) and its public key beside " +
          "it: release.key and release.pub. ECDSA keys sign models and BOMs; Ed25519 and ML-DSA-65 sign BOMs.",
      )
      .requiredOption("-o, --out <file>", "write the private key here; the public key gets the ending .pub")
      .addOption(
        new Option("--type <name>", "kind of key")
          .choices(keyTypes)
          .default("ecdsa-p256")
          .argParser(oneOf("--type", keyTypes)),
      ),
  )
    .addHelpText(
      "after",
      helpText(examples, [
        [0, "both files are written"],
        [2, "usage: a file exists already, or there is no usable passphrase"],
      ]),
    )
    .action((flags: KeygenFlags) => register((session) => keygen(session, flags)));
}

async function keygen(session: Session, flags: KeygenFlags): Promise<CommandExit> {
  const publicPath = publicPathOf(flags.out);
  const { mustNotExist, writeNewFile } = await import("../write-file.ts");
  mustNotExist(flags.out);
  mustNotExist(publicPath);
  const { choosePassphrase } = await import("../passphrase.ts");
  const passphrase = await choosePassphrase(escapeText(flags.out), flags, session);
  const { generateKey } = await import("../../signers/generate-key.ts");
  const pair = generateKey(flags.type, passphrase);
  writeNewFile(flags.out, pair.privatePem, 0o600);
  writeNewFile(publicPath, pair.publicPem, 0o644);
  await note(
    session,
    `wrote ${escapeText(flags.out)} (private) and ${escapeText(publicPath)} (public), key ${pair.keyId}`,
  );
  return 0;
}

/** `release.key` → `release.pub`; any other name gets `.pub` appended. */
function publicPathOf(privatePath: string): string {
  return privatePath.endsWith(".key") ? `${privatePath.slice(0, -".key".length)}.pub` : `${privatePath}.pub`;
}
