// SPDX-License-Identifier: Apache-2.0
// `aibom trust import`: authorities and keys that others publish, from files and directories on this disk.

import { type Command, Option } from "commander";
import { escapeText } from "../../../codes/escape.ts";
import type { Usage } from "../../../model/evidence.ts";
import { type ImportKind, importKinds, type Thresholds } from "../../../trust/authorities.ts";
import type { TrustChange } from "../../../trust/edit.ts";
import type { TrustDocument } from "../../../trust/trust-root.ts";
import { helpText } from "../../help-text.ts";
import { oneOf, wholeNumber } from "../../option-values.ts";
import { Refusal } from "../../refusal.ts";
import { type CommandExit, note, type Register, type Session } from "../../session.ts";
import * as shared from "./options.ts";

interface ImportFlags extends shared.RootFlags, shared.WindowFlags {
  readonly name: string;
  readonly kind?: ImportKind;
  readonly usage: Usage[];
  readonly logThreshold?: number;
  readonly sctThreshold?: number;
  readonly timeThreshold?: number;
  readonly comment?: string;
}

export function addImport(trust: Command, register: Register): void {
  const threshold = (flag: string, what: string): Option =>
    new Option(
      `${flag} <n>`,
      `${what} that a signature needs; default: 1 if the instance has them`,
    ).argParser(wholeNumber(flag, 0, 16));
  shared
    .addChangeFlags(shared.addWindowOptions(trust.command("import")))
    .summary("import a Sigstore trusted root, a private CA, a time-stamping authority, keys")
    .description(
      "Imports what certifies signers: a Sigstore trusted_root.json (also several, one a line, and client " +
        "trust configs), PEM certificates of a private CA (--kind ca) or time-stamping authority (--kind " +
        "tsa), the keys.json of a package registry, or the directory of a Notary trust store. Name the " +
        "signers afterwards with `trust add`.",
    )
    .argument("<path>", "file, or directory of a Notary trust store")
    .requiredOption("--name <name>", "name of the authority in this trust root")
    .addOption(
      new Option("--kind <kind>", `${importKinds.join(", ")}; JSON is recognised by itself`).argParser(
        oneOf("--kind", importKinds),
      ),
    )
    .addOption(threshold("--log-threshold", "transparency log entries"))
    .addOption(threshold("--sct-threshold", "signed certificate timestamps"))
    .addOption(threshold("--time-threshold", "trusted times"))
    .addOption(shared.usageOption(["statement"]))
    .option("--comment <text>", "a note for people")
    .addHelpText(
      "after",
      helpText(
        [
          "aibom trust import trusted_root.json --name public-good",
          "aibom trust import ca.pem --kind ca --name vendor-ca",
          "aibom trust import tsa.pem --kind tsa --name tsa",
        ],
        shared.exits,
      ),
    )
    .action((path: string, flags: ImportFlags) => register((session) => importPath(session, path, flags)));
}

async function importPath(session: Session, path: string, flags: ImportFlags): Promise<CommandExit> {
  const { saveAndLog } = await import("../../save-trust.ts");
  const { loadTrustRoot } = await import("../../../trust/load.ts");
  const before = loadTrustRoot(flags.trustRoot).document;
  const { document, files } = await read(before, path, flags);
  const lines = describe(before, document);
  await saveAndLog(session, flags, { document, files, reason: lines.join("; ") });
  for (const line of lines) {
    await note(session, line);
  }
  return 0;
}

async function read(document: TrustDocument, path: string, flags: ImportFlags): Promise<TrustChange> {
  const { isDirectory } = await import("../../../sources/companions.ts");
  const { importCertificates, importTrust } = await import("../../../trust/import.ts");
  const { name, kind, comment } = flags;
  const options = {
    name,
    usages: flags.usage,
    thresholds: thresholdsOf(flags),
    ...shared.windowOf(flags),
    ...(kind === undefined ? {} : { kind }),
    ...(comment === undefined ? {} : { comment }),
  };
  if (!isDirectory(path)) {
    const { readBounded } = await import("../../../sources/read-bounded.ts");
    const { limits } = await import("../../../limits.ts");
    return importTrust(document, readBounded(path, limits.maxPolicyBytes), path, options);
  }
  if (kind !== undefined || Object.keys(options.thresholds).length > 0) {
    const reason = "a Notary trust store says itself what each store is for; leave --kind and thresholds out";
    throw Refusal.of("CLI_USAGE", { reason });
  }
  const { readNotaryStores } = await import("../../../trust/notary-store.ts");
  let change: TrustChange = { document, files: new Map() };
  for (const store of readNotaryStores(path)) {
    const next = importCertificates(change.document, store.kind, store.certificates, {
      ...options,
      name: `${name}-${store.type === "ca" ? "" : `${store.type}-`}${store.name}`,
      ...(store.type === "signingAuthority" ? { signingAuthority: true } : {}),
    });
    change = { document: next.document, files: new Map([...change.files, ...next.files]) };
  }
  return change;
}

function thresholdsOf({ logThreshold, sctThreshold, timeThreshold }: ImportFlags): Partial<Thresholds> {
  return {
    ...(logThreshold === undefined ? {} : { log: logThreshold }),
    ...(sctThreshold === undefined ? {} : { sct: sctThreshold }),
    ...(timeThreshold === undefined ? {} : { time: timeThreshold }),
  };
}

function describe(before: TrustDocument, after: TrustDocument): string[] {
  const known = new Set([...before.identities, ...before.authorities].map((each) => each.name));
  const authorities = after.authorities.filter((each) => !known.has(each.name));
  const identities = after.identities.filter((each) => !known.has(each.name));
  return [
    ...authorities.map((each) => {
      const asks =
        each.kind === "sigstore"
          ? `; a signature needs: log entries ${each.thresholds.log}, SCTs ${each.thresholds.sct}, trusted times ${each.thresholds.time}`
          : "";
      return `imported ${escapeText(each.name)} (${each.kind}), sha256 ${each.sha256}${asks}`;
    }),
    ...identities.map((each) => `trusted ${escapeText(each.name)} for ${each.usages.join(", ")}`),
  ];
}
