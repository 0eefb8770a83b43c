// SPDX-License-Identifier: Apache-2.0
// The flags that say who signs, the same for everything that can be signed.

import { type Command, Option } from "commander";
import { escapeText } from "../codes/escape.ts";
import type { SignerChoice } from "../signers/load-signer.ts";
import { signerInputs } from "../signers/signer.ts";
import { oneOf, wholeNumber } from "./option-values.ts";
import { Refusal } from "./refusal.ts";
import { onlineOptions, type Session } from "./session.ts";

const methods = ["key", "certificate", "keyless"] as const;

export interface SignerFlags {
  readonly method?: (typeof methods)[number];
  readonly key?: string;
  readonly signerCommand?: string;
  readonly signerInput: (typeof signerInputs)[number];
  readonly publicKey?: string;
  readonly certificateChain?: string;
  readonly signingConfig?: string;
  readonly identityToken?: string;
  readonly online?: true;
  /** Asks a time-stamping authority; refused with method keyless. */
  readonly timestamp?: string;
  readonly passphraseFile?: string;
  readonly passphraseFd?: number;
}

/** The program that signs in place of a key file. */
export function addProgramFlags(command: Command): Command {
  return command
    .option(
      "--signer-command <command>",
      "program that signs: gets the bytes on stdin, answers the signature",
    )
    .addOption(
      new Option("--signer-input <what>", `what the program gets: ${signerInputs.join(" or ")}`)
        .default("message")
        .argParser(oneOf("--signer-input", signerInputs)),
    );
}

/** Adds the flags to a command. */
export function addSignerFlags(command: Command): Command {
  command
    .addOption(
      new Option("--method <name>", `${methods.join(", ")}; follows from the other flags`).argParser(
        oneOf("--method", methods),
      ),
    )
    .option("--key <file>", "private key: PKCS#8 PEM that only its owner can read");
  return addProgramFlags(command)
    .option("--public-key <file>", "public key of the program, in PEM")
    .option("--certificate-chain <file>", "certificates of the key in PEM, leaf first: method certificate")
    .option("--signing-config <file>", "servers of a Sigstore instance: method keyless")
    .option("--identity-token <file>", "OpenID Connect token; else SIGSTORE_ID_TOKEN, else the CI service's")
    .option("--online", "allow the connections that method keyless needs")
    .option("--passphrase-file <file>", "file with the key's passphrase, mode 0600")
    .addOption(
      new Option("--passphrase-fd <n>", "file descriptor to read the key's passphrase from").argParser(
        wholeNumber("--passphrase-fd", 0, 1023),
      ),
    );
}

/**
 * The signer that the flags name.
 * @throws {AibomError} CLI_USAGE, CLI_PASSPHRASE_*
 */
export async function signerChoice(session: Session, flags: SignerFlags): Promise<SignerChoice> {
  const { key, signerCommand, certificateChain, publicKey, signerInput } = flags;
  if (flags.method === "keyless" || flags.signingConfig !== undefined) {
    return keylessChoice(session, flags);
  }
  if (flags.online === true || flags.identityToken !== undefined) {
    throw Refusal.of("CLI_USAGE", { reason: "--online and --identity-token go with --method keyless" });
  }
  if ((key === undefined) === (signerCommand === undefined)) {
    throw Refusal.of("CLI_USAGE", { reason: "give either --key or --signer-command" });
  }
  if (flags.method !== undefined && (flags.method === "certificate") !== (certificateChain !== undefined)) {
    const reason = "--method certificate needs --certificate-chain, --method key has none";
    throw Refusal.of("CLI_USAGE", { reason });
  }
  const chain = certificateChain === undefined ? {} : { certificateChain };
  if (signerCommand !== undefined) {
    return {
      kind: "program",
      command: signerCommand,
      input: signerInput,
      environment: session.environment.variables,
      signal: session.signal,
      ...chain,
      ...(publicKey === undefined ? {} : { publicKey }),
    };
  }
  const { givenPassphrase, askPassphrase } = await import("./passphrase.ts");
  const given = givenPassphrase(flags);
  return {
    kind: "key",
    key: key ?? "",
    passphrase: () =>
      given === undefined
        ? askPassphrase(`passphrase of ${escapeText(key ?? "")}: `, session)
        : Promise.resolve(given),
    ...chain,
  };
}

function keylessChoice(session: Session, flags: SignerFlags): SignerChoice {
  const { method = "keyless", signingConfig, identityToken } = flags;
  const keyFlags = [flags.key, flags.signerCommand, flags.certificateChain, flags.publicKey, flags.timestamp];
  if (method !== "keyless" || keyFlags.some((flag) => flag !== undefined)) {
    const reason =
      "--method keyless has no key, certificate or --timestamp: the signing config names the servers";
    throw Refusal.of("CLI_USAGE", { reason });
  }
  if (signingConfig === undefined) {
    throw Refusal.of("CLI_USAGE", { reason: "--method keyless needs --signing-config" });
  }
  const token = session.environment.variables["SIGSTORE_ID_TOKEN"];
  return {
    kind: "keyless",
    signingConfig,
    identityToken:
      identityToken !== undefined
        ? { file: identityToken }
        : token === undefined || token === ""
          ? { ambient: true }
          : { token },
    fetch: { ...onlineOptions(session), online: flags.online === true },
  };
}
