// SPDX-License-Identifier: Apache-2.0
// `aibom trust create`: writes the trusted_root.json of a private Sigstore instance. The flags are those of
// `cosign trusted-root create`: each takes key=value pairs.

import { type Command, Option } from "commander";
import { escapeText } from "../../../codes/escape.ts";
import { limits } from "../../../limits.ts";
import type { NewChain, NewLog } from "../../../trust/create-sigstore-root.ts";
import { helpText } from "../../help-text.ts";
import { collect, instantOrDay } from "../../option-values.ts";
import { Refusal } from "../../refusal.ts";
import { type CommandExit, note, type Register, type Session } from "../../session.ts";

interface CreateFlags {
  readonly fulcio: readonly string[];
  readonly rekor: readonly string[];
  readonly ctfe: readonly string[];
  readonly tsa: readonly string[];
  readonly out: string;
}

export function addCreate(trust: Command, register: Register): void {
  const parts = (flag: string, fields: string): Option =>
    new Option(`${flag} <fields>`, fields).argParser(collect).default([], "none");
  const chain = "url=U,certificate-chain=FILE[,start-time=T][,end-time=T]; may be repeated";
  const log = "url=U,public-key=FILE,start-time=T[,end-time=T][,origin=NAME]; may be repeated";
  trust
    .command("create")
    .summary("write the trusted_root.json of a private Sigstore instance")
    .description(
      "Writes trusted_root.json for a private Sigstore instance, out of the files of its certificate " +
        "authority, logs and time-stamping authority. Import it afterwards with `trust import`.",
    )
    .addOption(parts("--fulcio", `certificate authority: ${chain}`))
    .addOption(parts("--rekor", `transparency log: ${log}`))
    .addOption(parts("--ctfe", `certificate transparency log: ${log}`))
    .addOption(parts("--tsa", `time-stamping authority: ${chain}`))
    .requiredOption("-o, --out <file>", "file to write")
    .addHelpText(
      "after",
      helpText(
        [
          "aibom trust create --fulcio url=https://fulcio.example,certificate-chain=fulcio.pem \\\n" +
            "      --rekor url=https://rekor.example,public-key=rekor.pub,start-time=2026-01-01T00:00:00Z,origin=rekor.example \\\n" +
            "      --tsa url=https://tsa.example,certificate-chain=tsa.pem --out trusted_root.json",
        ],
        [
          [0, "the file is written"],
          [2, "usage: a field is missing, or a file cannot be used"],
        ],
      ),
    )
    .action((flags: CreateFlags) => register((session) => create(session, flags)));
}

async function create(session: Session, flags: CreateFlags): Promise<CommandExit> {
  const { createSigstoreRoot } = await import("../../../trust/create-sigstore-root.ts");
  const { parseSigstoreRoot } = await import("../../../trust/sigstore-root.ts");
  const { readBounded } = await import("../../../sources/read-bounded.ts");
  const { refuseForeignFile } = await import("../../overwrite.ts");
  const { writeFileAtomic } = await import("../../write-file.ts");
  const read = (path: string): Uint8Array => readBounded(path, limits.maxPolicyBytes);
  const bytes = createSigstoreRoot({
    fulcio: flags.fulcio.map((text) => chainOf("--fulcio", text, read)),
    rekor: flags.rekor.map((text) => logOf("--rekor", text, read)),
    ctfe: flags.ctfe.map((text) => logOf("--ctfe", text, read)),
    tsa: flags.tsa.map((text) => chainOf("--tsa", text, read)),
  });
  // What a verifier would refuse must not be written.
  parseSigstoreRoot(bytes, flags.out);
  refuseForeignFile(flags.out, "trusted root");
  writeFileAtomic(flags.out, bytes);
  await note(
    session,
    `wrote ${escapeText(flags.out)}; next: aibom trust import ${escapeText(flags.out)} --name NAME`,
  );
  return 0;
}

type Read = (path: string) => Uint8Array;

function chainOf(flag: string, text: string, read: Read): NewChain {
  const fields = fieldsOf(flag, text, ["url", "certificate-chain", "start-time", "end-time"]);
  return {
    url: required(flag, fields, "url"),
    chain: read(required(flag, fields, "certificate-chain")),
    ...windowOf(flag, fields),
  };
}

function logOf(flag: string, text: string, read: Read): NewLog {
  const fields = fieldsOf(flag, text, ["url", "public-key", "start-time", "end-time", "origin"]);
  const { start, ...end } = windowOf(flag, fields);
  const origin = fields.get("origin");
  return {
    url: required(flag, fields, "url"),
    publicKey: read(required(flag, fields, "public-key")),
    start: start ?? required(flag, fields, "start-time"),
    ...end,
    ...(origin === undefined ? {} : { origin }),
  };
}

function windowOf(flag: string, fields: ReadonlyMap<string, string>): { start?: string; end?: string } {
  const start = fields.get("start-time");
  const end = fields.get("end-time");
  return {
    ...(start === undefined ? {} : { start: instantOrDay(flag, "first")(start).toISOString() }),
    ...(end === undefined ? {} : { end: instantOrDay(flag, "last")(end).toISOString() }),
  };
}

function required(flag: string, fields: ReadonlyMap<string, string>, name: string): string {
  const value = fields.get(name);
  if (value === undefined) {
    throw Refusal.of("CLI_USAGE", { reason: `${flag} needs ${name}=…` });
  }
  return value;
}

function fieldsOf(flag: string, text: string, known: readonly string[]): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const part of text.split(",")) {
    const [name = "", ...rest] = part.split("=");
    if (!known.includes(name) || rest.length === 0 || fields.has(name)) {
      throw Refusal.of("CLI_USAGE", { reason: `${flag} takes ${known.join("=…, ")}=…, each once` });
    }
    fields.set(name, rest.join("="));
  }
  return fields;
}
