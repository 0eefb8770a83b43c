// SPDX-License-Identifier: Apache-2.0
// `aibom trust add`: an identity that is a key, a Sigstore identity, or a certificate subject of a private CA.

import type { Command } from "commander";
import { AibomError } from "../../../errors.ts";
import type { Usage } from "../../../model/evidence.ts";
import type { Identity } from "../../../trust/identities.ts";
import type { TrustDocument } from "../../../trust/trust-root.ts";
import { helpText } from "../../help-text.ts";
import { Refusal } from "../../refusal.ts";
import { type CommandExit, note, type Register, type Session } from "../../session.ts";
import * as shared from "./options.ts";

interface AddFlags extends shared.RootFlags, shared.WindowFlags {
  readonly key?: string;
  readonly authority?: string;
  readonly identity?: string;
  readonly identityGlob?: string;
  readonly issuer?: string;
  readonly subject?: string;
  readonly usage: Usage[];
  readonly comment?: string;
}

export function addAdd(trust: Command, register: Register): void {
  shared
    .addChangeFlags(shared.addWindowOptions(trust.command("add")))
    .summary("trust a public key, or a name that an authority certifies")
    .description(
      "Adds an identity with what it may vouch for and when: a public key (--key), a Sigstore identity " +
        "(--authority, --identity, --issuer), or a subject of a private CA (--authority, --subject or " +
        "--identity). Names are compared exactly. A glob is a flag of its own.",
    )
    .argument("<name>", "name of the identity, as policies and verdicts will call it")
    .option("--key <file>", "public key in PEM (SubjectPublicKeyInfo)")
    .option("--authority <name>", "authority that certifies the identity; import it first")
    .option("--identity <name>", "e-mail address or URI in the certificate (subject alternative name)")
    .option("--identity-glob <glob>", "the same as a glob: * within a path component, ** across")
    .option("--issuer <url>", "OpenID Connect issuer, for Sigstore identities")
    .option("--subject <dn>", "distinguished name (RFC 4514), for identities of a private CA")
    .addOption(shared.usageOption(["model", "bom"]))
    .option("--comment <text>", "a note for people")
    .addHelpText(
      "after",
      helpText(
        [
          "aibom trust add release --key release.pub",
          "aibom trust add ci --key ci.pub --usage bom --valid-until 2027-01-01",
          "aibom trust add build --authority public-good --issuer https://token.actions.githubusercontent.com \\\n" +
            "      --identity https://github.com/org/repo/.github/workflows/release.yml@refs/heads/main",
          "aibom trust add vendor --authority vendor-ca --subject 'CN=Model Signing,O=Vendor'",
        ],
        shared.exits,
      ),
    )
    .action((name: string, flags: AddFlags) => register((session) => add(session, name, flags)));
}

async function add(session: Session, name: string, flags: AddFlags): Promise<CommandExit> {
  const { saveAndLog } = await import("../../save-trust.ts");
  const { loadTrustRoot } = await import("../../../trust/load.ts");
  if (flags.key === undefined && flags.authority === undefined) {
    throw Refusal.of("CLI_USAGE", { reason: "give --key, or --authority with a name that it certifies" });
  }
  const root = loadTrustRoot(flags.trustRoot);
  const document =
    flags.key === undefined
      ? await addCertified(root.document, name, flags)
      : await addKey(root.document, name, flags.key, flags);
  const added = document.identities.find((identity) => identity.name === name);
  const done = `trusted ${name} (${added === undefined ? "" : essence(added)}) for ${flags.usage.join(", ")}`;
  await saveAndLog(session, flags, { document, reason: done });
  await note(session, done);
  return 0;
}

async function addKey(
  document: TrustDocument,
  name: string,
  key: string,
  flags: AddFlags,
): Promise<TrustDocument> {
  const { addIdentity } = await import("../../../trust/edit.ts");
  const { readPublicKeyFile } = await import("../../../trust/public-key-file.ts");
  for (const flag of ["authority", "identity", "identityGlob", "issuer", "subject"] as const) {
    if (flags[flag] !== undefined) {
      throw Refusal.of("CLI_USAGE", { reason: "--key names the identity alone; leave the names out" });
    }
  }
  return addIdentity(document, { name, publicKey: readPublicKeyFile(key), ...commonOf(flags) });
}

async function addCertified(document: TrustDocument, name: string, flags: AddFlags): Promise<TrustDocument> {
  const { addCertifiedIdentity } = await import("../../../trust/edit.ts");
  const { authority = "", identity, identityGlob, issuer, subject } = flags;
  const common = { name, authority, ...commonOf(flags) };
  if (certifierKind(document, authority) === "sigstore") {
    if (
      issuer === undefined ||
      subject !== undefined ||
      (identity === undefined) === (identityGlob === undefined)
    ) {
      const reason = "a Sigstore identity needs --issuer and either --identity or --identity-glob";
      throw Refusal.of("CLI_USAGE", { reason });
    }
    const alternative =
      identity === undefined ? { subjectAltNameGlob: identityGlob ?? "" } : { subjectAltName: identity };
    return addCertifiedIdentity(document, { ...common, kind: "sigstore", ...alternative, issuer });
  }
  if (issuer !== undefined || identityGlob !== undefined || (subject ?? identity) === undefined) {
    const reason = "an identity of a private CA needs --subject or --identity, and no issuer";
    throw Refusal.of("CLI_USAGE", { reason });
  }
  return addCertifiedIdentity(document, {
    ...common,
    kind: "x509",
    ...(subject === undefined ? {} : { subject }),
    ...(identity === undefined ? {} : { subjectAltName: identity }),
  });
}

/** Looked up first: what flags an identity needs depends on who certifies it. */
function certifierKind(document: TrustDocument, name: string): "sigstore" | "ca" {
  const kind = document.authorities.find((each) => each.name === name)?.kind;
  if (kind === undefined || kind === "tsa") {
    throw AibomError.of("TRUST_AUTHORITY_NOT_FOUND", { name, kind: "sigstore or ca" });
  }
  return kind;
}

function commonOf(flags: AddFlags) {
  return {
    usages: flags.usage,
    ...shared.windowOf(flags),
    ...(flags.comment === undefined ? {} : { comment: flags.comment }),
  };
}

function essence(identity: Identity): string {
  switch (identity.kind) {
    case "key":
      return `${identity.algorithm}, key ${identity.keyId}`;
    case "sigstore":
      return `${identity.subjectAltName ?? identity.subjectAltNameGlob}, by ${identity.authority}`;
    case "x509":
      return `${identity.subject ?? identity.subjectAltName}, by ${identity.authority}`;
  }
}
