// SPDX-License-Identifier: Apache-2.0
// `aibom tsa init`: key and certificates of a new time-stamp authority, in a new directory.

import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { escapeText } from "../../../codes/escape.ts";
import { AibomError } from "../../../errors.ts";
import { addLogFlags, type LogFlags, openLogger } from "../../custody.ts";
import { helpText } from "../../help-text.ts";
import { addNewPassphraseFlags, type NewPassphraseFlags } from "../../new-passphrase-flags.ts";
import { wholeNumber } from "../../option-values.ts";
import { Refusal } from "../../refusal.ts";
import { type CommandExit, note, type Register, type Session } from "../../session.ts";

interface AuthorityInitFlags extends NewPassphraseFlags, LogFlags {
  readonly out: string;
  readonly commonName: string;
  readonly organization?: string;
  readonly days: number;
}

/** Days. Signatures are kept for ten years, and what stamps them should not end before. */
const defaultDays = 3650;
const maxDays = 36_500;
const dayMilliseconds = 86_400_000;

/** RFC 5280, appendix A: ub-common-name and ub-organization-name. */
const maxNameLength = 64;

export function addInit(tsa: Command, register: Register): void {
  const command = addNewPassphraseFlags(
    tsa
      .command("init")
      .summary("make a key and certificates")
      .description(
        "Makes a key and a certificate for time stamping alone, issued by a root whose key is forgotten at once: " +
          "tsa.key (mode 0600), chain.pem (for the trust root and for tsa serve), root.pem (for openssl).",
      )
      .requiredOption("-o, --out <dir>", "new directory for the files")
      .option(
        "--common-name <name>",
        "what the authority is called in its certificate",
        "aibom time-stamp authority",
      )
      .option("--organization <name>", "whose it is")
      .addOption(
        new Option("--days <n>", "how long it stamps")
          .default(defaultDays)
          .argParser(wholeNumber("--days", 1, maxDays)),
      ),
  );
  addLogFlags(command)
    .addHelpText(
      "after",
      helpText(
        ["aibom tsa init --out tsa --common-name 'Site clock' --organization Example"],
        [
          [0, "the files are written"],
          [2, "usage: the directory exists already, or there is no usable passphrase"],
        ],
      ),
    )
    .action((flags: AuthorityInitFlags) => register((session) => initAuthority(session, flags)));
}

async function initAuthority(session: Session, flags: AuthorityInitFlags): Promise<CommandExit> {
  const { out, commonName, organization } = flags;
  for (const name of [commonName, organization]) {
    requireName(name);
  }
  const { mustNotExist, writeNewFile } = await import("../../write-file.ts");
  mustNotExist(out);
  const log = await openLogger(session, flags);
  const [key, chain, root] = ["tsa.key", "chain.pem", "root.pem"].map((name) => join(out, name));
  const { choosePassphrase } = await import("../../passphrase.ts");
  const passphrase = await choosePassphrase(escapeText(key ?? ""), flags, session);
  const { createAuthority } = await import("../../../tsa/create-authority.ts");
  const made = createAuthority({
    name: { commonName, ...(organization === undefined ? {} : { organization }) },
    notBefore: session.startedAt,
    notAfter: new Date(session.startedAt.getTime() + flags.days * dayMilliseconds),
    ...(passphrase === undefined ? {} : { passphrase }),
  });
  const digest = { sha256: createHash("sha256").update(made.chain).digest("hex") };
  await log?.record({
    type: "time-authority",
    subject: [{ name: made.certificate.subject, digest }],
    outputs: [{ name: "chain.pem", digest }],
  });
  makeDirectory(out);
  writeNewFile(key ?? "", made.privateKey, 0o600);
  writeNewFile(chain ?? "", made.chain, 0o644);
  writeNewFile(root ?? "", made.root, 0o644);
  const [keyText, chainText] = [escapeText(key ?? ""), escapeText(chain ?? "")];
  const { subject, notAfter } = made.certificate;
  await note(session, `made ${escapeText(subject)}, which stamps until ${notAfter.toISOString()}`);
  await note(session, `trust it: aibom trust import ${chainText} --kind tsa --name site-clock`);
  await note(session, `start it: aibom tsa serve --key ${keyText} --certificate-chain ${chainText}`);
  return 0;
}

function requireName(name: string | undefined): void {
  if (
    name !== undefined &&
    (name.trim() === "" || [...name].length > maxNameLength || /\p{Cc}/u.test(name))
  ) {
    const expected = `a name of 1 to ${maxNameLength} characters`;
    throw Refusal.of("CLI_OPTION_INVALID", {
      option: "a name in the certificate",
      expected,
      got: JSON.stringify(name),
    });
  }
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    throw AibomError.of("CLI_OUTPUT_NOT_WRITABLE", { reason }, { where: { path }, cause });
  }
}
