// SPDX-License-Identifier: Apache-2.0
// `aibom sign`: writes the signature of a model or of a BOM.

import { createHash } from "node:crypto";
import { basename } from "node:path";
import { type Command, Option } from "commander";
import { escapeText } from "../../codes/escape.ts";
import { counted } from "../../report/counted.ts";
import type { SignedArtifact, SignOptions } from "../../sign.ts";
import type { SignerChoice } from "../../signers/load-signer.ts";
import { addLogFlags, type LogFlags, type LoggedEvent, openLogger } from "../custody.ts";
import { helpText } from "../help-text.ts";
import { byteSize, collect } from "../option-values.ts";
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
import { addSignerFlags, type SignerFlags, signerChoice } from "../signer-flags.ts";

interface SignFlags extends SignerFlags, LogFlags {
  readonly embedSignature?: true;
  readonly message?: true;
  readonly signature?: string;
  readonly shards?: number | true;
  readonly ignore: readonly string[];
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
  addLogFlags(addSignerFlags(command))
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

async function signTarget(session: Session, target: string, flags: SignFlags): Promise<CommandExit> {
  refuseBesideMessage(flags);
  const log = await openLogger(session, flags);
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
  await log?.record(signEvent(signed, path), signed.key);
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

function signEvent({ subject, bundle }: SignedArtifact, path: string): LoggedEvent {
  const sha256 = createHash("sha256").update(bundle).digest("hex");
  return {
    type: "sign",
    subject:
      subject === undefined
        ? []
        : [{ name: subject.name, digest: { [subject.digest.algorithm]: subject.digest.hex } }],
    outputs: [{ name: basename(path), digest: { sha256 } }],
  };
}

function describe(signed: SignedArtifact, path: string): string {
  // A statement about a BOM has the BOM itself and all that it lists as its subjects.
  const covered = counted(signed.subjects, signed.kind === "bom" ? "subject" : "file");
  return `signed ${signed.kind}: ${covered}, ${escapeText(signed.signer)}, written to ${escapeText(path)}`;
}
