// SPDX-License-Identifier: Apache-2.0
// `aibom trust publish`, `publish-root` and `sign-root`: an organisation publishes its trust root as a TUF repository.

import { type Command, Option } from "commander";
import { escapeText } from "../../../codes/escape.ts";
import type { Signer } from "../../../signers/signer.ts";
import type { RoleKeys, RootCompleteness } from "../../../trust/tuf/root.ts";
import { helpText } from "../../help-text.ts";
import { collect, instantOrDay, wholeNumber } from "../../option-values.ts";
import { type CommandExit, note, type Register, refuseIfStopped, type Session } from "../../session.ts";

interface KeyFlags {
  readonly key: readonly string[];
  readonly passphraseFile?: string;
  readonly passphraseFd?: number;
}

interface DraftFlags {
  readonly out: string;
  readonly previous?: string;
  readonly expires: Date;
  readonly rootKey: readonly string[];
  readonly targetsKey: readonly string[];
  readonly snapshotKey: readonly string[];
  readonly timestampKey: readonly string[];
  readonly rootThreshold: number;
  readonly targetsThreshold: number;
  readonly snapshotThreshold: number;
  readonly timestampThreshold: number;
}

interface SignFlags extends KeyFlags {
  readonly previous?: string;
}

interface PublishFlags extends KeyFlags {
  readonly trustRoot: string;
  readonly root?: string;
  readonly expires: Date;
  readonly timestampExpires?: Date;
}

const exits = [
  [0, "done"],
  [2, "usage: unusable key, missing signatures, a trust root or repository that is not valid"],
] as const;

/** Adds `aibom trust publish`, `publish-root` and `sign-root`. */
export function addPublish(trust: Command, register: Register): void {
  addPublishRoot(trust, register);
  addSignRoot(trust, register);
  addPublishFiles(trust, register);
}

function addPublishRoot(trust: Command, register: Register): void {
  const command = trust
    .command("publish-root")
    .summary("make root metadata: who signs what in the repository")
    .description(
      "Makes a root.json without signatures: the keys of each role and how many of them must sign. Have " +
        "it signed with `aibom trust sign-root`, on as many machines as there are key holders; then it can " +
        "be published.",
    )
    .requiredOption("-o, --out <file>", "write the draft here")
    .option("--previous <file>", "the root.json that is published now; its successor is made")
    .addOption(
      expiryOption("--expires <time>", "when the root keys stop vouching: RFC 3339, or a day (its end)"),
    );
  for (const role of ["root", "targets", "snapshot", "timestamp"]) {
    command
      .addOption(
        new Option(`--${role}-key <file>`, `public key that signs ${role}; may be repeated`)
          .argParser(collect)
          .makeOptionMandatory(),
      )
      .addOption(
        new Option(`--${role}-threshold <n>`, `how many ${role} keys must sign`)
          .argParser(wholeNumber(`--${role}-threshold`, 1, 100))
          .default(1),
      );
  }
  command
    .addHelpText(
      "after",
      helpText(
        [
          "aibom trust publish-root -o root.json --expires 2028-01-01 --root-key anna.pub --root-key ben.pub --root-threshold 2 --targets-key t.pub --snapshot-key s.pub --timestamp-key s.pub",
        ],
        exits,
      ),
    )
    .action((flags: DraftFlags) => register((session) => draft(session, flags)));
}

function addSignRoot(trust: Command, register: Register): void {
  addKeyOptions(
    trust
      .command("sign-root")
      .summary("add a signature to root metadata")
      .description(
        "Signs a root.json in place with a root key and says how many signatures it still needs. After a " +
          "change of keys both sets must sign: name the published root with --previous.",
      )
      .argument("<file>", "root metadata made with `aibom trust publish-root`"),
  )
    .option("--previous <file>", "the root.json that is published now")
    .addHelpText(
      "after",
      helpText(
        [
          "aibom trust sign-root root.json --key anna.key",
          "aibom trust sign-root root.json --key ben.key --previous old-root.json",
        ],
        exits,
      ),
    )
    .action((file: string, flags: SignFlags) => register((session) => signRootFile(session, file, flags)));
}

function addPublishFiles(trust: Command, register: Register): void {
  addKeyOptions(
    trust
      .command("publish")
      .summary("publish the trust root as a repository that others update from")
      .description(
        "Writes the trust root as a TUF repository into a directory, to be served or carried. Repeat it " +
          "after a change, and before the metadata expires. Roles whose keys are not given keep what they " +
          "signed.",
      )
      .argument("<out>", "directory of the repository"),
  )
    .option("--root <file>", "complete root.json: at first, and after a change of keys")
    .addOption(
      expiryOption("--expires <time>", "when targets and snapshot expire: RFC 3339, or a day (its end)"),
    )
    .addOption(
      new Option(
        "--timestamp-expires <time>",
        "when the time stamp expires; default: as --expires",
      ).argParser(instantOrDay("--timestamp-expires", "last")),
    )
    .addOption(new Option("--trust-root <dir>", "trust root to publish").default(".aibom/trust"))
    .addHelpText(
      "after",
      helpText(
        [
          "aibom trust publish ./repository --root root.json --expires 2027-06-30 --key targets.key --key snapshot.key --key timestamp.key",
          "aibom trust publish ./repository --expires 2027-06-30 --key timestamp.key",
        ],
        exits,
      ),
    )
    .action((out: string, flags: PublishFlags) => register((session) => publish(session, out, flags)));
}

function expiryOption(flag: string, text: string): Option {
  return new Option(flag, text).argParser(instantOrDay("--expires", "last")).makeOptionMandatory();
}

function addKeyOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--key <file>", "private key: PKCS#8 PEM; may be repeated")
        .argParser(collect)
        .makeOptionMandatory(),
    )
    .option("--passphrase-file <file>", "file with the passphrase of the keys, mode 0600")
    .addOption(
      new Option("--passphrase-fd <n>", "file descriptor to read the passphrase from").argParser(
        wholeNumber("--passphrase-fd", 0, 1023),
      ),
    );
}

async function draft(session: Session, flags: DraftFlags): Promise<CommandExit> {
  const { draftRoot } = await import("../../../trust/tuf/root.ts");
  const { mustNotExist, writeNewFile } = await import("../../write-file.ts");
  const { readPublicKeyFile } = await import("../../../trust/public-key-file.ts");
  mustNotExist(flags.out);
  const role = (files: readonly string[], threshold: number): RoleKeys => ({
    publicKeys: files.map(readPublicKeyFile),
    threshold,
  });
  const previous = await readOptional(flags.previous);
  const bytes = draftRoot({
    roles: {
      root: role(flags.rootKey, flags.rootThreshold),
      targets: role(flags.targetsKey, flags.targetsThreshold),
      snapshot: role(flags.snapshotKey, flags.snapshotThreshold),
      timestamp: role(flags.timestampKey, flags.timestampThreshold),
    },
    expires: flags.expires,
    at: session.startedAt,
    ...(previous === undefined ? {} : { previous }),
  });
  writeNewFile(flags.out, bytes);
  await note(
    session,
    `wrote ${escapeText(flags.out)}: a root without signatures; sign it with \`aibom trust sign-root\``,
  );
  return 0;
}

async function signRootFile(session: Session, file: string, flags: SignFlags): Promise<CommandExit> {
  const { signMetadata } = await import("../../../trust/tuf/root.ts");
  const previous = await readOptional(flags.previous);
  for (const signer of await loadSigners(session, flags)) {
    refuseIfStopped(session);
    const state = await signMetadata(file, signer, previous);
    await note(
      session,
      `signed ${escapeText(file)} with key ${signer.keyId.slice(0, 16)}: ${describe(state)}`,
    );
  }
  return 0;
}

function describe({ version, own, previous, isComplete }: RootCompleteness): string {
  const counts = [
    `${own.got} of ${own.threshold} signatures of its own keys`,
    ...(previous === undefined ? [] : [`${previous.got} of ${previous.threshold} of the root before it`]),
  ];
  const rest = version > 1 && previous === undefined ? "; the root before it was not given" : "";
  return `root version ${version}, ${counts.join(", ")}${rest}${isComplete ? "" : "; not complete yet"}`;
}

async function publish(session: Session, out: string, flags: PublishFlags): Promise<CommandExit> {
  const { publishTrustRepository } = await import("../../../trust/tuf/publish.ts");
  const root = await readOptional(flags.root);
  const signers = await loadSigners(session, flags);
  refuseIfStopped(session);
  const result = await publishTrustRepository({
    trustDirectory: flags.trustRoot,
    out,
    signers,
    expires: {
      targets: flags.expires,
      snapshot: flags.expires,
      timestamp: flags.timestampExpires ?? flags.expires,
    },
    at: session.startedAt,
    ...(root === undefined ? {} : { root }),
  });
  const { versions, files, leftOut, rootDigest } = result;
  await note(
    session,
    `published ${files.length} files of ${escapeText(flags.trustRoot)} in ${escapeText(out)}`,
  );
  await note(
    session,
    `  root version ${versions.root}, targets ${versions.targets}, snapshot ${versions.snapshot}, time stamp ${versions.timestamp}`,
  );
  await note(session, `  root SHA-256 ${rootDigest}`);
  if (leftOut.length > 0) {
    await note(session, `  left out: ${leftOut.map(escapeText).join(", ")}`);
  }
  return 0;
}

async function readOptional(path: string | undefined): Promise<Uint8Array | undefined> {
  if (path === undefined) {
    return undefined;
  }
  const { limits } = await import("../../../limits.ts");
  const { readBounded } = await import("../../../sources/read-bounded.ts");
  return readBounded(path, limits.maxTufRootBytes);
}

/** One passphrase for all encrypted keys if it comes from a file; on the terminal each key is asked for. */
async function loadSigners(session: Session, flags: KeyFlags): Promise<readonly Signer[]> {
  const { askPassphrase, givenPassphrase } = await import("../../passphrase.ts");
  const { isEncryptedKey, loadPrivateKey } = await import("../../../signers/key.ts");
  const given = givenPassphrase(flags);
  const signers: Signer[] = [];
  for (const path of flags.key) {
    const passphrase = isEncryptedKey(path)
      ? (given ?? (await askPassphrase(`passphrase of ${escapeText(path)}: `, session)))
      : undefined;
    signers.push(loadPrivateKey(path, passphrase));
  }
  return signers;
}
