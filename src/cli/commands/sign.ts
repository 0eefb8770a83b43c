// SPDX-License-Identifier: Apache-2.0
// `aibom sign`: writes the signature of a model or of a BOM.

import { type Command, Option } from "commander";
import { escapeText } from "../../codes/escape.ts";
import type { SignedArtifact } from "../../sign.ts";
import { helpText } from "../help-text.ts";
import { byteSize, collect, wholeNumber } from "../option-values.ts";
import {
  type CommandExit,
  note,
  type Register,
  refuseIfStopped,
  type Session,
  withProgress,
} from "../session.ts";

interface SignFlags {
  readonly key: string;
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
];

/** Defines `aibom sign TARGET`. */
export function defineSign(command: Command, register: Register): void {
  command
    .description(
      "Signs a model directory or weights file (OpenSSF Model Signing v1.0: model.sig inside the directory,\n" +
        "FILE.sig beside a single file) or a CycloneDX JSON document (in-toto statement in a DSSE envelope:\n" +
        "FILE.sigstore.json beside it).",
    )
    .argument("<target>", "a model directory, a weights file or a CycloneDX JSON file")
    .requiredOption("--key <file>", "private key: PKCS#8 PEM that only its owner can read")
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
    .option("--passphrase-file <file>", "file with the key's passphrase, mode 0600")
    .addOption(
      new Option("--passphrase-fd <n>", "file descriptor to read the key's passphrase from").argParser(
        wholeNumber("--passphrase-fd", 0, 1023),
      ),
    )
    .addHelpText(
      "after",
      helpText(examples, [
        [0, "the signature is written"],
        [2, "usage: missing target, unusable key or passphrase, invalid BOM"],
        [3, "the target cannot be read completely"],
      ]),
    )
    .action((target: string, flags: SignFlags) => register((session) => signTarget(session, target, flags)));
}

async function signTarget(session: Session, target: string, flags: SignFlags): Promise<CommandExit> {
  const { givenPassphrase, askPassphrase } = await import("../passphrase.ts");
  const given = givenPassphrase(flags);
  const { sign } = await import("../../sign.ts");
  const { refuseForeignFile, refuseOthersSignature } = await import("../overwrite.ts");
  const { writeFileAtomic } = await import("../write-file.ts");
  if (flags.signature !== undefined) {
    refuseForeignFile(flags.signature, "signature");
  }
  const { defaultShardSizeBytes } = await import("../../signers/model-signature.ts");
  const shards = flags.shards === true ? defaultShardSizeBytes : flags.shards;
  const signed = await withProgress(session, (progress) =>
    sign(target, {
      key: flags.key,
      outputs: flags.signature === undefined ? [] : [flags.signature],
      passphrase: () =>
        given === undefined
          ? askPassphrase(`passphrase of ${escapeText(flags.key)}: `, session)
          : Promise.resolve(given),
      ignore: flags.ignore.map((path) => ({ path, reason: "--ignore" })),
      signal: session.signal,
      onProgress: (state) => progress.update(state),
      ...(session.options.jobs === undefined ? {} : { jobs: session.options.jobs }),
      ...(shards === undefined ? {} : { shardSizeBytes: shards }),
    }),
  );
  refuseIfStopped(session);
  const path = flags.signature ?? signed.defaultPath;
  refuseOthersSignature(path, signed.bundle);
  refuseForeignFile(path, "signature");
  writeFileAtomic(path, signed.bundle);
  await note(session, describe(signed, path));
  return 0;
}

function describe(signed: SignedArtifact, path: string): string {
  const files = `${signed.subjects} ${signed.subjects === 1 ? "subject" : "subjects"}`;
  return `signed ${signed.kind}: ${files}, key ${signed.keyId.slice(0, 16)}, written to ${escapeText(path)}`;
}
