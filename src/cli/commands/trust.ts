// SPDX-License-Identifier: Apache-2.0
// `aibom trust`: edits and shows the local trust root.

import type { Command } from "commander";
import { textOrJson } from "../format-option.ts";
import { helpText } from "../help-text.ts";
import { type CommandExit, note, type Register, type Session } from "../session.ts";
import { addAdd } from "./trust/add.ts";
import { addCheck } from "./trust/check.ts";
import { addCreate } from "./trust/create.ts";
import { addImport } from "./trust/import.ts";
import { addChangeFlags, exits, type RootFlags, rootOption } from "./trust/options.ts";
import { addPolicy } from "./trust/policy.ts";
import { addPublish } from "./trust/publish.ts";
import { addRevoke } from "./trust/revoke.ts";
import { addUpdate } from "./trust/update.ts";

interface ShowFlags extends RootFlags {
  readonly format: "text" | "json";
}

/** Defines `aibom trust …`. */
export function defineTrust(command: Command, register: Register): void {
  command
    .description(
      "The local trust root names the keys, certificate authorities and Sigstore instances you trust, " +
        "whom each may speak for, and when. Verification reads nothing else: no system store and no " +
        "network.",
    )
    .addHelpText("after", helpText(["aibom trust add release --key release.pub", "aibom trust list"], exits));
  addAdd(command, register);
  addList(command, register);
  addShow(command, register);
  addRemove(command, register);
  addRevoke(command, register);
  addImport(command, register);
  addCreate(command, register);
  addCheck(command, register);
  addUpdate(command, register);
  addPublish(command, register);
  addPolicy(command, register);
}

function addList(trust: Command, register: Register): void {
  trust
    .command("list")
    .summary("list identities and authorities")
    .description("Lists the identities and whether each is valid now, and the authorities they rest on.")
    .addOption(rootOption())
    .addOption(textOrJson())
    .addHelpText("after", helpText(["aibom trust list", "aibom trust list --format json"], exits))
    .action((flags: ShowFlags) => register((session) => list(session, flags)));
}

function addShow(trust: Command, register: Register): void {
  trust
    .command("show")
    .summary("show one identity or authority, or the table of all")
    .description(
      "Shows one identity (key or name, usages, validity, revocation) or one authority; without a name the table of " +
        "`trust list`.",
    )
    .argument("[name]", "name of the identity or authority")
    .addOption(rootOption())
    .addOption(textOrJson())
    .addHelpText(
      "after",
      helpText(["aibom trust show release", "aibom trust show release --format json"], exits),
    )
    .action((name: string | undefined, flags: ShowFlags) =>
      register((session) => (name === undefined ? list(session, flags) : show(session, name, flags))),
    );
}

async function show(session: Session, name: string, flags: ShowFlags): Promise<CommandExit> {
  const { loadTrustRoot } = await import("../../trust/load.ts");
  const { renderIdentity, renderIdentityJson } = await import("../trust-text.ts");
  const root = loadTrustRoot(flags.trustRoot);
  await session.stdout.write(
    flags.format === "json" ? renderIdentityJson(root, name) : renderIdentity(root, name, session.startedAt),
  );
  return 0;
}

async function list(session: Session, flags: ShowFlags): Promise<CommandExit> {
  const { loadTrustRoot } = await import("../../trust/load.ts");
  const { renderTrustJson, renderTrustList } = await import("../trust-text.ts");
  const root = loadTrustRoot(flags.trustRoot);
  await session.stdout.write(
    flags.format === "json" ? renderTrustJson(root) : renderTrustList(root, session.startedAt),
  );
  return 0;
}

function addRemove(trust: Command, register: Register): void {
  addChangeFlags(trust.command("remove"))
    .summary("remove an identity or authority")
    .description("Removes an identity, or an authority that no identity needs. Revocations stay.")
    .argument("<name>", "name of the identity")
    .addHelpText(
      "after",
      helpText(["aibom trust remove release", "aibom trust remove ci --trust-root ./trust"], exits),
    )
    .action((name: string, flags: RootFlags) =>
      register(async (session) => {
        const { removeIdentity } = await import("../../trust/edit.ts");
        const { saveAndLog } = await import("../save-trust.ts");
        const { loadTrustRoot } = await import("../../trust/load.ts");
        const root = loadTrustRoot(flags.trustRoot);
        const document = removeIdentity(root.document, name);
        await saveAndLog(session, flags, { document, reason: `removed ${name}` });
        await note(session, `removed ${name}`);
        return 0;
      }),
    );
}
