// SPDX-License-Identifier: Apache-2.0
// `aibom trust`: edits and shows the local trust root.

import { type Command, Option } from "commander";
import { type Usage, usages } from "../../model/evidence.ts";
import { helpText } from "../help-text.ts";
import { instant, instantOrDay, nameList, oneOf } from "../option-values.ts";
import { type CommandExit, note, type Register, type Session } from "../session.ts";
import { addPublish } from "./trust-publish.ts";
import { addUpdate } from "./trust-update.ts";

interface RootFlags {
  readonly trustRoot: string;
}

interface AddFlags extends RootFlags {
  readonly key: string;
  readonly usage: Usage[];
  readonly validFrom?: Date;
  readonly validUntil?: Date;
  readonly comment?: string;
}

interface ShowFlags extends RootFlags {
  readonly format: "text" | "json";
}

interface RevokeFlags extends RootFlags {
  readonly reason: string;
  readonly at?: Date;
}

const exits = [
  [0, "done"],
  [2, "usage: no such identity, unusable key, missing or invalid trust root"],
] as const;

/** Adds `aibom trust …`. */
export function addTrust(program: Command, register: Register): void {
  const trust = program
    .command("trust")
    .summary("add, list, show, remove and revoke identities of the trust root")
    .description(
      "The local trust root names the keys you trust, what each may vouch for and when. Verification\n" +
        "reads nothing else: no system store and no network.",
    )
    .addHelpText("after", helpText(["aibom trust add release --key release.pub", "aibom trust list"], exits));
  addAdd(trust, register);
  addList(trust, register);
  addShow(trust, register);
  addRemove(trust, register);
  addRevoke(trust, register);
  addUpdate(trust, register);
  addPublish(trust, register);
}

function rootOption(): Option {
  return new Option("--trust-root <dir>", "local trust root").default(".aibom/trust");
}

function formatOption(): Option {
  return new Option("--format <name>", "text or json")
    .default("text")
    .argParser(oneOf("--format", ["text", "json"]));
}

function addAdd(trust: Command, register: Register): void {
  trust
    .command("add")
    .summary("trust a public key under a name")
    .description("Adds an identity: a public key under a name, with what it may vouch for and when.")
    .argument("<name>", "name of the identity, as policies and verdicts will call it")
    .requiredOption("--key <file>", "public key in PEM (SubjectPublicKeyInfo)")
    .addOption(
      new Option("--usage <list>", `what the identity may vouch for: ${usages.join(", ")}`)
        .default(["model", "bom"], "model,bom")
        .argParser(nameList("--usage", usages)),
    )
    .addOption(
      new Option(
        "--valid-from <time>",
        "first instant of validity: RFC 3339, or a day (from its start in UTC)",
      ).argParser(instantOrDay("--valid-from", "first")),
    )
    .addOption(
      new Option(
        "--valid-until <time>",
        "last instant of validity: RFC 3339, or a day (to its end in UTC)",
      ).argParser(instantOrDay("--valid-until", "last")),
    )
    .option("--comment <text>", "a note for people")
    .addOption(rootOption())
    .addHelpText(
      "after",
      helpText(
        [
          "aibom trust add release --key release.pub",
          "aibom trust add ci --key ci.pub --usage bom --valid-until 2027-01-01",
        ],
        exits,
      ),
    )
    .action((name: string, flags: AddFlags) => register((session) => add(session, name, flags)));
}

function addList(trust: Command, register: Register): void {
  trust
    .command("list")
    .summary("list identities and revocations")
    .description("Lists the identities and whether each is valid now.")
    .addOption(rootOption())
    .addOption(formatOption())
    .addHelpText("after", helpText(["aibom trust list", "aibom trust list --format json"], exits))
    .action((flags: ShowFlags) =>
      register(async (session) => {
        const { loadTrustRoot } = await import("../../trust/load.ts");
        const { renderTrustJson, renderTrustList } = await import("../trust-text.ts");
        const root = loadTrustRoot(flags.trustRoot);
        await session.stdout.write(
          flags.format === "json" ? renderTrustJson(root) : renderTrustList(root, session.startedAt),
        );
        return 0;
      }),
    );
}

function addShow(trust: Command, register: Register): void {
  trust
    .command("show")
    .summary("show one identity with its key")
    .description("Shows one identity: key, key id, usages, validity, revocation.")
    .argument("<name>", "name of the identity")
    .addOption(rootOption())
    .addOption(formatOption())
    .addHelpText(
      "after",
      helpText(["aibom trust show release", "aibom trust show release --format json"], exits),
    )
    .action((name: string, flags: ShowFlags) =>
      register(async (session) => {
        const { loadTrustRoot } = await import("../../trust/load.ts");
        const { renderIdentity, renderIdentityJson } = await import("../trust-text.ts");
        const root = loadTrustRoot(flags.trustRoot);
        await session.stdout.write(
          flags.format === "json"
            ? renderIdentityJson(root, name)
            : renderIdentity(root, name, session.startedAt),
        );
        return 0;
      }),
    );
}

function addRemove(trust: Command, register: Register): void {
  trust
    .command("remove")
    .summary("remove an identity")
    .description("Removes an identity. Revocations of its key stay.")
    .argument("<name>", "name of the identity")
    .addOption(rootOption())
    .addHelpText(
      "after",
      helpText(["aibom trust remove release", "aibom trust remove ci --trust-root ./trust"], exits),
    )
    .action((name: string, flags: RootFlags) =>
      register(async (session) => {
        const { removeIdentity, saveTrustRoot } = await import("../../trust/edit.ts");
        const { loadTrustRoot } = await import("../../trust/load.ts");
        const root = loadTrustRoot(flags.trustRoot);
        saveTrustRoot(flags.trustRoot, removeIdentity(root.document, name));
        await note(session, `removed ${name}`);
        return 0;
      }),
    );
}

function addRevoke(trust: Command, register: Register): void {
  trust
    .command("revoke")
    .summary("revoke the key of an identity")
    .description(
      "Revokes the key of an identity: from the given instant on, none of its signatures counts, whenever it\n" +
        "was made. The identity stays in the list, so that a verdict can say why.",
    )
    .argument("<name>", "name of the identity")
    .requiredOption("--reason <text>", "why, for people who read a verdict")
    .addOption(
      new Option("--at <time>", "the instant the revocation counts from (RFC 3339); default: now").argParser(
        instant("--at"),
      ),
    )
    .addOption(rootOption())
    .addHelpText(
      "after",
      helpText(
        [
          'aibom trust revoke release --reason "laptop stolen"',
          'aibom trust revoke ci --reason "rotated" --at 2027-01-01T00:00:00Z',
        ],
        exits,
      ),
    )
    .action((name: string, flags: RevokeFlags) =>
      register(async (session) => {
        const { revokeIdentity, saveTrustRoot } = await import("../../trust/edit.ts");
        const { loadTrustRoot } = await import("../../trust/load.ts");
        const root = loadTrustRoot(flags.trustRoot);
        const revokedAt = utcSeconds(flags.at ?? session.startedAt);
        const { reason } = flags;
        saveTrustRoot(flags.trustRoot, revokeIdentity(root.document, name, { revokedAt, reason }));
        await note(session, `revoked the key of ${name} from ${revokedAt} on`);
        return 0;
      }),
    );
}

async function add(session: Session, name: string, flags: AddFlags): Promise<CommandExit> {
  const { addIdentity, saveTrustRoot } = await import("../../trust/edit.ts");
  const { loadTrustRoot } = await import("../../trust/load.ts");
  const { readPublicKeyText } = await import("../trust-text.ts");
  const root = loadTrustRoot(flags.trustRoot);
  const document = addIdentity(root.document, {
    name,
    publicKey: readPublicKeyText(flags.key),
    usages: flags.usage,
    ...(flags.validFrom === undefined ? {} : { validFrom: utcSeconds(flags.validFrom) }),
    ...(flags.validUntil === undefined ? {} : { validUntil: utcSeconds(flags.validUntil) }),
    ...(flags.comment === undefined ? {} : { comment: flags.comment }),
  });
  saveTrustRoot(flags.trustRoot, document);
  const added = document.identities.find((identity) => identity.name === name);
  await note(
    session,
    `trusted ${name} (${added?.algorithm}, key ${added?.keyId}) for ${flags.usage.join(", ")}`,
  );
  return 0;
}

/** RFC 3339 in UTC, whole seconds. */
function utcSeconds(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}
