// SPDX-License-Identifier: Apache-2.0
// `aibom trust revoke`: an identity, a key wherever it occurs, or one certificate of an authority.

import { type Command, Option } from "commander";
import { AibomError } from "../../../errors.ts";
import { helpText } from "../../help-text.ts";
import { instant } from "../../option-values.ts";
import { Refusal } from "../../refusal.ts";
import { type CommandExit, note, type Register, type Session } from "../../session.ts";
import { addChangeFlags, exits, type RootFlags, utcSeconds } from "./options.ts";

interface RevokeFlags extends RootFlags {
  readonly reason: string;
  readonly at?: Date;
  readonly keyId?: string;
  readonly authority?: string;
  readonly serial?: string;
}

export function addRevoke(trust: Command, register: Register): void {
  addChangeFlags(trust.command("revoke"))
    .summary("revoke an identity, a key or a certificate")
    .description(
      "Revokes an identity, a key (--key-id, also where it is in a certificate) or one certificate " +
        "(--authority and --serial). From the given instant on, none of its signatures counts, unless a " +
        "trusted time proves that the signature is older. An identity stays in the list, so that a verdict " +
        "can say why.",
    )
    .argument("[name]", "name of the identity")
    .requiredOption("--reason <text>", "why, for people who read a verdict")
    .option(
      "--key-id <hex>",
      "SHA-256 of the public key (SubjectPublicKeyInfo, DER), all 64 digits: `trust show`",
    )
    .option("--authority <name>", "authority that issued the certificate")
    .option("--serial <hex>", "serial number of the certificate")
    .addOption(
      new Option("--at <time>", "the instant the revocation counts from (RFC 3339); default: now").argParser(
        instant("--at"),
      ),
    )
    .addHelpText(
      "after",
      helpText(
        [
          'aibom trust revoke release --reason "laptop stolen"',
          'aibom trust revoke ci --reason "rotated" --at 2027-01-01T00:00:00Z',
          'aibom trust revoke --authority vendor-ca --serial 4f2a09 --reason "issued by mistake"',
        ],
        exits,
      ),
    )
    .action((name: string | undefined, flags: RevokeFlags) =>
      register((session) => revokeNamed(session, name, flags)),
    );
}

async function revokeNamed(
  session: Session,
  name: string | undefined,
  flags: RevokeFlags,
): Promise<CommandExit> {
  const { revoke, revokeIdentity } = await import("../../../trust/edit.ts");
  const { saveAndLog } = await import("../../save-trust.ts");
  const { loadTrustRoot } = await import("../../../trust/load.ts");
  const { reason, keyId, authority, serial } = flags;
  const ways = [name, keyId, authority ?? serial].filter((each) => each !== undefined);
  if (ways.length !== 1 || (authority === undefined) !== (serial === undefined)) {
    throw Refusal.of("CLI_USAGE", {
      reason: "name one thing to revoke: an identity, --key-id, or --authority with --serial",
    });
  }
  const target = name === undefined ? targetOf(keyId, authority, serial) : undefined;
  const root = loadTrustRoot(flags.trustRoot);
  if (authority !== undefined && !root.document.authorities.some((each) => each.name === authority)) {
    // A mistyped name would revoke nothing and look as if it had.
    throw AibomError.of("TRUST_AUTHORITY_NOT_FOUND", { name: authority, kind: "sigstore or ca" });
  }
  const revokedAt = utcSeconds(flags.at ?? session.startedAt);
  const document =
    target === undefined
      ? revokeIdentity(root.document, name ?? "", { revokedAt, reason })
      : revoke(root.document, { ...target, revokedAt, reason });
  const what = name ?? (keyId === undefined ? `certificate ${serial} of ${authority}` : `key ${keyId}`);
  const done = `revoked ${what} from ${revokedAt} on`;
  await saveAndLog(session, flags, { document, reason: `${done}: ${reason}` });
  await note(session, done);
  return 0;
}

function targetOf(
  keyId: string | undefined,
  authority: string | undefined,
  serial: string | undefined,
): RevocationTarget {
  return keyId === undefined
    ? { authority: authority ?? "", serialNumber: normalSerial(serial ?? "") }
    : { keyId: normalKeyId(keyId) };
}

type RevocationTarget =
  | { readonly keyId: string }
  | { readonly authority: string; readonly serialNumber: string };

/** As tools print it: upper case, with colons, with leading zeros. */
function normalSerial(serial: string): string {
  const digits = serial
    .toLowerCase()
    .replaceAll(":", "")
    .replace(/^0x/, "")
    .replace(/^0+(?=.)/, "");
  if (!/^[0-9a-f]+$/.test(digits)) {
    throw Refusal.of("CLI_OPTION_INVALID", {
      option: "--serial",
      expected: "hexadecimal digits",
      got: JSON.stringify(serial),
    });
  }
  return digits;
}

/** Verdicts and lists show the first 16 digits; a revocation must say which key exactly. */
function normalKeyId(keyId: string): string {
  const digits = keyId.toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(digits)) {
    const expected = "all 64 hexadecimal digits of a key id, as `aibom trust show NAME` prints them";
    throw Refusal.of("CLI_OPTION_INVALID", { option: "--key-id", expected, got: JSON.stringify(keyId) });
  }
  return digits;
}
