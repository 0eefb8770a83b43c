// SPDX-License-Identifier: Apache-2.0
// `aibom sign`: writes the signature of a model or of a BOM.

import { type Command, Option } from "commander";
import { escapeText } from "../../codes/escape.ts";
import { counted } from "../../report/counted.ts";
import type { SignedArtifact, SignOptions } from "../../sign.ts";
import type { SignerChoice } from "../../signers/load-signer.ts";
import { signerInputs } from "../../signers/signer.ts";
import { helpText } from "../help-text.ts";
import { byteSize, collect, oneOf, wholeNumber } from "../option-values.ts";
import { Refusal } from "../refusal.ts";
import {
  type CommandExit,
  note,
  onlineOptions,
  type Register,
  refuseIfStopped,
  type Session,
  withProgress,
} from "../session.ts";

const methods = ["key", "certificate", "keyless"] as const;

interface SignFlags {
  readonly method?: (typeof methods)[number];
  readonly key?: string;
  readonly signerCommand?: string;
  readonly signerInput: (typeof signerInputs)[number];
  readonly publicKey?: string;
  readonly certificateChain?: string;
  readonly signingConfig?: string;
  readonly identityToken?: string;
  readonly online?: true;
  readonly timestamp?: string;
  readonly embedSignature?: true;
  readonly message?: true;
  readonly signature?: string;
  readonly shards?: number | true;
  readonly ignore: readonly string[];
  readonly passphraseFile?: string;
  readonly passphraseFd?: number;
}

const examples = [
  "aibom sign ./model --key release.key",
  "aibom sign aibom.cdx.json --key release.key --passphrase-file /run/secrets/passphrase",
  "aibom sign ./model --key release.key --shards 1GB",
  "aibom sign ./model --key release.key --certificate-chain release.pem --timestamp https://tsa.example",
  "aibom sign ./model --signer-command 'hsm-sign --slot 3' --public-key release.pub",
  "aibom sign weights.gguf --message --key release.key",
  "aibom sign ./model --method keyless --signing-config signing_config.json --identity-token token --online",
];

/** Defines `aibom sign TARGET`. */
export function defineSign(command: Command, register: Register): void {
  command
    .description(
      "Signs a model directory or weights file (OpenSSF Model Signing v1.0: model.sig inside the directory, " +
        "FILE.sig beside a single file) or a CycloneDX JSON document (in-toto statement in a DSSE envelope: " +
        "FILE.sigstore.json beside it, or a JSF signature inside it). The key is a file or a program's.",
    )
    .argument("<target>", "a model directory, a weights file or a CycloneDX JSON file");
  addSignerFlags(command);
  command
    .option(
      "--timestamp <url>",
      "ask this RFC 3161 authority for a time stamp over the signature (goes online)",
    )
    .option("--embed-signature", "put a JSF signature into the BOM instead of a statement beside it")
    .option("--message", "sign the bytes of one file, as cosign sign-blob does: FILE.sigstore.json beside it")
    .option("-o, --signature <file>", "write the signature here")
    .addOption(
      new Option(
        "--shards [size]",
        "sign large files in shards, hashed in parallel; default size: 1GB",
      ).argParser(byteSize("--shards")),
    )
    .addOption(
      new Option(
        "--ignore <path>",
        "leave out this path of the target; may be repeated; named in the signature",
      )
        .argParser(collect)
        .default([], "none"),
    )
    .addHelpText(
      "after",
      helpText(examples, [
        [0, "the signature is written"],
        [2, "usage: missing target, unusable key, certificate or passphrase, invalid BOM"],
        [3, "the target cannot be read completely, or a program or authority gave no answer"],
      ]),
    )
    .action((target: string, flags: SignFlags) => register((session) => signTarget(session, target, flags)));
}

function addSignerFlags(command: Command): void {
  command
    .addOption(
      new Option("--method <name>", `${methods.join(", ")}; follows from the other flags`).argParser(
        oneOf("--method", methods),
      ),
    )
    .option("--key <file>", "private key: PKCS#8 PEM that only its owner can read")
    .option(
      "--signer-command <command>",
      "program that signs: gets the bytes on stdin, answers the signature",
    )
    .addOption(
      new Option("--signer-input <what>", `what the program gets: ${signerInputs.join(" or ")}`)
        .default("message")
        .argParser(oneOf("--signer-input", signerInputs)),
    )
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

async function signTarget(session: Session, target: string, flags: SignFlags): Promise<CommandExit> {
  refuseBesideMessage(flags);
  const signer = await signerChoice(session, flags);
  const { sign } = await import("../../sign.ts");
  const { refuseForeignFile, refuseLostTimestamps, refuseOthersSignature } = await import("../overwrite.ts");
  const { writeFileAtomic } = await import("../write-file.ts");
  const { refuseLinkOutside } = await import("../../sources/companions.ts");
  const kind = flags.embedSignature === true ? "BOM" : "signature";
  if (flags.signature !== undefined) {
    refuseForeignFile(flags.signature, kind);
  }
  const options = await signOptions(session, flags, signer);
  const signed = await withProgress(session, (progress) =>
    sign(target, { ...options, onProgress: (state) => progress.update(state) }),
  );
  refuseIfStopped(session);
  const path = flags.signature ?? signed.defaultPath;
  if (flags.embedSignature !== true) {
    if (flags.signature === undefined) {
      refuseLinkOutside(path);
    }
    refuseOthersSignature(path, signed.bundle);
    refuseLostTimestamps(path, signed.bundle);
  }
  refuseForeignFile(path, kind);
  writeFileAtomic(path, signed.bundle);
  await note(session, describe(signed, path));
  return 0;
}

function refuseBesideMessage({ message, embedSignature, shards, ignore }: SignFlags): void {
  if (message === true && (embedSignature === true || shards !== undefined || ignore.length > 0)) {
    const reason = "--message signs one file as it is: no --embed-signature, --shards or --ignore";
    throw Refusal.of("CLI_USAGE", { reason });
  }
}

async function signOptions(
  session: Session,
  flags: SignFlags,
  signer: SignerChoice,
): Promise<Omit<SignOptions, "onProgress">> {
  const { defaultShardSizeBytes } = await import("../../signers/model-signature.ts");
  const shards = flags.shards === true ? defaultShardSizeBytes : flags.shards;
  const { timestamp } = flags;
  return {
    signer,
    at: session.startedAt,
    outputs: flags.signature === undefined ? [] : [flags.signature],
    ignore: flags.ignore.map((path) => ({ path, reason: "--ignore" })),
    signal: session.signal,
    embed: flags.embedSignature === true,
    message: flags.message === true,
    ...(timestamp === undefined ? {} : { timestamp: { url: timestamp, fetch: onlineOptions(session) } }),
    ...(session.options.jobs === undefined ? {} : { jobs: session.options.jobs }),
    ...(shards === undefined ? {} : { shardSizeBytes: shards }),
  };
}

async function signerChoice(session: Session, flags: SignFlags): Promise<SignerChoice> {
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
  const { givenPassphrase, askPassphrase } = await import("../passphrase.ts");
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

function keylessChoice(session: Session, flags: SignFlags): SignerChoice {
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

function describe(signed: SignedArtifact, path: string): string {
  const subjects = counted(signed.subjects, "subject");
  return `signed ${signed.kind}: ${subjects}, ${escapeText(signed.signer)}, written to ${escapeText(path)}`;
}
